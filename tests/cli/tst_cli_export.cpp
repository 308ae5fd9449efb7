// SPDX-License-Identifier: GPL-3.0-or-later
// quantize → export → verify → diff, in every form.
#include "tests/cli/cli_runner.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using qs::test::fingerprint;
using qs::test::runCli;
using qs::test::sampleFolder;

namespace {

QMap<QString, double> relativeMse(const QJsonArray& tensors, bool nested)
{
    QMap<QString, double> out;
    for (const auto& t : tensors) {
        const auto o = t.toObject();
        out[o["name"].toString()] = nested ? o["metrics"].toObject()["relative_mse"].toDouble() : o["relative_mse"].toDouble();
    }
    return out;
}

} // namespace

class TestCliExport : public QObject {
    Q_OBJECT
private slots:
    void loop_everyFormat_verifies_data();
    void loop_everyFormat_verifies();
    void container_reopened_showsLogicalTensors();
    void container_converted_decodesToTheSameValues();
    void decoded_folder_keepsEverythingElse();
    void only_writesChosenTensorsAlone();
    void fold_scales_leaveTheArtefacts();
    void verify_changedByte_isNotOk();
    void target_existing_isRefusedAndForceExchanges();
    void npz_readByNumpy();
    void diff_ofItself_isSame();
    void diff_ofQuantized_isDifferent();
};

void TestCliExport::loop_everyFormat_verifies_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("recipe");
    QTest::newRow("f32") << "safetensors:dtype=f32" << "out" << "rtn:group=64";
    QTest::newRow("f16") << "safetensors:dtype=f16" << "out" << "nf";
    QTest::newRow("own") << "safetensors" << "out" << "rtn:bits=3";
    QTest::newRow("container") << "quantoscope" << "out" << "afpq:format=nf4";
    QTest::newRow("container file") << "quantoscope" << "out.safetensors" << "nf:double=1";
    QTest::newRow("npz") << "npz" << "out.npz" << "rtn:bits=4,group=128";
    QTest::newRow("npz folder") << "npz" << "out" << "afpq";
}

