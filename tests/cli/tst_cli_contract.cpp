// SPDX-License-Identifier: GPL-3.0-or-later
// JSON keys and exit codes of every command, as specs/cli.md promises them.
#include "tests/cli/cli_runner.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using qs::test::runCli;
using qs::test::sampleFolder;

namespace {

const QString kQ = QStringLiteral("model.layers.0.self_attn.q_proj.weight");

bool hasKeys(const QJsonObject& object, const QStringList& keys)
{
    for (const QString& k : keys)
        if (!object.contains(k)) {
            qWarning() << "missing key" << k << "in" << object.keys();
            return false;
        }
    return true;
}

} // namespace

class TestCliContract : public QObject {
    Q_OBJECT
private slots:
    void inspect_sample_listsEveryTensor();
    void stats_oneTensor_hasEveryFigure();
    void recipes_listPartsAndFits();
    void quantize_block_hasTotals();
    void quantize_threads_giveTheSameNumbers();
    void compare_twoRecipes_hasPareto();
    void cache_secondRun_findsWhatTheFirstComputed();
    void dryRun_quantize_writesNothing();
    void help_andVersion_exitZero();
    void usage_wrong_exitsTwo_data();
    void usage_wrong_exitsTwo();
    void failure_cantBeDone_exitsOne_data();
    void failure_cantBeDone_exitsOne();
    void input_malformed_exitsThree();
    void error_json_hasEveryField();
    void render_svgAndCsv_areWritten();
};

void TestCliContract::inspect_sample_listsEveryTensor()
{
    const auto run = runCli({"inspect", sampleFolder(), "--json"});
    QCOMPARE(run.exitCode, 0);
    const auto json = run.json();
    QVERIFY(hasKeys(json, {"format", "path", "bytes", "parameters", "architecture", "metadata", "warnings", "tensors"}));
    QCOMPARE(json["format"].toString(), QString("safetensors"));
    QCOMPARE(json["architecture"].toString(), QString("llama"));
    QCOMPARE(json["parameters"].toInteger(), 4196608);
    const auto tensors = json["tensors"].toArray();
    QCOMPARE(tensors.size(), 39);
    for (const auto& t : tensors)
        QVERIFY(hasKeys(t.toObject(), {"name", "dtype", "shape", "role", "block", "expert", "bytes", "bits_per_weight"}));
    QVERIFY(tensors[0].toObject()["block"].isNull());
    QCOMPARE(tensors[0].toObject()["shape"].toArray(), (QJsonArray{2048, 256}));
}

void TestCliContract::stats_oneTensor_hasEveryFigure()
{
    const auto run = runCli({"stats", sampleFolder(), "--json", "--tensor", kQ, "--bins", "64"});
    QCOMPARE(run.exitCode, 0);
    const auto t = run.json()["tensors"].toArray()[0].toObject();
    QVERIFY(hasKeys(t, {"name", "count", "min", "max", "mean", "std", "skewness", "kurtosis", "abs_percentiles", "zeros", "nans",
                        "infs", "outliers_6sigma", "histogram"}));
    QCOMPARE(t["count"].toInteger(), 65536);
    QVERIFY(hasKeys(t["abs_percentiles"].toObject(), {"50", "90", "99", "99.9", "100"}));
    const auto histogram = t["histogram"].toObject();
    QCOMPARE(histogram["edges"].toArray().size(), 65);
    qint64 sum = 0;
    for (const auto& c : histogram["counts"].toArray()) sum += c.toInteger();
    QCOMPARE(sum, 65536);
    QVERIFY(run.json().contains("totals"));
}

