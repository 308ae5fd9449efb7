// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QStringList>

namespace qs::gui {

/// `quantoscope --render`: draws one plot without a window and ends. Exit codes as of quantoscope-cli; messages on stderr.
int renderCommand(const QStringList& arguments);

} // namespace qs::gui
