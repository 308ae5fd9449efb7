// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/blocks/nf_tables.h"
#include "core/quant/grid_kernels.h"
#include "core/quant/minifloat.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <vector>

namespace qs::quant {

/// A format of the minifloat grid: a float format, or bitsandbytes' FP4 table.
struct MinifloatFormat {
    std::string_view name;   ///< as the recipe writes it
    MinifloatSpec spec;
    bool table = false;      ///< bitsandbytes' FP4: levels in units of absmax
    bool specials = false;   ///< codes above spec.maxCode mean Inf or NaN elsewhere, so they are never stored
};

inline constexpr MinifloatFormat kMinifloats[] = {
    {"fp4", kE2M1},          {"fp4_e1m2", kE1M2}, {"fp4_e3m0", kE3M0}, {"fp4_bnb", {"bnb", 2, 1, 1, 7, 1.0F, 0}, true},
    {"fp3", kE2M0},          {"fp6_e2m3", kE2M3}, {"fp6_e3m2", kE3M2}, {"fp8_e4m3", kE4M3, false, true},
    {"fp8_e5m2", kE5M2, false, true},
};

/// bitsandbytes' FP4 search: midpoints of the sorted table, then back to its own order of codes. Of its two zeros code 0
/// is used (formats.md B4.1).
inline LevelSearch bnbFp4Search()
{
    std::vector<std::uint8_t> order;
    for (std::uint8_t k = 0; k < 16; ++k)
        if (k != 8) order.push_back(k); // the second zero
    std::sort(order.begin(), order.end(), [](auto a, auto b) { return blocks::kBnbFp4[a] < blocks::kBnbFp4[b]; });
    std::vector<float> levels;
    for (const auto k : order) levels.push_back(blocks::kBnbFp4[k]);
    LevelSearch s = LevelSearch::midpoints(levels);
    std::copy(order.begin(), order.end(), s.code);
    s.isMapped = true;
    return s;
}

} // namespace qs::quant
