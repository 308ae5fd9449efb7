// SPDX-License-Identifier: GPL-3.0-or-later
// The engine on models that the test makes up: gradients against differences, texts longer than a block of queries, the
// same bits for any number of threads and any instruction set, mixtures, what observers see.
#include "core/base/simd_level.h"
#include "core/model/fisher.h"
#include "core/model/loss.h"
#include "tests/core/model/made_up_model.h"
#include "tests/support/golden.h"

#include <QTest>

#include <cmath>

using namespace qs;
using namespace qs::model;
using test::madeUpConfig;
using test::madeUpTokens;
using test::madeUpWeights;

namespace {

const char* const kArchitectures[] = {"llama", "mistral", "qwen2", "qwen3", "gemma2",
                                      "phi3",  "mixtral", "opt",   "gpt2",  "gpt_neox"};

void architectures()
{
    QTest::addColumn<QString>("architecture");
    for (const char* a : kArchitectures) QTest::newRow(a) << QString(a);
}

std::shared_ptr<const Model> madeUpModel(const std::string& architecture, bool allExperts = false)
{
    ModelConfig c = madeUpConfig(architecture);
    if (allExperts) c.expertsPerToken = c.experts;
    auto model = Model::make(c, std::make_shared<MemoryWeights>(madeUpWeights(c, 1)));
    if (!model) qWarning("%s", model.error().text().c_str());
    return model ? *model : nullptr;
}

bool sameBits(const Matrix& a, const Matrix& b)
{
    return a.rows() == b.rows() && a.cols() == b.cols()
           && std::equal(a.data().begin(), a.data().end(), b.data().begin());
}

double dot(const Matrix& a, const Matrix& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.data().size(); ++i)
        sum += static_cast<double>(a.data()[i]) * static_cast<double>(b.data()[i]);
    return sum;
}

void shift(Matrix& m, const Matrix& direction, float step)
{
    for (std::size_t i = 0; i < m.data().size(); ++i) m.data()[i] += step * direction.data()[i];
}

struct Everything {
    Matrix hidden;
    std::vector<double> losses;
    std::map<std::string, Matrix> fisher;
};

Result<Everything> runEverything(const Model& model, const Tokens& tokens, const Context& context)
{
    Everything out;
    QS_ASSIGN(out.hidden, runModel(context, model, tokens, {}));
    QS_ASSIGN(const Head head, model.loadHead(context));
    QS_ASSIGN(out.losses, tokenLosses(context, head, out.hidden, tokens));
    QS_ASSIGN(out.fisher, fisherDiagonals(context, model, tokens, [](const ParameterSpec&) { return true; }));
    return out;
}

bool same(const Everything& a, const Everything& b)
{
    if (!sameBits(a.hidden, b.hidden) || a.losses != b.losses || a.fisher.size() != b.fisher.size()) return false;
    for (const auto& [name, m] : a.fisher)
        if (!sameBits(m, b.fisher.at(name))) return false;
    return true;
}

} // namespace

class TestModelEngine : public QObject {
    Q_OBJECT
private slots:
    void cleanup() { setSimdLevel(std::nullopt); }

