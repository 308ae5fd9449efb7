// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/recipe.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace qs::quant {
namespace {

// The command line's name of a grid: the recipe whose only part it is ("rtn" for "uniform").
std::string recipeNameOf(const std::string& part, const Registry& registry)
{
    for (const auto& r : registry.recipes())
        if (r.parts.size() == 1 && r.parts[0].part == part && r.parts[0].values.empty()) return r.name;
    return part;
}

std::string partText(PartKind kind, const PartUse& use)
{
    const Registry& registry = builtinRegistry();
    std::string out = recipeNameOf(use.name, registry);
    const PartInfo* info = registry.part(kind, use.name);
    if (!info) return out;
    std::string values;
    for (const auto& spec : info->params) {
        static constexpr std::array<std::string_view, 4> kAlways = {"bits", "group", "format", "type"};
        const bool always = std::find(kAlways.begin(), kAlways.end(), spec.name) != kAlways.end();
        if (!use.values.has(spec.name)) continue;
        const ParamValue& v = use.values.all().at(spec.name);
        if (!always && v == spec.preset) continue;
        values += (values.empty() ? ":" : ",") + spec.name + "=" + valueText(v);
    }
    return out + values;
}

std::string upper(std::string s)
{
    std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return s;
}

struct Token {
    std::string name;
    std::vector<std::pair<std::string, std::string>> values;
};

Result<std::vector<Token>> tokenize(std::string_view text)
{
    std::vector<Token> out;
    std::size_t at = 0;
    while (at <= text.size()) {
        std::size_t end = text.find('+', at);
        if (end == std::string_view::npos) end = text.size();
        std::string_view piece = text.substr(at, end - at);
        at = end + 1;
        Token token;
        const auto colon = piece.find(':');
        token.name = std::string(piece.substr(0, colon));
        if (token.name.empty())
            return fail(Error(ErrorCode::Usage, "a recipe has an empty part").got("'" + std::string(text) + "'"));
        if (colon != std::string_view::npos) {
            std::string_view rest = piece.substr(colon + 1);
            while (!rest.empty()) {
                const auto comma = rest.find(',');
                const std::string_view pair = rest.substr(0, comma);
                const auto eq = pair.find('=');
                if (eq == std::string_view::npos)
                    return fail(Error(ErrorCode::Usage, "a recipe parameter has no value")
                                    .wanted("key=value")
                                    .got("'" + std::string(pair) + "'"));
                token.values.emplace_back(pair.substr(0, eq), pair.substr(eq + 1));
                if (comma == std::string_view::npos) break;
                rest.remove_prefix(comma + 1);
            }
        }
        out.push_back(std::move(token));
    }
    return out;
}

PartUse& slot(Recipe& recipe, PartKind kind)
{
    switch (kind) {
    case PartKind::Transform: return recipe.transform;
    case PartKind::Grid: return recipe.grid;
    case PartKind::Assignment: return recipe.assignment;
    case PartKind::Residual: return recipe.residual;
    }
    return recipe.grid;
}

Error unknownName(const std::string& name, const Registry& registry)
{
    std::string all;
    for (const auto& r : registry.recipes()) all += (all.empty() ? "" : ", ") + r.name;
    for (const auto& p : registry.parts())
        if (!registry.recipe(p.name) && p.kind != PartKind::Grid) all += ", " + p.name;
    return Error(ErrorCode::Usage, "no recipe or part of this name").wanted("one of " + all).got("'" + name + "'");
}

} // namespace

std::string Recipe::text() const
{
    std::string out;
    const auto append = [&](const std::string& s) { out += (out.empty() ? "" : "+") + s; };
    if (transform.name != "none") append(partText(PartKind::Transform, transform));
    append(partText(PartKind::Grid, grid));
    if (assignment.name != "nearest") append(partText(PartKind::Assignment, assignment));
    if (residual.name != "none") append(partText(PartKind::Residual, residual));
    return out;
}

std::string Recipe::label() const
{
    std::string out = upper(recipeNameOf(grid.name, builtinRegistry()));
    const auto& v = grid.values;
    if (v.has("format")) out = (grid.name == "afpq" ? "AFPQ " : "") + upper(v.text("format"));
    if (v.has("type")) out = upper(v.text("type"));
    if (v.has("rank")) out += " r" + std::to_string(v.integer("rank"));
    if (v.has("bits")) out += " " + std::to_string(v.integer("bits")) + "b";
    if (v.has("scheme") && v.text("scheme") != "asym") out += " " + v.text("scheme");
    if (v.has("group")) {
        const std::string& g = v.text("group");
        out += std::isdigit(static_cast<unsigned char>(g[0])) ? " g" + g : " " + g;
    }
    if (transform.name != "none") out = upper(transform.name) + " + " + out;
    if (assignment.name != "nearest") out += " + " + upper(assignment.name);
    if (residual.name != "none") out += " + " + residual.name;
    return out;
}

