// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/selection/selection.h"

#include <QSignalSpy>
#include <QTest>

using namespace qs;
using namespace qs::gui;

namespace {

std::shared_ptr<const io::ModelSource> source(const char* path)
{
    auto s = std::make_shared<io::ModelSource>();
    s->path = path;
    s->architecture = "llama";
    for (int b = 0; b < 3; ++b) {
        io::TensorInfo t;
        t.name = "model.layers." + std::to_string(b) + ".mlp.up_proj.weight";
        t.dtype = DType::BF16;
        t.shape = Shape{400, 200};
        t.bytes = 2 * 400 * 200;
        s->tensors.push_back(std::move(t));
    }
    io::finishCatalog(*s);
    return s;
}

ResultPtr result(int block, const char* recipe)
{
    auto r = std::make_shared<study::CellResult>();
    r->source = "/m";
    r->tensor = "model.layers." + std::to_string(block) + ".mlp.up_proj.weight";
    if (const auto parsed = quant::parseRecipe(recipe)) r->recipe = *parsed;
    r->error.count = 100;
    return r;
}

struct Bench {
    Workspace workspace;
    Selection selection{workspace};
    int id = 0;
    Bench() { id = workspace.addCheckpoint(source("/m")); }
    TensorRef tensor(std::ptrdiff_t i) const { return {id, i}; }
};

} // namespace

class TestSelection : public QObject {
    Q_OBJECT
private slots:
    void results_arriving_becomeAAndB()
    {
        Bench b;
        b.selection.setTensor(b.tensor(0));
        QVERIFY(!b.selection.a());
        const auto first = result(0, "rtn:bits=3");
        const auto second = result(0, "rtn:bits=4");
        b.workspace.addResult(first);
        b.workspace.addResult(second);
        b.workspace.addResult(result(1, "rtn:bits=4"));
        QVERIFY(b.selection.a() == first);
        QVERIFY(b.selection.b() == second);
        QCOMPARE(b.selection.shown().size(), std::size_t(2));
    }

    void setA_whatIsB_exchangesThem()
    {
        Bench b;
        b.selection.setTensor(b.tensor(0));
        const auto x = result(0, "rtn:bits=3");
        const auto y = result(0, "rtn:bits=4");
        b.workspace.addResult(x);
        b.workspace.addResult(y);
        b.selection.setA(y);
        QVERIFY(b.selection.a() == y && b.selection.b() == x);
        b.selection.setB(y);
        QVERIFY(b.selection.a() == x && b.selection.b() == y);
        b.selection.swapAB();
        QVERIFY(b.selection.a() == y && b.selection.b() == x);
    }

    void setTensor_keepsTheRecipesOfAAndB()
    {
        Bench b;
        for (const int block : {0, 1})
            for (const char* recipe : {"rtn:bits=2", "rtn:bits=3", "rtn:bits=4"}) b.workspace.addResult(result(block, recipe));
        b.selection.setTensor(b.tensor(0));
        const auto shown = b.selection.shown();
        b.selection.setA(shown[2]);
        b.selection.setB(shown[1]);
        b.selection.setTensor(b.tensor(1));
        QVERIFY(b.selection.a() && b.selection.a()->recipe == shown[2]->recipe);
        QVERIFY(b.selection.b() && b.selection.b()->recipe == shown[1]->recipe);
        QCOMPARE(QString::fromStdString(b.selection.a()->tensor), QStringLiteral("model.layers.1.mlp.up_proj.weight"));
        b.selection.setTensor(b.tensor(2)); // nothing was run there
        QVERIFY(!b.selection.a() && !b.selection.b());
    }

    void replacedAndRemovedResults_areFollowed()
    {
        Bench b;
        b.selection.setTensor(b.tensor(0));
        const auto x = result(0, "rtn:bits=3");
        const auto y = result(0, "rtn:bits=4");
        b.workspace.addResult(x);
        b.workspace.addResult(y);
        const auto newer = result(0, "rtn:bits=3");
        b.workspace.addResult(newer);
        QVERIFY(b.selection.a() == newer);
        b.workspace.removeResult(newer);
        QVERIFY(b.selection.a() == y || b.selection.b() == y);
        QCOMPARE(b.selection.shown().size(), std::size_t(1));
    }

    void history_walksAsInABrowser()
    {
        Bench b;
        b.selection.setTensor(b.tensor(0));
        b.selection.setTensor(b.tensor(1));
        b.selection.setTensor(b.tensor(2));
        QVERIFY(b.selection.canGoBack() && !b.selection.canGoForward());
        b.selection.back();
        b.selection.back();
        QVERIFY(b.selection.tensor() == b.tensor(0));
        QVERIFY(!b.selection.canGoBack());
        b.selection.forward();
        QVERIFY(b.selection.tensor() == b.tensor(1));
        b.selection.setTensor(b.tensor(0)); // a new way forward drops the old one
        QVERIFY(!b.selection.canGoForward());
        b.selection.back();
        QVERIFY(b.selection.tensor() == b.tensor(1));
    }

