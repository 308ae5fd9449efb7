// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <memory>
#include <string>
#include <vector>

namespace qs::model {

/// One step from token texts back to text. The steps run over the list of all tokens; what is left is joined.
class TokenDecoder {
public:
    virtual ~TokenDecoder() = default;
    virtual std::vector<std::string> apply(std::vector<std::string> tokens) const = 0;
};
using TokenDecoders = std::vector<std::unique_ptr<const TokenDecoder>>;
/// The text; bytes that are no UTF-8 become U+FFFD.
std::string joinTokens(const TokenDecoders& steps, std::vector<std::string> tokens);

/// Characters of GPT-2's table back to bytes, all joined; a token with any other character stands for its own UTF-8.
std::unique_ptr<const TokenDecoder> makeByteLevelDecoder();
std::unique_ptr<const TokenDecoder> makeReplaceDecoder(std::string what, std::string with);
/// Runs of <0x0A> become their text; a run that is no UTF-8 becomes one U+FFFD for each byte. `each`: valid characters of a
/// broken run are kept, as sentencepiece does.
std::unique_ptr<const TokenDecoder> makeByteFallbackDecoder(bool each = false);
std::unique_ptr<const TokenDecoder> makeFuseDecoder();
/// Drops one `space` where the first token that is not empty begins with it.
std::unique_ptr<const TokenDecoder> makeDummyPrefixDecoder(std::string space);
/// Drops up to so many times `what` (one character) at the start and the end of every token.
std::unique_ptr<const TokenDecoder> makeStripDecoder(std::string what, std::size_t start, std::size_t stop);
/// Joins with a string between, as the library does where a tokenizer names no decoder.
std::unique_ptr<const TokenDecoder> makeJoinDecoder(std::string between);
/// The replacement becomes a space, but vanishes in the first token (`dropFirst`).
std::unique_ptr<const TokenDecoder> makeMetaspaceDecoder(std::string replacement, bool dropFirst);
std::unique_ptr<const TokenDecoder> makeWordPieceDecoder(std::string prefix, bool cleanup);
/// Original BPE: the suffix that ends a word becomes a space, at the last token nothing.
std::unique_ptr<const TokenDecoder> makeSuffixDecoder(std::string suffix);

} // namespace qs::model
