// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/npy_array.h"

#include "core/base/bytes.h"
#include "core/base/format.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace qs::io {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

/// A Python literal of the few kinds that a header needs.
class LiteralParser {
public:
    explicit LiteralParser(std::string_view text) : m_text(text) {}
    std::string_view problem;

    /// The whole header; false with `problem` set.
    bool parse(std::string& descr, bool& fortran, std::vector<std::uint64_t>& shape)
    {
        bool hasDescr = false;
        bool hasOrder = false;
        bool hasShape = false;
        if (!take('{')) return bad("the header is not a dictionary");
        while (!peek('}')) {
            std::string key;
            if (!string(key)) return bad("a key of the header is not a string");
            if (!take(':')) return bad("no ':' after a key of the header");
            bool* seen = key == "descr"           ? &hasDescr
                         : key == "fortran_order" ? &hasOrder
                         : key == "shape"         ? &hasShape
                                                  : nullptr;
            if (!seen) return bad("the header has an unknown key");
            if (*seen) return bad("a key of the header is given twice");
            *seen = true;
            if (seen == &hasDescr) {
                if (peek('[') || peek('(')) return bad("structured types are not read");
                if (!string(descr)) return bad("descr is not a string");
            } else if (seen == &hasOrder) {
                if (!boolean(fortran)) return bad("fortran_order is not True or False");
            } else if (!tuple(shape)) {
                return bad("the shape is not a tuple of whole numbers >= 0");
            }
            if (!take(',') && !peek('}')) return bad("no ',' between the header's entries");
        }
        if (!take('}')) return bad("the header does not end");
        space();
        if (m_at != m_text.size()) return bad("text after the header's dictionary");
        if (!hasDescr || !hasOrder || !hasShape) return bad("the header lacks descr, fortran_order or shape");
        return true;
    }

private:
    bool bad(std::string_view why)
    {
        problem = why;
        return false;
    }
    void space()
    {
        while (m_at < m_text.size() &&
               (m_text[m_at] == ' ' || m_text[m_at] == '\n' || m_text[m_at] == '\t' || m_text[m_at] == '\r'))
            ++m_at;
    }
    bool peek(char c)
    {
        space();
        return m_at < m_text.size() && m_text[m_at] == c;
    }
    bool take(char c)
    {
        if (!peek(c)) return false;
        ++m_at;
        return true;
    }
    bool string(std::string& out)
    {
        space();
        if (m_at >= m_text.size() || (m_text[m_at] != '\'' && m_text[m_at] != '"')) return false;
        const char quote = m_text[m_at++];
        const auto end = m_text.find(quote, m_at);
        if (end == std::string_view::npos) return false;
        out = m_text.substr(m_at, end - m_at);
        m_at = end + 1;
        return out.find('\\') == std::string::npos;
    }
    bool word(std::string_view w)
    {
        if (m_text.substr(m_at, w.size()) != w) return false;
        m_at += w.size();
        return true;
    }
    bool boolean(bool& out)
    {
        space();
        if (word("True")) return out = true;
        out = false;
        return word("False");
    }
    bool tuple(std::vector<std::uint64_t>& out)
    {
        if (!take('(')) return false;
        bool comma = true;
        while (!peek(')')) {
            std::uint64_t v = 0;
            if (!comma || !integer(v)) return false;
            out.push_back(v);
            comma = take(',');
        }
        // "(3)" is a number in parentheses, not a tuple.
        if (out.size() == 1 && !comma) return false;
        return take(')');
    }
    bool integer(std::uint64_t& out)
    {
        space();
        const std::size_t begin = m_at;
        out = 0;
        for (; m_at < m_text.size() && m_text[m_at] >= '0' && m_text[m_at] <= '9'; ++m_at) {
            const auto digit = static_cast<std::uint64_t>(m_text[m_at] - '0');
            if (out > (static_cast<std::uint64_t>(std::numeric_limits<Index>::max()) - digit) / 10) return false;
            out = out * 10 + digit;
        }
        if (m_at == begin || (m_text[begin] == '0' && m_at - begin > 1)) return false;
        if (m_at < m_text.size() && m_text[m_at] == 'L') ++m_at; // Python 2 wrote long integers so
        return true;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

struct NpyType {
    std::string_view code;
    DType type;
};
constexpr std::array kTypes = {
    NpyType{"f2", DType::F16}, NpyType{"f4", DType::F32}, NpyType{"f8", DType::F64}, NpyType{"i1", DType::I8},
    NpyType{"i2", DType::I16}, NpyType{"i4", DType::I32}, NpyType{"i8", DType::I64}, NpyType{"u1", DType::U8},
    NpyType{"u2", DType::U16}, NpyType{"u4", DType::U32}, NpyType{"u8", DType::U64}, NpyType{"b1", DType::Bool},
    NpyType{"c8", DType::C64}, NpyType{"c16", DType::C128},
};

/// Bytes that swap as a unit: half of a complex number.
std::size_t componentBytes(DType type)
{
    const std::size_t item = traits(type).blockBytes;
    return traits(type).kind == DTypeKind::Complex ? item / 2 : item;
}

void swapBytes(std::span<std::byte> bytes, std::size_t component)
{
    if (component < 2) return;
    for (std::size_t i = 0; i + component <= bytes.size(); i += component)
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                     bytes.begin() + static_cast<std::ptrdiff_t>(i + component));
}

class NpyReader final : public TensorReader {
public:
    NpyReader(const NpyHeader& header, NpyBytes bytes) : m_header(header), m_bytes(std::move(bytes)) {}

