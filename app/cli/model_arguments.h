// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/cli/command.h"
#include "core/io/model_source.h"
#include "core/model/model.h"
#include "core/quant/recipe.h"

namespace qs::cli {

/// Options that several commands share.
OptionSpec tensorOption();
OptionSpec recipeOption(bool repeatable, bool required = true);
OptionSpec calibrationOption();
std::vector<OptionSpec> exportOptions();

/// Opens the n-th argument; NotFound where nothing is there.
Result<std::shared_ptr<const io::ModelSource>> openArgument(const Invocation& invocation, std::size_t n = 0);
/// Tensors that --tensor chooses (or the default ones); none is NotFound.
Result<std::vector<std::size_t>> chosenTensors(const Invocation& invocation, const io::ModelSource& source);
/// The same for commands that quantize: `block:` and `expert:` alone mean the matrices there; a norm or a bias is
/// quantized only when its name or role is asked for.
Result<std::vector<std::size_t>> chosenWeights(const Invocation& invocation, const io::ModelSource& source);
/// Recipes of --recipe, in order.
Result<std::vector<quant::Recipe>> chosenRecipes(const Invocation& invocation);
/// What --calibration's file knows of each layer; empty where the option is not given.
using CalibrationOf = std::function<Result<std::shared_ptr<const quant::Calibration>>(const io::ModelSource&, const io::TensorInfo&)>;
Result<CalibrationOf> chosenCalibration(const Invocation& invocation);
/// The tokens that --calibration's file keeps, in its windows, for recipes that learn on blocks or on the model; null where it keeps none.
Result<std::shared_ptr<const model::Tokens>> calibrationTexts(const Invocation& invocation);

} // namespace qs::cli
