// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/simd_level.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace qs {
namespace {

SimdLevel defaultLevel()
{
    static const SimdLevel level = [] {
        const char* asked = std::getenv("QUANTOSCOPE_SIMD");
        const std::string_view name = asked ? asked : "";
        const SimdLevel wanted = name == "portable" || name == "scalar" ? SimdLevel::Portable
            : name == "avx2"                                            ? SimdLevel::Avx2
                                                                        : SimdLevel::Avx512;
        return std::min(wanted, simdLevels().back());
    }();
    return level;
}

std::atomic<int> g_chosen{-1}; // a SimdLevel; -1: the default

} // namespace

std::span<const SimdLevel> simdLevels()
{
    static const std::vector<SimdLevel> found = [] {
        std::vector<SimdLevel> v{SimdLevel::Portable};
#ifdef __x86_64__
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c")) {
            v.push_back(SimdLevel::Avx2);
            if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
                && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
                v.push_back(SimdLevel::Avx512);
        }
#endif
        return v;
    }();
    return found;
}

SimdLevel simdLevel()
{
    const int chosen = g_chosen.load(std::memory_order_relaxed);
    return chosen < 0 ? defaultLevel() : static_cast<SimdLevel>(chosen);
}

void setSimdLevel(std::optional<SimdLevel> level)
{
    g_chosen.store(level ? static_cast<int>(std::min(*level, simdLevels().back())) : -1, std::memory_order_relaxed);
}

} // namespace qs
