// SPDX-License-Identifier: GPL-3.0-or-later
// Models of the Compare page and of the window of session differences.
#include "widgets/models/layer_recipe_model.h"
#include "widgets/models/model_roles.h"
#include "widgets/models/session_diff_model.h"
#include "widgets/models/worst_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace qs;
using namespace qs::gui;

namespace {

using Tester = QAbstractItemModelTester;
constexpr auto kFail = Tester::FailureReportingMode::QtTest;

std::shared_ptr<const io::ModelSource> source()
{
    auto s = std::make_shared<io::ModelSource>();
    s->path = "/m";
    s->architecture = "llama";
    for (const char* name : {"model.layers.0.mlp.up_proj.weight", "model.layers.1.mlp.up_proj.weight"}) {
        io::TensorInfo t;
        t.name = name;
        t.dtype = DType::BF16;
        t.shape = Shape{64, 32};
        t.bytes = 2 * 64 * 32;
        s->tensors.push_back(std::move(t));
    }
    io::finishCatalog(*s);
    return s;
}

std::shared_ptr<study::CellResult> result(int block, const char* recipe, double error)
{
    auto r = std::make_shared<study::CellResult>();
    r->source = "/m";
    r->tensor = "model.layers." + std::to_string(block) + ".mlp.up_proj.weight";
    if (const auto parsed = quant::parseRecipe(recipe)) r->recipe = *parsed;
    r->error.count = 100;
    r->error.sumSquares = 1;
    r->error.sumSquaredError = error;
    r->bits.payload = 400;
    return r;
}

} // namespace

class TestCompareModels : public QObject {
    Q_OBJECT
private slots:
    void layers_bestOfARow_isMarked()
    {
        Theme theme;
        Workspace w;
        Selection s(w);
        LayerRecipeModel m(w, s, theme);
        const Tester tester(&m, kFail);
        w.addCheckpoint(source());
        w.addResult(result(1, "rtn:bits=3", 0.04));
        w.addResult(result(1, "rtn:bits=4", 0.01));
        w.addResult(result(0, "rtn:bits=3", 0.05));
        m.refresh();
        QCOMPARE(m.rowCount(), 2);
        QCOMPARE(m.columnCount(), 3);
        QCOMPARE(m.tensorOf(0), std::ptrdiff_t(0)); // in the order of the model
        QVERIFY(m.index(1, 2).data(BestRole).toBool());
        QVERIFY(!m.index(1, 1).data(BestRole).toBool());
        QVERIFY2(!m.index(0, 1).data(BestRole).toBool(), "one result alone is not the best of anything");
        QVERIFY(!m.result(m.index(0, 2)));
        QVERIFY(m.index(0, 2).data().toString().isEmpty());
        QCOMPARE(m.index(1, 1).data().toString(), QStringLiteral("0.0400"));
        m.setFigure(LayerRecipeModel::Sqnr);
        QVERIFY(m.index(1, 2).data(BestRole).toBool());
        QCOMPARE(m.index(1, 2).data().toString(), QStringLiteral("20.0"));
        QVERIFY(m.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString().contains(QStringLiteral("RTN")));
        w.clear();
        m.refresh();
        QCOMPARE(m.rowCount(), 0);
    }

    void worst_saysPlaceAndShare()
    {
        WorstModel m;
        const Tester tester(&m, kFail);
        metrics::WorstPlace a;
        a.kind = metrics::PlaceKind::Column;
        a.index = 17;
        a.rmse = 0.02;
        a.share = 0.25;
        a.count = 256;
        metrics::WorstPlace b = a;
        b.index = 3;
        b.rmse = 0.01;
        m.setPlaces({a, b});
        QCOMPARE(m.index(0, WorstModel::PlaceColumn).data().toString(), QStringLiteral("column 17"));
        QCOMPARE(m.index(0, WorstModel::RmseColumn).data(BarRole).toDouble(), 1.0);
        QCOMPARE(m.index(1, WorstModel::RmseColumn).data(BarRole).toDouble(), 0.5);
        QVERIFY(m.index(0, WorstModel::ShareColumn).data().toString().startsWith(QStringLiteral("25")));
        QVERIFY(m.index(0, WorstModel::RmseColumn).data(Qt::ToolTipRole).toString().contains(QStringLiteral("256")));
        m.setPlaces({});
        QCOMPARE(m.rowCount(), 0);
    }

    void sessions_worseCells_standOnTopInBold()
    {
        SessionDiffModel m;
        const Tester tester(&m, kFail);
        using Cells = std::vector<std::shared_ptr<const study::CellResult>>;
        m.setDiff(std::make_shared<const session::ResultDiff>(session::diffResults(Cells{result(0, "rtn:bits=3", 0.01), result(1, "rtn:bits=3", 0.01)},
                                                                                   Cells{result(0, "rtn:bits=3", 0.01), result(1, "rtn:bits=3", 0.02)})));
        QCOMPARE(m.rowCount(), 2);
        QCOMPARE(m.index(0, SessionDiffModel::StatusColumn).data().toString(), QStringLiteral("worse"));
        QVERIFY(m.index(0, SessionDiffModel::StatusColumn).data(Qt::FontRole).value<QFont>().bold());
        QCOMPARE(m.index(0, SessionDiffModel::ChangeColumn).data().toString(), QStringLiteral("+100 %"));
        QCOMPARE(m.index(1, SessionDiffModel::ChangeColumn).data().toString(), QStringLiteral("≈"));
        QVERIFY(m.index(1, 0).data(SecondaryRole).toBool());
        QCOMPARE(m.csv().count(QLatin1Char('\n')), 3);
    }
};

QTEST_MAIN(TestCompareModels)
#include "tst_compare_models.moc"