void TestCliContract::recipes_listPartsAndFits()
{
    const auto run = runCli({"recipes", "--json"});
    QCOMPARE(run.exitCode, 0);
    const auto recipes = run.json()["recipes"].toArray();
    QVERIFY(recipes.size() >= 3);
    for (const auto& r : recipes) {
        QVERIFY(hasKeys(r.toObject(), {"name", "title", "parameters", "needs", "source", "parts"}));
        for (const auto& p : r.toObject()["parameters"].toArray())
            QVERIFY(hasKeys(p.toObject(), {"name", "type", "default", "min", "max", "choices", "unit", "help"}));
    }
    for (const auto& p : run.json()["parts"].toArray()) {
        QVERIFY(hasKeys(p.toObject(), {"kind", "name", "parameters", "source", "fits"}));
        const auto fits = p.toObject()["fits"].toObject();
        QVERIFY(hasKeys(fits, {"safetensors", "quantoscope", "npz", "gguf", "compressed-tensors", "gptq", "awq", "bitsandbytes", "hqq"}));
        QVERIFY(fits["quantoscope"].isBool() && fits["quantoscope"].toBool());
        for (const auto& f : fits) QVERIFY(f.isBool() || !f.toString().isEmpty());
    }
}

void TestCliContract::quantize_block_hasTotals()
{
    const auto run = runCli({"quantize", sampleFolder(), "--recipe", "rtn:bits=4,group=64", "--tensor", "block:0", "--json"});
    QCOMPARE(run.exitCode, 0); // a block means its matrices: the two norms stay
    const auto tensors = run.json()["tensors"].toArray();
    QCOMPARE(tensors.size(), 7);
    for (const auto& t : tensors) {
        QVERIFY(hasKeys(t.toObject(), {"name", "recipe", "bits_per_weight", "payload_bits", "metadata_bits", "seconds", "metrics"}));
        QVERIFY(hasKeys(t.toObject()["metrics"].toObject(), {"mse", "rmse", "max_abs", "relative_mse", "sqnr_db", "cosine"}));
        // an f16 scale and a packed 4-bit zero in 64 weights, where the zeros of a row fill their words; else a little more
        const double bits = t.toObject()["bits_per_weight"].toDouble();
        QVERIFY2(bits >= 4.0 + 20.0 / 64 && bits <= 4.4, qPrintable(t.toObject()["name"].toString()));
    }
    QVERIFY(hasKeys(run.json()["totals"].toObject(), {"bits_per_weight", "bytes_before", "bytes_after", "seconds", "peak_bytes"}));
}

void TestCliContract::quantize_threads_giveTheSameNumbers()
{
    QJsonArray first;
    for (const char* threads : {"1", "2", "5"}) {
        const auto run = runCli({"quantize", sampleFolder(), "--recipe", "nf", "--tensor", "block:1", "--threads", threads, "--json"});
        QCOMPARE(run.exitCode, 0);
        QJsonArray metrics;
        for (const auto& t : run.json()["tensors"].toArray()) metrics.append(t.toObject()["metrics"]);
        if (first.isEmpty()) first = metrics;
        QCOMPARE(metrics, first);
    }
}

void TestCliContract::compare_twoRecipes_hasPareto()
{
    const auto run = runCli({"compare", sampleFolder(), "--recipe", "rtn:bits=3", "--recipe", "rtn:bits=4", "--recipe",
                             "rtn:bits=4,group=row,scheme=sym_absmax", "--tensor", kQ, "--json"});
    QCOMPARE(run.exitCode, 0);
    QVERIFY(hasKeys(run.json(), {"cells", "pareto", "totals"}));
    QCOMPARE(run.json()["cells"].toArray().size(), 3);
    QVERIFY(run.json()["pareto"].toObject()[kQ].toArray().size() >= 2);
    QCOMPARE(run.json()["totals"].toObject().size(), 3);
}

