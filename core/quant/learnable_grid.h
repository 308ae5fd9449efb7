// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/quant/group_layout.h"

#include <functional>
#include <vector>

namespace qs::quant {

/// A grid's levels as numbers that gradient descent can change: level k of group g is
///   Σ_ρ scales[ρ, g]·basis[ρ, k] − scales[0, g]·shifts[g] − offsets[g].
/// Ladders are rank 1 with their zero points as shifts, tables rank 1, AFPQ rank 2, free codebooks rank 2^bits.
struct LearnableLevels {
    GroupLayout layout;
    Index rank = 1;
    Index levels = 16;
    std::vector<double> scales;  ///< [rank, groups]
    std::vector<double> basis;   ///< [rank, levels]
    std::vector<double> offsets; ///< [groups]
    std::vector<double> shifts;  ///< [groups], empty: none; never learned
    bool learnBasis = false;     ///< else the basis is a fixed table
    bool learnOffsets = false;   ///< else all offsets are 0
    /// Rounds scales, basis and offsets to what the grid stores. Deterministic, may outlive the grid.
    std::function<void(std::vector<double>& scales, std::vector<double>& basis, std::vector<double>& offsets)> round;
};

/// A fitted grid whose levels can be learned, whatever its weights do.
class LearnableGrid {
public:
    virtual ~LearnableGrid() = default;
    /// Lacking, in words, where these levels can't be learned.
    virtual Result<LearnableLevels> learnableLevels() const = 0;
    /// Takes learned numbers in place of its own and rounds them; decodes to float(level) for each code afterwards.
    virtual void takeLevels(const std::vector<double>& scales, const std::vector<double>& basis, const std::vector<double>& offsets) = 0;
};

/// A grid that fits to a LearnableGrid.
class LearnableSource {
public:
    virtual ~LearnableSource() = default;
    /// Why its levels can't be learned with these parameters.
    virtual Status learnsLevels() const { return {}; }
};

} // namespace qs::quant
