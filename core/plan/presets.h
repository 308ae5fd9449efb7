// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"
#include "core/plan/plan_file.h"

#include <span>
#include <string_view>

namespace qs::plan {

/// A plan by roles that ships with the program, for the least loss at its bits on the bundled sample
/// (core/plan/README.md has the figures). They learn on the model, so they need the calibration text.
struct Preset {
    std::string_view name; ///< "best-2"
    std::string_view title;
    double mostBits = 0; ///< a weight on the bundled sample
};
std::span<const Preset> presets();
bool isPreset(std::string_view name);

/// The preset's recipe for every linear layer inside the model's blocks. Usage for an unknown name; NotFound where there is no
/// such layer.
Result<PlanRecipes> presetPlan(std::string_view name, const io::ModelSource& source);

} // namespace qs::plan
