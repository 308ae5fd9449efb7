// SPDX-License-Identifier: GPL-3.0-or-later
// A Hugging Face tokenizer as GGUF metadata (formats.md A6.4, A6.5).
#include "core/base/format.h"
#include "core/export/gguf_plan.h"
#include "core/io/json_text.h"
#include "core/io/vocabulary.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace qs::exporting {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

tl::unexpected<Error> refuse(const io::ModelSource& source, std::string why, std::string remedy = "export decoded weights: safetensors")
{
    return fail(Error(ErrorCode::NotRepresentable, "this model can't become a GGUF file: " + std::move(why))
                    .inFile((source.folder / "tokenizer.json").string())
                    .fix(std::move(remedy)));
}

Result<json> parsed(const fs::path& file)
{
    io::JsonLimits limits;
    limits.values = 8'000'000; // merges as pairs: three values each
    QS_ASSIGN(const std::string text, io::readTextFile(file, limits.bytes));
    return io::parseJson(text, limits, file);
}

json readOptional(const fs::path& file)
{
    std::error_code ec;
    if (!fs::is_regular_file(file, ec)) return json::object();
    auto j = parsed(file);
    return j && j->is_object() ? std::move(*j) : json::object();
}

std::string textOf(const json& object, const char* key)
{
    if (!object.is_object()) return {};
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

bool isTrue(const json& object, const char* key)
{
    const auto it = object.find(key);
    return it != object.end() && it->is_boolean() && it->get<bool>();
}

// The steps of a Sequence, or the one step that there is.
std::vector<json> stepsOf(const json& root, const char* key, const char* list)
{
    const auto it = root.find(key);
    if (it == root.end() || !it->is_object()) return {};
    if (textOf(*it, "type") != "Sequence") return {*it};
    std::vector<json> out;
    if (const auto steps = it->find(list); steps != it->end() && steps->is_array())
        for (const auto& s : *steps) out.push_back(s);
    return out;
}

std::string patternOf(const json& split)
{
    const auto p = split.find("pattern");
    return p != split.end() ? textOf(*p, "Regex") : std::string();
}

/// llama.cpp's name of the rule by which a byte-level tokenizer splits text; empty where it is none that we know.
std::string splittingRule(const json& tokenizer)
{
    constexpr const char* kHead = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
    constexpr const char* kTail = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    const auto steps = stepsOf(tokenizer, "pre_tokenizer", "pretokenizers");
    if (steps.empty()) return {};
    const json& last = steps.back();
    if (textOf(last, "type") != "ByteLevel") return {};
    const bool ownRegex = !last.contains("use_regex") || isTrue(last, "use_regex");
    if (steps.size() == 1) return ownRegex ? "gpt-2" : std::string();
    if (steps.size() != 2) return {};
    const std::string first = textOf(steps[0], "type");
    if (first == "Digits") return ownRegex && isTrue(steps[0], "individual_digits") ? "smollm" : std::string();
    if (first != "Split" || ownRegex) return {};
    const std::string pattern = patternOf(steps[0]);
    if (pattern == std::string(kHead) + "\\p{N}{1,3}" + kTail) return "llama-bpe";
    if (pattern == std::string(kHead) + "\\p{N}" + kTail) return "qwen2";
    return {};
}

// Whether encoding a text puts `token` before or behind it, where the post-processor or tokenizer_config.json says so.
std::optional<bool> adds(const json& tokenizer, const json& config, const std::string& token, bool front)
{
    const char* key = front ? "add_bos_token" : "add_eos_token";
    if (const auto it = config.find(key); it != config.end() && it->is_boolean()) return it->get<bool>();
    if (token.empty()) return std::nullopt;
    for (const auto& step : stepsOf(tokenizer, "post_processor", "processors")) {
        const auto single = step.find("single");
        if (textOf(step, "type") != "TemplateProcessing" || single == step.end() || !single->is_array() || single->empty()) continue;
        const json& piece = front ? single->front() : single->back();
        const auto special = piece.find("SpecialToken");
        return special != piece.end() && textOf(*special, "id") == token;
    }
    return false;
}

struct Tokens {
    std::vector<std::string> text;
    std::vector<float> score;
    std::vector<std::int32_t> kind;
    std::map<std::string, std::uint32_t> id;
};

enum Kind : std::int32_t { kNormal = 1, kUnknown = 2, kControl = 3, kUser = 4, kUnused = 5, kByte = 6 };

Result<Tokens> collect(const io::ModelSource& source, const io::Vocabulary& v, const json& tokenizer, Index vocabulary)
{
    Tokens t;
    const auto n = static_cast<std::size_t>(vocabulary);
    t.text.resize(n);
    t.score.assign(n, 0);
    t.kind.assign(n, kUnused);
    std::vector<bool> taken(n);
    for (const auto& token : v.tokens) {
        if (token.id < 0 || token.id >= vocabulary)
            return refuse(source, "its tokenizer has tokens beyond the embedding's " + std::to_string(vocabulary) + " rows");
        const auto i = static_cast<std::size_t>(token.id);
        taken[i] = true;
        t.text[i] = token.text;
        t.kind[i] = static_cast<std::int32_t>(token.kind) + 1; // the order of TokenKind is GGUF's
        t.score[i] = token.score;
    }
    for (std::size_t i = 0; i < n; ++i) {
        if (!taken[i]) t.text[i] = "[PAD" + std::to_string(i) + "]";
        if (!t.id.emplace(t.text[i], static_cast<std::uint32_t>(i)).second)
            return refuse(source, "two tokens of its tokenizer are '" + escapeText(t.text[i]) + "', which llama.cpp does not load");
    }
    const auto model = tokenizer.find("model");
    const std::string unknown = model == tokenizer.end() ? std::string() : textOf(*model, "unk_token");
    if (const auto it = t.id.find(unknown); !unknown.empty() && it != t.id.end()) t.kind[it->second] = kUnknown;
    return t;
}

std::vector<std::string> mergesOf(const json& model)
{
    std::vector<std::string> out;
    const auto merges = model.find("merges");
    if (merges == model.end() || !merges->is_array()) return out;
    for (const auto& m : *merges) {
        if (m.is_string()) out.push_back(m.get<std::string>());
        else if (m.is_array() && m.size() == 2 && m[0].is_string() && m[1].is_string())
            out.push_back(m[0].get<std::string>() + " " + m[1].get<std::string>());
    }
    return out;
}

// Of a piece: the rank of the merge that makes it; what no merge makes comes last.
void scoresFromMerges(const std::vector<std::string>& merges, Tokens& t)
{
    t.score.assign(t.text.size(), -static_cast<float>(merges.size()) - 1.0F);
    for (std::size_t r = merges.size(); r-- > 0;) {
        std::string joined = merges[r];
        if (const auto gap = joined.find(' ', 1); gap != std::string::npos) joined.erase(gap, 1);
        if (const auto it = t.id.find(joined); it != t.id.end()) t.score[it->second] = -static_cast<float>(r);
    }
}

Status addSpecial(GgufPlan& plan, const io::ModelSource& source, const io::Vocabulary& v, const Tokens& t, const json& tokenizer)
{
    const json settings = json::parse(source.configJson, nullptr, false);
    const json generation = readOptional(source.folder / "generation_config.json");
    const json config = readOptional(source.folder / "tokenizer_config.json");
    const auto idOf = [&](const std::string& role) -> std::optional<std::uint32_t> {
        for (const auto& [name, text] : v.special)
            if (name == role + "_token")
                if (const auto it = t.id.find(text); it != t.id.end()) return it->second;
        const std::string key = role + "_token_id";
        for (const json* from : {&settings, &generation}) {
            if (!from->is_object()) continue;
            const auto it = from->find(key);
            if (it == from->end()) continue;
            const json& value = it->is_array() && !it->empty() ? it->front() : *it;
            if (value.is_number_unsigned() && value.get<std::uint64_t>() < t.text.size()) return value.get<std::uint32_t>();
        }
        return std::nullopt;
    };
    std::map<std::string, std::string> text;
    constexpr std::pair<const char*, const char*> kRoles[] = {{"bos", "bos"}, {"eos", "eos"}, {"unk", "unknown"}, {"pad", "padding"}};
    for (const auto& [role, name] : kRoles)
        if (const auto id = idOf(role)) {
            plan.metadata.u32(std::string("tokenizer.ggml.") + name + "_token_id", *id);
            text[role] = t.text[*id];
        }
    if (const auto it = t.id.find("<|eot_id|>"); it != t.id.end()) plan.metadata.u32("tokenizer.ggml.eot_token_id", it->second);
    if (const auto front = adds(tokenizer, config, text["bos"], true)) plan.metadata.flag("tokenizer.ggml.add_bos_token", *front);
    if (const auto behind = adds(tokenizer, config, text["eos"], false)) plan.metadata.flag("tokenizer.ggml.add_eos_token", *behind);
    if (!v.chatTemplate.empty()) plan.metadata.text("tokenizer.chat_template", v.chatTemplate);
    return {};
}

// SentencePiece puts a space before the text unless the file says that it does not.
bool addsSpace(const json& tokenizer)
{
    for (const auto& step : stepsOf(tokenizer, "normalizer", "normalizers"))
        if (textOf(step, "type") == "Prepend") return true;
    for (const auto& step : stepsOf(tokenizer, "pre_tokenizer", "pretokenizers"))
        if (textOf(step, "type") == "Metaspace") {
            const std::string scheme = textOf(step, "prepend_scheme");
            return scheme.empty() ? !step.contains("add_prefix_space") || isTrue(step, "add_prefix_space") : scheme != "never";
        }
    return false;
}

} // namespace

