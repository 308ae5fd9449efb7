// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace qs::io {

/// Reads the fields of one protobuf message in order; every length is checked against what is there.
class Protobuf {
public:
    explicit Protobuf(std::string_view bytes) : m_bytes(bytes) {}
    bool done() const { return m_at >= m_bytes.size(); }
    bool varint(std::uint64_t& out)
    {
        out = 0;
        for (int shift = 0; shift < 64 && m_at < m_bytes.size(); shift += 7) {
            const auto b = static_cast<std::uint8_t>(m_bytes[m_at++]);
            out |= static_cast<std::uint64_t>(b & 127U) << shift;
            if (!(b & 128U)) return true;
        }
        return false;
    }
    /// The next field: the payload of a length-delimited or fixed one, the number of a varint. False: broken.
    bool field(std::uint64_t& number, std::uint64_t& value, std::string_view& payload)
    {
        std::uint64_t key = 0;
        if (!varint(key)) return false;
        number = key >> 3;
        payload = {};
        value = 0;
        switch (key & 7U) {
        case 0: return varint(value);
        case 1: return take(8, payload);
        case 2: return varint(value) && take(value, payload);
        case 5: return take(4, payload);
        default: return false;
        }
    }

private:
    bool take(std::uint64_t n, std::string_view& out)
    {
        if (n > m_bytes.size() - m_at) return false;
        out = m_bytes.substr(m_at, n);
        m_at += n;
        return true;
    }
    std::string_view m_bytes;
    std::size_t m_at = 0;
};

} // namespace qs::io
