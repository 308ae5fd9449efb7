// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/layers.h"

#include <functional>

namespace qs::model {

/// Rounding of what linear layers read, to 8 bits and back ("fake" quantization): s = max((hi−lo)/255, 1e−8),
/// z = rne(−lo/s), x → (clamp(rne(x/s)+z, 0, 255) − z)·s. 0 is not forced into the range.
enum class ActivationQuant {
    None,
    Token, ///< lo and hi over a token's features
    Tensor ///< lo and hi over all tokens of a sequence
};

/// One vector, in place.
void fakeQuantize(std::span<float> x);

/// The rows of x in place. `sequence(row)` numbers the sequence of a row, in ascending order (for Tensor).
bool quantizeActivations(const Context& context, ActivationQuant kind, Matrix& x,
                         const std::function<Index(Index)>& sequence);

/// Each head of each row by itself: the 8-bit cache of keys and values.
bool quantizeHeads(const Context& context, HeadView x, Index heads, Index headDim, Index rows);

} // namespace qs::model
