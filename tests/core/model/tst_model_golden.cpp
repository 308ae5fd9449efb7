// SPDX-License-Identifier: GPL-3.0-or-later
// Every key of every folder of golden/transformers, at the tolerances of its README: 1e-5 of a tensor's largest value,
// 2e-5 for gradients and Fisher diagonals, 1e-6 for losses.
#include "core/io/format_registry.h"
#include "core/linalg/gram.h"
#include "core/model/fisher.h"
#include "core/model/loss.h"
#include "tests/support/golden.h"

#include <QTest>

#include <cmath>
#include <set>

using namespace qs;
using namespace qs::model;

namespace {

const char* const kFolders[] = {"llama", "llama3",   "llama_linear", "mistral", "qwen2",   "qwen3",  "gemma2",
                                "opt",   "opt_post", "gpt2",         "phi3",    "gptneox", "mixtral"};

QString explain(const Error& error)
{
    return QString::fromStdString(error.text());
}

/// One folder, opened, and the keys that were compared.
struct Fixture {
    explicit Fixture(const std::string& folder) : want("transformers/" + folder + "/expected.safetensors")
    {
        if (!want.ok()) return;
        auto source = io::openModel(std::string(QS_SHARED_DIR) + "/golden/transformers/" + folder, context);
        if (!source) {
            problem = explain(source.error());
            return;
        }
        auto opened = Model::open(*source);
        if (!opened) {
            problem = explain(opened.error());
            return;
        }
        model = *opened;
        ids = tokens("input_ids");
    }
    Tokens tokens(const std::string& key)
    {
        Tokens t;
        const auto shape = want.shape(key);
        t.sequences = shape.size() > 1 ? shape[0] : 1;
        t.length = shape.back();
        for (const double v : want.doubles(key)) t.ids.push_back(static_cast<std::int32_t>(v));
        done.insert(key);
        return t;
    }
    /// The largest difference over the largest expected value.
    double distance(const std::string& key, const std::vector<double>& got, double scale = 0)
    {
        done.insert(key);
        const auto ref = want.doubles(key);
        if (ref.size() != got.size()) return 1e300;
        double worst = 0;
        double largest = 0;
        for (std::size_t i = 0; i < ref.size(); ++i) {
            if (!(std::abs(got[i] - ref[i]) <= worst)) worst = std::abs(got[i] - ref[i]); // NaN is the worst
            largest = std::max(largest, std::abs(ref[i]));
        }
        return worst / (scale > 0 ? scale : largest);
    }
    /// As on disk: GPT-2's matrices are stored [in, out].
    std::vector<double> asStored(const Matrix& m, bool matrix) const
    {
        std::vector<double> out;
        if (matrix && model->config().architecture == "gpt2")
            for (Index c = 0; c < m.cols(); ++c)
                for (Index r = 0; r < m.rows(); ++r) out.push_back(static_cast<double>(m.at(r, c)));
        else
            for (const float v : m.data()) out.push_back(static_cast<double>(v));
        return out;
    }
    Context context;
    test::Golden want;
    std::shared_ptr<const Model> model;
    Tokens ids;
    QString problem;
    std::set<std::string> done;
};

std::vector<double> doubles(std::span<const float> v)
{
    return {v.begin(), v.end()};
}

// Root mean square of the error over the largest expected value.
double rmsDistance(Fixture& f, const std::string& key, const Matrix& got)
{
    f.done.insert(key);
    const auto ref = f.want.doubles(key);
    double sum = 0;
    double largest = 0;
    for (std::size_t i = 0; i < ref.size(); ++i) {
        const double d = static_cast<double>(got.data()[i]) - ref[i];
        sum += d * d;
        largest = std::max(largest, std::abs(ref[i]));
    }
    return std::sqrt(sum / static_cast<double>(ref.size())) / largest;
}

Result<Matrix> logitsOf(Fixture& f, const RunOptions& options, Matrix* final = nullptr)
{
    QS_ASSIGN(const Matrix hidden, runModel(f.context, *f.model, f.ids, options));
    QS_ASSIGN(const Head head, f.model->loadHead(f.context));
    Matrix last;
    QS_TRY(head.finish(f.context, hidden, last));
    Matrix logits(hidden.rows(), head.vocabulary());
    QS_TRY(head.forEachLogits(f.context, last, [&](Index row0, Matrix& part) -> Status {
        std::copy(part.data().begin(), part.data().end(), logits.data().begin() + row0 * logits.cols());
        return {};
    }));
    if (final) *final = std::move(last);
    return logits;
}

#define NEAR(key, got, tolerance)                                                                                      \
    do {                                                                                                               \
        const double distance = f.distance(key, got);                                                                  \
        QVERIFY2(distance <= (tolerance),                                                                              \
                 qPrintable(QString("%1: %2").arg(QString::fromStdString(key)).arg(distance)));                        \
    } while (false)

} // namespace

