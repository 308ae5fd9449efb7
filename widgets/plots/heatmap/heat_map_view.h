// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/explain.h"
#include "widgets/plots/heatmap/heat_painter.h"
#include "widgets/plots/heatmap/pyramid_cache.h"
#include "widgets/plots/plot_view.h"

#include <array>

namespace qs::gui {

/// One matrix on the map, with the line above it.
struct HeatLayer {
    PyramidPtr pyramid;
    QString title;   ///< "A · AFPQ NF3 g128"
    QString figure;  ///< "rel. MSE 0.0299"
    int slot = 0;
};

/// A whole matrix from tensor to single element. Draws the picture it has, scaled, at once; a worker brings the sharp one.
/// Two layers can lie over each other: A left of the curtain, B right of it. Pan, zoom and cursor are the Selection's,
/// so that all maps move together.
class HeatMapView : public PlotView {
    Q_OBJECT
public:
    HeatMapView(const Services& services, QWidget* parent);
    void setLayer(int index, HeatLayer layer);
    void clearLayers();
    void setScale(const HeatScale& scale);
    /// Share of the width that shows layer 0: 1 all A, 0 all B.
    void setSplit(double split);
    double split() const { return m_split; }
    void setCurtain(bool on);
    void setPlaceholder(const QString& text);
    void setValueName(const QString& name) { m_valueName = name; }
    /// What its values are.
    void setFigure(Figure figure) { m_figure = figure; }

    QString summary() const override;
    QString explanation() const override;
    QPoint explanationPlace() const override;
    void fit() override;
    bool savePicture(const QString& path, QSize size) override;
    QString csv() const override;
    QPixmap picture(QSize size) override;
    /// Whether the matrix on show was drawn at least coarsely.
    bool hasPicture() const { return m_layers[0].pyramid && !m_pictures[0].image.isNull(); }
    /// Milliseconds of the last paint, for the benchmark.
    double lastPaintMs() const { return m_lastPaint; }

signals:
    void cellHovered(qs::gui::Cell cell);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void recolorNow() override { recolor(); }

private:
    struct Picture {
        HeatSample sample;
        QImage image;
    };
    QRectF range() const;            ///< visible columns and rows
    QRectF wholeRange() const;
    QRect mapRect(const QRect& all) const;
    QPointF toCell(const QPointF& pos) const;
    std::optional<Cell> cellAt(const QPointF& pos) const;
    void setRange(QRectF range);
    void zoom(double factor, const QPointF& at, Qt::KeyboardModifiers modifiers);
    void resample();
    void recolor();
    void paintTo(QPainter& painter, const QRect& all) const;
    void paintPicture(QPainter& painter, QSize size) const;
    void paintTicks(QPainter& painter, const QRect& map) const;
    void paintRegion(QPainter& painter, const QRect& map) const;
    const HeatLayer* front() const;

    Services m_services;
    std::array<HeatLayer, 2> m_layers;
    std::array<Picture, 2> m_pictures;
    HeatScale m_scale;
    QString m_placeholder;
    QString m_valueName;
    Figure m_figure = Figure::Weight;
    double m_split = 1;
    bool m_curtain = false;
    enum Drag { None, Pan, Box, Curtain, Part } m_drag = None;
    QPointF m_pressed;
    QRectF m_pressedRange;
    QRectF m_box;
    bool m_moved = false;
    double m_lastPaint = 0;
};

} // namespace qs::gui
