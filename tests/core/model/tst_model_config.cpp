// SPDX-License-Identifier: GPL-3.0-or-later
// What is read from config.json, what is refused, and where the weights come from.
#include "core/io/format_registry.h"
#include "core/model/config_settings.h"
#include "core/model/run_model.h"
#include "tests/core/model/made_up_model.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"

#include <QTest>

#include <cmath>

using namespace qs;
using namespace qs::model;

namespace {

Result<ModelConfig> parse(const QString& json)
{
    io::ModelSource source;
    source.format = "safetensors";
    source.path = "model";
    source.configJson = json.toStdString();
    return readConfig(source);
}

QString llamaWith(const QString& more)
{
    return R"({"model_type": "llama", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,)"
           R"( "intermediate_size": 64, "vocab_size": 10)"
           + (more.isEmpty() ? QString() : ", " + more) + "}";
}

} // namespace

class TestModelConfig : public QObject {
    Q_OBJECT
private slots:
    void config_bothKeyStyles_agree()
    {
        const auto four = parse(
            llamaWith(R"("rope_theta": 500.0, "rope_scaling": {"type": "linear", "factor": 2.0}, "head_dim": null)"));
        const auto five =
            parse(llamaWith(R"("rope_parameters": {"rope_theta": 500.0, "rope_type": "linear", "factor": 2.0})"));
        const auto plain = parse(llamaWith(R"("rope_theta": 500.0, "rope_scaling": null)"));

        QVERIFY(four && five && plain);
        QCOMPARE(four->headDim, 8);
        QVERIFY(four->rope.frequencies == five->rope.frequencies);
        QCOMPARE(four->rope.frequencies[1] * 2, plain->rope.frequencies[1]);
        QVERIFY(std::abs(plain->rope.frequencies[1] - 1 / std::pow(500.0F, 0.25F)) < 1e-7F);
    }

