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
    Status encode(const InputRows& rows, const Grid& grid, const Context& context, ArrayStore& out) const override
    {
        if (m_settings.scope != LearnScope::Layer) return fail(needsModel(m_settings.scope));
        return encodeLearned(rows, grid, LadderMethod::Clipping, m_options, "learned clipping", context, out);
    }
    LearnSettings learning() const override { return m_settings; }
    Result<std::unique_ptr<LayerLearning>> begin(const FitInput& input, const Grid&, FittedGrid& levels, const Context&) const override
    {
        return beginClipping(input, levels);
    }
    std::uint64_t workingBytes(Index, Index cols) const override
    {
        const auto n = static_cast<std::uint64_t>(cols);
        constexpr std::uint64_t kTile = kLadderRows;
        return 8 * n * n + static_cast<std::uint64_t>(threadCount(Context{})) * ladderBytes(kLadderRows, cols, kTile * n / 8);
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