class TestModelGolden : public QObject {
    Q_OBJECT
private slots:
    void everyKey_folder_withinTolerance_data()
    {
        QTest::addColumn<QString>("folder");
        for (const char* folder : kFolders) QTest::newRow(folder) << QString(folder);
    }
    void everyKey_folder_withinTolerance()
    {
        QFETCH(QString, folder);
        Fixture f(folder.toStdString());
        QS_NEED_GOLDEN(f.want);
        QVERIFY2(f.model, qPrintable(f.problem));
        forwardKeys(f);
        if (QTest::currentTestFailed()) return;
        lossKeys(f);
        if (QTest::currentTestFailed()) return;
        blockKeys(f);
        if (QTest::currentTestFailed()) return;
        fisherKeys(f);
        if (QTest::currentTestFailed()) return;
        roundedKeys(f);
        if (QTest::currentTestFailed()) return;
        for (const auto& key : f.want.keys())
            QVERIFY2(f.done.contains(key), qPrintable("not compared: " + QString::fromStdString(key)));
    }

    void logits_smallBatches_sameBits()
    {
        Fixture f("llama");
        QS_NEED_GOLDEN(f.want);
        RunOptions one;
        one.batchTokens = 1; // one text at a time

        const auto all = logitsOf(f, {});
        const auto single = logitsOf(f, one);

        QVERIFY(all && single);
        QVERIFY(std::equal(all->data().begin(), all->data().end(), single->data().begin()));
    }

private:
    void forwardKeys(Fixture& f)
    {
        std::map<std::string, Matrix> inputs;
        std::map<std::string, std::vector<double>> tokens;
        RunOptions options;
        options.observer = [&](const LinearInput& in) -> Status {
            for (const LinearSpec* layer : in.layers) {
                Matrix copy(in.x.rows, in.x.cols);
                std::copy(in.x.data.begin(), in.x.data.end(), copy.data().begin());
                inputs[layer->module] = std::move(copy);
                if (layer->expert >= 0)
                    tokens[layer->module.substr(0, layer->module.rfind('.'))] =
                        std::vector<double>(in.tokens.begin(), in.tokens.end());
            }
            return {};
        };
        std::vector<Matrix> streams;
        options.hidden = [&](Index, const Matrix& hidden) -> Status {
            streams.push_back(hidden);
            return {};
        };
        Matrix final;
        const auto logits = logitsOf(f, options, &final);
        QVERIFY2(logits, qPrintable(explain(logits ? Error() : logits.error())));
        for (std::size_t l = 0; l < streams.size(); ++l)
            NEAR("hidden." + std::to_string(l), doubles(streams[l].data()), 1e-5);
        NEAR("hidden.final", doubles(final.data()), 1e-5);
        NEAR("logits", doubles(logits->data()), 1e-5);
        for (const auto& key : f.want.keys()) {
            const std::string name = key.substr(key.find('.') + 1);
            if (key.starts_with("linear_input.")) {
                QVERIFY2(inputs.contains(name), qPrintable(QString::fromStdString(name)));
                NEAR(key, doubles(inputs[name].data()), 1e-5);
            } else if (key.starts_with("sigma.")) {
                std::vector<double> sigma(static_cast<std::size_t>(inputs[name].cols() * inputs[name].cols()), 0);
                QVERIFY(linalg::addGram(f.context, inputs[name], sigma));
                NEAR(key, sigma, 1e-5);
            } else if (key.starts_with("expert_tokens.")) {
                NEAR(key, tokens[name], 0);
            }
        }
    }

    void lossKeys(Fixture& f)
    {
        const Tokens text = f.tokens("eval_ids");
        const Tokens windows = windowsOf(text.ids, 32);
        const auto hidden = runModel(f.context, *f.model, windows, {});
        QVERIFY(hidden);
        const auto head = f.model->loadHead(f.context);
        QVERIFY(head);
        const auto losses = tokenLosses(f.context, *head, *hidden, windows);
        QVERIFY(losses);
        NEAR(std::string("eval_nll"), *losses, 1e-5);
        double sum = 0;
        for (const double v : *losses) sum += v;
        const double mean = sum / static_cast<double>(losses->size());
        NEAR(std::string("loss"), std::vector<double>{mean}, 1e-6);
        NEAR(std::string("perplexity"), std::vector<double>{std::exp(mean)}, 1e-6);
    }

