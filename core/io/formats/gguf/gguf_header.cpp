// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/gguf/gguf_header.h"

#include "core/base/checked.h"
#include "core/base/format.h"
#include "core/base/utf8.h"
#include "core/io/formats/gguf/gguf_cursor.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

namespace qs::io::gguf {
namespace {

constexpr std::uint64_t kMaxCount = 1'000'000;                 // tensors, and metadata entries
constexpr std::uint64_t kMaxKeyBytes = 65535;                  // GG:docs/gguf.md
constexpr std::uint64_t kMaxKeyText = std::uint64_t(16) << 20; // all keys together
constexpr std::uint64_t kMaxText = std::uint64_t(16) << 20;    // all kept values together
constexpr std::uint64_t kShortText = 256;                      // kept even when that is used up
constexpr std::uint64_t kMaxStrings = std::uint64_t(1) << 26;  // of one array: each must be walked over
constexpr std::uint64_t kMaxLength = std::uint64_t(1) << 30;   // a string's bytes, an array's elements
constexpr std::uint64_t kMaxName = 63;
constexpr std::uint64_t kMinAlignment = 8;
constexpr std::uint64_t kMaxAlignment = std::uint64_t(1) << 20;
constexpr std::uint32_t kMaxDims = 4;
constexpr std::size_t kArrayHead = 16;

enum ValueType : std::uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64, TypeCount };
struct ValueTraits {
    const char* name;
    std::uint64_t width; ///< bytes of one element; 0: not fixed
};
constexpr std::array<ValueTraits, TypeCount> kValues{{{"u8", 1}, {"i8", 1}, {"u16", 2}, {"i16", 2}, {"u32", 4},
                                                      {"i32", 4}, {"f32", 4}, {"bool", 1}, {"string", 0}, {"array", 0},
                                                      {"u64", 8}, {"i64", 8}, {"f64", 8}}};

std::uint64_t alignUp(std::uint64_t v, std::uint64_t a) { return (v + a - 1) / a * a; } // callers stay below 2^63

class Reader {
public:
    Reader(const MappedFile& file, const Context& context) : m_file(file), m_context(context), m_in(file) {}
    Result<Header> read();

private:
    Status readPreamble();
    Status readEntry();
    Status readScalar(ValueType type, MetaEntry& entry);
    Status readArray(MetaEntry& entry);
    Result<MetaScalar> takeScalar(ValueType type, std::uint64_t keep);
    Status readAlignment();
    Status readTensor(std::uint64_t index);
    Status placeData();
    Status checkDuplicates();