    void attention_longText_equalsPlainLoop_data()
    {
        QTest::addColumn<int>("window");
        QTest::addColumn<double>("cap");
        QTest::newRow("full") << 0 << 0.0;
        QTest::newRow("window within a block of queries") << 37 << 0.0;
        QTest::newRow("window over blocks, capped") << 150 << 1.5;
    }
    void attention_longText_equalsPlainLoop()
    {
        QFETCH(int, window);
        QFETCH(double, cap);
        AttentionShape s{2, 300, 4, 2, 8, window, 0.5F, static_cast<float>(cap)};
        Matrix q = test::gaussian(600, 32, 1);
        Matrix k = test::gaussian(600, 16, 2);
        Matrix v = test::gaussian(600, 16, 3);
        const auto view = [](Matrix& m) { return HeadView{m.data().data(), m.cols(), 8}; };
        Matrix out;

        QVERIFY(attentionForward({}, s, view(q), view(k), view(v), out));

        double worst = 0;
        for (Index row = 0; row < 600; ++row)
            for (Index h = 0; h < 4; ++h) {
                const Index start = row / 300 * 300;
                const Index low = window > 0 ? std::max(start, row - window + 1) : start;
                std::vector<double> p;
                double total = 0;
                for (Index key = low; key <= row; ++key) {
                    double score = 0;
                    for (Index i = 0; i < 8; ++i)
                        score +=
                            static_cast<double>(q.at(row, h * 8 + i)) * static_cast<double>(k.at(key, h / 2 * 8 + i));
                    score *= 0.5;
                    if (cap > 0) score = cap * std::tanh(score / cap);
                    p.push_back(std::exp(score));
                    total += p.back();
                }
                for (Index i = 0; i < 8; ++i) {
                    double want = 0;
                    for (Index key = low; key <= row; ++key)
                        want += p[static_cast<std::size_t>(key - low)] / total
                                * static_cast<double>(v.at(key, h / 2 * 8 + i));
                    worst = std::max(worst, std::abs(want - static_cast<double>(out.at(row, h * 8 + i))));
                }
            }
        QVERIFY2(worst < 3e-6, qPrintable(QString::number(worst)));
    }

    void blockGradients_differences_agree_data() { architectures(); }
    void blockGradients_differences_agree()
    {
        QFETCH(QString, architecture);
        const Context context;
        // With all experts no token changes them within a step; golden/transformers has the gradients of a choice.
        const auto model = madeUpModel(architecture.toStdString(), true);
        QVERIFY(model);
        const Block block = model->block(0);
        const BlockWeights weights = *model->loadBlock(0, context);
        constexpr Index kLength = 150; // more than one block of queries
        const RopeTable rope = model->rope(kLength);
        const Matrix input = test::gaussian(2 * kLength, 24, 77);
        const Matrix weigh = test::gaussian(2 * kLength, 24, 78); // loss = Σ weigh · output
        const auto run = [&](const BlockWeights& w, const Matrix& x, BlockTrace& trace) {
            trace.sequences = 2;
            trace.length = kLength;
            trace.input = x;
            return block.forward(context, w, rope, {}, trace).has_value();
        };
        BlockTrace trace;
        QVERIFY(run(weights, input, trace));
        Matrix dInput;
        BlockWeights gradients;
        QVERIFY(block.backward(context, weights, rope, trace, weigh, &dInput, &gradients));
        BlockWeights matrices; // of those that are asked for alone
        std::vector<bool> wanted;
        for (const auto& p : block.description().parameters) wanted.push_back(p.matrix);
        QVERIFY(block.backward(context, weights, rope, trace, weigh, nullptr, &matrices, wanted));
        for (std::size_t i = 0; i < wanted.size(); ++i)
            QVERIFY(wanted[i] ? sameBits(matrices[i], gradients[i]) : matrices[i].rows() == 0);

        // Loss = sum over outputs in double of the difference of two outputs, so that it is not lost in the sum.
        const auto slopeAlong = [&](int parameter, const Matrix& direction, float h) {
            BlockTrace up, down;
            BlockWeights w = weights;
            Matrix x = input;
            Matrix& moved = parameter < 0 ? x : w[static_cast<std::size_t>(parameter)];
            shift(moved, direction, h);
            run(w, x, up);
            shift(moved, direction, -2 * h);
            run(w, x, down);
            double sum = 0;
            for (std::size_t i = 0; i < up.output.data().size(); ++i)
                sum += static_cast<double>(weigh.data()[i])
                       * (static_cast<double>(up.output.data()[i]) - static_cast<double>(down.output.data()[i]));
            return sum / (2 * static_cast<double>(h));
        };
        for (int p = -1; p < static_cast<int>(weights.size()); ++p) {
            const Matrix& g = p < 0 ? dInput : gradients[static_cast<std::size_t>(p)];
            // Mostly along the gradient, so that the slope is large, and a random part.
            Matrix direction = test::gaussian(g.rows(), g.cols(), static_cast<std::uint64_t>(100 + p));
            const double length = std::sqrt(dot(direction, direction));
            const double steep = std::sqrt(dot(g, g));
            if (steep < 1e-3) continue; // key biases without rotation
            for (std::size_t i = 0; i < g.data().size(); ++i)
                direction.data()[i] = static_cast<float>(static_cast<double>(direction.data()[i]) / length
                                                         + static_cast<double>(g.data()[i]) / steep);
            const double want = dot(g, direction);
            double best = 1e300; // a larger step suffers from curvature, a smaller one from rounding
            for (const float h : {1e-2F, 3e-3F, 1e-3F})
                best = std::min(best, std::abs(slopeAlong(p, direction, h) - want) / std::abs(want));
            QVERIFY2(best < 4e-3, qPrintable(QString("parameter %1: %2").arg(p).arg(best)));
        }
    }

