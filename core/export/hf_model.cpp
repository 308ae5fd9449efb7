// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/hf_model.h"

#include "core/io/tensor_names.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

namespace qs::exporting {
namespace {

using nlohmann::ordered_json;

tl::unexpected<Error> refuse(const io::ModelSource& source, std::string why)
{
    return fail(Error(ErrorCode::NotRepresentable, "this model can't become a Hugging Face folder: " + std::move(why))
                    .inFile(source.path.string())
                    .fix("export with names=keep"));
}

std::optional<double> number(const io::ModelSource& source, const std::string& key)
{
    const io::MetaEntry* m = source.meta(key);
    if (!m || m->isArray || m->values.empty()) return std::nullopt;
    return std::visit(
        [](const auto& v) -> std::optional<double> {
            using T = std::decay_t<decltype(v)>;
            if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, bool>) return std::nullopt;
            else return static_cast<double>(v);
        },
        m->values.front());
}

// GGUF holds these as F32: the shortest decimal of the float is what the author wrote (1e-05, not 9.99999974e-06).
double decimal(double value)
{
    std::array<char, 64> buffer{};
    const auto r = std::to_chars(buffer.data(), buffer.data() + buffer.size(), static_cast<float>(value));
    double out = value;
    std::from_chars(buffer.data(), r.ptr, out);
    return out;
}

struct Family {
    const char* gguf;
    const char* modelType;
    const char* className;
    bool rotary; ///< GGUF keeps q and k in the interleaved order
};

constexpr Family kFamilies[] = {
    {"llama", "llama", "LlamaForCausalLM", true},
    {"qwen2", "qwen2", "Qwen2ForCausalLM", false},
    {"qwen3", "qwen3", "Qwen3ForCausalLM", false},
};

} // namespace

Result<HuggingFacePlan> planHuggingFace(const io::ModelSource& gguf)
{
    if (gguf.format != "gguf") return refuse(gguf, "names=hf is for GGUF files");
    const Family* family = nullptr;
    std::string arch = gguf.architecture;
    if (const auto* m = gguf.meta("general.architecture"); m && !m->values.empty())
        if (const auto* s = std::get_if<std::string>(&m->values.front())) arch = *s;
    for (const auto& f : kFamilies)
        if (arch == f.gguf) family = &f;
    if (!family) return refuse(gguf, "architecture '" + arch + "' is not llama, qwen2 or qwen3");
    const auto key = [&](const char* name) { return arch + "." + name; };
    if (number(gguf, key("expert_count")).value_or(0) > 0) return refuse(gguf, "its experts are stacked");
    if (const auto* m = gguf.meta(key("rope.scaling.type")); m && !m->values.empty())
        if (const auto* s = std::get_if<std::string>(&m->values.front()); s && *s != "none")
            return refuse(gguf, "rope scaling '" + *s + "' is not translated");

    HuggingFacePlan plan;
    const auto need = [&](const char* name) -> Result<std::int64_t> {
        const auto v = number(gguf, key(name));
        if (!v || *v <= 0) return refuse(gguf, "metadata " + key(name) + " is missing");
        return static_cast<std::int64_t>(*v);
    };
    QS_ASSIGN(const auto hidden, need("embedding_length"));
    QS_ASSIGN(const auto blocks, need("block_count"));
    QS_ASSIGN(const auto inner, need("feed_forward_length"));
    QS_ASSIGN(const auto heads, need("attention.head_count"));
    QS_ASSIGN(const auto positions, need("context_length"));
    const auto kvHeads = static_cast<std::int64_t>(number(gguf, key("attention.head_count_kv")).value_or(static_cast<double>(heads)));
    const auto headSize = static_cast<std::int64_t>(
        number(gguf, key("attention.key_length")).value_or(static_cast<double>(hidden) / static_cast<double>(heads)));
    if (kvHeads <= 0) return refuse(gguf, "metadata " + key("attention.head_count_kv") + " is not positive");

    std::int64_t vocabulary = 0;
    bool tied = true;
    bool bias = false;
    for (const auto& t : gguf.tensors) {
        if (io::isFactorOfAnother(gguf, t)) continue; // decoded values hold it
        const auto name = io::huggingFaceName(t.name, arch);
        if (!name) return refuse(gguf, "tensor '" + t.name + "' has no Hugging Face name");
        plan.names[t.name] = *name;
        if (t.name == "token_embd.weight" && t.shape.rank() == 2) vocabulary = t.shape[0];
        if (t.name == "output.weight") tied = false;
        const bool q = t.name.find(".attn_q.") != std::string::npos;
        const bool k = t.name.find(".attn_k.") != std::string::npos;
        bias = bias || (q && t.name.ends_with(".bias"));
        if (family->rotary && (q || k)) {
            const Index rows = t.shape.rank() == 0 ? 0 : t.shape[0];
            const Index n = q ? heads : kvHeads;
            if (rows % n != 0 || rows / n % 2 != 0) return refuse(gguf, "rows of '" + t.name + "' are no heads");
            plan.rotaryHeadRows[t.name] = rows / n;
        }
    }
    if (vocabulary == 0) return refuse(gguf, "there is no token_embd.weight");

    ordered_json c;
    c["architectures"] = {family->className};
    c["model_type"] = family->modelType;
    c["hidden_size"] = hidden;
    c["intermediate_size"] = inner;
    c["num_hidden_layers"] = blocks;
    c["num_attention_heads"] = heads;
    c["num_key_value_heads"] = kvHeads;
    c["head_dim"] = headSize;
    c["max_position_embeddings"] = positions;
    c["rms_norm_eps"] = decimal(number(gguf, key("attention.layer_norm_rms_epsilon")).value_or(1e-5));
    c["rope_theta"] = decimal(number(gguf, key("rope.freq_base")).value_or(10000.0));
    c["vocab_size"] = vocabulary;
    c["tie_word_embeddings"] = tied;
    c["hidden_act"] = "silu";
    if (family->rotary) c["attention_bias"] = bias;
    for (const char* id : {"bos", "eos"})
        if (const auto v = number(gguf, std::string("tokenizer.ggml.") + id + "_token_id"))
            c[std::string(id) + "_token_id"] = static_cast<std::int64_t>(*v);
    plan.configJson = c.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
    plan.warnings.push_back("the tokenizer is not in the folder: take it from the original model");
    return plan;
}

} // namespace qs::exporting
