// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include <vector>

class QCoreApplication;

namespace qs::gui {

/// Languages that can be chosen: code and own name.
std::vector<std::pair<QString, QString>> languages();
/// Loads the translations of a language ("" is the system's) into the application; English needs none. Looks beside the
/// program, in its prefix and in the resources.
void installLanguage(QCoreApplication& app, const QString& language);

} // namespace qs::gui
