// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/vocabulary.h"

#include "core/base/bytes.h"
#include "core/exec/thread_guard.h"
#include "core/io/json_text.h"
#include "core/io/protobuf.h"

#include <algorithm>
#include <bit>
#include <map>
#include <nlohmann/json.hpp>

namespace qs::io {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr std::uint64_t kMostTokenizer = std::uint64_t(64) << 20;
constexpr std::uint64_t kMostTemplate = std::uint64_t(16) << 20;
constexpr std::int64_t kMostIds = 4'000'000;

Error malformed(const fs::path& file, std::string what) { return Error(ErrorCode::Malformed, std::move(what)).inFile(file.string()); }

bool isByteToken(std::string_view t) { return t.size() == 6 && t.starts_with("<0x") && t.back() == '>'; }

void sortById(Vocabulary& v)
{
    std::stable_sort(v.tokens.begin(), v.tokens.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
}

Result<Json> parsedFile(const fs::path& file)
{
    QS_ASSIGN(const std::string text, readTextFile(file, kMostTokenizer));
    JsonLimits limits;
    limits.bytes = kMostTokenizer;
    limits.values = 8'000'000; // merges as pairs: three values each
    return parseJson(text, limits, file);
}

Status readTokenizerJson(const fs::path& file, Vocabulary& v)
{
    QS_ASSIGN(const Json j, parsedFile(file));
    if (!j.is_object() || !j.contains("model") || !j["model"].is_object()) return fail(malformed(file, "a tokenizer needs an object 'model'"));
    const Json& m = j["model"];
    v.source = "tokenizer.json";
    v.model = m.contains("type") && m["type"].is_string() ? m["type"].get<std::string>() : "BPE";
    v.byteFallback = m.value("byte_fallback", Json(false)) == Json(true);
    if (m.contains("merges") && m["merges"].is_array()) v.merges = m["merges"].size();
    if (m.contains("vocab") && m["vocab"].is_object()) {
        for (const auto& [text, id] : m["vocab"].items()) {
            if (!id.is_number_integer() || id.get<std::int64_t>() < 0 || id.get<std::int64_t>() > kMostIds)
                return fail(malformed(file, "a token's id must be a whole number below 4 million").got(text.substr(0, 64)));
            v.tokens.push_back({id.get<std::int64_t>(), text, v.byteFallback && isByteToken(text) ? TokenKind::Byte : TokenKind::Normal, 0});
        }
    } else if (m.contains("vocab") && m["vocab"].is_array()) {
        std::int64_t id = 0;
        for (const Json& pair : m["vocab"]) {
            if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_number())
                return fail(malformed(file, "a unigram vocabulary is a list of [piece, score]"));
            const auto text = pair[0].get<std::string>();
            v.tokens.push_back({id++, text, v.byteFallback && isByteToken(text) ? TokenKind::Byte : TokenKind::Normal, pair[1].get<float>()});
        }
    }
    std::map<std::int64_t, std::size_t> at;
    for (std::size_t i = 0; i < v.tokens.size(); ++i) at.emplace(v.tokens[i].id, i);
    if (j.contains("added_tokens") && j["added_tokens"].is_array())
        for (const Json& t : j["added_tokens"]) {
            if (!t.is_object() || !t.contains("id") || !t["id"].is_number_integer() || !t.contains("content") || !t["content"].is_string())
                return fail(malformed(file, "an added token needs 'id' and 'content'"));
            const TokenKind kind = t.value("special", Json(false)) == Json(true) ? TokenKind::Control : TokenKind::UserDefined;
            const auto id = t["id"].get<std::int64_t>();
            if (const auto it = at.find(id); it != at.end()) v.tokens[it->second].kind = kind;
            else v.tokens.push_back({id, t["content"].get<std::string>(), kind, 0});
        }
    sortById(v);
    return {};
}

// SentencePiece's ModelProto, field 1 only: {1 piece, 2 score, 3 type} (formats.md A6.4).
Status readSentencePiece(const fs::path& file, Vocabulary& v)
{
    QS_ASSIGN(const std::string bytes, readTextFile(file, kMostTokenizer));
    v.source = "tokenizer.model";
    v.model = "SentencePiece";
    Protobuf all(bytes);
    std::uint64_t number = 0;
    std::uint64_t value = 0;
    std::string_view payload;
    while (!all.done()) {
        if (!all.field(number, value, payload)) return fail(malformed(file, "this is no SentencePiece model"));
        if (number != 1) continue;
        VocabularyToken t;
        t.id = static_cast<std::int64_t>(v.tokens.size());
        Protobuf piece(payload);
        std::string_view part;
        while (!piece.done()) {
            if (!piece.field(number, value, part)) return fail(malformed(file, "a piece of this SentencePiece model is cut"));
            if (number == 1) t.text = part;
            else if (number == 2 && part.size() == 4) t.score = std::bit_cast<float>(loadLe<std::uint32_t>(reinterpret_cast<const std::byte*>(part.data())));
            else if (number == 3) t.kind = value >= 1 && value <= 6 ? static_cast<TokenKind>(value - 1) : TokenKind::Normal;
        }
        // SentencePiece counts 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte: the order of TokenKind.
        v.tokens.push_back(std::move(t));
        if (static_cast<std::int64_t>(v.tokens.size()) > kMostIds) return fail(malformed(file, "more than 4 million pieces"));
    }
    return {};
}

Status readWordList(const fs::path& file, Vocabulary& v)
{
    QS_ASSIGN(const std::string text, readTextFile(file, kMostTokenizer));
    v.source = "vocab.txt";
    v.model = "WordPiece";
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string word = text.substr(at, end - at);
        if (!word.empty() && word.back() == '\r') word.pop_back();
        v.tokens.push_back({static_cast<std::int64_t>(v.tokens.size()), std::move(word), TokenKind::Normal, 0});
        at = end + 1;
    }
    return {};
}

