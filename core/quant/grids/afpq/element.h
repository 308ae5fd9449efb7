// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/blocks/nf_tables.h"
#include "core/quant/grid_kernels.h"
#include "core/tensor/float_bits.h"

#include <string_view>
#include <vector>

/// AFPQ's levels and rules (seed_methods.md §1.2, §1.3, §1.7).
namespace qs::quant {

/// A table of levels by code: ascending, rounded to F16 as the official code stores them.
struct AfpqTable {
    int bits = 4;
    std::vector<float> levels; ///< always sixteen places; those beyond 2^bits are the last level
    LevelSearch search;
    float end = 1; ///< largest level on both sides: 6, 4 or 1

    static AfpqTable make(std::string_view format)
    {
        AfpqTable t;
        const auto take = [&](auto& table) { t.levels.assign(table.begin(), table.end()); };
        if (format == "fp4") take(blocks::kAfpqFp4);
        else if (format == "fp3") take(blocks::kAfpqFp3);
        else if (format == "nf3") take(blocks::kNf3);
        else take(blocks::kNf4);
        t.bits = t.levels.size() == 8 ? 3 : 4;
        for (float& v : t.levels) v = roundToHalf(v);
        t.end = t.levels.back();
        t.search = LevelSearch::midpoints(t.levels);
        // Of two zeros the lower code is taken, as argmin does: what passes it passes the upper one too.
        for (std::size_t k = 0; k + 1 < t.levels.size(); ++k)
            if (t.levels[k] == t.levels[k + 1]) t.search.at[k] = t.search.at[k + 1];
        t.levels.resize(16, t.end);
        return t;
    }
};

/// Scale, before it is rounded, of one side whose furthest weight has magnitude `most`: 0 where F16 would have to round it
/// up to its smallest number (seed_methods.md §1.7), so that such a side decodes to exact zeros.
inline float afpqUnrounded(float most, float end, DType type)
{
    const float s = most / end;
    return type == DType::F16 && s < 0x1p-24F ? 0.0F : s;
}
/// The same rounded to its stored type.
inline float afpqScale(float most, float end, DType type) { return roundScale(type, afpqUnrounded(most, end, type)); }

/// Value of a level: positive ones take the positive scale, all others the negative one.
inline float afpqValue(float level, float positive, float negative)
{
    return level > 0.0F ? level * positive : level * negative;
}

} // namespace qs::quant
