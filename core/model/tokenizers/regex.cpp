// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizers/regex.h"

#include "core/model/tokenizers/unicode.h"

#include <cstdio>
#include <limits>
#include <unicode/uregex.h>

namespace qs::model {
namespace {

constexpr std::int32_t kTimeLimit = 4'000;         // of one match, in ICU's steps of about a millisecond
constexpr std::int32_t kStackLimit = 64 << 20;     // bytes of backtracking
constexpr std::size_t kLongestPattern = 1 << 16;

void appendSet(std::string& out, std::span<const unicode::CodeRange> ranges, bool negated)
{
    out += negated ? "[^" : "[";
    for (const auto& r : ranges) {
        char text[32];
        std::snprintf(text, sizeof text, "\\x{%X}-\\x{%X}", static_cast<unsigned>(r.first), static_cast<unsigned>(r.last));
        out += text;
    }
    out += ']';
}

constexpr const char* kSpaces = "\\x{9}-\\x{D}\\x{20}\\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}";

// The pattern with the classes that ICU would take from its own tables written out as sets; sets may stand in sets.
std::string rewritten(std::string_view p)
{
    std::string out;
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (p[i] != '\\' || i + 1 >= p.size()) {
            out += p[i];
            continue;
        }
        const char c = p[i + 1];
        if (c == 's' || c == 'S') {
            out += std::string(c == 's' ? "[" : "[^") + kSpaces + "]";
            ++i;
        } else if ((c == 'p' || c == 'P') && (p.substr(i + 2, 3) == "{L}" || p.substr(i + 2, 3) == "{N}")) {
            appendSet(out, p[i + 3] == 'L' ? unicode::letters() : unicode::numbers(), c == 'P');
            i += 4;
        } else if ((c == 'p' || c == 'P') && i + 2 < p.size() && (p[i + 2] == 'L' || p[i + 2] == 'N')) {
            appendSet(out, p[i + 2] == 'L' ? unicode::letters() : unicode::numbers(), c == 'P');
            i += 2;
        } else {
            out += p.substr(i, 2);
            ++i;
        }
    }
    return out;
}

struct Closer {
    void operator()(URegularExpression* r) const { uregex_close(r); }
};
using Handle = std::unique_ptr<URegularExpression, Closer>;

} // namespace

struct Regex::Compiled {
    Handle handle;
};

Result<Regex> Regex::compile(std::string_view pattern)
{
    const auto refused = [&](const char* why) {
        return fail(Error(ErrorCode::Unsupported, "this regular expression of a tokenizer cannot be used").got(std::string(pattern.substr(0, 200))).wanted(why));
    };
    if (pattern.size() > kLongestPattern) return refused("at most 64 KiB");
    if (unicode::firstBroken(pattern)) return refused("UTF-8");
    const std::u16string text = unicode::toUtf16(rewritten(pattern));
    UParseError where{};
    UErrorCode error = U_ZERO_ERROR;
    Handle handle(uregex_open(text.data(), static_cast<std::int32_t>(text.size()), 0, &where, &error));
    if (U_FAILURE(error)) return refused(u_errorName(error));
    Regex out;
    out.m_pattern = pattern;
    auto compiled = std::make_shared<Compiled>();
    compiled->handle = std::move(handle);
    out.m_compiled = std::move(compiled);
    return out;
}

Result<std::vector<Slice>> Regex::split(std::string_view text) const
{
    std::vector<Slice> out;
    if (text.empty()) return out;
    const std::u16string wide = unicode::toUtf16(text);
    if (wide.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
        return fail(ErrorCode::Unsupported, "a text of more than 2 GiB cannot be split into words");
    UErrorCode error = U_ZERO_ERROR;
    const Handle matcher(uregex_clone(m_compiled->handle.get(), &error)); // matching changes the object
    uregex_setTimeLimit(matcher.get(), kTimeLimit, &error); // a copy does not have the limits
    uregex_setStackLimit(matcher.get(), kStackLimit, &error);
    if (U_SUCCESS(error)) uregex_setText(matcher.get(), wide.data(), static_cast<std::int32_t>(wide.size()), &error);
    std::size_t units = 0; // UTF-16 units and bytes passed
    std::size_t bytes = 0;
    const auto byteOf = [&](std::int32_t unit) {
        while (units < static_cast<std::size_t>(unit)) {
            const std::size_t n = unicode::sizeOf(text[bytes]);
            units += n == 4 ? 2 : 1;
            bytes += n;
        }
        return bytes;
    };
    std::size_t last = 0;
    while (U_SUCCESS(error) && uregex_findNext(matcher.get(), &error)) {
        const std::size_t begin = byteOf(uregex_start(matcher.get(), 0, &error));
        const std::size_t end = byteOf(uregex_end(matcher.get(), 0, &error));
        if (begin > last) out.push_back({last, begin, false});
        if (end > begin) out.push_back({begin, end, true});
        last = end;
    }
    if (U_FAILURE(error))
        return fail(Error(ErrorCode::Unsafe, "splitting the text by the tokenizer's regular expression took too long")
                        .got(u_errorName(error)).wanted(m_pattern.substr(0, 200)));
    if (last < text.size()) out.push_back({last, text.size(), false});
    return out;
}

} // namespace qs::model
