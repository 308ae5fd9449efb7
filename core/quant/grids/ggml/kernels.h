// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>

/// The inner loops of the ggml grid, built once per instruction set from kernels.inc. All sets give the same bits: one
/// vector lane is one sub-block, sums run in element order within a lane, and there is no FMA.
/// This header and kernels.inc use nothing of the standard library that could be instantiated with the wider set.
namespace qs::quant::ggml {

enum class Kind : int { Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS, MXFP4 };

constexpr int kLanes = 16;

/// Sixteen sub-blocks, of 16 or 32 floats each; the sub-blocks of a 256-element block are next to each other.
struct LaneInput {
    const float* x[kLanes];
    const float* weight[kLanes]; ///< importance of each element, >= 0; all null: 1
};

/// What was chosen, by lane; numbers of the whole block are repeated in each of its lanes.
struct LaneOutput {
    std::uint16_t d[kLanes];    ///< F16 bits; MXFP4: exponent byte
    std::uint16_t dmin[kLanes]; ///< F16 bits
    std::int16_t sub[kLanes];   ///< integer scale
    std::int16_t min[kLanes];   ///< integer minimum
};

struct Kernels {
    /// Chooses scales and minima of sixteen sub-blocks.
    void (*fit)(Kind kind, const LaneInput& in, LaneOutput& out);
    /// Nearest codes of `subs` whole sub-blocks, each with its decoded multiplier and offset.
    void (*nearest)(Kind kind, const float* x, const float* scale, const float* offset, std::int64_t subs,
                    std::uint8_t* codes);
    /// Sixteen whole blocks of Q4_0, Q4_1, Q5_0 or Q5_1 that all count alike, with their nearest codes or zeros, to
    /// `out`. Returns a bit for each block, set where `fit` must choose instead (other kinds: all set, nothing written).
    std::uint32_t (*encode)(Kind kind, const float* x, bool withCodes, std::uint8_t* out);
};

extern const Kernels kPortableKernels;
extern const Kernels kAvx2Kernels;   ///< only on x86-64
extern const Kernels kAvx512Kernels; ///< only on x86-64

} // namespace qs::quant::ggml