    void config_qwenWindows_followTheirFlag()
    {
        const QString base =
            R"({"model_type": "qwen2", "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4,
            "intermediate_size": 64, "sliding_window": 8, "max_window_layers": 1, "use_sliding_window": %1})";

        const auto off = parse(base.arg("false"));
        const auto on = parse(base.arg("true"));

        QVERIFY(off && on);
        QVERIFY(off->qkvBias && !off->outputBias);
        QVERIFY(off->windows == std::vector<Index>({0, 0, 0}));
        QVERIFY(on->windows == std::vector<Index>({0, 8, 8}));
    }

    void config_unknown_refusedByName_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("named");
        QTest::addColumn<int>("code");
        const int no = static_cast<int>(ErrorCode::Unsupported);
        const int bad = static_cast<int>(ErrorCode::Malformed);
        QTest::newRow("architecture") << llamaWith("").replace("llama", "mamba") << "mamba" << no;
        QTest::newRow("gemma 3") << llamaWith("").replace("llama", "gemma3_text") << "gemma3_text" << no;
        QTest::newRow("bert") << llamaWith("").replace("llama", "bert") << "bert" << no;
        QTest::newRow("yarn") << llamaWith(R"("rope_scaling": {"rope_type": "yarn", "factor": 4})") << "yarn" << no;
        QTest::newRow("longrope") << llamaWith(R"("rope_parameters": {"rope_type": "longrope"})") << "longrope" << no;
        QTest::newRow("rope per layer") << llamaWith(
            R"("rope_parameters": {"full_attention": {"rope_type": "default"}})")
                                        << "full_attention" << no;
        QTest::newRow("activation") << llamaWith(R"("hidden_act": "xielu")") << "xielu" << no;
        QTest::newRow("layer type") << llamaWith(
            R"("sliding_window": 4, "layer_types": ["full_attention", "chunked_attention"])")
                                    << "chunked_attention" << no;
        QTest::newRow("size as text") << llamaWith("").replace("32", "\"32\"") << "hidden_size" << bad;
        QTest::newRow("size that is no number of things") << llamaWith("").replace("32", "32.5") << "hidden_size" << bad;
        QTest::newRow("flag as number") << llamaWith(R"("attention_bias": 1)") << "attention_bias" << bad;
        QTest::newRow("size missing") << llamaWith("").replace("hidden_size", "hidden") << "hidden_size" << bad;
        QTest::newRow("no heads") << llamaWith(R"("num_key_value_heads": 3)") << "heads" << bad;
        QTest::newRow("huge") << llamaWith("").replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 2000000000")
                              << "blocks" << bad;
        QTest::newRow("wide head") << llamaWith(R"("head_dim": 2000000000)") << "wide" << bad;
        QTest::newRow("theta") << llamaWith(R"("rope_theta": -1)") << "rotary" << bad;
        QTest::newRow("no JSON") << "{" << "" << bad;
    }
    void config_unknown_refusedByName()
    {
        QFETCH(QString, json);
        QFETCH(QString, named);
        QFETCH(int, code);

        const auto config = parse(json);

        QVERIFY(!config);
        const QString told = QString::fromStdString(config.error().text());
        QVERIFY2(told.contains(named), qPrintable(told));
        QVERIFY2(static_cast<int>(config.error().code) == code, qPrintable(told));
        QVERIFY2(told.contains("model"), qPrintable(told));
    }

    void config_none_isNotFound()
    {
        io::ModelSource source;
        source.format = "safetensors";
        source.path = "weights.safetensors";

        const auto config = readConfig(source);

        QVERIFY(!config && config.error().code == ErrorCode::NotFound);
        QVERIFY(config.error().text().find("weights.safetensors") != std::string::npos);
    }

    void model_missingOrWrongTensor_isNamed_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("tensor");
        QTest::newRow("norm") << "llama" << "model.layers.1.input_layernorm.weight";
        QTest::newRow("head") << "llama" << "lm_head.weight";
        QTest::newRow("bias") << "qwen2" << "model.layers.0.self_attn.k_proj.bias";
        QTest::newRow("expert") << "mixtral" << "model.layers.1.block_sparse_moe.experts.3.w2.weight";
        QTest::newRow("positions") << "opt" << "model.decoder.embed_positions.weight";
        QTest::newRow("embedding") << "gpt2" << "transformer.wte.weight";
    }
    void model_missingOrWrongTensor_isNamed()
    {
        QFETCH(QString, architecture);
        QFETCH(QString, tensor);
        const ModelConfig c = test::madeUpConfig(architecture.toStdString());
        auto less = test::madeUpWeights(c, 1);
        QCOMPARE(less.erase(tensor.toStdString()), std::size_t(1));
        auto wrong = test::madeUpWeights(c, 1);
        wrong[tensor.toStdString()] = Matrix(3, 5);

        const auto missing = Model::make(c, std::make_shared<MemoryWeights>(less));
        const auto misshapen = Model::make(c, std::make_shared<MemoryWeights>(wrong));

        QVERIFY(!missing && missing.error().code == ErrorCode::NotFound);
        QCOMPARE(QString::fromStdString(missing.error().tensor), tensor);
        QVERIFY(!missing.error().remedy.empty());
        QVERIFY(!misshapen && misshapen.error().code == ErrorCode::Malformed);
    }

    void sourceWeights_replacedTensor_isTheMixture()
    {
        test::Scratch dir;
        const ModelConfig c = test::madeUpConfig("llama");
        auto weights = test::madeUpWeights(c, 1);
        test::writeModel(dir.path() / "model.safetensors", weights);
        const auto source = io::openModel(dir.path() / "model.safetensors", {});
        QVERIFY(source);
        const std::string name = "model.layers.1.mlp.down_proj.weight";
        auto other = std::make_shared<Matrix>(test::gaussian(24, 20, 99));
        auto mixed = std::make_shared<SourceWeights>(*source, "llama");
        mixed->replace(name, other);
        const Tokens tokens = test::madeUpTokens(2, 9, 50, 1);

        const auto plain = Model::make(c, std::make_shared<SourceWeights>(*source, "llama"));
        const auto mixture = (*plain)->with(mixed);
        weights[name] = *other;
        const auto want = Model::make(c, std::make_shared<MemoryWeights>(weights));

        QVERIFY(plain && mixture && want);
        const Matrix a = *runModel({}, **want, tokens, {});
        const Matrix b = *runModel({}, **mixture, tokens, {});
        const Matrix original = *runModel({}, **plain, tokens, {});
        QVERIFY(std::equal(a.data().begin(), a.data().end(), b.data().begin()));
        QVERIFY(!std::equal(a.data().begin(), a.data().end(), original.data().begin()));
    }

    void sourceWeights_withoutPrefix_areFound()
    {
        test::Scratch dir;
        const ModelConfig c = test::madeUpConfig("gpt2");
        const auto weights = test::madeUpWeights(c, 1);
        std::map<std::string, Matrix> bare;
        for (const auto& [name, m] : weights) {
            Matrix stored = m;
            const bool conv = name.find(".attn.c_") != std::string::npos || name.find(".mlp.c_") != std::string::npos;
            if (conv && name.ends_with(".weight")) { // Conv1D: [in, out]
                stored = Matrix(m.cols(), m.rows());
                for (Index r = 0; r < m.rows(); ++r)
                    for (Index q = 0; q < m.cols(); ++q) stored.at(q, r) = m.at(r, q);
            }
            bare[name.substr(std::string("transformer.").size())] = stored;
        }
        bare["h.0.attn.bias"] = Matrix(4, 4); // the mask that published files carry
        test::writeModel(dir.path() / "model.safetensors", bare);
        dir.file(
            "config.json",
            R"({"model_type": "gpt2", "n_embd": 24, "n_layer": 2, "n_head": 4, "n_inner": 20,)"
            R"( "n_positions": 400, "vocab_size": 50})");
        const auto source = io::openModel(dir.path(), {});
        QVERIFY(source);
        const Tokens tokens = test::madeUpTokens(2, 9, 50, 1);

        const auto want = Model::make(c, std::make_shared<MemoryWeights>(weights));
        const auto got = Model::open(*source);

        QVERIFY2(got, got ? "" : got.error().text().c_str());
        const Matrix a = *runModel({}, **want, tokens, {});
        const Matrix b = *runModel({}, **got, tokens, {});
        QVERIFY(std::equal(a.data().begin(), a.data().end(), b.data().begin()));
        const Block second = (*got)->block(1);
        QCOMPARE((*got)->tensorName(second.description().output), std::string("h.1.attn.c_proj.weight"));
    }
};

QTEST_GUILESS_MAIN(TestModelConfig)
#include "tst_model_config.moc"
