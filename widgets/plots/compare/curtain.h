// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/theme/theme.h"

#include <QWidget>

namespace qs::gui {

/// Lays `front` over a widget and shows it right of a line that can be dragged (or moved by the arrow keys): A on the
/// left, B on the right.
class Curtain : public QWidget {
    Q_OBJECT
public:
    /// `front` becomes a child of `back` and takes its size.
    Curtain(Theme& theme, QWidget* back, QWidget* front);
    void setOn(bool on);
    bool isOn() const { return m_on; }
    /// Share of the width that shows A.
    void setSplit(double split);
    double split() const { return m_split; }

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void place();
    Theme& m_theme;
    QWidget* m_back;
    QWidget* m_front;
    double m_split = 0.5;
    double m_grip = 0;
    bool m_on = false;
};

} // namespace qs::gui
