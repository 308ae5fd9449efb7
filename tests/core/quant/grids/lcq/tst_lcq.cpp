// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/weight_error/weight_error.h"
#include "core/quant/decoder.h"
#include "core/quant/grids/lcq/lcq_fit.h"
#include "core/quant/quantize.h"
#include "core/quant/recipe.h"
#include "core/tensor/float_bits.h"
#include "tests/support/golden.h"

#include <QtTest>

using namespace qs;
using namespace qs::quant;

namespace {

std::shared_ptr<const Decoder> decoded(const std::string& recipe, const Matrix& w, const Context& context = {}) {
    const auto r = parseRecipe(recipe);
    if (!r) qFatal("%s", r.error().text().c_str());
    auto q = quantize("w", w, *r, {}, context);
    if (!q) qFatal("%s", q.error().text().c_str());
    auto d = Decoder::make(std::make_shared<QuantizedTensor>(std::move(*q)));
    if (!d) qFatal("%s", d.error().text().c_str());
    return *d;
}

double squaredError(const std::string& recipe, const Matrix& w) {
    return metrics::weightError(w, *decoded(recipe, w), {})->sumSquaredError;
}

// The matrix must outlive it.
struct Problem {
    MatrixInput rows;
    LcqProblem p;
    Problem(const Matrix& w, Index group)
        : rows(FitInput{w.view()}), p(rows, GroupLayout(w.rows(), w.cols(), GroupSpec{GroupSpec::Columns, group, 1})) {}
};

// Heavy-tailed rows of unlike scales, with a few large weights.
Matrix uneven(Index rows, Index cols, std::uint64_t seed) {
    Matrix w = test::gaussian(rows, cols, seed);
    for (Index r = 0; r < rows; ++r)
        for (Index c = 0; c < cols; ++c)
            w.at(r, c) *= 0.02F * std::exp(0.3F * static_cast<float>(r % 5)) * ((r * cols + c) % 50 == 0 ? 2.5F : 1.0F);
    return w;
}

std::unique_ptr<FittedGrid> loaded(const std::string& recipe, const ArrayStore& arrays, Index rows, Index cols) {
    const auto r = *parseRecipe(recipe);
    auto grid = (*builtinRegistry().part(PartKind::Grid, "lcq")->makeGrid(r.grid.values))->load(arrays, rows, cols);
    if (!grid) qFatal("%s", grid.error().text().c_str());
    return std::move(*grid);
}

}  // namespace

