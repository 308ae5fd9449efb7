// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/calibration.h"
#include "core/tensor/matrix.h"
#include "tests/core/quant/artefact.h"

#include <cmath>
#include <string>
#include <vector>

namespace qs::test {

/// Everything that tokens × channels tell, computed plainly in double.
inline quant::Calibration calibrationOf(const Matrix& x, bool withSamples = true)
{
    quant::Calibration c;
    const auto n = static_cast<std::size_t>(x.cols());
    c.inputs = x.cols();
    c.sigma.assign(n * n, 0.0);
    std::vector<double> sum(n);
    c.maxAbs.assign(n, 0.0F);
    for (Index t = 0; t < x.rows(); ++t) {
        const auto row = x.row(t);
        for (std::size_t i = 0; i < n; ++i) {
            const auto v = static_cast<double>(row[i]);
            sum[i] += std::abs(v);
            c.maxAbs[i] = std::max(c.maxAbs[i], std::abs(row[i]));
            for (std::size_t j = 0; j <= i; ++j) c.sigma[i * n + j] += v * static_cast<double>(row[j]);
        }
    }
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j) c.sigma[j * n + i] = c.sigma[i * n + j];
    const auto tokens = static_cast<double>(x.rows());
    for (std::size_t i = 0; i < n; ++i) {
        c.meanAbs.push_back(static_cast<float>(sum[i] / tokens));
        c.meanSquare.push_back(static_cast<float>(c.sigma[i * n + i] / tokens));
    }
    if (withSamples) {
        c.samples.assign(x.data().begin(), x.data().end());
        c.sampleRows = x.rows();
    }
    return c;
}

/// tr(E·Σ·Eᵀ) of E = decoded − weights.
inline double outputError(const Matrix& decoded, const Matrix& weights, const std::vector<double>& sigma)
{
    const auto n = static_cast<std::size_t>(weights.cols());
    double total = 0;
    std::vector<double> e(n);
    for (Index r = 0; r < weights.rows(); ++r) {
        for (std::size_t i = 0; i < n; ++i) e[i] = static_cast<double>(decoded.row(r)[i]) - static_cast<double>(weights.row(r)[i]);
        for (std::size_t i = 0; i < n; ++i) {
            double dot = 0;
            for (std::size_t j = 0; j < n; ++j) dot += sigma[i * n + j] * e[j];
            total += e[i] * dot;
        }
    }
    return total;
}

/// Tokens with correlated channels of different size: x_j = a·x_{j−1} + noise, times a scale; channel 3 is an outlier.
inline Matrix tokens(Index count, Index channels, std::uint64_t seed)
{
    Matrix x = gaussian(count, channels, seed);
    for (Index t = 0; t < count; ++t)
        for (Index j = 1; j < channels; ++j) x.at(t, j) = 0.8F * x.at(t, j - 1) + 0.6F * x.at(t, j);
    for (Index j = 0; j < channels; ++j) {
        const float scale = 0.25F + static_cast<float>((j * 29) % 17) / 8.0F;
        for (Index t = 0; t < count; ++t) x.at(t, j) *= j == 3 ? 12.0F : scale;
    }
    return x;
}

/// Layers in memory that read the same inputs.
struct SiblingRows {
    explicit SiblingRows(const std::vector<Matrix>& weights)
    {
        for (const Matrix& w : weights) rows.push_back(std::make_unique<MatrixRows>(w.view()));
        for (const auto& r : rows) siblings.layers.push_back(r.get());
    }
    std::vector<std::unique_ptr<MatrixRows>> rows;
    quant::Siblings siblings;
};

inline quant::QuantizeOptions with(const quant::Calibration& calibration)
{
    quant::QuantizeOptions options;
    options.calibration = &calibration;
    return options;
}

} // namespace qs::test
