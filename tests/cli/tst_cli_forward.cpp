// SPDX-License-Identifier: GPL-3.0-or-later
// forward: the bundled sample on ids that the test makes, and a golden model against what transformers computed.
#include "core/io/format_registry.h"
#include "tests/cli/cli_runner.h"
#include "tests/support/file_builders.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"

#include <QJsonArray>
#include <QTest>

#include <cmath>

using namespace qs;
using test::runCli;
using test::sampleFolder;

namespace {

template <class T> std::string npyOf(const std::vector<T>& ids, std::size_t rows)
{
    const std::string shape = "(" + std::to_string(rows) + ", " + std::to_string(ids.size() / rows) + ")";
    return test::makeNpy("{'descr': '<i" + std::to_string(sizeof(T)) + "', 'fortran_order': False, 'shape': " + shape
                             + ", }",
                         test::rawBytes(ids));
}

QString text(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

std::vector<float> valuesOf(const io::ModelSource& source, const std::string& name)
{
    const auto at = source.find(name);
    if (at < 0) return {};
    const auto& t = source.tensors[static_cast<std::size_t>(at)];
    std::vector<float> out(t.shape.elements());
    if (!source.readFloats(t, 0, out.size(), out)) out.clear();
    return out;
}

} // namespace

class TestCliForward : public QObject {
    Q_OBJECT
private slots:
    void sample_writesEveryOutput()
    {
        const test::Scratch dir;
        const auto ids = dir.file("ids.npy", npyOf<std::int32_t>({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 2));
        const auto out = dir.path() / "out.safetensors";

        const auto run =
            runCli({"forward", sampleFolder(), "--ids", text(ids), "--out", text(out), "--inputs", "--json"});

        QVERIFY2(run.exitCode == 0, run.err.constData());
        QCOMPARE(run.json()["sequences"].toInt(), 2);
        QCOMPARE(run.json()["tensors"].toArray().size(), 1 + 5 + 1 + 4 * 7);
        const auto source = io::openModel(out, {});
        QVERIFY(source);
        QCOMPARE(valuesOf(**source, "logits").size(), std::size_t(10 * 2048));
        QCOMPARE(valuesOf(**source, "hidden.4").size(), std::size_t(10 * 256));
        QCOMPARE(valuesOf(**source, "linear_input.model.layers.3.mlp.down_proj").size(), std::size_t(10 * 768));
        for (const float v : valuesOf(**source, "logits")) QVERIFY(std::isfinite(v));
    }

    void golden_bothIdTypes_areTheReferences_data()
    {
        QTest::addColumn<bool>("wide");
        QTest::newRow("I32") << false;
        QTest::newRow("I64") << true;
    }
    void golden_bothIdTypes_areTheReferences()
    {
        QFETCH(bool, wide);
        const test::Golden want("transformers/gpt2/expected.safetensors");
        QS_NEED_GOLDEN(want);
        const test::Scratch dir;
        std::vector<std::int32_t> narrow;
        std::vector<std::int64_t> broad;
        for (const double v : want.doubles("input_ids")) {
            narrow.push_back(static_cast<std::int32_t>(v));
            broad.push_back(static_cast<std::int64_t>(v));
        }
        const auto ids = dir.file("ids.npy", wide ? npyOf(broad, 2) : npyOf(narrow, 2));
        const auto out = dir.path() / "out.safetensors";

        const auto run = runCli({"forward", QStringLiteral(QS_SHARED_DIR "/golden/transformers/gpt2"), "--ids",
                                 text(ids), "--out", text(out), "--inputs"});

        QVERIFY2(run.exitCode == 0, run.err.constData());
        const auto source = io::openModel(out, {});
        QVERIFY(source);
        int compared = 0;
        for (const auto& key : want.keys()) {
            if (key != "logits" && !key.starts_with("hidden.") && !key.starts_with("linear_input.")) continue;
            const auto ref = want.doubles(key);
            const auto got = valuesOf(**source, key);
            QVERIFY2(got.size() == ref.size(), key.c_str());
            double worst = 0;
            double largest = 0;
            for (std::size_t i = 0; i < ref.size(); ++i) {
                worst = std::max(worst, std::abs(static_cast<double>(got[i]) - ref[i]));
                largest = std::max(largest, std::abs(ref[i]));
            }
            QVERIFY2(worst <= 1e-5 * largest, key.c_str());
            ++compared;
        }
        QVERIFY(compared >= 10);
    }

    void rounding_options_changeLogits()
    {
        const test::Scratch dir;
        const auto ids = dir.file("ids.npy", npyOf<std::int32_t>({1, 2, 3, 4, 5, 6, 7, 8}, 1));
        std::vector<std::vector<float>> logits;
        for (const QStringList& more :
             {QStringList{}, {"--activations", "a8_token"}, {"--activations", "a8_tensor"}, {"--kv", "8"}}) {
            const auto out = dir.path() / ("out" + std::to_string(logits.size()) + ".safetensors");
            const auto run = runCli(
                QStringList{"forward", sampleFolder(), "--ids", text(ids), "--out", text(out), "--quiet"} + more);
            QVERIFY2(run.exitCode == 0, run.err.constData());
            logits.push_back(valuesOf(**io::openModel(out, {}), "logits"));
        }

        for (std::size_t i = 0; i < logits.size(); ++i)
            for (std::size_t j = 0; j < i; ++j) QVERIFY(logits[i] != logits[j]);
    }

    void trouble_exitCodes_data()
    {
        QTest::addColumn<QString>("ids");
        QTest::addColumn<QStringList>("more");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("told");
        QTest::newRow("id beyond the vocabulary") << "far" << QStringList{} << 3 << "2048";
        QTest::newRow("negative id") << "negative" << QStringList{} << 3 << "-1";
        QTest::newRow("floats") << "floats" << QStringList{} << 3 << "F32";
        QTest::newRow("no file") << "absent" << QStringList{} << 1 << "absent";
        QTest::newRow("unknown rounding") << "good" << QStringList{"--activations", "a4"} << 2 << "a8_token";
        QTest::newRow("unknown cache") << "good" << QStringList{"--kv", "4"} << 2 << "--kv";
        QTest::newRow("too little memory") << "good" << QStringList{"--memory-limit", "1000000"} << 1 << "memory";
        QTest::newRow("existing target") << "good" << QStringList{"--out", "taken"} << 1 << "taken";
        QTest::newRow("strange target") << "good" << QStringList{"--out", "out.txt"} << 2 << ".safetensors";
    }
    void trouble_exitCodes()
    {
        QFETCH(QString, ids);
        QFETCH(QStringList, more);
        QFETCH(int, code);
        QFETCH(QString, told);
        const test::Scratch dir;
        dir.file("good.npy", npyOf<std::int32_t>({1, 2, 3}, 1));
        dir.file("far.npy", npyOf<std::int32_t>({1, 2048, 3}, 1));
        dir.file("negative.npy", npyOf<std::int64_t>({1, -1, 3}, 1));
        dir.file("floats.npy", test::makeNpy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }",
                                             test::rawBytes<float>({1})));
        dir.file("taken.safetensors", "something");
        QString out = text(dir.path() / "out.safetensors");
        if (more.contains("--out")) {
            out = text(dir.path()) + "/" + more.last() + (more.last().contains('.') ? "" : ".safetensors");
            more.clear();
        }