void TestCliContract::cache_secondRun_findsWhatTheFirstComputed()
{
    const QTemporaryDir dir;
    const QStringList call{"compare", sampleFolder(), "--tensor", kQ, "--recipe", "rtn", "--recipe", "nf", "--json"};
    const auto cells = [](const qs::test::CliRun& run) { return run.json()["cells"].toArray(); };
    const auto first = runCli(call + QStringList{"--cache", dir.filePath("kept")});
    const auto second = runCli(call + QStringList{"--cache", dir.filePath("kept")});
    const auto anew = runCli(call + QStringList{"--cache", dir.filePath("kept"), "--no-cache"});
    QCOMPARE(cells(first).size(), 2);
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(cells(first)[i].toObject()["cached"], QJsonValue(false));
        QCOMPARE(cells(second)[i].toObject()["cached"], QJsonValue(true));
        QCOMPARE(cells(anew)[i].toObject()["cached"], QJsonValue(false));
        QCOMPARE(cells(second)[i].toObject()["metrics"], cells(first)[i].toObject()["metrics"]);
        QCOMPARE(cells(second)[i].toObject()["seconds"], cells(first)[i].toObject()["seconds"]);
        QCOMPARE(cells(anew)[i].toObject()["metrics"], cells(first)[i].toObject()["metrics"]);
    }
    QStringList shown = call;
    shown.removeLast();
    QVERIFY(runCli(shown + QStringList{"--cache", dir.filePath("kept")}).out.contains("(cached)"));
}

void TestCliContract::dryRun_quantize_writesNothing()
{
    QTemporaryDir dir;
    const auto run = runCli({"quantize", sampleFolder(), "--recipe", "nf", "--dry-run", "--json", "--out", dir.filePath("o"), "--format", "quantoscope"});
    QCOMPARE(run.exitCode, 0);
    QVERIFY(hasKeys(run.json(), {"peak_bytes", "estimated_seconds", "bits_per_weight"}));
    QVERIFY(run.json()["peak_bytes"].toDouble() > 0);
    QVERIFY(!QFile::exists(dir.filePath("o")));
}

void TestCliContract::help_andVersion_exitZero()
{
    QCOMPARE(runCli({"--help"}).exitCode, 0);
    QCOMPARE(runCli({"quantize", "--help"}).exitCode, 0);
    const auto version = runCli({"--version"});
    QCOMPARE(version.exitCode, 0);
    QVERIFY(version.out.startsWith("quantoscope-cli "));
}

void TestCliContract::usage_wrong_exitsTwo_data()
{
    QTest::addColumn<QStringList>("arguments");
    const QString s = sampleFolder();
    QTest::newRow("no command") << QStringList{};
    QTest::newRow("unknown command") << QStringList{"quantise", s};
    QTest::newRow("unknown option") << QStringList{"inspect", s, "--jsonn"};
    QTest::newRow("missing value") << QStringList{"quantize", s, "--recipe"};
    QTest::newRow("option twice") << QStringList{"quantize", s, "--recipe", "rtn", "--recipe", "nf"};
    QTest::newRow("missing argument") << QStringList{"inspect"};
    QTest::newRow("too many arguments") << QStringList{"inspect", s, s};
    QTest::newRow("unknown recipe") << QStringList{"quantize", s, "--recipe", "nothing-such"};
    QTest::newRow("unknown parameter") << QStringList{"quantize", s, "--recipe", "rtn:foo=1"};
    QTest::newRow("value out of range") << QStringList{"quantize", s, "--recipe", "rtn:bits=99"};
    QTest::newRow("two grids") << QStringList{"quantize", s, "--recipe", "rtn+nf"};
    QTest::newRow("no recipe") << QStringList{"quantize", s};
    QTest::newRow("out without format") << QStringList{"quantize", s, "--recipe", "rtn", "--out", "/tmp/x"};
    QTest::newRow("format without out") << QStringList{"convert", s, "--format", "npz"};
    QTest::newRow("unknown format") << QStringList{"convert", s, "--out", "/tmp/x", "--format", "zip"};
    QTest::newRow("wrong dtype") << QStringList{"convert", s, "--out", "/tmp/x", "--format", "safetensors:dtype=i8"};
    QTest::newRow("wrong selector") << QStringList{"stats", s, "--tensor", "role:none_such"};
    QTest::newRow("threads 0") << QStringList{"inspect", s, "--threads", "0"};
    QTest::newRow("device") << QStringList{"inspect", s, "--device", "tpu"};
    QTest::newRow("flag with value") << QStringList{"inspect", s, "--json=1"};
    QTest::newRow("unknown plot") << QStringList{"render", s, "--plot", "pie", "--tensor", kQ, "--out", "/tmp/x.svg"};
    QTest::newRow("plot file type") << QStringList{"render", s, "--plot", "distribution", "--tensor", kQ, "--out", "/tmp/x.bmp"};
}

