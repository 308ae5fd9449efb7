// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/theme/theme.h"

class QTableView;

namespace qs::gui {

/// How every table of the window looks: cells by CellDelegate, no grid, no row numbers, rows of one line; Tab leaves it.
void styleTable(QTableView* table, const Theme& theme);
/// The selected rows as shown, tab-separated, into the clipboard, so that they paste into a spreadsheet.
void copySelectedRows(const QTableView* table);

} // namespace qs::gui
