// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/input_scale_sites.h"

#include "core/model/description.h"

#include <algorithm>

namespace qs::model {
namespace {

class Sites {
public:
    Sites(const ModelConfig& c, const WeightSource& weights) : m_c(c), m_weights(weights) {}

    void block(const BlockDescription& d)
    {
        m_block = &d;
        behindNorm(d.attentionNorm, list(d.qkv));
        std::vector<const LinearSpec*> in;
        if (d.router.present()) in.push_back(&d.router);
        for (const MlpSpec& m : d.mlps)
            for (const LinearSpec& l : m.in) in.push_back(&l);
        behindNorm(d.mlpNorm, in);
        behindValues(d);
        for (const MlpSpec& m : d.mlps) behindMlp(m);
    }
    void head(const OuterNames& o)
    {
        InputScaleSite s = site({o.head});
        s.width = m_c.embedWidth;
        s.isNorm = true;
        s.plusOne = m_c.normPlusOne;
        if (m_c.tied) s.reason = "it is the embedding too, which reads other inputs";
        else if (!m_c.finalNorm || !o.projectOut.empty()) s.reason = "no norm stands before it";
        else {
            s.precedes = m_weights.storedName(o.finalNorm + ".weight");
            if (m_c.norm == NormKind::Layer) s.bias = m_weights.storedName(o.finalNorm + ".bias");
        }
        m_sites.push_back(std::move(s));
    }
    std::vector<InputScaleSite> take() { return std::move(m_sites); }

private:
    static std::vector<const LinearSpec*> list(const std::vector<LinearSpec>& layers)
    {
        std::vector<const LinearSpec*> out;
        for (const LinearSpec& l : layers) out.push_back(&l);
        return out;
    }
    std::string stored(int parameter) const
    {
        return parameter < 0 ? std::string() : m_weights.storedName(m_block->parameters[static_cast<std::size_t>(parameter)].name);
    }
    InputScaleSite site(const std::vector<std::string>& names) const
    {
        InputScaleSite s;
        for (const auto& n : names) {
            std::string name = m_weights.storedName(n);
            if (std::find(s.readers.begin(), s.readers.end(), name) == s.readers.end()) s.readers.push_back(std::move(name));
            else s.reason = "experts lie in one tensor";
        }
        return s;
    }
    InputScaleSite site(const std::vector<const LinearSpec*>& layers) const
    {
        std::vector<std::string> names;
        for (const LinearSpec* l : layers) names.push_back(l->module + ".weight");
        InputScaleSite s = site(names);
        s.width = layers.front()->in;
        return s;
    }

    void behindNorm(const NormSpec& norm, const std::vector<const LinearSpec*>& layers)
    {
        InputScaleSite s = site(layers);
        s.isNorm = true;
        s.plusOne = m_c.normPlusOne;
        if (s.reason.empty() && (!m_c.normBefore || !norm.present()))
            s.reason = "it reads the residual sum: its norm comes after it";
        if (s.reason.empty()) {
            s.precedes = stored(norm.weight);
            s.bias = stored(norm.bias);
        }
        m_sites.push_back(std::move(s));
    }

    void behindValues(const BlockDescription& d)
    {
        InputScaleSite s = site({&d.output});
        if (m_c.qkv != QkvLayout::Separate) s.reason = "v lies in one tensor with q and k";
        else if (m_c.kvHeads != m_c.heads) s.reason = "several of its heads read one head of v (grouped queries)";
        else {
            s.precedes = stored(d.qkv[2].weight);
            s.bias = stored(d.qkv[2].bias);
        }
        m_sites.push_back(std::move(s));
    }

    void behindMlp(const MlpSpec& m)
    {
        InputScaleSite s = site({&m.down});
        const LinearSpec& up = m.in.back();
        const std::string weight = stored(up.weight);
        if (m_c.fusedGateUp) s.reason = "up lies in one tensor with gate";
        else if (weight == s.readers.front() || std::count_if(m_block->mlps.begin(), m_block->mlps.end(), [&](const MlpSpec& o) {
                     return stored(o.in.back().weight) == weight;
                 }) > 1)
            s.reason = "experts lie in one tensor";
        else if (!m_c.gated && m_c.activation != Activation::Relu) s.reason = "GELU lies before it, which no factor passes unchanged";
        else {
            s.precedes = weight;
            s.bias = stored(up.bias);
        }
        m_sites.push_back(std::move(s));
    }

    const ModelConfig& m_c;
    const WeightSource& m_weights;
    const BlockDescription* m_block = nullptr;
    std::vector<InputScaleSite> m_sites;
};

} // namespace

std::vector<InputScaleSite> inputScaleSites(const ModelConfig& config, const WeightSource& weights)
{
    Sites sites(config, weights);
    for (Index b = 0; b < config.blocks; ++b) sites.block(describeBlock(config, b));
    sites.head(describeOuter(config));
    return sites.take();
}

} // namespace qs::model
