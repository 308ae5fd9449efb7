// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/metrics/pyramid/pyramid.h"
#include "widgets/theme/theme.h"

#include <QImage>
#include <array>
#include <optional>

namespace qs::gui {

/// What is drawn of each value.
enum class HeatValue { Signed, Absolute, Squared };

/// Colours of a map: values from low to high; a diverging scale is symmetric about 0.
struct HeatScale {
    double low = 0;
    double high = 1;
    bool diverging = false;
    HeatValue value = HeatValue::Signed;
    bool operator==(const HeatScale&) const = default;
};

/// 512 colours of a scale, so that a frame is a look-up a pixel.
class HeatColors {
public:
    HeatColors(const Theme& theme, const HeatScale& scale);
    QRgb at(float value) const
    {
        float v = value;
        if (m_scale.value != HeatValue::Signed) v = v < 0 ? -v : v;
        if (m_scale.value == HeatValue::Squared) v *= v;
        const float t = (v - m_low) * m_factor;
        if (!(t >= 0)) return t < 0 ? m_table.front() : m_nan; // NaN fails both
        return m_table[t >= 511 ? 511 : static_cast<std::size_t>(t)];
    }

private:
    HeatScale m_scale;
    float m_low;
    float m_factor;
    QRgb m_nan;
    std::array<QRgb, 512> m_table{};
};

/// Sampled cells of a view as they come from a worker; `inside` marks the cells that hold an element of the brushed range
/// (empty: no brush).
struct HeatSample {
    metrics::SampledView cells;
    std::vector<std::uint8_t> inside;
};

/// Cells of [row0,row1) × [col0,col1) at most height × width, with the brush applied to the original's elements.
HeatSample sampleHeat(const metrics::MatrixPyramid& pyramid, Index row0, Index row1, Index col0, Index col1, int width,
                      int height, const Matrix* original, std::optional<std::pair<double, double>> brush);

/// One pixel a cell; cells outside the brush are washed out.
QImage heatImage(const HeatSample& sample, const HeatColors& colors, QRgb paper);

} // namespace qs::gui
