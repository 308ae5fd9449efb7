// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <QString>

namespace qs::gui {

class PlotView;
class Stage;

/// Every plot of every page as PNG and its numbers as CSV, into a folder; the number of plots.
Result<int> saveAllPlots(Stage& stage, const QString& folder, bool print);
/// Text into a file, whole or not at all.
Status saveText(const QString& path, const QString& text);

} // namespace qs::gui
