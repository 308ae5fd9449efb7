// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/tokenizers/added_tokens.h"
#include "core/model/tokenizers/decoder.h"
#include "core/model/tokenizers/normalizer.h"
#include "core/model/tokenizers/pre_tokenizer.h"
#include "core/model/tokenizers/word_model.h"

#include <memory>
#include <span>

namespace qs::model {

/// Everything a tokenizer is made of, as a reader fills it in.
struct TokenizerParts {
    std::string source;             ///< "tokenizer.json", "tokenizer.model", ...: for people
    std::vector<std::string> texts; ///< by id; an id in a gap has empty text
    std::vector<bool> known;        ///< by id: not a gap
    std::vector<AddedToken> added;
    Normalizers normalizers;
    PreTokenizers preTokenizers;
    std::unique_ptr<const WordModel> model;
    TokenDecoders decoders;
    std::vector<std::int32_t> before; ///< what a post-processor puts in front
    std::vector<std::int32_t> behind;
    /// Ids that decode to other text than their own (sentencepiece's unknown and control pieces).
    std::unordered_map<std::int32_t, std::string> decodedTexts;
};

/// Text to ids and back, as the model's own library does it (golden/tokenizers/README.md of the specifications has the order
/// of steps). Immutable and thread-safe.
class Tokenizer {
public:
    explicit Tokenizer(TokenizerParts parts);

    struct Encoding {
        std::vector<std::int32_t> ids;
        std::vector<std::string> tokens; ///< text of each id, where asked for
    };
    /// The ids of a text of valid UTF-8 (else Malformed, with the byte); `special`: with the tokens that the post-processor adds.
    Result<Encoding> encode(std::string_view text, bool special = false, bool withTokens = false) const;
    /// The text of ids; NotFound for an id that the vocabulary lacks.
    Result<std::string> decode(std::span<const std::int32_t> ids, bool skipSpecial = false) const;

    const std::string& source() const { return m_parts.source; }
    /// One past the largest id.
    std::int64_t size() const { return static_cast<std::int64_t>(m_parts.texts.size()); }
    const std::string& tokenText(std::int32_t id) const { return m_parts.texts[static_cast<std::size_t>(id)]; }

private:
    TokenizerParts m_parts;
    AddedTokenFinder m_raw;        // tokens of the raw text
    AddedTokenFinder m_normalized; // tokens of the normalized text
    std::vector<bool> m_special;   // by id
};

} // namespace qs::model
