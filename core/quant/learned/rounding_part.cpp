// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/rounding_part.h"

#include "core/quant/learned/learn_ladder.h"

namespace qs::quant {
namespace {

class LearnedRounding : public Assignment, public LearnedPart {
public:
    LearnedRounding(const LadderLearning& o, const ParamValues& values, RankRule rank)
        : m_options(o), m_settings(learnSettings(values)), m_values(values), m_rank(std::move(rank))
    {
        m_options.train = m_settings.train;
    }
    Status accepts(const Grid& grid, Index, Index) const override { return learnsLadders(grid); }
    Status assign(const FitInput& input, FittedGrid& grid, const Context& context, Codes& codes) const override
    {
        if (m_settings.scope != LearnScope::Layer) return fail(needsModel(m_settings.scope));
        return learnRounding(input, grid, optionsFor(input), context, codes);
    }
    LearnSettings learning() const override { return m_settings; }
    Result<std::unique_ptr<LayerLearning>> begin(const FitInput& input, FittedGrid& grid, const Context& context) const override
    {
        return beginRounding(input, grid, optionsFor(input), context);
    }
    // Σ, decoded values, gradient and quotient in double; parameters with gradient, two moments and the best so far.
    std::uint64_t workingBytes(Index rows, Index cols) const override
    {
        const auto m = static_cast<std::uint64_t>(rows);
        const auto n = static_cast<std::uint64_t>(cols);
        const auto rank = static_cast<std::uint64_t>(m_rank(m_values, rows, cols));
        const std::uint64_t parameters = rank == 0 ? m * n : (m + n) * (rank + 1);
        return 8 * n * n + 26 * m * n + 40 * parameters;
    }

private:
    LadderLearning optionsFor(const FitInput& input) const
    {
        LadderLearning options = m_options;
        options.rank = m_rank(m_values, input.weights.rows, input.weights.cols);
        return options;
    }

    LadderLearning m_options;
    LearnSettings m_settings;
    ParamValues m_values;
    RankRule m_rank;
};

} // namespace

PartInfo roundingPart(RankRule rank)
{
    PartInfo info;
    info.kind = PartKind::Assignment;
    info.needs = NeedSigma;
    info.params = learnParams(1000, 0.001, "learning rate at the start of the cosine; parameters are logarithms, so it is a relative change");
    info.params.push_back(ParamSpec::choice("init", "minmax", {"minmax", "search"}, "search: start from the exhaustive search of clip and zero point, slow"));
    info.params.push_back(ParamSpec::real("damping", 0.01, 0, 100, "", "scope=layer: share of the mean of Σ's diagonal that is added to it"));
    info.fits = [](std::string_view, const ParamValues&) { return FitAnswer{}; }; // plain codes of the grid
    info.makeAssignment = [rank = std::move(rank)](const ParamValues& v) -> Result<std::unique_ptr<Assignment>> {
        LadderLearning o;
        o.search = v.text("init") == "search";
        o.damping = v.real("damping");
        return std::make_unique<LearnedRounding>(o, v, rank);
    };
    return info;
}

} // namespace qs::quant
