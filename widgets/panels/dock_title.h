// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>
#include <vector>

class QDockWidget;
class QHBoxLayout;
class QLabel;

namespace qs::gui {

/// A small-caps heading as panels carry it.
QLabel* makeHeading(const QString& text, QWidget* parent);

/// Title bar of a dock: a heading, room for one control, float and close buttons that show while the mouse is over it.
class DockTitle : public QWidget {
    Q_OBJECT
public:
    DockTitle(const QString& text, QDockWidget* dock);
    /// Puts a control (a filter line) to the right of the heading.
    void addControl(QWidget* control);

protected:
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void showButtons(bool on);
    QHBoxLayout* m_row = nullptr;
    std::vector<QWidget*> m_buttons;
};

} // namespace qs::gui
