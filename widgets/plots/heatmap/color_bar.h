// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/explain.h"
#include "widgets/plots/heatmap/heat_painter.h"

#include <QWidget>

namespace qs::gui {

/// The colour bar of a page's maps: one scale for all of them. A drag on its upper or lower half moves that end (both,
/// for a diverging scale); double-click returns to robust limits; ticks beside it mark the true extremes.
class ColorBar : public QWidget {
    Q_OBJECT
public:
    ColorBar(Theme& theme, QWidget* parent);
    void setScale(const HeatScale& scale);
    void setExtremes(double min, double max);
    void setLabel(const QString& label);
    /// What the values are, for the explanation of its numbers.
    void setFigure(Figure figure);
    QSize sizeHint() const override { return {84, 200}; }

signals:
    void scaleDragged(double low, double high);
    void resetAsked();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRect bar() const;
    Theme& m_theme;
    HeatScale m_scale;
    double m_min = 0;
    double m_max = 1;
    QString m_label;
    Figure m_figure = Figure::Weight;
    void explainRange();
    bool m_upper = true;
    double m_pressedY = 0;
    HeatScale m_pressedScale;
};

} // namespace qs::gui
