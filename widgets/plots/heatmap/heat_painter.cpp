// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/heatmap/heat_painter.h"

#include <algorithm>

namespace qs::gui {

HeatColors::HeatColors(const Theme& theme, const HeatScale& scale)
    : m_scale(scale), m_low(static_cast<float>(scale.low)),
      m_factor(scale.high > scale.low ? static_cast<float>(512 / (scale.high - scale.low)) : 0.0F),
      m_nan(qRgb(200, 0, 120)) // not finite: a colour of neither map
{
    for (std::size_t i = 0; i < m_table.size(); ++i) {
        const double t = static_cast<double>(i) / 511;
        m_table[i] = scale.diverging ? theme.diverging(2 * t - 1) : theme.sequential(t);
    }
}

HeatSample sampleHeat(const metrics::MatrixPyramid& pyramid, Index row0, Index row1, Index col0, Index col1, int width,
                      int height, const Matrix* original, std::optional<std::pair<double, double>> brush)
{
    HeatSample out;
    out.cells = metrics::sample(pyramid, row0, row1, col0, col1, width, height, metrics::CellValue::Peak);
    if (!brush || !original || original->rows() != pyramid.rows || original->cols() != pyramid.cols) return out;
    const auto& c = out.cells;
    if (c.rows <= 0 || c.cols <= 0) return out;
    out.inside.assign(c.values.size(), 0);
    const auto low = static_cast<float>(brush->first);
    const auto high = static_cast<float>(brush->second);
    for (Index r = c.row0; r < c.row1; ++r) {
        const auto row = original->row(r);
        const auto line = static_cast<std::size_t>((r - c.row0) * c.rows / (c.row1 - c.row0)) * static_cast<std::size_t>(c.cols);
        for (Index k = c.col0; k < c.col1; ++k) {
            const float v = row[static_cast<std::size_t>(k)];
            if (v >= low && v <= high) out.inside[line + static_cast<std::size_t>((k - c.col0) * c.cols / (c.col1 - c.col0))] = 1;
        }
    }
    return out;
}

QImage heatImage(const HeatSample& sample, const HeatColors& colors, QRgb paper)
{
    const auto& c = sample.cells;
    QImage image(std::max(1, c.cols), std::max(1, c.rows), QImage::Format_RGB32);
    if (c.values.empty()) {
        image.fill(paper);
        return image;
    }
    const auto dim = [paper](QRgb v) {
        return qRgb((qRed(v) + 5 * qRed(paper)) / 6, (qGreen(v) + 5 * qGreen(paper)) / 6, (qBlue(v) + 5 * qBlue(paper)) / 6);
    };
    for (int r = 0; r < c.rows; ++r) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(r));
        const auto at = static_cast<std::size_t>(r) * static_cast<std::size_t>(c.cols);
        for (int k = 0; k < c.cols; ++k) {
            const QRgb v = colors.at(c.values[at + static_cast<std::size_t>(k)]);
            line[k] = sample.inside.empty() || sample.inside[at + static_cast<std::size_t>(k)] ? v : dim(v);
        }
    }
    return image;
}

} // namespace qs::gui
