// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace qs::model {

/// One step that splits words further, or rewrites them. Words are valid UTF-8. Thread-safe.
class PreTokenizer {
public:
    virtual ~PreTokenizer() = default;
    /// `first`: words[0] begins at the very start of the text.
    virtual Result<std::vector<std::string>> apply(std::vector<std::string> words, bool first) const = 0;
};
using PreTokenizers = std::vector<std::unique_ptr<const PreTokenizer>>;
/// The words of a text, none empty.
Result<std::vector<std::string>> splitWords(const PreTokenizers& steps, std::string text, bool first);

/// What happens to a delimiter.
enum class SplitBehavior { Isolated, Removed, MergedWithPrevious, MergedWithNext, Contiguous };
/// Splits at the matches of a regular expression; `invert`: at what lies between them.
Result<std::unique_ptr<const PreTokenizer>> makeRegexSplit(std::string_view pattern, SplitBehavior behavior, bool invert);
/// Splits at the occurrences of a string (not empty).
std::unique_ptr<const PreTokenizer> makeStringSplit(std::string what, SplitBehavior behavior, bool invert);
/// Each byte becomes its character of the GPT-2 table; `addPrefixSpace` puts a space in front of a word without one,
/// `useRegex` splits by GPT-2's expression first.
Result<std::unique_ptr<const PreTokenizer>> makeByteLevel(bool addPrefixSpace, bool useRegex);
enum class PrependScheme { Always, First, Never };
/// Spaces become `replacement`, and one is put in front by the scheme; `split`: words begin at each.
std::unique_ptr<const PreTokenizer> makeMetaspace(std::string replacement, PrependScheme scheme, bool split);
/// White space separates; each punctuation character is a word.
std::unique_ptr<const PreTokenizer> makeBertWords();
std::unique_ptr<const PreTokenizer> makeWhitespaceSplit();
std::unique_ptr<const PreTokenizer> makePunctuation(SplitBehavior behavior);
/// Numbers are words; `individual`: each digit.
std::unique_ptr<const PreTokenizer> makeDigits(bool individual);

/// GPT-2's expression, as ByteLevel uses it.
extern const char* const kGpt2Regex;
/// Table of GPT-2: the character of a byte, and back (-1: the character stands for no byte).
char32_t byteCharacter(unsigned char byte);
int characterByte(char32_t c);

} // namespace qs::model
