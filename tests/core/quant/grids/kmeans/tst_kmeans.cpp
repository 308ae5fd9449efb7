// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/weight_error/weight_error.h"
#include "core/quant/decoder.h"
#include "core/quant/kmeans_1d.h"
#include "core/quant/level_table.h"
#include "core/quant/quantize.h"
#include "core/quant/recipe.h"
#include "core/tensor/float_bits.h"
#include "tests/support/golden.h"

#include <QtTest>

using namespace qs;
using namespace qs::quant;

namespace {

// Least cost over all ways to cut the sorted points into k runs.
double enumerated(std::vector<std::pair<float, double>> points, int k) {
    std::sort(points.begin(), points.end());
    const auto n = static_cast<int>(points.size());
    const auto cost = [&](int b, int e) {
        double w = 0, s = 0, c = 0;
        for (int i = b; i < e; ++i) {
            w += points[static_cast<std::size_t>(i)].second;
            s += points[static_cast<std::size_t>(i)].second *
                 static_cast<double>(points[static_cast<std::size_t>(i)].first);
        }
        if (w == 0) return 0.0;
        for (int i = b; i < e; ++i) {
            const double d = static_cast<double>(points[static_cast<std::size_t>(i)].first) - s / w;
            c += points[static_cast<std::size_t>(i)].second * d * d;
        }
        return c;
    };
    const std::function<double(int, int)> best = [&](int from, int left) -> double {
        if (from == n) return 0.0;
        if (left == 1) return cost(from, n);
        double least = std::numeric_limits<double>::infinity();
        for (int e = from + 1; e <= n; ++e)
            least = std::min(least, cost(from, e) + best(e, left - 1));
        return least;
    };
    return best(0, k);
}

Kmeans1d::Solution solved(std::span<const float> x, std::span<const double> w, int k, Kmeans1d::Limits limits = {}) {
    Kmeans1d solver(limits);
    Kmeans1d::Solution s;
    solver.setPoints(x, w);
    solver.solve(k, {}, s);
    return s;
}

double relativeMse(const char* recipe, const Matrix& w, const Calibration* calibration = nullptr) {
    const auto r = parseRecipe(recipe);
    if (!r) qFatal("%s", r.error().text().c_str());
    QuantizeOptions options;
    options.calibration = calibration;
    auto q = quantize("w", w, *r, options, {});
    if (!q) qFatal("%s", q.error().text().c_str());
    const auto d = Decoder::make(std::make_shared<QuantizedTensor>(std::move(*q)));
    return metrics::weightError(w, **d, {})->relativeMse();
}

bool close(double a, double b, double relative) {
    return std::fabs(a - b) <= relative * std::max(std::fabs(a), std::fabs(b)) + 1e-300;
}

}  // namespace

