// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/registry.h"
#include "core/quant/tiled_encode.h"

namespace qs::quant {
namespace {

/// Every weight takes the nearest level of its group, whatever the others do.
class Nearest : public Assignment {
public:
    Status encode(const InputRows& rows, const Grid& grid, const Context& context, ArrayStore& out) const override
    {
        return encodeNearest(rows, grid, context, out);
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
