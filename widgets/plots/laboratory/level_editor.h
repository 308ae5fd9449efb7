// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/metrics/ledger/ledger.h"
#include "widgets/plots/plot_view.h"

#include <memory>

namespace qs::gui {

/// The distribution of a tensor with the levels of a codebook over it: drag a level, Ctrl+click adds one, Delete removes
/// the chosen one. Left and Right choose, Shift+Left and Shift+Right move. Wheel zooms, drag beside a level pans,
/// double-click fits.
class LevelEditor : public PlotView {
    Q_OBJECT
public:
    static constexpr int kMost = 256;
    LevelEditor(Theme& theme, QWidget* parent = nullptr);
    void setLedger(std::shared_ptr<const metrics::WeightLedger> ledger);
    const metrics::WeightLedger* ledger() const { return m_ledger.get(); }
    /// Ascending; what is given is sorted.
    void setLevels(std::vector<float> levels);
    const std::vector<float>& levels() const { return m_levels; }
    const metrics::WeightLedger::Figures& figures() const { return m_figures; }
    int chosen() const { return m_chosen; }
    void choose(int level);
    void addLevel(double at);
    /// Splits the level that has the largest share of the error.
    void splitWorst();
    void removeChosen();
    /// Moves the chosen level; the others give way in order.
    void moveChosen(double to);

    QString summary() const override;
    QString explanation() const override;
    QPoint explanationPlace() const override;
    void fit() override;
    bool savePicture(const QString& path, QSize size) override;
    QString csv() const override;
    QPixmap picture(QSize size) override;

signals:
    void edited();        ///< a gesture has ended: worth an undo step
    void levelsChanged(); ///< with every movement
    void chosenChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRect area(const QRect& all) const;
    double toX(double pixel) const;
    double toPixel(double x, const QRect& plot) const;
    int levelAt(const QPointF& pos) const;
    void judge();
    void judge(int chosen); // and chooses this level
    void paintTo(QPainter& painter, const QRect& all) const;

    std::shared_ptr<const metrics::WeightLedger> m_ledger;
    std::vector<float> m_levels;
    metrics::WeightLedger::Figures m_figures;
    double m_from = -1;
    double m_to = 1;
    int m_chosen = -1;
    enum Drag { None, Level, Pan } m_drag = None;
    QPointF m_pressed;
    double m_pressedFrom = 0;
    bool m_moved = false;
};

} // namespace qs::gui
