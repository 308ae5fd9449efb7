// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/roles.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace qs::io {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Role::Count)> kNames = {
    "q_proj", "k_proj", "v_proj", "qkv_proj", "o_proj", "gate_proj", "up_proj", "gate_up_proj", "down_proj",
    "router", "embedding", "position_embedding", "lm_head", "norm", "bias", "other"};

struct ModuleRole {
    std::string_view module;
    Role role;
};

/// Modules whose last name says what they do, whatever they hang on. Hugging Face first, then GGUF (formats.md A6.3).
constexpr std::array kModules = {
    // Llama, Mistral, Qwen, Gemma, Phi-3, OPT, Phi-2
    ModuleRole{"q_proj", Role::QProj}, ModuleRole{"k_proj", Role::KProj}, ModuleRole{"v_proj", Role::VProj},
    ModuleRole{"qkv_proj", Role::QkvProj}, ModuleRole{"o_proj", Role::OProj},
    ModuleRole{"gate_proj", Role::GateProj}, ModuleRole{"up_proj", Role::UpProj},
    ModuleRole{"gate_up_proj", Role::GateUpProj}, ModuleRole{"down_proj", Role::DownProj},
    ModuleRole{"fc1", Role::UpProj}, ModuleRole{"fc2", Role::DownProj},
    ModuleRole{"embed_tokens", Role::Embedding}, ModuleRole{"embed_positions", Role::PositionEmbedding},
    ModuleRole{"lm_head", Role::LmHead},
    // Llama as Meta stores it, Mixtral's experts
    ModuleRole{"wq", Role::QProj}, ModuleRole{"wk", Role::KProj}, ModuleRole{"wv", Role::VProj},
    ModuleRole{"wo", Role::OProj}, ModuleRole{"wqkv", Role::QkvProj}, ModuleRole{"Wqkv", Role::QkvProj},
    ModuleRole{"w1", Role::GateProj}, ModuleRole{"w2", Role::DownProj}, ModuleRole{"w3", Role::UpProj},
    ModuleRole{"tok_embeddings", Role::Embedding},
    // Routers of experts
    ModuleRole{"router", Role::Router}, ModuleRole{"shared_expert_gate", Role::Router},
    // GPT-2
    ModuleRole{"wte", Role::Embedding}, ModuleRole{"wpe", Role::PositionEmbedding},
    ModuleRole{"c_attn", Role::QkvProj}, ModuleRole{"c_fc", Role::UpProj},
    // GPT-NeoX (and others of that family)
    ModuleRole{"query_key_value", Role::QkvProj}, ModuleRole{"dense_h_to_4h", Role::UpProj},
    ModuleRole{"dense_4h_to_h", Role::DownProj}, ModuleRole{"embed_in", Role::Embedding},
    ModuleRole{"embed_out", Role::LmHead},
    // BERT
    ModuleRole{"word_embeddings", Role::Embedding}, ModuleRole{"position_embeddings", Role::PositionEmbedding},
    ModuleRole{"token_type_embeddings", Role::Embedding}, ModuleRole{"query", Role::QProj},
    ModuleRole{"key", Role::KProj}, ModuleRole{"value", Role::VProj},
    // GGUF
    ModuleRole{"token_embd", Role::Embedding}, ModuleRole{"position_embd", Role::PositionEmbedding},
    ModuleRole{"token_types", Role::Embedding},
    ModuleRole{"attn_q", Role::QProj}, ModuleRole{"attn_k", Role::KProj}, ModuleRole{"attn_v", Role::VProj},
    ModuleRole{"attn_qkv", Role::QkvProj}, ModuleRole{"attn_output", Role::OProj},
    ModuleRole{"ffn_gate", Role::GateProj}, ModuleRole{"ffn_up", Role::UpProj}, ModuleRole{"ffn_down", Role::DownProj},
    ModuleRole{"ffn_gate_inp", Role::Router}, ModuleRole{"ffn_gate_inp_shexp", Role::Router},
    ModuleRole{"ffn_gate_exps", Role::GateProj}, ModuleRole{"ffn_up_exps", Role::UpProj},
    ModuleRole{"ffn_down_exps", Role::DownProj}, ModuleRole{"ffn_gate_up_exps", Role::GateUpProj},
    ModuleRole{"ffn_gate_shexp", Role::GateProj}, ModuleRole{"ffn_up_shexp", Role::UpProj},
    ModuleRole{"ffn_down_shexp", Role::DownProj},
};

/// The name between its dots; of absurdly deep names the first 24 parts.
struct Parts {
    std::array<std::string_view, 24> part;
    std::size_t count = 0;
    explicit Parts(std::string_view name)
    {
        while (count < part.size()) {
            const auto dot = name.find('.');
            part[count++] = name.substr(0, dot);
            if (dot == std::string_view::npos) return;
            name.remove_prefix(dot + 1);
        }
    }
    std::string_view fromEnd(std::size_t i) const { return i < count ? part[count - 1 - i] : std::string_view{}; }
};

