// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/simd_level.h"
#include "core/metrics/pyramid/pyramid.h"
#include "tests/support/golden.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

using namespace qs;
using namespace qs::metrics;

namespace {

struct Cell {
    double mean = 0, rms = 0;
    float peak = 0;
};

Cell brute(const Matrix& m, Index r0, Index r1, Index c0, Index c1)
{
    Cell out;
    double n = 0;
    for (Index r = r0; r < std::min(r1, m.rows()); ++r)
        for (Index c = c0; c < std::min(c1, m.cols()); ++c) {
            const float x = m.at(r, c);
            out.mean += static_cast<double>(x);
            out.rms += static_cast<double>(x) * static_cast<double>(x);
            if (std::fabs(x) > std::fabs(out.peak)) out.peak = x;
            ++n;
        }
    out.mean /= n;
    out.rms = std::sqrt(out.rms / n);
    return out;
}

bool close(double a, double b) { return std::fabs(a - b) <= 2e-6 * (1 + std::fabs(b)); }

std::shared_ptr<const MatrixPyramid> build(Matrix m, const Context& context = {})
{
    return *buildPyramid(std::make_shared<const Matrix>(std::move(m)), context);
}

} // namespace

class TestPyramid : public QObject {
    Q_OBJECT

private slots:
    void pyramid_anyShape_levelsAsBruteForce_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("cols");
        for (const auto& [r, c] : {std::pair(1, 1), std::pair(4, 4), std::pair(5, 3), std::pair(70, 130), std::pair(257, 1), std::pair(3, 2100), std::pair(130, 1043), std::pair(4300, 70)})
            QTest::newRow(qPrintable(QString("%1x%2").arg(r).arg(c))) << r << c;
    }

    void pyramid_anyShape_levelsAsBruteForce()
    {
        QFETCH(int, rows);
        QFETCH(int, cols);
        const Matrix m = test::gaussian(rows, cols, 8);
        const auto p = build(m);
        QCOMPARE(p->levels.back().rows * p->levels.back().cols, Index(1));
        for (std::size_t l = 0; l < p->levels.size(); ++l) {
            const auto& level = p->levels[l];
            const Index side = Index(1) << (l + MatrixPyramid::kFirstLevel);
            QCOMPARE(level.rows, (rows + side - 1) / side);
            QCOMPARE(level.cols, (cols + side - 1) / side);
            for (Index r = 0; r < level.rows; ++r)
                for (Index c = 0; c < level.cols; ++c) {
                    const Cell want = brute(m, r * side, (r + 1) * side, c * side, (c + 1) * side);
                    const auto at = static_cast<std::size_t>(r * level.cols + c);
                    QCOMPARE(level.peak[at], want.peak);
                    QVERIFY(close(static_cast<double>(level.mean[at]), want.mean));
                    QVERIFY(close(static_cast<double>(level.rms[at]), want.rms));
                }
        }
        for (Index r = 0; r < rows; ++r) {
            const Cell want = brute(m, r, r + 1, 0, cols);
            const auto i = static_cast<std::size_t>(r);
            QVERIFY(close(static_cast<double>(p->byRow.mean[i]), want.mean));
            QVERIFY(close(static_cast<double>(p->byRow.rms[i]), want.rms));
            QCOMPARE(p->byRow.peak[i], std::fabs(want.peak));
        }
        for (Index c = 0; c < cols; ++c) {
            const Cell want = brute(m, 0, rows, c, c + 1);
            const auto i = static_cast<std::size_t>(c);
            QVERIFY(close(static_cast<double>(p->byCol.mean[i]), want.mean));
            QVERIFY(close(static_cast<double>(p->byCol.rms[i]), want.rms));
            QCOMPARE(p->byCol.peak[i], std::fabs(want.peak));
        }
        QCOMPARE(static_cast<float>(p->min), *std::min_element(m.data().begin(), m.data().end()));
        QCOMPARE(static_cast<float>(p->max), *std::max_element(m.data().begin(), m.data().end()));
    }

    void pyramid_anyThreads_sameBits()
    {
        const Matrix m = test::gaussian(1000, 333, 2);
        Context one;
        one.arena = makeArena(1);
        Context three;
        three.arena = makeArena(3);
        const auto a = build(m, one);
        const auto b = build(m, three);
        for (std::size_t l = 0; l < a->levels.size(); ++l) QVERIFY(a->levels[l].mean == b->levels[l].mean && a->levels[l].rms == b->levels[l].rms);
        QVERIFY(a->byCol.rms == b->byCol.rms);
    }

    void pyramid_everyLevel_sameBits()
    {
        Matrix m = test::gaussian(4200, 1155, 4);
        m.at(77, 300) = std::numeric_limits<float>::quiet_NaN();
        m.at(9, 20) = -m.at(9, 21); // a tie of magnitudes
        setSimdLevel(SimdLevel::Portable);
        const auto wanted = build(m);
        for (const SimdLevel level : simdLevels()) {
            setSimdLevel(level);
            const auto p = build(m);
            const auto same = [](const auto& a, const auto& b) {
                return a.size() == b.size() && std::memcmp(a.data(), b.data(), 4 * a.size()) == 0;
            };
            for (std::size_t l = 0; l < p->levels.size(); ++l) {
                QVERIFY(same(p->levels[l].mean, wanted->levels[l].mean));
                QVERIFY(same(p->levels[l].rms, wanted->levels[l].rms));
                QVERIFY(same(p->levels[l].peak, wanted->levels[l].peak));
            }
            QVERIFY(same(p->byRow.rms, wanted->byRow.rms) && same(p->byRow.peak, wanted->byRow.peak));
            QVERIFY(same(p->byCol.mean, wanted->byCol.mean) && same(p->byCol.peak, wanted->byCol.peak));
            QCOMPARE(p->min, wanted->min);
            QCOMPARE(p->max, wanted->max);
        }
        setSimdLevel(std::nullopt);
    }

    void pyramid_nanBesideTheExtremes_findsThem()
    {
        Matrix m = test::gaussian(64, 64, 2);
        m.at(8, 20) = std::numeric_limits<float>::quiet_NaN();
        m.at(9, 20) = -50; // the same four rows of the same column
        m.at(11, 20) = 70;
        const auto p = build(m);
        QCOMPARE(p->min, -50.0);
        QCOMPARE(p->max, 70.0);
        QCOMPARE(p->byRow.peak[11], 70.0F);
    }

    void pyramid_nanAndInf_markTheirCellsOnly()
    {
        Matrix m = test::gaussian(64, 64, 2);
        m.at(9, 20) = std::numeric_limits<float>::quiet_NaN();
        m.at(40, 40) = std::numeric_limits<float>::infinity();
        const auto p = build(m);
        const auto& l = p->levels[0];
        QVERIFY(std::isnan(l.peak[static_cast<std::size_t>(2 * l.cols + 5)]));
        QVERIFY(std::isnan(l.mean[static_cast<std::size_t>(2 * l.cols + 5)]));
        QVERIFY(std::isfinite(l.peak[static_cast<std::size_t>(2 * l.cols + 4)]));
        QVERIFY(std::isinf(l.peak[static_cast<std::size_t>(10 * l.cols + 10)]));
        QVERIFY(std::isfinite(p->max) && p->max > 1 && std::isfinite(p->absHigh));
    }

    void pyramid_robustLimits_percentilesOfASmallMatrix()
    {
        Matrix m(10, 101);
        for (Index i = 0; i < 1010; ++i) m.data()[static_cast<std::size_t>(i)] = static_cast<float>(i);
        const auto p = build(m);
        QCOMPARE(p->low, 10.0);
        QCOMPARE(p->high, 999.0);
        QCOMPARE(p->max, 1009.0);
    }

    void sample_singleElements_exact()
    {
        const Matrix m = test::gaussian(200, 300, 4);
        const auto p = build(m);
        for (const auto what : {CellValue::Peak, CellValue::Mean, CellValue::Rms}) {
            const auto v = sample(*p, 17, 29, 100, 140, 400, 300, what);
            QVERIFY(v.exact);
            QCOMPARE(v.level, 0);
            QCOMPARE(v.rows, 12);
            QCOMPARE(v.cols, 40);
            for (int r = 0; r < v.rows; ++r)
                for (int c = 0; c < v.cols; ++c) {
                    const float x = m.at(17 + r, 100 + c);
                    const float got = v.values[static_cast<std::size_t>(r * v.cols + c)];
                    QCOMPARE(got, what == CellValue::Rms ? std::fabs(x) : x);
                }
        }
    }

    void sample_wholeTensor_alignedCellsAsBruteForce()
    {
        const Matrix m = test::gaussian(512, 1024, 4);
        const auto p = build(m);
        for (const int side : {2, 4, 8, 16, 32}) {
            const int h = 512 / side;
            const int w = 1024 / side;
            const auto peak = sample(*p, 0, 512, 0, 1024, w, h, CellValue::Peak);
            const auto mean = sample(*p, 0, 512, 0, 1024, w, h, CellValue::Mean);
            const auto rms = sample(*p, 0, 512, 0, 1024, w, h, CellValue::Rms);
            for (int r = 0; r < h; ++r)
                for (int c = 0; c < w; ++c) {
                    const Cell want = brute(m, r * side, (r + 1) * side, c * side, (c + 1) * side);
                    const auto at = static_cast<std::size_t>(r * w + c);
                    QCOMPARE(peak.values[at], want.peak);
                    QVERIFY(close(static_cast<double>(mean.values[at]), want.mean));
                    QVERIFY(close(static_cast<double>(rms.values[at]), want.rms));
                }
        }
    }

    void sample_oneOutlier_staysVisibleAtEveryZoom()
    {
        Matrix m(1000, 1000);
        m.at(777, 333) = -5;
        const auto p = build(m);
        for (const int size : {1, 7, 100, 333, 640, 1000}) {
            const auto v = sample(*p, 0, 1000, 0, 1000, size, size, CellValue::Peak);
            QCOMPARE(std::count(v.values.begin(), v.values.end(), -5.0F), std::ptrdiff_t(1));
        }
    }

    void sample_outside_isClipped()
    {
        const auto p = build(test::gaussian(10, 10, 1));
        const auto v = sample(*p, -5, 100, 8, 20, 50, 50, CellValue::Peak);
        QCOMPARE(v.row0, Index(0));
        QCOMPARE(v.row1, Index(10));
        QCOMPARE(v.cols, 2);
        QVERIFY(sample(*p, 20, 30, 0, 10, 5, 5, CellValue::Peak).values.empty());
    }
};

QTEST_GUILESS_MAIN(TestPyramid)
#include "tst_pyramid.moc"