Result<Recipe> parseRecipe(std::string_view text, const Registry& registry)
{
    QS_ASSIGN(auto tokens, tokenize(text));
    Recipe out;
    std::array<bool, 4> taken{};
    // Where no part is a grid, the parameters of the one that its recipes stand on go to that.
    const auto namesGrid = [&](const Token& token) {
        if (const RecipeInfo* r = registry.recipe(token.name))
            return std::any_of(r->parts.begin(), r->parts.end(), [&](const auto& use) {
                const PartInfo* p = registry.part(use.part);
                return p && p->kind == PartKind::Grid;
            });
        const PartInfo* p = registry.part(token.name);
        return p && p->kind == PartKind::Grid;
    };
    const PartInfo* base = std::any_of(tokens.begin(), tokens.end(), namesGrid) ? nullptr : registry.part(PartKind::Grid, "uniform");
    if (base) {
        out.grid = {base->name, ParamValues(base->params)};
        for (const Token& token : tokens)
            if (const RecipeInfo* r = registry.recipe(token.name); r && r->otherwiseGrid == base->name)
                for (const auto& spec : base->params)
                    if (const auto it = r->otherwiseValues.find(spec.name); it != r->otherwiseValues.end()) {
                        QS_ASSIGN(auto value, parseValue(spec, it->second));
                        out.grid.values.set(spec.name, value);
                    }
    }
    const auto take = [&](const PartInfo& info, PartUse use) -> Status {
        bool& t = taken[static_cast<std::size_t>(info.kind)];
        if (t) return fail(Error(ErrorCode::Usage, std::string("a recipe can have only one ") + partKindName(info.kind))
                               .got("'" + std::string(text) + "'"));
        t = true;
        slot(out, info.kind) = std::move(use);
        return {};
    };
    for (const Token& token : tokens) {
        const RecipeInfo* recipe = registry.recipe(token.name);
        std::vector<RecipeInfo::Use> uses;
        if (recipe) uses = recipe->parts;
        else if (const PartInfo* p = registry.part(token.name)) uses = {{p->name, {}}};
        else return fail(unknownName(token.name, registry));
        std::vector<std::pair<const PartInfo*, PartUse>> made;
        for (const auto& use : uses) {
            const PartInfo* info = registry.part(use.part);
            if (!info) return fail(ErrorCode::Internal, "recipe " + token.name + " names the unknown part " + use.part);
            PartUse u{info->name, ParamValues(info->params)};
            for (const auto& spec : info->params)
                if (const auto it = use.values.find(spec.name); it != use.values.end()) {
                    QS_ASSIGN(auto value, parseValue(spec, it->second));
                    u.values.set(spec.name, value);
                }
            made.emplace_back(info, std::move(u));
        }
        for (const auto& [key, textValue] : token.values) {
            bool found = false;
            for (auto& [info, use] : made)
                for (const auto& spec : info->params)
                    if (spec.name == key) {
                        auto value = parseValue(spec, textValue);
                        if (!value) return fail(std::move(value.error()));
                        use.values.set(key, *value);
                        found = true;
                    }
            if (!found && base && recipe && recipe->otherwiseGrid == base->name)
                for (const auto& spec : base->params)
                    if (spec.name == key) {
                        auto value = parseValue(spec, textValue);
                        if (!value) return fail(std::move(value.error()));
                        out.grid.values.set(key, *value);
                        found = true;
                    }
            if (!found) {
                std::string all;
                for (auto& [info, use] : made)
                    for (const auto& spec : info->params) all += (all.empty() ? "" : ", ") + spec.name;
                if (base && recipe && recipe->otherwiseGrid == base->name)
                    for (const auto& spec : base->params) all += (all.empty() ? "" : ", ") + spec.name;
                return fail(Error(ErrorCode::Usage, "recipe " + token.name + " has no parameter " + key)
                                .wanted(all.empty() ? "no parameters" : "one of " + all));
            }
        }
        for (auto& [info, use] : made) QS_TRY(take(*info, std::move(use)));
    }
    // Values that are valid each but not together are refused now.
    if (const PartInfo* g = registry.part(PartKind::Grid, out.grid.name)) QS_TRY(g->makeGrid(out.grid.values));
    return out;
}

unsigned needsOf(const Recipe& recipe, const Registry& registry)
{
    unsigned needs = 0;
    const auto add = [&](PartKind kind, const PartUse& use) {
        if (const PartInfo* p = registry.part(kind, use.name)) needs |= p->needs;
    };
    add(PartKind::Transform, recipe.transform);
    add(PartKind::Grid, recipe.grid);
    add(PartKind::Assignment, recipe.assignment);
    add(PartKind::Residual, recipe.residual);
    return needs;
}

FitAnswer fitsFormat(const Recipe& recipe, std::string_view format, const Registry& registry)
{
    const auto ask = [&](PartKind kind, const PartUse& use) -> FitAnswer {
        const PartInfo* p = registry.part(kind, use.name);
        if (!p) return {"unknown part " + use.name};
        if (!p->fits) return {p->title + " has no place in " + std::string(format)};
        return p->fits(format, use.values);
    };
    if (recipe.transform.name != "none")
        if (auto a = ask(PartKind::Transform, recipe.transform); !a.fits()) return a;
    if (recipe.residual.name != "none")
        if (auto a = ask(PartKind::Residual, recipe.residual); !a.fits()) return a;
    if (auto a = ask(PartKind::Grid, recipe.grid); !a.fits()) return a;
    return ask(PartKind::Assignment, recipe.assignment);
}

} // namespace qs::quant
