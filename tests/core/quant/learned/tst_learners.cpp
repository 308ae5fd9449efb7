// SPDX-License-Identifier: GPL-3.0-or-later
// Properties of the learners and the trainer on made data.
#include "core/exec/context.h"
#include "core/quant/learned/clip_ratio_learner.h"
#include "core/quant/learned/codebook_learner.h"
#include "core/quant/learned/layer_loss.h"
#include "core/quant/learned/rounding_factor_learner.h"
#include "tests/support/golden.h"

#include <QTest>
#include <functional>
#include <limits>

using namespace qs;
using namespace qs::quant;

namespace {

constexpr Index kRows = 70; // more than one chunk of rows
constexpr Index kCols = 96;

std::vector<double> sigmaOf(Index n, std::uint64_t seed)
{
    const Matrix x = test::gaussian(2 * n, n, seed);
    std::vector<double> sigma(static_cast<std::size_t>(n * n), 0.0);
    for (Index t = 0; t < x.rows(); ++t)
        for (Index i = 0; i < n; ++i)
            for (Index j = 0; j < n; ++j)
                sigma[static_cast<std::size_t>(i * n + j)] += static_cast<double>(x.view().row(t)[static_cast<std::size_t>(i)])
                                                            * static_cast<double>(x.view().row(t)[static_cast<std::size_t>(j)]);
    return sigma;
}

LadderStart ladderOf(const Matrix& w, const char* group, int bits, std::optional<DType> stored)
{
    LadderStart s;
    s.layout = GroupLayout(w.rows(), w.cols(), *GroupSpec::parse(group));
    s.top = (1 << bits) - 1;
    s.stored = stored;
    for (Index g = 0; g < s.layout.groups(); ++g) {
        double lo = 0;
        double hi = 0;
        s.layout.forEachRun(g, [&](Index r, Index c0, Index c1) {
            for (Index c = c0; c < c1; ++c) {
                lo = std::min(lo, static_cast<double>(w.view().row(r)[static_cast<std::size_t>(c)]));
                hi = std::max(hi, static_cast<double>(w.view().row(r)[static_cast<std::size_t>(c)]));
            }
        });
        s.scale.push_back((hi - lo) / s.top);
        s.zero.push_back(std::nearbyint(-lo / s.scale.back()));
    }
    return s;
}

// A codebook of rank r over groups of 32 columns, levels about the weights' range.
CodebookStart codebookOf(const Matrix& w, Index rank, Index levels)
{
    CodebookStart s;
    s.layout = GroupLayout(w.rows(), w.cols(), *GroupSpec::parse("32"));
    s.rank = rank;
    s.levels = levels;
    const auto groups = static_cast<std::size_t>(s.layout.groups());
    for (Index p = 0; p < rank; ++p) {
        for (std::size_t g = 0; g < groups; ++g) s.scales.push_back(p == 0 ? 1.8 + 0.01 * static_cast<double>(g % 7) : 0.2);
        for (Index k = 0; k < levels; ++k) {
            const double u = 2.0 * static_cast<double>(k) / static_cast<double>(levels - 1) - 1.0;
            s.basis.push_back(p == 0 ? u : u * u - 0.5);
        }
    }
    for (std::size_t g = 0; g < groups; ++g) s.offsets.push_back(0.05 * static_cast<double>(g % 3));
    return s;
}

std::vector<std::function<std::unique_ptr<Learner>(const Matrix&)>> kinds()
{
    return {
        [](const Matrix& w) { return std::make_unique<RoundingFactorLearner>(w.view(), ladderOf(w, "row", 3, DType::F16), 0, 1); },
        [](const Matrix& w) { return std::make_unique<RoundingFactorLearner>(w.view(), ladderOf(w, "32", 3, DType::F16), 12, 1); },
        [](const Matrix& w) {
            ClipRatioOptions o;
            o.layout = GroupLayout(w.rows(), w.cols(), *GroupSpec::parse("32"));
            o.bits = 2;
            o.stored = DType::F16;
            auto learner = std::make_unique<ClipRatioLearner>(w.view(), o);
            for (LearnedArray& a : learner->arrays()) a.rate = 10; // logits: 0.1 is a step of 0.2 % of the range
            return learner;
        },
        [](const Matrix& w) {
            auto start = codebookOf(w, 2, 8);
            start.storedScale = start.storedBasis = DType::F16;
            return std::make_unique<CodebookLearner>(w.view(), start, CodebookOptions{});
        },
        [](const Matrix& w) {
            auto start = codebookOf(w, 1, 4);
            start.storedScale = start.storedBasis = DType::F16;
            return std::make_unique<CodebookLearner>(w.view(), start, CodebookOptions{CodebookRule::StraightScales, true, true, 1, 0.2});
        },
    };
}

TrainResult learn(Learner& learner, const Matrix& w, std::span<const double> sigma, int steps, const Context& context)
{
    double energy = 0;
    for (Index r = 0; r < w.rows(); ++r)
        for (const float v : w.view().row(r)) energy += static_cast<double>(v) * static_cast<double>(v);
    const LayerLoss loss(w.view(), sigma, 1.0 / (energy * static_cast<double>(w.cols())));
    TrainOptions options;
    options.steps = steps;
    options.rate = 3e-3;
    Learner* const learners[] = {&learner};
    return *train(learners, [&](int, auto decoded, auto gradients) { return loss(decoded[0], gradients[0], context); }, options, context);
}

} // namespace

