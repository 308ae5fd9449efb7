// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/learn_ladder.h"

#include "core/base/format.h"
#include "core/exec/parallel_for.h"
#include "core/quant/ladder_grid.h"
#include "core/quant/learned/clip_ratio_learner.h"
#include "core/quant/learned/layer_loss.h"
#include "core/quant/learned/rounding_factor_learner.h"
#include "core/quant/scale_type.h"
#include "core/quant/tiled_encode.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qs::quant {
namespace {

// Σ + λI.
std::vector<double> damped(const Calibration& calibration, Index cols, double share)
{
    std::vector<double> sigma = calibration.sigma;
    const auto n = static_cast<std::size_t>(cols);
    double trace = 0;
    for (std::size_t i = 0; i < n; ++i) trace += sigma[i * n + i];
    const double add = share * trace / static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i) sigma[i * n + i] += add;
    return sigma;
}

Result<LadderGrid*> laddersOf(FittedGrid& grid)
{
    if (auto* ladders = dynamic_cast<LadderGrid*>(&grid)) return ladders;
    return fail(ErrorCode::Lacking, "this grid's levels are no evenly spaced ladders");
}

/// Sums over the tiles: tr(E(Σ + λI)Eᵀ) before and after, tr(W(Σ + λI)Wᵀ).
struct Outcome {
    double before = 0;
    double after = 0;
    double energy = 0;
};

// Trains one learner on Σ + λI and takes its codes.
Result<Outcome> trainOnSigma(const FitInput& input, Learner& learner, const LadderLearning& options, std::span<const double> sigma,
                             const Context& context, Codes& codes)
{
    LayerLoss loss(input.weights, sigma, 1.0);
    loss.leaveOut(input.removed);
    QS_ASSIGN(const double energy, loss.energy(context));
    const double unit = energy > 0 ? energy : 1.0;
    loss.setFactor(1.0 / unit);
    Learner* const learners[] = {&learner};
    QS_ASSIGN(const TrainResult result,
              train(learners, [&](int, auto decoded, auto gradients) { return loss(decoded[0], gradients[0], context); }, options.train, context));
    const auto learned = learner.codes();
    for (Index r = 0; r < input.weights.rows; ++r)
        std::copy_n(learned.begin() + r * input.weights.cols, input.weights.cols, codes.row(r).begin());
    return Outcome{result.losses.front() * unit, result.losses[result.best] * unit, energy};
}

std::vector<float> asFloats(std::span<const double> v) { return {v.begin(), v.end()}; }

} // namespace

Status learnsLadders(const Grid& grid)
{
    const auto* source = dynamic_cast<const LadderSource*>(&grid);
    if (!source)
        return fail(Error(ErrorCode::Lacking, "learned rounding needs evenly spaced levels with a scale and a zero point").fix("use the grid rtn"));
    return source->learnable();
}

namespace {

Result<Outcome> learnRounding(const FitInput& input, LadderGrid& ladders, const LadderLearning& options, std::span<const double> sigma,
                              const Context& context, Codes& codes)
{
    if (options.search) {
        std::vector<float> scales;
        std::vector<float> zeros;
        if (!searchLadders(input.weights, ladders.ladderLayout(), ladders.ladderTop(), ladders.ladderScaleType(), context, scales, zeros))
            return cancelled();
        if (!ladders.hasLadderZeros())
            return fail(Error(ErrorCode::Lacking, "init=search chooses zero points, which this grid does not store").fix("use scheme=asym or init=minmax"));
        ladders.setLadders(std::move(scales), std::move(zeros));
    }
    LadderStart start;
    start.layout = ladders.ladderLayout();
    start.top = ladders.ladderTop();
    start.stored = ladders.ladderScaleType();
    start.scale.assign(ladders.ladderScales().begin(), ladders.ladderScales().end());
    for (Index g = 0; g < start.layout.groups(); ++g) start.zero.push_back(static_cast<double>(ladders.ladderZero(g)));
    std::vector<float> zeros;
    if (ladders.hasLadderZeros()) zeros = asFloats(start.zero);
    RoundingFactorLearner learner(input.weights, std::move(start), options.rank, input.seed);
    QS_ASSIGN(const Outcome outcome, trainOnSigma(input, learner, options, sigma, context, codes));
    ladders.setLadders(asFloats(learner.scales()), std::move(zeros));
    return outcome;
}

Result<Outcome> learnClipping(const FitInput& input, LadderGrid& ladders, const LadderLearning& options, std::span<const double> sigma,
                              const Context& context, Codes& codes)
{
    ClipRatioOptions o;
    o.layout = ladders.ladderLayout();
    o.symmetric = !ladders.hasLadderZeros();
    o.symmetricZero = o.symmetric ? static_cast<double>(ladders.ladderZero(0)) : -1;
    o.stored = ladders.ladderScaleType();
    o.bits = 0;
    while ((1 << o.bits) - 1 < ladders.ladderTop()) ++o.bits;
    if (o.symmetric && o.bits < 2) return fail(Error(ErrorCode::Lacking, "symmetric clipping needs 2 bits").fix("use scheme=asym"));
    ClipRatioLearner learner(input.weights, o);
    QS_ASSIGN(const Outcome outcome, trainOnSigma(input, learner, options, sigma, context, codes));
    ladders.setLadders(asFloats(learner.scales()), o.symmetric ? std::vector<float>{} : asFloats(learner.zeros()));
    return outcome;
}

} // namespace