        const auto run =
            runCli(QStringList{"forward", sampleFolder(), "--ids", text(dir.path()) + "/" + ids + ".npy", "--out", out}
                   + more);

        QVERIFY2(run.exitCode == code, run.err.constData());
        QVERIFY2(run.err.contains(told.toUtf8()), run.err.constData());
        QVERIFY(!std::filesystem::exists(dir.path() / "out.safetensors"));
    }

    void unknownArchitecture_isRefusedByName()
    {
        const test::Scratch dir;
        const auto ids = dir.file("ids.npy", npyOf<std::int32_t>({1}, 1));
        dir.file("model/config.json", R"({"model_type": "mamba", "hidden_size": 4})");
        dir.file("model/model.safetensors",
                 test::makeSafetensors(R"({"a.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
                                       std::string(8, '\0')));

        const auto run = runCli(
            {"forward", text(dir.path() / "model"), "--ids", text(ids), "--out", text(dir.path() / "o.safetensors")});

        QCOMPARE(run.exitCode, 3);
        QVERIFY2(run.err.contains("mamba"), run.err.constData());
    }

    void dryRun_writesNothing()
    {
        const test::Scratch dir;
        const auto ids = dir.file("ids.npy", npyOf<std::int32_t>({1, 2, 3}, 1));

        const auto run = runCli({"forward", sampleFolder(), "--ids", text(ids), "--out",
                                 text(dir.path() / "o.safetensors"), "--dry-run", "--json"});

        QVERIFY2(run.exitCode == 0, run.err.constData());
        QVERIFY(run.json()["peak_bytes"].toDouble() > 0);
        QVERIFY(!std::filesystem::exists(dir.path() / "o.safetensors"));
    }
};

QTEST_GUILESS_MAIN(TestCliForward)
#include "tst_cli_forward.moc"
