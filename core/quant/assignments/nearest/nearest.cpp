// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/parallel_for.h"
#include "core/quant/registry.h"

#include <algorithm>

namespace qs::quant {
namespace {

/// Every weight takes the nearest level of its group, whatever the others do.
class Nearest : public Assignment {
public:
    Status assign(const FitInput& input, FittedGrid& grid, const Context& context, Codes& codes) const override
    {
        const Index cols = input.weights.cols;
        const Index grain = std::max<Index>(1, (Index(1) << 16) / std::max<Index>(1, cols));
        const bool done = parallelFor(context, input.weights.rows, grain, [&](Index b, Index e) {
            for (Index r = b; r < e; ++r) grid.nearest(r, 0, input.weights.row(r), codes.row(r));
            context.advance(static_cast<std::uint64_t>((e - b) * cols));
        });
        if (!done) return cancelled();
        return {};
    }
    bool isNearest() const override { return true; }
};

} // namespace

void registerNearest(Registry& registry);
void registerNearest(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Assignment;
    info.name = "nearest";
    info.title = "Nearest level";
    info.summary = "Each weight takes the nearest level of its group.";
    info.source = "round to nearest (RTN)";
    info.fits = [](std::string_view, const ParamValues&) { return FitAnswer{}; };
    info.makeAssignment = [](const ParamValues&) -> Result<std::unique_ptr<Assignment>> {
        return std::make_unique<Nearest>();
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
