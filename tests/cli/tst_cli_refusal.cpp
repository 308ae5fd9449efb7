// SPDX-License-Identifier: GPL-3.0-or-later
// A recipe that one tensor can't take costs that one cell, never the others.
#include "tests/cli/cli_runner.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>
#include <limits>

using qs::test::runCli;

namespace {

// "wide.weight" has whole super-blocks of 256, "odd.weight" (576 columns, as in SmolLM) has not.
QString writeOddModel(const qs::test::Scratch& scratch, bool notANumber = false)
{
    const auto path = scratch.path() / "odd.safetensors";
    qs::Matrix wide = qs::test::gaussian(16, 512, 1);
    if (notANumber) wide.data()[5] = std::numeric_limits<float>::quiet_NaN();
    qs::test::writeModel(path, {{"wide.weight", wide}, {"odd.weight", qs::test::gaussian(16, 576, 2)}});
    return QString::fromStdString(path.string());
}

} // namespace

class TestCliRefusal : public QObject {
    Q_OBJECT
private slots:
    void compare_shapeRefused_hasTheOtherCells()
    {
        const qs::test::Scratch scratch;
        const QStringList arguments{"compare", writeOddModel(scratch), "--recipe", "ggml:type=q4_k", "--recipe", "rtn:bits=4"};

        const auto run = runCli(arguments + QStringList{"--json"});

        QCOMPARE(run.exitCode, 0);
        const auto cells = run.json()["cells"].toArray();
        QCOMPARE(cells.size(), 4); // tensor by tensor, the refused one in its place
        QCOMPARE(cells[0].toObject()["name"].toString(), QString("odd.weight"));
        const auto refused = cells[0].toObject();
        QVERIFY(refused["recipe"].toString().startsWith("ggml"));
        QVERIFY(refused["bits_per_weight"].isNull() && refused.contains("bits_per_weight"));
        QVERIFY(refused["metrics"].toObject()["mse"].isNull() && refused["metrics"].toObject().contains("mse"));
        QCOMPARE(refused["error"].toObject()["code"].toString(), QString("not_representable"));
        QCOMPARE(refused["error"].toObject()["tensor"].toString(), QString("odd.weight"));
        for (const int i : {1, 2, 3}) {
            QVERIFY(!cells[i].toObject().contains("error"));
            QVERIFY(cells[i].toObject()["metrics"].toObject()["relative_mse"].toDouble() > 0);
        }
        QCOMPARE(run.json()["pareto"].toObject()["odd.weight"].toArray().size(), 1);
        const auto totals = run.json()["totals"].toObject();
        for (const auto& t : totals) QCOMPARE(t.toObject()["tensors"].toInt() + t.toObject()["refused"].toInt(), 2);
        QVERIFY2(run.err.contains("warning: ggml") && run.err.contains("odd.weight"), run.err.constData());

        const auto text = runCli(arguments);
        QCOMPARE(text.exitCode, 0);
        QVERIFY2(text.out.contains("refused") && text.out.contains("1 of 2"), text.out.constData());
        QVERIFY(text.out.contains("\nRefused\n  odd.weight, ggml"));
    }

    void compare_everyCellRefused_isAFailure()
    {
        const qs::test::Scratch scratch;
        const auto run = runCli({"compare", writeOddModel(scratch), "--recipe", "ggml:type=q4_k", "--tensor", "odd*", "--json"});
        QCOMPARE(run.exitCode, 1);
        QCOMPARE(run.json()["error"].toObject()["code"].toString(), QString("not_representable"));
    }

    void compare_recipeThatNoTensorTakes_leavesTheOther()
    {
        const qs::test::Scratch scratch;
        const auto run = runCli({"compare", writeOddModel(scratch), "--recipe", "ggml:type=q4_k", "--recipe", "rtn", "--tensor", "odd*", "--json"});
        QCOMPARE(run.exitCode, 0);
        bool seen = false;
        for (const auto& t : run.json()["totals"].toObject())
            if (t.toObject()["tensors"].toInt() == 0) {
                seen = true;
                QVERIFY(t.toObject()["bits_per_weight"].isNull() && t.toObject()["metrics"].toObject()["mse"].isNull());
            }
        QVERIFY(seen);
    }

    void compare_weightNotFinite_printsTheRestAndExitsOne()
    {
        const qs::test::Scratch scratch;
        const auto run = runCli({"compare", writeOddModel(scratch, true), "--recipe", "rtn", "--json"});
        QCOMPARE(run.exitCode, 1); // specs/cli.md names non-finite weights
        const auto cells = run.json()["cells"].toArray();
        QCOMPARE(cells.size(), 2);
        QVERIFY(cells[0].toObject()["metrics"].toObject()["mse"].toDouble() > 0);
        QCOMPARE(cells[1].toObject()["error"].toObject()["code"].toString(), QString("non_finite"));
    }

    void compare_dryRun_plansWhatFits()
    {
        const qs::test::Scratch scratch;
        const auto run = runCli({"compare", writeOddModel(scratch), "--recipe", "ggml:type=q4_k", "--recipe", "rtn", "--dry-run", "--json"});
        QCOMPARE(run.exitCode, 0);
        const auto plans = run.json()["plans"].toArray();
        QCOMPARE(plans.size(), 2);
        QCOMPARE(plans[0].toObject()["tensors"].toInt(), 1);
        QCOMPARE(plans[0].toObject()["refused"].toInt(), 1);
        QCOMPARE(plans[1].toObject()["tensors"].toInt(), 2);
    }

    void report_shapeRefused_namesTheReason()
    {
        const qs::test::Scratch scratch;
        const QString out = QString::fromStdString((scratch.path() / "r.html").string());
        const auto run = runCli({"report", writeOddModel(scratch), "--recipe", "ggml:type=q4_k", "--recipe", "rtn", "--out", out, "--json"});
        QCOMPARE(run.exitCode, 0);
        QCOMPARE(run.json()["refused"].toArray().size(), 1);
        QFile file(out);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray html = file.readAll();
        QCOMPARE(html.count("refused: "), 1);
        QVERIFY(html.contains("wide.weight") && html.contains("odd.weight"));
    }

    void render_wholeModel_notesTheRefusedCell()
    {
        const qs::test::Scratch scratch;
        const QString out = QString::fromStdString((scratch.path() / "r.csv").string());
        const auto run = runCli({"render", writeOddModel(scratch), "--plot", "recipes", "--recipe", "ggml:type=q4_k", "--recipe", "rtn", "--out", out});
        QCOMPARE(run.exitCode, 0);
        QFile file(out);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray csv = file.readAll();
        QVERIFY2(csv.contains("# note") && csv.contains("left out: ") && csv.contains("\nodd.weight,,"), csv.constData());
    }

    void quantize_shapeRefused_isAFailure()
    {
        const qs::test::Scratch scratch;
        QCOMPARE(runCli({"quantize", writeOddModel(scratch), "--recipe", "ggml:type=q4_k"}).exitCode, 1);
    }
};

QTEST_GUILESS_MAIN(TestCliRefusal)
#include "tst_cli_refusal.moc"
