// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_diff.h"

#include <QTest>
#include <cmath>

using namespace qs;
using session::CellChange;

namespace {

using CellPtr = std::shared_ptr<const study::CellResult>;

CellPtr cell(const char* folder, const char* tensor, const char* recipe, double error, std::uint64_t bits = 400)
{
    auto r = std::make_shared<study::CellResult>();
    r->source = folder;
    r->tensor = tensor;
    r->recipe = *quant::parseRecipe(recipe);
    r->error.count = 100;
    r->error.sumSquares = 1;
    r->error.sumSquaredError = error;
    r->bits.payload = bits;
    return r;
}

} // namespace

class TestSessionDiff : public QObject {
    Q_OBJECT
private slots:
    void cells_changed_areSortedWorstFirst()
    {
        const std::vector<CellPtr> before = {cell("/a/m", "x", "rtn:bits=4", 0.01), cell("/a/m", "y", "rtn:bits=4", 0.01),
                                             cell("/a/m", "z", "rtn:bits=4", 0.01), cell("/a/m", "gone", "rtn:bits=4", 0.01),
                                             cell("/a/m", "same", "rtn:bits=4", 0.01)};
        const std::vector<CellPtr> after = {cell("/b/m", "x", "rtn:bits=4", 0.011), cell("/b/m", "y", "rtn:bits=4", 0.02),
                                            cell("/b/m", "z", "rtn:bits=4", 0.005), cell("/b/m", "new", "rtn:bits=4", 0.01),
                                            cell("/b/m", "same", "rtn:bits=4", 0.01 * (1 + 1e-9))};

        const auto d = session::diffResults(before, after);

        QCOMPARE(d.worse, std::size_t(2));
        QCOMPARE(d.better, std::size_t(1));
        QCOMPARE(d.lost, std::size_t(1));
        QCOMPARE(d.added, std::size_t(1));
        QCOMPARE(d.same, std::size_t(1));
        QVERIFY(!d.equal());
        QStringList order;
        for (const auto& c : d.cells) order << QString::fromStdString(c.tensor);
        QCOMPARE(order, QStringList({"y", "x", "gone", "z", "new", "same"}));
        QVERIFY(std::fabs(*d.cells[0].change - 1.0) < 1e-12);
        QVERIFY(std::fabs(*d.cells[1].change - 0.1) < 1e-12);
        QVERIFY(!d.cells[2].change);
    }

    void moreBits_sameError_isWorse()
    {
        const auto d = session::diffResults(std::vector{cell("/m", "x", "rtn:bits=4", 0.01, 400)}, std::vector{cell("/m", "x", "rtn:bits=4", 0.01, 410)});
        QCOMPARE(d.worse, std::size_t(1));
        QVERIFY(std::fabs(session::storedBitsPerWeight(*d.cells[0].after) - 4.1) < 1e-12);
    }

    void exactBefore_errorNow_isInfinitelyWorse()
    {
        const auto d = session::diffResults(std::vector{cell("/m", "x", "rtn:bits=4", 0)}, std::vector{cell("/m", "x", "rtn:bits=4", 0.01)});
        QCOMPARE(d.cells[0].status, CellChange::Worse);
        QVERIFY(std::isinf(*d.cells[0].change));
    }

    void otherRecipe_isAnotherCell()
    {
        const auto d = session::diffResults(std::vector{cell("/m", "x", "rtn:bits=4", 0.01)}, std::vector{cell("/m", "x", "rtn:bits=3", 0.01)});
        QCOMPARE(d.lost + d.added, std::size_t(2));
    }
};

QTEST_GUILESS_MAIN(TestSessionDiff)
#include "tst_session_diff.moc"
