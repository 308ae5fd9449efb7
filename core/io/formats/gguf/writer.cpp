// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/gguf/writer.h"

#include "core/io/formats/gguf/gguf_cursor.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

namespace qs::io {
namespace {

enum ValueType : std::int32_t { kU32 = 4, kI32 = 5, kF32 = 6, kBool = 7, kString = 8, kArray = 9 };
constexpr std::size_t kLongestName = 63;
constexpr int kMostDimensions = 4;

template <class T>
void put(std::string& out, T value)
{
    static_assert(std::is_trivially_copyable_v<T> && std::endian::native == std::endian::little);
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    out.append(raw, sizeof(T));
}

void putString(std::string& out, std::string_view text)
{
    put<std::uint64_t>(out, text.size());
    out += text;
}

// Bytes of a value that needs no looking into; 0 for strings and arrays.
std::uint64_t fixedSize(std::int32_t type)
{
    constexpr std::uint64_t kSizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    return type >= 0 && type < 13 ? kSizes[type] : 0;
}

Status skipValue(gguf::Cursor& cursor, std::int32_t type)
{
    constexpr std::uint64_t kLongest = std::uint64_t(1) << 30;
    if (type == kString) {
        QS_TRY(cursor.takeString(kLongest, "a value"));
        return {};
    }
    if (type != kArray) return cursor.skip(fixedSize(type), "a value");
    QS_ASSIGN(const auto element, cursor.take<std::int32_t>("an array"));
    QS_ASSIGN(const auto count, cursor.take<std::uint64_t>("an array"));
    if (element != kString) {
        const std::uint64_t size = fixedSize(element);
        if (size == 0 || count > cursor.remaining() / size) return fail(cursor.error(ErrorCode::Malformed, "an array passes the end of the file"));
        return cursor.skip(size * count, "an array");
    }
    for (std::uint64_t i = 0; i < count; ++i) QS_TRY(cursor.takeString(kLongest, "a value"));
    return {};
}

void pad(std::string& out) { out.resize((out.size() + GgufHeader::kAlignment - 1) / GgufHeader::kAlignment * GgufHeader::kAlignment); }

} // namespace

void GgufHeader::key(std::string_view name, std::int32_t type)
{
    putString(m_entries, name);
    put(m_entries, type);
    ++m_count;
}

void GgufHeader::text(std::string_view name, std::string_view value)
{
    key(name, kString);
    putString(m_entries, value);
}

void GgufHeader::u32(std::string_view name, std::uint32_t value)
{
    key(name, kU32);
    put(m_entries, value);
}

void GgufHeader::f32(std::string_view name, float value)
{
    key(name, kF32);
    put(m_entries, value);
}

void GgufHeader::flag(std::string_view name, bool value)
{
    key(name, kBool);
    put<std::uint8_t>(m_entries, value ? 1 : 0);
}

void GgufHeader::texts(std::string_view name, std::span<const std::string> values)
{
    key(name, kArray);
    put<std::int32_t>(m_entries, kString);
    put<std::uint64_t>(m_entries, values.size());
    for (const auto& v : values) putString(m_entries, v);
}

void GgufHeader::floats(std::string_view name, std::span<const float> values)
{
    key(name, kArray);
    put<std::int32_t>(m_entries, kF32);
    put<std::uint64_t>(m_entries, values.size());
    for (const float v : values) put(m_entries, v);
}

void GgufHeader::integers(std::string_view name, std::span<const std::int32_t> values)
{
    key(name, kArray);
    put<std::int32_t>(m_entries, kI32);
    put<std::uint64_t>(m_entries, values.size());
    for (const std::int32_t v : values) put(m_entries, v);
}

Status GgufHeader::copyMetadata(const MappedFile& file, const std::function<bool(std::string_view key)>& wanted)
{
    gguf::Cursor cursor(file);
    QS_TRY(cursor.skip(16, "the header")); // magic, version, number of tensors: checked when it was opened
    QS_ASSIGN(const auto count, cursor.take<std::uint64_t>("the header"));
    const auto bytes = file.bytes();
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t begin = cursor.position();
        QS_ASSIGN(const auto key, cursor.takeString(65535, "a key"));
        QS_ASSIGN(const auto type, cursor.take<std::int32_t>("a value's type"));
        QS_TRY(skipValue(cursor, type));
        if (!wanted(key)) continue;
        m_entries.append(reinterpret_cast<const char*>(bytes.data() + begin), cursor.position() - begin);
        ++m_count;
    }
    return {};
}

Status GgufHeader::tensor(const std::string& name, DType type, const Shape& shape)
{
    const auto refuse = [&](std::string why) {
        return fail(Error(ErrorCode::NotRepresentable, "GGUF can't hold this tensor: " + std::move(why)).ofTensor(name));
    };
    if (name.empty() || name.size() > kLongestName) return refuse("its name has to have 1 to 63 bytes");
    if (shape.rank() > kMostDimensions) return refuse("it has more than four dimensions");
    if (traits(type).ggmlId < 0) return refuse("there is no type " + std::string(dtypeName(type)));
    const std::uint32_t block = traits(type).blockElements;
    if (block > 1 && (shape.rank() == 0 || static_cast<std::uint64_t>(shape[shape.rank() - 1]) % block != 0))
        return refuse(std::string(dtypeName(type)) + " needs rows of a multiple of " + std::to_string(block) + " weights");
    const auto bytes = byteSize(type, shape.elements());
    if (!bytes) return refuse("its size overflows");
    m_tensors.push_back({name, type, shape, *bytes});
    return {};
}

Result<std::string> GgufHeader::bytes() const
{
    std::string out = "GGUF";
    put<std::uint32_t>(out, 3);
    put<std::uint64_t>(out, m_tensors.size());
    put<std::uint64_t>(out, m_count);
    out += m_entries;
    std::uint64_t offset = 0;
    for (const auto& t : m_tensors) {
        putString(out, t.name);
        // A scalar is one row of one weight; the innermost dimension comes first.
        put<std::uint32_t>(out, static_cast<std::uint32_t>(std::max(1, static_cast<int>(t.shape.rank()))));
        if (t.shape.rank() == 0) put<std::uint64_t>(out, 1);
        for (int d = static_cast<int>(t.shape.rank()); d-- > 0;) put<std::uint64_t>(out, static_cast<std::uint64_t>(t.shape[d]));
        put<std::int32_t>(out, traits(t.type).ggmlId);
        put(out, offset);
        offset += (t.bytes + kAlignment - 1) / kAlignment * kAlignment;
    }
    pad(out);
    return out;
}

} // namespace qs::io
