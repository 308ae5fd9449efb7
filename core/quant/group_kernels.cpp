// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/group_kernels.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qs::quant {
namespace {

LevelSearch emptySearch()
{
    LevelSearch s;
    std::fill(std::begin(s.at), std::end(s.at), std::numeric_limits<float>::infinity());
    for (std::uint8_t k = 0; k < 16; ++k) s.code[k] = k;
    return s;
}

} // namespace

LevelSearch LevelSearch::midpoints(std::span<const float> ascending)
{
    LevelSearch s = emptySearch();
    for (std::size_t i = 0; i + 1 < ascending.size() && i < 15; ++i) s.at[i] = (ascending[i] + ascending[i + 1]) / 2.0F;
    return s;
}

LevelSearch LevelSearch::minifloat(const MinifloatSpec& format)
{
    LevelSearch s = emptySearch();
    s.signBit = static_cast<std::uint8_t>(1U << (format.exponentBits + format.mantissaBits));
    for (std::uint8_t k = 0; k < format.maxCode && k < 7; ++k) {
        // The middle is exact. On it the rounding decides: a threshold is the largest float of the lower level.
        const float middle = (decodeMinifloat(k, format) + decodeMinifloat(static_cast<std::uint8_t>(k + 1), format)) / 2.0F;
        s.at[k] = encodeMinifloat<Ties::Even>(middle, format) == k ? middle : std::nextafter(middle, 0.0F);
    }
    return s;
}

const GroupKernels& groupKernels([[maybe_unused]] SimdLevel level)
{
#ifdef QS_X86_KERNELS
    if (level == SimdLevel::Avx512) return kAvx512GroupKernels;
    if (level == SimdLevel::Avx2) return kAvx2GroupKernels;
#endif
    return kPortableGroupKernels;
}

} // namespace qs::quant
