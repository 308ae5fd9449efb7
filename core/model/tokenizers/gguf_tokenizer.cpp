// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/io/vocabulary.h"
#include "core/model/tokenizers/load_tokenizer.h"
#include "core/model/tokenizers/unicode.h"

#include <algorithm>
#include <cmath>

namespace qs::model {
namespace {

constexpr const char* kSpace = "\xE2\x96\x81"; // ▁
constexpr std::uint64_t kMostMerges = 8'000'000;

constexpr const char* kLlama3 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kTekken =
    R"([^\r\n\p{L}\p{N}]?((?=[\p{L}])([^a-z]))*((?=[\p{L}])([^A-Z]))+|[^\r\n\p{L}\p{N}]?((?=[\p{L}])([^a-z]))+((?=[\p{L}])([^A-Z]))*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

// tokenizer.ggml.pre: the expressions by which words are split, one after the other (llama.cpp, llama-vocab.cpp).
struct PreRule {
    const char* names; ///< between spaces
    std::vector<const char*> expressions;
    bool ignoreMerges = false;
    bool addBos = false; ///< where the file does not say
};

const std::vector<PreRule>& preRules()
{
    static const std::vector<PreRule> rules = {
        {" gpt-2 phi-2 mpt olmo jais trillion granite-docling ", {kGpt2Regex}},
        {" llama-bpe llama3 llama-v3 falcon3 falcon-h1 pixtral ", {kLlama3}, true, true},
        {" dbrx smaug-bpe ", {kLlama3}},
        {" qwen2 deepseek-r1-qwen megrez stablelm2 kormo ", {kQwen2}},
        {" smollm starcoder refact command-r codeshell exaone minerva-7b ", {R"(\p{N})", kGpt2Regex}},
        {" tekken ", {kTekken}, true, true},
        {" default ", {R"([\p{P}\$\+<=>\^~\|]+)", kGpt2Regex, R"(\p{N}+)", "[0-9][0-9][0-9]"}},
        {" falcon ", {R"([\p{P}\$\+<=>\^~\|`]+)", kGpt2Regex, "[0-9][0-9][0-9]"}},
    };
    return rules;
}

class Gguf {
public:
    Gguf(const io::ModelSource& source, const Context& context) : m_source(source), m_context(context) {}

    Result<TokenizerPtr> read()
    {
        QS_ASSIGN(m_vocabulary, io::readVocabulary(m_source, m_context));
        if (m_vocabulary.source != "GGUF metadata")
            return fail(Error(ErrorCode::Lacking, "this GGUF file has no tokenizer").inFile(m_source.path.string()).wanted("tokenizer.ggml.tokens"));
        m_parts.source = "GGUF metadata";
        std::vector<std::int32_t> bytes(256, -1);
        for (const auto& t : m_vocabulary.tokens) {
            const auto id = static_cast<std::int32_t>(t.id);
            if (unicode::firstBroken(t.text)) return fail(malformed("a token is not UTF-8").got("token " + std::to_string(id)));
            if (!std::isfinite(t.score)) return fail(malformed("a token has a score that is no number").got("token " + std::to_string(id)));
            m_parts.texts.push_back(t.text);
            if (t.kind != io::TokenKind::Byte) continue;
            if (const int b = byteOfToken(t.text); b >= 0) bytes[static_cast<std::size_t>(b)] = id;
        }
        m_parts.known.assign(m_parts.texts.size(), true);
        for (const auto& t : m_vocabulary.tokens) {
            const bool special = t.kind == io::TokenKind::Control || t.kind == io::TokenKind::Unknown;
            if (!special && t.kind != io::TokenKind::UserDefined) continue;
            AddedToken a;
            a.id = static_cast<std::int32_t>(t.id);
            a.content = t.text;
            a.special = special;
            m_parts.added.push_back(std::move(a));
        }
        if (std::find(bytes.begin(), bytes.end(), -1) == bytes.end()) m_bytes = std::move(bytes);
        const std::string& model = m_vocabulary.model;
        if (model == "gpt2") QS_TRY(byteLevel());
        else if (model == "llama") QS_TRY(sentencePiece(false));
        else if (model == "t5") QS_TRY(sentencePiece(true));
        else if (model == "bert") QS_TRY(wordPiece());
        else
            return fail(Error(ErrorCode::Unsupported, "this GGUF file has a tokenizer that this program does not know")
                            .inFile(m_source.path.string()).wanted("gpt2, llama, t5 or bert").got(model.substr(0, 64)));
        return std::make_shared<const Tokenizer>(std::move(m_parts));
    }

private:
    Error malformed(std::string what) const { return Error(ErrorCode::Malformed, std::move(what)).inFile(m_source.path.string()); }

