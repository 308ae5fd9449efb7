// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/recipe.h"

#include <filesystem>
#include <map>
#include <string>

namespace qs::plan {

/// Which recipe each tensor takes, by name.
using PlanRecipes = std::map<std::string, quant::Recipe>;

/// Reads `{"version": 1, "tensors": {NAME: RECIPE}}`. Errors: NotFound, Io, Malformed for anything else (names the tensor
/// whose recipe can't be parsed), Unsupported for another version.
Result<PlanRecipes> loadPlan(const std::filesystem::path& path);
/// Writes it in one step. `force`: an existing file is exchanged; else it is left alone and refused (Exists).
Status savePlan(const std::filesystem::path& path, const PlanRecipes& plan, bool force);

} // namespace qs::plan
