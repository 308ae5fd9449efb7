// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/quant/group_layout.h"
#include "core/tensor/dtype.h"

#include <span>
#include <vector>

namespace qs::quant {

/// A fitted grid whose levels are evenly spaced ladders, one per group: scale·(code − zero), code 0 to top. Learned rounding
/// and clipping change its numbers.
class LadderGrid {
public:
    virtual ~LadderGrid() = default;
    virtual const GroupLayout& ladderLayout() const = 0;
    virtual int ladderTop() const = 0;
    virtual DType ladderScaleType() const = 0;             ///< in which scales are stored
    virtual std::span<const float> ladderScales() const = 0; ///< [groups], as stored, >= 0
    virtual float ladderZero(Index group) const = 0;       ///< whole, in [0, top]
    /// False: every group's zero point is in the middle and is not stored.
    virtual bool hasLadderZeros() const = 0;
    /// Takes these numbers in place of its own: scales already rounded to the stored type; zeros whole and in [0, top], empty
    /// where there are none.
    virtual void setLadders(std::vector<float> scales, std::vector<float> zeros) = 0;
};

/// A grid that fits to a LadderGrid.
class LadderSource {
public:
    virtual ~LadderSource() = default;
    /// Why its ladders can't be learned: signed scales.
    virtual Status learnable() const = 0;
};

} // namespace qs::quant
