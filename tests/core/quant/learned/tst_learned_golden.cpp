// SPDX-License-Identifier: GPL-3.0-or-later
// FlexRound, LRQ and OmniQuant's clipping followed step by step (golden/methods/README.md, class `track`).
#include "core/quant/learned/clip_ratio_learner.h"
#include "core/quant/learned/layer_loss.h"
#include "core/quant/learned/rounding_factor_learner.h"
#include "tests/support/golden.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace qs;
using namespace qs::quant;

namespace {

struct Layer {
    Matrix w;
    std::vector<double> sigma;
    Index tokens = 0;
};

Layer layerOf(const test::Golden& inputs, const std::string& set)
{
    Layer out;
    out.w = inputs.matrix(set + "/W");
    const auto shape = inputs.shape(set + "/X");
    const auto x = inputs.doubles(set + "/X");
    out.tokens = shape[0];
    const auto n = static_cast<std::size_t>(shape[1]);
    out.sigma.assign(n * n, 0.0);
    for (std::size_t t = 0; t < static_cast<std::size_t>(shape[0]); ++t)
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) out.sigma[i * n + j] += x[t * n + i] * x[t * n + j];
    return out;
}

double relative(double a, double b) { return std::abs(a - b) / std::abs(b); }

// Largest difference over the largest value.
double worst(std::span<const double> found, std::span<const double> wanted)
{
    double difference = 0;
    double largest = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        difference = std::max(difference, std::abs(found[i] - wanted[i]));
        largest = std::max(largest, std::abs(wanted[i]));
    }
    return difference / largest;
}

nlohmann::json casesOf(const test::Golden& golden) { return nlohmann::json::parse(golden.meta("cases")); }

} // namespace

#define QS_CLOSE(found, wanted, limit)                                                                                 \
    do {                                                                                                               \
        const double difference = (found);                                                                             \
        QVERIFY2(difference <= (limit), qPrintable(QString("%1: %2 > %3").arg(wanted).arg(difference).arg(limit)));     \
    } while (false)

class TestLearnedGolden : public QObject {
    Q_OBJECT
private slots:
    void factors_everyCase_followTheOfficialSteps()
    {
        const test::Golden golden("methods/flexround_lrq.safetensors");
        const test::Golden inputs("methods/inputs.safetensors");
        QS_NEED_GOLDEN(golden);
        QS_NEED_GOLDEN(inputs);
        const nlohmann::json cases = casesOf(golden);
        for (const auto& [name, settings] : cases.items()) {
            const Layer layer = layerOf(inputs, name.substr(0, 1));
            const Index m = layer.w.rows();
            const Index n = layer.w.cols();
            LadderStart start;
            start.layout = GroupLayout(m, n, *GroupSpec::parse("row"));
            const auto logStep = golden.doubles(name + "/init/log_step");
            for (const double l : logStep) start.scale.push_back(std::exp(l));
            start.zero = golden.doubles(name + "/zero");
            start.top = (1 << settings["bits"].get<int>()) - 1;
            RoundingFactorLearner learner(layer.w.view(), start, settings["rank"].get<Index>(), 0);
            learner.arrays()[0].value = logStep;
            if (settings["rank"] != 0) learner.arrays()[2].value = golden.doubles(name + "/init/U");

            // The first gradients.
            const LayerLoss layerLoss(layer.w.view(), layer.sigma, 1.0 / static_cast<double>(m));
            std::vector<double> decoded(static_cast<std::size_t>(m * n));
            std::vector<double> gradient(decoded.size());
            QVERIFY(learner.decode(decoded, {}));
            QVERIFY(layerLoss(decoded, gradient, {}).has_value());
            QVERIFY(learner.backward(gradient, {}));
            for (const LearnedArray& a : learner.arrays()) {
                const std::string key = name + "/grad0/" + a.name;
                if (!golden.has(key)) continue; // U has none at first
                QS_CLOSE(worst(a.gradient, golden.doubles(key)), QString::fromStdString(key), a.name == "S" ? 1e-6 : 1e-9);
            }

            TrainOptions options;
            options.steps = settings["iters"].get<int>();
            options.rate = settings["lr"].get<double>();
            options.keepBest = false;
            Learner* const learners[] = {&learner};
            const auto wanted = golden.doubles(name + "/losses");
            const auto check = [&](int step) {
                const std::string at = name + "/step" + std::to_string(step);
                for (const LearnedArray& a : learner.arrays()) {
                    if (!golden.has(at + "/" + a.name)) continue;
                    QS_CLOSE(worst(a.value, golden.doubles(at + "/" + a.name)), QString::fromStdString(at + "/" + a.name), 1e-6);
                }
                const auto codes = golden.bytes(at + "/codes");
                QVERIFY(std::equal(codes.begin(), codes.end(), learner.codes().begin()));
            };
            const TrainLoss loss = [&](int step, std::span<const std::vector<double>> all, std::span<std::vector<double>> gradients) {
                if (step == 1 || step == 20 || step == 200) check(step);
                return layerLoss(all[0], gradients[0], {});
            };
            const auto result = train(learners, loss, options, {});
            QVERIFY(result.has_value());
            QCOMPARE(result->losses.size(), wanted.size());
            for (std::size_t k = 0; k < wanted.size(); ++k)
                QS_CLOSE(relative(result->losses[k], wanted[k]), QString::fromStdString(name) + " loss " + QString::number(k), k <= 20 ? 1e-9 : 1e-6);
            if (QTest::currentTestFailed()) return;
        }
    }