// The content of "bos_token": a string, or an object with "content".
std::string tokenText(const Json& j)
{
    if (j.is_string()) return j.get<std::string>();
    if (j.is_object() && j.contains("content") && j["content"].is_string()) return j["content"].get<std::string>();
    return {};
}

Status readTokenizerConfig(const fs::path& folder, Vocabulary& v)
{
    std::error_code ec;
    for (const char* name : {"tokenizer_config.json", "special_tokens_map.json"}) {
        const fs::path file = folder / name;
        if (!fs::is_regular_file(file, ec)) continue;
        QS_ASSIGN(const Json j, parsedFile(file));
        if (!j.is_object()) return fail(malformed(file, "an object is expected"));
        for (const auto& [key, value] : j.items()) {
            const bool known = std::any_of(v.special.begin(), v.special.end(), [&](const auto& s) { return s.first == key; });
            if (key.ends_with("_token") && !known)
                if (const std::string text = tokenText(value); !text.empty()) v.special.emplace_back(key, text);
        }
        if (!j.contains("chat_template") || !v.chatTemplate.empty()) continue;
        const Json& t = j["chat_template"];
        if (t.is_string()) v.chatTemplate = t.get<std::string>();
        else if (t.is_array()) // several, by name
            for (const Json& one : t)
                if (one.is_object() && one.contains("template") && one["template"].is_string())
                    v.chatTemplate += (v.chatTemplate.empty() ? "{# " : "\n\n{# ") + tokenText(one.value("name", Json(""))) + " #}\n"
                                    + one["template"].get<std::string>();
        if (!v.chatTemplate.empty()) v.chatTemplateSource = name;
    }
    const fs::path jinja = folder / "chat_template.jinja";
    if (fs::is_regular_file(jinja, ec)) { // wins over the one inside tokenizer_config.json, as in transformers
        QS_ASSIGN(v.chatTemplate, readTextFile(jinja, kMostTemplate));
        v.chatTemplateSource = "chat_template.jinja";
    }
    return {};
}

std::string text(const ModelSource& source, std::string_view key)
{
    const MetaEntry* e = source.meta(key);
    if (!e || e->isArray || e->values.size() != 1) return {};
    const auto* s = std::get_if<std::string>(&e->values[0]);
    return s ? *s : std::string();
}

std::optional<std::int64_t> whole(const ModelSource& source, std::string_view key)
{
    const MetaEntry* e = source.meta(key);
    if (!e || e->isArray || e->values.size() != 1) return {};
    if (const auto* i = std::get_if<std::int64_t>(&e->values[0])) return *i;
    if (const auto* u = std::get_if<std::uint64_t>(&e->values[0])) return static_cast<std::int64_t>(*u);
    return {};
}

