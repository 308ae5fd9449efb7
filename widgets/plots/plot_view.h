// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/plots/plot_data.h"
#include "widgets/theme/theme.h"

#include <QWidget>
#include <memory>

class QCustomPlot;

namespace qs::gui {

/// Draws any PlotData: pan by drag, wheel zoom at the cursor, right-drag box, double-click fits, Shift constrains to one
/// axis, Ctrl+drag brushes; legend toggles; follows the theme; exports. Never blocks.
class PlotView : public QWidget {
    Q_OBJECT
public:
    explicit PlotView(Theme& theme, QWidget* parent = nullptr);
    void setData(std::shared_ptr<const plots::PlotData> data);
    std::shared_ptr<const plots::PlotData> data() const { return m_data; }
    /// Shown instead of the plot: "Choose a tensor", or why it failed.
    void setMessage(const QString& text);
    /// The old picture stays, slightly dimmed, while a new one is made.
    void setBusy(bool busy);
    /// One sentence for screen readers and for tests.
    virtual QString summary() const;
    virtual void fit();
    void setLogY(bool on);
    bool logY() const;
    QCustomPlot* plot() const { return m_plot; }

    virtual bool savePicture(const QString& path, QSize size); ///< .png, .svg, .pdf
    virtual QString csv() const;
    virtual QPixmap picture(QSize size);

signals:
    void hovered(double x, double y);
    void left();
    void clicked(double x, double y);
    void pointClicked(int series, int point);
    void brushed(double from, double to);
    void brushCleared();

protected:
    Theme& m_theme;
    QCustomPlot* m_plot = nullptr;
    std::shared_ptr<const plots::PlotData> m_data;
};

} // namespace qs::gui
