// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/learn_ladder.h"
#include "core/quant/registry.h"

namespace qs::quant {
namespace {

class FlexRound : public Assignment {
public:
    explicit FlexRound(const LadderLearning& o) : m_options(o) {}
    Status accepts(const Grid& grid, Index, Index) const override { return learnsLadders(grid); }
    Status assign(const FitInput& input, FittedGrid& grid, const Context& context, Codes& codes) const override
    {
        return learnRounding(input, grid, m_options, context, codes);
    }
    // Σ, decoded values, gradient and quotient in double; parameters with gradient, two moments and the best so far.
    std::uint64_t workingBytes(Index rows, Index cols) const override
    {
        const auto m = static_cast<std::uint64_t>(rows);
        const auto n = static_cast<std::uint64_t>(cols);
        return 8 * n * n + 26 * m * n + 40 * parameters(m, n);
    }

private:
    static std::uint64_t parameters(std::uint64_t m, std::uint64_t n) { return m * n; }
    LadderLearning m_options;
};

} // namespace

void registerFlexround(Registry& registry);
void registerFlexround(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Assignment;
    info.name = "flexround";
    info.title = "FlexRound, learned rounding";
    info.summary = "Each weight is divided before rounding by a factor of its own, learned on the layer's outputs.";
    info.source = "FlexRound, arXiv 2306.00317; seed_methods.md §2";
    info.needs = NeedSigma;
    info.params = {
        ParamSpec::integer("steps", 1000, 1, 100000, "steps", "steps of Adam"),
        ParamSpec::real("lr", 0.001, 1e-6, 1, "", "learning rate at the start of the cosine; parameters are logarithms, so it is a relative change"),
        ParamSpec::choice("init", "minmax", {"minmax", "search"}, "search: start from the exhaustive search of clip and zero point, slow"),
        ParamSpec::real("damping", 0.01, 0, 100, "", "share of the mean of Σ's diagonal that is added to it"),
        ParamSpec::choice("scope", "layer", {"layer"}, "what the loss is taken on"),
    };
    info.fits = [](std::string_view, const ParamValues&) { return FitAnswer{}; }; // plain codes of the grid
    info.makeAssignment = [](const ParamValues& v) -> Result<std::unique_ptr<Assignment>> {
        LadderLearning o;
        o.train.steps = static_cast<int>(v.integer("steps"));
        o.train.rate = v.real("lr");
        o.search = v.text("init") == "search";
        o.damping = v.real("damping");
        return std::make_unique<FlexRound>(o);
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
