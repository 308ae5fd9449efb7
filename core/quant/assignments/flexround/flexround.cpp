// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/rounding_part.h"
#include "core/quant/registry.h"

namespace qs::quant {

void registerFlexround(Registry& registry);
void registerFlexround(Registry& registry)
{
    PartInfo info = roundingPart([](const ParamValues&, Index, Index) { return Index(0); });
    info.name = "flexround";
    info.title = "FlexRound, learned rounding";
    info.summary = "Each weight is divided before rounding by a factor of its own, learned on the layer's outputs.";
    info.source = "FlexRound, arXiv 2306.00317; seed_methods.md §2";
    registry.add(std::move(info));
}

} // namespace qs::quant
