// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/registry.h"

namespace qs::quant {

void registerAllGrids(Registry& registry);
void registerAllAssignments(Registry& registry);
void registerAllTransforms(Registry& registry);
void registerAllResiduals(Registry& registry);
void registerRecipes(Registry& registry);

const char* partKindName(PartKind kind)
{
    switch (kind) {
    case PartKind::Transform: return "transform";
    case PartKind::Grid: return "grid";
    case PartKind::Assignment: return "assignment";
    case PartKind::Residual: return "residual";
    }
    return "grid";
}

void Registry::add(PartInfo part) { m_parts.push_back(std::move(part)); }
void Registry::add(RecipeInfo recipe) { m_recipes.push_back(std::move(recipe)); }

const PartInfo* Registry::part(std::string_view name) const
{
    for (const auto& p : m_parts)
        if (p.name == name) return &p;
    return nullptr;
}

const PartInfo* Registry::part(PartKind kind, std::string_view name) const
{
    for (const auto& p : m_parts)
        if (p.kind == kind && p.name == name) return &p;
    return nullptr;
}

const RecipeInfo* Registry::recipe(std::string_view name) const
{
    for (const auto& r : m_recipes)
        if (r.name == name) return &r;
    return nullptr;
}

const Registry& builtinRegistry()
{
    static const Registry registry = [] {
        Registry r;
        registerAllGrids(r);
        registerAllAssignments(r);
        registerAllTransforms(r);
        registerAllResiduals(r);
        registerRecipes(r);
        return r;
    }();
    return registry;
}

} // namespace qs::quant
