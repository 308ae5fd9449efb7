// SPDX-License-Identifier: GPL-3.0-or-later
// Budgets of bits and bytes on the bundled sample.
#include "tests/cli/cli_runner.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>
#include <map>

using namespace qs;
using test::runCli;

class TestCliPlan : public QObject {
    Q_OBJECT
private slots:
    void plan_bits_staysWithinAndBeatsUniform()
    {
        QTemporaryDir dir;
        const QString file = dir.filePath("plan.json");
        const QStringList arguments{"plan", test::sampleFolder(), "--tensor", "block:0-1", "--candidate", "rtn:bits=2,group=64",
                                    "--candidate", "rtn:bits=3,group=64", "--candidate", "rtn:bits=4,group=64", "--bits", "3.3",
                                    "--tie", "q,k,v", "--pin", "block:1=rtn:bits=3,group=64", "--out", file, "--json", "--quiet"};
        const auto run = runCli(arguments);
        QVERIFY2(run.exitCode == 0, run.err);
        const auto json = run.json();
        const auto totals = json["totals"].toObject();
        QVERIFY(totals["bits_per_weight"].toDouble() <= 3.3);
        QVERIFY(totals["optimal"].toBool());
        double best = HUGE_VAL;
        for (const auto& v : json["uniform"].toArray())
            if (v.toObject()["within"].toBool()) best = std::min(best, v.toObject()["relative_error"].toDouble());
        QVERIFY(best < HUGE_VAL);
        QVERIFY(totals["relative_error"].toDouble() <= best);
        std::map<QString, QString> recipes;
        QString attention;
        for (const auto& v : json["tensors"].toArray()) {
            const auto t = v.toObject();
            recipes[t["name"].toString()] = t["recipe"].toString();
            QCOMPARE(t["pinned"].toBool(), t["name"].toString().contains("layers.1."));
            if (t["pinned"].toBool()) QCOMPARE(t["recipe"].toString(), QString("rtn:bits=3,group=64"));
        }
        QCOMPARE(recipes["model.layers.0.self_attn.q_proj.weight"], recipes["model.layers.0.self_attn.k_proj.weight"]);
        QCOMPARE(recipes["model.layers.0.self_attn.q_proj.weight"], recipes["model.layers.0.self_attn.v_proj.weight"]);

        QFile out(file);
        QVERIFY(out.open(QIODevice::ReadOnly));
        const auto plan = QJsonDocument::fromJson(out.readAll()).object();
        QCOMPARE(plan["version"].toInt(), 1);
        const auto tensors = plan["tensors"].toObject();
        QCOMPARE(std::size_t(tensors.size()), recipes.size());
        for (const auto& [name, recipe] : recipes) QCOMPARE(tensors[name].toString(), recipe);

        QCOMPARE(runCli(arguments).exitCode, 1); // the file is there
        QCOMPARE(runCli(QStringList(arguments) << "--force").exitCode, 0);
    }

