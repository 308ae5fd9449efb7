// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/output_error/output_error.h"

#include "core/exec/parallel_for.h"

#include <Eigen/Core>
#include <algorithm>
#include <vector>

namespace qs::metrics {
namespace {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
constexpr Index kTile = 32; ///< rows that share one pass over Σ

// Σ over rows x of x Σ xᵀ = Σ 2·x U xᵀ + x D xᵀ with U the part above the diagonal D.
double quadratic(const RowMatrix& rows, const InputMoments& m)
{
    const Index in = rows.cols();
    if (m.sigma.empty()) {
        double sum = 0;
        for (Index r = 0; r < rows.rows(); ++r)
            for (Index i = 0; i < in; ++i) sum += rows(r, i) * rows(r, i) * static_cast<double>(m.meanSquare[static_cast<std::size_t>(i)]);
        return sum;
    }
    const Eigen::Map<const RowMatrix> sigma(m.sigma.data(), in, in);
    const RowMatrix above = rows * sigma.triangularView<Eigen::StrictlyUpper>();
    return 2 * above.cwiseProduct(rows).sum() + (rows.cwiseProduct(rows) * sigma.diagonal()).sum();
}

Status checkWidth(const InputMoments& inputs, Index cols)
{
    const auto width = static_cast<std::size_t>(cols);
    if (inputs.sigma.empty() ? inputs.meanSquare.size() != width : inputs.sigma.size() != width * width)
        return fail(ErrorCode::Mismatch, "the calibration is of a layer with another number of inputs");
    return {};
}

// `decodeRow(r, out)` gives the decoded values of one row.
template <class DecodeRow>
Status addError(WeightError& error, const RowSource& original, const DecodeRow& decodeRow, const InputMoments& inputs, const Context& context)
{
    if (!inputs.known()) return {};
    const Index cols = original.cols();
    const auto width = static_cast<std::size_t>(cols);
    QS_TRY(checkWidth(inputs, cols));
    struct Part {
        double error = 0;
        double energy = 0;
        Status state;
    };
    Part total = reduceOrdered(
        context, original.rows(), kTile, Part{},
        [&](Index b, Index e) {
            Part part;
            std::span<const float> tile = original.rowsInMemory(b, e - b);
            std::vector<float> read;
            if (tile.empty()) {
                read.resize(static_cast<std::size_t>(e - b) * width);
                part.state = original.readRows(b, read);
                if (!part.state) return part;
                tile = read;
            }
            RowMatrix weights(e - b, cols);
            RowMatrix errors(e - b, cols);
            std::vector<float> decoded(width);
            for (Index r = b; r < e; ++r) {
                decodeRow(r, std::span<float>(decoded));
                const auto row = tile.subspan(static_cast<std::size_t>(r - b) * width, width);
                for (std::size_t i = 0; i < width; ++i) {
                    weights(r - b, static_cast<Index>(i)) = static_cast<double>(row[i]);
                    errors(r - b, static_cast<Index>(i)) = static_cast<double>(decoded[i]) - static_cast<double>(row[i]);
                }
            }
            part.error = quadratic(errors, inputs);
            part.energy = quadratic(weights, inputs);
            return part;
        },
        [](Part& t, Part& p) {
            if (t.state && !p.state) t.state = std::move(p.state);
            t.error += p.error;
            t.energy += p.energy;
        });
    if (context.stopped()) return cancelled();
    if (!total.state) return fail(std::move(total.state.error()));
    error.outputLayers = 1;
    error.sumOutputError = total.error < 0 ? 0 : total.error; // Σ is positive semidefinite up to rounding
    error.sumOutput = total.energy;
    return {};
}

} // namespace

Status addOutputError(WeightError& error, const RowSource& original, const quant::Decoder& decoder, const InputMoments& inputs, const Context& context)
{
    return addError(error, original, [&](Index r, std::span<float> out) { decoder.decodeRow(r, out); }, inputs, context);
}

Status addOutputError(WeightError& error, MatrixView original, MatrixView decoded, const InputMoments& inputs, const Context& context)
{
    if (original.rows != decoded.rows || original.cols != decoded.cols)
        return fail(ErrorCode::Mismatch, "the two matrices are of different shapes");
    const auto copyRow = [&](Index r, std::span<float> out) {
        const auto row = decoded.row(r);
        std::copy(row.begin(), row.end(), out.begin());
    };
    return addError(error, MatrixRows(original), copyRow, inputs, context);
}

Result<Matrix> outputContributions(MatrixView original, MatrixView decoded, const InputMoments& inputs, const Context& context)
{
    if (original.rows != decoded.rows || original.cols != decoded.cols)
        return fail(ErrorCode::Mismatch, "the two matrices are of different shapes");
    const Index cols = original.cols;
    if (!inputs.known()) return fail(ErrorCode::Lacking, "nothing is known of the layer's inputs");
    QS_TRY(checkWidth(inputs, cols));
    Matrix out(original.rows, cols);
    const bool all = parallelFor(context, original.rows, kTile, [&](Index b, Index e) {
        RowMatrix errors(e - b, cols);
        for (Index r = b; r < e; ++r) {
            const auto w = original.row(r);
            const auto v = decoded.row(r);
            for (Index c = 0; c < cols; ++c)
                errors(r - b, c) = static_cast<double>(v[static_cast<std::size_t>(c)]) - static_cast<double>(w[static_cast<std::size_t>(c)]);
        }
        RowMatrix weighted;
        if (inputs.sigma.empty()) {
            weighted = errors;
            for (Index c = 0; c < cols; ++c) weighted.col(c) *= static_cast<double>(inputs.meanSquare[static_cast<std::size_t>(c)]);
        } else {
            const Eigen::Map<const RowMatrix> sigma(inputs.sigma.data(), cols, cols);
            weighted = errors * sigma.selfadjointView<Eigen::Upper>();
        }
        for (Index r = b; r < e; ++r) {
            const auto row = out.row(r);
            for (Index c = 0; c < cols; ++c) row[static_cast<std::size_t>(c)] = static_cast<float>(errors(r - b, c) * weighted(r - b, c));
        }
    });
    if (!all) return cancelled();
    return out;
}

} // namespace qs::metrics
