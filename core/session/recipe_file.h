// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/recipe.h"

#include <filesystem>
#include <string>
#include <vector>

namespace qs::session {

/// A recipe as a person keeps it.
struct NamedRecipe {
    std::string name;      ///< free text; may be empty
    quant::Recipe recipe;
    int slot = 0;          ///< colour slot, 0 for none
    bool operator==(const NamedRecipe&) const = default;
};

inline constexpr int kMostSlots = 64;

/// Reads a JSON file {"quantoscope_recipes": 1, "recipes": [{"name", "recipe", "slot"}]}. Malformed for anything else, also
/// for a recipe that this program can't parse.
Result<std::vector<NamedRecipe>> loadRecipes(const std::filesystem::path& path);
/// Writes it in one step; an existing file is exchanged.
Status saveRecipes(const std::filesystem::path& path, const std::vector<NamedRecipe>& recipes);

} // namespace qs::session
