// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace qs::model {

/// Ids of tokens by their text, found without a copy.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
};
using TextIds = std::unordered_map<std::string, std::int32_t, TextHash, std::equal_to<>>;

/// Ids, and the text of those tokens that show other text than the vocabulary's.
struct TokenSink {
    std::vector<std::int32_t> ids;
    std::vector<std::pair<std::size_t, std::string>> shown; ///< index into ids, text; ascending
    void add(std::int32_t id) { ids.push_back(id); }
    void add(std::int32_t id, std::string_view text)
    {
        shown.emplace_back(ids.size(), text);
        ids.push_back(id);
    }
};

/// What turns one word (valid UTF-8, not empty) into tokens. Thread-safe.
class WordModel {
public:
    virtual ~WordModel() = default;
    virtual void encode(std::string_view word, TokenSink& out) const = 0;
};

/// Byte-pair encoding by ranked merges (formats.md A6.4).
struct BpeRules {
    TextIds vocabulary;
    std::vector<std::pair<std::string, std::string>> merges; ///< by rank
    bool byteFallback = false;  ///< a code point that is no entry becomes its bytes <0x0A>
    bool ignoreMerges = false;  ///< a word that is an entry is taken whole
    bool fuseUnknown = false;   ///< neighbouring unknowns are one
    std::string unknown;        ///< text of the unknown token; empty: unknown code points vanish
    std::string continuingPrefix; ///< before all code points of a word but the first
    std::string endSuffix;        ///< behind the last
};
/// Malformed for a merge whose parts or result are no entries.
Result<std::unique_ptr<const WordModel>> makeBpe(BpeRules rules);

/// SentencePiece's BPE: joins the neighbours whose joined piece has the highest score, leftmost first (sentencepiece,
/// bpe_model.cc; llama.cpp, llm_tokenizer_spm). User-defined pieces are taken first and never join.
struct ScoredPieces {
    TextIds pieces;                   ///< what text may become: normal and unused pieces
    std::vector<float> scores;        ///< by id
    std::vector<std::string> defined; ///< user-defined pieces, ids in `pieces`
    std::vector<bool> unused;         ///< by id: broken up again where it stands alone
    std::int32_t unknown = -1;        ///< -1: unknown text vanishes
    std::vector<std::int32_t> bytes;  ///< ids of <0x00>…<0xFF>; empty: no byte fallback
};
std::unique_ptr<const WordModel> makeScoredBpe(ScoredPieces pieces);

/// Unigram: the segmentation with the largest sum of scores (Viterbi; Kudo 2018, arXiv 1804.10959).
struct UnigramRules {
    std::vector<std::pair<std::string, double>> pieces; ///< by id; the first of equal texts counts. Empty text: never matches
    std::int32_t unknown = -1;       ///< -1: unknown text vanishes
    std::vector<std::int32_t> bytes; ///< ids of <0x00>…<0xFF>; empty: no byte fallback
    bool singlePrecision = false;    ///< sums as sentencepiece rounds them
};
std::unique_ptr<const WordModel> makeUnigram(UnigramRules rules);

/// WordPiece: the longest prefix that is an entry, then the longest with the prefix for continuations, ...
struct WordPieceRules {
    TextIds vocabulary;
    std::string unknown = "[UNK]";
    std::string continuingPrefix = "##";
    std::size_t longestWord = 100; ///< code points; a longer word is unknown
};
/// Malformed where the unknown token is no entry.
Result<std::unique_ptr<const WordModel>> makeWordPiece(WordPieceRules rules);

/// Text of a byte's token: "<0x0A>".
std::string byteTokenText(unsigned byte);
/// The byte of such a token, or -1.
int byteOfToken(std::string_view text);

} // namespace qs::model
