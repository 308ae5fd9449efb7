// SPDX-License-Identifier: GPL-3.0-or-later
// The block's pieces in reverse order. Each piece computes again what it can from what the forward pass left.
#include "core/exec/parallel_for.h"
#include "core/model/block.h"
#include "core/model/row_kernels.h"

#include <algorithm>

namespace qs::model {
namespace {

// A view that is only read from.
QkvViews viewsOf(const ModelConfig& config, const std::vector<Matrix>& qkv)
{
    return qkvViews(config, const_cast<std::vector<Matrix>&>(qkv));
}

// Gradient of a norm of each head, in place in d.
bool normHeadsBackward(const Context& context, const NormOp& norm, const Matrix& raw, HeadView d, Index heads,
                       Index headDim, Matrix* dWeight)
{
    Matrix dy(raw.rows() * heads, headDim);
    Matrix dx(raw.rows() * heads, headDim);
    for (Index r = 0; r < raw.rows(); ++r)
        for (Index h = 0; h < heads; ++h) std::copy_n(d.at(r, h), headDim, dy.row(r * heads + h).begin());
    if (!norm.backward(context, raw.data().data(), dy.data().data(), dx.data().data(), dy.rows(), dWeight, nullptr))
        return false;
    for (Index r = 0; r < raw.rows(); ++r)
        for (Index h = 0; h < heads; ++h) std::copy_n(dx.row(r * heads + h).begin(), headDim, d.at(r, h));
    return true;
}

} // namespace

Status Block::backward(const Context& context, const BlockWeights& weights, const RopeTable& rope, const BlockTrace& t,
                       const Matrix& dOutput, Matrix* dInputOrNull, BlockWeights* gradients,
                       const std::vector<bool>& wanted) const
{
    const ModelConfig& c = m_config;
    const BlockDescription& d = m_description;
    Matrix unused;
    Matrix& dInput = dInputOrNull ? *dInputOrNull : unused;
    const Index rows = t.sequences * t.length;
    if (dOutput.rows() != rows || dOutput.cols() != c.hidden || t.output.rows() != rows)
        return fail(ErrorCode::Internal, "a gradient of another shape, or no forward pass before");
    // dx += gradient of norm(x) where its result has gradient dy.
    const auto normBack = [&](const NormSpec& spec, const Matrix& x, const Matrix& dy, Matrix& dx) {
        return makeNorm(c, spec, weights)
            .backward(context, x.data().data(), dy.data().data(), dx.data().data(), rows,
                      gradientOf(gradients, wanted, spec.weight, weights),
                      gradientOf(gradients, wanted, spec.bias, weights));
    };
    const auto zeros = [&] { return Matrix(rows, c.hidden); };

    // MLP.
    Matrix dMiddle = zeros(); // of the residual stream between attention and MLP
    if (c.normBefore)
        dMiddle = dOutput;
    else if (!normBack(d.mlpNorm, t.mlpSum, dOutput, dMiddle))
        return cancelled();
    Matrix dMlp = dMiddle;
    if (c.sandwich) {
        Matrix inner = zeros();
        if (!normBack(d.afterMlp, c.experts > 0 ? t.mlpOutput : t.mlps[0].down, dMlp, inner)) return cancelled();
        dMlp = std::move(inner);
    }
    Matrix dMlpInput;
    const bool ran = c.experts > 0 ? expertsBackward(context, weights, t, dMlp, dMlpInput, gradients, wanted)
                                   : mlpBackward(context, weights, d.mlps[0], t.mlpInput, t.mlps[0], dMlp, dMlpInput,
                                                 false, gradients, wanted);
    if (!ran) return cancelled();
    dInput = zeros();
    Matrix& source = c.parallel ? dInput : dMiddle;
    if (!(c.normBefore ? normBack(d.mlpNorm, c.parallel ? t.input : t.middle, dMlpInput, source)
                       : addTo(context, dMlpInput, source)))
        return cancelled();

    // Attention.
    if (!c.normBefore) {
        Matrix sum = zeros();
        if (!normBack(d.attentionNorm, t.attentionSum, dMiddle, sum)) return cancelled();
        dMiddle = std::move(sum);
    }
    if (!addTo(context, dMiddle, dInput)) return cancelled();
    if (c.sandwich) {
        Matrix inner = zeros();
        if (!normBack(d.afterAttention, t.projected, dMiddle, inner)) return cancelled();
        dMiddle = std::move(inner);
    }
    Matrix dAttention;
    if (!linearBackward(context, d.output, weights, t.attention, dMiddle, &dAttention, false, gradients, wanted))
        return cancelled();
    std::vector<Matrix> dQkv;
    for (const Matrix& m : t.qkv) dQkv.emplace_back(m.rows(), m.cols());
    const QkvViews v = viewsOf(c, t.qkv);
    const QkvViews g = qkvViews(c, dQkv);
    if (!attentionBackward(context, attentionShape(t), v.q, v.k, v.v, dAttention, g.q, g.k, g.v)) return cancelled();
    if (!rope.turn(context, g.q, c.heads, rows, t.length, true)
        || !rope.turn(context, g.k, c.kvHeads, rows, t.length, true))
        return cancelled();
    if (c.qkNorm) {
        if (!normHeadsBackward(context, makeNorm(c, d.qNorm, weights), t.qRaw, g.q, c.heads, c.headDim,
                               gradientOf(gradients, wanted, d.qNorm.weight, weights))
            || !normHeadsBackward(context, makeNorm(c, d.kNorm, weights), t.kRaw, g.k, c.kvHeads, c.headDim,
                                  gradientOf(gradients, wanted, d.kNorm.weight, weights)))
            return cancelled();
    }
    // Nothing below q, k and v is asked for: a learner of this block's matrices alone.
    const auto asked = [&](int parameter) {
        return gradients && parameter >= 0 && (wanted.empty() || wanted[static_cast<std::size_t>(parameter)]);
    };
    const bool further =
        dInputOrNull || (c.normBefore && (asked(d.attentionNorm.weight) || asked(d.attentionNorm.bias)));
    Matrix dAttentionInput;
    for (std::size_t i = 0; i < d.qkv.size(); ++i)
        if (!linearBackward(context, d.qkv[i], weights, t.attentionInput, dQkv[i], further ? &dAttentionInput : nullptr,
                            i > 0, gradients, wanted))
            return cancelled();
    if (!further) return {};
    if (!(c.normBefore ? normBack(d.attentionNorm, t.input, dAttentionInput, dInput)
                       : addTo(context, dAttentionInput, dInput)))
        return cancelled();
    return {};
}

bool Block::mlpBackward(const Context& context, const BlockWeights& weights, const MlpSpec& spec, MatrixView input,
                        const BlockTrace::Mlp& mlp, const Matrix& dDown, Matrix& dInput, bool add,
                        BlockWeights* gradients, const std::vector<bool>& wanted) const
{
    Matrix dProduct;
    if (!linearBackward(context, spec.down, weights, mlp.product, dDown, &dProduct, false, gradients, wanted))
        return false;
    const Index n = m_config.inner;
    std::vector<Matrix> dIn;
    for (const Matrix& m : mlp.in) dIn.emplace_back(m.rows(), m.cols());
    const RowKernels& kernels = rowKernels();
    if (!parallelFor(context, input.rows, 16, [&](Index b, Index e) {
            std::vector<float> value(static_cast<std::size_t>(n));
            for (Index r = b; r < e; ++r) {
                const float* gate = mlp.in[0].row(r).data();
                const float* d = dProduct.row(r).data();
                float* dGate = dIn[0].row(r).data();
                kernels.slope(m_config.activation, gate, dGate, n);
                if (!m_config.gated) {
                    for (Index i = 0; i < n; ++i) dGate[i] *= d[i];
                    continue;
                }
                const float* up = m_config.fusedGateUp ? gate + n : mlp.in[1].row(r).data();
                float* dUp = m_config.fusedGateUp ? dGate + n : dIn[1].row(r).data();
                kernels.activate(m_config.activation, gate, value.data(), n);
                for (Index i = 0; i < n; ++i) {
                    dUp[i] = d[i] * value[static_cast<std::size_t>(i)];
                    dGate[i] *= d[i] * up[i];
                }
            }
        }))
        return false;
    for (std::size_t i = 0; i < spec.in.size(); ++i)
        if (!linearBackward(context, spec.in[i], weights, input, dIn[i], &dInput, add || i > 0, gradients, wanted))
            return false;
    return true;
}

bool Block::expertsBackward(const Context& context, const BlockWeights& weights, const BlockTrace& t,
                            const Matrix& dOut, Matrix& dInput, BlockWeights* gradients,
                            const std::vector<bool>& wanted) const
{
    const ModelConfig& c = m_config;
    const BlockDescription& d = m_description;
    const Index rows = dOut.rows();
    dInput = Matrix(rows, c.hidden);
    // d loss / d share, then through the softmax over a token's chosen experts (which is what dividing by their sum
    // gives).
    Matrix dShares(rows, c.experts);
    std::vector<double> mean(static_cast<std::size_t>(rows), 0);
    for (std::size_t e = 0; e < d.mlps.size(); ++e) {
        const BlockTrace::Mlp& m = t.mlps[e];
        const auto n = static_cast<Index>(m.tokens.size());
        Matrix dDown(n, c.hidden);
        for (Index i = 0; i < n; ++i) {
            const auto at = static_cast<std::size_t>(i);
            const float* from = dOut.row(m.tokens[at]).data();
            float* to = dDown.row(i).data();
            for (Index j = 0; j < c.hidden; ++j) to[j] = m.shares[at] * from[j];
            const double ds = rowKernels().dot(m.down.row(i).data(), from, c.hidden);
            dShares.at(m.tokens[at], static_cast<Index>(e)) = static_cast<float>(ds);
            mean[static_cast<std::size_t>(m.tokens[at])] += static_cast<double>(m.shares[at]) * ds;
        }
        Matrix dSome;
        if (!mlpBackward(context, weights, d.mlps[e], m.input, m, dDown, dSome, false, gradients, wanted)) return false;
        for (Index i = 0; i < n; ++i) {
            const float* from = dSome.row(i).data();
            float* to = dInput.row(m.tokens[static_cast<std::size_t>(i)]).data();
            for (Index j = 0; j < c.hidden; ++j) to[j] += from[j];
        }
    }
    Matrix dRouter(rows, c.experts);
    for (std::size_t e = 0; e < d.mlps.size(); ++e)
        for (std::size_t i = 0; i < t.mlps[e].tokens.size(); ++i) {
            const Index r = t.mlps[e].tokens[i];
            const double ds =
                static_cast<double>(dShares.at(r, static_cast<Index>(e))) - mean[static_cast<std::size_t>(r)];
            dRouter.at(r, static_cast<Index>(e)) = static_cast<float>(static_cast<double>(t.mlps[e].shares[i]) * ds);
        }
    return linearBackward(context, d.router, weights, t.mlpInput, dRouter, &dInput, true, gradients, wanted);
}

} // namespace qs::model
