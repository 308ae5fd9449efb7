// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/output_error/output_error.h"
#include "core/metrics/worst/worst_places.h"
#include "core/quant/quantize.h"
#include "tests/support/golden.h"

#include <QTest>
#include <cmath>

using namespace qs;
using metrics::WorstPlace;

namespace {

// decoded = original but for what a test changes.
struct Pair {
    Matrix original = test::gaussian(40, 64, 5);
    Matrix decoded = original;
};

} // namespace

class TestWorstPlaces : public QObject {
    Q_OBJECT
private slots:
    void rowAndColumn_withTheError_comeFirst()
    {
        Pair p;
        for (Index c = 0; c < 64; ++c) p.decoded.at(7, c) += 0.5F;
        for (Index r = 0; r < 40; ++r) p.decoded.at(r, 11) += 2.0F;

        const auto worst = metrics::worstPlaces(p.original, p.decoded, nullptr, 3, {});

        QVERIFY(worst.has_value());
        QCOMPARE(worst->columns.front().index, Index(11));
        QCOMPARE(worst->rows.front().index, Index(7));
        QCOMPARE(worst->rows.size(), std::size_t(3));
        QVERIFY(worst->groups.empty());
        const WorstPlace& row = worst->rows.front();
        // 63 elements off by 0.5 and one by 2.5.
        QVERIFY(std::fabs(row.rmse - std::sqrt((63 * 0.25 + 2.5 * 2.5) / 64)) < 1e-6);
        QVERIFY(std::fabs(row.maxAbs - 2.5) < 1e-6);
        QCOMPARE(row.count, std::uint64_t(64));
        QCOMPARE(row.row0, Index(7));
        QCOMPARE(row.row1, Index(8));
        QCOMPARE(row.col1, Index(64));
        double total = 0;
        for (Index r = 0; r < 40; ++r)
            for (Index c = 0; c < 64; ++c) total += std::pow(double(p.decoded.at(r, c)) - double(p.original.at(r, c)), 2);
        QVERIFY(std::fabs(row.share - (63 * 0.25 + 6.25) / total) < 1e-5);
    }

    void outputShares_ofSigma_sumToTheOutputError()
    {
        Pair p;
        for (Index r = 0; r < 40; ++r)
            for (Index c = 0; c < 64; ++c) p.decoded.at(r, c) += 0.01F * static_cast<float>((r * 7 + c * 3) % 11 - 5);
        const Matrix x = test::gaussian(100, 64, 9);
        std::vector<double> sigma(64 * 64);
        for (Index i = 0; i < 64; ++i)
            for (Index k = 0; k < 64; ++k)
                for (Index n = 0; n < 100; ++n) sigma[static_cast<std::size_t>(i * 64 + k)] += double(x.at(n, i)) * double(x.at(n, k));
        const metrics::InputMoments inputs{sigma, {}};
        metrics::WeightError error;
        QVERIFY(metrics::addOutputError(error, p.original.view(), p.decoded.view(), inputs, {}).has_value());
        // ‖E X‖² by hand.
        double expected = 0;
        for (Index r = 0; r < 40; ++r)
            for (Index n = 0; n < 100; ++n) {
                double y = 0;
                for (Index c = 0; c < 64; ++c) y += (double(p.decoded.at(r, c)) - double(p.original.at(r, c))) * double(x.at(n, c));
                expected += y * y;
            }
        QVERIFY(std::fabs(error.sumOutputError - expected) < 1e-9 * expected);

        const auto each = metrics::outputContributions(p.original.view(), p.decoded.view(), inputs, {});
        QVERIFY(each.has_value());
        double sum = 0;
        for (const float v : each->data()) sum += double(v);
        QVERIFY(std::fabs(sum - expected) < 1e-5 * expected);
        auto worst = metrics::worstPlaces(p.original, p.decoded, nullptr, 64, {});
        QVERIFY(worst.has_value());
        QVERIFY(metrics::addOutputShares(*worst, each->view(), nullptr, {}).has_value());
        double rows = 0;
        double columns = 0;
        for (const WorstPlace& w : worst->rows) rows += w.outputShare;
        for (const WorstPlace& w : worst->columns) columns += w.outputShare;
        QVERIFY(std::fabs(rows - 1) < 1e-9);
        QVERIFY(std::fabs(columns - 1) < 1e-9);
        // The wrong width is refused.
        QVERIFY(!metrics::outputContributions(p.original.view(), p.decoded.view(), {std::span(sigma).first(63 * 63), {}}, {}).has_value());
    }

    void groups_ofAGrid_areBoxes()
    {
        const Matrix w = test::gaussian(40, 64, 5);
        const auto recipe = quant::parseRecipe("rtn:bits=4,group=16");
        QVERIFY(recipe.has_value());
        auto artefact = quant::quantize("w", w, *recipe, {}, {});
        QVERIFY(artefact.has_value());
        const auto decoder = quant::Decoder::make(std::make_shared<const quant::QuantizedTensor>(std::move(*artefact)));
        QVERIFY(decoder.has_value());
        Matrix decoded = *(*decoder)->decodeAll({});
        for (Index c = 32; c < 48; ++c) decoded.at(9, c) += 1.0F;

        const auto worst = metrics::worstPlaces(w, decoded, &(*decoder)->grid(), 5, {});

        QVERIFY(worst.has_value());
        const WorstPlace& g = worst->groups.front();
        QCOMPARE(g.index, (*decoder)->grid().groupOf(9, 32));
        QCOMPARE(g.count, std::uint64_t(16));
        QCOMPARE(g.row0, Index(9));
        QCOMPARE(g.row1, Index(10));
        QCOMPARE(g.col0, Index(32));
        QCOMPARE(g.col1, Index(48));
    }

    void noError_nothingIsWorst()
    {
        const Pair p;
        const auto worst = metrics::worstPlaces(p.original, p.decoded, nullptr, 3, {});
        QVERIFY(worst && worst->rows.empty() && worst->columns.empty());
    }

    void notFinite_isTold_andOtherShapesAreRefused()
    {
        Pair p;
        p.decoded.at(3, 4) = std::numeric_limits<float>::quiet_NaN();
        const auto worst = metrics::worstPlaces(p.original, p.decoded, nullptr, 1, {});
        QVERIFY(worst && worst->rows.size() == 1);
        QVERIFY(std::isinf(worst->rows.front().maxAbs) && std::isinf(worst->rows.front().rmse));
        QCOMPARE(worst->rows.front().index, Index(3));
        QVERIFY(!metrics::worstPlaces(p.original, Matrix(40, 63), nullptr, 1, {}));
        Context stopped;
        std::stop_source stop;
        stop.request_stop();
        stopped.stop = stop.get_token();
        const auto cancelled = metrics::worstPlaces(p.original, p.decoded, nullptr, 1, stopped);
        QVERIFY(!cancelled && cancelled.error().code == ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestWorstPlaces)
#include "tst_worst_places.moc"
