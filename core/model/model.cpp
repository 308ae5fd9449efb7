// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model.h"

#include "core/exec/parallel_for.h"
#include "core/linalg/gemm.h"
#include "core/model/row_kernels.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace qs::model {
namespace {

constexpr Index kLogitFloats = Index(1) << 24; // of one chunk: enough rows to pay for packing the head

Status checkShape(const WeightSource& weights, const std::string& name, Index rows, Index cols)
{
    const auto found = weights.shape(name);
    if (!found)
        return fail(Error(ErrorCode::NotFound, "the model can't be run: a tensor of its architecture is missing")
                        .ofTensor(name)
                        .fix("open the complete model (every shard, not a part or an adapter)"));
    if (found->rows != rows || found->cols != cols)
        return fail(Error(ErrorCode::Malformed, "this tensor does not have the shape that the model's settings say")
                        .ofTensor(weights.storedName(name))
                        .wanted("[" + std::to_string(rows) + ", " + std::to_string(cols) + "]")
                        .got("[" + std::to_string(found->rows) + ", " + std::to_string(found->cols) + "]"));
    return {};
}

} // namespace

Tokens windowsOf(std::span<const std::int32_t> ids, Index length)
{
    Tokens t;
    t.length = length;
    t.sequences = length > 0 ? static_cast<Index>(ids.size()) / length : 0;
    t.ids.assign(ids.begin(), ids.begin() + t.count());
    return t;
}

Result<std::shared_ptr<const Model>> Model::open(std::shared_ptr<const io::ModelSource> source)
{
    QS_ASSIGN(auto config, readConfig(*source));
    const std::string path = source->path.string();
    auto weights = std::make_shared<SourceWeights>(std::move(source), config.architecture);
    auto model = make(std::move(config), std::move(weights));
    if (!model && model.error().file.empty()) model.error().file = path;
    return model;
}

Result<std::shared_ptr<const Model>> Model::make(ModelConfig config, std::shared_ptr<const WeightSource> weights)
{
    auto model = std::shared_ptr<Model>(new Model);
    model->m_outer = describeOuter(config);
    const OuterNames& o = model->m_outer;
    // GGUF files need not say it.
    if (const auto embedding = weights->shape(o.embedding)) config.vocabulary = embedding->rows;
    QS_TRY(checkShape(*weights, o.embedding, config.vocabulary, config.embedWidth));
    QS_TRY(checkShape(*weights, o.head, config.vocabulary, config.embedWidth));
    if (!o.positions.empty()) {
        const auto found = weights->shape(o.positions);
        QS_TRY(checkShape(*weights, o.positions, found ? found->rows : config.positions, config.hidden));
        config.positions = std::max<Index>(0, found->rows - config.positionOffset);
    }
    if (!o.projectIn.empty()) {
        QS_TRY(checkShape(*weights, o.projectIn, config.hidden, config.embedWidth));
        QS_TRY(checkShape(*weights, o.projectOut, config.embedWidth, config.hidden));
    }
    if (!o.finalNorm.empty()) {
        QS_TRY(checkShape(*weights, o.finalNorm + ".weight", 1, config.hidden));
        if (config.norm == NormKind::Layer) QS_TRY(checkShape(*weights, o.finalNorm + ".bias", 1, config.hidden));
    }
    for (Index b = 0; b < config.blocks; ++b)
        for (const auto& p : describeBlock(config, b).parameters) QS_TRY(checkShape(*weights, p.name, p.rows, p.cols));
    model->m_config = std::move(config);
    model->m_weights = std::move(weights);
    return std::shared_ptr<const Model>(std::move(model));
}

std::uint64_t Model::blockBytes() const
{
    std::uint64_t n = 0;
    for (const auto& p : describeBlock(m_config, 0).parameters)
        n += static_cast<std::uint64_t>(p.rows) * static_cast<std::uint64_t>(p.cols) * sizeof(float);
    return n;
}

