// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/layers.h"

namespace qs::model {

/// Causal attention of `sequences` texts of `length` tokens each; rows are tokens, texts one after another. Query head
/// h reads key head h / (heads / kvHeads).
struct AttentionShape {
    Index sequences = 0;
    Index length = 0;
    Index heads = 0;
    Index kvHeads = 0;
    Index headDim = 0;
    Index window = 0; ///< 0: none
    float scale = 1;
    float cap = 0; ///< soft cap of scores; 0: none
};

/// out [rows, heads·headDim] = softmax(scale · q kᵀ, masked) v. Scores exist for 128 queries at a time.
bool attentionForward(const Context& context, const AttentionShape& shape, HeadView q, HeadView k, HeadView v,
                      Matrix& out);

/// Gradients from dOut; scores are computed again. dq, dk, dv are written (dk, dv must be zero before).
bool attentionBackward(const Context& context, const AttentionShape& shape, HeadView q, HeadView k, HeadView v,
                       const Matrix& dOut, HeadView dq, HeadView dk, HeadView dv);

} // namespace qs::model
