// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/rounding_part.h"
#include "core/quant/registry.h"

#include <algorithm>

namespace qs::quant {

void registerLrq(Registry& registry);
void registerLrq(Registry& registry)
{
    PartInfo info = roundingPart([](const ParamValues& v, Index rows, Index cols) {
        const Index least = std::min(rows, cols);
        const Index rank = v.integer("rank");
        return rank > 0 ? std::min(rank, least) : (least + 3) / 4;
    });
    info.name = "lrq";
    info.title = "LRQ, learned low-rank rounding";
    info.summary = "As FlexRound, with factors of low rank: fewer parameters to overfit few tokens with.";
    info.source = "LRQ, arXiv 2407.11534; seed_methods.md §2";
    info.params.insert(info.params.begin(), ParamSpec::integer("rank", 0, 0, 65536, "", "rank of the factors; 0: a quarter of the smaller side"));
    registry.add(std::move(info));
}

} // namespace qs::quant
