// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/learn_ladder.h"
#include "core/quant/registry.h"

namespace qs::quant {
namespace {

class OmniQuant : public Assignment, public LearnedPart {
public:
    OmniQuant(const LadderLearning& o, const LearnSettings& settings) : m_options(o), m_settings(settings)
    {
        m_settings.train.schedule = Schedule::Constant;
        m_options.train = m_settings.train;
    }
    Status accepts(const Grid& grid, Index, Index) const override { return learnsLadders(grid); }
    Status assign(const FitInput& input, FittedGrid& grid, const Context& context, Codes& codes) const override
    {
        if (m_settings.scope != LearnScope::Layer) return fail(needsModel(m_settings.scope));
        return learnClipping(input, grid, m_options, context, codes);
    }
    LearnSettings learning() const override { return m_settings; }
    Result<std::unique_ptr<LayerLearning>> begin(const FitInput& input, FittedGrid& grid, const Context&) const override
    {
        return beginClipping(input, grid);
    }
    // Σ, decoded values and gradient in double; what is kept per group is small beside them.
    std::uint64_t workingBytes(Index rows, Index cols) const override
    {
        const auto n = static_cast<std::uint64_t>(cols);
        return 8 * n * n + 18 * static_cast<std::uint64_t>(rows) * n;
    }

private:
    LadderLearning m_options;
    LearnSettings m_settings;
};

} // namespace

void registerOmniquant(Registry& registry);
void registerOmniquant(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Assignment;
    info.name = "omniquant";
    info.title = "OmniQuant, learned clipping";
    info.summary = "The ends of each group's range shrink by ratios learned on the layer's outputs.";
    info.source = "OmniQuant, arXiv 2308.13137; related_methods.md §8";
    info.needs = NeedSigma;
    info.params = learnParams(300, 0.01, "learning rate, constant");
    info.params.push_back(ParamSpec::real("damping", 0.01, 0, 100, "", "scope=layer: share of the mean of Σ's diagonal that is added to it"));
    info.fits = [](std::string_view, const ParamValues&) { return FitAnswer{}; }; // plain codes of the grid
    info.makeAssignment = [](const ParamValues& v) -> Result<std::unique_ptr<Assignment>> {
        LadderLearning o;
        o.damping = v.real("damping");
        return std::make_unique<OmniQuant>(o, learnSettings(v));
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