    void lossGradient_differences_agree_data() { architectures(); }
    void lossGradient_differences_agree()
    {
        QFETCH(QString, architecture);
        const Context context;
        const auto model = madeUpModel(architecture.toStdString());
        QVERIFY(model);
        const Tokens tokens = madeUpTokens(3, 20, 50, 5);
        const Head head = *model->loadHead(context);
        const Matrix hidden = test::gaussian(60, 24, 6);
        Matrix gradient;

        const auto losses = lossGradient(context, head, hidden, tokens, 0.5, gradient);

        QVERIFY(losses);
        QCOMPARE(losses->size(), std::size_t(3 * 19));
        QVERIFY(*losses == *tokenLosses(context, head, hidden, tokens));
        const auto total = [&](const Matrix& x) {
            double sum = 0;
            const auto each = tokenLosses(context, head, x, tokens);
            for (const double v : *each) sum += 0.5 * v;
            return sum;
        };
        const Matrix direction = gradient;
        Matrix up = hidden;
        Matrix down = hidden;
        shift(up, direction, 1e-2F);
        shift(down, direction, -1e-2F);
        const double want = dot(gradient, gradient);
        const double got = (total(up) - total(down)) / 2e-2;
        QVERIFY2(std::abs(got - want) < 3e-3 * want, qPrintable(QString("%1 %2").arg(got).arg(want)));
    }

    void everything_threadsLevelsBatches_sameBits_data() { architectures(); }
    void everything_threadsLevelsBatches_sameBits()
    {
        QFETCH(QString, architecture);
        const auto model = madeUpModel(architecture.toStdString());
        QVERIFY(model);
        const Tokens tokens = madeUpTokens(2, 135, 50, 9);
        const auto want = runEverything(*model, tokens, {});
        QVERIFY(want);

        for (const SimdLevel level : simdLevels())
            for (const int threads : {1, 4}) {
                setSimdLevel(level);
                Context context;
                context.arena = makeArena(threads);
                const auto got = runEverything(*model, tokens, context);
                QVERIFY(got);
                QVERIFY(same(*want, *got));
            }
        RunOptions single;
        single.batchTokens = 1;
        QVERIFY(sameBits(want->hidden, *runModel({}, *model, tokens, single)));
    }

    void observer_mixtral_seesEveryLayerAndItsTokens()
    {
        const auto model = madeUpModel("mixtral");
        const Tokens tokens = madeUpTokens(4, 10, 50, 3);
        RunOptions options;
        options.batchTokens = 20; // two batches
        std::map<std::string, Index> rows;
        std::vector<Index> seen(40, 0);
        bool ascending = true;
        options.observer = [&](const LinearInput& in) -> Status {
            for (const auto* l : in.layers) rows[l->module] += in.x.rows;
            ascending = ascending && std::is_sorted(in.tokens.begin(), in.tokens.end());
            if (in.block == 0 && in.layers[0]->expert >= 0 && in.layers.size() == 2)
                for (const Index t : in.tokens) ++seen[static_cast<std::size_t>(t)];
            return {};
        };

        QVERIFY(runModel({}, *model, tokens, options));

        QCOMPARE(rows.size(), std::size_t(2 * (4 + 1 + 4 * 3)));
        QCOMPARE(rows["model.layers.1.self_attn.q_proj"], 40);
        QVERIFY(ascending);
        for (const Index n : seen) QCOMPARE(n, 2); // two experts a token
    }

