// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/io/json_text.h"
#include "core/io/protobuf.h"
#include "core/model/tokenizers/load_tokenizer.h"
#include "core/model/tokenizers/unicode.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace qs::model {
namespace {

namespace fs = std::filesystem;
using io::Protobuf;

constexpr std::uint64_t kMostBytes = std::uint64_t(64) << 20;
constexpr std::size_t kMostPieces = 4'000'000;
constexpr const char* kSpace = "\xE2\x96\x81"; // ▁

enum PieceType : std::uint64_t { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

struct Piece {
    std::string text;
    float score = 0;
    std::uint64_t type = Normal;
};

// sentencepiece_model.proto: TrainerSpec and NormalizerSpec, what encoding needs of them, with their defaults.
struct Model {
    std::vector<Piece> pieces;
    std::uint64_t modelType = 1; // 1 unigram, 2 BPE, 3 word, 4 char
    bool byteFallback = false;
    bool spaceAsSuffix = false;
    std::uint64_t bos = 1;
    std::uint64_t eos = 2;
    std::string unknownSurface = " \xE2\x81\x87 "; // " ⁇ "
    std::string characterMap;
    bool dummyPrefix = true;
    bool removeExtraSpaces = true;
    bool escapeSpaces = true;
};

Error malformed(const fs::path& file, std::string what) { return Error(ErrorCode::Malformed, std::move(what)).inFile(file.string()); }

// Calls f(number, value, payload) for every field.
template <class F>
bool fields(std::string_view bytes, F&& f)
{
    Protobuf p(bytes);
    std::uint64_t number = 0;
    std::uint64_t value = 0;
    std::string_view payload;
    while (!p.done()) {
        if (!p.field(number, value, payload)) return false;
        f(number, value, payload);
    }
    return true;
}

Result<Model> parse(const fs::path& file, std::string_view bytes)
{
    Model m;
    bool sound = true;
    const bool whole = fields(bytes, [&](std::uint64_t number, std::uint64_t, std::string_view payload) {
        if (number == 1 && m.pieces.size() <= kMostPieces) {
            Piece piece;
            sound = fields(payload, [&](std::uint64_t n, std::uint64_t v, std::string_view part) {
                if (n == 1) piece.text = part;
                else if (n == 2 && part.size() == 4) piece.score = std::bit_cast<float>(loadLe<std::uint32_t>(reinterpret_cast<const std::byte*>(part.data())));
                else if (n == 3) piece.type = v;
            }) && sound;
            m.pieces.push_back(std::move(piece));
        } else if (number == 2) {
            sound = fields(payload, [&](std::uint64_t n, std::uint64_t v, std::string_view part) {
                if (n == 3) m.modelType = v;
                else if (n == 24) m.spaceAsSuffix = v != 0;
                else if (n == 35) m.byteFallback = v != 0;
                else if (n == 41) m.bos = v;
                else if (n == 42) m.eos = v;
                else if (n == 44) m.unknownSurface = part;
            }) && sound;
        } else if (number == 3) {
            sound = fields(payload, [&](std::uint64_t n, std::uint64_t v, std::string_view part) {
                if (n == 2) m.characterMap = part;
                else if (n == 3) m.dummyPrefix = v != 0;
                else if (n == 4) m.removeExtraSpaces = v != 0;
                else if (n == 5) m.escapeSpaces = v != 0;
            }) && sound;
        }
    });
    if (!whole || !sound) return fail(malformed(file, "this is no SentencePiece model, or it is cut"));
    if (m.pieces.empty()) return fail(malformed(file, "this SentencePiece model has no pieces"));
    if (m.pieces.size() > kMostPieces) return fail(malformed(file, "more than 4 million pieces"));
    for (const auto& p : m.pieces) {
        if (unicode::firstBroken(p.text)) return fail(malformed(file, "a piece is not UTF-8"));
        if (!std::isfinite(p.score)) return fail(malformed(file, "a piece has a score that is no number").got(p.text.substr(0, 64)));
        if (p.type < Normal || p.type > Byte) return fail(malformed(file, "a piece has an unknown type").got(std::to_string(p.type)));
    }
    return m;
}

Error unsupported(const fs::path& file, std::string what) { return Error(ErrorCode::Unsupported, std::move(what)).inFile(file.string()); }

} // namespace

Result<TokenizerPtr> readSentencePiece(const fs::path& file)
{
    QS_ASSIGN(const std::string bytes, io::readTextFile(file, kMostBytes));
    QS_ASSIGN(const Model m, parse(file, bytes));
    if (m.modelType != 1 && m.modelType != 2)
        return fail(unsupported(file, "this SentencePiece model is of a kind that this program does not know").wanted("unigram or BPE"));
    if (!m.characterMap.empty())
        return fail(unsupported(file, "this SentencePiece model has a compiled character map, which this program does not apply").fix("give its tokenizer.json, if that names its normalizers"));
    if (m.spaceAsSuffix) return fail(unsupported(file, "this SentencePiece model writes spaces behind words, which this program does not"));
    TokenizerParts t;
    t.source = "tokenizer.model";
    t.known.assign(m.pieces.size(), true);
    std::vector<std::int32_t> byteIds(256, -1);
    std::int32_t unknown = -1;
    float low = std::numeric_limits<float>::infinity();
    float high = -low;
    for (std::size_t i = 0; i < m.pieces.size(); ++i) {
        const Piece& p = m.pieces[i];
        const auto id = static_cast<std::int32_t>(i);
        t.texts.push_back(p.text);
        if (p.type == Byte) {
            if (const int b = byteOfToken(p.text); b >= 0) byteIds[static_cast<std::size_t>(b)] = id;
        } else if (p.type == Unknown) {
            if (unknown >= 0) return fail(malformed(file, "two pieces are the unknown one"));
            unknown = id;
        }
        if (p.type == Normal) {
            low = std::min(low, p.score);
            high = std::max(high, p.score);
        }
        if (p.type == Control) {
            t.decodedTexts.emplace(id, std::string());
            AddedToken a; // never looked for in a text (no content): decoding may leave it out
            a.id = id;
            a.special = true;
            t.added.push_back(std::move(a));
        }
    }
    if (unknown < 0) return fail(malformed(file, "no piece is the unknown one"));
    t.decodedTexts.emplace(unknown, m.unknownSurface);
    const bool allBytes = std::find(byteIds.begin(), byteIds.end(), -1) == byteIds.end();
    if (m.byteFallback && !allBytes) return fail(malformed(file, "the model falls back to bytes but lacks some of the 256 byte pieces"));

    if (m.removeExtraSpaces) t.normalizers.push_back(makeSingleSpaces());
    if (m.dummyPrefix) t.normalizers.push_back(makePrepend(" "));
    if (m.escapeSpaces) t.normalizers.push_back(makeReplace(" ", kSpace));
    if (m.modelType == 2) {
        ScoredPieces s;
        for (std::size_t i = 0; i < m.pieces.size(); ++i) {
            const Piece& p = m.pieces[i];
            s.scores.push_back(p.score);
            s.unused.push_back(p.type == Unused);
            if (p.type != Normal && p.type != UserDefined && p.type != Unused) continue;
            if (!p.text.empty()) s.pieces.try_emplace(p.text, static_cast<std::int32_t>(i));
            if (p.type == UserDefined) s.defined.push_back(p.text);
        }
        s.unknown = unknown;
        if (m.byteFallback) s.bytes = byteIds;
        t.model = makeScoredBpe(std::move(s));
    } else {
        UnigramRules r;
        r.singlePrecision = true;
        r.unknown = unknown;
        if (m.byteFallback) r.bytes = byteIds;
        for (const Piece& p : m.pieces) {
            const bool matches = p.type == Normal || p.type == UserDefined;
            // A user-defined piece beats any segmentation of its text (unigram_model.cc).
            const double score = p.type == UserDefined ? static_cast<double>(static_cast<float>(unicode::length(p.text)) * high - 0.1F) : static_cast<double>(p.score);
            r.pieces.emplace_back(matches ? p.text : std::string(), score);
        }
        t.model = makeUnigram(std::move(r));
    }
    if (m.dummyPrefix || m.removeExtraSpaces) t.decoders.push_back(makeDummyPrefixDecoder(kSpace));
    t.decoders.push_back(makeReplaceDecoder(kSpace, " "));
    t.decoders.push_back(makeByteFallbackDecoder(true));
    const auto add = [&](std::uint64_t id, std::vector<std::int32_t>& to) { // -1 (as 2^64-1): there is none
        if (id < m.pieces.size() && m.pieces[id].type == Control) to.push_back(static_cast<std::int32_t>(id));
    };
    // The file does not say what a text begins and ends with: what models of this kind are trained with.
    add(m.bos, t.before);
    if (t.before.empty()) add(m.eos, t.behind);
    return std::make_shared<const Tokenizer>(std::move(t));
}

} // namespace qs::model
