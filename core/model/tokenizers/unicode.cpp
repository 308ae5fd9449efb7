// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizers/unicode.h"

#include <algorithm>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

namespace qs::model::unicode {
namespace {

bool within(std::span<const CodeRange> ranges, char32_t c)
{
    const auto it = std::upper_bound(ranges.begin(), ranges.end(), c, [](char32_t v, const CodeRange& r) { return v < r.first; });
    return it != ranges.begin() && c <= std::prev(it)->last;
}

UChar32 icu(char32_t c) { return static_cast<UChar32>(c); }
bool inMask(char32_t c, std::uint32_t mask) { return (U_MASK(u_charType(icu(c))) & mask) != 0; }

// Bytes of the well-formed sequence at i, or 0; `bad` gets the length of the maximal invalid part there.
std::size_t sequenceAt(std::string_view s, std::size_t i, std::size_t& bad)
{
    const auto at = [&](std::size_t k) { return static_cast<unsigned char>(s[k]); };
    const unsigned c = at(i);
    bad = 1;
    if (c < 0x80) return 1;
    if (c < 0xC2 || c > 0xF4) return 0;
    const std::size_t n = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    unsigned low = 0x80;
    unsigned high = 0xBF;
    if (c == 0xE0) low = 0xA0;
    else if (c == 0xED) high = 0x9F;
    else if (c == 0xF0) low = 0x90;
    else if (c == 0xF4) high = 0x8F;
    for (std::size_t k = 1; k < n; ++k) {
        if (i + k >= s.size() || at(i + k) < low || at(i + k) > high) {
            bad = k;
            return 0;
        }
        low = 0x80;
        high = 0xBF;
    }
    return n;
}

} // namespace

bool isLetter(char32_t c) { return within(letters(), c); }
bool isNumber(char32_t c) { return within(numbers(), c); }
bool isSpace(char32_t c)
{
    return (c >= 9 && c <= 13) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028
        || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}
bool isWord(char32_t c)
{
    return isLetter(c) || u_hasBinaryProperty(icu(c), UCHAR_ALPHABETIC) || inMask(c, U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)
        || u_hasBinaryProperty(icu(c), UCHAR_JOIN_CONTROL);
}
bool isPunctuation(char32_t c) { return inMask(c, U_GC_P_MASK); }
bool isNonspacing(char32_t c) { return inMask(c, U_GC_MN_MASK); }
bool isOther(char32_t c) { return inMask(c, U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK); }

char32_t next(std::string_view text, std::size_t& i)
{
    const auto at = [&](std::size_t k) { return static_cast<char32_t>(static_cast<unsigned char>(text[k])); };
    const char32_t c = at(i);
    const std::size_t n = sizeOf(text[i]);
    char32_t out = c;
    if (n == 2) out = (c & 0x1FU) << 6 | (at(i + 1) & 0x3FU);
    else if (n == 3) out = (c & 0x0FU) << 12 | (at(i + 1) & 0x3FU) << 6 | (at(i + 2) & 0x3FU);
    else if (n == 4) out = (c & 0x07U) << 18 | (at(i + 1) & 0x3FU) << 12 | (at(i + 2) & 0x3FU) << 6 | (at(i + 3) & 0x3FU);
    i += n;
    return out;
}

char32_t previous(std::string_view text, std::size_t& i)
{
    do --i;
    while (i > 0 && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U);
    std::size_t at = i;
    return next(text, at);
}

void append(std::string& out, char32_t c)
{
    const auto put = [&](char32_t b) { out.push_back(static_cast<char>(static_cast<unsigned char>(b))); };
    if (c < 0x80) put(c);
    else if (c < 0x800) put(0xC0U | c >> 6), put(0x80U | (c & 0x3FU));
    else if (c < 0x10000) put(0xE0U | c >> 12), put(0x80U | (c >> 6 & 0x3FU)), put(0x80U | (c & 0x3FU));
    else put(0xF0U | c >> 18), put(0x80U | (c >> 12 & 0x3FU)), put(0x80U | (c >> 6 & 0x3FU)), put(0x80U | (c & 0x3FU));
}

std::size_t length(std::string_view text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::optional<std::size_t> firstBroken(std::string_view text)
{
    std::size_t bad = 0;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t n = sequenceAt(text, i, bad);
        if (n == 0) return i;
        i += n;
    }
    return std::nullopt;
}

std::string repaired(std::string_view bytes)
{
    std::string out;
    out.reserve(bytes.size());
    std::size_t bad = 0;
    for (std::size_t i = 0; i < bytes.size();) {
        const std::size_t n = sequenceAt(bytes, i, bad);
        if (n == 0) {
            out += "\xEF\xBF\xBD";
            i += bad;
        } else {
            out.append(bytes.substr(i, n));
            i += n;
        }
    }
    return out;
}

std::u16string toUtf16(std::string_view text)
{
    std::u16string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const char32_t c = next(text, i);
        if (c < 0x10000) {
            out.push_back(static_cast<char16_t>(c));
        } else {
            out.push_back(static_cast<char16_t>(0xD800U + ((c - 0x10000) >> 10)));
            out.push_back(static_cast<char16_t>(0xDC00U + ((c - 0x10000) & 0x3FFU)));
        }
    }
    return out;
}

std::string normalized(std::string_view text, Form form)
{
    // ASCII is its own normal form.
    if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return std::string(text);
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2* n = form == Form::Nfc ? unorm2_getNFCInstance(&error)
                          : form == Form::Nfd ? unorm2_getNFDInstance(&error)
                          : form == Form::Nfkc ? unorm2_getNFKCInstance(&error)
                                               : unorm2_getNFKDInstance(&error);
    if (U_FAILURE(error)) return std::string(text);
    const std::u16string in = toUtf16(text);
    std::u16string out(in.size() + in.size() / 2 + 32, u'\0');
    auto size = unorm2_normalize(n, in.data(), static_cast<std::int32_t>(in.size()), out.data(), static_cast<std::int32_t>(out.size()), &error);
    if (error == U_BUFFER_OVERFLOW_ERROR) {
        error = U_ZERO_ERROR;
        out.resize(static_cast<std::size_t>(size));
        size = unorm2_normalize(n, in.data(), static_cast<std::int32_t>(in.size()), out.data(), size, &error);
    }
    if (U_FAILURE(error)) return std::string(text);
    std::string back;
    back.reserve(text.size());
    for (std::int32_t i = 0; i < size;) {
        UChar32 c = 0;
        U16_NEXT(out.data(), i, size, c);
        append(back, static_cast<char32_t>(c));
    }
    return back;
}

std::string lower(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const char32_t c = next(text, i);
        if (c == 0x130) out += "i\xCC\x87"; // the one code point whose lower case is two (SpecialCasing.txt)
        else append(out, c < 0x80 ? (c >= U'A' && c <= U'Z' ? c + 32 : c) : static_cast<char32_t>(u_tolower(icu(c))));
    }
    return out;
}

std::string replaced(std::string_view text, std::string_view what, std::string_view with)
{
    std::string out;
    out.reserve(text.size());
    std::size_t at = 0;
    for (std::size_t hit = what.empty() ? std::string_view::npos : text.find(what); hit != std::string_view::npos; hit = text.find(what, at)) {
        out.append(text.substr(at, hit - at));
        out.append(with);
        at = hit + what.size();
    }
    out.append(text.substr(at));
    return out;
}

} // namespace qs::model::unicode
