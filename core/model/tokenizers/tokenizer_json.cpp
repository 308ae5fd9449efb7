// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json_text.h"
#include "core/model/tokenizers/load_tokenizer.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace qs::model {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = std::uint64_t(64) << 20;
constexpr std::int64_t kMostIds = 4'000'000;
constexpr int kDeepestSequence = 16;

// One read: the file's name for errors, and what the steps leave.
class Reader {
public:
    explicit Reader(fs::path file) : m_file(std::move(file)) {}

    Result<TokenizerPtr> read()
    {
        QS_ASSIGN(const std::string text, io::readTextFile(m_file, kMostBytes));
        io::JsonLimits limits;
        limits.bytes = kMostBytes;
        limits.values = 8'000'000; // merges as pairs: three values each
        QS_ASSIGN(const Json j, io::parseJson(text, limits, m_file));
        if (!j.is_object() || !j.contains("model") || !j["model"].is_object()) return fail(malformed("a tokenizer needs an object 'model'"));
        m_parts.source = "tokenizer.json";
        QS_TRY(readModel(j["model"]));
        if (j.contains("added_tokens")) QS_TRY(readAdded(j["added_tokens"]));
        QS_TRY(each(part(j, "normalizer"), "normalizers", [&](const Json& s) { return normalizer(s); }));
        QS_TRY(each(part(j, "pre_tokenizer"), "pretokenizers", [&](const Json& s) { return preTokenizer(s); }));
        QS_TRY(each(part(j, "post_processor"), "processors", [&](const Json& s) { return postProcessor(s); }));
        if (part(j, "decoder").is_null()) m_parts.decoders.push_back(makeJoinDecoder(" "));
        QS_TRY(each(part(j, "decoder"), "decoders", [&](const Json& s) { return decoder(s); }));
        return std::make_shared<const Tokenizer>(std::move(m_parts));
    }

private:
    Error malformed(std::string what) const { return Error(ErrorCode::Malformed, std::move(what)).inFile(m_file.string()); }
    Error unknownStep(const char* what, const std::string& type) const
    {
        return Error(ErrorCode::Unsupported, std::string("this tokenizer has a ") + what + " that this program does not know").inFile(m_file.string()).got(type.substr(0, 64));
    }
    static const Json& part(const Json& j, const char* key)
    {
        static const Json none;
        const auto it = j.find(key);
        return it == j.end() ? none : *it;
    }
    static bool flag(const Json& j, const char* key, bool otherwise)
    {
        const auto it = j.find(key);
        return it != j.end() && it->is_boolean() ? it->get<bool>() : otherwise;
    }
    Result<std::string> string(const Json& j, const char* key) const
    {
        const auto it = j.find(key);
        if (it == j.end() || !it->is_string()) return fail(malformed(std::string("a step of the tokenizer needs the string '") + key + "'"));
        return it->get<std::string>();
    }
    static std::string optionalString(const Json& j, const char* key, const char* otherwise = "")
    {
        const auto it = j.find(key);
        return it != j.end() && it->is_string() ? it->get<std::string>() : std::string(otherwise);
    }

    // Calls f for each step: the object itself, or those of a Sequence, in order.
    template <class F>
    Status each(const Json& step, const char* children, F&& f, int depth = 0)
    {
        if (step.is_null()) return {};
        if (!step.is_object() || depth > kDeepestSequence) return fail(malformed("a step of the tokenizer is an object with a 'type'"));
        QS_ASSIGN(const std::string type, string(step, "type"));
        if (type != "Sequence") return f(step);
        const Json& list = part(step, children);
        if (!list.is_array()) return fail(malformed(std::string("a sequence needs the list '") + children + "'"));
        for (const Json& s : list) QS_TRY(each(s, children, f, depth + 1));
        return {};
    }

    Result<std::int32_t> idOf(const Json& id) const
    {
        if (!id.is_number_integer() || id.get<std::int64_t>() < 0 || id.get<std::int64_t>() >= kMostIds)
            return fail(malformed("a token's id must be a whole number below 4 million").got(id.dump().substr(0, 64)));
        return static_cast<std::int32_t>(id.get<std::int64_t>());
    }

