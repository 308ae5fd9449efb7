// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"

#include <vector>

namespace qs::study {

/// Tensors that read the same inputs as `tensor`, itself among them, in the checkpoint's order: q, k and v of a block, gate
/// and up of a block or of one expert. Indices in source.tensors; `tensor` alone where its role shares with none.
std::vector<std::size_t> sharedInputs(const io::ModelSource& source, const io::TensorInfo& tensor);

} // namespace qs::study
