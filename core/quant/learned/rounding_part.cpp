// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/rounding_part.h"

#include "core/quant/learned/learn_ladder.h"

namespace qs::quant {
namespace {

class LearnedRounding : public Assignment {
public:
    LearnedRounding(const LadderLearning& o, const ParamValues& values, RankRule rank) : m_options(o), m_values(values), m_rank(std::move(rank)) {}
    Status accepts(const Grid& grid, Index, Index) const override { return learnsLadders(grid); }
    Status encode(const InputRows& rows, const Grid& grid, const Context& context, ArrayStore& out) const override
    {
        LadderLearning options = m_options;
        options.rank = m_rank(m_values, rows.rows(), rows.cols());
        return encodeLearned(rows, grid, LadderMethod::Rounding, options, options.rank == 0 ? "FlexRound" : "LRQ", context, out);
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
    LadderLearning m_options;
    ParamValues m_values;
    RankRule m_rank;
};

} // namespace

PartInfo roundingPart(RankRule rank)
{
    PartInfo info;
    info.kind = PartKind::Assignment;
    info.needs = NeedSigma;
    info.params = {
        ParamSpec::integer("steps", 1000, 1, 100000, "steps", "steps of Adam"),
        ParamSpec::real("lr", 0.001, 1e-6, 1, "", "learning rate at the start of the cosine; parameters are logarithms, so it is a relative change"),
        ParamSpec::choice("init", "minmax", {"minmax", "search"}, "search: start from the exhaustive search of clip and zero point, slow"),
        ParamSpec::real("damping", 0.01, 0, 100, "", "share of the mean of Σ's diagonal that is added to it"),
        ParamSpec::choice("scope", "layer", {"layer"}, "what the loss is taken on"),
    };
    info.fits = [](std::string_view, const ParamValues&) { return FitAnswer{}; }; // plain codes of the grid
    info.makeAssignment = [rank = std::move(rank)](const ParamValues& v) -> Result<std::unique_ptr<Assignment>> {
        LadderLearning o;
        o.train.steps = static_cast<int>(v.integer("steps"));
        o.train.rate = v.real("lr");
        o.search = v.text("init") == "search";
        o.damping = v.real("damping");
        return std::make_unique<LearnedRounding>(o, v, rank);
    };
    return info;
}

} // namespace qs::quant
