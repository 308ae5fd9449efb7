// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/learn_ladder.h"
#include "core/quant/registry.h"

namespace qs::quant {
namespace {

class OmniQuant : public Assignment {
public:
    explicit OmniQuant(const LadderLearning& o) : m_options(o) {}
    Status accepts(const Grid& grid, Index, Index) const override { return learnsLadders(grid); }
    Status assign(const FitInput& input, FittedGrid& grid, const Context& context, Codes& codes) const override
    {
        return learnClipping(input, grid, m_options, context, codes);
    }
    // Σ, decoded values and gradient in double; what is kept per group is small beside them.
    std::uint64_t workingBytes(Index rows, Index cols) const override
    {
        const auto n = static_cast<std::uint64_t>(cols);
        return 8 * n * n + 18 * static_cast<std::uint64_t>(rows) * n;
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
