// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/simd_level.h"
#include "core/linalg/gram.h"
#include "tests/support/golden.h"

#include <QTest>

#include <cmath>

using namespace qs;
using namespace qs::linalg;

namespace {

Matrix product(const Context& context, Index m, Index n, Index k, Operand a, Operand b)
{
    Matrix c(m, n);
    if (!gemm(context, m, n, k, a, b, c.data().data(), n)) c = Matrix();
    return c;
}

bool sameBits(const Matrix& a, const Matrix& b)
{
    return a.rows() == b.rows() && a.cols() == b.cols()
           && std::equal(a.data().begin(), a.data().end(), b.data().begin());
}

Matrix flipped(const Matrix& a)
{
    Matrix t(a.cols(), a.rows());
    for (Index r = 0; r < a.rows(); ++r)
        for (Index c = 0; c < a.cols(); ++c) t.at(c, r) = a.at(r, c);
    return t;
}

} // namespace

class TestGemm : public QObject {
    Q_OBJECT
private slots:
    void cleanup() { setSimdLevel(std::nullopt); }

    void gemm_anyShape_closeToDouble_data()
    {
        QTest::addColumn<int>("m");
        QTest::addColumn<int>("n");
        QTest::addColumn<int>("k");
        int row = 0;
        for (const auto& [m, n, k] : {std::array{1, 1, 1},
                                      {12, 32, 256},
                                      {13, 33, 257},
                                      {5, 7, 3},
                                      {97, 513, 300},
                                      {200, 64, 1000},
                                      {3, 1100, 2}})
            QTest::addRow("%d", row++) << m << n << k;
    }
    void gemm_anyShape_closeToDouble()
    {
        QFETCH(int, m);
        QFETCH(int, n);
        QFETCH(int, k);
        const Matrix a = test::gaussian(m, k, 1);
        const Matrix b = test::gaussian(k, n, 2);
        Matrix c = test::gaussian(m, n, 3);
        const Matrix before = c;

        const Matrix written = product({}, m, n, k, plain(a), plain(b));
        QVERIFY(gemm({}, m, n, k, plain(a), plain(b), c.data().data(), n, true));

        for (Index i = 0; i < m; ++i)
            for (Index j = 0; j < n; ++j) {
                double want = 0;
                double size = 0;
                for (Index p = 0; p < k; ++p) {
                    const double term = static_cast<double>(a.at(i, p)) * static_cast<double>(b.at(p, j));
                    want += term;
                    size += std::abs(term);
                }
                // A chain of at most 256, then one sum per chain.
                const double tolerance = size * 6e-8 * std::min(k, 256) + 1e-30;
                QVERIFY(std::abs(static_cast<double>(written.at(i, j)) - want) <= tolerance);
                QVERIFY(std::abs(static_cast<double>(c.at(i, j)) - want - static_cast<double>(before.at(i, j)))
                        <= tolerance + 1e-6);
            }
    }

    void gemm_transposedOperands_sameBits()
    {
        const Matrix a = test::gaussian(77, 300, 1);
        const Matrix b = test::gaussian(300, 45, 2);
        const Matrix at = flipped(a);
        const Matrix bt = flipped(b);

        const Matrix want = product({}, 77, 45, 300, plain(a), plain(b));

        QVERIFY(sameBits(want, product({}, 77, 45, 300, transposed(at), plain(b))));
        QVERIFY(sameBits(want, product({}, 77, 45, 300, plain(a), transposed(bt))));
        QVERIFY(sameBits(want, product({}, 77, 45, 300, transposed(at), transposed(bt))));
        Matrix here(77, 45);
        gemmHere(77, 45, 300, plain(a), plain(b), here.data().data(), 45);
        QVERIFY(sameBits(want, here));
    }

    void gemm_everyLevelAndThreadCount_sameBits()
    {
        const Matrix a = test::gaussian(130, 600, 1);
        const Matrix b = test::gaussian(600, 90, 2);
        setSimdLevel(SimdLevel::Portable);
        const Matrix want = product({}, 130, 90, 600, plain(a), plain(b));

        for (const SimdLevel level : simdLevels())
            for (const int threads : {1, 3}) {
                setSimdLevel(level);
                Context context;
                context.arena = makeArena(threads);
                QVERIFY(sameBits(want, product(context, 130, 90, 600, plain(a), plain(b))));
            }
    }

    void gemm_noProducts_writesZeros()
    {
        Matrix c = test::gaussian(20, 40, 1);

        QVERIFY(gemm({}, 20, 40, 0, {}, {}, c.data().data(), 40));

        for (const float v : c.data()) QCOMPARE(v, 0.0F);
    }

    void gemm_stopped_returnsFalse()
    {
        std::stop_source stop;
        stop.request_stop();
        Context context;
        context.stop = stop.get_token();
        const Matrix a(4, 4);
        Matrix c(4, 4);

        QVERIFY(!gemm(context, 4, 4, 4, plain(a), plain(a), c.data().data(), 4));
    }

    void addGram_severalBlocks_symmetricAndCloseToDouble()
    {
        const Matrix x = test::gaussian(700, 150, 1);
        std::vector<double> sum(150 * 150, 1.0);
        std::vector<double> cross(150 * 150, 1.0);

        QVERIFY(addGram({}, x, sum));
        QVERIFY(addCross({}, x, x, cross));

        for (Index i = 0; i < 150; ++i)
            for (Index j = 0; j < 150; ++j) {
                double want = 1;
                for (Index r = 0; r < 700; ++r)
                    want += static_cast<double>(x.at(r, i)) * static_cast<double>(x.at(r, j));
                const auto at = static_cast<std::size_t>(i * 150 + j);
                QVERIFY(std::abs(sum[at] - want) < 700 * 3e-6);
                QVERIFY(std::abs(cross[at] - want) < 700 * 3e-6);
                QCOMPARE(sum[at], sum[static_cast<std::size_t>(j * 150 + i)]);
            }
    }
};

QTEST_GUILESS_MAIN(TestGemm)
#include "tst_gemm.moc"
