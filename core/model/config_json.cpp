// SPDX-License-Identifier: GPL-3.0-or-later
// config.json as transformers 4 and 5 write it. Defaults are those of the library's configuration classes.
#include "core/base/format.h"
#include "core/io/json_text.h"
#include "core/model/config_settings.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace qs::model {
namespace {

using nlohmann::json;

class JsonSettings : public Settings {
public:
    explicit JsonSettings(const json& object) : m_object(object) {}
    using Settings::number;
    std::optional<double> number(std::string_view key) override
    {
        const json* v = find(key);
        if (!v) return std::nullopt;
        if (v->is_number()) return v->get<double>();
        wrong(key, "a number");
        return std::nullopt;
    }
    std::optional<bool> flag(std::string_view key) override
    {
        const json* v = find(key);
        if (!v) return std::nullopt;
        if (v->is_boolean()) return v->get<bool>();
        wrong(key, "true or false");
        return std::nullopt;
    }
    std::optional<std::string> text(std::string_view key) override
    {
        const json* v = find(key);
        if (!v) return std::nullopt;
        if (v->is_string()) return v->get<std::string>();
        wrong(key, "a string");
        return std::nullopt;
    }
    const json* find(std::string_view key) const
    {
        if (!m_object.is_object()) return nullptr;
        const auto it = m_object.find(std::string(key));
        return it == m_object.end() || it->is_null() ? nullptr : &*it;
    }

private:
    const json& m_object;
};

// rope_theta and rope_scaling (transformers 4) or rope_parameters (5).
Status readRope(const io::ModelSource& source, JsonSettings& s, ModelConfig& c, double defaultFactor)
{
    const json* five = s.find("rope_parameters");
    const json* scaling = five ? five : s.find("rope_scaling");
    const json none = json::object();
    JsonSettings r(scaling ? *scaling : none);
    if (scaling && !scaling->is_object()) return refuse(source, "rope_scaling is no object");
    if (scaling)
        for (const auto& [key, value] : scaling->items())
            if (value.is_object())
                return refuse(source, "its layers have different rotary settings ('" + escapeText(key) + "')");
    RopeScaling k;
    k.kind = r.text("rope_type").value_or(r.text("type").value_or("default"));
    const double theta = (five ? r.number("rope_theta") : std::nullopt)
                             .value_or(s.number({"rope_theta", "rotary_emb_base"}).value_or(10000.0));
    const double part = (five ? r.number("partial_rotary_factor") : std::nullopt)
                            .value_or(s.number({"partial_rotary_factor", "rotary_pct"}).value_or(defaultFactor));
    k.factor = r.number("factor").value_or(1);
    k.low = r.number("low_freq_factor").value_or(1);
    k.high = r.number("high_freq_factor").value_or(4);
    k.original = r.number("original_max_position_embeddings")
                     .value_or(s.number("original_max_position_embeddings").value_or(static_cast<double>(c.positions)));
    QS_TRY(r.status());
    if (k.kind != "default" && k.kind != "linear" && k.kind != "llama3")
        return refuse(source, "the engine does not know rotary scaling '" + escapeText(k.kind)
                                  + "' (plain, linear and llama3 it does)");
    if (!(theta > 0) || !(k.factor > 0) || !(part > 0 && part <= 1)
        || (k.kind == "llama3" && !(k.high > k.low && k.original > 0)))
        return fail(Error(ErrorCode::Malformed, "the rotary settings of the model are no usable numbers")
                        .inFile(source.path.string()));
    c.rope.features = static_cast<Index>(static_cast<double>(c.headDim) * part);
    c.rope.frequencies = ropeFrequencies(c.rope.features, theta, k);
    return {};
}

Status readWindows(const io::ModelSource& source, JsonSettings& s, ModelConfig& c)
{
    c.windows.assign(static_cast<std::size_t>(std::min<Index>(c.blocks, 100'000)), 0);
    const bool qwen = c.architecture == "qwen2" || c.architecture == "qwen3";
    const auto window = s.count({"sliding_window"});
    if (!window || *window == 0) return {};
    if (qwen && !s.flag("use_sliding_window").value_or(false)) return {};
    const json* types = s.find("layer_types");
    if (types && (!types->is_array() || types->size() != c.windows.size()))
        return refuse(source, "layer_types does not name every block");
    const Index from = qwen ? s.count({"max_window_layers"}).value_or(28) : 0;
    for (std::size_t i = 0; i < c.windows.size(); ++i) {
        bool slides = qwen ? static_cast<Index>(i) >= from : c.architecture != "gemma2" || i % 2 == 0;
        if (types) {
            const json& t = (*types)[i];
            if (t != "full_attention" && t != "sliding_attention")
                return refuse(source, "the engine does not know attention of type "
                                          + escapeText(t.dump(-1, ' ', true, json::error_handler_t::replace)));
            slides = t == "sliding_attention";
        }
        if (slides) c.windows[i] = *window;
    }
    return {};
}

} // namespace

Result<ModelConfig> configFromJson(const io::ModelSource& source)
{
    QS_ASSIGN(const json document, io::parseJson(source.configJson, {},
                                                 source.folder.empty() ? source.path : source.folder / "config.json"));
    JsonSettings s(document);
    ModelConfig c;
    c.architecture = s.text("model_type").value_or(source.architecture);
    const auto known = knownArchitectures();
    if (std::find(known.begin(), known.end(), c.architecture) == known.end()) {
        std::string list;
        for (const auto& k : known) list += (list.empty() ? "" : ", ") + k;
        return fail(
            Error(ErrorCode::Unsupported, "the engine does not know architecture '" + escapeText(c.architecture) + "'")
                .inFile(source.path.string())
                .wanted("one of " + list)
                .fix("quantizing, comparing and exporting it without running it still work"));
    }
    const std::string& a = c.architecture;
    const bool opt = a == "opt", gpt2 = a == "gpt2", neox = a == "gpt_neox", gemma = a == "gemma2", phi = a == "phi3";
    const auto need = [&](std::initializer_list<std::string_view> keys) -> Result<Index> {
        const auto v = s.count(keys);
        QS_TRY(s.status());
        if (!v)
            return fail(Error(ErrorCode::Malformed, "config.json lacks '" + std::string(*keys.begin()) + "'")
                            .inFile(source.path.string()));
        return *v;
    };
    QS_ASSIGN(c.hidden, need({"hidden_size", "n_embd"}));
    QS_ASSIGN(c.blocks, need({"num_hidden_layers", "n_layer"}));
    QS_ASSIGN(c.heads, need({"num_attention_heads", "n_head"}));
    c.kvHeads = opt || gpt2 || neox ? c.heads : s.count({"num_key_value_heads"}).value_or(c.heads);
    c.headDim =
        (opt || gpt2 || neox ? std::nullopt : s.count({"head_dim"})).value_or(c.heads > 0 ? c.hidden / c.heads : 0);
    if (const auto inner = s.count({"intermediate_size", "ffn_dim", "n_inner"}))
        c.inner = *inner;
    else if (gpt2)
        c.inner = 4 * c.hidden;
    else {
        QS_ASSIGN(c.inner, need({"intermediate_size"}));
    }
    c.positions = s.count({"max_position_embeddings", "n_positions", "n_ctx"}).value_or(0);
    c.embedWidth = opt ? s.count({"word_embed_proj_dim"}).value_or(c.hidden) : c.hidden;
    c.norm = opt || gpt2 || neox ? NormKind::Layer : NormKind::Rms;
    c.eps =
        s.number({"rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon"}).value_or(opt || gpt2 || neox ? 1e-5 : 1e-6);
    c.gated = !(opt || gpt2 || neox);
    c.tied = s.flag("tie_word_embeddings").value_or(gemma || opt || gpt2);
    std::string act = c.gated ? "silu" : opt ? "relu" : gpt2 ? "gelu_new" : "gelu";
    if (gemma) act = "gelu_pytorch_tanh";
    for (const char* key : {"hidden_activation", "hidden_act", "activation_function"})
        if (const auto v = s.text(key)) {
            act = *v;
            break;
        }
    QS_TRY(s.status());
    QS_ASSIGN(c.activation, activationFromName(act));
    c.attentionScale = 1 / std::sqrt(static_cast<double>(c.headDim));
    const bool llamaLike = a == "llama" || a == "qwen3" || gemma;
    const bool bias = llamaLike && s.flag("attention_bias").value_or(false);
    c.qkvBias = c.outputBias = bias;
    if (a == "llama") c.mlpBias = s.flag("mlp_bias").value_or(false);
    if (a == "qwen2") c.qkvBias = true;
    c.qkNorm = a == "qwen3";

    if (gemma) {
        c.normPlusOne = c.sandwich = true;
        c.embedScale = std::sqrt(static_cast<double>(c.hidden));
        c.attentionScale = 1 / std::sqrt(s.number("query_pre_attn_scalar").value_or(256));
        c.attentionCap = s.find("attn_logit_softcapping") || !document.contains("attn_logit_softcapping")
                             ? s.number("attn_logit_softcapping").value_or(50)
                             : 0;
        c.logitCap = s.find("final_logit_softcapping") || !document.contains("final_logit_softcapping")
                         ? s.number("final_logit_softcapping").value_or(30)
                         : 0;
        if (s.flag("use_bidirectional_attention").value_or(false)) return refuse(source, "its attention looks ahead");
    } else if (opt) {
        c.normBefore = s.flag("do_layer_norm_before").value_or(true);
        c.finalNorm = c.normBefore && !s.flag("_remove_final_layer_norm").value_or(false);
        c.qkvBias = c.outputBias = c.mlpBias = s.flag("enable_bias").value_or(true);
        c.positionOffset = 2;
        if (!s.flag("layer_norm_elementwise_affine").value_or(true)) return refuse(source, "its norms have no weights");
    } else if (gpt2) {
        c.qkv = QkvLayout::Stacked;
        c.qkvBias = c.outputBias = c.mlpBias = true;
        c.positionOffset = 0;
        if (!s.flag("scale_attn_weights").value_or(true)) c.attentionScale = 1;
        if (s.flag("scale_attn_by_inverse_layer_idx").value_or(false))
            return refuse(source, "its attention is scaled by the block's number");
        if (s.flag("add_cross_attention").value_or(false)) return refuse(source, "it has cross attention");
    } else if (neox) {
        c.qkv = QkvLayout::PerHead;
        c.qkvBias = c.outputBias = s.flag("attention_bias").value_or(true);
        c.mlpBias = true;
        c.parallel = s.flag("use_parallel_residual").value_or(true);
    } else if (phi) {
        c.qkv = QkvLayout::Stacked;
        c.fusedGateUp = true;
    } else if (a == "mixtral") {
        c.experts = s.count({"num_local_experts"}).value_or(8);
        c.expertsPerToken = s.count({"num_experts_per_tok"}).value_or(2);
    }
    if (!opt && !gpt2) QS_TRY(readRope(source, s, c, neox ? 0.25 : 1.0));
    QS_TRY(readWindows(source, s, c));
    QS_TRY(s.status());
    return c;
}

} // namespace qs::model