    std::int32_t idOf(const char* key, std::int32_t otherwise) const
    {
        const io::MetaEntry* e = m_source.meta(std::string("tokenizer.ggml.") + key);
        std::int64_t id = otherwise;
        if (e && !e->isArray && e->values.size() == 1) {
            if (const auto* i = std::get_if<std::int64_t>(&e->values[0])) id = *i;
            else if (const auto* u = std::get_if<std::uint64_t>(&e->values[0])) id = *u > 0x7FFFFFFFU ? -1 : static_cast<std::int64_t>(*u);
        }
        return id >= 0 && id < static_cast<std::int64_t>(m_parts.texts.size()) ? static_cast<std::int32_t>(id) : -1;
    }
    bool flag(const char* key, bool otherwise) const
    {
        const io::MetaEntry* e = m_source.meta(std::string("tokenizer.ggml.") + key);
        const bool* b = e && !e->isArray && e->values.size() == 1 ? std::get_if<bool>(&e->values[0]) : nullptr;
        return b ? *b : otherwise;
    }
    void addEnds(bool bos, bool eos, std::int32_t bosDefault, std::int32_t eosDefault)
    {
        if (flag("add_bos_token", bos))
            if (const std::int32_t id = idOf("bos_token_id", bosDefault); id >= 0) m_parts.before.push_back(id);
        if (flag("add_eos_token", eos))
            if (const std::int32_t id = idOf("eos_token_id", eosDefault); id >= 0) m_parts.behind.push_back(id);
    }

    Result<std::vector<std::pair<std::string, std::string>>> merges() const
    {
        std::vector<std::pair<std::string, std::string>> out;
        const io::MetaEntry* e = m_source.meta("tokenizer.ggml.merges");
        if (!e || !e->isArray || e->type != "string") return fail(malformed("a byte-level BPE tokenizer needs tokenizer.ggml.merges"));
        if (e->count > kMostMerges) return fail(malformed("more than 8 million merges"));
        const auto bytes = m_source.files.at(0)->bytes();
        std::uint64_t at = e->offset;
        out.reserve(e->count);
        for (std::uint64_t i = 0; i < e->count; ++i) {
            if (i % 4096 == 0 && m_context.stopped()) return cancelled();
            if (at > bytes.size() || bytes.size() - at < 8) return fail(malformed("the file changed while its merges were read"));
            const auto length = loadLe<std::uint64_t>(bytes.data() + at);
            at += 8;
            if (length > bytes.size() - at) return fail(malformed("the file changed while its merges were read"));
            const std::string_view text(reinterpret_cast<const char*>(bytes.data() + at), length);
            at += length;
            const std::size_t space = text.find(' ', 1);
            if (space == std::string_view::npos) return fail(malformed("a merge is two tokens with a space between").got(std::string(text.substr(0, 64))));
            out.emplace_back(text.substr(0, space), text.substr(space + 1));
        }
        return out;
    }

    Status byteLevel()
    {
        const std::string pre = m_vocabulary.pre.empty() ? "default" : m_vocabulary.pre;
        const auto& rules = preRules();
        const auto rule = std::find_if(rules.begin(), rules.end(), [&](const PreRule& r) {
            return std::string_view(r.names).find(" " + pre + " ") != std::string_view::npos;
        });
        if (rule == rules.end() || pre.find(' ') != std::string::npos)
            return fail(Error(ErrorCode::Unsupported, "this program does not know how this tokenizer splits words (tokenizer.ggml.pre)")
                            .inFile(m_source.path.string()).got(pre.substr(0, 64)).fix("give the model's tokenizer.json"));
        for (const char* expression : rule->expressions) {
            QS_ASSIGN(auto step, makeRegexSplit(expression, SplitBehavior::Isolated, false));
            m_parts.preTokenizers.push_back(std::move(step));
        }
        QS_ASSIGN(auto bytes, makeByteLevel(flag("add_space_prefix", false), false));
        m_parts.preTokenizers.push_back(std::move(bytes));
        BpeRules r;
        for (const auto& t : m_vocabulary.tokens)
            if (!t.text.empty()) r.vocabulary.try_emplace(t.text, static_cast<std::int32_t>(t.id));
        QS_ASSIGN(r.merges, merges());
        // llama.cpp takes merges that lead nowhere; they never apply.
        std::erase_if(r.merges, [&](const auto& m) {
            return !r.vocabulary.contains(m.first) || !r.vocabulary.contains(m.second) || !r.vocabulary.contains(m.first + m.second);
        });
        r.ignoreMerges = rule->ignoreMerges;
        QS_ASSIGN(m_parts.model, makeBpe(std::move(r)));
        m_parts.decoders.push_back(makeByteLevelDecoder());
        addEnds(rule->addBos, false, 11, 11);
        return {};
    }

