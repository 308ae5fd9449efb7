// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <memory>
#include <string>
#include <vector>

namespace qs::model {

/// One step that changes a text before it is split into words. Takes and gives valid UTF-8. Thread-safe.
class Normalizer {
public:
    virtual ~Normalizer() = default;
    virtual Result<std::string> apply(std::string text) const = 0;
};
using Normalizers = std::vector<std::unique_ptr<const Normalizer>>;
Result<std::string> applyAll(const Normalizers& steps, std::string text);

/// Puts a string in front of a text that is not empty.
std::unique_ptr<const Normalizer> makePrepend(std::string what);
/// Replaces every occurrence of a string (not empty).
std::unique_ptr<const Normalizer> makeReplace(std::string what, std::string with);
/// Replaces every match of a regular expression.
Result<std::unique_ptr<const Normalizer>> makeRegexReplace(std::string_view pattern, std::string with);
enum class UnicodeForm { Nfc, Nfd, Nfkc, Nfkd };
std::unique_ptr<const Normalizer> makeUnicodeForm(UnicodeForm form);
std::unique_ptr<const Normalizer> makeLowercase();
/// Drops nonspacing marks (category Mn); after NFD that strips accents.
std::unique_ptr<const Normalizer> makeStripAccents();
/// Drops white space at the ends.
std::unique_ptr<const Normalizer> makeStrip(bool left, bool right);
/// SentencePiece's remove_extra_whitespaces: none at the ends, one between words. Only U+0020.
std::unique_ptr<const Normalizer> makeSingleSpaces();

struct BertOptions {
    bool cleanText = true;
    bool chineseCharacters = true; ///< spaces around CJK ideographs
    bool stripAccents = true;
    bool lowercase = true;
};
std::unique_ptr<const Normalizer> makeBert(const BertOptions& options);

} // namespace qs::model
