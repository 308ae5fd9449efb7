// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/learn_ladder.h"
#include "core/quant/registry.h"

namespace qs::quant {
namespace {

class OmniQuant : public Assignment {
public:
    explicit OmniQuant(const LadderLearning& o) : m_options(o) {}
    Status accepts(const Grid& grid, Index, Index) const override { return learnsLadders(grid); }
    Status encode(const InputRows& rows, const Grid& grid, const Context& context, ArrayStore& out) const override
    {
        return encodeLearned(rows, grid, LadderMethod::Clipping, m_options, "learned clipping", context, out);
    }
    std::uint64_t workingBytes(Index, Index cols) const override
    {
        const auto n = static_cast<std::uint64_t>(cols);
        constexpr std::uint64_t kTile = kLadderRows;
        return 8 * n * n + static_cast<std::uint64_t>(threadCount(Context{})) * ladderBytes(kLadderRows, cols, kTile * n / 8);
    }

private:
    LadderLearning m_options;
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
    info.params = {
        ParamSpec::integer("steps", 300, 1, 100000, "steps", "steps of Adam"),
        ParamSpec::real("lr", 0.01, 1e-6, 1, "", "learning rate, constant"),
        ParamSpec::real("damping", 0.01, 0, 100, "", "share of the mean of Σ's diagonal that is added to it"),
        ParamSpec::choice("scope", "layer", {"layer"}, "what the loss is taken on"),
    };
    info.fits = [](std::string_view, const ParamValues&) { return FitAnswer{}; }; // plain codes of the grid
    info.makeAssignment = [](const ParamValues& v) -> Result<std::unique_ptr<Assignment>> {
        LadderLearning o;
        o.train.steps = static_cast<int>(v.integer("steps"));
        o.train.rate = v.real("lr");
        o.train.schedule = Schedule::Constant;
        o.damping = v.real("damping");
        return std::make_unique<OmniQuant>(o);
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
