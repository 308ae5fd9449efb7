// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json_text.h"

#include "core/base/format.h"
#include "core/io/mapped_file.h"

#include <nlohmann/json.hpp>
#include <unordered_set>
#include <vector>

namespace qs::io {
namespace {

/// Length of the UTF-8 sequence at `i`, or 0 where it is not strict UTF-8 (overlong, surrogate, beyond U+10FFFF).
std::size_t utf8Length(std::string_view s, std::size_t i)
{
    const auto at = [&](std::size_t k) { return i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0U; };
    const auto tail = [&](std::size_t k) { return (at(k) & 0xC0U) == 0x80U; };
    const unsigned b = at(0);
    if (b < 0x80) return 1;
    if (b >= 0xC2 && b <= 0xDF) return tail(1) ? 2 : 0;
    if (b >= 0xE0 && b <= 0xEF) {
        if (!tail(1) || !tail(2)) return 0;
        if (b == 0xE0 && at(1) < 0xA0) return 0;
        if (b == 0xED && at(1) > 0x9F) return 0;
        return 3;
    }
    if (b >= 0xF0 && b <= 0xF4) {
        if (!tail(1) || !tail(2) || !tail(3)) return 0;
        if (b == 0xF0 && at(1) < 0x90) return 0;
        if (b == 0xF4 && at(1) > 0x8F) return 0;
        return 4;
    }
    return 0;
}

/// Walks a document without keeping it: nesting, keys given twice, count of values.
class Inspector {
public:
    Inspector(const JsonLimits& limits, const std::filesystem::path& file) : m_limits(limits), m_file(file) {}
    Error error;

    bool null() { return count(); }
    bool boolean(bool) { return count(); }
    bool number_integer(std::int64_t) { return count(); }
    bool number_unsigned(std::uint64_t) { return count(); }
    bool number_float(double, const std::string&) { return count(); }
    bool string(std::string&) { return count(); }
    bool binary(std::vector<std::uint8_t>&) { return false; }
    bool start_object(std::size_t)
    {
        m_keys.emplace_back();
        return open();
    }
    bool end_object()
    {
        m_keys.pop_back();
        --m_depth;
        return true;
    }
    bool start_array(std::size_t) { return open(); }
    bool end_array()
    {
        --m_depth;
        return true;
    }
    bool key(std::string& k)
    {
        if (m_keys.back().insert(k).second) return true;
        return refuse("the key '" + escapeText(k.substr(0, 200)) + "' is given twice");
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& e)
    {
        error = Error(ErrorCode::Malformed, "not valid JSON")
                    .inFile(m_file.string())
                    .at(position)
                    .got(jsonComplaint(e.what()));
        return false;
    }

private:
    bool refuse(std::string why)
    {
        error = Error(ErrorCode::Malformed, std::move(why)).inFile(m_file.string());
        return false;
    }
    bool open()
    {
        if (++m_depth > m_limits.depth)
            return refuse("JSON nested deeper than " + std::to_string(m_limits.depth) + " levels");
        return count();
    }
    bool count()
    {
        if (++m_values > m_limits.values)
            return refuse("more than " + formatCount(m_limits.values) + " JSON values");
        return true;
    }

    const JsonLimits& m_limits;
    const std::filesystem::path& m_file;
    std::vector<std::unordered_set<std::string>> m_keys;
    int m_depth = 0;
    std::size_t m_values = 0;
};

} // namespace

Status checkJsonBytes(std::string_view text, const JsonLimits& limits, const std::filesystem::path& file,
                      std::uint64_t base)
{
    const auto refuse = [&](std::size_t at, std::string why) {
        return fail(Error(ErrorCode::Malformed, std::move(why)).inFile(file.string()).at(base + at));
    };
    if (text.size() > limits.bytes)
        return fail(Error(ErrorCode::Malformed, "JSON too large")
                        .inFile(file.string())
                        .wanted("at most " + formatBytes(limits.bytes))
                        .got(formatBytes(text.size())));
    if (text.starts_with("\xEF\xBB\xBF")) return refuse(0, "the JSON begins with a byte order mark");
    bool inString = false;
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (static_cast<unsigned char>(c) >= 0x80) {
            const std::size_t n = utf8Length(text, i);
            if (n == 0) return refuse(i, "the JSON is not UTF-8");
            i += n;
            continue;
        }
        if (c == '\0') return refuse(i, "a NUL byte in the JSON");
        if (c == '"') {
            inString = !inString;
            start = i;
        } else if (c == '\\' && inString) {
            ++i; // the escaped character, checked by the parser
            if (i < text.size() && static_cast<unsigned char>(text[i]) >= 0x80) continue;
        }
        if (inString && i - start > limits.stringBytes)
            return refuse(start, "a string longer than " + formatBytes(limits.stringBytes));
        ++i;
    }
    return {};
}

Result<nlohmann::json> parseJson(std::string_view text, const JsonLimits& limits, const std::filesystem::path& file)
{
    QS_TRY(checkJsonBytes(text, limits, file));
    Inspector inspector(limits, file);
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &inspector)) return fail(std::move(inspector.error));
    return nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
}

std::string jsonComplaint(std::string_view what)
{
    if (const auto end = what.find("] "); what.starts_with('[') && end != std::string_view::npos)
        what.remove_prefix(end + 2);
    constexpr std::size_t kLongest = 200;
    std::string text(what.substr(0, kLongest));
    if (what.size() > kLongest) text += "...";
    return escapeText(text);
}

Result<std::string> readTextFile(const std::filesystem::path& path, std::uint64_t limit)
{
    QS_ASSIGN(auto file, MappedFile::open(path));
    if (file->size() > limit)
        return fail(Error(ErrorCode::Malformed, "file too large for what it is")
                        .inFile(path.string())
                        .wanted("at most " + formatBytes(limit))
                        .got(formatBytes(file->size())));
    std::string text(reinterpret_cast<const char*>(file->bytes().data()), file->size());
    QS_TRY(file->check());
    return text;
}

} // namespace qs::io
