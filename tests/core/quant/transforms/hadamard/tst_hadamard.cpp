// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/weight_error/weight_error.h"
#include "core/quant/decoder.h"
#include "core/quant/quantize.h"
#include "core/quant/recipe.h"
#include "tests/support/golden.h"

#include <QtTest>

using namespace qs;
using namespace qs::quant;

namespace {

std::unique_ptr<Transform> hadamard(const std::string& values) {
    const auto r = *parseRecipe("hadamard:" + values + "+kmeans");
    return std::move(*builtinRegistry().part(PartKind::Transform, "hadamard")->makeTransform(r.transform.values));
}

double norm(std::span<const float> v) {
    double s = 0;
    for (const float x : v)
        s += static_cast<double>(x) * static_cast<double>(x);
    return s;
}

double relativeMse(const std::string& recipe, const Matrix& w, const Context& context = {}) {
    auto q = quantize("w", w, *parseRecipe(recipe), {}, context);
    if (!q) qFatal("%s", q.error().text().c_str());
    const auto d = *Decoder::make(std::make_shared<QuantizedTensor>(std::move(*q)));
    return metrics::weightError(w, *d, {})->relativeMse();
}

}  // namespace

class TestHadamard : public QObject {
    Q_OBJECT
private slots:
    void apply_thenUndo_isTheIdentity() {
        const Matrix original = test::gaussian(5, 384, 1);
        for (const char* values : {"block=0", "block=128", "block=1", "block=2,seed=9", "block=64,seed=7"}) {
            Matrix w = original;
            ArrayStore none;
            const auto t = hadamard(values);
            QVERIFY(t->accepts(5, 384).has_value());
            QVERIFY(t->applyRows(none, w.cols(), w.data()).has_value());
            QVERIFY(none.arrays().empty());
            QCOMPARE(t->storage(5, 384).metadata, std::uint64_t(0));
            for (Index r = 0; r < 5; ++r) {
                QVERIFY(std::fabs(norm(w.row(r)) / norm(original.row(r)) - 1) < 1e-6);  // orthonormal
                std::vector<float> row(w.row(r).begin(), w.row(r).end());
                t->undoRow(none, row);
                for (std::size_t c = 0; c < row.size(); ++c)
                    QVERIFY(std::fabs(row[c] - original.row(r)[c]) < 1e-6F);
            }
        }
    }
    void apply_isLinear_andMatchesTheDefinition() {
        // One unit vector: every output is ±1/√block, the sign pattern that of the Hadamard matrix's column times D.
        Matrix w(2, 8);
        w.at(0, 3) = 1;
        w.at(1, 6) = 1;
        ArrayStore none;
        QVERIFY(hadamard("block=8,seed=5")->applyRows(none, w.cols(), w.data()).has_value());
        for (Index r = 0; r < 2; ++r) {
            const unsigned column = r == 0 ? 3 : 6;
            for (unsigned i = 0; i < 8; ++i) {
                const float entry = __builtin_popcount(i & column) % 2 ? -1.0F : 1.0F;
                QVERIFY(std::fabs(w.at(r, i) - w.at(r, 0) * entry) < 1e-7F);
                QVERIFY(std::fabs(std::fabs(w.at(r, i)) - std::sqrt(0.125F)) < 1e-7F);
            }
        }
    }
    void seed_changesTheSigns() {
        Matrix a = test::gaussian(1, 128, 2);
        Matrix b = a;
        ArrayStore none;
        QVERIFY(hadamard("seed=1")->applyRows(none, a.cols(), a.data()).has_value());
        QVERIFY(hadamard("seed=2")->applyRows(none, b.cols(), b.data()).has_value());
        QVERIFY(!std::equal(a.data().begin(), a.data().end(), b.data().begin()));
    }
    void accepts_saysWhichBlocksFit() {
        const auto answer = hadamard("block=128")->accepts(4, 96);
        QVERIFY(!answer.has_value());
        QVERIFY(answer.error().text().find("block=32") != std::string::npos);
        QVERIFY(hadamard("block=0")->accepts(4, 97).has_value());
        QVERIFY(!parseRecipe("hadamard:block=-1+kmeans").has_value());
        const auto odd = parseRecipe("hadamard:block=100+kmeans");
        QVERIFY(!odd.has_value() || !quantize("w", test::gaussian(2, 100, 1), *odd, {}, {}).has_value());
    }
    void recipe_outlierColumns_areSpread() {
        Matrix w = test::gaussian(16, 256, 3, 0.02F);
        for (Index r = 0; r < 16; ++r)
            w.at(r, 40) *= 30;
        QVERIFY(relativeMse("hadamard:block=256+hqq:bits=3", w) < 0.7 * relativeMse("hqq:bits=3", w));
    }
    void recipe_withOutliers_bothAreUndone() {
        Matrix w = test::gaussian(8, 256, 5, 0.02F);
        w.at(3, 100) = 4.5F;
        for (const char* recipe : {"hadamard+kmeans:bits=4+outliers:percent=0.05,value=f32",
                                   "hadamard:block=64+hqq:bits=4+outliers:percent=0.05"}) {
            Context one;
            one.arena = makeArena(1);
            Context two;
            two.arena = makeArena(2);
            auto a = quantize("w", w, *parseRecipe(recipe), {}, one);
            const auto b = quantize("w", w, *parseRecipe(recipe), {}, two);
            QVERIFY(a.has_value() && b.has_value());
            for (std::size_t i = 0; i < a->arrays.arrays().size(); ++i)
                QVERIFY(a->arrays.arrays()[i].bytes == b->arrays.arrays()[i].bytes);
            const auto d = *Decoder::make(std::make_shared<QuantizedTensor>(std::move(*a)));
            const Matrix m = *d->decodeAll({});
            QCOMPARE(m.at(3, 100), 4.5F);
            for (std::size_t i = 0; i < m.data().size(); ++i)
                QVERIFY(std::fabs(m.data()[i] - w.data()[i]) < 0.03F);
        }
    }
};

QTEST_GUILESS_MAIN(TestHadamard)
#include "tst_hadamard.moc"
