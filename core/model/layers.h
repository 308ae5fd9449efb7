// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/model/description.h"

/// The pieces of a block, each with its backward pass. Functions return false when they were stopped.
namespace qs::model {

/// A block's weights, one matrix per BlockDescription::parameters, in that order. Gradients have the same form; an
/// empty matrix is a gradient that nobody asked for.
using BlockWeights = std::vector<Matrix>;

/// q, k or v of all heads inside a matrix: value (row, head, i) is data[row·rowStep + head·headStep + i].
struct HeadView {
    float* data = nullptr;
    Index rowStep = 0;
    Index headStep = 0;
    float* at(Index row, Index head) const { return data + row * rowStep + head * headStep; }
};

/// Makes `m` a matrix of this shape: new zeros where it had another, its old values where it had this one.
void ensure(Matrix& m, Index rows, Index cols);

/// Norm over the last `width` floats of each row; `plus` is added to the weight (Gemma's 1).
struct NormOp {
    NormKind kind = NormKind::Rms;
    double eps = 0;
    float plus = 0;
    std::span<const float> weight;
    std::span<const float> bias; ///< may be empty
    /// count vectors of weight.size() floats, back to back.
    bool forward(const Context& context, const float* x, float* y, Index count) const;
    /// dx += d/dx; dWeight, dBias += where not null.
    bool backward(const Context& context, const float* x, const float* dy, float* dx, Index count, Matrix* dWeight,
                  Matrix* dBias) const;
};
NormOp makeNorm(const ModelConfig& config, const NormSpec& spec, const BlockWeights& weights);

/// y = x Wᵀ + b.
bool linearForward(const Context& context, const LinearSpec& spec, const BlockWeights& weights, MatrixView x,
                   Matrix& y);
/// dx = dy W (or += where `add`); the gradients of W and b are added to `gradients` where `wanted` says so.
bool linearBackward(const Context& context, const LinearSpec& spec, const BlockWeights& weights, MatrixView x,
                    MatrixView dy, Matrix* dx, bool add, BlockWeights* gradients, const std::vector<bool>& wanted);

/// cos and sin of position · frequency, [length, features/2] each.
struct RopeTable {
    Index features = 0;
    bool neighbours = false;
    Matrix cosine;
    Matrix sine;
    RopeTable() = default;
    RopeTable(const Rope& rope, Index length);
    /// Turns each head of each row by its position (row mod length); `back`: the other way (the gradient).
    bool turn(const Context& context, HeadView x, Index heads, Index rows, Index length, bool back) const;
};

/// to += from
bool addTo(const Context& context, MatrixView from, Matrix& to);

/// gradients[i] exists with zeros and may be added to, where it is wanted; else null.
Matrix* gradientOf(BlockWeights* gradients, const std::vector<bool>& wanted, int parameter,
                   const BlockWeights& weights);

} // namespace qs::model
