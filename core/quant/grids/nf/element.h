// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

/// bitsandbytes' nested quantization of block scales (formats.md B4.1, related_methods.md §22).
namespace qs::quant {

/// The signed 8-bit dynamic map, ascending: ±10^(i−6)·c for i = 0..6, c the midpoints of 2^i equal parts of [0.1, 1],
/// and 0 and 1. To the bit as torch computes it: linspace in F32 from both ends, each edge rounded once (a fused
/// multiply-add), midpoints and products in F32.
inline std::array<float, 256> dynamicMap()
{
    std::vector<float> v{0.0F, 1.0F};
    for (int i = 0; i < 7; ++i) {
        const int steps = 1 << i;
        const float step = (1.0F - 0.1F) / static_cast<float>(steps);
        const auto edge = [&](int k) { // torch.linspace: from the start in the first half, from the end in the second
            const double s = static_cast<double>(step);
            return static_cast<float>(k < (steps + 1) / 2 ? static_cast<double>(0.1F) + s * k : 1.0 - s * (steps - k));
        };
        const auto power = static_cast<float>(std::pow(10.0, i - 6));
        for (int k = 0; k < steps; ++k) {
            const float middle = (edge(k) + edge(k + 1)) / 2.0F;
            v.push_back(power * middle);
            v.push_back(-(power * middle));
        }
    }
    std::sort(v.begin(), v.end());
    std::array<float, 256> out{};
    std::copy(v.begin(), v.end(), out.begin());
    return out;
}

/// Scales of scales: value = offset + map[code]·scale[k / 256].
struct NestedScales {
    static constexpr std::size_t kBlock = 256;
    std::vector<std::uint8_t> codes;
    std::vector<float> scale;
    float offset = 0;
    std::array<float, 256> map{};

    float value(std::size_t k) const { return map[codes[k]] * scale[k / kBlock] + offset; }

    static NestedScales quantize(std::span<const float> absmax)
    {
        NestedScales n;
        n.map = dynamicMap();
        double sum = 0;
        for (const float a : absmax) sum += static_cast<double>(a);
        n.offset = absmax.empty() ? 0.0F : static_cast<float>(sum / static_cast<double>(absmax.size()));
        std::array<float, 255> middle{};
        for (std::size_t i = 0; i < middle.size(); ++i) middle[i] = (n.map[i] + n.map[i + 1]) / 2.0F;
        n.codes.resize(absmax.size());
        for (std::size_t b = 0; b < absmax.size(); b += kBlock) {
            const std::size_t end = std::min(absmax.size(), b + kBlock);
            float most = 0;
            for (std::size_t i = b; i < end; ++i) most = std::max(most, std::fabs(absmax[i] - n.offset));
            n.scale.push_back(most);
            const float inverse = 1.0F / std::max(most, 1e-38F);
            for (std::size_t i = b; i < end; ++i) {
                const float x = std::clamp((absmax[i] - n.offset) * inverse, -1.0F, 1.0F);
                n.codes[i] = static_cast<std::uint8_t>(std::lower_bound(middle.begin(), middle.end(), x) - middle.begin());
            }
        }
        return n;
    }
};

} // namespace qs::quant