Status encodeLearned(const InputRows& rows, const Grid& grid, LadderMethod method, const LadderLearning& options, const char* name,
                     const Context& context, ArrayStore& out)
{
    const auto n = static_cast<std::size_t>(rows.cols());
    if (!rows.calibration() || rows.calibration()->sigma.size() != n * n)
        return fail(Error(ErrorCode::Lacking, "learning needs the input covariance (sigma)").fix("calibrate the model first"));
    const std::vector<double> sigma = damped(*rows.calibration(), rows.cols(), options.damping);
    const Index height = options.rank > 0 ? rows.rows() : kLadderRows;
    std::vector<Outcome> outcomes(static_cast<std::size_t>((rows.rows() + height - 1) / height));
    QS_TRY(encodeTiles(rows, grid, height,
                       [&](const FitInput& tile, Index row0, FittedGrid& levels, Codes& codes) -> Status {
                           QS_ASSIGN(LadderGrid* const ladders, laddersOf(levels));
                           QS_ASSIGN(outcomes[static_cast<std::size_t>(row0 / height)],
                                     method == LadderMethod::Rounding ? learnRounding(tile, *ladders, options, sigma, context, codes)
                                                                      : learnClipping(tile, *ladders, options, sigma, context, codes));
                           context.advance(tile.weights.data.size());
                           return {};
                       },
                       context, out));
    Outcome all;
    for (const Outcome& o : outcomes) {
        all.before += o.before;
        all.after += o.after;
        all.energy += o.energy;
    }
    const double unit = all.energy > 0 ? all.energy : 1.0;
    context.note(std::string(name) + ": relative output error " + formatError(all.before / unit) + " to " + formatError(all.after / unit)
                 + " in " + std::to_string(options.train.steps) + " steps");
    return {};
}

std::uint64_t ladderBytes(Index rows, Index cols, std::uint64_t parameters)
{
    return 26 * static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols) + 40 * parameters;
}

bool searchLadders(MatrixView weights, const GroupLayout& layout, int top, DType type, const Context& context, std::vector<float>& scales,
                   std::vector<float>& zeros)
{
    scales.assign(static_cast<std::size_t>(layout.groups()), 0.0F);
    zeros.assign(scales.size(), 0.0F);
    const Index perChunk = std::max<Index>(1, layout.groupsPerRow());
    return parallelFor(context, layout.groups(), perChunk, [&](Index begin, Index end) {
        for (Index g = begin; g < end && !context.stopped(); ++g) {
            double lo = 0;
            double hi = 0;
            std::vector<double> w;
            layout.forEachRun(g, [&](Index r, Index c0, Index c1) {
                for (const float v : weights.row(r).subspan(static_cast<std::size_t>(c0), static_cast<std::size_t>(c1 - c0))) w.push_back(v);
            });
            for (const double v : w) {
                lo = std::min(lo, v);
                hi = std::max(hi, v);
            }
            double least = std::numeric_limits<double>::infinity();
            for (int i = 100; i >= 1; --i) { // of equal errors the widest
                const float stored = roundScale(type, static_cast<float>(std::max((hi - lo) * i / 100.0 / top, 1e-8)));
                if (stored == 0.0F) continue;
                const auto scale = static_cast<double>(stored);
                for (int zero = 0; zero <= top; ++zero) {
                    double error = 0;
                    for (std::size_t k = 0; k < w.size() && error < least; ++k) {
                        const double q = std::clamp(std::nearbyint(w[k] / scale), -static_cast<double>(zero), static_cast<double>(top - zero));
                        error += std::pow(std::abs(w[k] - scale * q), 2.4);
                    }
                    if (error >= least) continue;
                    least = error;
                    scales[static_cast<std::size_t>(g)] = stored;
                    zeros[static_cast<std::size_t>(g)] = static_cast<float>(zero);
                }
            }
        }
    });
}

} // namespace qs::quant