    void observer_error_endsTheRun()
    {
        const auto model = madeUpModel("llama");
        RunOptions options;
        options.observer = [](const LinearInput&) { return Status(fail(ErrorCode::NonFinite, "enough")); };

        const auto result = runModel({}, *model, madeUpTokens(1, 4, 50, 1), options);

        QVERIFY(!result);
        QCOMPARE(QString::fromStdString(result.error().message), QString("enough"));
    }

    void run_stopped_isCancelled()
    {
        const auto model = madeUpModel("llama");
        std::stop_source stop;
        Context context;
        context.stop = stop.get_token();
        RunOptions options;
        options.hidden = [&](Index l, const Matrix&) -> Status {
            if (l == 1) stop.request_stop();
            return {};
        };

        const auto result = runModel(context, *model, madeUpTokens(1, 4, 50, 1), options);

        QVERIFY(!result);
        QVERIFY(result.error().code == ErrorCode::Cancelled);
    }

    void activations_rounding_hasAtMost256Levels()
    {
        std::vector<float> x(1000);
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i) * 0.37F + 5; // 0 is outside
        const std::vector<float> before = x;

        fakeQuantize(x);

        std::vector<float> levels = x;
        std::sort(levels.begin(), levels.end());
        levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
        QVERIFY(levels.size() > 200 && levels.size() <= 256);
        const float step = (before.back() - before.front()) / 255;
        for (std::size_t i = 0; i < x.size(); ++i) QVERIFY(std::abs(x[i] - before[i]) <= 1.01F * step);
    }

    void activations_tensor_oneRangePerText()
    {
        const auto model = madeUpModel("llama");
        const Tokens two = madeUpTokens(2, 12, 50, 4);
        Tokens second;
        second.sequences = 1;
        second.length = 12;
        second.ids.assign(two.ids.begin() + 12, two.ids.end());
        RunOptions tensor;
        tensor.activations = ActivationQuant::Tensor;
        RunOptions token;
        token.activations = ActivationQuant::Token;

        const Matrix both = *runModel({}, *model, two, tensor);
        const Matrix alone = *runModel({}, *model, second, tensor);

        QVERIFY(std::equal(alone.data().begin(), alone.data().end(), both.data().begin() + 12 * 24));
        QVERIFY(!sameBits(both, *runModel({}, *model, two, token)));
        QVERIFY(!sameBits(both, *runModel({}, *model, two, {})));
    }

    void embed_wrongTokens_areRefused()
    {
        const auto model = madeUpModel("gpt2");
        Tokens t = madeUpTokens(1, 4, 50, 1);
        t.ids[2] = 50;
        const auto beyond = model->embed(t, {});
        const auto tooLong = model->embed(madeUpTokens(1, 401, 50, 1), {});

        QVERIFY(!beyond && beyond.error().code == ErrorCode::Malformed);
        QVERIFY(!tooLong && tooLong.error().code == ErrorCode::Lacking);
    }

    void windowsOf_rest_isDropped()
    {
        const std::vector<std::int32_t> ids(100, 1);

        const Tokens t = windowsOf(ids, 30);

        QCOMPARE(t.sequences, 3);
        QCOMPARE(t.ids.size(), std::size_t(90));
        QCOMPARE(windowsOf(ids, 101).sequences, 0);
    }
};

QTEST_GUILESS_MAIN(TestModelEngine)
#include "tst_model_engine.moc"
