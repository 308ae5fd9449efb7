// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/model.h"

namespace qs::model {

/// −log p(token t+1 | tokens 0..t) for t = 0..length−2 of each text, natural logarithm: [sequences, length−1].
/// `hidden` is the stream after the last block.
Result<std::vector<double>> tokenLosses(const Context& context, const Head& head, const Matrix& hidden,
                                        const Tokens& tokens);

/// The same losses, and the gradient of `scale` times their sum with respect to `hidden`.
Result<std::vector<double>> lossGradient(const Context& context, const Head& head, const Matrix& hidden,
                                         const Tokens& tokens, double scale, Matrix& dHidden);

} // namespace qs::model
