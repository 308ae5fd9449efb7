// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/parallel_for.h"
#include "core/quant/transforms/awq/search.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace qs::quant {
namespace {

constexpr std::size_t kSteps = 10;
constexpr Index kSamples = 512;
constexpr Index kTileRows = 64;

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

double ratio(std::size_t step) { return 1.0 - static_cast<double>(step) / 20.0; }

/// Σ of the group's columns over the tokens of the search.
std::vector<double> blockOf(const Calibration& c, Index cols, Index begin, Index width)
{
    const auto n = at(cols);
    const auto g = at(width);
    std::vector<double> out(g * g);
    if (c.sampleRows <= 0 || c.samples.size() != at(c.sampleRows) * n) {
        for (std::size_t i = 0; i < g; ++i)
            for (std::size_t j = 0; j < g; ++j) out[i * g + j] = c.sigma[(at(begin) + i) * n + at(begin) + j];
        return out;
    }
    const Index step = std::max<Index>(1, c.sampleRows / kSamples);
    for (Index t = 0; t < c.sampleRows; t += step) {
        const float* x = c.samples.data() + at(t) * n + at(begin);
        for (std::size_t i = 0; i < g; ++i)
            for (std::size_t j = 0; j <= i; ++j) out[i * g + j] += static_cast<double>(x[i]) * static_cast<double>(x[j]);
    }
    for (std::size_t i = 0; i < g; ++i)
        for (std::size_t j = 0; j < i; ++j) out[j * g + i] = out[i * g + j];
    return out;
}

/// The parts of one step's error in one group: of positive and of negative weights, and each times Σ.
struct SideErrors {
    std::vector<double> positive, negative, positiveSigma, negativeSigma;
};

double dot(const std::vector<double>& a, const std::vector<double>& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

void timesSigma(const std::vector<double>& v, const std::vector<double>& sigma, std::vector<double>& out)
{
    const std::size_t g = v.size();
    out.assign(g, 0.0);
    for (std::size_t i = 0; i < g; ++i)
        if (v[i] != 0)
            for (std::size_t j = 0; j < g; ++j) out[j] += v[i] * sigma[i * g + j];
}

} // namespace

Result<FitLimits> searchAwqClips(const FitInput& input, const Grid& grid, const Context& context)
{
    const MatrixView w = input.weights;
    const Calibration& c = *input.calibration;
    const bool isTwoSided = grid.sidesAreApart();
    FitLimits out;
    {
        FitInput whole = input;
        whole.limits = nullptr;
        QS_ASSIGN(const auto fitted, grid.fit(whole, context));
        QS_ASSIGN(out.begins, groupRuns(*fitted));
    }
    const std::size_t runs = out.begins.size();
    const auto endOf = [&](std::size_t k) { return k + 1 < runs ? out.begins[k + 1] : w.cols; };
    out.lo.resize(at(w.rows) * runs);
    out.hi.resize(at(w.rows) * runs);
    std::vector<std::vector<double>> sigma(runs);
    if (!parallelFor(context, static_cast<Index>(runs), 1, [&](Index b, Index e) {
            for (; b < e; ++b) sigma[at(b)] = blockOf(c, w.cols, out.begins[at(b)], endOf(at(b)) - out.begins[at(b)]);
        }))
        return cancelled();

    const Index unit = grid.independentRows(w.rows, w.cols);
    const Index tileRows = unit == 0 ? w.rows : (kTileRows + unit - 1) / unit * unit;
    std::vector<Status> states(at((w.rows + tileRows - 1) / tileRows));
    const auto searchTile = [&](Index row0, Index rows) -> Status {
        const auto size = at(rows * w.cols);
        FitInput tile;
        tile.seed = input.seed;
        tile.calibration = &c;
        tile.weights = {w.data.subspan(at(row0 * w.cols), size), rows, w.cols};
        if (!input.removed.empty()) tile.removed = input.removed.subspan(at(row0 * w.cols), size);
        // The ends of each group, and what each step decodes to.
        for (Index r = 0; r < rows; ++r)
            for (std::size_t k = 0; k < runs; ++k) {
                float lo = 0;
                float hi = 0;
                for (Index j = out.begins[k]; j < endOf(k); ++j) {
                    lo = std::min(lo, tile.weights.at(r, j));
                    hi = std::max(hi, tile.weights.at(r, j));
                }
                if (!isTwoSided) {
                    hi = std::max(hi, -lo);
                    lo = -hi;
                }
                out.lo[at(row0 + r) * runs + k] = lo;
                out.hi[at(row0 + r) * runs + k] = hi;
            }
        const auto bound = [&](float end, std::size_t step) { return static_cast<float>(static_cast<double>(end) * ratio(step)); };
        std::array<Matrix, kSteps> decoded;
        Context quiet = context;
        quiet.progress = nullptr;
        for (std::size_t step = 0; step < kSteps; ++step) {
            FitLimits limits;
            limits.begins = out.begins;
            for (std::size_t i = at(row0) * runs; i < at(row0 + rows) * runs; ++i) {
                limits.lo.push_back(bound(out.lo[i], step));
                limits.hi.push_back(bound(out.hi[i], step));
            }
            FitInput clipped = tile;
            clipped.limits = &limits;
            const Matrix inside = withinLimits(clipped);
            clipped.weights = inside.view();
            clipped.limits = nullptr;
            QS_ASSIGN(const auto fitted, grid.fit(clipped, quiet));
            decoded[step] = Matrix(rows, w.cols);
            std::vector<std::uint8_t> codes(at(w.cols));
            for (Index r = 0; r < rows; ++r) {
                fitted->nearest(r, 0, inside.row(r), codes);
                fitted->decode(r, 0, codes, decoded[step].row(r));
            }
            if (context.stopped()) return cancelled();
        }
        std::array<SideErrors, kSteps> errors;
        for (Index r = 0; r < rows; ++r)
            for (std::size_t k = 0; k < runs; ++k) {
                const auto g = at(endOf(k) - out.begins[k]);
                for (std::size_t step = 0; step < kSteps; ++step) {
                    SideErrors& e = errors[step];
                    e.positive.assign(g, 0.0);
                    e.negative.assign(g, 0.0);
                    for (std::size_t j = 0; j < g; ++j) {
                        const Index col = out.begins[k] + static_cast<Index>(j);
                        const float v = tile.weights.at(r, col);
                        const double d = static_cast<double>(decoded[step].at(r, col)) - static_cast<double>(v);
                        if (!tile.removed.empty() && tile.removed[at(r * w.cols + col)]) continue; // exact in the end
                        (isTwoSided && v < 0 ? e.negative : e.positive)[j] = d;
                    }
                    timesSigma(e.positive, sigma[k], e.positiveSigma);
                    if (isTwoSided) timesSigma(e.negative, sigma[k], e.negativeSigma);
                }
                std::size_t bestHi = 0;
                std::size_t bestLo = 0;
                double least = 0;
                for (std::size_t i = 0; i < kSteps; ++i)
                    for (std::size_t j = 0; j < (isTwoSided ? kSteps : 1); ++j) {
                        double error = dot(errors[i].positive, errors[i].positiveSigma);
                        if (isTwoSided)
                            error += 2 * dot(errors[i].positiveSigma, errors[j].negative)
                                + dot(errors[j].negative, errors[j].negativeSigma);
                        if ((i == 0 && j == 0) || error < least) {
                            least = error;
                            bestHi = i;
                            bestLo = isTwoSided ? j : i;
                        }
                    }
                const std::size_t place = at(row0 + r) * runs + k;
                out.lo[place] = bound(out.lo[place], bestLo);
                out.hi[place] = bound(out.hi[place], bestHi);
            }
        return {};
    };
    const bool done = parallelFor(context, w.rows, tileRows, [&](Index b, Index e) { states[at(b / tileRows)] = searchTile(b, e - b); });
    if (!done || context.stopped()) return cancelled();
    for (Status& s : states) QS_TRY(std::move(s));
    return out;
}

} // namespace qs::quant
