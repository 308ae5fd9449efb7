// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/model.h"

namespace qs::learn {

/// Σ KL(full ‖ quantized) over the rows, in nats, from the streams after the last block; with `dHidden` the gradient of the mean by the
/// quantized stream.
Result<double> divergence(const Context& context, const model::Head& head, const Matrix& full, const Matrix& quantized, Matrix* dHidden);

} // namespace qs::learn
