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
    takeCodes(learner, codes);
    return Outcome{result.losses.front() * unit, result.losses[result.best] * unit, energy};
}

std::vector<float> asFloats(std::span<const double> v) { return {v.begin(), v.end()}; }

class RoundingLearning : public LayerLearning {
public:
    RoundingLearning(MatrixView weights, LadderStart start, const LadderLearning& o, std::uint64_t seed, std::vector<float> zeros)
        : m_learner(weights, std::move(start), o.rank, seed), m_zeros(std::move(zeros))
    {
    }
    Learner& learner() override { return m_learner; }
    void finish(FittedGrid& grid) override { dynamic_cast<LadderGrid&>(grid).setLadders(asFloats(m_learner.scales()), m_zeros); }

private:
    RoundingFactorLearner m_learner;
    std::vector<float> m_zeros; // empty where the grid stores none
};

class ClippingLearning : public LayerLearning {
public:
    ClippingLearning(MatrixView weights, const ClipRatioOptions& o) : m_learner(weights, o), m_symmetric(o.symmetric) {}
    Learner& learner() override { return m_learner; }
    void finish(FittedGrid& grid) override
    {
        dynamic_cast<LadderGrid&>(grid).setLadders(asFloats(m_learner.scales()), m_symmetric ? std::vector<float>{} : asFloats(m_learner.zeros()));
    }

private:
    ClipRatioLearner m_learner;
    bool m_symmetric;
};

} // namespace

Status learnsLadders(const Grid& grid)
{
    const auto* source = dynamic_cast<const LadderSource*>(&grid);
    if (!source)
        return fail(Error(ErrorCode::Lacking, "learned rounding needs evenly spaced levels with a scale and a zero point").fix("use the grid rtn"));
    return source->learnable();
}

void takeCodes(Learner& learner, Codes& codes)
{
    const auto learned = learner.codes();
    for (Index r = 0; r < codes.rows; ++r) std::copy_n(learned.begin() + r * codes.cols, codes.cols, codes.row(r).begin());
}

Result<std::unique_ptr<LayerLearning>> beginRounding(const FitInput& input, FittedGrid& grid, const LadderLearning& options, const Context& context)
{
    QS_ASSIGN(LadderGrid* const ladders, laddersOf(grid));
    if (options.search) {
        std::vector<float> scales;
        std::vector<float> zeros;
        if (!searchLadders(input.weights, ladders->ladderLayout(), ladders->ladderTop(), ladders->ladderScaleType(), context, scales, zeros))
            return cancelled();
        if (!ladders->hasLadderZeros())
            return fail(Error(ErrorCode::Lacking, "init=search chooses zero points, which this grid does not store").fix("use scheme=asym or init=minmax"));
        ladders->setLadders(std::move(scales), std::move(zeros));
    }
    LadderStart start;
    start.layout = ladders->ladderLayout();
    start.top = ladders->ladderTop();
    start.stored = ladders->ladderScaleType();
    start.scale.assign(ladders->ladderScales().begin(), ladders->ladderScales().end());
    for (Index g = 0; g < start.layout.groups(); ++g) start.zero.push_back(static_cast<double>(ladders->ladderZero(g)));
    std::vector<float> zeros;
    if (ladders->hasLadderZeros()) zeros = asFloats(start.zero);
    return std::make_unique<RoundingLearning>(input.weights, std::move(start), options, input.seed, std::move(zeros));
}

Result<std::unique_ptr<LayerLearning>> beginClipping(const FitInput& input, FittedGrid& grid)
{
    QS_ASSIGN(LadderGrid* const ladders, laddersOf(grid));
    ClipRatioOptions o;
    o.layout = ladders->ladderLayout();
    o.symmetric = !ladders->hasLadderZeros();
    o.symmetricZero = o.symmetric ? static_cast<double>(ladders->ladderZero(0)) : -1;
    o.stored = ladders->ladderScaleType();
    o.bits = 0;
    while ((1 << o.bits) - 1 < ladders->ladderTop()) ++o.bits;
    if (o.symmetric && o.bits < 2) return fail(Error(ErrorCode::Lacking, "symmetric clipping needs 2 bits").fix("use scheme=asym"));
    return std::make_unique<ClippingLearning>(input.weights, o);
}

namespace {

Result<Outcome> learnTile(const FitInput& input, FittedGrid& levels, LadderMethod method, const LadderLearning& options, std::span<const double> sigma,
                          const Context& context, Codes& codes)
{
    auto begun = method == LadderMethod::Rounding ? beginRounding(input, levels, options, context) : beginClipping(input, levels);
    QS_ASSIGN(const auto learning, std::move(begun));
    QS_ASSIGN(const Outcome outcome, trainOnSigma(input, learning->learner(), options, sigma, context, codes));
    learning->finish(levels);
    return outcome;
}

} // namespace

Status learnOnSigma(const FitInput& input, Learner& learner, const TrainOptions& train, double damping, const char* name, const Context& context)
{
    const auto n = static_cast<std::size_t>(input.weights.cols);
    if (!input.calibration || input.calibration->sigma.size() != n * n)
        return fail(Error(ErrorCode::Lacking, "learning needs the input covariance (sigma)").fix("calibrate the model first"));
    const std::vector<double> sigma = damped(*input.calibration, input.weights.cols, damping);
    LadderLearning options;
    options.train = train;
    Codes codes(input.weights.rows, input.weights.cols);
    QS_ASSIGN(const Outcome o, trainOnSigma(input, learner, options, sigma, context, codes));
    const double unit = o.energy > 0 ? o.energy : 1.0;
    context.note(std::string(name) + ": relative output error " + formatError(o.before / unit) + " to " + formatError(o.after / unit) + " in "
                 + std::to_string(train.steps) + " steps");
    return {};
}

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
                           QS_ASSIGN(outcomes[static_cast<std::size_t>(row0 / height)], learnTile(tile, levels, method, options, sigma, context, codes));
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
