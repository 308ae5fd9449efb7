// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/part.h"

#include <functional>

namespace qs::quant {

/// Rank of the factors L·U for a rows × cols matrix; 0: a factor per weight.
using RankRule = std::function<Index(const ParamValues& values, Index rows, Index cols)>;

/// FlexRound and LRQ as parts: everything but the names, the source and LRQ's parameter `rank`.
PartInfo roundingPart(RankRule rank);

} // namespace qs::quant