int number(std::string_view text)
{
    int v = -1;
    constexpr std::size_t kDigits = 8;
    if (text.empty() || text.size() > kDigits) return -1;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), v);
    return r.ec == std::errc{} && r.ptr == text.data() + text.size() && v >= 0 ? v : -1;
}

template <class... S>
bool anyOf(std::string_view text, S... options)
{
    return ((text == options) || ...);
}

bool isNorm(std::string_view module)
{
    if (module.starts_with("ln_") || module == "ln" || module.starts_with("LayerNorm")) return true;
    return module.find("norm") != std::string_view::npos;
}

bool isAttention(std::string_view module)
{
    return anyOf(module, "self_attn", "attn", "attention", "self_attention", "encoder_attn", "cross_attn");
}

/// What the module's own name says together with the names above it. `up` is its parent, `above` the parent's parent.
Role roleOfModule(std::string_view module, std::string_view up, std::string_view above, bool inBlock)
{
    if (module == "c_proj") return isAttention(up) ? Role::OProj : up == "mlp" ? Role::DownProj : Role::Other;
    if (module == "out_proj") return isAttention(up) ? Role::OProj : Role::Other;
    if (module == "gate")
        return anyOf(up, "block_sparse_moe", "mlp", "moe", "feed_forward", "ffn") ? Role::Router : Role::Other;
    if (module == "dense") {
        if (isAttention(up) || (up == "output" && isAttention(above))) return Role::OProj;
        if (up == "intermediate") return Role::UpProj;
        if (up == "output" && number(above) >= 0) return Role::DownProj;
        return Role::Other;
    }
    if (module == "output") return inBlock ? Role::Other : Role::LmHead;
    if (module == "decoder") return anyOf(up, "predictions", "lm_head") ? Role::LmHead : Role::Other;
    if (anyOf(module, "query", "key", "value") && !(up == "self" || isAttention(up))) return Role::Other;
    const auto it = std::find_if(kModules.begin(), kModules.end(), [&](const auto& m) { return m.module == module; });
    if (it != kModules.end()) return it->role;
    return isNorm(module) ? Role::Norm : Role::Other;
}

/// Conv1D of GPT-2 keeps its matrix as [in, out]; models that borrowed its names use plain linear layers.
bool isConv1d(std::string_view module, std::string_view architecture, bool hNames)
{
    if (!anyOf(module, "c_attn", "c_proj", "c_fc")) return false;
    return architecture.empty() ? hNames : anyOf(architecture, "gpt2", "openai-gpt");
}

} // namespace

std::string_view roleName(Role role) { return role < Role::Count ? kNames[static_cast<std::size_t>(role)] : "other"; }

Role roleFromName(std::string_view name)
{
    for (std::size_t i = 0; i < kNames.size(); ++i)
        if (kNames[i] == name) return static_cast<Role>(i);
    return Role::Count;
}

bool isLinearRole(Role role) { return role <= Role::DownProj; }

Place classify(std::string_view tensorName, std::string_view architecture)
{
    const Parts parts(tensorName);
    Place place;
    bool hNames = false;
    for (std::size_t i = 0; i + 1 < parts.count; ++i) {
        const std::string_view p = parts.part[i];
        const int n = number(parts.part[i + 1]);
        if (n < 0) continue;
        if (place.block < 0 && anyOf(p, "layers", "layer", "h", "blk", "blocks", "block")) {
            place.block = n;
            hNames = p == "h";
        } else if (anyOf(p, "experts", "ffn_gate", "ffn_up", "ffn_down")) {
            place.expert = n; // ffn_gate.3: GGUF files from before experts were stacked
        }
    }

    const std::string_view last = parts.fromEnd(0);
    const bool isBias = last == "bias" || last == "beta" || last.ends_with("_bias");
    const bool hasSuffix = isBias || last == "weight" || last == "gamma";
    std::size_t m = hasSuffix ? 1 : 0;
    if (number(parts.fromEnd(m)) >= 0 && parts.fromEnd(m + 1).starts_with("ffn_")) ++m;
    const std::string_view module = parts.fromEnd(m);

    if (isBias) {
        // GPT-2's and GPT-NeoX's causal masks are called bias, too.
        const bool mask = last == "masked_bias" || (last == "bias" && anyOf(module, "attn", "attention"));
        const bool known = anyOf(last, "bias", "beta") || parts.fromEnd(1) == "experts";
        place.role = mask || !known ? Role::Other : Role::Bias;
        return place;
    }
    place.role = roleOfModule(module, parts.fromEnd(m + 1), parts.fromEnd(m + 2), place.block >= 0);
    // Without a suffix only stacked experts are weights (experts.gate_up_proj); the rest are scales and the like.
    if (!hasSuffix && parts.fromEnd(1) != "experts") place.role = Role::Other;
    // Phi-3 in GGUF: gate and up rows in one matrix under the name of up.
    if (architecture == "phi3" && module == "ffn_up") place.role = Role::GateUpProj;
    place.transposed = isLinearRole(place.role) && isConv1d(module, architecture, hNames);
    return place;
}

} // namespace qs::io
