// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/io/mapped_file.h"

#include <string>
#include <string_view>

namespace qs::io::gguf {

/// Reads little-endian values off a mapped file, never past its end. Every value is copied out once, so that a file
/// that changes meanwhile can't slip past a check that was made before.
class Cursor {
public:
    explicit Cursor(const MappedFile& file) : m_file(file), m_bytes(file.bytes()) {}

    std::uint64_t position() const { return m_at; }
    std::uint64_t remaining() const { return m_bytes.size() - m_at; }

    /// Next value; error Malformed where the file ends first. `what` names it for the message.
    template <class T>
    Result<T> take(const char* what)
    {
        if (remaining() < sizeof(T)) return fail(ended(what, sizeof(T)));
        const T v = loadLe<T>(m_bytes.data() + m_at);
        m_at += sizeof(T);
        return v;
    }
    /// Moves on over `n` bytes that are there.
    Status skip(std::uint64_t n, const char* what);
    /// A string: u64 length and that many bytes. Longer than `limit` is an error. Only a view: copy what is kept.
    Result<std::string_view> takeString(std::uint64_t limit, const char* what);

    /// An error of this file at the byte `at`.
    Error error(ErrorCode code, std::string message, std::uint64_t at) const;
    Error error(ErrorCode code, std::string message) const { return error(code, std::move(message), m_at); }

private:
    Error ended(const char* what, std::uint64_t need) const;

    const MappedFile& m_file;
    std::span<const std::byte> m_bytes;
    std::uint64_t m_at = 0;
};

} // namespace qs::io::gguf
