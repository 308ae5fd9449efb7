// SPDX-License-Identifier: GPL-3.0-or-later
// What the Compare page shows, the command line prints.
#include "core/io/format_registry.h"
#include "core/session/session.h"
#include "tests/cli/cli_runner.h"

#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace qs;
using test::runCli;

class TestCliCompare : public QObject {
    Q_OBJECT
private slots:
    void quantize_worst_listsRowsColumnsAndGroups()
    {
        const QString tensor = QStringLiteral("model.layers.0.mlp.down_proj.weight");
        const auto run = runCli({"quantize", test::sampleFolder(), "--tensor", tensor, "--recipe", "rtn:bits=3,group=64", "--worst", "5", "--json", "--quiet"});
        QCOMPARE(run.exitCode, 0);
        const auto worst = run.json()["tensors"].toArray()[0].toObject()["worst"].toObject();
        for (const char* kind : {"rows", "columns", "groups"}) {
            const auto list = worst[QLatin1String(kind)].toArray();
            QCOMPARE(list.size(), 5);
            double before = HUGE_VAL;
            for (const auto& v : list) {
                const double rmse = v.toObject()["rmse"].toDouble();
                QVERIFY(rmse > 0 && rmse <= before);
                before = rmse;
            }
        }
        QCOMPARE(runCli({"quantize", test::sampleFolder(), "--tensor", tensor, "--recipe", "rtn", "--worst", "none"}).exitCode, 2);
        const auto text = runCli({"quantize", test::sampleFolder(), "--tensor", tensor, "--recipe", "rtn", "--worst", "2", "--quiet"});
        QVERIFY(text.out.contains("largest error"));
    }

    void diff_ofSessions_saysWhatGotWorse()
    {
        QTemporaryDir dir;
        const auto source = io::openModel(test::sampleFolder().toStdString(), {});
        QVERIFY(source.has_value());
        const auto tensor = (*source)->find("model.layers.0.self_attn.q_proj.weight");
        QVERIFY(tensor >= 0);
        const auto write = [&](const char* name, double factor) {
            session::Session s;
            s.checkpoints.push_back(*session::describeCheckpoint(**source));
            auto cell = std::make_shared<study::CellResult>(
                **study::runCell(**source, (*source)->tensors[static_cast<std::size_t>(tensor)], *quant::parseRecipe("rtn:bits=3"), {}, {}));
            cell->error.sumSquaredError *= factor;
            s.results.push_back({0, cell});
            const QString path = dir.filePath(QLatin1String(name));
            return session::saveSession(path.toStdString(), s) ? path : QString();
        };
        const QString a = write("a.qscope", 1);
        const QString b = write("b.qscope", 1.5);

        const auto run = runCli({"diff", a, b, "--json"});

        QCOMPARE(run.exitCode, 0);
        const auto json = run.json();
        QCOMPARE(json["same"].toBool(), false);
        QCOMPARE(json["worse"].toInt(), 1);
        const auto cell = json["cells"].toArray()[0].toObject();
        QCOMPARE(cell["status"].toString(), QStringLiteral("worse"));
        QVERIFY(std::fabs(cell["change"].toDouble() - 0.5) < 1e-9);
        QCOMPARE(runCli({"diff", a, b, "--fail-on-worse"}).exitCode, 1);
        QCOMPARE(runCli({"diff", b, a, "--fail-on-worse"}).exitCode, 0);
        QCOMPARE(runCli({"diff", b, a, "--fail-on-difference"}).exitCode, 1);
        QCOMPARE(runCli({"diff", a, a, "--fail-on-difference"}).exitCode, 0);
        QCOMPARE(runCli({"diff", a, test::sampleFolder()}).exitCode, 2);
    }

    void render_differences_ofDistributionScatterAndCodebook()
    {
        QTemporaryDir dir;
        const QStringList start{"render", test::sampleFolder(), "--tensor", "model.layers.0.self_attn.q_proj.weight", "--recipe", "rtn:bits=3,group=64",
                                "--recipe", "nf:format=nf3,group=64", "--quiet"};
        for (const auto& [plot, option] : {std::pair("distribution", "view=difference"), std::pair("scatter", "view=difference"),
                                           std::pair("codebook", "result=both"), std::pair("codebook", "result=difference")}) {
            const QString out = dir.filePath(QLatin1String(plot) + QLatin1String(option).mid(0, 4) + QLatin1String(option).right(4) + QLatin1String(".svg"));
            const auto run = runCli(start + QStringList{"--plot", plot, "--option", option, "--out", out});
            QVERIFY2(run.exitCode == 0, run.err.constData());
            QVERIFY(QFileInfo(out).size() > 1000);
        }
    }
};

QTEST_GUILESS_MAIN(TestCliCompare)
#include "tst_cli_compare.moc"