    void know(std::int32_t id, const std::string& text)
    {
        const auto at = static_cast<std::size_t>(id);
        if (at >= m_parts.texts.size()) {
            m_parts.texts.resize(at + 1);
            m_parts.known.resize(at + 1);
        }
        m_parts.texts[at] = text;
        m_parts.known[at] = true;
    }

    Status readVocabulary(const Json& m, TextIds& out)
    {
        const Json& vocab = part(m, "vocab");
        if (!vocab.is_object()) return fail(malformed("this model needs an object 'vocab'"));
        out.reserve(vocab.size());
        for (const auto& [text, id] : vocab.items()) {
            QS_ASSIGN(const std::int32_t n, idOf(id));
            out.emplace(text, n);
            know(n, text);
        }
        return {};
    }

    Status readModel(const Json& m)
    {
        std::string type = optionalString(m, "type");
        if (type.empty()) type = part(m, "vocab").is_array() ? "Unigram" : m.contains("merges") ? "BPE" : "WordPiece";
        if (type == "BPE") return readBpe(m);
        if (type == "Unigram") return readUnigram(m);
        if (type == "WordPiece") {
            WordPieceRules r;
            QS_TRY(readVocabulary(m, r.vocabulary));
            r.unknown = optionalString(m, "unk_token", "[UNK]");
            r.continuingPrefix = optionalString(m, "continuing_subword_prefix", "##");
            if (const Json& n = part(m, "max_input_chars_per_word"); n.is_number_unsigned()) r.longestWord = n.get<std::size_t>();
            QS_ASSIGN(m_parts.model, inThisFile(makeWordPiece(std::move(r))));
            return {};
        }
        return fail(unknownStep("model", type));
    }

    template <class T>
    Result<T> inThisFile(Result<T> r) const
    {
        if (!r && r.error().file.empty()) r.error().file = m_file.string();
        return r;
    }

    Status readBpe(const Json& m)
    {
        BpeRules r;
        QS_TRY(readVocabulary(m, r.vocabulary));
        if (const Json& d = part(m, "dropout"); d.is_number() && d.get<double>() > 0) return fail(unknownStep("model", "BPE with dropout"));
        r.byteFallback = flag(m, "byte_fallback", false);
        r.ignoreMerges = flag(m, "ignore_merges", false);
        r.fuseUnknown = flag(m, "fuse_unk", false);
        r.unknown = optionalString(m, "unk_token");
        r.continuingPrefix = optionalString(m, "continuing_subword_prefix");
        r.endSuffix = optionalString(m, "end_of_word_suffix");
        const Json& merges = part(m, "merges");
        if (!merges.is_array()) return fail(malformed("a BPE model needs the list 'merges'"));
        r.merges.reserve(merges.size());
        for (const Json& e : merges) {
            if (e.is_array() && e.size() == 2 && e[0].is_string() && e[1].is_string()) {
                r.merges.emplace_back(e[0].get<std::string>(), e[1].get<std::string>());
                continue;
            }
            const std::string text = e.is_string() ? e.get<std::string>() : std::string();
            const std::size_t space = text.find(' ');
            if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
                return fail(malformed("a merge is a pair of strings, or \"a b\"").got(e.dump().substr(0, 64)));
            r.merges.emplace_back(text.substr(0, space), text.substr(space + 1));
        }
        QS_ASSIGN(m_parts.model, inThisFile(makeBpe(std::move(r))));
        return {};
    }

