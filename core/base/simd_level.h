// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <optional>
#include <span>

/// Which instruction set the kernels run on that exist for several; all levels of a kernel give the same bits.
namespace qs {

enum class SimdLevel {
    Portable, ///< what the build's baseline has
    Avx2,     ///< AVX2 and F16C
    Avx512    ///< AVX-512 F, BW, DQ and VL
};

/// The levels that this machine has, narrowest first.
std::span<const SimdLevel> simdLevels();

/// The level that kernels run on: the machine's widest, or the one that the environment variable QUANTOSCOPE_SIMD names
/// (portable or scalar, avx2, avx512; read once) where the machine has it, or what setSimdLevel() chose.
/// Asked once per loop over a tensor, not once per element.
SimdLevel simdLevel();

/// Chooses a level for kernels that are started from now on, at most the machine's widest; nothing: the default again.
/// For tests and benchmarks, which compare the levels within one process.
void setSimdLevel(std::optional<SimdLevel> level);

} // namespace qs
