// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/part.h"

#include <QString>

class QWidget;

namespace qs::gui {

/// What a part does, its parameters and its source, as rich text; from what the part declares.
QString partHelp(const quant::PartInfo& part);
/// What a page of the stage shows and what its keys do, as rich text.
QString pageHelp(const QString& id, const QString& title);
/// Shows rich text in a small window of its own, not modal.
void showHelp(const QString& title, const QString& html, QWidget* parent);

} // namespace qs::gui
