// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/doctor/finding.h"
#include "core/io/model_source.h"

#include <vector>

namespace qs::doctor {

/// What the catalogue alone tells: blocks and tensors that are missing, shapes that disagree with config.json, warnings of
/// the reader.
std::vector<Finding> checkStructure(const io::ModelSource& source);

} // namespace qs::doctor
