// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/cli/command.h"
#include "core/model/run_model.h"

namespace qs::cli {

/// --activations and --kv: how a model runs in `forward` and `eval`.
std::vector<OptionSpec> modelRunOptions();
/// Usage errors for values that are not known.
Result<model::RunOptions> chosenRunOptions(const Invocation& invocation);

} // namespace qs::cli