    const MappedFile& m_file;
    const Context& m_context;
    Cursor m_in;
    Header m_header;
    std::uint64_t m_tensorCount = 0;
    std::uint64_t m_entryCount = 0;
    std::uint64_t m_keyText = 0;
    std::uint64_t m_text = 0;
    std::vector<std::uint64_t> m_relative; ///< offsets as the file has them
    std::uint64_t m_infosAt = 0;
};

Status Reader::readPreamble()
{
    if (m_in.remaining() == 0) return fail(m_in.error(ErrorCode::Malformed, "the file is empty"));
    QS_ASSIGN(const auto magic, m_in.take<std::uint32_t>("the magic"));
    if (magic == 0x47475546U)
        return fail(m_in.error(ErrorCode::Unsupported, "byte-swapped magic: a big-endian file", 0)
                        .wanted("GGUF")
                        .got("FUGG")
                        .fix("convert it to little endian"));
    if (magic != 0x46554747U)
        return fail(m_in.error(ErrorCode::Malformed, "not a GGUF file: wrong magic", 0).wanted("GGUF"));
    QS_ASSIGN(m_header.version, m_in.take<std::uint32_t>("the version"));
    const std::uint32_t v = m_header.version;
    if (v != 0 && (v & 0xFFFFU) == 0)
        return fail(m_in.error(ErrorCode::Unsupported, "big-endian file", 4)
                        .wanted("version 2 or 3")
                        .got("version " + std::to_string(v) + ", byte-swapped " + std::to_string(__builtin_bswap32(v)))
                        .fix("convert it to little endian"));
    if (v != 2 && v != 3)
        return fail(m_in.error(v == 1 ? ErrorCode::Unsupported : ErrorCode::Malformed, "GGUF version is not read", 4)
                        .wanted("version 2 or 3")
                        .got("version " + std::to_string(v)));
    QS_ASSIGN(m_tensorCount, m_in.take<std::uint64_t>("the number of tensors"));
    QS_ASSIGN(m_entryCount, m_in.take<std::uint64_t>("the number of metadata entries"));
    // Shortest tensor info: name of one byte, one dimension; shortest entry: key of one byte, value of one byte.
    const auto plausible = [&](const char* what, std::uint64_t count, std::uint64_t least, std::uint64_t at) -> Status {
        const std::uint64_t most = std::min(kMaxCount, m_in.remaining() / least);
        if (count <= most) return {};
        return fail(m_in.error(ErrorCode::Malformed,
                               std::string("more ") + what + " than the file can hold or than are read", at)
                        .wanted("at most " + std::to_string(most))
                        .got(std::to_string(count)));
    };
    QS_TRY(plausible("tensors", m_tensorCount, 8 + 1 + 4 + 8 + 4 + 8, 8));
    QS_TRY(plausible("metadata entries", m_entryCount, 8 + 1 + 4 + 1, 16));
    return {};
}

Result<MetaScalar> Reader::takeScalar(ValueType type, std::uint64_t keep)
{
    const auto integer = [](auto v) {
        if constexpr (std::is_signed_v<decltype(v)>) return MetaScalar(static_cast<std::int64_t>(v));
        else return MetaScalar(static_cast<std::uint64_t>(v));
    };
    const char* what = "a metadata value";
    switch (type) {
    case U8: return m_in.take<std::uint8_t>(what).map(integer);
    case I8: return m_in.take<std::int8_t>(what).map(integer);
    case U16: return m_in.take<std::uint16_t>(what).map(integer);
    case I16: return m_in.take<std::int16_t>(what).map(integer);
    case U32: return m_in.take<std::uint32_t>(what).map(integer);
    case I32: return m_in.take<std::int32_t>(what).map(integer);
    case U64: return m_in.take<std::uint64_t>(what).map(integer);
    case I64: return m_in.take<std::int64_t>(what).map(integer);
    case F32: return m_in.take<float>(what).map([](float v) { return MetaScalar(static_cast<double>(v)); });
    case F64: return m_in.take<double>(what).map([](double v) { return MetaScalar(v); });
    case Bool: {
        const std::uint64_t at = m_in.position();
        QS_ASSIGN(const auto v, m_in.take<std::uint8_t>(what));
        if (v > 1)
            return fail(m_in.error(ErrorCode::Malformed, "a bool is neither 0 nor 1", at).got(std::to_string(v)));
        return MetaScalar(v == 1);
    }
    case String: {
        QS_ASSIGN(const auto s, m_in.takeString(kMaxLength, "a metadata string"));
        keep = std::min(keep, std::max(kShortText, m_text < kMaxText ? kMaxText - m_text : 0));
        if (s.size() <= keep) {
            m_text += s.size();
            return MetaScalar(std::string(s));
        }
        m_text += keep;
        return MetaScalar(std::string(s.substr(0, keep)) + "\u2026 [" + std::to_string(s.size()) + " bytes]");
    }
    default: break;
    }
    return fail(m_in.error(ErrorCode::Internal, "not a scalar type"));
}

Status Reader::readArray(MetaEntry& entry)
{
    const std::uint64_t typeAt = m_in.position();
    QS_ASSIGN(const auto element, m_in.take<std::uint32_t>("an array's element type"));
    if (element == Array)
        return fail(m_in.error(ErrorCode::Malformed, "array of arrays in metadata '" + entry.key + "'", typeAt));
    if (element >= TypeCount)
        return fail(m_in.error(ErrorCode::Malformed, "unknown element type of array '" + entry.key + "'", typeAt)
                        .wanted("0 to 12 without 9")
                        .got(std::to_string(static_cast<std::int32_t>(element))));
    const auto type = static_cast<ValueType>(element);
    entry.isArray = true;
    entry.type = kValues[type].name;
    const std::uint64_t countAt = m_in.position();
    QS_ASSIGN(entry.count, m_in.take<std::uint64_t>("an array's count"));
    entry.offset = m_in.position();
    const std::uint64_t width = type == String ? 8 : kValues[type].width; // a string takes at least its length
    const std::uint64_t most = std::min(type == String ? kMaxStrings : kMaxLength, m_in.remaining() / width);
    if (entry.count > most)
        return fail(m_in.error(ErrorCode::Malformed, "array '" + entry.key + "' is longer than the file or than is read", countAt)
                        .wanted("at most " + std::to_string(most) + " elements")
                        .got(std::to_string(entry.count)));
    const std::uint64_t head = std::min<std::uint64_t>(entry.count, kArrayHead);
    for (std::uint64_t i = 0; i < head; ++i) {
        QS_ASSIGN(auto v, takeScalar(type, 4096));
        entry.values.push_back(std::move(v));
    }
    if (type == String || type == Bool) {
        // What can be wrong inside must be looked at.
        for (std::uint64_t i = head; i < entry.count; ++i) {
            if (i % 65536 == 0 && m_context.stopped()) return cancelled();
            if (type == Bool) QS_TRY(takeScalar(Bool, 0));
            else QS_TRY(m_in.takeString(kMaxLength, "a string of an array"));
        }
        return {};
    }
    return m_in.skip((entry.count - head) * width, "an array");
}

Status Reader::readEntry()
{
    if (m_context.stopped()) return cancelled();
    MetaEntry entry;
    const std::uint64_t keyAt = m_in.position();
    QS_ASSIGN(const auto key, m_in.takeString(kMaxKeyBytes, "a metadata key"));
    if (key.empty()) return fail(m_in.error(ErrorCode::Malformed, "empty metadata key", keyAt));
    entry.key = std::string(key);
    if (!isUtf8Name(entry.key))
        return fail(m_in.error(ErrorCode::Malformed, "metadata key is not UTF-8 text or holds NUL", keyAt).got(entry.key));
    m_keyText += entry.key.size();
    if (m_keyText > kMaxKeyText)
        return fail(m_in.error(ErrorCode::Malformed, "metadata keys together are too long", keyAt)
                        .wanted("at most " + std::to_string(kMaxKeyText) + " bytes"));
    const std::uint64_t typeAt = m_in.position();
    QS_ASSIGN(const auto type, m_in.take<std::uint32_t>("a value type"));
    if (type >= TypeCount)
        return fail(m_in.error(ErrorCode::Malformed, "unknown type of metadata '" + entry.key + "'", typeAt)
                        .wanted("0 to 12")
                        .got(std::to_string(static_cast<std::int32_t>(type))));
    if (type == Array) {
        QS_TRY(readArray(entry));
    } else {
        entry.type = kValues[type].name;
        entry.offset = m_in.position() + (type == String ? 8 : 0);
        QS_ASSIGN(auto v, takeScalar(static_cast<ValueType>(type), kKeptText));
        entry.values.push_back(std::move(v));
    }
    m_header.metadata.push_back(std::move(entry));
    return {};
}

Status Reader::readAlignment()
{
    const MetaEntry* entry = m_header.find("general.alignment");
    if (!entry) return {};
    const auto value = unsignedValue(*entry);
    const auto bad = [&](const char* rule) {
        return fail(m_in.error(ErrorCode::Malformed, std::string("general.alignment ") + rule, entry->offset)
                        .wanted("a power of two of type u32, 8 to " + std::to_string(kMaxAlignment))
                        .got((entry->isArray ? "array of " : "") + entry->type
                             + (value ? " " + std::to_string(*value) : "")));
    };
    if (entry->isArray || entry->type != "u32" || !value) return bad("has the wrong type");
    if (!std::has_single_bit(*value)) return bad("is not a power of two");
    if (*value < kMinAlignment || *value > kMaxAlignment) return bad("is out of range");
    m_header.alignment = *value;
    return {};
}

Status Reader::readTensor(std::uint64_t index)
{
    if (index % 4096 == 0 && m_context.stopped()) return cancelled();
    TensorInfo t;
    const std::uint64_t nameAt = m_in.position();
    QS_ASSIGN(const auto name, m_in.takeString(kMaxName, "a tensor name"));
    t.name = std::string(name);
    if (t.name.empty()) return fail(m_in.error(ErrorCode::Malformed, "empty tensor name", nameAt));
    const auto bad = [&](const char* rule, std::uint64_t at) {
        return m_in.error(ErrorCode::Malformed, rule, at).ofTensor(t.name);
    };
    if (!isUtf8Name(t.name)) return fail(bad("tensor name is not UTF-8 text or holds NUL", nameAt));
    const std::uint64_t dimsAt = m_in.position();
    QS_ASSIGN(const auto rank, m_in.take<std::uint32_t>("a tensor's number of dimensions"));
    if (rank == 0 || rank > kMaxDims)
        return fail(bad("wrong number of dimensions", dimsAt).wanted("1 to 4").got(std::to_string(rank)));
    std::array<std::int64_t, kMaxDims> ne{};
    std::uint64_t elements = 1;
    for (std::uint32_t i = 0; i < rank; ++i) {
        const std::uint64_t at = m_in.position();
        QS_ASSIGN(ne[i], m_in.take<std::int64_t>("a tensor's dimensions"));
        if (ne[i] <= 0) return fail(bad("a dimension is not positive", at).got(std::to_string(ne[i])));
        const auto product = checkedMul(elements, static_cast<std::uint64_t>(ne[i]));
        if (!product || *product > static_cast<std::uint64_t>(INT64_MAX))
            return fail(bad("the number of elements is 2^63 or more", at));
        elements = *product;
    }
    for (std::uint32_t i = rank; i > 0; --i) t.shape.push(ne[i - 1]); // ne[0] is the row length
    const std::uint64_t typeAt = m_in.position();
    QS_ASSIGN(const auto id, m_in.take<std::int32_t>("a tensor's type"));
    const auto type = dtypeFromGgml(id);
    if (!type) {
        static constexpr std::array kRemoved{4, 5, 31, 32, 33, 36, 37, 38};
        const bool removed = std::find(kRemoved.begin(), kRemoved.end(), id) != kRemoved.end();
        return fail(bad(removed ? "a type that ggml has removed" : "unknown tensor type", typeAt)
                        .wanted("a ggml type id")
                        .got(std::to_string(id)));
    }
    t.dtype = *type;
    const std::uint64_t block = traits(*type).blockElements;
    if (static_cast<std::uint64_t>(ne[0]) % block != 0)
        return fail(bad("a row is not a whole number of blocks", dimsAt + 4)
                        .wanted("a multiple of " + std::to_string(block) + " for " + std::string(dtypeName(*type)))
                        .got(std::to_string(ne[0])));
    const auto bytes = byteSize(*type, elements);
    if (!bytes || *bytes > static_cast<std::uint64_t>(INT64_MAX))
        return fail(bad("the size in bytes is 2^63 or more", dimsAt + 4));
    if (*bytes > m_file.size())
        return fail(bad("the data are larger than the file", dimsAt + 4)
                        .wanted("at most " + std::to_string(m_file.size()) + " bytes")
                        .got(std::to_string(*bytes)));
    t.bytes = *bytes;
    QS_ASSIGN(const auto offset, m_in.take<std::uint64_t>("a tensor's offset"));
    m_relative.push_back(offset);
    m_header.tensors.push_back(std::move(t));
    return {};
}

// Offsets must be the running sum of padded sizes, and the data section must be there, its padding included.
Status Reader::placeData()
{
    if (m_header.tensors.empty()) {
        if (m_file.size() > alignUp(m_in.position(), m_header.alignment))
            m_header.warnings.push_back(
                std::to_string(m_file.size() - alignUp(m_in.position(), m_header.alignment)) + " bytes follow the header");
        return {};
    }
    const std::uint64_t align = m_header.alignment;
    const std::uint64_t begin = alignUp(m_in.position(), align); // position <= file size, below 2^63
    std::uint64_t next = 0;                                      // relative to begin; stays <= file size
    for (std::size_t i = 0; i < m_header.tensors.size(); ++i) {
        TensorInfo& t = m_header.tensors[i];
        const auto bad = [&](const char* rule) {
            return m_in.error(ErrorCode::Malformed, rule, m_infosAt).ofTensor(t.name);
        };
        if (m_relative[i] % align != 0)
            return fail(bad("the offset is not aligned")
                            .wanted("a multiple of " + std::to_string(align))
                            .got(std::to_string(m_relative[i])));
        if (m_relative[i] != next)
            return fail(bad("the offset is not where the tensor before ends")
                            .wanted(std::to_string(next))
                            .got(std::to_string(m_relative[i])));
        t.offset = begin + next;
        // Both terms are at most the file's size, which is far below 2^63.
        next += alignUp(t.bytes, align);
        if (begin + next > m_file.size())
            return fail(m_in.error(ErrorCode::Malformed, "the data pass the end of the file", t.offset)
                            .ofTensor(t.name)
                            .wanted("a file of " + std::to_string(begin + next) + " bytes or more")
                            .got(std::to_string(m_file.size())));
    }
    if (m_file.size() > begin + next)
        m_header.warnings.push_back(std::to_string(m_file.size() - begin - next) + " bytes follow the last tensor");
    return {};
}

Status Reader::checkDuplicates()
{
    const auto& list = m_header.metadata;
    std::vector<std::uint32_t> order(list.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return list[a].key < list[b].key; });
    const auto twice = std::adjacent_find(order.begin(), order.end(), [&](auto a, auto b) { return list[a].key == list[b].key; });
    if (twice == order.end()) return {};
    const MetaEntry& e = list[std::max(*twice, *std::next(twice))];
    return fail(m_in.error(ErrorCode::Malformed, "duplicate metadata key", e.offset).got("'" + e.key + "'"));
}

