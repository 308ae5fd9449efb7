// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/output_error/output_error.h"

#include "core/exec/parallel_for.h"
#include "core/quant/output_error.h"

#include <Eigen/Core>
#include <algorithm>
#include <vector>

namespace qs::metrics {
namespace {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
constexpr Index kTile = 32;    ///< rows that share one pass over Σ
constexpr Index kRows = 64;    ///< rows whose errors are multiplied with Σ at once
constexpr std::size_t kNear = 64; ///< columns whose transposed rows stay in the first cache

// Σ over the columns x of [in, rows] of xᵀ Σ x.
double quadratic(std::span<const double> columns, std::size_t rows, const InputMoments& m)
{
    if (!m.sigma.empty()) return quant::quadraticForms(columns, rows, m.sigma);
    double sum = 0;
    for (std::size_t i = 0; i < m.meanSquare.size(); ++i) {
        double squares = 0;
        for (std::size_t r = 0; r < rows; ++r) squares += columns[i * rows + r] * columns[i * rows + r];
        sum += squares * static_cast<double>(m.meanSquare[i]);
    }
    return sum;
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
        context, original.rows(), kRows, Part{},
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
            const auto rows = static_cast<std::size_t>(e - b);
            std::vector<double> weights(width * rows); // columns outside: the products take it so
            std::vector<double> errors(width * rows);
            std::vector<float> decoded(width * rows);
            for (std::size_t r = 0; r < rows; ++r) decodeRow(b + static_cast<Index>(r), std::span<float>(decoded).subspan(r * width, width));
            for (std::size_t from = 0; from < width; from += kNear)
                for (std::size_t r = 0; r < rows; ++r)
                    for (std::size_t i = from; i < std::min(width, from + kNear); ++i) {
                        const auto w = static_cast<double>(tile[r * width + i]);
                        weights[i * rows + r] = w;
                        errors[i * rows + r] = static_cast<double>(decoded[r * width + i]) - w;
                    }
            part.error = quadratic(errors, rows, inputs);
            part.energy = quadratic(weights, rows, inputs);
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
