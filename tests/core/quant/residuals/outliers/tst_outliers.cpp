// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/decoder.h"
#include "core/quant/input_rows.h"
#include "core/quant/quantize.h"
#include "core/quant/recipe.h"
#include "core/tensor/float_bits.h"
#include "tests/support/golden.h"

#include <QtTest>

using namespace qs;
using namespace qs::quant;

namespace {

std::unique_ptr<Residual> outliers(const std::string& values) {
    const auto r = *parseRecipe("kmeans+outliers:" + values);
    return std::move(*builtinRegistry().part(PartKind::Residual, "outliers")->makeResidual(r.residual.values));
}

ArrayStore changed(const ArrayStore& from, const std::string& name, auto&& change) {
    ArrayStore out;
    for (Array a : from.arrays()) {
        if (a.name == name) change(a);
        out.add(std::move(a));
    }
    return out;
}

// Chooses, stores and takes the outliers of a matrix.
bool extract(const Residual& r, Matrix& w, std::vector<std::uint8_t>& removed, ArrayStore& out) {
    FitInput input;
    input.weights = w.view();
    if (!r.extract(MatrixInput(input), {}, out)) return false;
    removed.assign(w.data().size(), 0);
    r.takeRows(out, 0, w.cols(), w.data(), removed);
    return true;
}

}  // namespace

