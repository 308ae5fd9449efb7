// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/plots/plot_data.h"
#include "widgets/theme/theme.h"

#include <QWidget>
#include <memory>
#include <vector>

class QCPAxisRect;
class QCPColorMap;
class QCPItemStraightLine;
class QCPItemText;
class QCustomPlot;
class QLabel;
class QMouseEvent;

namespace qs::gui {

/// Draws any PlotData: pan by drag, wheel zoom at the cursor, right-drag box, double-click fits, Shift constrains to one
/// axis, Ctrl+drag brushes; a click on a legend entry hides its curve; follows the theme; exports. Never blocks.
class PlotView : public QWidget {
    Q_OBJECT
public:
    explicit PlotView(Theme& theme, QWidget* parent = nullptr);
    void setData(std::shared_ptr<const plots::PlotData> data);
    std::shared_ptr<const plots::PlotData> data() const { return m_data; }
    /// Shown instead of the plot: "Choose a tensor", or why it failed. Empty: the plot.
    void setMessage(const QString& text);
    /// The old picture stays, slightly dimmed, while a new one is made.
    void setBusy(bool busy);
    /// One sentence for screen readers and for tests.
    virtual QString summary() const;
    virtual void fit();
    void setLogY(bool on);
    bool logY() const { return m_logY; }
    /// A thin vertical mark at x (the value of the element under the cursor elsewhere); NaN removes it.
    void mark(double x);
    QCustomPlot* plot() const { return m_plot; }

    /// Writes .png (as shown), .svg, .pdf or .csv, by the suffix; size in pixels.
    virtual bool savePicture(const QString& path, QSize size);
    virtual QString csv() const;
    virtual QPixmap picture(QSize size);

signals:
    void hovered(double x, double y, int grid);
    void left();
    void clicked(double x, double y, int grid);
    void pointClicked(int series, int point);
    void brushed(double from, double to);
    void brushCleared();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

    Theme& m_theme;
    QCustomPlot* m_plot = nullptr;
    std::shared_ptr<const plots::PlotData> m_data;

private:
    void rebuild();
    void buildSeries();
    void buildHeat();
    void styleAxes(QCPAxisRect* rect) const;
    void addLegend();
    void setRanges();
    QCPAxisRect* rectAt(const QPoint& pos) const;
    int gridOf(const QCPAxisRect* rect) const;
    void onMousePress(QMouseEvent* event);
    void onMouseMove(QMouseEvent* event);
    void onMouseRelease(QMouseEvent* event);
    void placeOverlays();
    QString readOut(const QCPAxisRect* rect, double x, double y, int grid) const;

    QLabel* m_message = nullptr;
    QLabel* m_readOut = nullptr;
    QWidget* m_veil = nullptr;
    std::vector<QCPAxisRect*> m_rects;   ///< main rects (one, or one per heat grid)
    QCPAxisRect* m_stemRect = nullptr;
    QCPItemStraightLine* m_mark = nullptr;
    std::vector<QCPColorMap*> m_maps;
    bool m_logY = false;
    bool m_moved = false;
    QPoint m_pressed;
};

} // namespace qs::gui
