// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/safetensors/header.h"

#include "core/base/bytes.h"
#include "core/base/checked.h"
#include "core/base/format.h"
#include "core/io/json_text.h"
#include "core/io/model_folder.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

namespace qs::io::safetensors {
namespace {

constexpr std::size_t kMaxTensors = 1'000'000;
constexpr std::size_t kMaxMetadata = std::size_t(32) << 20; // the text of a file's metadata that is kept
constexpr int kMaxDepth = 128;                               // the reference parser's

/// Walks the header's bytes and tells where the parser is, so that every complaint has a position.
class Cursor {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;
    Cursor(const char* p, const char** where) : m_p(p), m_where(where) {}
    reference operator*() const { return *m_p; }
    Cursor& operator++()
    {
        *m_where = ++m_p;
        return *this;
    }
    Cursor operator++(int)
    {
        Cursor c = *this;
        ++*this;
        return c;
    }
    bool operator==(const Cursor& o) const { return m_p == o.m_p; }

private:
    const char* m_p;
    const char** m_where;
};

/// Takes the header's events. Offsets stay relative until the whole header is known.
class Handler {
public:
    Handler(const std::filesystem::path& file, std::uint32_t fileIndex, const Context& context, Header& out)
        : m_file(file), m_fileIndex(fileIndex), m_context(context), m_out(out)
    {
    }
    const char* begin = nullptr;
    const char* where = nullptr;
    Error error;
    std::size_t extraFields = 0;
    std::string firstExtra;
    std::size_t droppedMetadata = 0;

    bool null() { return odd("null"); }
    bool boolean(bool) { return odd("a boolean"); }
    bool number_integer(std::int64_t) { return odd("a negative number"); }
    bool number_float(double, const std::string& text)
    {
        return odd("the number " + escapeText(text.substr(0, 40)));
    }
    bool number_unsigned(std::uint64_t v)
    {
        if (m_place == ShapeList) {
            if (v > static_cast<std::uint64_t>(std::numeric_limits<Index>::max()))
                return refuse("a dimension too large", "below 2^63", std::to_string(v));
            if (!m_tensor.shape.push(static_cast<Index>(v))) return refuse("more than 8 dimensions");
            return true;
        }
        if (m_place == OffsetList) {
            if (m_offsets == 2) return refuse("data_offsets is not two numbers");
            (m_offsets++ == 0 ? m_begin : m_end) = v;
            return true;
        }
        return odd("a number");
    }
    bool string(std::string& v)
    {
        if (m_place == Meta) return addMeta(std::move(v));
        if (m_place == Entry && m_field == "dtype") {
            const auto type = dtypeOf(v);
            if (!type)
                return refuse("unknown dtype", "one of the safetensors types", "'" + escapeText(v.substr(0, 40)) + "'");
            m_tensor.dtype = *type;
            return true;
        }
        return odd("a string");
    }
    bool binary(std::vector<std::uint8_t>&) { return false; }

