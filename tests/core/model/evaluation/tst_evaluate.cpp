// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "core/model/evaluation/figures.h"
#include "core/model/tokenizers/load_tokenizer.h"
#include "core/model/tokenizers/text_file.h"
#include "tests/support/golden.h"

#include <QtTest>
#include <cmath>

using namespace qs;

namespace {

std::shared_ptr<const model::Model> openModel(const std::string& path)
{
    const auto source = io::openModel(path, {});
    if (!source) return nullptr;
    const auto m = model::Model::open(*source);
    return m ? *m : nullptr;
}

std::string goldenModel(const std::string& name) { return std::string(QS_SHARED_DIR) + "/golden/transformers/" + name; }
std::string sample() { return std::string(QS_SOURCE_DIR) + "/resources/sample"; }

std::vector<std::int32_t> idsOf(const test::Golden& g)
{
    std::vector<std::int32_t> ids;
    for (const double v : g.doubles("eval_ids")) ids.push_back(static_cast<std::int32_t>(v));
    return ids;
}

// The first tokens of the bundled sample's held-out text.
std::vector<std::int32_t> heldOut(std::size_t count)
{
    const auto text = model::readUtf8File(sample() + "/text/heldout.txt");
    const auto tokenizer = model::openTokenizer(sample(), {});
    auto encoding = (*tokenizer)->encode(*text);
    encoding->ids.resize(count);
    return std::move(encoding->ids);
}

} // namespace

