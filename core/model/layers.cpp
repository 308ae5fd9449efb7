// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/layers.h"

#include "core/exec/parallel_for.h"
#include "core/linalg/gemm.h"
#include "core/model/row_kernels.h"

#include <algorithm>
#include <cmath>

namespace qs::model {
namespace {

constexpr Index kRowGrain = 64;

struct Moments {
    double mean = 0;
    double inverse = 0; ///< 1 / sqrt(variance + eps), for RMS of the second moment
};

// Sums in eight lanes of double.
double sumSquares(const float* x, Index n, double mean)
{
    double lanes[8] = {};
    Index i = 0;
    for (; i + 8 <= n; i += 8)
        for (Index l = 0; l < 8; ++l) {
            const double d = static_cast<double>(x[i + l]) - mean;
            lanes[l] += d * d;
        }
    for (Index l = 0; i < n; ++i, ++l) {
        const double d = static_cast<double>(x[i]) - mean;
        lanes[l] += d * d;
    }
    return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

Moments moments(NormKind kind, double eps, const float* x, Index n)
{
    Moments m;
    if (kind == NormKind::Layer) {
        double sum = 0;
        for (Index i = 0; i < n; ++i) sum += static_cast<double>(x[i]);
        m.mean = sum / static_cast<double>(n);
    }
    m.inverse = 1 / std::sqrt(sumSquares(x, n, m.mean) / static_cast<double>(n) + eps);
    return m;
}

// One sum per column.
using Columns = std::vector<double>;

} // namespace

void ensure(Matrix& m, Index rows, Index cols)
{
    if (m.rows() != rows || m.cols() != cols) m = Matrix(rows, cols);
}

bool NormOp::forward(const Context& context, const float* x, float* y, Index count) const
{
    const auto n = static_cast<Index>(weight.size());
    const RowKernels& rows = rowKernels();
    return parallelFor(context, count, kRowGrain, [&](Index b, Index e) {
        for (Index r = b; r < e; ++r) {
            const Moments m = moments(kind, eps, x + r * n, n);
            rows.scaleNorm(x + r * n, weight.data(), bias.empty() ? nullptr : bias.data(), static_cast<float>(m.mean),
                           static_cast<float>(m.inverse), plus, y + r * n, n);
        }
    });
}

bool NormOp::backward(const Context& context, const float* x, const float* dy, float* dx, Index count, Matrix* dWeight,
                      Matrix* dBias) const
{
    const auto n = static_cast<Index>(weight.size());
    const auto wide = static_cast<std::size_t>(n);
    struct Sums {
        Columns weight, bias;
    };
    Sums total = reduceOrdered(
        context, count, kRowGrain, Sums{},
        [&](Index b, Index e) {
            Sums part;
            if (dWeight) part.weight.assign(wide, 0);
            if (dBias) part.bias.assign(wide, 0);
            for (Index r = b; r < e; ++r) {
                const float* xr = x + r * n;
                const float* dr = dy + r * n;
                const Moments m = moments(kind, eps, xr, n);
                double sum = 0;
                double product = 0; // of the normalized row and its gradient
                for (Index i = 0; i < n; ++i) {
                    const double d =
                        static_cast<double>(dr[i])
                        * (static_cast<double>(weight[static_cast<std::size_t>(i)]) + static_cast<double>(plus));
                    const double hat = (static_cast<double>(xr[i]) - m.mean) * m.inverse;
                    sum += d;
                    product += d * hat;
                }
                const double meanGradient = kind == NormKind::Layer ? sum / static_cast<double>(n) : 0;
                product /= static_cast<double>(n);
                for (Index i = 0; i < n; ++i) {
                    const double d =
                        static_cast<double>(dr[i])
                        * (static_cast<double>(weight[static_cast<std::size_t>(i)]) + static_cast<double>(plus));
                    const double hat = (static_cast<double>(xr[i]) - m.mean) * m.inverse;
                    dx[r * n + i] += static_cast<float>(m.inverse * (d - meanGradient - hat * product));
                    if (dWeight) part.weight[static_cast<std::size_t>(i)] += static_cast<double>(dr[i]) * hat;
                    if (dBias) part.bias[static_cast<std::size_t>(i)] += static_cast<double>(dr[i]);
                }
            }
            return part;
        },
        [](Sums& all, const Sums& part) {
            const auto add = [](Columns& to, const Columns& from) {
                if (to.empty())
                    to = from;
                else
                    for (std::size_t i = 0; i < from.size(); ++i) to[i] += from[i];
            };
            add(all.weight, part.weight);
            add(all.bias, part.bias);
        });
    if (context.stopped()) return false;
    const auto give = [](Matrix* to, const Columns& from) {
        if (!to) return;
        for (std::size_t i = 0; i < from.size(); ++i)
            to->data()[i] = static_cast<float>(static_cast<double>(to->data()[i]) + from[i]);
    };
    give(dWeight, total.weight);
    give(dBias, total.bias);
    return true;
}

NormOp makeNorm(const ModelConfig& config, const NormSpec& spec, const BlockWeights& weights)
{
    NormOp op;
    op.kind = config.norm;
    op.eps = config.eps;
    op.plus = config.normPlusOne ? 1.0F : 0.0F;
    op.weight = weights[static_cast<std::size_t>(spec.weight)].data();
    if (spec.bias >= 0) op.bias = weights[static_cast<std::size_t>(spec.bias)].data();
    return op;
}

bool linearForward(const Context& context, const LinearSpec& spec, const BlockWeights& weights, MatrixView x, Matrix& y)
{
    const Matrix& w = weights[static_cast<std::size_t>(spec.weight)];
    ensure(y, x.rows, spec.out);
    if (spec.bias >= 0) {
        const auto bias = weights[static_cast<std::size_t>(spec.bias)].data();
        if (!parallelFor(context, x.rows, kRowGrain, [&](Index b, Index e) {
                for (Index r = b; r < e; ++r) std::copy(bias.begin(), bias.end(), y.row(r).begin());
            }))
            return false;
    }
    return linalg::gemm(context, x.rows, spec.out, spec.in, linalg::plain(x), linalg::transposed(w), y.data().data(),
                        spec.out, spec.bias >= 0);
}

bool linearBackward(const Context& context, const LinearSpec& spec, const BlockWeights& weights, MatrixView x,
                    MatrixView dy, Matrix* dx, bool add, BlockWeights* gradients, const std::vector<bool>& wanted)
{
    const Matrix& w = weights[static_cast<std::size_t>(spec.weight)];
    if (dx) {
        if (!add) ensure(*dx, x.rows, spec.in);
        if (!linalg::gemm(context, x.rows, spec.in, spec.out, linalg::plain(dy), linalg::plain(w), dx->data().data(),
                          spec.in, add))
            return false;
    }
    if (Matrix* dw = gradientOf(gradients, wanted, spec.weight, weights))
        if (!linalg::gemm(context, spec.out, spec.in, x.rows, linalg::transposed(dy), linalg::plain(x),
                          dw->data().data(), spec.in, true))
            return false;
    if (Matrix* db = gradientOf(gradients, wanted, spec.bias, weights)) {
        return parallelFor(context, spec.out, 256, [&](Index b, Index e) {
            Columns sum(static_cast<std::size_t>(e - b), 0);
            for (Index r = 0; r < dy.rows; ++r) {
                const auto row = dy.row(r).subspan(static_cast<std::size_t>(b), sum.size());
                for (std::size_t i = 0; i < row.size(); ++i) sum[i] += static_cast<double>(row[i]);
            }
            for (Index i = b; i < e; ++i) {
                float& to = db->at(0, i);
                to = static_cast<float>(static_cast<double>(to) + sum[static_cast<std::size_t>(i - b)]);
            }
        });
    }
    return !context.stopped();
}

RopeTable::RopeTable(const Rope& rope, Index length) : features(rope.features), neighbours(rope.neighbours)
{
    const auto half = static_cast<Index>(rope.frequencies.size());
    cosine = Matrix(length, half);
    sine = Matrix(length, half);
    for (Index t = 0; t < length; ++t)
        for (Index i = 0; i < half; ++i) {
            const double angle =
                static_cast<double>(t) * static_cast<double>(rope.frequencies[static_cast<std::size_t>(i)]);
            cosine.at(t, i) = static_cast<float>(std::cos(angle));
            sine.at(t, i) = static_cast<float>(std::sin(angle));
        }
}

bool RopeTable::turn(const Context& context, HeadView x, Index heads, Index rows, Index length, bool back) const
{
    const Index half = features / 2;
    if (half == 0) return true;
    return parallelFor(context, rows, kRowGrain, [&](Index b, Index e) {
        for (Index r = b; r < e; ++r) {
            const float* c = cosine.row(r % length).data();
            const float* s = sine.row(r % length).data();
            for (Index h = 0; h < heads; ++h) {
                float* v = x.at(r, h);
                for (Index i = 0; i < half; ++i) {
                    float& p = neighbours ? v[2 * i] : v[i];
                    float& q = neighbours ? v[2 * i + 1] : v[i + half];
                    const float turned = back ? -s[i] : s[i];
                    const float p0 = p;
                    p = p0 * c[i] - q * turned;
                    q = q * c[i] + p0 * turned;
                }
            }
        }
    });
}

bool addTo(const Context& context, MatrixView from, Matrix& to)
{
    return parallelFor(context, static_cast<Index>(from.data.size()), Index(1) << 16, [&](Index b, Index e) {
        const float* f = from.data.data();
        float* t = to.data().data();
        for (Index i = b; i < e; ++i) t[i] += f[i];
    });
}

Matrix* gradientOf(BlockWeights* gradients, const std::vector<bool>& wanted, int parameter, const BlockWeights& weights)
{
    if (!gradients || parameter < 0) return nullptr;
    const auto i = static_cast<std::size_t>(parameter);
    if (!wanted.empty() && !wanted[i]) return nullptr;
    if (gradients->size() < weights.size()) gradients->resize(weights.size());
    ensure((*gradients)[i], weights[i].rows(), weights[i].cols());
    return &(*gradients)[i];
}

} // namespace qs::model