class TestLcq : public QObject {
    Q_OBJECT
private slots:
    void rank1_integerParameters_giveTheIntegerGrid() {
        const Matrix w = test::gaussian(8, 128, 1);
        const Index groups = 8 * 4;
        std::vector<float> s, b, v, zero;
        for (int k = 0; k < 16; ++k)
            v.push_back(static_cast<float>(k));
        for (Index g = 0; g < groups; ++g) {
            const auto part = w.row(g / 4).subspan(static_cast<std::size_t>(g % 4 * 32), 32);
            const auto [lo, hi] = std::minmax_element(part.begin(), part.end());
            s.push_back(roundToHalf((std::max(0.0F, *hi) - std::min(0.0F, *lo)) / 15));
            zero.push_back(std::nearbyint(-std::min(0.0F, *lo) / s.back()));
            b.push_back(s.back() * zero.back());
        }
        ArrayStore arrays;
        arrays.addFloats("grid.s", DType::F32, {1, groups}, s);
        arrays.addFloats("grid.v", DType::F16, {1, 16}, v);
        arrays.addFloats("grid.b", DType::F32, {groups}, b);
        const auto grid = loaded("lcq:bits=4,group=32,rank=1,scale=f32", arrays, 8, 128);
        std::vector<std::uint8_t> codes(128);
        std::vector<float> values(128);
        for (Index r = 0; r < 8; ++r) {
            grid->nearest(r, 0, w.row(r), codes);
            grid->decode(r, 0, codes, values);
            for (Index c = 0; c < 128; ++c) {
                const auto g = static_cast<std::size_t>(r * 4 + c / 32);
                const float q = std::clamp(std::nearbyint(w.at(r, c) / s[g]) + zero[g], 0.0F, 15.0F);
                QCOMPARE(static_cast<float>(codes[static_cast<std::size_t>(c)]), q);
                QCOMPARE(values[static_cast<std::size_t>(c)], s[g] * (q - zero[g]));
            }
        }
    }
    void rank1_tableAndAbsmax_giveTheTableGrid() {
        const float table[16] = {-1.0F,        -0.6961928F, -0.52507305F, -0.39491749F, -0.28444138F, -0.18477343F,
                                 -0.09105004F, 0.0F,        0.0795803F,   0.1609302F,   0.2461123F,   0.33791524F,
                                 0.44070983F,  0.562617F,   0.72295684F,  1.0F};
        const Matrix w = test::gaussian(4, 64, 2);
        std::vector<float> s, v;
        for (const float t : table)
            v.push_back(roundToHalf(t));
        for (Index r = 0; r < 4; ++r) {
            float most = 0;
            for (const float x : w.row(r))
                most = std::max(most, std::fabs(x));
            s.push_back(roundToHalf(most));
        }
        ArrayStore arrays;
        arrays.addFloats("grid.s", DType::F32, {1, 4}, s);
        arrays.addFloats("grid.v", DType::F16, {1, 16}, v);
        arrays.addFloats("grid.b", DType::F32, {4}, std::vector<float>(4));
        const auto grid = loaded("lcq:bits=4,group=row,rank=1,scale=f32", arrays, 4, 64);
        std::vector<std::uint8_t> codes(64);
        std::vector<float> values(64);
        for (Index r = 0; r < 4; ++r) {
            grid->nearest(r, 0, w.row(r), codes);
            grid->decode(r, 0, codes, values);
            const float scale = s[static_cast<std::size_t>(r)];
            for (std::size_t c = 0; c < 64; ++c) {
                std::size_t best = 0;
                for (std::size_t k = 1; k < 16; ++k)
                    if (std::fabs(v[k] * scale - w.row(r)[c]) < std::fabs(v[best] * scale - w.row(r)[c])) best = k;
                QCOMPARE(std::size_t(codes[c]), best);
                QCOMPARE(values[c], v[best] * scale);
            }
        }
    }
    void rank2_twoScales_giveAfpq() {
        const float magnitude[8] = {0, 0.5F, 1, 1.5F, 2, 3, 4, 6};
        std::vector<float> table;
        for (int k = 0; k < 16; ++k)
            table.push_back(k < 8 ? -magnitude[7 - k] : magnitude[k - 8]);
        const Matrix w = test::gaussian(4, 64, 3);
        std::vector<float> s(8), v(32);
        for (std::size_t k = 0; k < 16; ++k) {
            v[k] = std::max(0.0F, table[k]);
            v[16 + k] = std::min(0.0F, table[k]);
        }
        for (Index r = 0; r < 4; ++r) {
            const auto [lo, hi] = std::minmax_element(w.row(r).begin(), w.row(r).end());
            s[static_cast<std::size_t>(r)] = *hi / 6;
            s[static_cast<std::size_t>(4 + r)] = -*lo / 6;
        }
        ArrayStore arrays;
        arrays.addFloats("grid.s", DType::F32, {2, 4}, s);
        arrays.addFloats("grid.v", DType::F16, {2, 16}, v);
        arrays.addFloats("grid.b", DType::F32, {4}, std::vector<float>(4));
        const auto grid = loaded("lcq:bits=4,group=row,rank=2,scale=f32", arrays, 4, 64);
        for (Index r = 0; r < 4; ++r) {
            const auto levels = grid->levels(r);
            for (std::size_t k = 0; k < 16; ++k)
                QCOMPARE(levels[k], table[k] * (table[k] > 0 ? s[static_cast<std::size_t>(r)]
                                                             : s[static_cast<std::size_t>(4 + r)]));
        }
    }
    // What other grids fitted, written as S, V and B, decodes to the same weights (seed_methods.md §3.2, §5).
    void load_fromFittedGrids_givesTheirWeights_data() {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<int>("rank");
        QTest::addColumn<double>("tolerance");  // V is F16: NF tables are rounded there
        QTest::newRow("integers, asymmetric") << "rtn:bits=4,group=32" << 1 << 0.0;
        QTest::newRow("integers, 3 bits") << "rtn:bits=3,group=32" << 1 << 0.0;
        QTest::newRow("nf4") << "nf:format=nf4,group=32" << 1 << 0x1p-11;
        QTest::newRow("nf3") << "nf:format=nf3,group=32" << 1 << 0x1p-11;
        QTest::newRow("afpq fp4") << "afpq:format=fp4,group=32,scale=f32" << 2 << 0.0;
        QTest::newRow("afpq fp3") << "afpq:format=fp3,group=32,scale=f32" << 2 << 0.0;
        QTest::newRow("afpq nf4") << "afpq:format=nf4,group=32,scale=f32" << 2 << 0x1p-11;
    }
    void load_fromFittedGrids_givesTheirWeights() {
        QFETCH(QString, recipe);
        QFETCH(int, rank);
        QFETCH(double, tolerance);
        const Matrix w = test::gaussian(8, 128, 29);
        const auto other = decoded(recipe.toStdString(), w);
        const FittedGrid& grid = other->grid();
        const Index groups = grid.groups();
        const int bits = grid.bits();
        const auto levels = std::size_t(1) << bits;
        const auto map = [&](const std::string& name) {
            for (const GroupMap& m : grid.maps())
                if (m.name == name) return m.values;
            qFatal("no map %s", name.c_str());
        };
        std::vector<float> s, v(static_cast<std::size_t>(rank) * levels), b(static_cast<std::size_t>(groups));
        const auto table = grid.levels(0);
        if (rank == 2) {
            s = map("scale_pos");
            const auto negative = map("scale_neg");
            for (std::size_t k = 0; k < levels; ++k) {
                v[k] = roundToHalf(table[k] > 0 ? table[k] / s[0] : 0.0F);
                v[levels + k] = roundToHalf(table[k] < 0 ? table[k] / negative[0] : 0.0F);
            }
            s.insert(s.end(), negative.begin(), negative.end());
        } else {
            s = map("scale");
            const bool integers = recipe.startsWith("rtn");
            for (std::size_t k = 0; k < levels; ++k)
                v[k] = integers ? static_cast<float>(k) : roundToHalf(table[k] / s[0]);
            if (integers) {
                const auto zero = map("zero");
                for (std::size_t t = 0; t < b.size(); ++t)
                    b[t] = s[t] * zero[t];
            }
        }
        ArrayStore arrays;
        arrays.addFloats("grid.s", DType::F32, {rank, groups}, s);
        arrays.addFloats("grid.v", DType::F16, {rank, static_cast<Index>(levels)}, v);
        arrays.addFloats("grid.b", DType::F32, {groups}, b);
        const auto lcq = loaded("lcq:group=32,scale=f32,bits=" + std::to_string(bits) + ",rank=" + std::to_string(rank),
                                arrays, 8, 128);
        std::vector<std::uint8_t> codes(128);
        std::vector<float> mine(128), theirs(128);
        for (Index r = 0; r < 8; ++r) {
            if (tolerance == 0)
                lcq->nearest(r, 0, w.row(r), codes);
            else
                other->codesRow(r, codes);  // a weight midway between two levels may go to the other side
            lcq->decode(r, 0, codes, mine);
            other->decodeRow(r, theirs);
            for (std::size_t c = 0; c < 128; ++c) {
                const double most = static_cast<double>(s[static_cast<std::size_t>(r * 4) + c / 32]) * 2;
                if (tolerance == 0)
                    QCOMPARE(mine[c], theirs[c]);
                else
                    QVERIFY(std::fabs(static_cast<double>(mine[c] - theirs[c])) <= tolerance * most);
            }
        }
    }
    void fullRank_reproducesFreeCodebooks() {
        const Matrix w = uneven(16, 256, 5);
        for (const int bits : {1, 2, 3}) {
            const Problem held(w, 64);
            const LcqProblem& p = held.p;
            const double free = lcqFreeObjective(p, 1 << bits, {});
            const double j = squaredError(
                "lcq:group=64,scale=f32,bits=" + std::to_string(bits) + ",rank=" + std::to_string((1 << bits) - 1), w);
            QVERIFY2(j >= free * (1 - 1e-5) && j <= free * (1 + 1e-4), qPrintable(QString("%1 %2").arg(j).arg(free)));
        }
    }
    void rounds_neverRaiseTheObjective() {
        const Matrix w = uneven(24, 192, 7);
        for (const int rank : {1, 2, 3}) {
            const Problem held(w, 48);
            const LcqProblem& p = held.p;
            auto starts = lcqStarts(p, 8, rank, {});
            QCOMPARE(starts.size(), std::size_t(3));
            for (LcqModel& m : starts) {
                double before = lcqObjective(p, m, {});
                for (int i = 0; i < 8; ++i) {
                    LcqModel groups = m;
                    lcqSolveGroups(p, m, groups, false, {});
                    QVERIFY(lcqObjective(p, groups, {}) <= before * (1 + 1e-12));
                    LcqModel levels = m;
                    lcqSolveLevels(p, m, levels, {});
                    QVERIFY(lcqObjective(p, levels, {}) <= before * (1 + 1e-12));
                    QVERIFY(std::fabs(lcqRound(p, m, {}) - before) <= 1e-12 * before);
                    const double after = lcqObjective(p, m, {});
                    QVERIFY(after <= before * (1 + 1e-12));
                    before = after;
                }
                QVERIFY(before >= lcqFreeObjective(p, 8, {}) * (1 - 1e-9));
            }
        }
    }
    void model_rescaledFactors_areTheSameCodebooks() {
        const Matrix w = uneven(4, 128, 9);
        const Problem held(w, 32);
        LcqModel m = lcqStarts(held.p, 8, 2, {})[0];
        LcqModel other = m;
        const double d[2] = {7.5, -0.02};
        for (std::size_t r = 0; r < 2; ++r) {
            for (Index t = 0; t < m.groups; ++t)
                other.s[r * static_cast<std::size_t>(m.groups) + static_cast<std::size_t>(t)] *= d[r];
            for (std::size_t k = 0; k < 8; ++k)
                other.v[r * 8 + k] /= d[r];
        }
        std::vector<double> a(8), b(8);
        for (int pass = 0; pass < 2; ++pass, other.normalise())
            for (Index t = 0; t < m.groups; ++t) {
                m.book(t, a);
                other.book(t, b);
                for (std::size_t k = 0; k < 8; ++k)
                    QVERIFY(std::fabs(a[k] - b[k]) < 1e-12);
            }
    }
    void fit_isNoWorseThanItsStarts() {
        const Matrix w = uneven(32, 256, 11);
        const Problem held(w, 64);
            const LcqProblem& p = held.p;
        for (const char* fit : {"als", "gradient", "gradient,gradient=b"})
            for (const int rank : {1, 2}) {
                LcqOptions o;
                o.rank = rank;
                const double j =
                    squaredError("lcq:bits=3,group=64,rank=" + std::to_string(rank) + ",steps=60,fit=" + fit, w);
                double least = std::numeric_limits<double>::infinity();
                for (const LcqModel& m : lcqStarts(p, 8, rank, {}))
                    least = std::min(least, lcqObjective(p, lcqRounded(p, m, o, false, {}), {}));
                QVERIFY2(j <= least * (1 + 1e-6),
                         qPrintable(QString("%1 rank %2: %3 %4").arg(fit).arg(rank).arg(j).arg(least)));
                QVERIFY(j < 0.995 * least);  // it moved
            }
    }
    void fit_moreRank_lowersTheError() {
        const Matrix w = uneven(96, 256, 13);
        const Problem held(w, 64);
            const LcqProblem& p = held.p;
        double before = lcqObjective(p, lcqStarts(p, 8, 1, {})[2], {});  // uniform between minimum and maximum
        for (const int rank : {1, 2, 3, 5}) {
            const double j = squaredError("lcq:bits=3,group=64,rank=" + std::to_string(rank), w);
            QVERIFY2(j < before, qPrintable(QString("rank %1: %2 %3").arg(rank).arg(j).arg(before)));
            before = j;
        }
    }
    void doubled_costsLittleAndStoresByTheFormula() {
        const Matrix w = uneven(96, 256, 17);
        const double plain = squaredError("lcq:bits=2,group=32,rank=2", w);
        const double doubled = squaredError("lcq:bits=2,group=32,rank=2,double=1", w);
        QVERIFY2(doubled < 1.05 * plain, qPrintable(QString("%1 %2").arg(doubled).arg(plain)));
        const auto bits = [&](const std::string& recipe) { return decoded(recipe, w)->artefact().bitsPerWeight(); };
        const double mn = 96 * 256;
        QCOMPARE(bits("lcq:bits=3,group=64,rank=2"), 3 + 3 * 16 / 64.0 + 16 * 2 * 8 / mn);
        QCOMPARE(bits("lcq:bits=3,group=64,rank=2,scale=f32"), 3 + 3 * 32 / 64.0 + 16 * 2 * 8 / mn);
        // 768 groups are 3 whole blocks: p = 8 + 32/256.
        QCOMPARE(bits("lcq:bits=2,group=32,rank=1,double=1"), 2 + 2 * (8 + 32 / 256.0) / 32.0 + 16 * 4 / mn);
        const auto d = decoded("lcq:bits=2,group=32,rank=2,double=1", w);
        QCOMPARE(d->artefact().arrays.find("grid.s_codes")->shape, (Shape{2, 768}));
        QCOMPARE(d->artefact().arrays.find("grid.s_scale")->shape, (Shape{2, 3}));
        QCOMPARE(d->artefact().arrays.find("grid.b_offset")->shape, (Shape{3}));
    }
    void edges_zeroConstantShortAndOneSidedGroups() {
        Matrix w(6, 40);  // groups of 16: the last has 8
        for (Index c = 0; c < 40; ++c) {
            w.at(1, c) = 0.25F;
            w.at(2, c) = 1.0F + 0.1F * static_cast<float>(c % 7);
            w.at(3, c) = c < 16 ? 0.0F : -0.5F;
            w.at(4, c) = 1e-6F * static_cast<float>(c);
            w.at(5, c) = c == 39 ? 100.0F : 0.01F * static_cast<float>(c);
        }
        for (const char* recipe : {"lcq:bits=2,group=16", "lcq:bits=3,group=16,double=1",
                                   "lcq:bits=2,group=16,fit=gradient,steps=20", "lcq:bits=2,group=16,scale=f32,rank=3",
                                   "lcq:bits=1,group=tensor,rank=1", "lcq:bits=8,group=16,rank=4,iterations=3"}) {
            const auto d = decoded(recipe, w);
            const Matrix m = *d->decodeAll({});
            for (const float v : m.data())
                QVERIFY(std::isfinite(v));
            if (std::string(recipe) != "lcq:bits=2,group=16,scale=f32,rank=3") continue;
            for (Index c = 0; c < 40; ++c) {
                QVERIFY(std::fabs(m.at(0, c)) < 1e-6F);
                QVERIFY(std::fabs(m.at(1, c) - 0.25F) < 1e-5F);
                QVERIFY(std::fabs(m.at(2, c) - w.at(2, c)) < 0.11F);
                QVERIFY(std::fabs(m.at(3, c) - w.at(3, c)) < 1e-5F);
            }
        }
        QVERIFY(!parseRecipe("lcq:bits=2,rank=4").has_value());
        QVERIFY(!fitsFormat(*parseRecipe("lcq"), "gptq").fits());
    }
    void grid_threads_giveTheSameBits() {
        const Matrix w = uneven(64, 200, 19);
        for (const char* recipe : {"lcq:bits=3,group=24", "lcq:bits=2,group=64,rank=1,fit=gradient,steps=10",
                                   "lcq:bits=2,group=16,double=1,rank=3"}) {
            Context one;
            one.arena = makeArena(1);
            Context two;
            two.arena = makeArena(2);
            const auto a = decoded(recipe, w, one);
            const auto b = decoded(recipe, w, two);
            const auto x = a->artefact().arrays.arrays();
            const auto y = b->artefact().arrays.arrays();
            QCOMPARE(x.size(), y.size());
            for (std::size_t i = 0; i < x.size(); ++i)
                QVERIFY(x[i].bytes == y[i].bytes);
            const auto forecast = forecastStorage(*parseRecipe(recipe), 64, 200);
            QCOMPARE(forecast->payload + forecast->metadata, a->artefact().bits());
        }
    }
    void golden_inputs_rankTwoBeatsTwoScales() {
        const test::Golden inputs("methods/inputs.safetensors");
        QS_NEED_GOLDEN(inputs);
        const Matrix w = inputs.matrix("a/W");
        const double one = squaredError("lcq:bits=3,group=64,rank=1", w);
        const double two = squaredError("lcq:bits=3,group=64,rank=2", w);
        QVERIFY(two < one);
        QVERIFY(two >= lcqFreeObjective(Problem(w, 64).p, 8, {}));
    }
};

QTEST_GUILESS_MAIN(TestLcq)
#include "tst_lcq.moc"