class TestLearners : public QObject {
    Q_OBJECT
private slots:
    void train_everyLearner_lossFallsAndTheBestIsKept()
    {
        const Matrix w = test::gaussian(kRows, kCols, 3);
        const auto sigma = sigmaOf(kCols, 4);
        for (const auto& make : kinds()) {
            const auto learner = make(w);
            const auto result = learn(*learner, w, sigma, 120, {});
            QCOMPARE(result.losses.size(), std::size_t(121));
            QVERIFY2(result.losses[result.best] < 0.97 * result.losses[0],
                     qPrintable(QString("%1: %2 to %3").arg(QString::fromStdString(learner->arrays()[0].name)).arg(result.losses[0]).arg(result.losses[result.best])));
            QCOMPARE(result.losses[result.best], *std::min_element(result.losses.begin(), result.losses.end()));
            // what it decodes to now has the best loss
            std::vector<double> decoded(static_cast<std::size_t>(kRows * kCols));
            std::vector<double> gradient(decoded.size());
            QVERIFY(learner->decode(decoded, {}));
            double energy = 0;
            for (Index r = 0; r < kRows; ++r)
                for (const float v : w.view().row(r)) energy += static_cast<double>(v) * static_cast<double>(v);
            const LayerLoss loss(w.view(), sigma, 1.0 / (energy * static_cast<double>(kCols)));
            QCOMPARE(*loss(decoded, gradient, {}), result.losses[result.best]);
        }
    }

    void train_anyNumberOfThreads_sameBits()
    {
        const Matrix w = test::gaussian(kRows, kCols, 5);
        const auto sigma = sigmaOf(kCols, 6);
        for (const auto& make : kinds()) {
            std::vector<double> first;
            for (const int threads : {1, 2, 4}) {
                Context context;
                context.arena = makeArena(threads);
                const auto learner = make(w);
                const auto losses = learn(*learner, w, sigma, 25, context).losses;
                if (first.empty()) first = losses;
                QVERIFY(losses == first);
            }
        }
    }

    // With the codes held fixed the loss is a smooth function of the codebook, so differences tell its gradient.
    void codebook_fixedRule_gradientIsTheDifference()
    {
        const Matrix w = test::gaussian(kRows, kCols, 7);
        const auto sigma = sigmaOf(kCols, 8);
        CodebookLearner learner(w.view(), codebookOf(w, 2, 8), {});
        const LayerLoss loss(w.view(), sigma, 1e-3);
        std::vector<double> decoded(static_cast<std::size_t>(kRows * kCols));
        std::vector<double> gradient(decoded.size());
        std::vector<double> scratch(decoded.size());
        QVERIFY(learner.decode(decoded, {}));
        const std::vector<std::uint8_t> codes(learner.codes().begin(), learner.codes().end());
        QVERIFY(loss(decoded, gradient, {}).has_value());
        QVERIFY(learner.backward(gradient, {}));
        const auto fixedLoss = [&] {
            if (!learner.decode(decoded, {})) return 0.0;
            for (Index r = 0; r < kRows; ++r)
                for (Index c = 0; c < kCols; ++c) {
                    const auto g = static_cast<std::size_t>(r * 3 + c / 32);
                    const auto groups = static_cast<std::size_t>(kRows * 3);
                    const auto i = static_cast<std::size_t>(r * kCols + c);
                    double level = -learner.offsets()[g];
                    for (std::size_t p = 0; p < 2; ++p) level += learner.scales()[p * groups + g] * learner.basis()[p * 8 + codes[i]];
                    decoded[i] = level;
                }
            return *loss(decoded, scratch, {});
        };
        std::size_t checked = 0;
        for (std::size_t a = 0; a < 3; ++a)
            for (std::size_t i = 0; i < learner.arrays()[a].value.size(); i += 1 + learner.arrays()[a].value.size() / 16) {
                LearnedArray& array = learner.arrays()[a];
                const double wanted = array.gradient[i];
                const double before = array.value[i];
                const double step = 1e-6;
                array.value[i] = before + step;
                const double above = fixedLoss();
                array.value[i] = before - step;
                const double below = fixedLoss();
                array.value[i] = before;
                const double found = (above - below) / (2 * step);
                QVERIFY2(std::abs(found - wanted) <= 1e-5 * std::max(1.0, std::abs(wanted)),
                         qPrintable(QString("%1[%2]: %3 %4").arg(QString::fromStdString(array.name)).arg(i).arg(found).arg(wanted)));
                ++checked;
            }
        QVERIFY(checked > 30);
    }