    Status read(std::uint64_t begin, std::uint64_t end, std::span<std::byte> out) const override
    {
        const std::size_t item = traits(m_header.dtype).blockBytes;
        if (begin > end || end > m_header.shape.elements() || (end - begin) * item != out.size())
            return fail(ErrorCode::Internal, "range does not match the tensor");
        if (m_header.fortran) QS_TRY(readColumnMajor(begin, end, out, item));
        else QS_TRY(m_bytes(begin * item, out));
        if (m_header.swapped) swapBytes(out, componentBytes(m_header.dtype));
        return {};
    }

private:
    /// The first dimension runs fastest in the file. For every combination of the other indexes the wanted elements
    /// lie in one run along it; runs are read whole and scattered.
    Status readColumnMajor(std::uint64_t begin, std::uint64_t end, std::span<std::byte> out, std::size_t item) const
    {
        const Shape& s = m_header.shape;
        const auto first = static_cast<std::uint64_t>(s[0]);
        const std::uint64_t inner = s.elements() / std::max<std::uint64_t>(first, 1); // elements of one first index
        if (begin == end) return {};
        std::vector<std::byte> run;
        for (std::uint64_t k = 0; k < inner; ++k) {
            // Flat C index of (i, k) is i·inner + k: which i lie in [begin, end)?
            const std::uint64_t low = begin > k ? (begin - k + inner - 1) / inner : 0;
            const std::uint64_t high = end > k ? (end - k + inner - 1) / inner : 0;
            if (low >= high) continue;
            run.resize((high - low) * item);
            QS_TRY(m_bytes((columnOf(k) * first + low) * item, run));
            for (std::uint64_t i = low; i < high; ++i)
                std::memcpy(out.data() + (i * inner + k - begin) * item, run.data() + (i - low) * item, item);
        }
        return {};
    }
    /// The C-order number k of the trailing indexes as a Fortran-order number.
    std::uint64_t columnOf(std::uint64_t k) const
    {
        const Shape& s = m_header.shape;
        std::array<std::uint64_t, Shape::kMaxRank> index{};
        for (int d = s.rank() - 1; d >= 1; --d) {
            index[static_cast<std::size_t>(d)] = k % static_cast<std::uint64_t>(s[d]);
            k /= static_cast<std::uint64_t>(s[d]);
        }
        std::uint64_t column = 0;
        for (int d = s.rank() - 1; d >= 1; --d)
            column = column * static_cast<std::uint64_t>(s[d]) + index[static_cast<std::size_t>(d)];
        return column;
    }

    NpyHeader m_header;
    NpyBytes m_bytes;
};

} // namespace

