// SPDX-License-Identifier: GPL-3.0-or-later
// GGUF metadata. Its converters change some values (formats.md A6.3); the configuration says how to read the tensors as
// they lie, so that no tensor is changed: llama's q and k rows pair neighbours, Gemma's norms have the 1 in them, and
// GPT-NeoX's fused rows are stacked.
#include "core/base/format.h"
#include "core/model/config_settings.h"

#include <algorithm>
#include <cmath>

namespace qs::model {
namespace {

class GgufSettings : public Settings {
public:
    GgufSettings(const io::ModelSource& source, std::string architecture)
        : m_source(source),
          m_prefix(std::move(architecture) + ".")
    {
    }
    using Settings::number;
    std::optional<double> number(std::string_view key) override
    {
        const io::MetaScalar* v = find(key);
        if (!v) return std::nullopt;
        if (const auto* i = std::get_if<std::int64_t>(v)) return static_cast<double>(*i);
        if (const auto* u = std::get_if<std::uint64_t>(v)) return static_cast<double>(*u);
        if (const auto* d = std::get_if<double>(v)) return *d;
        wrong(m_prefix + std::string(key), "a number");
        return std::nullopt;
    }
    std::optional<bool> flag(std::string_view key) override
    {
        const io::MetaScalar* v = find(key);
        if (!v) return std::nullopt;
        if (const auto* b = std::get_if<bool>(v)) return *b;
        wrong(m_prefix + std::string(key), "true or false");
        return std::nullopt;
    }
    std::optional<std::string> text(std::string_view key) override
    {
        const io::MetaScalar* v = find(key);
        if (!v) return std::nullopt;
        if (const auto* s = std::get_if<std::string>(v)) return *s;
        wrong(m_prefix + std::string(key), "a string");
        return std::nullopt;
    }

private:
    const io::MetaScalar* find(std::string_view key)
    {
        const std::string full = m_prefix + std::string(key);
        const io::MetaEntry* m = m_source.meta(full);
        if (!m || m->values.empty()) return nullptr;
        if (m->isArray) {
            // One value for every block is the same as one value.
            const bool same = m->count == m->values.size()
                              && std::all_of(m->values.begin(), m->values.end(),
                                             [&](const auto& v) { return v == m->values.front(); });
            if (!same) {
                wrong(full, "one value for all blocks");
                return nullptr;
            }
        }
        return &m->values.front();
    }
    const io::ModelSource& m_source;
    std::string m_prefix;
};

const io::TensorInfo* tensor(const io::ModelSource& source, std::string_view name)
{
    const auto at = source.find(name);
    return at < 0 ? nullptr : &source.tensors[static_cast<std::size_t>(at)];
}

} // namespace

Result<ModelConfig> configFromGguf(const io::ModelSource& source)
{
    std::string arch = source.architecture;
    if (const auto* m = source.meta("general.architecture"); m && !m->values.empty())
        if (const auto* s = std::get_if<std::string>(&m->values.front())) arch = *s;
    const std::string list[] = {"llama", "qwen2", "qwen3", "gemma2", "gpt2", "phi3", "gptneox"};
    if (std::find(std::begin(list), std::end(list), arch) == std::end(list))
        return fail(Error(ErrorCode::Unsupported, "the engine does not know architecture '" + escapeText(arch) + "'")
                        .inFile(source.path.string())
                        .wanted("one of llama, qwen2, qwen3, gemma2, gpt2, phi3, gptneox")
                        .fix("quantizing, comparing and exporting it without running it still work"));
    GgufSettings s(source, arch);
    ModelConfig c;
    c.architecture = arch == "gptneox" ? "gpt_neox" : arch;
    const bool gpt2 = arch == "gpt2", neox = arch == "gptneox", gemma = arch == "gemma2", phi = arch == "phi3",
               llama = arch == "llama";
    const auto need = [&](std::string_view key) -> Result<Index> {
        const auto v = s.count({key});
        QS_TRY(s.status());
        if (!v)
            return fail(Error(ErrorCode::Malformed, "metadata '" + arch + "." + std::string(key) + "' is missing")
                            .inFile(source.path.string()));
        return *v;
    };
    QS_ASSIGN(c.hidden, need("embedding_length"));
    QS_ASSIGN(c.blocks, need("block_count"));
    QS_ASSIGN(c.heads, need("attention.head_count"));
    QS_ASSIGN(c.inner, need("feed_forward_length"));
    c.kvHeads = s.count({"attention.head_count_kv"}).value_or(c.heads);
    c.headDim = s.count({"attention.key_length"}).value_or(c.heads > 0 ? c.hidden / c.heads : 0);
    if (const auto v = s.count({"attention.value_length"}); v && *v != c.headDim)
        return refuse(source, "its keys and values differ in width");
    c.positions = s.count({"context_length"}).value_or(0);
    c.embedWidth = c.hidden;
    c.norm = gpt2 || neox ? NormKind::Layer : NormKind::Rms;
    c.eps = s.number({"attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon"}).value_or(1e-5);
    c.gated = !(gpt2 || neox);
    c.tied = tensor(source, "output.weight") == nullptr;
    c.activation = gemma || gpt2 ? Activation::GeluTanh : neox ? Activation::Gelu : Activation::Silu;
    c.qkv = gpt2 || neox || phi ? QkvLayout::Stacked : QkvLayout::Separate;
    c.fusedGateUp = phi;
    c.qkNorm = arch == "qwen3";
    c.qkvBias = gpt2 || neox || arch == "qwen2" || tensor(source, "blk.0.attn_q.bias") != nullptr;
    c.outputBias = gpt2 || neox || tensor(source, "blk.0.attn_output.bias") != nullptr;
    c.mlpBias = gpt2 || neox || tensor(source, "blk.0.ffn_down.bias") != nullptr;
    c.attentionScale = 1 / std::sqrt(static_cast<double>(c.headDim));
    if (gpt2) c.positionOffset = 0;
    if (neox) c.parallel = s.flag("use_parallel_residual").value_or(true);
    if (gemma) {
        c.sandwich = true;
        c.embedScale = std::sqrt(static_cast<double>(c.hidden));
        c.attentionCap = s.number("attn_logit_softcapping").value_or(50);
        c.logitCap = s.number("final_logit_softcapping").value_or(30);
        // The file does not hold query_pre_attn_scalar: it is the head's size but for the 27B model, hidden / heads.
        if (c.blocks == 46)
            c.attentionScale = 1 / std::sqrt(static_cast<double>(c.hidden) / static_cast<double>(c.heads));
    }
    if (llama && s.count({"expert_count"}).value_or(0) > 0) {
        c.architecture = "mixtral";
        c.experts = *s.count({"expert_count"});
        QS_ASSIGN(c.expertsPerToken, need("expert_used_count"));
    } else if (s.count({"expert_count"}).value_or(0) > 0) {
        return refuse(source, "its experts are not Mixtral's");
    }
    if (!gpt2) {
        c.rope.features = s.count({"rope.dimension_count"}).value_or(c.headDim);
        c.rope.neighbours = llama;
        const double theta = s.number("rope.freq_base").value_or(10000.0);
        RopeScaling k;
        k.kind = s.text("rope.scaling.type").value_or("none");
        if (k.kind == "none") k.kind = "default";
        k.factor = s.number("rope.scaling.factor").value_or(1);
        if (k.kind != "default" && k.kind != "linear")
            return refuse(source, "the engine does not know rotary scaling '" + escapeText(k.kind)
                                      + "' of GGUF files (linear it does)");
        if (tensor(source, "rope_factors_long.weight")) return refuse(source, "it has rotary factors for long texts");
        if (!(theta > 0) || !(k.factor > 0) || c.rope.features < 0 || c.rope.features > (Index(1) << 20))
            return fail(Error(ErrorCode::Malformed, "the rotary settings of the model are no usable numbers")
                            .inFile(source.path.string()));
        c.rope.frequencies = ropeFrequencies(c.rope.features, theta, k);
        if (const io::TensorInfo* t =
                tensor(source, "rope_freqs.weight")) { // llama3's scaling, one divisor per frequency
            std::vector<float> divisors(c.rope.frequencies.size());
            if (t->shape.elements() != divisors.size())
                return fail(Error(ErrorCode::Malformed, "rotary divisors don't match the head's size")
                                .inFile(source.path.string())
                                .ofTensor(t->name));
            QS_TRY(source.readFloats(*t, 0, divisors.size(), divisors));
            for (std::size_t i = 0; i < divisors.size(); ++i)
                c.rope.frequencies[i] =
                    static_cast<float>(static_cast<double>(c.rope.frequencies[i]) / static_cast<double>(divisors[i]));
        }
    }
    c.windows.assign(static_cast<std::size_t>(std::min<Index>(c.blocks, 100'000)), 0);
    if (const auto w = s.count({"attention.sliding_window"}); w && *w > 0)
        for (std::size_t i = 0; i < c.windows.size(); ++i)
            if (!gemma || i % 2 == 0) c.windows[i] = *w;
    QS_TRY(s.status());
    return c;
}

} // namespace qs::model