    void quantize_plan_givesEachTensorItsRecipe()
    {
        QTemporaryDir dir;
        const QString file = dir.filePath("plan.json");
        const QString q = QStringLiteral("model.layers.0.self_attn.q_proj.weight");
        const QString down = QStringLiteral("model.layers.1.mlp.down_proj.weight");
        const auto write = [&](const QByteArray& text) {
            QFile out(file);
            return out.open(QIODevice::WriteOnly) && out.write(text) == text.size();
        };
        QVERIFY(write(R"({"version": 1, "tensors": {")" + q.toUtf8() + R"(": "rtn:bits=3,group=64", ")" + down.toUtf8()
                      + R"(": "ggml:type=q4_0"}})"));
        const QString target = dir.filePath("out");
        const auto run = runCli({"quantize", test::sampleFolder(), "--plan", file, "--out", target, "--format", "quantoscope", "--json", "--quiet"});
        QVERIFY2(run.exitCode == 0, run.err);
        const auto tensors = run.json()["tensors"].toArray();
        QCOMPARE(tensors.size(), 2);
        double bits = 0;
        for (const auto& v : tensors) {
            const auto t = v.toObject();
            const QString recipe = t["name"].toString() == q ? "rtn:bits=3,group=64" : "ggml:type=q4_0";
            QCOMPARE(t["recipe"].toString(), recipe);
            const auto alone = runCli({"quantize", test::sampleFolder(), "--tensor", t["name"].toString(), "--recipe", recipe, "--json", "--quiet"}).json();
            const auto one = alone["tensors"].toArray()[0].toObject();
            QCOMPARE(t["metrics"].toObject(), one["metrics"].toObject());
            QCOMPARE(t["payload_bits"], one["payload_bits"]);
            bits += t["payload_bits"].toDouble() + t["metadata_bits"].toDouble();
        }
        QCOMPARE(run.json()["totals"].toObject()["recipe"].toString(), QString("plan"));
        QCOMPARE(run.json()["totals"].toObject()["bytes_after"].toDouble(), bits / 8);
        QCOMPARE(runCli({"verify", target, "--against", test::sampleFolder(), "--quiet"}).exitCode, 0);
        const auto dry = runCli({"quantize", test::sampleFolder(), "--plan", file, "--dry-run", "--json", "--quiet"});
        QCOMPARE(dry.json()["plans"].toArray().size(), 2);
        const auto part = runCli({"quantize", test::sampleFolder(), "--plan", file, "--tensor", "role:q_proj", "--json", "--quiet"});
        QCOMPARE(part.json()["tensors"].toArray().size(), 1);

        QVERIFY(write(R"({"version": 1, "tensors": {"no.such": "rtn"}})"));
        QCOMPARE(runCli({"quantize", test::sampleFolder(), "--plan", file, "--quiet"}).exitCode, 1);
        QVERIFY(write("{}"));
        QCOMPARE(runCli({"quantize", test::sampleFolder(), "--plan", file, "--quiet"}).exitCode, 3);
        QCOMPARE(runCli({"quantize", test::sampleFolder(), "--plan", file, "--recipe", "rtn", "--quiet"}).exitCode, 2);
        QCOMPARE(runCli({"quantize", test::sampleFolder(), "--quiet"}).exitCode, 2);
    }

    void plan_wrongUsage_isTold_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<int>("code");
        QTest::newRow("no budget") << QStringList{"--candidate", "rtn"} << 2;
        QTest::newRow("two budgets") << QStringList{"--candidate", "rtn", "--bits", "4", "--bytes", "100"} << 2;
        QTest::newRow("no candidate") << QStringList{"--bits", "4"} << 2;
        QTest::newRow("negative") << QStringList{"--candidate", "rtn", "--bits", "-4"} << 2;
        QTest::newRow("role") << QStringList{"--candidate", "rtn", "--bits", "5", "--tie", "q,nose"} << 2;
        QTest::newRow("tied twice") << QStringList{"--candidate", "rtn", "--bits", "5", "--tie", "q,k", "--tie", "k,v"} << 2;
        QTest::newRow("pin without recipe") << QStringList{"--candidate", "rtn", "--bits", "5", "--pin", "block:0"} << 2;
        QTest::newRow("pin of nothing") << QStringList{"--candidate", "rtn", "--bits", "5", "--pin", "nosuch*=rtn"} << 1;
        QTest::newRow("too little") << QStringList{"--candidate", "rtn", "--bits", "1"} << 1;
    }
    void plan_wrongUsage_isTold()
    {
        QFETCH(QStringList, options);
        QFETCH(int, code);
        const auto run = runCli(QStringList{"plan", test::sampleFolder(), "--tensor", "block:0", "--quiet"} << options);
        QCOMPARE(run.exitCode, code);
        QVERIFY(!run.err.isEmpty() && !run.crashed);
    }
};

QTEST_GUILESS_MAIN(TestCliPlan)
#include "tst_cli_plan.moc"
