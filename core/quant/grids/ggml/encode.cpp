// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grids/ggml/encode.h"

#include "core/exec/parallel_for.h"

#include <algorithm>

namespace qs::quant::ggml {
namespace {

/// Work of one parallel chunk: sixteen lanes at a time, this many times.
constexpr Index kTilesPerChunk = 128;

/// Weights of one lane: the columns' importance, 0 where the weight was removed.
void fillWeights(const Importance& importance, std::size_t at, std::size_t cols, std::span<float> out)
{
    for (std::size_t e = 0; e < out.size(); ++e) {
        const float w = importance.columns.empty() ? 1.0F : importance.columns[(at + e) % cols];
        out[e] = !importance.removed.empty() && importance.removed[at + e] != 0 ? 0.0F : w;
    }
}

std::uint32_t encodeSixteen(const Kernels& kernels, Kind kind, const float* x, Fill fill, std::byte* out)
{
    return kernels.encode(kind, x, fill == Fill::Codes, reinterpret_cast<std::uint8_t*>(out));
}

/// The last blocks, where they are fewer than sixteen, by way of copies.
std::uint32_t encodeFewer(const Kernels& kernels, Kind kind, const float* x, std::size_t count, Fill fill,
                          std::size_t blockBytes, std::byte* out)
{
    float padded[kLanes * 32] = {};
    std::byte blocks[kLanes * 32];
    std::copy_n(x, count * 32, padded);
    const std::uint32_t open = encodeSixteen(kernels, kind, padded, fill, blocks);
    std::copy_n(blocks, count * blockBytes, out);
    return open & ((1U << count) - 1U);
}

} // namespace

std::span<const Level> availableLevels()
{
#ifdef QS_X86_KERNELS
    return simdLevels();
#else
    return simdLevels().first(1);
#endif
}

const Kernels& kernels([[maybe_unused]] Level level)
{
#ifdef QS_X86_KERNELS
    if (level == Level::Avx512) return kAvx512Kernels;
    if (level == Level::Avx2) return kAvx2Kernels;
#endif
    return kPortableKernels;
}

const Kernels& defaultKernels() { return kernels(simdLevel()); }

Kind kindOf(DType type)
{
    switch (type) {
    case DType::Q4_1: return Kind::Q4_1;
    case DType::Q5_0: return Kind::Q5_0;
    case DType::Q5_1: return Kind::Q5_1;
    case DType::Q8_0: return Kind::Q8_0;
    case DType::Q2_K: return Kind::Q2_K;
    case DType::Q3_K: return Kind::Q3_K;
    case DType::Q4_K: return Kind::Q4_K;
    case DType::Q5_K: return Kind::Q5_K;
    case DType::Q6_K: return Kind::Q6_K;
    case DType::IQ4_NL: return Kind::IQ4_NL;
    case DType::IQ4_XS: return Kind::IQ4_XS;
    case DType::MXFP4: return Kind::MXFP4;
    default: return Kind::Q4_0;
    }
}

bool encodeBlocks(const blocks::GgmlForm& form, MatrixView weights, const Importance& importance, Fill fill,
                  const Kernels& kernels, const Context& context, std::span<std::byte> out)
{
    const DTypeTraits& t = traits(form.type);
    const auto subElements = static_cast<std::size_t>(form.subElements);
    const std::size_t subsPerBlock = t.blockElements / subElements;
    const std::size_t blocksPerTile = kLanes / subsPerBlock;
    const std::size_t blockCount = weights.data.size() / t.blockElements;
    const auto tiles = static_cast<Index>((blockCount + blocksPerTile - 1) / blocksPerTile);
    const Kind kind = kindOf(form.type);
    const auto cols = static_cast<std::size_t>(weights.cols);
    const bool isPlain = !importance.any()
        && (kind == Kind::Q4_0 || kind == Kind::Q4_1 || kind == Kind::Q5_0 || kind == Kind::Q5_1);

    return parallelFor(context, tiles, kTilesPerChunk, [&](Index begin, Index end) {
        static constexpr float kZeros[32] = {}; // lanes behind the last block
        float weightBuffer[kLanes][32];
        float scale[kLanes];
        float offset[kLanes];
        std::uint8_t codes[kLanes * 32];
        LaneInput in{};
        LaneOutput chosen{};
        for (Index tile = begin; tile < end; ++tile) {
            const std::size_t first = static_cast<std::size_t>(tile) * blocksPerTile;
            const std::size_t used = std::min(blocksPerTile, blockCount - first) * subsPerBlock;
            std::uint32_t open = 0xFFFF; // lanes that the short way left
            if (isPlain) {
                const float* x = weights.data.data() + first * 32;
                std::byte* blocks = out.data() + first * t.blockBytes;
                open = used == kLanes ? encodeSixteen(kernels, kind, x, fill, blocks)
                                      : encodeFewer(kernels, kind, x, used, fill, t.blockBytes, blocks);
                if (open == 0) continue;
            }
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                const std::size_t at = (first * subsPerBlock + lane) * subElements;
                in.x[lane] = lane < used ? weights.data.data() + at : kZeros;
                if (!importance.any()) continue;
                in.weight[lane] = lane < used ? weightBuffer[lane] : kZeros;
                if (lane < used) fillWeights(importance, at, cols, std::span(weightBuffer[lane]).first(subElements));
            }
            kernels.fit(kind, in, chosen);
            for (std::size_t lane = 0; lane < used; lane += subsPerBlock) {
                if (((open >> lane) & 1U) == 0) continue;
                blocks::GgmlScales s;
                s.d = chosen.d[lane];
                s.dmin = chosen.dmin[lane];
                if (form.hasSubScale) {
                    std::copy_n(chosen.sub + lane, subsPerBlock, s.sub.begin());
                    std::copy_n(chosen.min + lane, subsPerBlock, s.min.begin());
                }
                std::byte* block = out.data() + (first + lane / subsPerBlock) * t.blockBytes;
                if (fill == Fill::Scales) std::fill(block, block + t.blockBytes, std::byte{0});
                blocks::ggmlSetScales(form.type, s, block);
                if (fill == Fill::Codes) blocks::ggmlScales(form.type, block, scale + lane, offset + lane);
            }
            if (fill == Fill::Scales) continue;
            if (isPlain) { // few are left: one by one
                for (std::size_t lane = 0; lane < used; ++lane) {
                    if (((open >> lane) & 1U) == 0) continue;
                    kernels.nearest(kind, in.x[lane], scale + lane, offset + lane, 1, codes);
                    blocks::ggmlSetCodes(form.type, codes, out.data() + (first + lane) * t.blockBytes);
                }
                continue;
            }
            // The sub-blocks of a tile lie one after another in memory.
            kernels.nearest(kind, in.x[0], scale, offset, static_cast<std::int64_t>(used), codes);
            for (std::size_t k = 0; k * subsPerBlock < used; ++k)
                blocks::ggmlSetCodes(form.type, codes + k * t.blockElements, out.data() + (first + k) * t.blockBytes);
        }
        context.advance(static_cast<std::uint64_t>(end - begin) * blocksPerTile * t.blockElements);
    });
}

std::vector<std::byte> fitBlocks(const blocks::GgmlForm& form, MatrixView weights, const Importance& importance,
                                 const Kernels& kernels, const Context& context)
{
    const DTypeTraits& t = traits(form.type);
    std::vector<std::byte> out(weights.data.size() / t.blockElements * t.blockBytes);
    if (!encodeBlocks(form, weights, importance, Fill::Scales, kernels, context, out)) out.clear();
    return out;
}

} // namespace qs::quant::ggml
