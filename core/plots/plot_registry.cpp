// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plots/plot_registry.h"

namespace qs::plots {

void registerAllPlots(PlotRegistry& registry);

void PlotRegistry::add(PlotInfo plot) { m_plots.push_back(std::move(plot)); }

const PlotInfo* PlotRegistry::find(std::string_view name) const
{
    for (const auto& p : m_plots)
        if (p.name == name) return &p;
    return nullptr;
}

const PlotRegistry& builtinPlots()
{
    static const PlotRegistry registry = [] {
        PlotRegistry r;
        registerAllPlots(r);
        return r;
    }();
    return registry;
}

std::string optionOf(const PlotInput& input, const PlotInfo& info, std::string_view name)
{
    if (const auto it = input.options.find(std::string(name)); it != input.options.end()) return it->second;
    for (const auto& o : info.options)
        if (o.name == name) return o.choices.empty() ? o.preset : o.choices.front();
    return {};
}

} // namespace qs::plots