    void blockKeys(Fixture& f)
    {
        const Block block = f.model->block(1);
        auto weights = f.model->loadBlock(1, f.context);
        QVERIFY(weights);
        const auto& parameters = block.description().parameters;
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const std::string key = "block_weight." + parameters[i].name;
            if (!f.want.has(key)) continue;
            f.done.insert(key);
            const Matrix stored = f.want.matrix(key);
            Matrix& w = (*weights)[i];
            for (Index r = 0; r < w.rows(); ++r)
                for (Index c = 0; c < w.cols(); ++c)
                    w.at(r, c) = f.model->config().architecture == "gpt2" ? stored.at(c, r) : stored.at(r, c);
        }
        const RopeTable rope = f.model->rope(f.ids.length);
        BlockTrace trace;
        trace.sequences = f.ids.sequences;
        trace.length = f.ids.length;
        trace.input = Matrix(f.ids.count(), f.model->config().hidden);
        const auto input = f.want.floats("hidden.1");
        std::copy(input.begin(), input.end(), trace.input.data().begin());
        QVERIFY(block.forward(f.context, *weights, rope, {}, trace));
        NEAR(std::string("block_output"), doubles(trace.output.data()), 1e-5);
        const auto target = f.want.doubles("hidden.2");
        Matrix dOut(trace.output.rows(), trace.output.cols());
        double loss = 0;
        for (std::size_t i = 0; i < target.size(); ++i) {
            const double d = static_cast<double>(trace.output.data()[i]) - target[i];
            loss += d * d / static_cast<double>(target.size());
            dOut.data()[i] = static_cast<float>(2 * d / static_cast<double>(target.size()));
        }
        NEAR(std::string("block_loss"), std::vector<double>{loss}, 1e-5);
        Matrix dIn;
        BlockWeights gradients;
        QVERIFY(block.backward(f.context, *weights, rope, trace, dOut, &dIn, &gradients));
        NEAR(std::string("block_grad_input"), doubles(dIn.data()), 2e-5);
        double largest = 0; // of the block: gradients of key biases are zero in exact arithmetic
        for (const auto& key : f.want.keys())
            if (key.starts_with("block_grad."))
                for (const double v : f.want.doubles(key)) largest = std::max(largest, std::abs(v));
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const std::string key = "block_grad." + parameters[i].name;
            QVERIFY2(f.want.has(key), qPrintable(QString::fromStdString(key)));
            double own = 0;
            for (const double v : f.want.doubles(key)) own = std::max(own, std::abs(v));
            const double distance =
                f.distance(key, f.asStored(gradients[i], parameters[i].matrix), own > 1e-6 * largest ? own : largest);
            QVERIFY2(distance <= 2e-5, qPrintable(QString("%1: %2").arg(QString::fromStdString(key)).arg(distance)));
        }
    }

    void fisherKeys(Fixture& f)
    {
        const auto fisher = fisherDiagonals(
            f.context, *f.model, f.ids, [&](const ParameterSpec& p) { return f.want.has("fisher." + p.name); }, 1);
        QVERIFY2(fisher, qPrintable(explain(fisher ? Error() : fisher.error())));
        for (const auto& [name, value] : *fisher) NEAR("fisher." + name, f.asStored(value, true), 2e-5);
    }

    void roundedKeys(Fixture& f)
    {
        if (!f.want.has("logits_a8_token")) return;
        RunOptions options;
        options.activations = ActivationQuant::Token;
        const auto token = logitsOf(f, options);
        QVERIFY(token);
        const double a = rmsDistance(f, "logits_a8_token", *token);
        QVERIFY2(a < 1e-3, qPrintable(QString::number(a)));
        options.kv8 = true;
        const auto kv = logitsOf(f, options);
        QVERIFY(kv);
        const double b = rmsDistance(f, "logits_a8_token_kv8", *kv);
        QVERIFY2(b < 1e-3, qPrintable(QString::number(b)));
    }
};

QTEST_GUILESS_MAIN(TestModelGolden)
#include "tst_model_golden.moc"