    // Rank one with an even basis is a ladder: the straight-through rule then is that of learned step sizes, q − u inside.
    void codebook_straightRule_isThatOfStepSizes()
    {
        const Matrix w = test::gaussian(8, 32, 9);
        CodebookStart start = codebookOf(w, 1, 8);
        for (std::size_t k = 0; k < 8; ++k) start.basis[k] = static_cast<double>(k);
        for (double& s : start.scales) s = 0.5;
        for (double& b : start.offsets) b = 1.75;
        CodebookLearner learner(w.view(), start, {CodebookRule::Straight, true, false, 1, 1});
        std::vector<double> decoded(static_cast<std::size_t>(8 * 32));
        QVERIFY(learner.decode(decoded, {}));
        std::vector<double> ones(decoded.size(), 1.0);
        QVERIFY(learner.backward(ones, {}));
        const double unit = 0.5 * 7 * 0.5; // half the range
        for (Index r = 0; r < 8; ++r) {
            double wanted = 0;
            double offset = 0;
            for (const float v : w.view().row(r)) {
                const double u = (static_cast<double>(v) + 1.75) / 0.5;
                const double q = std::clamp(std::nearbyint(u), 0.0, 7.0);
                const bool inside = u >= 0 && u <= 7;
                wanted += q - (inside ? u : 0.0);
                offset -= inside ? 0.0 : 1.0;
            }
            QVERIFY(std::abs(learner.arrays()[0].gradient[static_cast<std::size_t>(r)] - wanted * unit) < 1e-9);
            QVERIFY(std::abs(learner.arrays()[2].gradient[static_cast<std::size_t>(r)] - offset * unit) < 1e-9);
        }
    }

    void factors_zeroGroupsAndOneSidedRows_stayFinite()
    {
        Matrix w = test::gaussian(6, 64, 10);
        for (Index c = 0; c < 64; ++c) {
            w.row(0)[static_cast<std::size_t>(c)] = 0;
            w.row(1)[static_cast<std::size_t>(c)] = std::abs(w.row(1)[static_cast<std::size_t>(c)]);
            w.row(2)[static_cast<std::size_t>(c)] = -std::abs(w.row(2)[static_cast<std::size_t>(c)]);
            w.row(3)[static_cast<std::size_t>(c)] *= 1e-9F;
        }
        const auto sigma = sigmaOf(64, 11);
        LadderStart start = ladderOf(w, "row", 3, DType::F16);
        start.scale[0] = 0;
        start.zero[0] = 0;
        RoundingFactorLearner learner(w.view(), start, 0, 1);
        const auto result = learn(learner, w, sigma, 40, {});
        for (const double l : result.losses) QVERIFY(std::isfinite(l));
        std::vector<double> decoded(6 * 64);
        QVERIFY(learner.decode(decoded, {}));
        for (std::size_t c = 0; c < 64; ++c) QCOMPARE(decoded[c], 0.0);
    }

    void train_lossThatBreaks_endsAtTheBest()
    {
        const Matrix w = test::gaussian(4, 32, 12);
        RoundingFactorLearner learner(w.view(), ladderOf(w, "row", 4, {}), 0, 1);
        Learner* const learners[] = {&learner};
        const auto before = learner.arrays()[0].value;
        const auto result = train(learners,
                                  [](int step, auto, std::span<std::vector<double>> gradients) -> Result<double> {
                                      std::fill(gradients[0].begin(), gradients[0].end(), 1.0);
                                      return step == 0 ? 1.0 : std::numeric_limits<double>::quiet_NaN();
                                  },
                                  {}, {});
        QVERIFY(result.has_value());
        QCOMPARE(result->best, std::size_t(0));
        QVERIFY(learner.arrays()[0].value == before);
        Context stopped;
        std::stop_source stop;
        stop.request_stop();
        stopped.stop = stop.get_token();
        QCOMPARE(train(learners, [](int, auto, auto) -> Result<double> { return 1.0; }, {}, stopped).error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestLearners)
#include "tst_learners.moc"