void TestCliContract::usage_wrong_exitsTwo()
{
    QFETCH(QStringList, arguments);
    const auto run = runCli(arguments);
    QCOMPARE(run.exitCode, 2);
    QVERIFY(run.out.isEmpty());
    QVERIFY(run.err.startsWith("quantoscope-cli: "));
}

void TestCliContract::failure_cantBeDone_exitsOne_data()
{
    QTest::addColumn<QStringList>("arguments");
    const QString s = sampleFolder();
    QTest::newRow("missing path") << QStringList{"inspect", "/no/such/model"};
    QTest::newRow("no tensor matches") << QStringList{"quantize", s, "--recipe", "rtn", "--tensor", "nothing*"};
    QTest::newRow("memory limit") << QStringList{"quantize", s, "--recipe", "rtn", "--memory-limit", "1000"};
    QTest::newRow("no manifest") << QStringList{"verify", s};
    QTest::newRow("no device") << QStringList{"quantize", s, "--recipe", "rtn", "--device", "cuda"};
    QTest::newRow("no parent folder") << QStringList{"convert", s, "--out", "/no/such/folder/x", "--format", "quantoscope"};
    QTest::newRow("the target is the source") << QStringList{"convert", s, "--out", s, "--format", "quantoscope", "--force"};
}

void TestCliContract::failure_cantBeDone_exitsOne()
{
    QFETCH(QStringList, arguments);
    if (QByteArray(QTest::currentDataTag()) == "no device" && QFile::exists("/dev/nvidia0")) QSKIP("there is a device");
    const auto run = runCli(arguments);
    QCOMPARE(run.exitCode, 1);
    QVERIFY(run.err.startsWith("quantoscope-cli: "));
}

void TestCliContract::input_malformed_exitsThree()
{
    QTemporaryDir dir;
    QFile file(dir.filePath("bad.safetensors"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(64, '\xFF'));
    file.close();
    for (const char* command : {"inspect", "stats"}) QCOMPARE(runCli({command, file.fileName()}).exitCode, 3);
    QFile text(dir.filePath("notes.txt"));
    QVERIFY(text.open(QIODevice::WriteOnly));
    text.write("hello");
    text.close();
    QCOMPARE(runCli({"inspect", text.fileName()}).exitCode, 3);
}

void TestCliContract::error_json_hasEveryField()
{
    const auto run = runCli({"inspect", "/no/such/model", "--json"});
    QCOMPARE(run.exitCode, 1);
    const auto error = run.json()["error"].toObject();
    QVERIFY(hasKeys(error, {"code", "file", "tensor", "byte", "expected", "found", "remedy", "message"}));
    QCOMPARE(error["code"].toString(), QString("not_found"));
    const auto usage = runCli({"inspect", "--json", "--nonsense"});
    QCOMPARE(usage.exitCode, 2);
    QCOMPARE(usage.json()["error"].toObject()["code"].toString(), QString("usage"));
}

void TestCliContract::render_svgAndCsv_areWritten()
{
    QTemporaryDir dir;
    for (const char* kind : {"svg", "csv"}) {
        const QString out = dir.filePath(QString("plot.") + kind);
        const QStringList arguments = {"render", sampleFolder(), "--plot", "distribution", "--tensor", kQ, "--recipe", "rtn", "--out", out};
        QCOMPARE(runCli(arguments).exitCode, 0);
        QVERIFY(QFile(out).size() > 500);
        QCOMPARE(runCli(arguments).exitCode, 1); // exists
        QCOMPARE(runCli(arguments + QStringList{"--force"}).exitCode, 0);
    }
}

QTEST_GUILESS_MAIN(TestCliContract)
#include "tst_cli_contract.moc"
