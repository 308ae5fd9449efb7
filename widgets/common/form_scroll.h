// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

namespace qs::gui {

/// A form that scrolls up and down when its place is too low; its width is that of its place. Holds body().
///
/// QScrollArea lays out again whenever its content was resized, from inside that resize. Where the height of wrapped notes
/// depends on the width, the scroll bar's coming and going can keep that up until the stack ends. Here a layout that was
/// caused by a layout is not answered by a third.
class FormScroll : public QScrollArea {
    Q_OBJECT
public:
    explicit FormScroll(QWidget* parent);
    QWidget* body() const { return widget(); }

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    bool m_answering = false;
};

} // namespace qs::gui
