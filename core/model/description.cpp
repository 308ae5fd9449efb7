// SPDX-License-Identifier: GPL-3.0-or-later
// The architectures: one row of names each. Shapes and options follow from the configuration.
#include "core/model/description.h"

#include <algorithm>

namespace qs::model {
namespace {

struct Names {
    const char* architecture;
    const char* prefix; ///< of everything but the head
    const char* layers;
    const char* embedding;
    const char* positions;
    const char* finalNorm;
    const char* head;
    const char* attentionNorm;
    const char* mlpNorm;
    const char* q; ///< or the fused one
    const char* k;
    const char* v;
    const char* output;
    const char* gate; ///< or the fused one
    const char* up;
    const char* down;
};

constexpr Names kLlama{.architecture = "llama",
                       .prefix = "model.",
                       .layers = "layers.",
                       .embedding = "embed_tokens",
                       .positions = "",
                       .finalNorm = "norm",
                       .head = "lm_head",
                       .attentionNorm = "input_layernorm",
                       .mlpNorm = "post_attention_layernorm",
                       .q = "self_attn.q_proj",
                       .k = "self_attn.k_proj",
                       .v = "self_attn.v_proj",
                       .output = "self_attn.o_proj",
                       .gate = "mlp.gate_proj",
                       .up = "mlp.up_proj",
                       .down = "mlp.down_proj"};

constexpr Names kOpt{.architecture = "opt",
                     .prefix = "model.decoder.",
                     .layers = "layers.",
                     .embedding = "embed_tokens",
                     .positions = "embed_positions",
                     .finalNorm = "final_layer_norm",
                     .head = "lm_head",
                     .attentionNorm = "self_attn_layer_norm",
                     .mlpNorm = "final_layer_norm",
                     .q = "self_attn.q_proj",
                     .k = "self_attn.k_proj",
                     .v = "self_attn.v_proj",
                     .output = "self_attn.out_proj",
                     .gate = "",
                     .up = "fc1",
                     .down = "fc2"};

constexpr Names kGpt2{.architecture = "gpt2",
                      .prefix = "transformer.",
                      .layers = "h.",
                      .embedding = "wte",
                      .positions = "wpe",
                      .finalNorm = "ln_f",
                      .head = "lm_head",
                      .attentionNorm = "ln_1",
                      .mlpNorm = "ln_2",
                      .q = "attn.c_attn",
                      .k = "",
                      .v = "",
                      .output = "attn.c_proj",
                      .gate = "",
                      .up = "mlp.c_fc",
                      .down = "mlp.c_proj"};

constexpr Names kGptNeox{.architecture = "gpt_neox",
                         .prefix = "gpt_neox.",
                         .layers = "layers.",
                         .embedding = "embed_in",
                         .positions = "",
                         .finalNorm = "final_layer_norm",
                         .head = "embed_out",
                         .attentionNorm = "input_layernorm",
                         .mlpNorm = "post_attention_layernorm",
                         .q = "attention.query_key_value",
                         .k = "",
                         .v = "",
                         .output = "attention.dense",
                         .gate = "",
                         .up = "mlp.dense_h_to_4h",
                         .down = "mlp.dense_4h_to_h"};

constexpr Names with(Names names, const char* architecture)
{
    names.architecture = architecture;
    return names;
}

constexpr Names gemma2()
{
    Names n = with(kLlama, "gemma2");
    n.mlpNorm = "pre_feedforward_layernorm";
    return n;
}

constexpr Names phi3()
{
    Names n = with(kLlama, "phi3");
    n.q = "self_attn.qkv_proj";
    n.gate = "mlp.gate_up_proj";
    return n;
}

constexpr Names mixtral()
{
    Names n = with(kLlama, "mixtral");
    n.gate = "w1";
    n.up = "w3";
    n.down = "w2";
    return n;
}

constexpr Names kNames[] = {kLlama,
                            with(kLlama, "mistral"),
                            with(kLlama, "qwen2"),
                            with(kLlama, "qwen3"),
                            gemma2(),
                            phi3(),
                            mixtral(),
                            kOpt,
                            kGpt2,
                            kGptNeox};

constexpr const char* kExperts = "block_sparse_moe.";

const Names& namesOf(const std::string& architecture)
{
    for (const Names& n : kNames)
        if (architecture == n.architecture) return n;
    return kNames[0]; // readConfig has refused others
}

class Builder {
public:
    Builder(const ModelConfig& c, std::string prefix, BlockDescription& out)
        : m_c(c),
          m_prefix(std::move(prefix)),
          m_out(out)
    {
    }

