// SPDX-License-Identifier: GPL-3.0-or-later
// calibrate, eval and what --calibration adds to other commands, on the bundled sample.
#include "tests/cli/cli_runner.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

using namespace qs;
using test::runCli;

class TestCliModel : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    QString m_calibration;

    QString path(const char* name) const { return m_dir.filePath(QLatin1String(name)); }
    static QString heldOut() { return test::sampleFolder() + "/text/heldout.txt"; }

private slots:
    void initTestCase()
    {
        m_calibration = path("calibration.safetensors");
        const auto run = runCli({"calibrate", test::sampleFolder(), "--text", test::sampleFolder() + "/text/calibration.txt", "--tokens", "128", "--length", "64",
                                 "--out", m_calibration, "--json", "--quiet"});
        QVERIFY2(run.exitCode == 0, run.err);
        QCOMPARE(run.json()["layers"].toArray().size(), 28);
        QCOMPARE(run.json()["tokens"].toInt(), 128);
    }

    void calibrate_existingTarget_isLeftAlone()
    {
        const QByteArray before = test::fingerprint(m_dir.path());
        const QStringList call{"calibrate", test::sampleFolder(), "--text", heldOut(), "--tokens", "64", "--length", "64", "--out", m_calibration, "--quiet"};
        QCOMPARE(runCli(call).exitCode, 1);
        QCOMPARE(test::fingerprint(m_dir.path()), before);
        QCOMPARE(runCli(call + QStringList{"--force", "--dry-run"}).exitCode, 0);
        QCOMPARE(test::fingerprint(m_dir.path()), before);
    }

    void quantize_withCalibration_showsOutputError()
    {
        const QStringList call{"quantize", test::sampleFolder(), "--tensor", "block:0", "--recipe", "rtn:bits=3,group=64", "--json", "--quiet"};
        const auto plain = runCli(call).json();
        QVERIFY(!plain["tensors"].toArray()[0].toObject()["metrics"].toObject().contains("output_relative_mse"));
        const auto run = runCli(call + QStringList{"--calibration", m_calibration});
        QVERIFY2(run.exitCode == 0, run.err);
        QCOMPARE(run.json()["tensors"].toArray().size(), 7);
        for (const auto& t : run.json()["tensors"].toArray()) {
            const auto m = t.toObject()["metrics"].toObject();
            const double mse = m["output_relative_mse"].toDouble();
            QVERIFY(mse > 1e-4 && mse < 0.2);
            QVERIFY(std::fabs(m["output_sqnr_db"].toDouble() + 10 * std::log10(mse)) < 1e-9);
        }
        QVERIFY(run.json()["totals"].toObject()["metrics"].toObject()["output_relative_mse"].toDouble() > 0);
        // The second time it comes from the cache, with the same figures.
        const auto again = runCli(call + QStringList{"--calibration", m_calibration}).json();
        for (int k = 0; k < 7; ++k)
            QCOMPARE(again["tensors"].toArray()[k].toObject()["metrics"].toObject(), run.json()["tensors"].toArray()[k].toObject()["metrics"].toObject());
        QCOMPARE(runCli(call + QStringList{"--calibration", path("nothing")}).exitCode, 1);
        QCOMPARE(runCli(call + QStringList{"--calibration", test::sampleFolder() + "/model.safetensors"}).exitCode, 3);
    }

    void compareAndPlan_withCalibration_useOutputError()
    {
        const QStringList common{"--tensor", "block:0", "--calibration", m_calibration, "--json", "--quiet"};
        const auto cells = runCli(QStringList{"compare", test::sampleFolder(), "--recipe", "rtn:bits=3,group=64", "--recipe", "rtn:bits=4,group=64"} + common).json()["cells"].toArray();
        QCOMPARE(cells.size(), 14);
        for (const auto& c : cells) QVERIFY(c.toObject()["metrics"].toObject()["output_relative_mse"].toDouble() > 0);
        const auto plan = runCli(QStringList{"plan", test::sampleFolder(), "--candidate", "rtn:bits=3,group=64", "--candidate", "rtn:bits=4,group=64", "--bits", "3.8"} + common);
        QVERIFY2(plan.exitCode == 0, plan.err);
        QCOMPARE(plan.json()["error_of"].toString(), QString("output"));
    }

    void eval_windowsMixtureAndReference()
    {
        const QStringList text{"--text", heldOut(), "--length", "64", "--windows", "3", "--json", "--quiet"};
        const auto plain = runCli(QStringList{"eval", test::sampleFolder()} + text);
        QVERIFY2(plain.exitCode == 0, plain.err);
        const auto p = plain.json();
        QCOMPARE(p["windows"].toInt(), 3);
        QCOMPARE(p["tokens"].toInt(), 3 * 63);
        QVERIFY(std::fabs(p["perplexity"].toDouble() - std::exp(p["nll"].toDouble())) < 1e-9);
        QVERIFY(p["perplexity_se"].toDouble() > 0);
        QVERIFY(!p.contains("kl_mean"));

        const auto mixture = runCli(QStringList{"eval", test::sampleFolder(), "--recipe", "rtn:bits=2,group=64", "--tensor", "block:0-1", "--against", test::sampleFolder()} + text);
        QVERIFY2(mixture.exitCode == 0, mixture.err);
        const auto m = mixture.json();
        QVERIFY(m["kl_mean"].toDouble() > 0 && m["kl_p99"].toDouble() > m["kl_mean"].toDouble());
        QVERIFY(m["top1_agreement"].toDouble() > 0 && m["top1_agreement"].toDouble() < 1);
        QVERIFY(std::fabs(m["delta_nll"].toDouble() - (m["nll"].toDouble() - p["nll"].toDouble())) < 1e-6);
        QVERIFY(m["delta_nll_se"].toDouble() > 0);
        QCOMPARE(m["mixture"].toObject()["tensors"].toInt(), 14);

        // The same layers by a plan; ids in place of the text.
        QFile plan(path("plan.json"));
        QVERIFY(plan.open(QIODevice::WriteOnly));
        QByteArray list;
        for (int b = 0; b < 2; ++b)
            for (const char* name : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"})
                list += QByteArray(list.isEmpty() ? "" : ",") + "\"model.layers." + QByteArray::number(b) + "." + name + ".weight\":\"rtn:bits=2,group=64\"";
        plan.write("{\"version\":1,\"tensors\":{" + list + "}}");
        plan.close();
        const auto ids = runCli({"tokenize", test::sampleFolder(), "--text", heldOut(), "--json", "--quiet"}).json()["ids"].toArray();
        QByteArray numbers;
        for (int k = 0; k < 3 * 64; ++k) numbers += QByteArray::number(ids[k].toInt()) + " ";
        QFile file(path("ids.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(numbers);
        file.close();
        const auto planned = runCli({"eval", test::sampleFolder(), "--plan", path("plan.json"), "--ids", path("ids.txt"), "--length", "64", "--json", "--quiet"});
        QVERIFY2(planned.exitCode == 0, planned.err);
        QCOMPARE(planned.json()["nll"].toDouble(), m["nll"].toDouble());
    }

    void eval_activations_changeTheLoss()
    {
        const QStringList text{"eval", test::sampleFolder(), "--text", heldOut(), "--length", "64", "--windows", "1", "--json", "--quiet"};
        const double exact = runCli(text).json()["nll"].toDouble();
        for (const char* kind : {"a8_token", "a8_tensor"}) {
            const double rounded = runCli(text + QStringList{"--activations", kind, "--kv", "8"}).json()["nll"].toDouble();
            QVERIFY(rounded != exact && std::fabs(rounded - exact) < 0.1);
        }
    }

    void quantize_onBlocks_learnsAndResumes()
    {
        const QStringList call{"quantize", test::sampleFolder(), "--tensor", "role:k_proj", "--calibration", m_calibration, "--json", "--quiet", "--cache", path("learned"),
                               "--recipe", "rtn:bits=2,group=64+rounding:scope=block,steps=3,every=1,batch=1,holdout=0.5"};
        const auto planned = runCli(call + QStringList{"--dry-run"});
        QVERIFY2(planned.exitCode == 0, planned.err);
        const auto plan = planned.json()["learning"].toObject();
        QCOMPARE(plan["layers"].toInt(), 4);
        QCOMPARE(plan["steps"].toInt(), 12);
        QVERIFY(planned.json()["peak_bytes"].toDouble() >= plan["peak_bytes"].toDouble() && plan["peak_bytes"].toDouble() > 1e6);
        const auto run = runCli(call);
        QVERIFY2(run.exitCode == 0, run.err);
        QCOMPARE(run.json()["tensors"].toArray().size(), 4);
        QCOMPARE(run.json()["learning"].toArray().size(), 4);
        for (const auto& curve : run.json()["learning"].toArray()) {
            QCOMPARE(curve.toObject()["losses"].toArray().size(), 3);
            QCOMPARE(curve.toObject()["evaluated"].toArray().size(), 4);
        }
        // The second time every block is found.
        const auto again = runCli(call).json();
        QCOMPARE(again["learning"].toArray().size(), 0);
        for (int k = 0; k < 4; ++k) {
            const auto a = run.json()["tensors"].toArray()[k].toObject();
            const auto b = again["tensors"].toArray()[k].toObject();
            QVERIFY(b["cached"].toBool());
            QCOMPARE(b["metrics"].toObject(), a["metrics"].toObject());
        }
        // Without the calibration text there is nothing to learn from.
        const auto without = runCli({"quantize", test::sampleFolder(), "--tensor", "role:k_proj", "--recipe", "lcq:bits=2,scope=model", "--quiet"});
        QCOMPARE(without.exitCode, 1);
        QVERIFY(without.err.contains("calibration"));
    }

    void presets_bitsAreWhatTheySay()
    {
        for (const auto& [name, most] : {std::pair("best-2", 2.13), std::pair("best-3", 3.13), std::pair("best-4", 4.0)}) {
            const auto run = runCli({"quantize", test::sampleFolder(), "--plan", name, "--calibration", m_calibration, "--dry-run", "--json", "--quiet"});
            QVERIFY2(run.exitCode == 0, run.err);
            QCOMPARE(run.json()["learning"].toObject()["layers"].toInt(), 28);
            double bits = 0;
            double weights = 0;
            for (const auto& p : run.json()["plans"].toArray()) {
                bits += p.toObject()["bits_per_weight"].toDouble() * p.toObject()["weights"].toDouble();
                weights += p.toObject()["weights"].toDouble();
            }
            QVERIFY2(weights > 3e6 && bits / weights <= most && bits / weights > most - 0.1, name);
        }
    }

    void wrongUse_hasItsExitCode()
    {
        const QStringList eval{"eval", test::sampleFolder(), "--quiet"};
        QCOMPARE(runCli(eval).exitCode, 2);
        QCOMPARE(runCli(eval + QStringList{"--text", heldOut(), "--length", "257"}).exitCode, 2);
        QCOMPARE(runCli(eval + QStringList{"--text", heldOut(), "--tensor", "block:0"}).exitCode, 2);
        QCOMPARE(runCli(eval + QStringList{"--text", heldOut(), "--stride", "0"}).exitCode, 2);
        QCOMPARE(runCli(eval + QStringList{"--text", path("nothing")}).exitCode, 1);
        QFile shortText(path("short.txt"));
        QVERIFY(shortText.open(QIODevice::WriteOnly));
        shortText.write("a word");
        shortText.close();
        QCOMPARE(runCli(eval + QStringList{"--text", shortText.fileName()}).exitCode, 1);
        QCOMPARE(runCli({"calibrate", test::sampleFolder(), "--text", heldOut(), "--out", path("x.npz"), "--quiet"}).exitCode, 2);
        QCOMPARE(runCli({"calibrate", test::sampleFolder(), "--out", path("x.safetensors"), "--quiet"}).exitCode, 2);
    }
};

QTEST_GUILESS_MAIN(TestCliModel)
#include "tst_cli_model.moc"
