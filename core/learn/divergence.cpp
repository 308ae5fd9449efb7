// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/divergence.h"

#include "core/exec/parallel_for.h"
#include "core/model/row_kernels.h"

#include <algorithm>

namespace qs::learn {

Result<double> divergence(const Context& context, const model::Head& head, const Matrix& full, const Matrix& quantized, Matrix* dHidden)
{
    if (full.rows() != quantized.rows() || full.cols() != quantized.cols())
        return fail(ErrorCode::Internal, "the two streams are not of the same texts");
    Matrix fullFinal;
    Matrix final;
    QS_TRY(head.finish(context, full, fullFinal));
    QS_TRY(head.finish(context, quantized, final));
    if (dHidden) model::ensure(*dHidden, quantized.rows(), quantized.cols());
    std::vector<double> rows(static_cast<std::size_t>(full.rows()));
    const auto scale = static_cast<float>(1.0 / static_cast<double>(full.rows()));
    const model::RowKernels& kernels = model::rowKernels();
    Matrix wanted; // logits of the full model, then what it expects
    QS_TRY(head.forEachLogits(context, final, [&](Index row0, Matrix& logits) -> Status {
        const auto width = static_cast<std::size_t>(fullFinal.cols());
        const Index n = logits.rows();
        const MatrixView part{fullFinal.view().data.subspan(static_cast<std::size_t>(row0) * width, static_cast<std::size_t>(n) * width), n, fullFinal.cols()};
        QS_TRY(head.logits(context, part, wanted));
        const Index vocabulary = logits.cols();
        Matrix d;
        if (dHidden) d = Matrix(n, vocabulary);
        if (!parallelFor(context, n, 4, [&](Index begin, Index end) {
                std::vector<float> p(static_cast<std::size_t>(vocabulary));
                for (Index i = begin; i < end; ++i) {
                    const auto a = std::as_const(wanted).row(i);
                    const auto b = std::as_const(logits).row(i);
                    std::copy(a.begin(), a.end(), p.begin());
                    kernels.softmax(p.data(), vocabulary);
                    // Σ p (a − b) − (log Σ exp a − log Σ exp b), differences first: they are small
                    std::vector<float> apart(p.size());
                    for (std::size_t v = 0; v < p.size(); ++v) apart[v] = a[v] - b[v];
                    rows[static_cast<std::size_t>(row0 + i)] =
                        kernels.dot(p.data(), apart.data(), vocabulary) - (kernels.logSumExp(a.data(), vocabulary) - kernels.logSumExp(b.data(), vocabulary));
                    if (!dHidden) continue;
                    const auto to = d.row(i);
                    std::copy(b.begin(), b.end(), to.begin());
                    kernels.softmax(to.data(), vocabulary);
                    for (std::size_t v = 0; v < p.size(); ++v) to[v] = (to[v] - p[v]) * scale;
                }
            }))
            return cancelled();
        if (!dHidden) return {};
        const auto count = static_cast<std::size_t>(n * quantized.cols());
        const auto at = static_cast<std::size_t>(row0 * quantized.cols());
        Matrix back;
        QS_TRY(head.backward(context, {quantized.data().subspan(at, count), n, quantized.cols()}, logits, d, back));
        std::copy(back.data().begin(), back.data().end(), dHidden->data().begin() + static_cast<std::ptrdiff_t>(at));
        return {};
    }));
    double sum = 0;
    for (const double v : rows) sum += v;
    return sum;
}

} // namespace qs::learn