    NormSpec norm(const std::string& name, Index width)
    {
        NormSpec n;
        n.weight = add(name + ".weight", 1, width, false);
        if (m_c.norm == NormKind::Layer) n.bias = add(name + ".bias", 1, width, false);
        return n;
    }
    LinearSpec linear(const std::string& name, Index out, Index in, bool bias, int expert = -1)
    {
        LinearSpec l;
        l.module = m_prefix + name;
        l.out = out;
        l.in = in;
        l.expert = expert;
        l.weight = add(name + ".weight", out, in, true);
        if (bias) l.bias = add(name + ".bias", 1, out, false);
        return l;
    }

private:
    int add(const std::string& name, Index rows, Index cols, bool matrix)
    {
        m_out.parameters.push_back({m_prefix + name, rows, cols, matrix});
        return static_cast<int>(m_out.parameters.size()) - 1;
    }
    const ModelConfig& m_c;
    std::string m_prefix;
    BlockDescription& m_out;
};

} // namespace

int BlockDescription::find(std::string_view name) const
{
    for (std::size_t i = 0; i < parameters.size(); ++i)
        if (parameters[i].name == name) return static_cast<int>(i);
    return -1;
}

std::vector<const LinearSpec*> BlockDescription::linears() const
{
    std::vector<const LinearSpec*> out;
    for (const auto& l : qkv) out.push_back(&l);
    out.push_back(&output);
    if (router.present()) out.push_back(&router);
    for (const auto& m : mlps) {
        for (const auto& l : m.in) out.push_back(&l);
        out.push_back(&m.down);
    }
    return out;
}

BlockDescription describeBlock(const ModelConfig& c, Index index)
{
    const Names& n = namesOf(c.architecture);
    BlockDescription d;
    d.index = index;
    d.window = c.windows.empty() ? 0 : c.windows[static_cast<std::size_t>(index)];
    Builder b(c, std::string(n.prefix) + n.layers + std::to_string(index) + ".", d);
    const Index q = c.heads * c.headDim;
    const Index kv = c.kvHeads * c.headDim;
    d.attentionNorm = b.norm(n.attentionNorm, c.hidden);
    if (c.qkv == QkvLayout::Separate) {
        d.qkv.push_back(b.linear(n.q, q, c.hidden, c.qkvBias));
        d.qkv.push_back(b.linear(n.k, kv, c.hidden, c.qkvBias));
        d.qkv.push_back(b.linear(n.v, kv, c.hidden, c.qkvBias));
    } else {
        d.qkv.push_back(b.linear(n.q, q + 2 * kv, c.hidden, c.qkvBias));
    }
    if (c.qkNorm) {
        d.qNorm = b.norm("self_attn.q_norm", c.headDim);
        d.kNorm = b.norm("self_attn.k_norm", c.headDim);
    }
    d.output = b.linear(n.output, c.hidden, q, c.outputBias);
    if (c.sandwich) d.afterAttention = b.norm("post_attention_layernorm", c.hidden);
    d.mlpNorm = b.norm(n.mlpNorm, c.hidden);
    if (c.sandwich) d.afterMlp = b.norm("post_feedforward_layernorm", c.hidden);
    if (c.experts > 0) d.router = b.linear(std::string(kExperts) + "gate", c.experts, c.hidden, false);
    for (Index e = 0; e < std::max<Index>(c.experts, 1); ++e) {
        const std::string at =
            c.experts > 0 ? std::string(kExperts) + "experts." + std::to_string(e) + "." : std::string();
        const int expert = c.experts > 0 ? static_cast<int>(e) : -1;
        MlpSpec m;
        if (c.fusedGateUp) {
            m.in.push_back(b.linear(at + n.gate, 2 * c.inner, c.hidden, c.mlpBias, expert));
        } else {
            if (c.gated) m.in.push_back(b.linear(at + n.gate, c.inner, c.hidden, c.mlpBias, expert));
            m.in.push_back(b.linear(at + n.up, c.inner, c.hidden, c.mlpBias, expert));
        }
        m.down = b.linear(at + n.down, c.hidden, c.inner, c.mlpBias, expert);
        d.mlps.push_back(std::move(m));
    }
    return d;
}

OuterNames describeOuter(const ModelConfig& c)
{
    const Names& n = namesOf(c.architecture);
    const std::string p = n.prefix;
    OuterNames o;
    o.embedding = p + n.embedding + ".weight";
    if (c.positionOffset >= 0) o.positions = p + n.positions + ".weight";
    if (c.embedWidth != c.hidden) {
        o.projectIn = p + "project_in.weight";
        o.projectOut = p + "project_out.weight";
    }
    if (c.finalNorm) o.finalNorm = p + n.finalNorm;
    o.head = c.tied ? o.embedding : std::string(n.head) + ".weight";
    return o;
}

} // namespace qs::model