    void brushCellAndRange_areClearedWithTheTensor()
    {
        Bench b;
        b.selection.setTensor(b.tensor(0));
        QSignalSpy brush(&b.selection, &Selection::brushChanged);
        QSignalSpy range(&b.selection, &Selection::rangeChanged);
        b.selection.setBrush(std::pair(-0.5, 0.5));
        b.selection.setBrush(std::pair(-0.5, 0.5)); // nothing new
        QCOMPARE(brush.count(), 1);
        b.selection.setRange(QRectF(10, 20, 30, 40));
        QCOMPARE(range.count(), 1);
        b.selection.pinCell(Cell{3, 4});
        b.selection.hoverCell(Cell{5, 6}); // a pin holds
        QVERIFY(*b.selection.cell() == (Cell{3, 4}));
        b.selection.setTensor(b.tensor(1));
        QVERIFY(!b.selection.brush() && !b.selection.cell() && !b.selection.pinned() && b.selection.range().isEmpty());
        b.selection.hoverCell(Cell{5, 6});
        QVERIFY(*b.selection.cell() == (Cell{5, 6}));
    }

    void pinnedResult_standsAfterAAndB_onAllTensors()
    {
        Bench b;
        for (const int block : {0, 1})
            for (const char* recipe : {"rtn:bits=2", "rtn:bits=3", "rtn:bits=4", "rtn:bits=5"}) b.workspace.addResult(result(block, recipe));
        b.selection.setTensor(b.tensor(0));
        const auto all = b.selection.shown();
        QSignalSpy changed(&b.selection, &Selection::resultsChanged);
        b.selection.pinResult(all[3], true);
        b.selection.pinResult(all[3], true);
        QCOMPARE(changed.count(), 1);
        QVERIFY(b.selection.isPinned(all[3]));
        QVERIFY(b.selection.shown()[2] == all[3]);
        b.selection.setTensor(b.tensor(1));
        QCOMPARE(b.selection.pinnedResults().size(), std::size_t(1));
        QVERIFY(b.selection.shown()[2]->recipe == all[3]->recipe);
        b.selection.pinResult(b.selection.shown()[2], false);
        QVERIFY(b.selection.pinnedResults().empty());
    }

    void showPlace_zoomsToItWithRoom_insideTheMatrix()
    {
        Bench b;
        b.selection.setTensor(b.tensor(0)); // 400 × 200
        b.selection.showPlace(0, 1, 0, 200);
        const QRectF row = b.selection.range();
        QVERIFY(row.top() >= 0 && row.height() == 32 && row.left() == 0 && row.width() == 200);
        QVERIFY(*b.selection.cell() == (Cell{0, 0}));
        QVERIFY(b.selection.pinned());
        b.selection.showPlace(390, 400, 100, 164);
        const QRectF group = b.selection.range();
        QVERIFY(group.contains(QRectF(100, 390, 64, 10)));
        QVERIFY(group.bottom() <= 400 && group.right() <= 200);
        b.selection.showPlace(0, 400, 0, 200);
        QVERIFY(b.selection.range().isEmpty()); // everything
        b.selection.showPlace(5, 5, 0, 1); // nothing there
        QVERIFY(b.selection.range().isEmpty());
    }

    void region_isCutToTheTensorAndPartOfTheHistory()
    {
        Bench b;
        b.selection.setTensor(b.tensor(0));
        QSignalSpy changed(&b.selection, &Selection::regionChanged);
        b.selection.setRegion(Region{-3, 20, 190, 500, {}});
        QVERIFY(b.selection.region() == (Region{0, 20, 190, 200, {}}));
        QCOMPARE(b.selection.region()->text(), std::string("0:20,190:200"));
        b.selection.swapAB();
        QVERIFY(b.selection.region().has_value());
        b.selection.setRegion(Region{0, 400, 0, 200, {}}); // everything is no part
        QVERIFY(!b.selection.region());
        b.selection.back();
        QVERIFY(b.selection.region().has_value());
        b.selection.setTensor(b.tensor(1));
        QVERIFY(!b.selection.region());
        QCOMPARE(changed.count(), 4);
    }

    void reload_otherOrder_keepsTheTensorByItsName()
    {
        Bench b;
        b.selection.setTensor(b.tensor(2));
        const std::string name = b.selection.tensorInfo()->name;
        auto again = std::make_shared<io::ModelSource>(*source("/m"));
        again->tensors.erase(again->tensors.begin());
        QSignalSpy told(&b.selection, &Selection::tensorChanged);
        b.workspace.addCheckpoint(again);
        QCOMPARE(told.count(), 1);
        QCOMPARE(b.selection.tensor().tensor, std::ptrdiff_t(1));
        QCOMPARE(b.selection.tensorInfo()->name, name);
        again = std::make_shared<io::ModelSource>(*again);
        again->tensors.pop_back();
        b.workspace.addCheckpoint(again); // it is gone
        QVERIFY(!b.selection.tensor().valid());
    }

    void outdatedResult_isStaleUntilItIsMadeAnew()
    {
        Bench b;
        const auto old = result(0, "rtn:bits=3");
        b.workspace.addResult(old);
        b.workspace.setOutdated({old}, true);
        QVERIFY(b.workspace.stale(*old));
        const auto anew = result(0, "rtn:bits=3");
        b.workspace.addResult(anew);
        QVERIFY(!b.workspace.stale(*anew));
        QCOMPARE(b.workspace.results().size(), std::size_t(1));
    }

    void closedCheckpoint_leavesNothing()
    {
        Bench b;
        b.selection.setTensor(b.tensor(0));
        b.workspace.addResult(result(0, "rtn:bits=3"));
        b.workspace.removeCheckpoint(b.id);
        QVERIFY(!b.selection.tensor().valid());
        QVERIFY(!b.selection.a());
        QVERIFY(b.selection.shown().empty());
        QVERIFY(!b.selection.canGoBack());
    }
};

QTEST_MAIN(TestSelection)
#include "tst_selection.moc"
