// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/block.h"

#include "core/exec/parallel_for.h"
#include "core/model/row_kernels.h"

#include <algorithm>
#include <numeric>

namespace qs::model {
namespace {

constexpr Index kRowGrain = 64;

bool copyTo(const Context& context, MatrixView from, Matrix& to)
{
    ensure(to, from.rows, from.cols);
    return parallelFor(context, static_cast<Index>(from.data.size()), Index(1) << 16, [&](Index b, Index e) {
        std::copy(from.data.begin() + b, from.data.begin() + e, to.data().begin() + b);
    });
}

// to = a + b
bool sumOf(const Context& context, const Matrix& a, const Matrix& b, Matrix& to)
{
    ensure(to, a.rows(), a.cols());
    return parallelFor(context, static_cast<Index>(a.data().size()), Index(1) << 16, [&](Index begin, Index end) {
        const float* x = a.data().data();
        const float* y = b.data().data();
        float* z = to.data().data();
        for (Index i = begin; i < end; ++i) z[i] = x[i] + y[i];
    });
}

// Each head of q or k through the norm, in place; what it was goes to `raw` [rows, heads·headDim].
bool normHeads(const Context& context, const NormOp& norm, HeadView x, Index heads, Index headDim, Index rows,
               Matrix& raw)
{
    ensure(raw, rows, heads * headDim);
    return parallelFor(context, rows, kRowGrain, [&](Index b, Index e) {
        std::vector<float> out(static_cast<std::size_t>(headDim));
        const Context here; // one vector at a time, in this thread
        for (Index r = b; r < e; ++r)
            for (Index h = 0; h < heads; ++h) {
                float* v = x.at(r, h);
                std::copy_n(v, headDim, raw.row(r).data() + h * headDim);
                norm.forward(here, v, out.data(), 1);
                std::copy(out.begin(), out.end(), v);
            }
    });
}

} // namespace

QkvViews qkvViews(const ModelConfig& c, std::vector<Matrix>& m)
{
    const Index d = c.headDim;
    const auto view = [&](Matrix& x, Index offset, Index step) {
        return HeadView{x.data().data() + offset, x.cols(), step};
    };
    switch (c.qkv) {
    case QkvLayout::Separate: break;
    case QkvLayout::Stacked:
        return {view(m[0], 0, d), view(m[0], c.heads * d, d), view(m[0], (c.heads + c.kvHeads) * d, d)};
    case QkvLayout::PerHead: return {view(m[0], 0, 3 * d), view(m[0], d, 3 * d), view(m[0], 2 * d, 3 * d)};
    }
    return {view(m[0], 0, d), view(m[1], 0, d), view(m[2], 0, d)};
}

AttentionShape Block::attentionShape(const BlockTrace& trace) const
{
    AttentionShape s;
    s.sequences = trace.sequences;
    s.length = trace.length;
    s.heads = m_config.heads;
    s.kvHeads = m_config.kvHeads;
    s.headDim = m_config.headDim;
    s.window = m_description.window;
    s.scale = static_cast<float>(m_config.attentionScale);
    s.cap = static_cast<float>(m_config.attentionCap);
    return s;
}

Status Block::forward(const Context& context, const BlockWeights& weights, const RopeTable& rope,
                      const BlockOptions& options, BlockTrace& t) const
{
    const ModelConfig& c = m_config;
    const BlockDescription& d = m_description;
    const Index rows = t.sequences * t.length;
    if (t.input.rows() != rows || t.input.cols() != c.hidden || weights.size() != d.parameters.size())
        return fail(ErrorCode::Internal, "a block was given an input or weights of another shape");
    const auto sequence = [&](Index row) { return row / t.length; };
    const auto see = [&](std::span<const LinearSpec* const> layers, MatrixView x) -> Status {
        if (!options.observer) return {};
        return options.observer({layers, d.index, x, options.firstToken, {}});
    };
    const auto normed = [&](const NormSpec& spec, const Matrix& x, Matrix& y) {
        ensure(y, rows, c.hidden);
        return makeNorm(c, spec, weights).forward(context, x.data().data(), y.data().data(), rows);
    };

    // Attention.
    if (!(c.normBefore ? normed(d.attentionNorm, t.input, t.attentionInput)
                       : copyTo(context, t.input, t.attentionInput)))
        return cancelled();
    std::vector<const LinearSpec*> readers;
    for (const auto& l : d.qkv) readers.push_back(&l);
    QS_TRY(see(readers, t.attentionInput));
    if (!quantizeActivations(context, options.activations, t.attentionInput, sequence)) return cancelled();
    t.qkv.resize(d.qkv.size());
    for (std::size_t i = 0; i < d.qkv.size(); ++i)
        if (!linearForward(context, d.qkv[i], weights, t.attentionInput, t.qkv[i])) return cancelled();
    const QkvViews v = qkvViews(c, t.qkv);
    if (c.qkNorm) {
        if (!normHeads(context, makeNorm(c, d.qNorm, weights), v.q, c.heads, c.headDim, rows, t.qRaw)
            || !normHeads(context, makeNorm(c, d.kNorm, weights), v.k, c.kvHeads, c.headDim, rows, t.kRaw))
            return cancelled();
    }
    if (!rope.turn(context, v.q, c.heads, rows, t.length, false)
        || !rope.turn(context, v.k, c.kvHeads, rows, t.length, false))
        return cancelled();
    if (options.kv8)
        if (!quantizeHeads(context, v.k, c.kvHeads, c.headDim, rows)
            || !quantizeHeads(context, v.v, c.kvHeads, c.headDim, rows))
            return cancelled();
    if (!attentionForward(context, attentionShape(t), v.q, v.k, v.v, t.attention)) return cancelled();
    const LinearSpec* output = &d.output;
    QS_TRY(see({&output, 1}, t.attention));
    if (!quantizeActivations(context, options.activations, t.attention, sequence)) return cancelled();
    Matrix& projected = t.projected;
    if (!linearForward(context, d.output, weights, t.attention, projected)) return cancelled();
    const Matrix* given = &projected;
    if (c.sandwich) {
        if (!normed(d.afterAttention, projected, t.attentionSum)) return cancelled();
        given = &t.attentionSum;
    }
    if (c.normBefore) {
        if (!sumOf(context, t.input, *given, t.middle)) return cancelled();
    } else if (!sumOf(context, t.input, *given, t.attentionSum) || !normed(d.attentionNorm, t.attentionSum, t.middle)) {
        return cancelled();
    }

    // MLP.
    const Matrix& from = c.parallel ? t.input : t.middle;
    if (!(c.normBefore ? normed(d.mlpNorm, from, t.mlpInput) : copyTo(context, from, t.mlpInput))) return cancelled();
    Status observed;
    t.mlps.resize(d.mlps.size());
    if (c.experts > 0) {
        if (!expertsForward(context, weights, options, t, observed)) return cancelled();
        QS_TRY(std::move(observed));
    } else {
        readers.clear();
        for (const auto& l : d.mlps[0].in) readers.push_back(&l);
        QS_TRY(see(readers, t.mlpInput));
        if (!quantizeActivations(context, options.activations, t.mlpInput, sequence)) return cancelled();
        const bool ran = mlpForward(context, weights, options, d.mlps[0], t.mlpInput, t.mlps[0], t.length, observed);
        QS_TRY(std::move(observed));
        if (!ran) return cancelled();
    }
    const Matrix* mlp = c.experts > 0 ? &t.mlpOutput : &t.mlps[0].down;
    if (c.sandwich) {
        if (!normed(d.afterMlp, *mlp, t.mlpSum)) return cancelled();
        mlp = &t.mlpSum;
    }
    if (c.normBefore) {
        if (!sumOf(context, t.middle, *mlp, t.output)) return cancelled();
    } else if (!sumOf(context, t.middle, *mlp, t.mlpSum) || !normed(d.mlpNorm, t.mlpSum, t.output)) {
        return cancelled();
    }
    return {};
}

bool Block::mlpForward(const Context& context, const BlockWeights& weights, const BlockOptions& options,
                       const MlpSpec& spec, MatrixView input, BlockTrace::Mlp& mlp, Index length,
                       Status& observed) const
{
    mlp.in.resize(spec.in.size());
    for (std::size_t i = 0; i < spec.in.size(); ++i)
        if (!linearForward(context, spec.in[i], weights, input, mlp.in[i])) return false;
    const Index n = m_config.inner;
    ensure(mlp.product, input.rows, n);
    const RowKernels& rows = rowKernels();
    if (!parallelFor(context, input.rows, 16, [&](Index b, Index e) {
            for (Index r = b; r < e; ++r) {
                float* y = mlp.product.row(r).data();
                rows.activate(m_config.activation, mlp.in[0].row(r).data(), y, n);
                if (!m_config.gated) continue;
                const float* up = m_config.fusedGateUp ? mlp.in[0].row(r).data() + n : mlp.in[1].row(r).data();
                for (Index i = 0; i < n; ++i) y[i] *= up[i];
            }
        }))
        return false;
    if (options.observer) {
        const LinearSpec* down = &spec.down;
        std::vector<Index> tokens(mlp.tokens);
        for (Index& t : tokens) t += options.firstToken;
        observed = options.observer({{&down, 1}, m_description.index, mlp.product, options.firstToken, tokens});
        if (!observed) return false;
    }
    const bool expert = spec.down.expert >= 0;
    const auto sequence = [&](Index row) {
        return (expert ? mlp.tokens[static_cast<std::size_t>(row)] : row) / length;
    };
    if (!quantizeActivations(context, options.activations, mlp.product, sequence)) return false;
    return linearForward(context, spec.down, weights, mlp.product, mlp.down);
}

bool Block::expertsForward(const Context& context, const BlockWeights& weights, const BlockOptions& options,
                           BlockTrace& t, Status& observed) const
{
    const ModelConfig& c = m_config;
    const BlockDescription& d = m_description;
    const Index rows = t.mlpInput.rows();
    if (options.observer) {
        const LinearSpec* router = &d.router;
        observed = options.observer({{&router, 1}, d.index, t.mlpInput, options.firstToken, {}});
        if (!observed) return true;
    }
    // What the experts' layers are seen to read is the input before it is rounded.
    Matrix exact;
    if (options.observer && options.activations != ActivationQuant::None) exact = t.mlpInput;
    if (!quantizeActivations(context, options.activations, t.mlpInput, [&](Index row) { return row / t.length; }))
        return false;
    if (!linearForward(context, d.router, weights, t.mlpInput, t.routerProbabilities)) return false;
    for (auto& m : t.mlps) {
        m.tokens.clear();
        m.shares.clear();
    }
    std::vector<Index> order(static_cast<std::size_t>(c.experts));
    for (Index r = 0; r < rows; ++r) {
        const auto p = t.routerProbabilities.row(r);
        rowKernels().softmax(p.data(), c.experts);
        std::iota(order.begin(), order.end(), Index(0));
        std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
            return p[static_cast<std::size_t>(a)] > p[static_cast<std::size_t>(b)];
        });
        float sum = 0;
        for (Index i = 0; i < c.expertsPerToken; ++i)
            sum += p[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])];
        for (Index i = 0; i < c.expertsPerToken; ++i) {
            const auto e = static_cast<std::size_t>(order[static_cast<std::size_t>(i)]);
            t.mlps[e].tokens.push_back(r);
            t.mlps[e].shares.push_back(p[e] / sum);
        }
    }
    ensure(t.mlpOutput, rows, c.hidden);
    std::fill(t.mlpOutput.data().begin(), t.mlpOutput.data().end(), 0.0F);
    for (std::size_t e = 0; e < d.mlps.size(); ++e) {
        BlockTrace::Mlp& m = t.mlps[e];
        const auto gather = [&](const Matrix& all, Matrix& some) {
            ensure(some, static_cast<Index>(m.tokens.size()), c.hidden);
            for (std::size_t i = 0; i < m.tokens.size(); ++i)
                std::copy_n(all.row(m.tokens[i]).begin(), c.hidden, some.row(static_cast<Index>(i)).begin());
        };
        gather(t.mlpInput, m.input);
        if (options.observer) {
            Matrix before;
            if (exact.rows() > 0) gather(exact, before);
            std::vector<const LinearSpec*> readers;
            for (const auto& l : d.mlps[e].in) readers.push_back(&l);
            std::vector<Index> tokens(m.tokens);
            for (Index& token : tokens) token += options.firstToken;
            observed =
                options.observer({readers, d.index, exact.rows() > 0 ? before : m.input, options.firstToken, tokens});
            if (!observed) return true;
        }
        const bool ran = mlpForward(context, weights, options, d.mlps[e], m.input, m, t.length, observed);
        if (!observed) return true;
        if (!ran) return false;
        for (std::size_t i = 0; i < m.tokens.size(); ++i) {
            const float* y = m.down.row(static_cast<Index>(i)).data();
            float* to = t.mlpOutput.row(m.tokens[i]).data();
            for (Index j = 0; j < c.hidden; ++j) to[j] += m.shares[i] * y[j];
        }
    }
    return !context.stopped();
}

} // namespace qs::model
