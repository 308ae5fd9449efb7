// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Text as tokenizers see it: code points of UTF-8, classes, normal forms. L and N are those of Unicode 16.0; all other
/// properties and the normal forms come from ICU (Debian 12: Unicode 15.0).
namespace qs::model::unicode {

struct CodeRange {
    char32_t first, last;
};
std::span<const CodeRange> letters(); ///< \p{L}, ascending
std::span<const CodeRange> numbers(); ///< \p{N}, ascending

bool isLetter(char32_t c);
bool isNumber(char32_t c);
bool isSpace(char32_t c);       ///< White_Space: \s
bool isWord(char32_t c);        ///< \w: alphabetic, marks, decimal digits, connectors, join controls
bool isPunctuation(char32_t c); ///< categories P*
bool isNonspacing(char32_t c);  ///< category Mn
bool isOther(char32_t c);       ///< categories Cc, Cf, Co

/// The code point that begins at byte i of valid UTF-8; i moves behind it.
char32_t next(std::string_view text, std::size_t& i);
/// The code point that ends before byte i of valid UTF-8 (i > 0); i moves to its first byte.
char32_t previous(std::string_view text, std::size_t& i);
void append(std::string& out, char32_t c);
/// How many code points valid UTF-8 holds.
std::size_t length(std::string_view text);
/// Bytes of the code point that begins with this byte of valid UTF-8.
constexpr std::size_t sizeOf(char first)
{
    const auto b = static_cast<unsigned char>(first);
    return b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
}

/// Where the first byte is that is no UTF-8 (overlong forms and surrogates are none; U+0000 is); nothing: all is.
std::optional<std::size_t> firstBroken(std::string_view text);
/// The text with one U+FFFD for every maximal invalid part (Unicode 3.9, "substitution of maximal subparts").
std::string repaired(std::string_view bytes);

enum class Form { Nfc, Nfd, Nfkc, Nfkd };
std::string normalized(std::string_view text, Form form);
/// Each code point by its full lower case mapping, without regard to its neighbours.
std::string lower(std::string_view text);

std::u16string toUtf16(std::string_view text);

/// text with every `what` (not empty) replaced, left to right.
std::string replaced(std::string_view text, std::string_view what, std::string_view with);

} // namespace qs::model::unicode
