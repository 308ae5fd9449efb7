// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/evaluation/evaluate.h"

#include "core/exec/parallel_for.h"
#include "core/model/loss.h"
#include "core/model/row_kernels.h"

#include <algorithm>
#include <cmath>

namespace qs::model {
namespace {

double logSumExp(std::span<const float> row)
{
    const double top = static_cast<double>(*std::max_element(row.begin(), row.end()));
    double sum = 0;
    for (const float v : row) sum += std::exp(static_cast<double>(v) - top);
    return top + std::log(sum);
}

/// Every token of the windows that run together; of both models where there are two.
struct TokenFigures {
    std::vector<double> nll, reference, divergence;
    std::vector<std::uint8_t> agrees;
};

// Row r of both logits, token `next` behind it.
void compareRow(std::span<const float> row, std::span<const float> other, std::size_t next, std::size_t at, TokenFigures& out)
{
    const double all = logSumExp(row);
    const double otherAll = logSumExp(other);
    double divergence = 0;
    for (std::size_t v = 0; v < row.size(); ++v) {
        const double p = static_cast<double>(other[v]) - otherAll;
        divergence += std::exp(p) * (p - (static_cast<double>(row[v]) - all));
    }
    // The same numbers as without a reference (tokenLosses).
    const auto n = static_cast<Index>(row.size());
    out.nll[at] = rowKernels().logSumExp(row.data(), n) - static_cast<double>(row[next]);
    out.reference[at] = rowKernels().logSumExp(other.data(), n) - static_cast<double>(other[next]);
    out.divergence[at] = std::max(0.0, divergence); // rounding may leave it below
    out.agrees[at] = std::max_element(row.begin(), row.end()) - row.begin() == std::max_element(other.begin(), other.end()) - other.begin();
}

Status comparePair(const Context& context, const Head& head, const Matrix& hidden, const Head& otherHead, const Matrix& otherHidden,
                   const Tokens& tokens, TokenFigures& out)
{
    const Index length = tokens.length;
    const auto n = static_cast<std::size_t>(tokens.sequences * (length - 1));
    out.nll.assign(n, 0);
    out.reference.assign(n, 0);
    out.divergence.assign(n, 0);
    out.agrees.assign(n, 0);
    Matrix final;
    Matrix otherFinal;
    QS_TRY(head.finish(context, hidden, final));
    QS_TRY(otherHead.finish(context, otherHidden, otherFinal));
    Matrix otherLogits;
    return head.forEachLogits(context, final, [&](Index row0, Matrix& logits) -> Status {
        const auto width = static_cast<std::size_t>(otherFinal.cols());
        const MatrixView part{otherFinal.view().data.subspan(static_cast<std::size_t>(row0) * width, static_cast<std::size_t>(logits.rows()) * width), logits.rows(), otherFinal.cols()};
        QS_TRY(otherHead.logits(context, part, otherLogits));
        const bool all = parallelFor(context, logits.rows(), 1, [&](std::int64_t b, std::int64_t e) {
            for (Index i = b; i < e; ++i) {
                const Index r = row0 + i;
                const Index t = r % length;
                if (t + 1 >= length) continue;
                compareRow(std::as_const(logits).row(i), std::as_const(otherLogits).row(i), static_cast<std::size_t>(tokens.ids[static_cast<std::size_t>(r) + 1]),
                           static_cast<std::size_t>(r / length * (length - 1) + t), out);
            }
        });
        if (!all) return cancelled();
        return {};
    });
}

} // namespace

Result<Evaluation> evaluate(const Context& context, const Model& model, std::span<const std::int32_t> ids, const EvaluateOptions& options)
{
    const Index length = options.length;
    const Index stride = options.stride == 0 ? length : options.stride;
    if (length < 2 || stride < 1 || stride > length)
        return fail(Error(ErrorCode::Usage, "windows need two tokens, and a stride of at most their length").got(std::to_string(length) + " and " + std::to_string(stride)));
    const auto count = static_cast<Index>(ids.size());
    if (count < length)
        return fail(Error(ErrorCode::Lacking, "the text does not fill one window").wanted(std::to_string(length) + " tokens").got(std::to_string(count)).fix("give a longer text, or a shorter --length"));
    if (options.against && options.against->config().vocabulary != model.config().vocabulary)
        return fail(Error(ErrorCode::Mismatch, "the two models have different vocabularies").wanted(std::to_string(options.against->config().vocabulary))
                        .got(std::to_string(model.config().vocabulary)));
    const Index windows = (count - length) / stride + 1;
    const auto perWindow = static_cast<std::uint64_t>(length * std::max<Index>(1, model.config().hidden)) * sizeof(float) * (options.against ? 2 : 1);
    const Index together = std::clamp<Index>(static_cast<Index>(options.streamBytes / std::max<std::uint64_t>(1, perWindow)), 1, windows);
    QS_ASSIGN(const Head head, model.loadHead(context));
    Head otherHead;
    if (options.against) {
        QS_ASSIGN(otherHead, options.against->loadHead(context));
    }
    // All of it at once, so that a bar does not jump back when the reference's turn comes.
    if (context.progress)
        context.progress->expect(static_cast<std::uint64_t>(windows * length * (model.config().blocks + (options.against ? options.against->config().blocks : 0))));
    RunOptions run = options.run;
    RunOptions plain;
    run.announce = plain.announce = false;
    Evaluation out;
    for (Index w0 = 0; w0 < windows; w0 += together) {
        Tokens tokens;
        tokens.sequences = std::min(together, windows - w0);
        tokens.length = length;
        for (Index w = w0; w < w0 + tokens.sequences; ++w) {
            const auto window = ids.subspan(static_cast<std::size_t>(w * stride), static_cast<std::size_t>(length));
            tokens.ids.insert(tokens.ids.end(), window.begin(), window.end());
        }
        TokenFigures figures;
        QS_ASSIGN(const Matrix hidden, runModel(context, model, tokens, run));
        if (options.against) {
            QS_ASSIGN(const Matrix otherHidden, runModel(context, *options.against, tokens, plain));
            QS_TRY(comparePair(context, head, hidden, otherHead, otherHidden, tokens, figures));
        } else {
            QS_ASSIGN(figures.nll, tokenLosses(context, head, hidden, tokens));
        }
        for (Index k = 0; k < tokens.sequences; ++k) {
            const Index scored = w0 + k == 0 ? length - 1 : std::min(stride, length - 1);
            const auto end = static_cast<std::ptrdiff_t>((k + 1) * (length - 1));
            const auto begin = end - static_cast<std::ptrdiff_t>(scored);
            out.windows.push_back(out.nll.size());
            out.nll.insert(out.nll.end(), figures.nll.begin() + begin, figures.nll.begin() + end);
            if (!options.against) continue;
            out.reference.insert(out.reference.end(), figures.reference.begin() + begin, figures.reference.begin() + end);
            out.divergence.insert(out.divergence.end(), figures.divergence.begin() + begin, figures.divergence.begin() + end);
            out.agrees.insert(out.agrees.end(), figures.agrees.begin() + begin, figures.agrees.begin() + end);
        }
    }
    return out;
}

} // namespace qs::model
