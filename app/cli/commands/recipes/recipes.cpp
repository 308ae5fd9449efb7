// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/table.h"
#include "core/export/representable.h"
#include "core/quant/recipe.h"

#include <algorithm>

namespace qs::cli {
namespace {

Json valueJson(const quant::ParamValue& value)
{
    return std::visit([](const auto& v) { return Json(v); }, value);
}

Json parameterJson(const quant::ParamSpec& spec, const std::map<std::string, std::string>& overrides)
{
    const bool ranged = spec.type == quant::ParamType::Int || spec.type == quant::ParamType::Real;
    const auto bound = [&](double v) {
        if (!ranged) return Json(nullptr);
        return spec.type == quant::ParamType::Int ? Json(static_cast<std::int64_t>(v)) : Json(v);
    };
    quant::ParamValue preset = spec.preset;
    if (const auto it = overrides.find(spec.name); it != overrides.end())
        if (auto v = quant::parseValue(spec, it->second)) preset = *v;
    Json p;
    p["name"] = spec.name;
    p["type"] = quant::paramTypeName(spec.type);
    p["default"] = valueJson(preset);
    p["min"] = bound(spec.min);
    p["max"] = bound(spec.max);
    p["choices"] = spec.choices;
    p["unit"] = spec.unit;
    p["help"] = spec.help;
    return p;
}

Json needsJson(unsigned needs)
{
    Json out = Json::array();
    if (needs & quant::NeedSigma) out.push_back("sigma");
    if (needs & quant::NeedDiagonal) out.push_back("mean_square");
    if (needs & quant::NeedMeanAbs) out.push_back("mean_abs");
    if (needs & quant::NeedFisher) out.push_back("fisher");
    if (needs & quant::NeedMaxAbs) out.push_back("max_abs");
    if (needs & quant::NeedSamples) out.push_back("samples");
    if (needs & quant::NeedModel) out.push_back("model");
    return out;
}

Json fitsJson(const quant::PartInfo& part)
{
    Json fits;
    for (const auto f : exporting::ownFormats()) fits[std::string(f)] = true;
    const quant::ParamValues values(part.params);
    for (const auto f : exporting::foreignFormats()) {
        if (!part.fits) {
            fits[std::string(f)] = part.title + " has no place in " + std::string(f);
            continue;
        }
        const auto answer = part.fits(f, values);
        fits[std::string(f)] = answer.fits() ? Json(true) : Json(answer.reason);
    }
    return fits;
}

Result<Outcome> recipes(const Invocation&)
{
    const quant::Registry& registry = quant::builtinRegistry();
    Outcome out;
    Json list = Json::array();
    Table table({{"recipe", Table::Left}, {"title", Table::Left}, {"parameters (default)", Table::Left}});
    for (const auto& recipe : registry.recipes()) {
        Json parameters = Json::array();
        Json parts = Json::array();
        unsigned needs = 0;
        std::string text;
        for (const auto& use : recipe.parts) {
            const quant::PartInfo* part = registry.part(use.part);
            if (!part) continue;
            needs |= part->needs;
            parts.push_back(part->name);
            for (const auto& spec : part->params) {
                parameters.push_back(parameterJson(spec, use.values));
                const auto it = use.values.find(spec.name);
                text += (text.empty() ? "" : ", ") + spec.name + "="
                      + (it == use.values.end() ? quant::valueText(spec.preset) : it->second);
            }
        }
        if (const quant::PartInfo* grid = registry.part(quant::PartKind::Grid, recipe.otherwiseGrid)) {
            // Parameters of the grid that it stands on where no other is named.
            parts.push_back(grid->name);
            for (const auto& spec : grid->params) {
                if (std::any_of(parameters.begin(), parameters.end(), [&](const Json& p) { return p["name"] == spec.name; })) continue; // its own comes first
                parameters.push_back(parameterJson(spec, recipe.otherwiseValues));
                const auto it = recipe.otherwiseValues.find(spec.name);
                text += (text.empty() ? "" : ", ") + spec.name + "="
                      + (it == recipe.otherwiseValues.end() ? quant::valueText(spec.preset) : it->second);
            }
        }
        Json r;
        r["name"] = recipe.name;
        r["title"] = recipe.title;
        r["parameters"] = std::move(parameters);
        r["needs"] = needsJson(needs);
        r["source"] = recipe.source;
        r["parts"] = std::move(parts);
        list.push_back(std::move(r));
        table.row({recipe.name, recipe.title, text});
    }
    Json partList = Json::array();
    Table partTable({{"part", Table::Left}, {"kind", Table::Left}, {"what it does", Table::Left}});
    for (const auto& part : registry.parts()) {
        Json parameters = Json::array();
        for (const auto& spec : part.params) parameters.push_back(parameterJson(spec, {}));
        Json p;
        p["kind"] = quant::partKindName(part.kind);
        p["name"] = part.name;
        p["title"] = part.title;
        p["summary"] = part.summary;
        p["parameters"] = std::move(parameters);
        p["needs"] = needsJson(part.needs);
        p["source"] = part.source;
        p["fits"] = fitsJson(part);
        partList.push_back(std::move(p));
        partTable.row({part.name, quant::partKindName(part.kind), part.summary});
    }
    out.json["recipes"] = std::move(list);
    out.json["parts"] = std::move(partList);
    out.text = table.text() + "\n" + partTable.text();
    return out;
}

} // namespace

void registerRecipes(CommandRegistry& registry);
void registerRecipes(CommandRegistry& registry)
{
    registry.add({"recipes", "All recipes and parts with their parameters", "", 0, 0, {}, recipes});
}

} // namespace qs::cli