Status addGgufTokenizer(GgufPlan& plan, const io::ModelSource& source, Index vocabulary, const std::string& pre, const Context& context)
{
    std::error_code ec;
    const fs::path file = source.folder / "tokenizer.json";
    if (source.folder.empty() || !fs::is_regular_file(file, ec)) {
        plan.metadata.text("tokenizer.ggml.model", "none");
        plan.warnings.emplace_back("there is no tokenizer.json: the file takes and gives ids of tokens only");
        return {};
    }
    QS_ASSIGN(const json tokenizer, parsed(file));
    QS_ASSIGN(const auto v, io::readVocabulary(source, context));
    const auto model = tokenizer.is_object() ? tokenizer.find("model") : tokenizer.end();
    if (model == tokenizer.end() || !model->is_object()) return refuse(source, "its tokenizer.json has no model");
    if (v.model != "BPE") return refuse(source, "its tokenizer is of kind " + escapeText(v.model) + ", and llama.cpp's models of this architecture have BPE");
    QS_ASSIGN(Tokens t, collect(source, v, tokenizer, vocabulary));
    const auto merges = mergesOf(*model);
    if (v.byteFallback) {
        plan.metadata.text("tokenizer.ggml.model", "llama");
        plan.metadata.text("tokenizer.ggml.pre", "default");
        scoresFromMerges(merges, t);
        plan.metadata.texts("tokenizer.ggml.tokens", t.text);
        plan.metadata.floats("tokenizer.ggml.scores", t.score);
        plan.metadata.integers("tokenizer.ggml.token_type", t.kind);
        plan.metadata.flag("tokenizer.ggml.add_space_prefix", addsSpace(tokenizer));
    } else {
        const std::string rule = pre.empty() ? splittingRule(tokenizer) : pre;
        if (rule.empty())
            return refuse(source, "llama.cpp's name of the rule by which its tokenizer splits text is not known",
                          "say it: gguf:pre=NAME (tokenizer.ggml.pre, as in a GGUF file of the same family)");
        if (merges.empty()) return refuse(source, "its tokenizer has no merges");
        plan.metadata.text("tokenizer.ggml.model", "gpt2");
        plan.metadata.text("tokenizer.ggml.pre", rule);
        plan.metadata.texts("tokenizer.ggml.tokens", t.text);
        plan.metadata.integers("tokenizer.ggml.token_type", t.kind);
        plan.metadata.texts("tokenizer.ggml.merges", merges);
    }
    return addSpecial(plan, source, v, t, tokenizer);
}

} // namespace qs::exporting
