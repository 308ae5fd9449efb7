// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/input_scale.h"

#include <algorithm>
#include <cmath>

namespace qs::quant {

Matrix scaledColumns(MatrixView weights, std::span<const float> s)
{
    Matrix out(weights.rows, weights.cols);
    for (Index r = 0; r < weights.rows; ++r) {
        const auto from = weights.row(r);
        const auto to = out.row(r);
        for (std::size_t j = 0; j < to.size(); ++j) to[j] = from[j] * s[j];
    }
    return out;
}

void divideInputs(Calibration& c, std::span<const float> s)
{
    const std::size_t n = s.size();
    if (c.sigma.size() == n * n)
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) c.sigma[i * n + j] /= static_cast<double>(s[i]) * static_cast<double>(s[j]);
    for (auto* perChannel : {&c.meanAbs, &c.maxAbs})
        if (perChannel->size() == n)
            for (std::size_t j = 0; j < n; ++j) (*perChannel)[j] /= s[j];
    if (c.meanSquare.size() == n)
        for (std::size_t j = 0; j < n; ++j) c.meanSquare[j] = static_cast<float>(static_cast<double>(c.meanSquare[j]) / (static_cast<double>(s[j]) * static_cast<double>(s[j])));
    for (std::size_t i = 0; i < c.samples.size(); ++i) c.samples[i] /= s[i % n];
    // The loss's gradient by w·s is that by w over s.
    for (std::size_t i = 0; i < c.fisher.size(); ++i)
        c.fisher[i] = static_cast<float>(static_cast<double>(c.fisher[i]) / (static_cast<double>(s[i % n]) * static_cast<double>(s[i % n])));
}

Status InputScale::apply(Matrix& weights, const FitInput& input, const Context& context, ArrayStore& out) const
{
    const MatrixView own = weights.view();
    std::span<const MatrixView> layers = input.siblings;
    if (layers.empty()) layers = {&own, 1};
    for (const MatrixView& w : layers)
        if (w.cols != weights.cols())
            return fail(Error(ErrorCode::Internal, "layers that share inputs have different widths"));
    QS_ASSIGN(const auto s, scales(layers, input, context));
    if (context.stopped()) return cancelled();
    for (Index r = 0; r < weights.rows(); ++r) {
        const auto row = weights.row(r);
        for (std::size_t j = 0; j < row.size(); ++j) {
            row[j] *= s[j];
            if (!std::isfinite(row[j]))
                return fail(ErrorCode::NotRepresentable, "the weights are so large that scaled inputs' weights overflow");
        }
    }
    out.addFloats("transform.scale", DType::F32, {weights.cols()}, s);
    return {};
}

void InputScale::undoRow(const ArrayStore& arrays, std::span<float> row) const
{
    const auto s = arrays.find("transform.scale")->as<float>();
    for (std::size_t j = 0; j < row.size(); ++j) row[j] /= s[j];
}

Status InputScale::changeInputs(Calibration& calibration, const ArrayStore& arrays, const Context&) const
{
    divideInputs(calibration, arrays.find("transform.scale")->as<float>());
    return {};
}

Status InputScale::check(const ArrayStore& arrays, Index, Index cols) const
{
    QS_TRY(arrays.get("transform.scale", DType::F32, {cols}));
    QS_ASSIGN(const auto s, arrays.getFloats("transform.scale", {cols}));
    for (const float v : s)
        if (!(v > 0.0F)) return fail(ErrorCode::Malformed, "array transform.scale holds a scale that is not above 0");
    return {};
}

} // namespace qs::quant
