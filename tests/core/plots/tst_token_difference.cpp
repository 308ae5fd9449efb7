// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plots/token_difference.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <numeric>

using namespace qs;

namespace {

std::shared_ptr<const model::Evaluation> losses(std::size_t n)
{
    auto e = std::make_shared<model::Evaluation>();
    for (std::size_t i = 0; i < n; ++i) {
        e->reference.push_back(2.0);
        e->nll.push_back(2.0 + (i < n / 2 ? 0.5 : -0.25));
        e->divergence.push_back(0.1);
        e->agrees.push_back(i % 2);
    }
    e->windows = {0, n / 2};
    return e;
}

} // namespace

class TestTokenDifference : public QObject {
    Q_OBJECT
private slots:
    void distribution_twoValues_hasTheirShares()
    {
        const std::vector<plots::LossCurve> curves{{"a", 1, losses(1000)}};
        const auto plot = plots::lossDifferenceDistribution(curves, {});
        QVERIFY(plot.has_value());
        QCOMPARE((*plot)->series.size(), std::size_t(1));
        const auto& s = (*plot)->series.front();
        QCOMPARE(s.x.size(), s.y.size() + 1);
        QVERIFY(std::fabs(std::accumulate(s.y.begin(), s.y.end(), 0.0) - 1) < 1e-12);
        QVERIFY(std::fabs(s.y.front() - 0.5) < 1e-12);
        QVERIFY(std::fabs(s.y.back() - 0.5) < 1e-12);
        QVERIFY((*plot)->summary.find("0.125") != std::string::npos); // the mean
    }

    void alongText_halves_areMeansOfNeighbours()
    {
        const std::vector<plots::LossCurve> curves{{"a", 1, losses(1000)}};
        const auto plot = plots::lossDifferenceAlongText(curves, 10, {});
        QVERIFY(plot.has_value());
        QCOMPARE((*plot)->series.size(), std::size_t(2)); // and the line of no difference
        const auto& s = (*plot)->series.back();
        QCOMPARE(s.y.size(), std::size_t(10));
        QCOMPARE(s.y.front(), 0.5);
        QCOMPARE(s.y.back(), -0.25);
        QCOMPARE(s.x.front(), 50.0);
    }

    void curves_withoutReference_areRefused()
    {
        auto e = std::make_shared<model::Evaluation>();
        e->nll = {1, 2, 3};
        const std::vector<plots::LossCurve> curves{{"a", 1, e}};
        QVERIFY(!plots::lossDifferenceDistribution(curves, {}).has_value());
        QCOMPARE(plots::lossDifferenceAlongText(curves, 10, {}).error().code, ErrorCode::Lacking);
    }

    void csv_ofLosses_hasALineEach()
    {
        const std::string csv = plots::lossesAsCsv(*losses(4));
        QCOMPARE(std::count(csv.begin(), csv.end(), '\n'), std::ptrdiff_t(5));
        QVERIFY(csv.find("2,1,1.75,2,-0.25,0.1,0") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestTokenDifference)
#include "tst_token_difference.moc"