class TestOutliers : public QObject {
    Q_OBJECT
private slots:
    void extract_takesTheLargest_tiesInRowMajorOrder() {
        Matrix w(2, 4);
        const float values[] = {1, -3, 2, 3, -3, 0.5F, 3, -5};
        std::copy(std::begin(values), std::end(values), w.data().begin());
        const auto r = outliers("percent=37.5,value=f32");  // 3 of 8: −5 and the first two of magnitude 3
        std::vector<std::uint8_t> removed;
        ArrayStore out;
        QVERIFY(extract(*r, w, removed, out));
        QCOMPARE(removed, (std::vector<std::uint8_t>{0, 1, 0, 1, 0, 0, 0, 1}));
        QCOMPARE(w.at(0, 1), 0.0F);
        QCOMPARE(w.at(0, 2), 2.0F);
        const auto ptr = out.find("residual.row_ptr")->as<std::uint32_t>();
        QCOMPARE(std::vector<std::uint32_t>(ptr.begin(), ptr.end()), (std::vector<std::uint32_t>{0, 2, 3}));
        const auto cols = out.find("residual.cols")->as<std::uint16_t>();
        QCOMPARE(std::vector<std::uint16_t>(cols.begin(), cols.end()), (std::vector<std::uint16_t>{1, 3, 3}));
        QVERIFY(r->check(out, 2, 4).has_value());
        std::vector<float> row = {9, 9, 9, 9};
        r->applyRow(out, 1, row);
        QCOMPARE(row, (std::vector<float>{9, 9, 9, -5}));
    }
    void extract_anyShare_keepsExactlyThoseValues() {
        const Matrix original = test::gaussian(37, 129, 3);
        for (const std::string percent : {"0", "0.01", "0.5", "13", "100"}) {
            Matrix w = original;
            const auto r = outliers("percent=" + percent + ",value=f32");
            std::vector<std::uint8_t> removed;
            ArrayStore out;
            QVERIFY(extract(*r, w, removed, out));
            QVERIFY(r->check(out, 37, 129).has_value());
            float largestLeft = 0;
            float smallestTaken = std::numeric_limits<float>::infinity();
            std::size_t taken = 0;
            for (std::size_t i = 0; i < removed.size(); ++i) {
                const float m = std::fabs(original.data()[i]);
                QCOMPARE(w.data()[i], removed[i] ? 0.0F : original.data()[i]);
                if (removed[i])
                    smallestTaken = std::min(smallestTaken, m), ++taken;
                else
                    largestLeft = std::max(largestLeft, m);
            }
            QCOMPARE(taken, static_cast<std::size_t>(std::llround(std::stod(percent) / 100 * 37 * 129)));
            QVERIFY(largestLeft <= smallestTaken);
            QCOMPARE(8 * out.totalBytes(), r->storage(37, 129).metadata);
            for (Index i = 0; i < 37; ++i) {
                std::vector<float> row(w.row(i).begin(), w.row(i).end());
                r->applyRow(out, i, row);
                QVERIFY(std::equal(row.begin(), row.end(), original.row(i).begin()));
            }
        }
    }
    void recipe_outliersComeBack_andTheGridIgnoresThem() {
        Matrix w = test::gaussian(8, 256, 5, 0.02F);
        for (Index r = 0; r < 8; ++r)
            w.at(r, 17 * r) = 5.0F + static_cast<float>(r) / 8;
        for (const char* grid : {"kmeans:bits=3", "lcq:bits=3,group=64", "hqq:bits=3"}) {
            const auto recipe = *parseRecipe(std::string(grid) + "+outliers:percent=0.390625,value=f16");  // 8 of 2048
            auto q = quantize("w", w, recipe, {}, {});
            QVERIFY(q.has_value());
            QCOMPARE(q->bits(), forecastStorage(recipe, 8, 256)->payload + forecastStorage(recipe, 8, 256)->metadata);
            const auto d = *Decoder::make(std::make_shared<QuantizedTensor>(std::move(*q)));
            const Matrix m = *d->decodeAll({});
            for (Index r = 0; r < 8; ++r) {
                QCOMPARE(m.at(r, 17 * r), w.at(r, 17 * r));
                for (Index c = 0; c < 256; ++c)
                    QVERIFY(std::fabs(m.at(r, c) - w.at(r, c)) < 0.1F);
            }
        }
    }
    void storage_wideRows_takeLongColumns() {
        const auto r = outliers("percent=1");
        QCOMPARE(r->storage(2, 65536).metadata, std::uint64_t(32 * 3 + 1311 * (16 + 16)));
        QCOMPARE(r->storage(2, 65537).metadata, std::uint64_t(32 * 3 + 1311 * (32 + 16)));
    }
    void check_damagedArrays_areRefused() {
        Matrix w = test::gaussian(4, 64, 7);
        const auto r = outliers("percent=10");
        std::vector<std::uint8_t> removed;
        ArrayStore good;
        QVERIFY(extract(*r, w, removed, good));
        QVERIFY(r->check(good, 4, 64).has_value());
        QVERIFY(!r->check(good, 5, 64).has_value());
        QVERIFY(!r->check({}, 4, 64).has_value());
        const auto set = [](Array& a, std::size_t at, auto value) {
            std::memcpy(a.bytes.data() + at * sizeof value, &value, sizeof value);
        };
        QVERIFY(!r->check(changed(good, "residual.row_ptr", [&](Array& a) { set(a, 0, std::uint32_t(1)); }), 4, 64)
                     .has_value());
        QVERIFY(!r->check(changed(good, "residual.row_ptr", [&](Array& a) { set(a, 1, std::uint32_t(4000000000U)); }),
                          4, 64)
                     .has_value());
        QVERIFY(!r->check(changed(good, "residual.row_ptr", [&](Array& a) { set(a, 4, std::uint32_t(4000000000U)); }),
                          4, 64)
                     .has_value());
        QVERIFY(!r->check(changed(good, "residual.cols", [&](Array& a) { set(a, 1, a.as<std::uint16_t>()[0]); }), 4, 64)
                     .has_value());
        QVERIFY(!r->check(changed(good, "residual.cols",
                                  [&](Array& a) { set(a, a.bytes.size() / 2 - 1, std::uint16_t(64)); }),
                          4, 64)
                     .has_value());
        QVERIFY(!r->check(changed(good, "residual.values", [&](Array& a) { set(a, 0, std::uint16_t(0x7C00)); }), 4, 64)
                     .has_value());
        QVERIFY(
            !r->check(changed(good, "residual.values", [&](Array& a) { a.dtype = DType::BF16; }), 4, 64).has_value());
    }
};

QTEST_GUILESS_MAIN(TestOutliers)
#include "tst_outliers.moc"
