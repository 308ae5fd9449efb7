// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/learn_levels.h"

#include "core/exec/parallel_for.h"
#include "core/quant/input_rows.h"
#include "core/quant/learnable_grid.h"
#include "core/quant/registry.h"

#include <algorithm>
#include <cmath>

namespace qs::quant {
namespace {

class LevelsLearning : public LayerLearning {
public:
    LevelsLearning(MatrixView weights, CodebookStart start, const CodebookOptions& o) : m_learner(weights, std::move(start), o), m_changes(o.learnCodebook) {}
    Learner& learner() override { return m_learner; }
    void finish(FittedGrid& grid) override
    {
        if (!m_changes) return;
        const auto copy = [](std::span<const double> v) { return std::vector<double>(v.begin(), v.end()); };
        dynamic_cast<LearnableGrid&>(grid).takeLevels(copy(m_learner.scales()), copy(m_learner.basis()), copy(m_learner.offsets()));
    }

private:
    CodebookLearner m_learner;
    bool m_changes;
};

/// How far into a cell a weight is moved, as a share of the cell.
constexpr double kInside = 0.1;

// What takes each weight to the level of its code: 0 where that is the nearest, else the way just past the middle between the
// level and its neighbour.
bool offsetsTo(const Codes& codes, const FitInput& input, const FittedGrid& grid, const Context& context, std::vector<float>& out)
{
    const Index rows = input.weights.rows;
    const Index cols = input.weights.cols;
    out.assign(static_cast<std::size_t>(rows * cols), 0.0F);
    return parallelFor(context, rows, 16, [&](Index begin, Index end) {
        std::vector<std::uint8_t> nearest(static_cast<std::size_t>(cols));
        std::vector<float> levels;
        std::vector<float> sorted;
        for (Index r = begin; r < end; ++r) {
            grid.nearest(r, 0, input.weights.row(r), nearest);
            const auto wanted = codes.row(r);
            Index group = -1;
            for (Index c = 0; c < cols; ++c) {
                const auto at = static_cast<std::size_t>(c);
                if (wanted[at] == nearest[at]) continue;
                if (const Index g = grid.groupOf(r, c); g != group) {
                    group = g;
                    levels = grid.levels(g);
                    sorted = levels;
                    std::sort(sorted.begin(), sorted.end());
                    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
                }
                const float level = levels[wanted[at]];
                const auto place = static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), level) - sorted.begin());
                const float w = input.weights.row(r)[at];
                float target = level;
                if (w > level && place + 1 < sorted.size())
                    target = static_cast<float>(static_cast<double>(level) + (0.5 - kInside / 2) * static_cast<double>(sorted[place + 1] - level));
                else if (w < level && place > 0)
                    target = static_cast<float>(static_cast<double>(level) - (0.5 - kInside / 2) * static_cast<double>(level - sorted[place - 1]));
                out[static_cast<std::size_t>(r) * static_cast<std::size_t>(cols) + at] = target - w;
            }
        }
    });
}

Result<std::vector<float>> firstOffsets(const std::string& start, const FitInput& input, const Grid& grid, const FittedGrid& levels, const Context& context)
{
    const PartInfo* info = builtinRegistry().part(PartKind::Assignment, start);
    if (!info) return fail(Error(ErrorCode::Internal, "no assignment of this name").got(start));
    ParamValues values(info->params);
    if (start == "cd") values.set("start", std::string("gptq"));
    if (start == "gptq") values.set("static_groups", true); // the levels are those that are fitted already
    QS_ASSIGN(const auto assignment, info->makeAssignment(values));
    Codes codes(input.weights.rows, input.weights.cols);
    ArrayStore arrays;
    QS_TRY(assignment->encode(MatrixInput(input), grid, context, arrays));
    for (Index r = 0; r < codes.rows; ++r) levels.codesOfRow(arrays, r, codes.row(r));
    std::vector<float> out;
    if (!offsetsTo(codes, input, levels, context, out)) return cancelled();
    return out;
}

} // namespace

Status learnsLevels(const Grid& grid)
{
    if (const auto* source = dynamic_cast<const LearnableSource*>(&grid)) return source->learnsLevels();
    return fail(Error(ErrorCode::Lacking, "this grid's levels are not scales, offsets and tables that can be learned").fix("use the grid rtn, nf, afpq, kmeans or lcq"));
}

Result<std::unique_ptr<LayerLearning>> beginLevels(const FitInput& input, const Grid& grid, FittedGrid& fitted, const LevelLearning& options, const Context& context)
{
    auto* learnable = dynamic_cast<LearnableGrid*>(&fitted);
    if (!learnable)
        return fail(Error(ErrorCode::Lacking, "this grid's levels are not scales, offsets and tables that can be learned").fix("use the grid rtn, nf, afpq, kmeans or lcq"));
    CodebookOptions o;
    o.rule = options.rule;
    o.learnCodebook = options.learnLevels;
    o.learnOffsets = options.freeOffsets;
    o.offsetRate = options.offsetRate;
    o.basisRate = options.basisRate;
    if (options.freeOffsets && options.start != "nearest") {
        QS_ASSIGN(o.firstOffsets, firstOffsets(options.start, input, grid, fitted, context));
    }
    QS_ASSIGN(LearnableLevels levels, learnable->learnableLevels());
    o.learnV = levels.learnBasis;
    o.learnB = levels.learnOffsets;
    CodebookStart start;
    start.layout = levels.layout;
    start.rank = levels.rank;
    start.levels = levels.levels;
    start.scales = std::move(levels.scales);
    start.basis = std::move(levels.basis);
    start.offsets = std::move(levels.offsets);
    start.shifts = std::move(levels.shifts);
    start.round = std::move(levels.round);
    return std::make_unique<LevelsLearning>(input.weights, std::move(start), o);
}

} // namespace qs::quant