class TestEvaluate : public QObject {
    Q_OBJECT
private slots:
    void windows_goldenModels_equalTheReference_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"llama", "llama3", "llama_linear", "mistral", "qwen2", "qwen3", "gemma2", "opt", "opt_post", "gpt2", "phi3", "gptneox", "mixtral"})
            QTest::newRow(name) << name;
    }
    void windows_goldenModels_equalTheReference()
    {
        QFETCH(QString, name);
        const test::Golden g("transformers/" + name.toStdString() + "/expected.safetensors");
        QS_NEED_GOLDEN(g);
        const auto m = openModel(goldenModel(name.toStdString()));
        QVERIFY(m);
        model::EvaluateOptions options;
        options.length = 32;
        options.streamBytes = 3 * 32 * 32 * 4; // a few windows at a time

        const auto e = model::evaluate({}, *m, idsOf(g), options);

        QVERIFY2(e.has_value(), e ? "" : e.error().text().c_str());
        const auto wanted = g.doubles("eval_nll");
        QCOMPARE(e->nll.size(), wanted.size());
        QCOMPARE(e->windows.size(), std::size_t(7));
        double largest = 0;
        double difference = 0;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            largest = std::max(largest, wanted[i]);
            difference = std::max(difference, std::fabs(wanted[i] - e->nll[i]));
        }
        QVERIFY2(difference <= 1e-5 * largest, QByteArray::number(difference / largest));
        const auto figures = model::figuresOf(*e, 0);
        QVERIFY(std::fabs(figures.nll.mean - g.doubles("loss")[0]) <= 1e-6 * g.doubles("loss")[0]);
        QVERIFY(std::fabs(figures.perplexity - g.doubles("perplexity")[0]) <= 1e-5 * g.doubles("perplexity")[0]);
        QVERIFY(!figures.comparison);
    }

    // The first windows of specs/frontier.md's full-precision row (perplexity 14.298 over all 120).
    void sample_firstWindows_equalTheFrontier()
    {
        const test::Golden g("frontier/sample_nll.safetensors");
        QS_NEED_GOLDEN(g);
        const auto m = openModel(sample());
        QVERIFY(m);
        model::EvaluateOptions options;
        options.length = 256;
        const auto e = model::evaluate({}, *m, heldOut(3 * 256), options);
        QVERIFY2(e.has_value(), e ? "" : e.error().text().c_str());
        const auto wanted = g.doubles("full_precision");
        QCOMPARE(e->nll.size(), std::size_t(3 * 255));
        for (std::size_t i = 0; i < e->nll.size(); ++i) QVERIFY2(std::fabs(e->nll[i] - wanted[i]) < 2e-4, QByteArray::number(e->nll[i] - wanted[i]));
    }

    void stride_scoresEveryTokenOnce()
    {
        const auto m = openModel(sample());
        QVERIFY(m);
        const auto ids = heldOut(100);
        model::EvaluateOptions options;
        options.length = 40;
        const auto windows = model::evaluate({}, *m, ids, options);
        QCOMPARE(windows->nll.size(), std::size_t(2 * 39));
        options.stride = 40;
        QCOMPARE(model::evaluate({}, *m, ids, options)->nll, windows->nll);
        options.stride = 20;
        const auto strided = model::evaluate({}, *m, ids, options);
        QCOMPARE(strided->windows.size(), std::size_t(4));
        QCOMPARE(strided->nll.size(), std::size_t(39 + 3 * 20));
        QVERIFY(std::equal(windows->nll.begin(), windows->nll.begin() + 39, strided->nll.begin()));
        // Token 40 has no context in a window of its own; with a stride it has 20 tokens.
        options.length = 100;
        options.stride = 0;
        const auto whole = model::evaluate({}, *m, ids, options);
        QCOMPARE(whole->nll.size(), strided->nll.size());
        for (std::size_t i = 0; i < 39; ++i) QVERIFY(std::fabs(whole->nll[i] - strided->nll[i]) < 1e-4);
        options.stride = 101;
        QCOMPARE(model::evaluate({}, *m, ids, options).error().code, ErrorCode::Usage);
        options.length = 101;
        options.stride = 0;
        QCOMPARE(model::evaluate({}, *m, ids, options).error().code, ErrorCode::Lacking);
    }

    void against_itself_nothingDiffers()
    {
        const auto m = openModel(sample());
        QVERIFY(m);
        model::EvaluateOptions options;
        options.length = 32;
        options.against = m;
        const auto e = model::evaluate({}, *m, heldOut(96), options);
        QVERIFY(e.has_value());
        const auto f = model::figuresOf(*e, 1);
        QVERIFY(f.comparison);
        QCOMPARE(f.comparison->delta.mean, 0.0);
        QCOMPARE(f.comparison->agreement.mean, 1.0);
        QVERIFY(f.comparison->divergence.mean < 1e-12 && f.comparison->divergence99 < 1e-12);
        QVERIFY(std::fabs(f.perplexity - f.comparison->referencePerplexity) <= 1e-12 * f.perplexity);
    }

    // Rounded activations against exact ones: KL by hand from the losses of all tokens of a vocabulary is what the test has not,
    // so it holds what must be: KL > 0, the paired difference is the difference of the two runs.
    void against_roundedActivations_isPaired()
    {
        const auto m = openModel(sample());
        QVERIFY(m);
        const auto ids = heldOut(128);
        model::EvaluateOptions options;
        options.length = 64;
        const auto exact = model::evaluate({}, *m, ids, options);
        options.run.activations = model::ActivationQuant::Token;
        options.run.kv8 = true;
        options.against = m;
        const auto e = model::evaluate({}, *m, ids, options);
        QVERIFY(e.has_value());
        for (std::size_t i = 0; i < exact->nll.size(); ++i) QVERIFY(std::fabs(e->reference[i] - exact->nll[i]) < 1e-5);
        const auto f = model::figuresOf(*e, 0);
        double delta = 0;
        for (std::size_t i = 0; i < e->nll.size(); ++i) delta += e->nll[i] - exact->nll[i];
        QVERIFY(std::fabs(f.comparison->delta.mean - delta / static_cast<double>(e->nll.size())) < 1e-6);
        QVERIFY(f.comparison->divergence.mean > 1e-7 && f.comparison->divergence.mean < 0.05);
        QVERIFY(f.comparison->divergence99 >= f.comparison->divergence.mean);
        QVERIFY(f.comparison->agreement.mean > 0.8 && f.comparison->agreement.mean <= 1);
    }

    void figures_ofKnownNumbers()
    {
        model::Evaluation e;
        e.nll = {1, 2, 3, 4};
        e.reference = {1, 1, 3, 3};
        e.divergence = {0, 1, 2, 3};
        e.agrees = {1, 0, 1, 1};
        e.windows = {0, 2};
        const auto f = model::figuresOf(e, 5);
        QCOMPARE(f.nll.mean, 2.5);
        QVERIFY(std::fabs(f.nll.error - std::sqrt(5.0 / 3 / 4)) < 1e-15);
        QCOMPARE(f.perplexity, std::exp(2.5));
        QVERIFY(std::fabs(f.perplexityError - f.perplexity * f.nll.error) < 1e-12);
        QCOMPARE(f.nll.low, 1.5); // both draws are the first window, or both the second, in more than 2.5 % each
        QCOMPARE(f.nll.high, 3.5);
        QCOMPARE(f.comparison->delta.mean, 0.5);
        QVERIFY(std::fabs(f.comparison->delta.error - std::sqrt(1.0 / 3 / 4)) < 1e-15);
        QCOMPARE(f.comparison->agreement.mean, 0.75);
        QVERIFY(std::fabs(f.comparison->divergence99 - 2.97) < 1e-12);
        QVERIFY(std::fabs(f.comparison->referencePerplexity - std::exp(2.0)) < 1e-12);
        QCOMPARE(model::figuresOf(e, 5).nll.low, f.nll.low);
    }
};

QTEST_GUILESS_MAIN(TestEvaluate)
#include "tst_evaluate.moc"
