// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/plots/heatmap/pyramid_cache.h"

#include <QWidget>

namespace qs::gui {

/// One figure per column (or per row) of the visible range, under (beside) a map and in step with it.
class ProfileStrip : public QWidget {
    Q_OBJECT
public:
    ProfileStrip(const Services& services, Qt::Orientation orientation, QWidget* parent);
    struct Curve {
        PyramidPtr pyramid;
        int slot = 0;
        std::shared_ptr<const std::vector<float>> values = nullptr; ///< in place of the pyramid's: one figure a column (or row)
    };
    void setCurves(std::vector<Curve> curves, const QString& label);
    /// Pixels that the map beside it leaves free at its start and end, so that both line up.
    void setInsets(int start, int end);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Services m_services;
    Qt::Orientation m_orientation;
    std::vector<Curve> m_curves;
    QString m_label;
    int m_start = 0;
    int m_end = 0;
};

} // namespace qs::gui