class TestKmeans : public QObject {
    Q_OBJECT
private slots:
    void solve_handVector_givesItsCentresAndCost() {
        const std::vector<float> x = {0, 0.1F, 0.2F, 0.9F, 1, 2};
        const std::vector<double> w = {1, 1, 1, 1, 4, 0.5};
        const auto s = solved(x, w, 3);
        QCOMPARE(s.centres.size(), std::size_t(3));
        QVERIFY(std::fabs(s.centres[0] - 0.1) < 1e-7 && std::fabs(s.centres[1] - 0.98) < 1e-7 && s.centres[2] == 2.0);
        QVERIFY(std::fabs(s.cost - 0.028) < 1e-7);
    }
    void setPoints_readInPieces_arePointsInMemory() {
        // Gaussian values, more than are sorted together; more still that share their upper bits; and few.
        std::vector<float> many;
        const Matrix normal = test::gaussian(1, 2600000, 41);
        many.assign(normal.data().begin(), normal.data().end());
        for (std::size_t i = 0; i < 1300000; ++i) many[i * 2] = 1 + std::fabs(many[i * 2]) / 1024;
        for (const std::size_t count : {std::size_t(50), std::size_t(150000), many.size()})
            for (const bool weighted : {false, true}) {
                const std::span<const float> values = std::span(many).first(count);
                std::vector<double> weights;
                for (std::size_t i = 0; weighted && i < count; ++i) weights.push_back(static_cast<double>(i % 5) / 4);
                const auto pieces = [&](const Kmeans1d::Visit& visit) -> Status {
                    for (std::size_t at = 0; at < count; at += 70001) {
                        const std::size_t n = std::min<std::size_t>(70001, count - at);
                        visit(values.subspan(at, n), weighted ? std::span<const double>(weights).subspan(at, n) : std::span<const double>{});
                    }
                    return {};
                };
                Kmeans1d::Limits limits;
                limits.points = 3000;
                Kmeans1d whole(limits);
                Kmeans1d read(limits);
                whole.setPoints(values, weights);
                QVERIFY(read.setPoints(pieces).has_value());
                QCOMPARE(read.distinct(), whole.distinct());
                Kmeans1d::Solution a;
                Kmeans1d::Solution b;
                QVERIFY(whole.solve(5, {}, a) && read.solve(5, {}, b));
                QVERIFY(a.centres == b.centres && a.cost == b.cost);
            }
        Kmeans1d broken;
        QVERIFY(!broken.setPoints([](const Kmeans1d::Visit&) -> Status { return fail(ErrorCode::Io, "unreadable"); }));
    }
    void solve_smallInputs_equalsEnumeration() {
        std::mt19937 random(7);
        std::normal_distribution<float> normal;
        for (int trial = 0; trial < 300; ++trial) {
            const int n = 1 + static_cast<int>(random() % 11);
            const int k = 1 + static_cast<int>(random() % 5);
            std::vector<float> x;
            std::vector<double> w;
            for (int i = 0; i < n; ++i) {
                const float v = normal(random);
                x.push_back(trial % 3 == 0   ? std::round(v * 2) / 2
                            : trial % 7 == 0 ? v * 1e-3F - 1000
                                             : v);  // ties, offsets
                w.push_back(trial % 2 == 0 ? 1.0 : static_cast<double>(random() % 4));
            }
            double all = 0;
            for (const double v : w)
                all += v;
            std::vector<std::pair<float, double>> points;
            for (int i = 0; i < n; ++i)
                points.emplace_back(x[static_cast<std::size_t>(i)], all == 0 ? 1.0 : w[static_cast<std::size_t>(i)]);
            const double want = enumerated(points, k);
            const double got = solved(x, w, k).cost;
            QVERIFY2(std::fabs(got - want) <= 1e-9 * want + 1e-15,
                     qPrintable(QString("%1: %2 %3").arg(trial).arg(got).arg(want)));
            Kmeans1d::Limits tight;
            tight.tableEntries = 1;  // the path by halving
            QCOMPARE(solved(x, w, k, tight).centres, solved(x, w, k).centres);
        }
    }
    void solve_largeGroups_halvingAndThreadsGiveTheSamePath() {
        const Matrix m = test::gaussian(1, 20000, 3);
        Kmeans1d::Limits halving;
        halving.tableEntries = 1000;
        Kmeans1d::Limits shared;
        shared.parallel = 1000;
        for (const int k : {2, 3, 16, 37}) {
            const auto plain = solved(m.data(), {}, k);
            QCOMPARE(solved(m.data(), {}, k, halving).centres, plain.centres);
            QCOMPARE(solved(m.data(), {}, k, shared).centres, plain.centres);
        }
    }
    void setPoints_manyHalfFloats_areGatheredWithoutChange() {
        Matrix m = test::gaussian(1, 120000, 5);
        for (float& v : m.data())
            v = roundToHalf(v);
        const auto gathered = solved(m.data(), {}, 8);
        m.data()[0] = 0.1F;  // no 16-bit float: the sorting path
        const auto sorted = solved(m.data(), {}, 8);
        QVERIFY(close(gathered.cost, sorted.cost, 1e-3) && gathered.cost != sorted.cost);
        Kmeans1d solver;
        solver.setPoints(m.data(), {});
        const std::size_t few = solver.distinct();
        QVERIFY(few > 1000 && few < 65536);
        std::vector<double> w(m.data().size(), 1.0);
        QCOMPARE(solved(m.data(), w, 8).centres, sorted.centres);
    }
    void setPoints_moreValuesThanTheLimit_mergesNeighboursAtLittleCost() {
        const Matrix m = test::gaussian(1, 20000, 9);
        Kmeans1d::Limits few;
        few.points = 2000;
        const double exact = solved(m.data(), {}, 16).cost;
        const double merged = solved(m.data(), {}, 16, few).cost;
        QVERIFY(merged >= exact * (1 - 1e-12) && merged <= exact * 1.001);
    }
    void solve_fewerValuesThanLevels_keepsThemAll() {
        const std::vector<float> x = {1, 1, -2, -0.0F, 0.0F};
        QCOMPARE(solved(x, {}, 8).centres, (std::vector<double>{-2, 0, 1}));
        QCOMPARE(solved(x, {}, 8).cost, 0.0);
    }
    void levels_ties_goToTheLowerCode() {
        LevelTable t;
        const std::vector<float> unsorted = {1, -1, 3, 1};
        t.build(unsorted);
        QCOMPARE(int(t.code(0.0F)), 0);  // as near to −1 (code 1) as to 1 (code 0)
        QCOMPARE(int(t.code(2.0F)), 0);
        QCOMPARE(int(t.code(-0.1F)), 1);
        QCOMPARE(int(t.code(2.1F)), 2);
        std::mt19937 random(1);
        std::normal_distribution<float> normal;
        for (int trial = 0; trial < 200; ++trial) {
            std::vector<float> levels(std::size_t(1) << (1 + trial % 8));
            for (float& l : levels)
                l = std::round(normal(random) * 8) / 8;
            t.build(levels);
            std::vector<float> w(64);
            for (float& v : w)
                v = std::round(normal(random) * 32) / 32;
            std::vector<std::uint8_t> codes(w.size());
            t.codes(w, codes);
            for (std::size_t i = 0; i < w.size(); ++i) {
                std::size_t want = 0;
                for (std::size_t k = 1; k < levels.size(); ++k)
                    if (std::fabs(levels[k] - w[i]) < std::fabs(levels[want] - w[i])) want = k;
                QCOMPARE(std::size_t(codes[i]), want);
            }
        }
    }
    void golden_squeezellm_costsAndCentresAreTheOptimum() {
        const test::Golden g("methods/squeezellm.safetensors");
        const test::Golden inputs("methods/inputs.safetensors");
        QS_NEED_GOLDEN(g);
        QS_NEED_GOLDEN(inputs);
        int compared = 0;
        for (const std::string set : {"a", "b"}) {
            const Matrix w = inputs.matrix(set + "/W");
            const auto fisher = g.doubles(set + "/F");
            const auto diagonal = inputs.doubles(set + "/diagSigma");
            const auto check = [&](const std::string& key, int k, auto&& weight, const std::string& centres) {
                const auto want = g.doubles(key + "/row_cost");
                for (Index r = 0; r < w.rows(); ++r) {
                    std::vector<double> h;
                    for (Index c = 0; c < w.cols(); ++c)
                        h.push_back(weight(r, c));
                    const auto s = solved(w.row(r), h, k);
                    const auto i = static_cast<std::size_t>(r);
                    QVERIFY2(close(s.cost, want[i], 1e-9),
                             qPrintable(QString("%1 row %2: %3 %4").arg(key.c_str()).arg(r).arg(s.cost).arg(want[i])));
                    ++compared;
                    if (centres.empty()) continue;
                    const auto all = g.doubles(centres);
                    for (int c = 0; c < k; ++c) {
                        const double v =
                            s.centres[std::min<std::size_t>(static_cast<std::size_t>(c), s.centres.size() - 1)];
                        QVERIFY(std::fabs(v - all[i * static_cast<std::size_t>(k) + static_cast<std::size_t>(c)]) <=
                                1e-9 * (1 + std::fabs(v)));
                    }
                }
            };
            const auto at = [&](Index r, Index c) { return static_cast<std::size_t>(r * w.cols() + c); };
            for (const int bits : {2, 3, 4}) {
                const std::string b = "/b" + std::to_string(bits);
                check(
                    set + "/dense" + b + "/dp", 1 << bits, [&](Index r, Index c) { return fisher[at(r, c)]; },
                    set + "/dense" + b + "/dp/centres");
                const std::string k = "/k" + std::to_string(1 << bits);
                check(
                    set + "/dp_ones" + k, 1 << bits, [](Index, Index) { return 1.0; }, "");
                check(
                    set + "/dp_diagSigma" + k, 1 << bits,
                    [&](Index, Index c) { return diagonal[static_cast<std::size_t>(c)]; }, "");
                if (bits == 2) continue;
                const auto mask = g.bytes(set + "/sparse/mask");
                check(
                    set + "/sparse" + b + "/dp", 1 << bits,
                    [&](Index r, Index c) { return mask[at(r, c)] ? 0.0 : fisher[at(r, c)]; },
                    set + "/sparse" + b + "/dp/centres");
            }
        }
        QCOMPARE(compared, (96 + 64) * (3 * 3 + 2));
    }
    void grid_gaussianRows_meetTheTable() {
        const Matrix w = test::gaussian(16, 4096, 11);
        const std::pair<int, double> rows[] = {{4, .00911}, {3, .0340}, {2, .117}, {1, .363}};
        for (const auto& [bits, want] : rows) {
            const double got = relativeMse(("kmeans:bits=" + std::to_string(bits)).c_str(), w);
            QVERIFY2(close(got, want, 0.02), qPrintable(QString("%1 bits: %2").arg(bits).arg(got)));
        }
    }
    void grid_diagonalWeights_lowerTheWeightedError() {
        const Matrix w = test::gaussian(4, 256, 13);
        Calibration c;
        c.inputs = 256;
        for (int i = 0; i < 256; ++i)
            c.meanSquare.push_back(i % 16 == 0 ? 100.0F : 0.01F);
        const auto weighted = [&](const char* recipe) {
            QuantizeOptions o;
            o.calibration = &c;
            auto q = quantize("w", w, *parseRecipe(recipe), o, {});
            const auto d = Decoder::make(std::make_shared<QuantizedTensor>(std::move(*q)));
            const Matrix m = *(*d)->decodeAll({});
            double sum = 0;
            for (Index r = 0; r < w.rows(); ++r)
                for (Index k = 0; k < w.cols(); ++k)
                    sum += static_cast<double>(c.meanSquare[static_cast<std::size_t>(k)]) *
                           std::pow(static_cast<double>(w.at(r, k) - m.at(r, k)), 2);
            return sum;
        };
        QVERIFY(weighted("kmeans:bits=3,weights=diagonal,scale=f32") < 0.2 * weighted("kmeans:bits=3,scale=f32"));
    }
    void grid_weightsWithoutCalibration_saysWhatIsMissing() {
        for (const char* recipe : {"kmeans:weights=diagonal", "kmeans:weights=fisher"}) {
            const auto q = quantize("w", test::gaussian(2, 32, 1), *parseRecipe(recipe), {}, {});
            QVERIFY(!q.has_value() && q.error().code == ErrorCode::Lacking);
        }
    }
    void grid_fixedLevels_areUsedAsGiven() {
        Matrix w(1, 4);
        w.at(0, 0) = -0.9F;
        w.at(0, 1) = 0.4F;
        w.at(0, 2) = 2.0F;
        w.at(0, 3) = 0.25F;  // as near to 0.5 (code 0) as to 0 (code 2)
        auto q = quantize("w", w, *parseRecipe("kmeans:bits=2,levels=0.5;-1;0"), {}, {});
        QVERIFY(q.has_value());
        const auto d = Decoder::make(std::make_shared<QuantizedTensor>(std::move(*q)));
        std::vector<std::uint8_t> codes(4);
        (*d)->codesRow(0, codes);
        QCOMPARE(codes, (std::vector<std::uint8_t>{1, 0, 0, 0}));
        QCOMPARE((*d)->artefact().arrays.find("grid.codebook")->shape, (Shape{1, 4}));
        QVERIFY(!parseRecipe("kmeans:bits=1,levels=1;2;3").has_value());
        QVERIFY(!parseRecipe("kmeans:levels=1;x").has_value());
        QVERIFY(!parseRecipe("kmeans:levels=1;;2").has_value());
        QVERIFY(!parseRecipe("kmeans:levels=nan").has_value());
    }
    void grid_groups_storageAndThreads() {
        const Matrix w = test::gaussian(24, 100, 17);
        for (const char* recipe :
             {"kmeans:bits=3,group=32", "kmeans:bits=2,group=tensor,scale=bf16", "kmeans:bits=8,group=row,scale=f32",
              "kmeans:bits=1,group=5x7", "kmeans:bits=4,levels=1;2"}) {
            const auto r = parseRecipe(recipe);
            Context one;
            one.arena = makeArena(1);
            Context two;
            two.arena = makeArena(2);
            const auto a = quantize("w", w, *r, {}, one);
            const auto b = quantize("w", w, *r, {}, two);
            QVERIFY(a.has_value() && b.has_value());
            QCOMPARE(a->arrays.arrays().size(), b->arrays.arrays().size());
            for (std::size_t i = 0; i < a->arrays.arrays().size(); ++i)
                QVERIFY(a->arrays.arrays()[i].bytes == b->arrays.arrays()[i].bytes);
            const auto forecast = forecastStorage(*r, 24, 100);
            QCOMPARE(forecast->payload, a->storage().payload);
            QCOMPARE(forecast->metadata, a->storage().metadata);
        }
    }
    void load_damagedCodebook_isRefused() {
        auto q = quantize("w", test::gaussian(4, 32, 1), *parseRecipe("kmeans:bits=2,scale=f32"), {}, {});
        QuantizedTensor bad = *q;
        bad.arrays = {};
        for (Array a : q->arrays.arrays()) {
            if (a.name == "grid.codebook") {
                const float inf = std::numeric_limits<float>::infinity();
                std::memcpy(a.bytes.data(), &inf, 4);
            }
            bad.arrays.add(a);
        }
        QVERIFY(!Decoder::make(std::make_shared<QuantizedTensor>(bad)).has_value());
    }
};

QTEST_GUILESS_MAIN(TestKmeans)
#include "tst_kmeans.moc"
