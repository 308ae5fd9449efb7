// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/tensor_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <span>

namespace qs::io {
namespace {

struct Pair {
    std::string_view hf;
    std::string_view gguf;
};

constexpr Pair kOuter[] = {
    {"embed_tokens", "token_embd"},      {"wte", "token_embd"},       {"embed_in", "token_embd"},
    {"wpe", "position_embd"},            {"embed_positions", "position_embd"},
    {"norm", "output_norm"},             {"ln_f", "output_norm"},     {"final_layer_norm", "output_norm"},
    {"final_layernorm", "output_norm"},  {"lm_head", "output"},       {"embed_out", "output"},
};

constexpr Pair kInBlock[] = {
    {"input_layernorm", "attn_norm"},
    {"ln_1", "attn_norm"},
    {"self_attn_layer_norm", "attn_norm"},
    {"self_attn.q_proj", "attn_q"},
    {"self_attn.k_proj", "attn_k"},
    {"self_attn.v_proj", "attn_v"},
    {"self_attn.o_proj", "attn_output"},
    {"self_attn.out_proj", "attn_output"},
    {"self_attn.dense", "attn_output"},
    {"attention.dense", "attn_output"},
    {"attn.c_proj", "attn_output"},
    {"attn.c_attn", "attn_qkv"},
    {"attention.query_key_value", "attn_qkv"},
    {"self_attn.qkv_proj", "attn_qkv"},
    {"self_attn.q_norm", "attn_q_norm"},
    {"self_attn.k_norm", "attn_k_norm"},
    {"post_attention_layernorm", "ffn_norm"},
    {"ln_2", "ffn_norm"},
    {"final_layer_norm", "ffn_norm"},
    {"pre_feedforward_layernorm", "ffn_norm"},
    {"post_feedforward_layernorm", "post_ffw_norm"},
    {"mlp.gate_proj", "ffn_gate"},
    {"mlp.up_proj", "ffn_up"},
    {"mlp.down_proj", "ffn_down"},
    {"mlp.c_fc", "ffn_up"},
    {"mlp.c_proj", "ffn_down"},
    {"mlp.dense_h_to_4h", "ffn_up"},
    {"mlp.dense_4h_to_h", "ffn_down"},
    {"mlp.fc1", "ffn_up"},
    {"mlp.fc2", "ffn_down"},
    {"fc1", "ffn_up"},
    {"fc2", "ffn_down"},
    {"mlp.gate_up_proj", "ffn_up"},
    {"block_sparse_moe.gate", "ffn_gate_inp"},
    {"mlp.gate", "ffn_gate_inp"},
};

constexpr Pair kExpert[] = {
    {"w1", "ffn_gate_exps"}, {"gate_proj", "ffn_gate_exps"}, {"w3", "ffn_up_exps"},
    {"up_proj", "ffn_up_exps"}, {"w2", "ffn_down_exps"}, {"down_proj", "ffn_down_exps"},
};

std::optional<std::string_view> find(std::span<const Pair> table, std::string_view hf)
{
    for (const auto& p : table)
        if (p.hf == hf) return p.gguf;
    return std::nullopt;
}

// Takes "N." from the front.
std::optional<int> takeNumber(std::string_view& text)
{
    int n = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), n);
    if (r.ec != std::errc{} || n < 0 || r.ptr == text.data() + text.size() || *r.ptr != '.') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(r.ptr - text.data()) + 1);
    return n;
}