Result<Header> Reader::read()
{
    QS_TRY(readPreamble());
    std::uint64_t hidden = 0;
    std::string first;
    for (std::uint64_t i = 0; i < m_entryCount; ++i) {
        QS_TRY(readEntry());
        const std::string shown = escapeText(m_header.metadata.back().key);
        if (shown != m_header.metadata.back().key && hidden++ == 0) first = shown;
    }
    if (hidden > 0)
        m_header.warnings.push_back(std::to_string(hidden)
                                    + " metadata keys hold control or bidirectional characters, first '" + first + "'");
    QS_TRY(checkDuplicates());
    QS_TRY(readAlignment());
    m_infosAt = m_in.position();
    for (std::uint64_t i = 0; i < m_tensorCount; ++i) QS_TRY(readTensor(i));
    QS_TRY(placeData());
    QS_TRY(m_file.check());
    return std::move(m_header);
}

} // namespace

const MetaEntry* Header::find(std::string_view key) const
{
    for (const auto& m : metadata)
        if (m.key == key) return &m;
    return nullptr;
}

std::optional<std::uint64_t> unsignedValue(const MetaEntry& entry)
{
    if (entry.isArray || entry.values.size() != 1) return std::nullopt;
    if (const auto* u = std::get_if<std::uint64_t>(&entry.values[0])) return *u;
    if (const auto* i = std::get_if<std::int64_t>(&entry.values[0]); i && *i >= 0) return static_cast<std::uint64_t>(*i);
    return std::nullopt;
}

const std::string* textValue(const MetaEntry& entry)
{
    return entry.isArray || entry.values.size() != 1 ? nullptr : std::get_if<std::string>(&entry.values[0]);
}

Result<Header> readHeader(const MappedFile& file, const Context& context) { return Reader(file, context).read(); }

} // namespace qs::io::gguf
