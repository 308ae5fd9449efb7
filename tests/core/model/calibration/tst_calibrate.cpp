// SPDX-License-Identifier: GPL-3.0-or-later
// What calibrate gathers, against Σ and Fisher diagonals that the reference library gave (golden/transformers).
#include "core/io/format_registry.h"
#include "core/model/calibration/calibrate.h"
#include "tests/support/golden.h"

#include <QtTest>
#include <cmath>
#include <map>

using namespace qs;

namespace {

constexpr const char* kFolders[] = {"llama", "llama3", "llama_linear", "mistral", "qwen2", "qwen3", "gemma2", "opt", "opt_post", "gpt2", "phi3", "gptneox", "mixtral"};

std::shared_ptr<const model::Model> openGolden(const std::string& name)
{
    const auto source = io::openModel(std::string(QS_SHARED_DIR) + "/golden/transformers/" + name, {});
    if (!source) return nullptr;
    const auto m = model::Model::open(*source);
    return m ? *m : nullptr;
}

model::Tokens tokensOf(const test::Golden& g)
{
    model::Tokens t;
    t.sequences = g.shape("input_ids")[0];
    t.length = g.shape("input_ids")[1];
    for (const double v : g.doubles("input_ids")) t.ids.push_back(static_cast<std::int32_t>(v));
    return t;
}

using Layers = std::map<std::string, model::LayerCalibration>;

Layers gather(const model::Model& m, const model::Tokens& tokens, const model::CalibrateOptions& options, const Context& context = {})
{
    Layers out;
    const auto done = model::calibrate(context, m, tokens, options, [&](const model::LayerCalibration& l) -> Status {
        out[l.module] = l;
        return {};
    });
    if (!done) qFatal("%s", done.error().text().c_str());
    return out;
}

// Largest difference over the largest value.
template <class A, class B>
double worst(const A& found, const B& wanted)
{
    double largest = 0;
    double difference = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        largest = std::max(largest, std::fabs(static_cast<double>(wanted[i])));
        difference = std::max(difference, std::fabs(static_cast<double>(found[i]) - static_cast<double>(wanted[i])));
    }
    return largest == 0 ? difference : difference / largest;
}

} // namespace