Status readGguf(const ModelSource& source, Vocabulary& v, const Context& context)
{
    const MetaEntry* tokens = source.meta("tokenizer.ggml.tokens");
    if (!tokens || !tokens->isArray || source.files.empty()) return {};
    v.source = "GGUF metadata";
    v.model = text(source, "tokenizer.ggml.model");
    v.pre = text(source, "tokenizer.ggml.pre");
    const auto bytes = source.files[0]->bytes();
    const auto cut = [&] { return fail(malformed(source.files[0]->path(), "the file changed while its vocabulary was read")); };
    if (tokens->count > static_cast<std::uint64_t>(kMostIds)) return fail(malformed(source.files[0]->path(), "more than 4 million tokens"));
    std::uint64_t at = tokens->offset;
    v.tokens.reserve(tokens->count);
    for (std::uint64_t i = 0; i < tokens->count; ++i) {
        if (i % 4096 == 0 && context.stopped()) return cancelled();
        if (at > bytes.size() || bytes.size() - at < 8) return cut();
        const auto length = loadLe<std::uint64_t>(bytes.data() + at);
        at += 8;
        if (length > bytes.size() - at) return cut();
        v.tokens.push_back({static_cast<std::int64_t>(i), std::string(reinterpret_cast<const char*>(bytes.data() + at), length), TokenKind::Normal, 0});
        at += length;
    }
    const auto each = [&](const char* key, auto&& set) {
        const MetaEntry* e = source.meta(key);
        if (!e || !e->isArray || e->count != v.tokens.size() || e->offset > bytes.size() || (bytes.size() - e->offset) / 4 < e->count) return;
        for (std::size_t i = 0; i < v.tokens.size(); ++i) set(v.tokens[i], loadLe<std::uint32_t>(bytes.data() + e->offset + 4 * i));
    };
    each("tokenizer.ggml.scores", [](VocabularyToken& t, std::uint32_t raw) { t.score = std::bit_cast<float>(raw); });
    each("tokenizer.ggml.token_type", [](VocabularyToken& t, std::uint32_t raw) {
        t.kind = raw >= 1 && raw <= 6 ? static_cast<TokenKind>(raw - 1) : TokenKind::Normal;
    });
    if (const MetaEntry* merges = source.meta("tokenizer.ggml.merges")) v.merges = merges->count;
    for (const auto& e : source.metadata) {
        if (!e.key.starts_with("tokenizer.ggml.") || !e.key.ends_with("_token_id")) continue;
        const auto id = whole(source, e.key);
        if (!id || *id < 0 || static_cast<std::size_t>(*id) >= v.tokens.size()) continue;
        std::string role = e.key.substr(15);
        role.resize(role.size() - 3);
        v.special.emplace_back(role, v.tokens[static_cast<std::size_t>(*id)].text);
    }
    v.chatTemplate = text(source, "tokenizer.chat_template");
    if (!v.chatTemplate.empty()) v.chatTemplateSource = "tokenizer.chat_template";
    return {};
}

} // namespace

const char* tokenKindName(TokenKind kind)
{
    switch (kind) {
    case TokenKind::Normal: return "normal";
    case TokenKind::Unknown: return "unknown";
    case TokenKind::Control: return "control";
    case TokenKind::UserDefined: return "user defined";
    case TokenKind::Unused: return "unused";
    case TokenKind::Byte: return "byte";
    }
    return "";
}

Result<Vocabulary> readVocabulary(const ModelSource& source, const Context& context)
{
    noteWork("reading a vocabulary");
    Vocabulary v;
    QS_TRY(readGguf(source, v, context));
    if (!v.source.empty()) return v;
    fs::path folder = source.folder;
    std::error_code ec;
    if (folder.empty()) folder = fs::is_directory(source.path, ec) ? source.path : source.path.parent_path();
    if (fs::is_regular_file(folder / "tokenizer.json", ec)) QS_TRY(readTokenizerJson(folder / "tokenizer.json", v));
    else if (fs::is_regular_file(folder / "tokenizer.model", ec)) QS_TRY(readSentencePiece(folder / "tokenizer.model", v));
    else if (fs::is_regular_file(folder / "vocab.txt", ec)) QS_TRY(readWordList(folder / "vocab.txt", v));
    QS_TRY(readTokenizerConfig(folder, v));
    return v;
}

} // namespace qs::io