Result<NpyHeader> parseNpyHeader(std::span<const std::byte> head, std::uint64_t total,
                                 const std::filesystem::path& file, const std::string& tensor) {
    const auto error = [&](ErrorCode code, std::string why) {
        return Error(code, std::move(why)).inFile(file.string()).ofTensor(tensor);
    };
    const auto refuse = [&](std::string why) { return fail(error(ErrorCode::Malformed, std::move(why))); };
    if (head.size() < 10 || std::string_view(reinterpret_cast<const char*>(head.data()), kMagic.size()) != kMagic)
        return refuse("not a NumPy array file: no \\x93NUMPY at its beginning");
    const int major = std::to_integer<int>(head[6]);
    const int minor = std::to_integer<int>(head[7]);
    if (major < 1 || major > 3 || minor != 0)
        return fail(error(ErrorCode::Malformed, "unknown version of the NumPy format")
                        .wanted("1.0, 2.0 or 3.0")
                        .got(std::to_string(major) + "." + std::to_string(minor)));
    const std::size_t prefix = major == 1 ? 10 : 12;
    if (head.size() < prefix) return refuse("the file ends in the header");
    const std::uint64_t length =
        major == 1 ? loadLe<std::uint16_t>(head.data() + 8) : loadLe<std::uint32_t>(head.data() + 8);
    constexpr std::uint64_t kLongestText = 10'000; // NumPy's own limit
    if (length > kLongestText)
        return fail(error(ErrorCode::Malformed, "the header is too long")
                        .wanted("at most 10 000 bytes")
                        .got(std::to_string(length)));
    if (prefix + length > total || prefix + length > head.size()) return refuse("the file ends in the header");

    std::string descr;
    std::vector<std::uint64_t> dims;
    NpyHeader header;
    LiteralParser parser(std::string_view(reinterpret_cast<const char*>(head.data()) + prefix, length));
    if (!parser.parse(descr, header.fortran, dims)) {
        const bool structured = parser.problem.starts_with("structured");
        return fail(error(structured ? ErrorCode::Unsupported : ErrorCode::Malformed, std::string(parser.problem)));
    }
    const std::string shown = "'" + escapeText(descr.substr(0, 40)) + "'";
    std::string_view code = descr;
    char order = '=';
    if (!code.empty() && std::string_view("<>=|").find(code.front()) != std::string_view::npos) {
        order = code.front();
        code.remove_prefix(1);
    }
    if (code.starts_with('O'))
        return fail(error(ErrorCode::Unsafe, "an array of Python objects, which needs pickle")
                        .got(shown)
                        .fix("save plain numbers"));
    const auto type = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& t) { return t.code == code; });
    if (type == kTypes.end())
        return fail(error(ErrorCode::Unsupported, "a type of NumPy that is not read")
                        .wanted("integers, floats, bool or complex")
                        .got(shown));
    header.dtype = type->type;
    header.swapped = order == '>' && componentBytes(header.dtype) > 1;
    std::uint64_t elements = 1;
    int wide = 0;
    for (const std::uint64_t d : dims) {
        if (!header.shape.push(static_cast<Index>(d))) return refuse("more than 8 dimensions");
        const auto product = checkedMul(elements, d);
        if (!product) return refuse("the number of elements overflows");
        elements = *product;
        wide += d > 1 ? 1 : 0;
    }
    header.fortran = header.fortran && wide > 1; // else both orders are the same
    const auto bytes = byteSize(header.dtype, elements);
    if (!bytes || elements > static_cast<std::uint64_t>(std::numeric_limits<Index>::max()))
        return refuse("the number of elements overflows");
    header.bytes = *bytes;
    header.dataOffset = prefix + length;
    if (header.bytes > total - header.dataOffset)
        return fail(error(ErrorCode::Malformed, "the file is too short for its array")
                        .at(total)
                        .wanted(std::to_string(header.bytes) + " bytes for " + header.shape.text() + " of " +
                                std::string(dtypeName(header.dtype)))
                        .got(std::to_string(total - header.dataOffset)));
    return header;
}

std::shared_ptr<const TensorReader> makeNpyReader(const NpyHeader& header, NpyBytes bytes)
{
    return std::make_shared<NpyReader>(header, std::move(bytes));
}

} // namespace qs::io
