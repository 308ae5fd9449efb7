// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/model/made_up_model.h"

#include "core/model/config_settings.h"
#include "tests/support/golden.h"

#include <cmath>
#include <random>

namespace qs::test {

using namespace model;

ModelConfig madeUpConfig(const std::string& architecture)
{
    ModelConfig c;
    c.architecture = architecture;
    c.hidden = c.embedWidth = 24;
    c.blocks = 2;
    c.heads = 4;
    c.kvHeads = 2;
    c.headDim = 6;
    c.inner = 20;
    c.vocabulary = 50;
    c.attentionScale = 1 / std::sqrt(6.0);
    c.rope.features = 6;
    c.windows.assign(2, 0);
    if (architecture == "mistral") c.windows.assign(2, 50);
    if (architecture == "qwen2") c.qkvBias = true;
    if (architecture == "qwen3") c.qkNorm = true;
    if (architecture == "gemma2") {
        c.normPlusOne = c.sandwich = c.tied = true;
        c.attentionCap = 2;
        c.logitCap = 3;
        c.embedScale = 2;
        c.activation = Activation::GeluTanh;
        c.windows[0] = 20;
    }
    if (architecture == "phi3") {
        c.qkv = QkvLayout::Stacked;
        c.fusedGateUp = true;
    }
    if (architecture == "mixtral") {
        c.experts = 4;
        c.expertsPerToken = 2;
    }
    if (architecture == "opt" || architecture == "gpt2" || architecture == "gpt_neox") {
        c.norm = NormKind::Layer;
        c.kvHeads = 4;
        c.gated = false;
        c.qkvBias = c.outputBias = c.mlpBias = true;
    }
    if (architecture == "opt") { // opt-350m's norms; GELU, since ReLU's corners spoil differences
        c.activation = Activation::Gelu;
        c.normBefore = c.finalNorm = false;
        c.embedWidth = 16;
        c.positionOffset = 2;
        c.positions = 400;
        c.rope.features = 0;
        c.tied = true;
    }
    if (architecture == "gpt2") {
        c.activation = Activation::GeluTanh;
        c.qkv = QkvLayout::Stacked;
        c.positionOffset = 0;
        c.positions = 400;
        c.rope.features = 0;
        c.tied = true;
    }
    if (architecture == "gpt_neox") {
        c.activation = Activation::Gelu;
        c.qkv = QkvLayout::PerHead;
        c.parallel = true;
        c.rope.features = 2;
    }
    c.rope.frequencies = ropeFrequencies(c.rope.features, 10000, {});
    return c;
}

std::map<std::string, Matrix> madeUpWeights(const ModelConfig& c, std::uint64_t seed)
{
    std::map<std::string, Matrix> out;
    const auto add = [&](const std::string& name, Index rows, Index cols, bool matrix) {
        Matrix m = gaussian(rows, cols, ++seed, matrix ? 1.5F / std::sqrt(static_cast<float>(cols)) : 0.3F);
        if (!matrix && name.ends_with("weight") && !c.normPlusOne)
            for (float& v : m.data()) v += 1;
        out[name] = std::move(m);
    };
    const OuterNames o = describeOuter(c);
    add(o.embedding, c.vocabulary, c.embedWidth, true);
    if (!c.tied) add(o.head, c.vocabulary, c.embedWidth, true);
    if (!o.positions.empty()) add(o.positions, c.positions + c.positionOffset, c.hidden, true);
    if (!o.projectIn.empty()) {
        add(o.projectIn, c.hidden, c.embedWidth, true);
        add(o.projectOut, c.embedWidth, c.hidden, true);
    }
    if (!o.finalNorm.empty()) {
        add(o.finalNorm + ".weight", 1, c.hidden, false);
        if (c.norm == NormKind::Layer) add(o.finalNorm + ".bias", 1, c.hidden, false);
    }
    for (Index b = 0; b < c.blocks; ++b)
        for (const auto& p : describeBlock(c, b).parameters) add(p.name, p.rows, p.cols, p.matrix);
    return out;
}

Tokens madeUpTokens(Index sequences, Index length, Index vocabulary, std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    Tokens t;
    t.sequences = sequences;
    t.length = length;
    for (Index i = 0; i < t.count(); ++i)
        t.ids.push_back(static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(vocabulary)));
    return t;
}

} // namespace qs::test
