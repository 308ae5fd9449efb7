// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/learned/codebook_learner.h"
#include "core/quant/learned/learned_part.h"

namespace qs::quant {

/// How the levels of any LearnableGrid learn, with or without a free offset per weight (frontier.md, end).
struct LevelLearning {
    CodebookRule rule = CodebookRule::StraightScales;
    bool learnLevels = true;   ///< the grid's own numbers
    bool freeOffsets = true;   ///< D
    double offsetRate = 1;     ///< D's learning rate as a factor; D counts in half ranges of its group
    double basisRate = 1;
    /// Codes that D starts from, "nearest", or an assignment on Σ ("gptq", "cd"): D moves each weight that it decides otherwise
    /// just into its level's cell.
    std::string start = "nearest";
};

/// Why a grid's levels can't be learned.
Status learnsLevels(const Grid& grid);
/// Lacking where `levels` are no LearnableGrid.
Result<std::unique_ptr<LayerLearning>> beginLevels(const FitInput& input, const Grid& grid, FittedGrid& levels, const LevelLearning& options, const Context& context);

} // namespace qs::quant
