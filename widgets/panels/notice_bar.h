// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/theme/theme.h"

#include <QFrame>

class QHBoxLayout;
class QLabel;

namespace qs::gui {

/// One sentence above the stage with what can be done about it. Never a dialog: it waits until it is answered.
class NoticeBar : public QFrame {
    Q_OBJECT
public:
    explicit NoticeBar(Theme& theme, QWidget* parent = nullptr);
    void setText(const QString& text);
    QString text() const;
    /// A button, from the left; the first one is the main one. `chosen()` tells its number, and the bar hides.
    void setChoices(const QStringList& choices);

signals:
    void chosen(int choice);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme& m_theme;
    QLabel* m_text = nullptr;
    QHBoxLayout* m_buttons = nullptr;
};

} // namespace qs::gui