void TestCliExport::loop_everyFormat_verifies()
{
    QFETCH(QString, format);
    QFETCH(QString, target);
    QFETCH(QString, recipe);
    QTemporaryDir dir;
    const QString out = dir.filePath(target);
    const auto made = runCli({"quantize", sampleFolder(), "--recipe", recipe, "--out", out, "--format", format, "--json"});
    QVERIFY2(made.exitCode == 0, made.err.constData());
    const auto wanted = relativeMse(made.json()["tensors"].toArray(), true);
    QCOMPARE(wanted.size(), 28);
    const auto plain = runCli({"verify", out, "--json"});
    QVERIFY2(plain.exitCode == 0, plain.err + plain.out.left(2000));
    QVERIFY(plain.json()["ok"].toBool());
    const auto verified = runCli({"verify", out, "--against", sampleFolder(), "--json"});
    QVERIFY2(verified.exitCode == 0, verified.out.left(2000).constData());
    QCOMPARE(verified.json()["tensors"].toArray().size(), 39);
    const auto measured = relativeMse(verified.json()["tensors"].toArray(), false);
    for (const auto& name : wanted.keys()) {
        const double slack = format == "safetensors" ? 0.02 : format.endsWith("f16") ? 1e-3 : 1e-9;
        QVERIFY2(std::abs(measured[name] - wanted[name]) <= slack * wanted[name], qPrintable(name));
    }
    const QStringList left = QDir(dir.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    for (const QString& name : left) QVERIFY2(name.startsWith("out"), qPrintable(name));
}

void TestCliExport::container_reopened_showsLogicalTensors()
{
    QTemporaryDir dir;
    const QString out = dir.filePath("c");
    QCOMPARE(runCli({"quantize", sampleFolder(), "--recipe", "rtn:bits=3,group=64", "--out", out, "--format", "quantoscope"}).exitCode, 0);
    const auto inspected = runCli({"inspect", out, "--json"});
    QCOMPARE(inspected.exitCode, 0);
    QCOMPARE(inspected.json()["format"].toString(), QString("quantoscope"));
    QCOMPARE(inspected.json()["tensors"].toArray().size(), 39);
    const auto again = runCli({"quantize", out, "--recipe", "none", "--json"});
    QCOMPARE(again.exitCode, 0);
    QCOMPARE(again.json()["tensors"].toArray().size(), 28);
    QFile config(out + "/config.json");
    QVERIFY(config.open(QIODevice::ReadOnly));
    QCOMPARE(QJsonDocument::fromJson(config.readAll()).object()["quantization_config"].toObject()["quant_method"].toString(), QString("quantoscope"));
}

void TestCliExport::container_converted_decodesToTheSameValues()
{
    QTemporaryDir dir;
    const QString c = dir.filePath("c.safetensors");
    const QString f = dir.filePath("f");
    QCOMPARE(runCli({"quantize", sampleFolder(), "--recipe", "nf", "--out", c, "--format", "quantoscope"}).exitCode, 0);
    QCOMPARE(runCli({"convert", c, "--out", f, "--format", "safetensors:dtype=f32"}).exitCode, 0);
    const auto same = runCli({"diff", c, f, "--json", "--fail-on-difference"});
    QVERIFY2(same.exitCode == 0, same.out.left(3000).constData());
    const QString again = dir.filePath("again");
    const auto converted = runCli({"convert", c, "--out", again, "--format", "quantoscope", "--json"});
    QCOMPARE(converted.exitCode, 0);
    QVERIFY(converted.json()["totals"].toObject()["bits_per_weight"].toDouble() < 16);
    QCOMPARE(runCli({"diff", c, again, "--fail-on-difference"}).exitCode, 0);
}

void TestCliExport::decoded_folder_keepsEverythingElse()
{
    QTemporaryDir dir;
    const QString out = dir.filePath("o");
    QCOMPARE(runCli({"quantize", sampleFolder(), "--recipe", "rtn", "--out", out, "--format", "safetensors"}).exitCode, 0);
    for (const char* name : {"tokenizer.json", "tokenizer_config.json", "generation_config.json", "config.json", "quantoscope.json", "model.safetensors"})
        QVERIFY2(QFile::exists(out + "/" + name), name);
    QFile a(sampleFolder() + "/tokenizer.json");
    QFile b(out + "/tokenizer.json");
    QVERIFY(a.open(QIODevice::ReadOnly) && b.open(QIODevice::ReadOnly));
    QCOMPARE(a.readAll(), b.readAll());
    const auto diff = runCli({"diff", sampleFolder(), out, "--json"});
    int same = 0;
    for (const auto& t : diff.json()["tensors"].toArray()) same += t.toObject()["status"].toString() == "same" ? 1 : 0;
    QCOMPARE(same, 11);
}

void TestCliExport::only_writesChosenTensorsAlone()
{
    QTemporaryDir dir;
    const QString out = dir.filePath("o");
    QCOMPARE(runCli({"quantize", sampleFolder(), "--recipe", "rtn", "--tensor", "role:q_proj", "--only", "--out", out, "--format", "safetensors"}).exitCode, 0);
    const auto inspected = runCli({"inspect", out, "--json"});
    QCOMPARE(inspected.json()["tensors"].toArray().size(), 4);
    QCOMPARE(runCli({"verify", out, "--against", sampleFolder()}).exitCode, 0);
}

void TestCliExport::fold_scales_leaveTheArtefacts()
{
    QTemporaryDir dir;
    const QString calibration = dir.filePath("c.safetensors");
    const auto calibrated = runCli({"calibrate", sampleFolder(), "--text", sampleFolder() + "/README.md", "--tokens", "256", "--length", "128", "--out", calibration});
    QVERIFY2(calibrated.exitCode == 0, calibrated.err.constData());
    const QStringList common{"quantize", sampleFolder(), "--recipe", "smoothquant+rtn:bits=8,group=row", "--calibration", calibration, "--format", "quantoscope", "--json"};
    const auto folded = runCli(common + QStringList{"--out", dir.filePath("a")});
    QVERIFY2(folded.exitCode == 0, folded.err.constData());
    const auto kept = runCli(common + QStringList{"--out", dir.filePath("b"), "--fold", "never"});
    QVERIFY2(kept.exitCode == 0, kept.err.constData());
    int folds = 0;
    const auto list = folded.json()["tensors"].toArray();
    const auto other = kept.json()["tensors"].toArray();
    QCOMPARE(list.size(), other.size());
    for (qsizetype i = 0; i < list.size(); ++i) {
        const QJsonObject t = list[i].toObject();
        const QString name = t["name"].toString();
        const bool isBehindNorm = !name.contains("o_proj") && !name.contains("down_proj");
        QCOMPARE(t.contains("folded_into"), isBehindNorm);
        QCOMPARE(t.contains("scales_kept"), !isBehindNorm);
        QVERIFY(!other[i].toObject().contains("folded_into"));
        // the vector is counted no more: 32 bits for each of a row's weights
        QVERIFY((t["metadata_bits"].toDouble() < other[i].toObject()["metadata_bits"].toDouble()) == isBehindNorm);
        folds += isBehindNorm ? 1 : 0;
    }
    QCOMPARE(folds, 20);
    for (const char* out : {"a", "b"}) {
        const auto verified = runCli({"verify", dir.filePath(out), "--against", sampleFolder(), "--json"});
        QVERIFY2(verified.exitCode == 0, verified.out.left(2000).constData());
    }
    // The folded model says what the other one says.
    const auto loss = [&](const char* out) {
        const auto r = runCli({"eval", dir.filePath(out), "--text", sampleFolder() + "/README.md", "--length", "64", "--json"});
        return r.json()["nll"].toDouble();
    };
    QVERIFY(loss("a") > 0 && std::abs(loss("a") - loss("b")) < 1e-4);
    const auto refused = runCli({"quantize", sampleFolder(), "--recipe", "smoothquant+rtn:bits=4,group=32", "--calibration", calibration, "--out", dir.filePath("x.gguf"),
                                 "--format", "gguf", "--json"});
    QCOMPARE(refused.exitCode, 1);
    QCOMPARE(refused.json()["error"].toObject()["code"].toString(), QString("not_representable"));
    QVERIFY(!QFile::exists(dir.filePath("x.gguf")));
    QCOMPARE(runCli(common + QStringList{"--out", dir.filePath("d"), "--fold", "perhaps"}).exitCode, 2);
}

void TestCliExport::verify_changedByte_isNotOk()
{
    QTemporaryDir dir;
    const QString out = dir.filePath("o.safetensors");
    QCOMPARE(runCli({"quantize", sampleFolder(), "--recipe", "rtn", "--out", out, "--format", "quantoscope"}).exitCode, 0);
    QFile file(out);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(file.size() - 1000));
    char byte = 0;
    QVERIFY(file.getChar(&byte));
    QVERIFY(file.seek(file.size() - 1000));
    file.putChar(static_cast<char>(byte ^ 0x11));
    file.close();
    const auto run = runCli({"verify", out, "--json"});
    QCOMPARE(run.exitCode, 1);
    QVERIFY(!run.json()["ok"].toBool(true));
}

