// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/level_table.h"

#include "core/tensor/float_bits.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qs::quant {

void LevelTable::build(std::span<const float> levels) {
    std::array<std::uint8_t, 256> order{};
    const int n = static_cast<int>(std::min<std::size_t>(levels.size(), 256));
    for (int i = 0; i < n; ++i)
        order[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i);
    const auto below = [&](std::uint8_t a, std::uint8_t b) {
        return levels[a] < levels[b] || (levels[a] == levels[b] && a < b);
    };
    if (!std::is_sorted(order.begin(), order.begin() + n, below)) std::sort(order.begin(), order.begin() + n, below);

    m_thresholds = 0;
    m_code[0] = order[0];
    for (int i = 1; i < n; ++i) {
        const std::uint8_t low = m_code[static_cast<std::size_t>(m_thresholds)];
        const std::uint8_t high = order[static_cast<std::size_t>(i)];
        if (levels[low] == levels[high]) continue;  // the lower code stands first
        const double middle = 0.5 * (static_cast<double>(levels[low]) + static_cast<double>(levels[high]));
        // The largest float that still goes to the lower level; the middle itself does where the lower level's code is
        // lower.
        float t = static_cast<float>(middle);
        const bool tieGoesDown = low < high;
        if (tieGoesDown ? static_cast<double>(t) > middle : static_cast<double>(t) >= middle)
            t = std::nextafter(t, -std::numeric_limits<float>::infinity());
        m_threshold[static_cast<std::size_t>(m_thresholds)] = t;
        m_code[static_cast<std::size_t>(++m_thresholds)] = high;
    }
}

std::uint8_t LevelTable::code(float w) const {
    const auto end = m_threshold.begin() + m_thresholds;
    return m_code[static_cast<std::size_t>(std::lower_bound(m_threshold.begin(), end, w) - m_threshold.begin())];
}

void LevelTable::codes(std::span<const float> w, std::span<std::uint8_t> out) const {
    if (m_thresholds > 15) {
        for (std::size_t i = 0; i < w.size(); ++i)
            out[i] = code(w[i]);
        return;
    }
    // Counting beats searching for few levels: no branch depends on the weight.
    for (std::size_t i = 0; i < w.size(); ++i) {
        unsigned k = 0;
        for (int t = 0; t < m_thresholds; ++t)
            k += w[i] > m_threshold[static_cast<std::size_t>(t)] ? 1U : 0U;
        out[i] = m_code[k];
    }
}

float roundFinite(DType type, double value) {
    if (type == DType::F32) {
        constexpr double kMost = std::numeric_limits<float>::max();
        return static_cast<float>(std::clamp(value, -kMost, kMost));
    }
    if (type == DType::BF16) {
        const float most = bf16ToFloat(0x7F7F);
        return roundToBf16(
            static_cast<float>(std::clamp(value, -static_cast<double>(most), static_cast<double>(most))));
    }
    return roundToHalf(static_cast<float>(std::clamp(value, -65504.0, 65504.0)));
}

}  // namespace qs::quant
