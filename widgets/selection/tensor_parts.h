// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/selection/selection.h"

namespace qs::gui {

/// Parts of a tensor that have names: attention heads of q, k and v (rows) and of o (columns) by the head count of the
/// checkpoint's metadata, experts of a stacked tensor (rows). Empty where there are none, or the counts do not divide.
std::vector<Region> namedParts(const io::ModelSource& source, const io::TensorInfo& tensor);

/// "rows 0–63, columns 0–255", after the label where there is one.
QString regionText(const Region& region);

} // namespace qs::gui
