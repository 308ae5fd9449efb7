// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/histogram/histogram.h"
#include "tests/support/golden.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <random>

using namespace qs;
using namespace qs::metrics;

namespace {

int slowBin(double x, const std::vector<double>& edges)
{
    if (x < edges.front()) return -1;
    const int n = static_cast<int>(edges.size()) - 1;
    if (x > edges.back()) return n;
    for (int i = 0; i < n; ++i)
        if (x >= edges[static_cast<std::size_t>(i)] && (x < edges[static_cast<std::size_t>(i) + 1] || i == n - 1)) return i;
    return n;
}

} // namespace

class TestHistogram : public QObject {
    Q_OBJECT

private slots:
    void equalEdges_numpysRules()
    {
        QCOMPARE(equalEdges(0, 1, 4), (std::vector<double>{0, 0.25, 0.5, 0.75, 1}));
        QCOMPARE(equalEdges(3, 3, 2), (std::vector<double>{2.5, 3, 3.5}));
        QCOMPARE(equalEdges(-0.3, 0.7, 7).back(), 0.7);
    }

    void binFinder_nearEveryEdge_asTheDoubleComparison_data()
    {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<int>("bins");
        QTest::newRow("256") << -0.3127 << 0.4411 << 256;
        QTest::newRow("one") << 0.0 << 1.0 << 1;
        QTest::newRow("far from zero") << 1000.1 << 1000.2 << 100;
        QTest::newRow("many") << -1.0 << 1.0 << 50000;
        QTest::newRow("narrow") << 1e-38 << 3e-38 << 16;
        QTest::newRow("wide") << -3e38 << 3e38 << 16;
    }

    void binFinder_nearEveryEdge_asTheDoubleComparison()
    {
        QFETCH(double, low);
        QFETCH(double, high);
        QFETCH(int, bins);
        const auto edges = equalEdges(low, high, bins);
        const BinFinder finder(edges);
        const std::size_t step = edges.size() > 3000 ? 997 : 1;
        for (std::size_t i = 0; i < edges.size(); i += step)
            for (const float x : {ceilToFloat(edges[i]), floorToFloat(edges[i]),
                                  std::nextafter(ceilToFloat(edges[i]), std::numeric_limits<float>::infinity()),
                                  std::nextafter(floorToFloat(edges[i]), -std::numeric_limits<float>::infinity())})
                QCOMPARE(finder.find(x), slowBin(static_cast<double>(x), edges));
        std::mt19937 engine(1);
        std::uniform_real_distribution<float> uniform(static_cast<float>(low), static_cast<float>(high));
        for (int i = 0; i < 2000; ++i) {
            const float x = uniform(engine);
            QCOMPARE(finder.find(x), slowBin(static_cast<double>(x), edges));
        }
    }

    void histogram_unevenEdges_andOutside()
    {
        const std::vector<float> v = {-5, 0, 0.5F, 1, 2, 9.99F, 10, 10.5F, std::nanf(""), std::numeric_limits<float>::infinity()};
        const std::vector<double> edges = {0, 1, 10};
        const auto h = histogram({v, 1, 10}, edges, {});
        QVERIFY(h);
        QCOMPARE(h->counts, (std::vector<std::uint64_t>{2, 4}));
        QCOMPARE(h->below, std::uint64_t(1));
        QCOMPARE(h->above, std::uint64_t(2));
        QCOMPARE(h->nans, std::uint64_t(1));
    }

    void histogram_rowReader_sameAsMatrix()
    {
        const Matrix m = test::gaussian(300, 517, 3);
        const auto edges = equalEdges(-3, 3, 64);
        const auto a = histogram(m, edges, {});
        const auto b = histogram(300, 517, [&](Index r, std::span<float> out) -> Status {
            std::copy_n(m.data().begin() + r * 517, out.size(), out.begin());
            return {};
        }, edges, {});
        QVERIFY(a && b);
        QCOMPARE(a->counts, b->counts);
        QCOMPARE(a->total() + a->below + a->above, std::uint64_t(300 * 517));
    }

    void histogram_badEdges_usageError()
    {
        const std::vector<float> v = {1};
        QVERIFY(!histogram({v, 1, 1}, std::vector<double>{1}, {}));
        QVERIFY(!histogram({v, 1, 1}, std::vector<double>{1, 1}, {}));
    }
};

QTEST_GUILESS_MAIN(TestHistogram)
#include "tst_histogram.moc"
