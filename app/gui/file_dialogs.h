// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include <QStringList>

class QWidget;

namespace qs::gui {

/// Filter of all formats that can be opened, made from the readers that are built in.
QString openFilter();
/// Asks for files to open; remembers nothing.
QStringList askOpenFiles(QWidget* parent, const QString& folder);
QString askOpenFile(QWidget* parent, const QString& title, const QString& folder, const QString& filter);
QString askFolder(QWidget* parent, const QString& title, const QString& folder);
QString askSaveFile(QWidget* parent, const QString& title, const QString& suggestion, const QString& filter);

} // namespace qs::gui
