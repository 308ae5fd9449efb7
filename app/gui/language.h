// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QLocale>
#include <QString>
#include <vector>

class QCoreApplication;

namespace qs::gui {

/// Languages that can be chosen: code and own name.
std::vector<std::pair<QString, QString>> languages();
/// Loads the translations of a language ("" is the system's) into the application: the program's own, which are in its
/// resources, and Qt's for the standard dialogs. A language that the program does not speak gives English. What an earlier
/// call installed is removed. Numbers keep one form in every language, that of recipes, CSV files and the command line
/// (decimal point), so the default locale becomes the C locale; dates follow dateLocale().
void installLanguage(QCoreApplication& app, const QString& language);
/// How dates and times are written.
QLocale dateLocale();

} // namespace qs::gui
