// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QList>
#include <QString>

class QWidget;

namespace qs::test {

/// One text that a person can read, see as a tool tip or hear from a screen reader.
struct VisibleText {
    QString text;  ///< without tags and mnemonics
    QString where; ///< class and object names from the window down
};

/// All texts of a window and of the menus in it: labels, buttons, tool tips, place holders, tabs, headers, what boxes offer,
/// the first rows of tables, axes, legends and titles of plots, accessible names.
QList<VisibleText> visibleTexts(QWidget* top);
/// Labels, buttons, boxes and tabs whose text has less room than it needs.
QStringList cutTexts(QWidget* top);

} // namespace qs::test
