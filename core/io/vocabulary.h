// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"

#include <cstdint>
#include <string>
#include <vector>

namespace qs::io {

enum class TokenKind : std::uint8_t { Normal, Unknown, Control, UserDefined, Unused, Byte };
const char* tokenKindName(TokenKind kind); ///< "normal", "unknown", "control", "user defined", "unused", "byte"

/// One token of a vocabulary.
struct VocabularyToken {
    std::int64_t id = 0;
    std::string text; ///< as stored: raw bytes for GGUF, UTF-8 else
    TokenKind kind = TokenKind::Normal;
    float score = 0;  ///< unigram and SentencePiece models; 0 where there is none
};

/// What a checkpoint brings along to turn text into ids, to look at (not to tokenize with).
struct Vocabulary {
    std::string source; ///< "tokenizer.json", "tokenizer.model", "vocab.txt" or "GGUF metadata"; empty: there is none
    std::string model;  ///< "BPE", "Unigram", "WordPiece", or GGUF's name of it
    std::string pre;    ///< GGUF's name of the splitting rule; empty else
    bool byteFallback = false;
    std::uint64_t merges = 0;
    std::vector<VocabularyToken> tokens; ///< by id
    /// Special tokens by their role: "bos_token" → text.
    std::vector<std::pair<std::string, std::string>> special;
    std::string chatTemplate;       ///< Jinja text, never run
    std::string chatTemplateSource; ///< where it stands
};

/// Reads tokenizer.json, tokenizer.model or vocab.txt of the model folder with its tokenizer_config.json and
/// chat_template.jinja (formats.md A6.4), or GGUF's metadata (A6.5). Nothing there: an empty vocabulary. Malformed for files that break their
/// format; sizes are bounded (tokenizer.json 64 MiB).
Result<Vocabulary> readVocabulary(const ModelSource& source, const Context& context);

} // namespace qs::io
