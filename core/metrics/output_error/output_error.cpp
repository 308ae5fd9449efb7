// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/output_error/output_error.h"

#include "core/exec/parallel_for.h"

#include <Eigen/Core>
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

} // namespace

Status addOutputError(WeightError& error, const RowSource& original, const quant::Decoder& decoder, const InputMoments& inputs, const Context& context)
{
    if (!inputs.known()) return {};
    const Index cols = original.cols();
    const auto width = static_cast<std::size_t>(cols);
    if (inputs.sigma.empty() ? inputs.meanSquare.size() != width : inputs.sigma.size() != width * width)
        return fail(ErrorCode::Mismatch, "the calibration is of a layer with another number of inputs");
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
                decoder.decodeRow(r, decoded);
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

} // namespace qs::metrics