    void clipRatios_everyCase_followTheOfficialSteps()
    {
        const test::Golden golden("methods/omniquant_lwc.safetensors");
        const test::Golden inputs("methods/inputs.safetensors");
        QS_NEED_GOLDEN(golden);
        QS_NEED_GOLDEN(inputs);
        const nlohmann::json cases = casesOf(golden);
        for (const auto& [name, settings] : cases.items()) {
            const Layer layer = layerOf(inputs, name.substr(0, 1));
            const int group = settings["group"].get<int>();
            ClipRatioOptions o;
            o.layout = GroupLayout(layer.w.rows(), layer.w.cols(), *GroupSpec::parse(group < 0 ? "row" : std::to_string(group)));
            o.bits = settings["bits"].get<int>();
            o.symmetric = settings["symmetric"].get<bool>();
            o.zeroInside = false;
            ClipRatioLearner learner(layer.w.view(), o);
            const LayerLoss layerLoss(layer.w.view(), layer.sigma, 1.0 / static_cast<double>(layer.w.rows() * layer.tokens));
            TrainOptions options;
            options.steps = settings["iters"].get<int>();
            options.rate = settings["lr"].get<double>();
            options.schedule = Schedule::Constant;
            options.keepBest = false;
            Learner* const learners[] = {&learner};
            const TrainLoss loss = [&](int step, std::span<const std::vector<double>> all, std::span<std::vector<double>> gradients) {
                if (step == 1)
                    for (const LearnedArray& a : learner.arrays()) // still those of step 0
                        expectClose(worst(a.gradient, golden.doubles(name + "/grad0/" + a.name)), name + "/grad0/" + a.name, 1e-9);
                if (step == 1 || step == 20 || step == 200) {
                    const std::string at = name + "/step" + std::to_string(step);
                    for (const LearnedArray& a : learner.arrays()) expectClose(worst(a.value, golden.doubles(at + "/" + a.name)), at + "/" + a.name, 1e-8);
                    expectClose(worst(learner.scales(), golden.doubles(at + "/scale")), at + "/scale", 1e-9);
                    expectClose(worst(learner.zeros(), golden.doubles(at + "/zero")), at + "/zero", 0.0);
                    if (golden.has(at + "/codes")) {
                        const auto codes = golden.bytes(at + "/codes");
                        m_fine &= std::equal(codes.begin(), codes.end(), learner.codes().begin());
                    }
                }
                return layerLoss(all[0], gradients[0], {});
            };
            const auto result = train(learners, loss, options, {});
            QVERIFY(result.has_value());
            QVERIFY(m_fine);
            const auto wanted = golden.doubles(name + "/losses");
            QCOMPARE(result->losses.size(), wanted.size());
            for (std::size_t k = 0; k < wanted.size(); ++k)
                QS_CLOSE(relative(result->losses[k], wanted[k]), QString::fromStdString(name) + " loss " + QString::number(k), k <= 20 ? 1e-9 : 1e-6);
        }
    }

private:
    void expectClose(double difference, const std::string& what, double limit)
    {
        if (difference <= limit) return;
        m_fine = false;
        qWarning("%s: %g > %g", what.c_str(), difference, limit);
    }
    bool m_fine = true;
};

QTEST_GUILESS_MAIN(TestLearnedGolden)
#include "tst_learned_golden.moc"
