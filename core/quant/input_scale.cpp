// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/input_scale.h"

#include <algorithm>
#include <cmath>

namespace qs::quant {

namespace {

void scaleRows(std::span<float> rows, std::span<const float> s)
{
    for (std::size_t at = 0; at + s.size() <= rows.size(); at += s.size())
        for (std::size_t j = 0; j < s.size(); ++j) rows[at + j] *= s[j];
}

} // namespace

ChangedRows scaledColumns(const InputRows& weights, std::span<const float> s, const Calibration* changed)
{
    return {weights,
            [s](Index, FitInput& tile, std::span<float> rows) -> Status {
                scaleRows(rows, s);
                tile.removed = {};
                tile.fisher = {}; // of one layer, while there may be several
                return {};
            },
            changed};
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

Status InputScale::prepare(const TransformInput& input, const Context& context, ArrayStore& out) const
{
    const InputRows* const own = &input.rows;
    std::span<const InputRows* const> layers = input.siblings;
    if (layers.empty()) layers = {&own, 1};
    for (const InputRows* w : layers)
        if (w->cols() != input.rows.cols())
            return fail(Error(ErrorCode::Internal, "layers that share inputs have different widths"));
    QS_ASSIGN(const auto s, scales(layers, input, context));
    if (context.stopped()) return cancelled();
    out.addFloats("transform.scale", DType::F32, {input.rows.cols()}, s);
    return {};
}

Status InputScale::applyRows(const ArrayStore& arrays, Index, std::span<float> rows) const
{
    scaleRows(rows, arrays.find("transform.scale")->as<float>());
    for (const float v : rows)
        if (!std::isfinite(v))
            return fail(ErrorCode::NotRepresentable, "the weights are so large that scaled inputs' weights overflow");
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
