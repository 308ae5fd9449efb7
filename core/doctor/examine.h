// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/doctor/finding.h"
#include "core/exec/context.h"
#include "core/io/model_source.h"

#include <vector>

namespace qs::doctor {

/// Examines the chosen tensors (empty: all) of a checkpoint, in its order; findings of the whole checkpoint come first,
/// then by severity. Advances the context by one unit an element. Errors: Cancelled, what reading says.
Result<std::vector<Finding>> examine(const io::ModelSource& source, const std::vector<std::size_t>& tensors,
                                     const Context& context);

} // namespace qs::doctor