    bool start_object(std::size_t)
    {
        if (++m_depth > kMaxDepth) return refuse("JSON nested deeper than 128 levels");
        if (m_place == Start) {
            m_place = Top;
            return true;
        }
        if (m_place == Top) {
            m_place = m_isMeta ? Meta : Entry;
            m_hasDtype = m_hasShape = m_hasOffsets = false;
            m_extras.clear();
            return true;
        }
        if (m_place == Entry && !knownField()) return skip();
        return m_place == Skip || odd("an object");
    }
    bool end_object()
    {
        --m_depth;
        if (m_place == Skip) return leaveSkip();
        if (m_place == Meta) {
            m_place = Top;
            m_isMeta = false;
            return true;
        }
        if (m_place == Entry) {
            m_place = Top;
            return finishTensor();
        }
        m_place = Done;
        return true;
    }
    bool start_array(std::size_t)
    {
        if (++m_depth > kMaxDepth) return refuse("JSON nested deeper than 128 levels");
        if (m_place == Entry) {
            if (m_field == "shape") {
                m_place = ShapeList;
                return true;
            }
            if (m_field == "data_offsets") {
                m_place = OffsetList;
                m_offsets = 0;
                return true;
            }
            if (!knownField()) return skip();
        }
        return m_place == Skip || odd("an array");
    }
    bool end_array()
    {
        --m_depth;
        if (m_place == Skip) return leaveSkip();
        if (m_place == OffsetList && m_offsets != 2) return refuse("data_offsets is not two numbers");
        m_place = Entry;
        return true;
    }
    bool key(std::string& k)
    {
        if (m_place == Top) return topKey(k);
        if (m_place == Meta) {
            m_field = std::move(k);
            return true;
        }
        if (m_place == Entry) {
            m_field = std::move(k);
            bool* seen = m_field == "dtype" ? &m_hasDtype
                         : m_field == "shape" ? &m_hasShape
                         : m_field == "data_offsets" ? &m_hasOffsets
                                                     : nullptr;
            if (seen) {
                if (*seen) return refuse("the field '" + m_field + "' is given twice");
                *seen = true;
                return true;
            }
            if (std::find(m_extras.begin(), m_extras.end(), m_field) != m_extras.end())
                return refuse("the field '" + escapeText(m_field.substr(0, 80)) + "' is given twice");
            constexpr std::size_t kMaxExtras = 64;
            if (m_extras.size() == kMaxExtras) return refuse("more than 64 unknown fields in one entry");
            m_extras.push_back(m_field);
            if (extraFields++ == 0)
                firstExtra = "'" + escapeText(m_field.substr(0, 80)) + "' of " + escapeText(m_tensor.name);
        }
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& e)
    {
        return refuse("invalid JSON in the header", "", jsonComplaint(e.what()));
    }

private:
    enum Place { Start, Top, Meta, Entry, ShapeList, OffsetList, Skip, Done };

    bool refuse(std::string why, std::string wanted = {}, std::string got = {})
    {
        error = Error(ErrorCode::Malformed, std::move(why)).inFile(m_file.string()).at(position());
        error.expected = std::move(wanted);
        error.found = std::move(got);
        if (m_place == Entry || m_place == ShapeList || m_place == OffsetList || m_place == Skip)
            error.tensor = m_tensor.name;
        return false;
    }
    std::uint64_t position() const { return 8 + static_cast<std::uint64_t>(where - begin); }
    bool knownField() const { return m_field == "dtype" || m_field == "shape" || m_field == "data_offsets"; }
    /// A value of a kind that has no business here, unless it belongs to an unknown field.
    bool odd(const std::string& what)
    {
        switch (m_place) {
        case Skip: return true;
        case Start: return refuse("the header is not a JSON object", "", what);
        case Top:
            if (m_isMeta) return refuse("__metadata__ is not an object", "", what);
            error = Error(ErrorCode::Malformed, "the entry of a tensor is not an object")
                        .inFile(m_file.string()).at(position()).ofTensor(m_tensor.name).got(what);
            return false;
        case Meta: return refuse("a value of __metadata__ is not a string", "", what);
        case ShapeList: return refuse("a dimension that is not a whole number >= 0", "", what);
        case OffsetList: return refuse("data_offsets is not two whole numbers >= 0", "", what);
        case Entry:
            if (knownField()) return refuse("the field '" + m_field + "' has the wrong type", "", what);
            return true;
        case Done: break;
        }
        return true;
    }
    bool skip()
    {
        m_place = Skip;
        m_skipDepth = m_depth;
        return true;
    }
    bool leaveSkip()
    {
        if (m_depth == m_skipDepth - 1) m_place = Entry;
        return true;
    }
    bool topKey(std::string& k)
    {
        m_isMeta = k == "__metadata__";
        if (m_isMeta) {
            if (m_sawMeta) return refuse("__metadata__ is given twice");
            m_sawMeta = true;
            return true;
        }
        if ((m_count & 1023U) == 0 && m_context.stopped()) {
            error = Error(ErrorCode::Cancelled, "cancelled");
            return false;
        }
        if (++m_count > kMaxTensors) return refuse("more than 1 000 000 tensors");
        if (auto s = checkTensorName(k, m_file); !s) {
            error = std::move(s.error());
            error.byte = position();
            return false;
        }
        m_tensor = TensorInfo{};
        m_tensor.name.assign(k); // a copy of the right size: the parser's buffer is larger
        m_tensor.file = m_fileIndex;
        return true;
    }
    bool addMeta(std::string value)
    {
        m_metaBytes += m_field.size() + value.size() + sizeof(MetaEntry);
        if (m_metaBytes > kMaxMetadata) {
            ++droppedMetadata;
            return true;
        }
        MetaEntry e;
        e.key = std::move(m_field);
        e.type = "string";
        e.values = {std::move(value)};
        m_field.clear();
        m_out.metadata.push_back(std::move(e));
        return true;
    }
    bool finishTensor()
    {
        m_place = Entry; // for the error's tensor name
        for (const auto& [has, name] : {std::pair(m_hasDtype, "dtype"), std::pair(m_hasShape, "shape"),
                                        std::pair(m_hasOffsets, "data_offsets")})
            if (!has) return refuse(std::string("the field '") + name + "' is missing");
        m_place = Top;
        m_tensor.offset = m_begin;
        m_tensor.bytes = m_end; // the end, until the walk over the offsets
        m_out.tensors.push_back(std::move(m_tensor));
        return true;
    }