Result<BlockWeights> Model::loadBlock(Index index, const Context& context) const
{
    const BlockDescription d = describeBlock(m_config, index);
    BlockWeights out;
    for (const auto& p : d.parameters) {
        QS_ASSIGN(auto m, m_weights->read(p.name, context));
        if (m.rows() != p.rows || m.cols() != p.cols)
            return fail(Error(ErrorCode::Mismatch, "the source of weights gave another shape").ofTensor(p.name));
        out.push_back(std::move(m));
    }
    return out;
}

Result<Head> Model::loadHead(const Context& context) const
{
    Head h;
    h.m_config = m_config;
    if (!m_outer.finalNorm.empty()) {
        QS_ASSIGN(auto weight, m_weights->read(m_outer.finalNorm + ".weight", context));
        h.m_norm.push_back(std::move(weight));
        h.m_normSpec.weight = 0;
        if (m_config.norm == NormKind::Layer) {
            QS_ASSIGN(auto bias, m_weights->read(m_outer.finalNorm + ".bias", context));
            h.m_norm.push_back(std::move(bias));
            h.m_normSpec.bias = 1;
        }
    }
    if (!m_outer.projectOut.empty()) { QS_ASSIGN(h.m_projectOut, m_weights->read(m_outer.projectOut, context)); }
    QS_ASSIGN(h.m_head, m_weights->read(m_outer.head, context));
    return h;
}

Result<Matrix> Model::embed(const Tokens& tokens, const Context& context) const
{
    const ModelConfig& c = m_config;
    if (tokens.length <= 0 || tokens.sequences <= 0 || static_cast<Index>(tokens.ids.size()) != tokens.count())
        return fail(Error(ErrorCode::Usage, "there are no tokens to run"));
    if (c.positionOffset >= 0 && tokens.length > c.positions)
        return fail(Error(ErrorCode::Lacking, "the text is longer than the model's positions")
                        .wanted("at most " + std::to_string(c.positions) + " tokens")
                        .got(std::to_string(tokens.length)));
    std::vector<std::int32_t> distinct(tokens.ids);
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    for (const std::int32_t id : {distinct.front(), distinct.back()})
        if (id < 0 || id >= c.vocabulary)
            return fail(Error(ErrorCode::Malformed, "a token id is not in the model's vocabulary")
                            .wanted("0 to " + std::to_string(c.vocabulary - 1))
                            .got(std::to_string(id)));
    Matrix rows(static_cast<Index>(distinct.size()), c.embedWidth);
    std::mutex mutex;
    Status first;
    // The first alone: a replaced embedding is decoded by it, once for all.
    QS_TRY(m_weights->readRow(m_outer.embedding, distinct.front(), rows.row(0)));
    if (!parallelFor(context, rows.rows(), 16, [&](Index b, Index e) {
            for (Index i = b; i < e; ++i)
                if (auto s = m_weights->readRow(m_outer.embedding, distinct[static_cast<std::size_t>(i)], rows.row(i));
                    !s) {
                    const std::lock_guard lock(mutex);
                    if (first) first = std::move(s);
                    return;
                }
        }))
        return cancelled();
    QS_TRY(std::move(first));
    const auto scale = static_cast<float>(c.embedScale);
    if (c.embedScale != 1)
        for (float& v : rows.data()) v *= scale;
    if (!m_outer.projectIn.empty()) {
        QS_ASSIGN(const Matrix project, m_weights->read(m_outer.projectIn, context));
        Matrix wide(rows.rows(), c.hidden);
        if (!linalg::gemm(context, rows.rows(), c.hidden, c.embedWidth, linalg::plain(rows),
                          linalg::transposed(project), wide.data().data(), c.hidden))
            return cancelled();
        rows = std::move(wide);
    }
    Matrix positions;
    if (!m_outer.positions.empty()) {
        positions = Matrix(tokens.length, c.hidden);
        for (Index t = 0; t < tokens.length; ++t)
            QS_TRY(m_weights->readRow(m_outer.positions, c.positionOffset + t, positions.row(t)));
    }
    Matrix out(tokens.count(), c.hidden);
    if (!parallelFor(context, out.rows(), 64, [&](Index b, Index e) {
            for (Index r = b; r < e; ++r) {
                const auto at =
                    std::lower_bound(distinct.begin(), distinct.end(), tokens.ids[static_cast<std::size_t>(r)])
                    - distinct.begin();
                const auto from = rows.row(at);
                const auto to = out.row(r);
                std::copy(from.begin(), from.end(), to.begin());
                if (positions.rows() == 0) continue;
                const auto p = positions.row(r % tokens.length);
                for (std::size_t i = 0; i < to.size(); ++i) to[i] += p[i];
            }
        }))
        return cancelled();
    return out;
}

