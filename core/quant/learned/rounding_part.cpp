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
    Status encode(const InputRows& rows, const Grid& grid, const Context& context, ArrayStore& out) const override
    {
        if (m_settings.scope != LearnScope::Layer) return fail(needsModel(m_settings.scope));
        const LadderLearning options = optionsFor(rows.rows(), rows.cols());
        return encodeLearned(rows, grid, LadderMethod::Rounding, options, options.rank == 0 ? "FlexRound" : "LRQ", context, out);
    }
    LearnSettings learning() const override { return m_settings; }
    Result<std::unique_ptr<LayerLearning>> begin(const FitInput& input, const Grid&, FittedGrid& levels, const Context& context) const override
    {
        return beginRounding(input, levels, optionsFor(input.weights.rows, input.weights.cols), context);
    }
    // Factors of low rank are shared by all rows, which are then learned together.
    bool readsInTiles(Index rows, Index cols) const override { return m_rank(m_values, rows, cols) == 0; }
    std::uint64_t workingBytes(Index rows, Index cols) const override
    {
        const auto m = static_cast<std::uint64_t>(rows);
        const auto n = static_cast<std::uint64_t>(cols);
        const auto rank = static_cast<std::uint64_t>(m_rank(m_values, rows, cols));
        constexpr std::uint64_t kTile = kLadderRows;
        if (rank == 0) return 8 * n * n + static_cast<std::uint64_t>(threadCount(Context{})) * ladderBytes(kLadderRows, cols, kTile * n);
        return 8 * n * n + 4 * m * n + ladderBytes(rows, cols, (m + n) * (rank + 1));
    }

private:
    LadderLearning optionsFor(Index rows, Index cols) const
    {
        LadderLearning options = m_options;
        options.rank = m_rank(m_values, rows, cols);
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