    Status sentencePiece(bool unigram)
    {
        if (const io::MetaEntry* map = m_source.meta("tokenizer.ggml.precompiled_charsmap"); map && map->count > 0)
            return fail(Error(ErrorCode::Unsupported, "this tokenizer has a compiled character map, which this program does not apply").inFile(m_source.path.string()));
        const bool prefix = flag("add_space_prefix", true);
        if (flag("remove_extra_whitespaces", false)) m_parts.normalizers.push_back(makeSingleSpaces());
        if (prefix) m_parts.normalizers.push_back(makePrepend(" "));
        m_parts.normalizers.push_back(makeReplace(" ", kSpace));
        const std::int32_t unknown = idOf("unknown_token_id", unigram ? 2 : 0);
        const auto matches = [](const io::VocabularyToken& t) {
            return t.kind == io::TokenKind::Normal || t.kind == io::TokenKind::UserDefined || t.kind == io::TokenKind::Unused;
        };
        if (unigram) {
            UnigramRules r;
            r.unknown = unknown;
            r.bytes = m_bytes;
            for (const auto& t : m_vocabulary.tokens)
                r.pieces.emplace_back(matches(t) && t.kind != io::TokenKind::Unused ? t.text : std::string(), static_cast<double>(t.score));
            m_parts.model = makeUnigram(std::move(r));
            addEnds(false, true, 1, 1);
        } else {
            ScoredPieces s;
            for (const auto& t : m_vocabulary.tokens) {
                s.scores.push_back(t.score);
                s.unused.push_back(t.kind == io::TokenKind::Unused);
                if (!matches(t) || t.text.empty()) continue;
                s.pieces.try_emplace(t.text, static_cast<std::int32_t>(t.id));
                if (t.kind == io::TokenKind::UserDefined) s.defined.push_back(t.text);
            }
            s.unknown = unknown;
            s.bytes = m_bytes;
            m_parts.model = makeScoredBpe(std::move(s));
            addEnds(true, false, 1, 2);
        }
        m_parts.decoders.push_back(makeReplaceDecoder(kSpace, " "));
        m_parts.decoders.push_back(makeByteFallbackDecoder());
        m_parts.decoders.push_back(makeFuseDecoder());
        if (prefix) m_parts.decoders.push_back(makeStripDecoder(" ", 1, 0));
        return {};
    }

    // The converter writes "▁word" for tokens that begin a word and "part" for "##part".
    Status wordPiece()
    {
        BertOptions o;
        m_parts.normalizers.push_back(makeBert(o));
        m_parts.preTokenizers.push_back(makeBertWords());
        WordPieceRules r;
        for (const auto& t : m_vocabulary.tokens) {
            const bool begins = t.text.starts_with(kSpace);
            const bool plain = t.kind == io::TokenKind::Normal && !begins;
            const std::string text = begins ? t.text.substr(3) : plain ? "##" + t.text : t.text;
            r.vocabulary.try_emplace(text, static_cast<std::int32_t>(t.id));
            m_parts.texts[static_cast<std::size_t>(t.id)] = text;
        }
        const std::int32_t unknown = idOf("unknown_token_id", 100);
        if (unknown < 0) return fail(malformed("the vocabulary has no unknown token"));
        r.unknown = m_parts.texts[static_cast<std::size_t>(unknown)];
        QS_ASSIGN(m_parts.model, makeWordPiece(std::move(r)));
        m_parts.decoders.push_back(makeWordPieceDecoder("##", true));
        const std::int32_t begin = idOf("cls_token_id", idOf("bos_token_id", 101));
        const std::int32_t end = idOf("seperator_token_id", 102); // spelt so
        if (begin >= 0) m_parts.before.push_back(begin);
        if (end >= 0) m_parts.behind.push_back(end);
        return {};
    }

    const io::ModelSource& m_source;
    const Context& m_context;
    io::Vocabulary m_vocabulary;
    std::vector<std::int32_t> m_bytes;
    TokenizerParts m_parts;
};

} // namespace

Result<TokenizerPtr> readGgufTokenizer(const io::ModelSource& source, const Context& context) { return Gguf(source, context).read(); }

} // namespace qs::model