Status Head::finish(const Context& context, MatrixView hidden, Matrix& final) const
{
    Matrix normed;
    Matrix& first = m_projectOut.rows() > 0 ? normed : final;
    ensure(first, hidden.rows, hidden.cols);
    if (m_normSpec.present()) {
        if (!makeNorm(m_config, m_normSpec, m_norm)
                 .forward(context, hidden.data.data(), first.data().data(), hidden.rows))
            return cancelled();
    } else {
        std::copy(hidden.data.begin(), hidden.data.end(), first.data().begin());
    }
    if (m_projectOut.rows() == 0) return {};
    ensure(final, hidden.rows, m_projectOut.rows());
    if (!linalg::gemm(context, hidden.rows, m_projectOut.rows(), hidden.cols, linalg::plain(normed),
                      linalg::transposed(m_projectOut), final.data().data(), final.cols()))
        return cancelled();
    return {};
}

Status Head::logits(const Context& context, MatrixView final, Matrix& out) const
{
    const Index vocabulary = m_head.rows();
    ensure(out, final.rows, vocabulary);
    if (!linalg::gemm(context, final.rows, vocabulary, m_head.cols(), linalg::plain(final), linalg::transposed(m_head),
                      out.data().data(), vocabulary))
        return cancelled();
    if (m_config.logitCap > 0)
        if (!parallelFor(context, out.rows(), 1, [&](Index b, Index e) {
                for (Index r = b; r < e; ++r)
                    rowKernels().softCap(out.row(r).data(), vocabulary, static_cast<float>(m_config.logitCap));
            }))
            return cancelled();
    return {};
}

Status Head::forEachLogits(const Context& context, MatrixView final,
                           const std::function<Status(Index row0, Matrix& logits)>& body) const
{
    const Index step = std::max<Index>(32, kLogitFloats / std::max<Index>(1, vocabulary()));
    Matrix chunk;
    for (Index r = 0; r < final.rows; r += step) {
        const Index n = std::min(step, final.rows - r);
        QS_TRY(logits(
            context,
            {final.data.subspan(static_cast<std::size_t>(r * final.cols), static_cast<std::size_t>(n * final.cols)), n,
             final.cols},
            chunk));
        QS_TRY(body(r, chunk));
    }
    return {};
}

Status Head::backward(const Context& context, MatrixView hidden, MatrixView logits, Matrix& dLogits,
                      Matrix& dHidden) const
{
    const Index n = hidden.rows;
    if (m_config.logitCap > 0) {
        const auto cap = static_cast<float>(m_config.logitCap);
        for (std::size_t i = 0; i < dLogits.data().size(); ++i) {
            const float c = logits.data[i] / cap;
            dLogits.data()[i] *= 1.0F - c * c;
        }
    }
    Matrix dFinal(n, m_head.cols());
    if (!linalg::gemm(context, n, m_head.cols(), m_head.rows(), linalg::plain(dLogits), linalg::plain(m_head),
                      dFinal.data().data(), dFinal.cols()))
        return cancelled();
    if (m_projectOut.rows() > 0) {
        Matrix wide(n, m_projectOut.cols());
        if (!linalg::gemm(context, n, m_projectOut.cols(), m_projectOut.rows(), linalg::plain(dFinal),
                          linalg::plain(m_projectOut), wide.data().data(), wide.cols()))
            return cancelled();
        dFinal = std::move(wide);
    }
    if (!m_normSpec.present()) {
        dHidden = std::move(dFinal);
        return {};
    }
    dHidden = Matrix(n, hidden.cols);
    if (!makeNorm(m_config, m_normSpec, m_norm)
             .backward(context, hidden.data.data(), dFinal.data().data(), dHidden.data().data(), n, nullptr, nullptr))
        return cancelled();
    return {};
}

} // namespace qs::model
