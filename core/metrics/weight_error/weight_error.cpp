// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/weight_error/weight_error.h"

#include "core/exec/parallel_for.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qs::metrics {

void WeightError::add(std::span<const float> original, std::span<const float> decoded)
{
    for (std::size_t i = 0; i < original.size(); ++i) {
        const double w = original[i];
        const double v = decoded[i];
        const double e = v - w;
        sumSquaredError += e * e;
        sumSquares += w * w;
        sumSquaresDecoded += v * v;
        dot += w * v;
        maxAbs = std::max(maxAbs, std::fabs(e));
    }
    count += original.size();
}

void WeightError::merge(const WeightError& o)
{
    count += o.count;
    sumSquaredError += o.sumSquaredError;
    sumSquares += o.sumSquares;
    sumSquaresDecoded += o.sumSquaresDecoded;
    dot += o.dot;
    maxAbs = std::max(maxAbs, o.maxAbs);
    outputLayers += o.outputLayers;
    sumOutputError += o.sumOutputError;
    sumOutput += o.sumOutput;
}

double WeightError::mse() const { return count == 0 ? 0 : sumSquaredError / static_cast<double>(count); }
double WeightError::rmse() const { return std::sqrt(mse()); }

double WeightError::relativeMse() const
{
    if (sumSquaredError == 0) return 0;
    return sumSquares == 0 ? std::numeric_limits<double>::infinity() : sumSquaredError / sumSquares;
}

double WeightError::sqnrDb() const
{
    if (sumSquaredError == 0) return std::numeric_limits<double>::infinity();
    return 10 * std::log10(sumSquares / sumSquaredError);
}

double WeightError::outputRelativeMse() const
{
    if (sumOutputError == 0) return 0;
    return sumOutput == 0 ? std::numeric_limits<double>::infinity() : sumOutputError / sumOutput;
}

double WeightError::outputSqnrDb() const
{
    if (sumOutputError == 0) return std::numeric_limits<double>::infinity();
    return 10 * std::log10(sumOutput / sumOutputError);
}

double WeightError::cosine() const
{
    const double d = std::sqrt(sumSquares) * std::sqrt(sumSquaresDecoded);
    return d == 0 ? (sumSquares == sumSquaresDecoded ? 1.0 : 0.0) : dot / d;
}

Result<WeightError> weightError(MatrixView original, const quant::Decoder& decoder, const Context& context)
{
    return weightError(MatrixRows(original), decoder, context);
}

Result<WeightError> weightError(const RowSource& original, const quant::Decoder& decoder, const Context& context)
{
    struct Part {
        WeightError error;
        Status state;
    };
    const Index cols = original.cols();
    const auto width = static_cast<std::size_t>(cols);
    const Index grain = std::max<Index>(1, (Index(1) << 16) / std::max<Index>(1, cols));
    Part total = reduceOrdered(
        context, original.rows(), grain, Part{},
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
            std::vector<float> decoded(width);
            for (Index r = b; r < e; ++r) {
                decoder.decodeRow(r, decoded);
                part.error.add(tile.subspan(static_cast<std::size_t>(r - b) * width, width), decoded);
            }
            return part;
        },
        [](Part& t, Part& p) {
            if (t.state && !p.state) t.state = std::move(p.state);
            t.error.merge(p.error);
        });
    if (context.stopped()) return cancelled();
    if (!total.state) return fail(std::move(total.state.error()));
    return total.error;
}

Result<WeightError> weightError(MatrixView original, MatrixView decoded, const Context& context)
{
    if (original.rows != decoded.rows || original.cols != decoded.cols)
        return fail(ErrorCode::Mismatch, "the two matrices are of different shapes");
    const Index grain = std::max<Index>(1, (Index(1) << 16) / std::max<Index>(1, original.cols));
    const WeightError total = reduceOrdered(
        context, original.rows, grain, WeightError{},
        [&](Index b, Index e) {
            WeightError part;
            for (Index r = b; r < e; ++r) part.add(original.row(r), decoded.row(r));
            return part;
        },
        [](WeightError& t, const WeightError& p) { t.merge(p); });
    if (context.stopped()) return cancelled();
    return total;
}

} // namespace qs::metrics