    const std::filesystem::path& m_file;
    std::uint32_t m_fileIndex;
    const Context& m_context;
    Header& m_out;
    Place m_place = Start;
    int m_depth = 0;
    int m_skipDepth = 0;
    bool m_isMeta = false;
    bool m_sawMeta = false;
    std::size_t m_count = 0;
    std::size_t m_metaBytes = 0;
    TensorInfo m_tensor;
    std::string m_field;
    std::vector<std::string> m_extras;
    bool m_hasDtype = false;
    bool m_hasShape = false;
    bool m_hasOffsets = false;
    int m_offsets = 0;
    std::uint64_t m_begin = 0;
    std::uint64_t m_end = 0;
};

Error malformed(const MappedFile& file, const TensorInfo& t, const char* why)
{
    return Error(ErrorCode::Malformed, why).inFile(file.path().string()).ofTensor(t.name);
}

/// Rule 7: the range must be what type and shape need.
Status checkSize(const MappedFile& file, const TensorInfo& t, std::uint64_t begin, std::uint64_t end)
{
    const auto& type = traits(t.dtype);
    std::uint64_t elements = 1;
    for (const Index d : t.shape.dims()) {
        const auto product = checkedMul(elements, static_cast<std::uint64_t>(d));
        if (!product) return fail(malformed(file, t, "the number of elements overflows").got(t.shape.text()));
        elements = *product;
    }
    const auto bits = checkedMul(elements, 8ULL * type.blockBytes / type.blockElements);
    if (!bits || elements > static_cast<std::uint64_t>(std::numeric_limits<Index>::max()))
        return fail(malformed(file, t, "the size in bits overflows").got(t.shape.text()));
    if (*bits % 8 != 0)
        return fail(malformed(file, t, "the elements do not end on a byte")
                        .got(t.shape.text() + " of " + std::string(type.name)));
    if (*bits / 8 != end - begin)
        return fail(
            malformed(file, t, "data_offsets do not match type and shape")
                .wanted(std::to_string(*bits / 8) + " bytes for " + t.shape.text() + " of " + std::string(type.name))
                .got(std::to_string(end - begin)));
    return {};
}

/// Rules 6 to 8: in order of their data the tensors cover the buffer without hole and overlap, to the file's last byte.
Status placeTensors(const MappedFile& file, std::span<TensorInfo> tensors, std::uint64_t dataStart)
{
    std::vector<std::uint32_t> order(tensors.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const auto& x = tensors[a];
        const auto& y = tensors[b];
        return x.offset != y.offset ? x.offset < y.offset : x.bytes != y.bytes ? x.bytes < y.bytes : a < b;
    });
    std::uint64_t running = 0;
    const TensorInfo* before = nullptr;
    for (const std::uint32_t i : order) {
        TensorInfo& t = tensors[i];
        const std::uint64_t begin = t.offset;
        const std::uint64_t end = t.bytes;
        const auto range = [&] { return "[" + std::to_string(begin) + ", " + std::to_string(end) + ")"; };
        if (end < begin) return fail(malformed(file, t, "data_offsets run backwards").got(range()));
        if (begin < running)
            return fail(malformed(file, t, "its data overlap those of another tensor")
                            .wanted("data from " + std::to_string(running) +
                                    (before ? ", where '" + escapeText(before->name) + "' ends" : ""))
                            .got(range()));
        if (begin > running)
            return fail(malformed(file, t, "a hole before its data")
                            .wanted("data from " + std::to_string(running))
                            .got(range()));
        QS_TRY(checkSize(file, t, begin, end));
        running = end;
        before = &t;
        t.bytes = end - begin;
    }
    const std::uint64_t data = file.size() - dataStart;
    if (running != data) {
        const bool tooLong = data > running;
        return fail(Error(ErrorCode::Malformed,
                          tooLong ? "bytes after the last tensor's data" : "the file is too short for its tensors")
                        .inFile(file.path().string())
                        .at(tooLong ? dataStart + running : file.size())
                        .wanted(std::to_string(running) + " bytes of data")
                        .got(std::to_string(data) + ", " + std::to_string(tooLong ? data - running : running - data) +
                             (tooLong ? " too many" : " too few"))
                        .fix(tooLong ? "" : "download the file again"));
    }
    for (TensorInfo& t : tensors) t.offset += dataStart;
    return {};
}

} // namespace

