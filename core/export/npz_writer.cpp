// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/npz_writer.h"

#include "core/base/bytes.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <zlib.h>

namespace qs::exporting {
namespace {

constexpr std::uint32_t kMax32 = NpzWriter::kZip64From;
constexpr std::uint16_t kDosDate = 0x21; // 1980-01-01: output depends on the input alone

const char* descriptor(DType type)
{
    switch (type) {
    case DType::Bool: return "|b1";
    case DType::U8: return "|u1";
    case DType::I8: return "|i1";
    case DType::U16: return "<u2";
    case DType::I16: return "<i2";
    case DType::U32: return "<u4";
    case DType::I32: return "<i4";
    case DType::U64: return "<u8";
    case DType::I64: return "<i8";
    case DType::F16: return "<f2";
    case DType::F32: return "<f4";
    case DType::F64: return "<f8";
    case DType::C64: return "<c8";
    case DType::C128: return "<c16";
    default: return nullptr;
    }
}

class Record {
public:
    template <class T>
    Record& put(T v)
    {
        m_bytes.resize(m_bytes.size() + sizeof(T));
        storeLe(m_bytes.data() + m_bytes.size() - sizeof(T), v);
        return *this;
    }
    Record& text(std::string_view s)
    {
        const auto raw = std::as_bytes(std::span(s));
        m_bytes.insert(m_bytes.end(), raw.begin(), raw.end());
        return *this;
    }
    std::span<const std::byte> bytes() const { return m_bytes; }

private:
    std::vector<std::byte> m_bytes;
};

// Local header without sizes and CRC above 32 bits; these stand in the zip64 extra field.
Record localHeader(const std::string& name, std::uint64_t size, std::uint32_t crc, bool big)
{
    Record r;
    r.put<std::uint32_t>(0x04034B50).put<std::uint16_t>(big ? 45 : 20).put<std::uint16_t>(0x800).put<std::uint16_t>(0);
    r.put<std::uint16_t>(0).put<std::uint16_t>(kDosDate).put<std::uint32_t>(crc);
    const auto short32 = big ? kMax32 : static_cast<std::uint32_t>(size);
    r.put(short32).put(short32).put(static_cast<std::uint16_t>(name.size())).put<std::uint16_t>(big ? 20 : 0).text(name);
    if (big) r.put<std::uint16_t>(1).put<std::uint16_t>(16).put(size).put(size);
    return r;
}

std::string npyHeader(DType type, const Shape& shape)
{
    std::string dims;
    for (const Index d : shape.dims()) dims += std::to_string(d) + ", ";
    if (shape.rank() > 1) dims.resize(dims.size() - 2);
    else if (shape.rank() == 1) dims.pop_back();
    std::string dict = std::string("{'descr': '") + descriptor(type) + "', 'fortran_order': False, 'shape': (" + dims + "), }";
    dict += std::string((64 - (10 + dict.size() + 1) % 64) % 64, ' ') + "\n";
    std::string out("\x93NUMPY\x01\x00", 8);
    out += static_cast<char>(dict.size() & 0xFFU);
    out += static_cast<char>(dict.size() >> 8);
    return out + dict;
}

} // namespace

bool NpzWriter::holds(DType type) { return descriptor(type) != nullptr; }

std::string NpzWriter::memberName(std::string_view name)
{
    std::string out;
    for (const char c : name) {
        const auto u = static_cast<unsigned char>(c);
        if (u < 0x20 || u == 0x7F || c == '/' || c == '\\' || c == '%') {
            std::array<char, 4> buffer{};
            std::snprintf(buffer.data(), buffer.size(), "%%%02X", static_cast<unsigned>(u));
            out += buffer.data();
        } else {
            out += c;
        }
    }
    return out;
}

Status NpzWriter::begin(std::string_view name, DType type, const Shape& shape)
{
    const auto bytes = byteSize(type, shape.elements());
    if (!bytes || !holds(type))
        return fail(Error(ErrorCode::NotRepresentable, "NumPy has no such type").got(std::string(dtypeName(type))));
    const std::string header = npyHeader(type, shape);
    Member m;
    m.name = memberName(name) + ".npy";
    if (m.name.size() > 0xFFFF) return fail(ErrorCode::NotRepresentable, "the name is too long for a zip archive");
    m.offset = m_file.written();
    m.size = header.size() + *bytes;
    QS_TRY(m_file.write(localHeader(m.name, m.size, 0, m.size >= m_zip64From).bytes()));
    m_expected = m.size;
    m.crc = 0;
    m_members.push_back(std::move(m));
    return write(std::as_bytes(std::span(header)));
}

Status NpzWriter::write(std::span<const std::byte> bytes)
{
    Member& m = m_members.back();
    if (bytes.size() > m_expected) return fail(ErrorCode::Internal, "more bytes than the member was announced with");
    m_expected -= bytes.size();
    for (auto rest = bytes; !rest.empty();) {
        const std::size_t n = std::min<std::size_t>(rest.size(), std::size_t(1) << 30);
        m.crc = static_cast<std::uint32_t>(::crc32(m.crc, reinterpret_cast<const Bytef*>(rest.data()), static_cast<uInt>(n)));
        rest = rest.subspan(n);
    }
    return m_file.write(bytes);
}

Status NpzWriter::end()
{
    if (m_expected != 0) return fail(ErrorCode::Internal, "fewer bytes than the member was announced with");
    return {};
}

Status NpzWriter::finish()
{
    const std::uint64_t start = m_file.written();
    for (const Member& m : m_members) {
        const bool bigSize = m.size >= m_zip64From;
        const bool bigOffset = m.offset >= m_zip64From;
        const auto size32 = bigSize ? kMax32 : static_cast<std::uint32_t>(m.size);
        Record r;
        r.put<std::uint32_t>(0x02014B50).put<std::uint16_t>(0x32D).put<std::uint16_t>(bigSize || bigOffset ? 45 : 20);
        r.put<std::uint16_t>(0x800).put<std::uint16_t>(0).put<std::uint16_t>(0).put<std::uint16_t>(kDosDate).put(m.crc);
        r.put(size32).put(size32).put(static_cast<std::uint16_t>(m.name.size()));
        const auto extra = static_cast<std::uint16_t>((bigSize ? 16 : 0) + (bigOffset ? 8 : 0));
        r.put(static_cast<std::uint16_t>(extra == 0 ? 0 : extra + 4));
        r.put<std::uint16_t>(0).put<std::uint16_t>(0).put<std::uint16_t>(0).put<std::uint32_t>(0x81A40000U);
        r.put(bigOffset ? kMax32 : static_cast<std::uint32_t>(m.offset)).text(m.name);
        if (extra != 0) {
            r.put<std::uint16_t>(1).put(extra);
            if (bigSize) r.put(m.size).put(m.size);
            if (bigOffset) r.put(m.offset);
        }
        QS_TRY(m_file.write(r.bytes()));
    }
    const std::uint64_t size = m_file.written() - start;
    const std::uint64_t count = m_members.size();
    Record r;
    const bool bigEnd = count >= 0xFFFF || start >= m_zip64From || size >= m_zip64From;
    if (bigEnd) {
        const std::uint64_t at = m_file.written();
        r.put<std::uint32_t>(0x06064B50).put<std::uint64_t>(44).put<std::uint16_t>(0x32D).put<std::uint16_t>(45);
        r.put<std::uint32_t>(0).put<std::uint32_t>(0).put(count).put(count).put(size).put(start);
        r.put<std::uint32_t>(0x07064B50).put<std::uint32_t>(0).put(at).put<std::uint32_t>(1);
    }
    // where the zip64 record stands, readers take from it what is all ones here
    const auto count16 = static_cast<std::uint16_t>(count >= 0xFFFF ? 0xFFFF : count);
    const auto end32 = [&](std::uint64_t v) { return v >= m_zip64From ? kMax32 : static_cast<std::uint32_t>(v); };
    r.put<std::uint32_t>(0x06054B50).put<std::uint32_t>(0).put(count16).put(count16);
    r.put(end32(size)).put(end32(start));
    r.put<std::uint16_t>(0);
    QS_TRY(m_file.write(r.bytes()));
    // the CRC of a member is known only after its data
    for (const Member& m : m_members) {
        std::array<std::byte, 4> crc;
        storeLe(crc.data(), m.crc);
        QS_TRY(m_file.writeAt(m.offset + 14, crc));
    }
    return {};
}

} // namespace qs::exporting