bool takePrefix(std::string_view& text, std::string_view prefix)
{
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

bool isGemma23(std::string_view architecture) { return architecture.starts_with("gemma2") || architecture.starts_with("gemma3"); }

// Styles of Hugging Face names, by GGUF's architecture.
struct Style {
    std::string_view architecture;
    std::string_view prefix;  ///< "model."
    std::string_view layers;  ///< "layers."
    std::span<const Pair> outer;
    std::span<const Pair> block;
};

constexpr Pair kLlamaOuter[] = {{"model.embed_tokens", "token_embd"}, {"model.norm", "output_norm"}, {"lm_head", "output"}};
constexpr Pair kLlamaBlock[] = {
    {"input_layernorm", "attn_norm"},   {"self_attn.q_proj", "attn_q"},      {"self_attn.k_proj", "attn_k"},
    {"self_attn.v_proj", "attn_v"},     {"self_attn.o_proj", "attn_output"}, {"self_attn.q_norm", "attn_q_norm"},
    {"self_attn.k_norm", "attn_k_norm"}, {"post_attention_layernorm", "ffn_norm"}, {"mlp.gate_proj", "ffn_gate"},
    {"mlp.up_proj", "ffn_up"},          {"mlp.down_proj", "ffn_down"},
};
constexpr Pair kGemma2Block[] = {
    {"input_layernorm", "attn_norm"},   {"self_attn.q_proj", "attn_q"},      {"self_attn.k_proj", "attn_k"},
    {"self_attn.v_proj", "attn_v"},     {"self_attn.o_proj", "attn_output"}, {"self_attn.q_norm", "attn_q_norm"},
    {"self_attn.k_norm", "attn_k_norm"}, {"post_attention_layernorm", "post_attention_norm"},
    {"pre_feedforward_layernorm", "ffn_norm"}, {"post_feedforward_layernorm", "post_ffw_norm"},
    {"mlp.gate_proj", "ffn_gate"},      {"mlp.up_proj", "ffn_up"},           {"mlp.down_proj", "ffn_down"},
};
constexpr Pair kPhi3Block[] = {
    {"input_layernorm", "attn_norm"}, {"self_attn.qkv_proj", "attn_qkv"}, {"self_attn.o_proj", "attn_output"},
    {"post_attention_layernorm", "ffn_norm"}, {"mlp.gate_up_proj", "ffn_up"}, {"mlp.down_proj", "ffn_down"},
};
constexpr Pair kPhi2Outer[] = {{"model.embed_tokens", "token_embd"}, {"model.final_layernorm", "output_norm"}, {"lm_head", "output"}};
constexpr Pair kPhi2Block[] = {
    {"input_layernorm", "attn_norm"}, {"self_attn.q_proj", "attn_q"}, {"self_attn.k_proj", "attn_k"},
    {"self_attn.v_proj", "attn_v"}, {"self_attn.dense", "attn_output"}, {"mlp.fc1", "ffn_up"}, {"mlp.fc2", "ffn_down"},
};
constexpr Pair kGpt2Outer[] = {{"transformer.wte", "token_embd"}, {"transformer.wpe", "position_embd"},
                               {"transformer.ln_f", "output_norm"}, {"lm_head", "output"}};
constexpr Pair kGpt2Block[] = {
    {"ln_1", "attn_norm"}, {"attn.c_attn", "attn_qkv"}, {"attn.c_proj", "attn_output"},
    {"ln_2", "ffn_norm"}, {"mlp.c_fc", "ffn_up"}, {"mlp.c_proj", "ffn_down"},
};

constexpr Style kStyles[] = {
    {"llama", "model.", "layers.", kLlamaOuter, kLlamaBlock},   {"qwen2", "model.", "layers.", kLlamaOuter, kLlamaBlock},
    {"qwen3", "model.", "layers.", kLlamaOuter, kLlamaBlock},   {"gemma", "model.", "layers.", kLlamaOuter, kLlamaBlock},
    {"gemma2", "model.", "layers.", kLlamaOuter, kGemma2Block}, {"gemma3", "model.", "layers.", kLlamaOuter, kGemma2Block},
    {"phi3", "model.", "layers.", kLlamaOuter, kPhi3Block},     {"phi2", "model.", "layers.", kPhi2Outer, kPhi2Block},
    {"gpt2", "transformer.", "h.", kGpt2Outer, kGpt2Block},
};

} // namespace

CanonicalName canonicalName(std::string_view tensorName, std::string_view architecture)
{
    const CanonicalName unknown{std::string(tensorName), -1};
    std::string_view text = tensorName;
    std::string suffix;
    for (const std::string_view s : {".weight", ".bias"})
        if (text.ends_with(s)) {
            suffix = s;
            text.remove_suffix(s.size());
            break;
        }
    for (const std::string_view p : {"language_model.", "model.", "transformer.", "gpt_neox.", "decoder."}) takePrefix(text, p);
    if (takePrefix(text, "blk.")) return unknown;
    if (takePrefix(text, "layers.") || takePrefix(text, "h.")) {
        const auto block = takeNumber(text);
        if (!block) return unknown;
        const std::string head = "blk." + std::to_string(*block) + ".";
        for (const std::string_view p : {"block_sparse_moe.experts.", "mlp.experts."})
            if (takePrefix(text, p)) {
                const auto expert = takeNumber(text);
                const auto gguf = find(kExpert, text);
                if (!expert || !gguf) return unknown;
                return {head + std::string(*gguf) + suffix, *expert};
            }
        auto gguf = find(kInBlock, text);
        if (!gguf) return unknown;
        if (text == "post_attention_layernorm" && isGemma23(architecture)) gguf = "post_attention_norm";
        return {head + std::string(*gguf) + suffix, -1};
    }
    if (const auto gguf = find(kOuter, text)) return {std::string(*gguf) + suffix, -1};
    return unknown;
}

std::optional<std::string> huggingFaceName(std::string_view ggufName, std::string_view ggufArchitecture)
{
    const auto style = std::find_if(std::begin(kStyles), std::end(kStyles),
                                    [&](const Style& s) { return s.architecture == ggufArchitecture; });
    if (style == std::end(kStyles)) return std::nullopt;
    std::string_view text = ggufName;
    std::string suffix;
    for (const std::string_view s : {".weight", ".bias"})
        if (text.ends_with(s)) {
            suffix = s;
            text.remove_suffix(s.size());
            break;
        }
    const auto inverse = [&](std::span<const Pair> table) -> std::optional<std::string_view> {
        for (const auto& p : table)
            if (p.gguf == text) return p.hf;
        return std::nullopt;
    };
    if (takePrefix(text, "blk.")) {
        const auto block = takeNumber(text);
        if (!block) return std::nullopt;
        const auto hf = inverse(style->block);
        if (!hf) return std::nullopt;
        return std::string(style->prefix) + std::string(style->layers) + std::to_string(*block) + "." + std::string(*hf) + suffix;
    }
    const auto hf = inverse(style->outer);
    if (!hf) return std::nullopt;
    return std::string(*hf) + suffix;
}

} // namespace qs::io