std::optional<DType> dtypeOf(std::string_view name)
{
    for (const auto& row : allDTypes()) {
        if (row.type > DType::U64) break; // later types have no safetensors name
        if (row.name == name) return row.type;
    }
    return std::nullopt;
}

Status readHeader(const MappedFile& file, std::uint32_t fileIndex, const Context& context, Header& header)
{
    const auto bytes = file.bytes();
    const std::string path = file.path().string();
    if (bytes.size() < 8)
        return fail(Error(ErrorCode::Malformed, "too short for a safetensors file")
                        .inFile(path).wanted("at least 8 bytes").got(std::to_string(bytes.size())));
    const auto length = loadLe<std::uint64_t>(bytes.data());
    if (length > kLargestHeader)
        return fail(Error(ErrorCode::Malformed, "the header's length is too large")
                        .inFile(path).at(0).wanted("at most 100 000 000 bytes").got(std::to_string(length)));
    if (length > bytes.size() - 8)
        return fail(Error(ErrorCode::Malformed, "the header is longer than the file")
                        .inFile(path)
                        .at(0)
                        .wanted("at most " + std::to_string(bytes.size() - 8))
                        .got(std::to_string(length)));
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + 8, length);
    JsonLimits limits;
    limits.bytes = kLargestHeader;
    QS_TRY(checkJsonBytes(text, limits, file.path(), 8));

    const std::size_t firstTensor = header.tensors.size();
    const std::size_t firstMeta = header.metadata.size();
    Handler handler(file.path(), fileIndex, context, header);
    handler.begin = handler.where = text.data();
    const bool ok = nlohmann::json::sax_parse(Cursor(text.data(), &handler.where),
                                              Cursor(text.data() + text.size(), &handler.where), &handler);
    QS_TRY(file.check());
    if (!ok) return fail(std::move(handler.error));
    file.release(0, 8 + length);

    const std::span<TensorInfo> tensors = std::span(header.tensors).subspan(firstTensor);
    std::sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) { return naturalLess(a.name, b.name); });
    const auto twice = std::adjacent_find(tensors.begin(), tensors.end(),
                                          [](const auto& a, const auto& b) { return a.name == b.name; });
    if (twice != tensors.end()) return fail(malformed(file, *twice, "duplicate name: the tensor is given twice"));
    std::vector<std::string_view> keys;
    for (const auto& m : std::span(header.metadata).subspan(firstMeta)) keys.push_back(m.key);
    std::sort(keys.begin(), keys.end());
    if (const auto same = std::adjacent_find(keys.begin(), keys.end()); same != keys.end())
        return fail(Error(ErrorCode::Malformed,
                          "the key '" + escapeText(same->substr(0, 200)) + "' of __metadata__ is given twice")
                        .inFile(path));
    QS_TRY(placeTensors(file, tensors, 8 + length));

    if (handler.extraFields > 0)
        header.warnings.push_back(file.path().filename().string() + ": unknown fields in header entries are ignored, " +
                                  formatCount(handler.extraFields) + " in all, first " + handler.firstExtra);
    if (handler.droppedMetadata > 0)
        header.warnings.push_back(file.path().filename().string() + ": more than 32 MiB of metadata, " +
                                  formatCount(handler.droppedMetadata) + " entries left out");
    return {};
}

} // namespace qs::io::safetensors
