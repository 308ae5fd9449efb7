// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/loss.h"

#include "core/exec/parallel_for.h"
#include "core/model/row_kernels.h"

#include <algorithm>
#include <cmath>

namespace qs::model {
namespace {

Result<std::vector<double>> losses(const Context& context, const Head& head, const Matrix& hidden, const Tokens& tokens,
                                   double scale, Matrix* dHidden)
{
    if (hidden.rows() != tokens.count() || tokens.length < 1)
        return fail(ErrorCode::Internal, "the stream does not belong to these tokens");
    const Index length = tokens.length;
    std::vector<double> out(static_cast<std::size_t>(tokens.sequences * (length - 1)));
    if (dHidden) *dHidden = Matrix(hidden.rows(), hidden.cols());
    Matrix final;
    QS_TRY(head.finish(context, hidden, final));
    QS_TRY(head.forEachLogits(context, final, [&](Index row0, Matrix& logits) -> Status {
        const Index vocabulary = logits.cols();
        Matrix d;
        if (dHidden) d = Matrix(logits.rows(), vocabulary);
        if (!parallelFor(context, logits.rows(), 1, [&](Index b, Index e) {
                for (Index i = b; i < e; ++i) {
                    const Index r = row0 + i;
                    const Index t = r % length;
                    if (t + 1 >= length) continue;
                    const auto row = logits.row(i);
                    const double all = rowKernels().logSumExp(row.data(), vocabulary);
                    const auto next = static_cast<std::size_t>(tokens.ids[static_cast<std::size_t>(r) + 1]);
                    out[static_cast<std::size_t>(r / length * (length - 1) + t)] = all - static_cast<double>(row[next]);
                    if (!dHidden) continue;
                    const auto to = d.row(i);
                    std::copy(row.begin(), row.end(), to.begin());
                    rowKernels().softmax(to.data(), vocabulary);
                    to[next] -= 1.0F;
                    for (float& v : to) v *= static_cast<float>(scale);
                }
            }))
            return cancelled();
        if (!dHidden) return {};
        const auto n = static_cast<std::size_t>(logits.rows() * hidden.cols());
        const auto at = static_cast<std::size_t>(row0 * hidden.cols());
        Matrix part;
        QS_TRY(head.backward(context, {hidden.data().subspan(at, n), logits.rows(), hidden.cols()}, logits, d, part));
        std::copy(part.data().begin(), part.data().end(), dHidden->data().begin() + static_cast<std::ptrdiff_t>(at));
        return {};
    }));
    return out;
}

} // namespace

Result<std::vector<double>> tokenLosses(const Context& context, const Head& head, const Matrix& hidden,
                                        const Tokens& tokens)
{
    return losses(context, head, hidden, tokens, 1, nullptr);
}

Result<std::vector<double>> lossGradient(const Context& context, const Head& head, const Matrix& hidden,
                                         const Tokens& tokens, double scale, Matrix& dHidden)
{
    return losses(context, head, hidden, tokens, scale, &dHidden);
}

} // namespace qs::model
