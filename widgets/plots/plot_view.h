// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/plots/plot_data.h"
#include "widgets/theme/theme.h"

#include <QWidget>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QCPAbstractPlottable;
class QCPAxisRect;
class QCPColorMap;
class QCPColorScale;
class QCPItemLine;
class QCPItemRect;
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
    /// A band over a range of x (the brush); nothing removes it.
    void setBand(std::optional<std::pair<double, double>> band);
    /// Frames the cells of a table that stand for this tensor; -1: none.
    void markTensor(std::int64_t tensor);
    /// Only the original and the curves or maps of this slot (0: the original alone); axes and colours stay those of all
    /// data, so that views of the same data can stand for each other. Nothing: everything.
    void setShown(std::optional<int> slot);
    /// The ranges of the axes, as viewChanged() gives them; quiet.
    void setView(double x0, double x1, double y0, double y1);
    /// Outer edges of the first map on show; null for curves. Views are linked where these are equal.
    QRectF extent() const;
    /// "Explain this number": what the read-out says, with formula and source; empty where nothing is read out. The
    /// read-out follows the mouse, and Shift with the arrows moves it from cell to cell or from point to point.
    virtual QString explanation() const;
    /// Where that stands, on the screen.
    virtual QPoint explanationPlace() const;
    /// The tensor and the slot behind a cell of a table, from a signal's coordinates.
    struct TableCell {
        std::int64_t tensor = -1;
        int slot = 0;
    };
    std::optional<TableCell> cellAt(double x, double y, int grid) const;
    /// More lines for the explanation of a table's cell, by whoever knows its results.
    void setDetails(std::function<QStringList(const TableCell&)> details) { m_details = std::move(details); }
    QString readOutText() const;
    QCustomPlot* plot() const { return m_plot; }

    /// Writes .png (as shown), .svg, .pdf or .csv, by the suffix; size in pixels.
    virtual bool savePicture(const QString& path, QSize size);
    /// The same, with the colours of print where asked for; the view itself keeps its own.
    bool exportPicture(const QString& path, QSize size, bool print);
    virtual QString csv() const;
    virtual QPixmap picture(QSize size);

signals:
    void hovered(double x, double y, int grid);
    void left();
    void clicked(double x, double y, int grid, Qt::KeyboardModifiers modifiers);
    void pointClicked(int series, int point, Qt::KeyboardModifiers modifiers);
    /// Right click (without a drag): a menu for what lies there.
    void menuAsked(double x, double y, int grid, QPoint global);
    void viewChanged(double x0, double x1, double y0, double y1);
    void brushed(double from, double to);
    void brushCleared();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    /// Takes the theme's colours anew, at once.
    virtual void recolorNow();

    Theme& m_theme;
    QCustomPlot* m_plot = nullptr;
    std::shared_ptr<const plots::PlotData> m_data;

private:
    /// A name in the plot: of a curve (point −1) or of one of its points.
    struct Label {
        QCPItemText* text = nullptr;
        QCPItemLine* line = nullptr;
        std::size_t series = 0;
        int point = -1;
    };
    void rebuild();
    void rebuildKeepingView();
    bool isShown(int slot) const { return !m_shown || slot <= 0 || slot == *m_shown; }
    void placeLabels();
    void fitAxes();
    QString headline(const QString& title, int room) const;
    Label makeLabel(const QString& name, const QColor& color, std::size_t series);
    void frameCells();
    void tellView();
    void applyView(std::size_t from, double x0, double x1, double y0, double y1);
    QRectF extentOf(std::size_t rect) const;
    void addCellTexts(QCPAxisRect* rect, const plots::HeatGrid& grid, double low, double high, int columns, int rows);
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
    /// Place of the read-out, in the axes' units.
    struct Cursor {
        double x = 0;
        double y = 0;
        int grid = -1;
        bool operator==(const Cursor&) const = default;
    };
    void putCursor(const Cursor& at);
    void stepCursor(int dx, int dy);
    void clickCursor(Qt::KeyboardModifiers modifiers);
    QString readOut(const Cursor& at) const;
    /// Row and column of a map's cell; −1 outside.
    std::pair<int, int> cellOf(const Cursor& at) const;
    /// The curve's point that is nearest to the cursor: series and index.
    std::optional<std::pair<std::size_t, std::size_t>> pointAt(const Cursor& at) const;

    QLabel* m_message = nullptr;
    QLabel* m_readOut = nullptr;
    QWidget* m_veil = nullptr;
    std::vector<QCPAxisRect*> m_rects;   ///< main rects (one, or one per heat grid)
    QCPAxisRect* m_stemRect = nullptr;
    std::vector<int> m_gridOfRect;       ///< heat grid of each rect
    QCPItemStraightLine* m_mark = nullptr;
    QCPItemRect* m_bandItem = nullptr;
    std::optional<std::pair<double, double>> m_band;
    std::vector<QCPColorMap*> m_maps;
    std::vector<QCPAbstractPlottable*> m_plottables; ///< of each series; null: not drawn as one
    std::vector<Label> m_labels;
    std::vector<QCPItemRect*> m_frames;
    std::int64_t m_markedTensor = -1;
    std::optional<Cursor> m_cursor;
    std::function<QStringList(const TableCell&)> m_details;
    std::optional<int> m_shown;
    QCPColorScale* m_colorScale = nullptr;
    bool m_low = false;
    bool m_legendOutside = false;
    bool m_quiet = false;
    bool m_logY = false;
    bool m_moved = false;
    QPoint m_pressed;
};

} // namespace qs::gui