    Status readUnigram(const Json& m)
    {
        const Json& vocab = part(m, "vocab");
        if (!vocab.is_array()) return fail(malformed("a unigram model needs the list 'vocab'"));
        if (vocab.size() > static_cast<std::size_t>(kMostIds)) return fail(malformed("more than 4 million pieces"));
        UnigramRules r;
        r.pieces.reserve(vocab.size());
        std::vector<std::int32_t> bytes(256, -1);
        for (const Json& pair : vocab) {
            if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_number() || !std::isfinite(pair[1].get<double>()))
                return fail(malformed("a unigram vocabulary is a list of [piece, score]").got(pair.dump().substr(0, 64)));
            const auto text = pair[0].get<std::string>();
            const auto id = static_cast<std::int32_t>(r.pieces.size());
            know(id, text);
            if (const int b = byteOfToken(text); b >= 0) bytes[static_cast<std::size_t>(b)] = id;
            r.pieces.emplace_back(text, pair[1].get<double>());
        }
        if (const Json& unk = part(m, "unk_id"); !unk.is_null()) {
            QS_ASSIGN(r.unknown, idOf(unk));
            if (static_cast<std::size_t>(r.unknown) >= r.pieces.size()) return fail(malformed("unk_id lies outside the vocabulary"));
        }
        if (flag(m, "byte_fallback", false) && std::find(bytes.begin(), bytes.end(), -1) == bytes.end()) r.bytes = std::move(bytes);
        m_parts.model = makeUnigram(std::move(r));
        return {};
    }

    Status readAdded(const Json& list)
    {
        if (list.is_null()) return {};
        if (!list.is_array()) return fail(malformed("'added_tokens' must be a list"));
        for (const Json& t : list) {
            if (!t.is_object() || !t.contains("id") || !t.contains("content") || !t["content"].is_string())
                return fail(malformed("an added token needs 'id' and 'content'").got(t.dump().substr(0, 64)));
            AddedToken a;
            QS_ASSIGN(a.id, idOf(t["id"]));
            a.content = t["content"].get<std::string>();
            a.singleWord = flag(t, "single_word", false);
            a.leftStrip = flag(t, "lstrip", false);
            a.rightStrip = flag(t, "rstrip", false);
            a.special = flag(t, "special", false);
            a.normalized = flag(t, "normalized", !a.special);
            know(a.id, a.content);
            m_parts.added.push_back(std::move(a));
        }
        return {};
    }

    Status normalizer(const Json& s)
    {
        auto& out = m_parts.normalizers;
        QS_ASSIGN(const std::string type, string(s, "type"));
        if (type == "NFC") out.push_back(makeUnicodeForm(UnicodeForm::Nfc));
        else if (type == "NFD") out.push_back(makeUnicodeForm(UnicodeForm::Nfd));
        else if (type == "NFKC") out.push_back(makeUnicodeForm(UnicodeForm::Nfkc));
        else if (type == "NFKD") out.push_back(makeUnicodeForm(UnicodeForm::Nfkd));
        else if (type == "Lowercase") out.push_back(makeLowercase());
        else if (type == "StripAccents") out.push_back(makeStripAccents());
        else if (type == "Strip") out.push_back(makeStrip(flag(s, "strip_left", true), flag(s, "strip_right", true)));
        else if (type == "Prepend") {
            QS_ASSIGN(std::string what, string(s, "prepend"));
            out.push_back(makePrepend(std::move(what)));
        } else if (type == "Replace") {
            QS_ASSIGN(std::string content, string(s, "content"));
            QS_ASSIGN(const Pattern p, pattern(s));
            if (p.isRegex) {
                QS_ASSIGN(auto step, inThisFile(makeRegexReplace(p.text, std::move(content))));
                out.push_back(std::move(step));
            } else {
                out.push_back(makeReplace(p.text, std::move(content)));
            }
        } else if (type == "BertNormalizer") {
            BertOptions o;
            o.cleanText = flag(s, "clean_text", true);
            o.chineseCharacters = flag(s, "handle_chinese_chars", true);
            o.lowercase = flag(s, "lowercase", true);
            o.stripAccents = flag(s, "strip_accents", o.lowercase);
            out.push_back(makeBert(o));
        } else {
            return fail(unknownStep("normalizer", type));
        }
        return {};
    }

    struct Pattern {
        std::string text;
        bool isRegex = false;
    };
    Result<Pattern> pattern(const Json& s) const
    {
        const Json& p = part(s, "pattern");
        if (p.is_object() && p.contains("Regex") && p["Regex"].is_string()) return Pattern{p["Regex"].get<std::string>(), true};
        if (p.is_object() && p.contains("String") && p["String"].is_string()) return Pattern{p["String"].get<std::string>(), false};
        return fail(malformed("a pattern is {\"Regex\": ...} or {\"String\": ...}"));
    }
    Result<SplitBehavior> behavior(const Json& s, const char* otherwise) const
    {
        const std::string b = optionalString(s, "behavior", otherwise);
        if (b == "Isolated") return SplitBehavior::Isolated;
        if (b == "Removed") return SplitBehavior::Removed;
        if (b == "MergedWithPrevious") return SplitBehavior::MergedWithPrevious;
        if (b == "MergedWithNext") return SplitBehavior::MergedWithNext;
        if (b == "Contiguous") return SplitBehavior::Contiguous;
        return fail(malformed("unknown behaviour of a split").got(b.substr(0, 64)));
    }
    Result<PrependScheme> scheme(const Json& s) const
    {
        const std::string p = optionalString(s, "prepend_scheme", flag(s, "add_prefix_space", true) ? "always" : "never");
        if (p == "always") return PrependScheme::Always;
        if (p == "first") return PrependScheme::First;
        if (p == "never") return PrependScheme::Never;
        return fail(malformed("unknown prepend_scheme").got(p.substr(0, 64)));
    }

    Status preTokenizer(const Json& s)
    {
        auto& out = m_parts.preTokenizers;
        QS_ASSIGN(const std::string type, string(s, "type"));
        if (type == "ByteLevel") {
            QS_ASSIGN(auto step, makeByteLevel(flag(s, "add_prefix_space", true), flag(s, "use_regex", true)));
            out.push_back(std::move(step));
        } else if (type == "Split") {
            QS_ASSIGN(const Pattern p, pattern(s));
            QS_ASSIGN(const SplitBehavior b, behavior(s, "Isolated"));
            const bool invert = flag(s, "invert", false);
            if (p.isRegex) {
                QS_ASSIGN(auto step, inThisFile(makeRegexSplit(p.text, b, invert)));
                out.push_back(std::move(step));
            } else {
                out.push_back(makeStringSplit(p.text, b, invert));
            }
        } else if (type == "Metaspace") {
            QS_ASSIGN(const PrependScheme p, scheme(s));
            out.push_back(makeMetaspace(optionalString(s, "replacement", "\xE2\x96\x81"), p, flag(s, "split", true)));
        } else if (type == "BertPreTokenizer") {
            out.push_back(makeBertWords());
        } else if (type == "WhitespaceSplit") {
            out.push_back(makeWhitespaceSplit());
        } else if (type == "Whitespace") {
            QS_ASSIGN(auto step, makeRegexSplit(R"(\w+|[^\w\s]+)", SplitBehavior::Removed, true));
            out.push_back(std::move(step));
        } else if (type == "Punctuation") {
            QS_ASSIGN(const SplitBehavior b, behavior(s, "Isolated"));
            out.push_back(makePunctuation(b));
        } else if (type == "Digits") {
            out.push_back(makeDigits(flag(s, "individual_digits", false)));
        } else if (type == "CharDelimiterSplit") {
            QS_ASSIGN(std::string delimiter, string(s, "delimiter"));
            out.push_back(makeStringSplit(std::move(delimiter), SplitBehavior::Removed, false));
        } else {
            return fail(unknownStep("pre-tokenizer", type));
        }
        return {};
    }

    // [text, id] of BertProcessing and RobertaProcessing.
    Result<std::int32_t> idOfPair(const Json& s, const char* key) const
    {
        const Json& p = part(s, key);
        if (!p.is_array() || p.size() != 2) return fail(malformed(std::string("a post-processor needs [text, id] as '") + key + "'"));
        return idOf(p[1]);
    }

    Status postProcessor(const Json& s)
    {
        QS_ASSIGN(const std::string type, string(s, "type"));
        if (type == "ByteLevel") return {}; // changes offsets only
        std::vector<std::int32_t> before;
        std::vector<std::int32_t> behind;
        if (type == "BertProcessing" || type == "RobertaProcessing") {
            QS_ASSIGN(const std::int32_t cls, idOfPair(s, "cls"));
            QS_ASSIGN(const std::int32_t sep, idOfPair(s, "sep"));
            before = {cls};
            behind = {sep};
        } else if (type == "TemplateProcessing") {
            const Json& single = part(s, "single");
            const Json& tokens = part(s, "special_tokens");
            if (!single.is_array()) return fail(malformed("a template needs the list 'single'"));
            bool passed = false; // the sequence itself
            for (const Json& piece : single) {
                if (piece.is_object() && piece.contains("Sequence")) {
                    if (passed) return fail(unknownStep("post-processor", "TemplateProcessing that repeats the text"));
                    passed = true;
                    continue;
                }
                const Json& special = piece.is_object() ? part(piece, "SpecialToken") : piece;
                const std::string name = special.is_object() ? optionalString(special, "id") : std::string();
                const Json& entry = tokens.is_object() ? part(tokens, name.c_str()) : tokens;
                const Json& ids = entry.is_object() ? part(entry, "ids") : entry;
                if (name.empty() || !ids.is_array()) return fail(malformed("a template names a special token that is not listed").got(name.substr(0, 64)));
                for (const Json& id : ids) {
                    QS_ASSIGN(const std::int32_t n, idOf(id));
                    (passed ? behind : before).push_back(n);
                }
            }
            if (!passed) return fail(unknownStep("post-processor", "TemplateProcessing without the text"));
        } else {
            return fail(unknownStep("post-processor", type));
        }
        for (const auto id : before)
            if (static_cast<std::size_t>(id) >= m_parts.texts.size()) return fail(malformed("a post-processor adds a token that is not in the vocabulary").got(std::to_string(id)));
        for (const auto id : behind)
            if (static_cast<std::size_t>(id) >= m_parts.texts.size()) return fail(malformed("a post-processor adds a token that is not in the vocabulary").got(std::to_string(id)));
        m_parts.before.insert(m_parts.before.begin(), before.begin(), before.end());
        m_parts.behind.insert(m_parts.behind.end(), behind.begin(), behind.end());
        return {};
    }

    Status decoder(const Json& s)
    {
        auto& out = m_parts.decoders;
        QS_ASSIGN(const std::string type, string(s, "type"));
        if (type == "ByteLevel") out.push_back(makeByteLevelDecoder());
        else if (type == "ByteFallback") out.push_back(makeByteFallbackDecoder());
        else if (type == "Fuse") out.push_back(makeFuseDecoder());
        else if (type == "Replace") {
            QS_ASSIGN(std::string content, string(s, "content"));
            QS_ASSIGN(Pattern p, pattern(s));
            if (p.isRegex) return fail(unknownStep("decoder", "Replace with a regular expression"));
            out.push_back(makeReplaceDecoder(std::move(p.text), std::move(content)));
        } else if (type == "Strip") {
            const auto count = [&](const char* key) {
                const Json& n = part(s, key);
                return n.is_number_unsigned() ? n.get<std::size_t>() : std::size_t(0);
            };
            out.push_back(makeStripDecoder(optionalString(s, "content", " "), count("start"), count("stop")));
        } else if (type == "Metaspace") {
            QS_ASSIGN(const PrependScheme p, scheme(s));
            out.push_back(makeMetaspaceDecoder(optionalString(s, "replacement", "\xE2\x96\x81"), p != PrependScheme::Never));
        } else if (type == "WordPiece") {
            out.push_back(makeWordPieceDecoder(optionalString(s, "prefix", "##"), flag(s, "cleanup", true)));
        } else if (type == "BPEDecoder") {
            out.push_back(makeSuffixDecoder(optionalString(s, "suffix", "</w>")));
        } else {
            return fail(unknownStep("decoder", type));
        }
        return {};
    }

    fs::path m_file;
    TokenizerParts m_parts;
};

} // namespace

Result<TokenizerPtr> readTokenizerJson(const fs::path& file) { return Reader(file).read(); }

} // namespace qs::model
