// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/ledger/ledger.h"
#include "tests/support/golden.h"

#include <QtTest>
#include <cmath>

using namespace qs;

namespace {

// Nearest level for each weight, one by one.
metrics::WeightLedger::Figures bruteForce(MatrixView w, std::span<const float> levels)
{
    metrics::WeightLedger::Figures f;
    f.usage.resize(levels.size());
    f.errors.resize(levels.size());
    double squares = 0;
    for (Index r = 0; r < w.rows; ++r)
        for (const float v : w.row(r)) {
            std::size_t best = 0;
            for (std::size_t k = 1; k < levels.size(); ++k)
                if (std::fabs(static_cast<double>(v) - levels[k]) < std::fabs(static_cast<double>(v) - levels[best])) best = k;
            const double e = static_cast<double>(v) - levels[best];
            f.errors[best] += e * e;
            f.squaredError += e * e;
            ++f.usage[best];
            squares += static_cast<double>(v) * v;
        }
    f.relativeMse = f.squaredError / squares;
    return f;
}

bool close(double a, double b, double relative) { return std::fabs(a - b) <= relative * std::fabs(b) + 1e-300; }

} // namespace

class TestLedger : public QObject {
    Q_OBJECT
private slots:
    void judge_anyCodebook_equalsNearestAssignment()
    {
        const Matrix w = test::gaussian(300, 700, 11, 0.03F);
        const auto ledger = metrics::WeightLedger::make(w.view(), {});
        QVERIFY(ledger);
        QCOMPARE(ledger->count(), std::uint64_t(210000));
        for (const std::vector<float>& levels : {std::vector<float>{0}, {-0.05F, 0.05F}, {-0.06F, -0.02F, 0, 0.01F, 0.07F},
                                                 {-0.1F, -0.05F, -0.03F, -0.015F, -0.005F, 0.005F, 0.015F, 0.03F, 0.05F, 0.1F, 5.0F}}) {
            const auto got = ledger->judge(levels);
            const auto want = bruteForce(w.view(), levels);
            QVERIFY2(close(got.squaredError, want.squaredError, 1e-6), qPrintable(QString("%1 for %2").arg(got.squaredError, 0, 'g', 12).arg(want.squaredError, 0, 'g', 12)));
            QVERIFY(close(got.relativeMse, want.relativeMse, 1e-6));
            for (std::size_t k = 0; k < levels.size(); ++k)
                QVERIFY(std::fabs(static_cast<double>(got.usage[k]) - static_cast<double>(want.usage[k])) <= 20);
        }
        QCOMPARE(ledger->judge(std::vector<float>{-0.1F, 0, 5.0F}).dead, 1);
    }
    void improved_neverRaisesTheError()
    {
        const Matrix w = test::gaussian(100, 400, 2);
        const auto ledger = metrics::WeightLedger::make(w.view(), {});
        QVERIFY(ledger);
        std::vector<float> levels{-0.3F, -0.2F, 0.1F, 1.5F};
        double before = ledger->judge(levels).squaredError;
        for (int i = 0; i < 50; ++i) {
            levels = ledger->improved(levels);
            const double now = ledger->judge(levels).squaredError;
            QVERIFY(now <= before * (1 + 1e-9));
            before = now;
        }
        // Lloyd-Max for a Gaussian and four levels: 0.1175 of the variance.
        QVERIFY2(close(ledger->judge(levels).relativeMse, 0.1175, 0.03), qPrintable(QString::number(ledger->judge(levels).relativeMse)));
    }
    void counts_addUp()
    {
        const Matrix w = test::gaussian(64, 100, 5);
        const auto ledger = metrics::WeightLedger::make(w.view(), {});
        QVERIFY(ledger);
        double sum = 0;
        for (const double c : ledger->counts(ledger->low(), ledger->high(), 37)) sum += c;
        QVERIFY(close(sum, 6400, 1e-12));
    }
    void make_sameForAnyThreadCount()
    {
        const Matrix w = test::gaussian(333, 257, 8);
        Context one, four;
        one.arena = makeArena(1);
        four.arena = makeArena(4);
        const auto a = metrics::WeightLedger::make(w.view(), one);
        const auto b = metrics::WeightLedger::make(w.view(), four);
        QVERIFY(a && b);
        const std::vector<float> levels{-1, 0, 0.5F};
        QCOMPARE(a->judge(levels).squaredError, b->judge(levels).squaredError);
    }
    void make_oddInput_constantAndNonFinite()
    {
        Matrix w(3, 4);
        for (float& v : w.data()) v = 0.5F;
        w.data()[2] = std::numeric_limits<float>::quiet_NaN();
        const auto ledger = metrics::WeightLedger::make(w.view(), {});
        QVERIFY(ledger);
        QCOMPARE(ledger->count(), std::uint64_t(11));
        QCOMPARE(ledger->judge(std::vector<float>{0.5F}).squaredError, 0.0);
        Matrix none(1, 2);
        for (float& v : none.data()) v = std::numeric_limits<float>::infinity();
        QVERIFY(!metrics::WeightLedger::make(none.view(), {}));
    }
};

QTEST_GUILESS_MAIN(TestLedger)
#include "tst_ledger.moc"