void TestCliExport::target_existing_isRefusedAndForceExchanges()
{
    QTemporaryDir dir;
    const QString out = dir.filePath("o");
    QVERIFY(QDir().mkpath(out));
    QFile old(out + "/old.txt");
    QVERIFY(old.open(QIODevice::WriteOnly));
    old.write("old");
    old.close();
    const auto before = fingerprint(out);
    const QStringList arguments = {"quantize", sampleFolder(), "--recipe", "rtn", "--out", out, "--format", "quantoscope", "--json"};
    const auto refused = runCli(arguments);
    QCOMPARE(refused.exitCode, 1);
    QCOMPARE(refused.json()["error"].toObject()["code"].toString(), QString("exists"));
    QCOMPARE(fingerprint(out), before);
    QCOMPARE(runCli(arguments + QStringList{"--force"}).exitCode, 0);
    QVERIFY(!QFile::exists(out + "/old.txt"));
    QCOMPARE(runCli({"verify", out}).exitCode, 0);
}

void TestCliExport::npz_readByNumpy()
{
    QProcess probe;
    probe.start("python3", {"-c", "import numpy"});
    if (!probe.waitForFinished(60'000) || probe.exitCode() != 0) QSKIP("python3 with numpy is not installed");
    QTemporaryDir dir;
    const QString out = dir.filePath("o.npz");
    QCOMPARE(runCli({"quantize", sampleFolder(), "--recipe", "rtn:bits=4,group=128,scale=f32", "--tensor", "role:q_proj", "--only", "--out", out, "--format", "npz"}).exitCode, 0);
    QProcess python;
    python.start("python3", {"-c", R"(
import sys, numpy as np
z = np.load(sys.argv[1])
x = "model.layers.0.self_attn.q_proj.weight"
codes, scale, zero, decoded = (z[x + k] for k in (".codes", ".scale", ".zero", ".decoded"))
assert codes.dtype == np.uint8 and codes.shape == (256, 256) and decoded.dtype == np.float32
s = np.repeat(scale, 128, axis=1); o = np.repeat(zero, 128, axis=1)
w = (codes.astype(np.float32) - o) * s
assert np.abs(w - decoded).max() <= 1e-6 * np.abs(decoded).max(), np.abs(w - decoded).max()
)", out});
    QVERIFY(python.waitForFinished(60'000));
    QVERIFY2(python.exitCode() == 0, python.readAllStandardError().constData());
}

void TestCliExport::diff_ofItself_isSame()
{
    const auto run = runCli({"diff", sampleFolder(), sampleFolder() + "/model.safetensors", "--json", "--fail-on-difference"});
    QCOMPARE(run.exitCode, 0);
    QVERIFY(run.json()["same"].toBool());
    for (const auto& t : run.json()["tensors"].toArray()) QCOMPARE(t.toObject()["status"].toString(), QString("same"));
}

void TestCliExport::diff_ofQuantized_isDifferent()
{
    QTemporaryDir dir;
    const QString out = dir.filePath("o");
    QCOMPARE(runCli({"quantize", sampleFolder(), "--recipe", "rtn:bits=2", "--out", out, "--format", "safetensors"}).exitCode, 0);
    const auto run = runCli({"diff", sampleFolder(), out, "--json", "--fail-on-difference"});
    QCOMPARE(run.exitCode, 1);
    QVERIFY(!run.json()["same"].toBool(true));
    QCOMPARE(runCli({"diff", sampleFolder(), out, "--json"}).exitCode, 0);
}

QTEST_GUILESS_MAIN(TestCliExport)
#include "tst_cli_export.moc"