class TestCalibrate : public QObject {
    Q_OBJECT
private slots:
    void sigma_goldenModels_equalTheReference_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : kFolders) QTest::newRow(name) << name;
    }
    void sigma_goldenModels_equalTheReference()
    {
        QFETCH(QString, name);
        const test::Golden g("transformers/" + name.toStdString() + "/expected.safetensors");
        QS_NEED_GOLDEN(g);
        const auto m = openGolden(name.toStdString());
        QVERIFY(m);
        model::CalibrateOptions options;
        options.fisher = true;
        options.samples = 5;

        const Layers layers = gather(*m, tokensOf(g), options);

        int sigmas = 0;
        int fishers = 0;
        for (const auto& key : g.keys()) {
            if (key.starts_with("sigma.")) {
                const auto it = layers.find(key.substr(6));
                QVERIFY2(it != layers.end(), key.c_str());
                const auto wanted = g.doubles(key);
                const model::LayerCalibration& l = it->second;
                QCOMPARE(l.sigma.size(), wanted.size());
                QVERIFY2(worst(l.sigma, wanted) < 1e-5, key.c_str());
                std::vector<double> diagonal; // mean squares are the diagonal over the tokens
                for (Index i = 0; i < l.inputs; ++i) diagonal.push_back(wanted[static_cast<std::size_t>(i * l.inputs + i)] / static_cast<double>(l.tokens));
                QVERIFY2(worst(l.meanSquare, diagonal) < 1e-5, key.c_str());
                const std::string inputs = "linear_input." + key.substr(6);
                if (g.has(inputs)) {
                    const Matrix x = g.matrix(inputs);
                    QCOMPARE(static_cast<std::uint64_t>(x.rows()), l.tokens);
                    std::vector<double> means(static_cast<std::size_t>(x.cols()));
                    std::vector<double> largest(means.size());
                    for (Index r = 0; r < x.rows(); ++r)
                        for (std::size_t i = 0; i < means.size(); ++i) {
                            const double a = std::fabs(static_cast<double>(x.row(r)[i]));
                            means[i] += a / static_cast<double>(x.rows());
                            largest[i] = std::max(largest[i], a);
                        }
                    QVERIFY2(worst(l.meanAbs, means) < 1e-5, key.c_str());
                    QVERIFY2(worst(l.maxAbs, largest) < 1e-5, key.c_str());
                    if (name != "mixtral") {
                        QCOMPARE(l.samples.size(), static_cast<std::size_t>(5 * x.cols()));
                        for (Index k = 0; k < 5; ++k) {
                            const auto row = x.row(k * x.rows() / 5);
                            const auto found = std::span(l.samples).subspan(static_cast<std::size_t>(k * x.cols()), row.size());
                            QVERIFY2(worst(found, row) < 1e-5, key.c_str());
                        }
                    }
                }
                ++sigmas;
            } else if (key.starts_with("fisher.")) {
                std::string module = key.substr(7);
                QVERIFY(module.ends_with(".weight"));
                module.resize(module.size() - 7);
                const auto it = layers.find(module);
                QVERIFY2(it != layers.end(), key.c_str());
                std::vector<double> wanted = g.doubles(key);
                if (name == "gpt2") { // there it is stored as [in, out]
                    const auto shape = g.shape(key);
                    std::vector<double> turned(wanted.size());
                    for (std::int64_t i = 0; i < shape[0]; ++i)
                        for (std::int64_t o = 0; o < shape[1]; ++o)
                            turned[static_cast<std::size_t>(o * shape[0] + i)] = wanted[static_cast<std::size_t>(i * shape[1] + o)];
                    wanted = turned;
                }
                QCOMPARE(it->second.fisher.size(), wanted.size());
                QVERIFY2(worst(it->second.fisher, wanted) < 2e-5, key.c_str());
                ++fishers;
            }
        }
        QVERIFY(sigmas >= 4);
        QVERIFY(fishers >= 1);
    }

    void anyThreads_sameBits()
    {
        const test::Golden g("transformers/mixtral/expected.safetensors");
        QS_NEED_GOLDEN(g);
        const auto m = openGolden("mixtral");
        Context one;
        one.arena = makeArena(1);
        Context four;
        four.arena = makeArena(4);
        const Layers a = gather(*m, tokensOf(g), {}, one);
        const Layers b = gather(*m, tokensOf(g), {}, four);
        QCOMPARE(a.size(), b.size());
        for (const auto& [name, l] : a) {
            QCOMPARE(l.sigma, b.at(name).sigma);
            QCOMPARE(l.meanAbs, b.at(name).meanAbs);
            QCOMPARE(l.meanSquare, b.at(name).meanSquare);
        }
    }

    // Behind layers that are not changed X̃ = X; behind changed ones the first layer still reads the same.
    void prefix_crossAndItsSigma()
    {
        const test::Golden g("transformers/llama/expected.safetensors");
        QS_NEED_GOLDEN(g);
        const auto m = openGolden("llama");
        QVERIFY(m);
        model::CalibrateOptions options;
        options.prefix = m;
        for (const auto& [name, l] : gather(*m, tokensOf(g), options)) {
            QVERIFY2(worst(l.cross, l.sigma) < 1e-6, name.c_str());
            QCOMPARE(l.sigmaPrefix, l.sigma);
        }
        const auto* source = dynamic_cast<const model::SourceWeights*>(&m->weights());
        QVERIFY(source);
        const auto opened = io::openModel(std::string(QS_SHARED_DIR) + "/golden/transformers/llama", {});
        auto weights = std::make_shared<model::SourceWeights>(*opened, m->config().architecture);
        const std::string changed = "model.layers.0.self_attn.v_proj.weight";
        const auto at = (*opened)->find(changed);
        auto values = std::make_shared<Matrix>(*(*opened)->readMatrix((*opened)->tensors[static_cast<std::size_t>(at)], {}));
        for (float& v : values->data()) v *= 0.5F;
        weights->replace(changed, values);
        options.prefix = *m->with(weights);
        const Layers layers = gather(*m, tokensOf(g), options);
        const auto& first = layers.at("model.layers.0.self_attn.v_proj");
        QCOMPARE(first.sigmaPrefix, first.sigma);
        const auto& output = layers.at("model.layers.0.self_attn.o_proj"); // reads v alone: half of it
        std::vector<double> half = output.sigma;
        for (double& v : half) v *= 0.5;
        QVERIFY(worst(output.cross, half) < 1e-5);
        std::vector<double> quarter = output.sigma;
        for (double& v : quarter) v *= 0.25;
        QVERIFY(worst(output.sigmaPrefix, quarter) < 1e-5);
    }
};

QTEST_GUILESS_MAIN(TestCalibrate)
#include "tst_calibrate.moc"
