// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/theme/theme.h"

#include <QWidget>
#include <vector>

namespace qs::gui {

/// A histogram as small as a word: bars without axes, and level marks below the line where there are some.
class Sparkline : public QWidget {
    Q_OBJECT
public:
    explicit Sparkline(Theme& theme, QWidget* parent = nullptr);
    void setBars(std::vector<double> heights, double from, double to);
    /// Marks below the axis: positions in data coordinates, lengths in [0, 1], colour slot of a recipe.
    void setStems(std::vector<double> at, std::vector<double> lengths, int slot);
    void clear();
    QSize sizeHint() const override { return {200, m_stems.empty() ? 72 : 104}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme& m_theme;
    std::vector<double> m_heights;
    std::vector<double> m_stems;
    std::vector<double> m_lengths;
    double m_from = 0;
    double m_to = 1;
    int m_slot = 0;
};

} // namespace qs::gui
