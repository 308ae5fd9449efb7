// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/allocate.h"

#include <QTest>
#include <random>

using namespace qs;
using plan::Choice;
using plan::Unit;

namespace {

// Every combination, one by one.
std::optional<double> bruteForce(const std::vector<Unit>& units, std::uint64_t budget, std::size_t from = 0)
{
    if (from == units.size()) return 0.0;
    std::optional<double> best;
    for (const auto& choice : units[from]) {
        if (!choice || choice->size > budget) continue;
        const auto rest = bruteForce(units, budget - choice->size, from + 1);
        if (rest && (!best || choice->cost + *rest < *best)) best = choice->cost + *rest;
    }
    return best;
}

std::vector<Unit> randomUnits(std::mt19937_64& random, std::size_t count, std::size_t candidates, bool alike)
{
    std::uniform_int_distribution<std::uint64_t> size(1, 60);
    std::uniform_real_distribution<double> cost(0, 1);
    std::vector<Unit> units;
    std::vector<std::uint64_t> sizes;
    for (std::size_t c = 0; c < candidates; ++c) sizes.push_back(size(random));
    for (std::size_t u = 0; u < count; ++u) {
        Unit unit(candidates);
        for (std::size_t c = 0; c < candidates; ++c)
            if (c == 0 || random() % 5 != 0) unit[c] = Choice{alike ? sizes[c] : size(random), cost(random)};
        units.push_back(std::move(unit));
    }
    return units;
}

} // namespace

class TestAllocate : public QObject {
    Q_OBJECT
private slots:
    void allocate_smallCases_equalBruteForce()
    {
        std::mt19937_64 random(1);
        int feasible = 0;
        for (int round = 0; round < 600; ++round) {
            const auto units = randomUnits(random, 1 + random() % 6, 1 + random() % 5, round % 2 == 0);
            const std::uint64_t budget = random() % 250;
            const auto wanted = bruteForce(units, budget);
            const auto found = plan::allocate(units, budget, Context{});
            QCOMPARE(found.has_value(), wanted.has_value());
            if (!found) {
                QCOMPARE(found.error().code, ErrorCode::Lacking);
                continue;
            }
            ++feasible;
            std::uint64_t size = 0;
            double cost = 0;
            for (std::size_t u = 0; u < units.size(); ++u) {
                const auto& choice = units[u][found->chosen[u]];
                QVERIFY(choice.has_value());
                size += choice->size;
                cost += choice->cost;
            }
            QCOMPARE(found->size, size);
            QVERIFY(size <= budget);
            QVERIFY(std::abs(cost - found->cost) < 1e-12);
            QVERIFY2(std::abs(found->cost - *wanted) < 1e-9, qPrintable(QString("%1 %2").arg(found->cost).arg(*wanted)));
            QVERIFY(found->optimal);
        }
        QVERIFY(feasible > 200);
    }

    void allocate_fewOpenSums_boundHoldsAndUniformIsNotBeaten()
    {
        std::mt19937_64 random(2);
        for (int round = 0; round < 60; ++round) {
            const auto units = randomUnits(random, 60, 6, false);
            std::uint64_t budget = 0;
            for (const Unit& unit : units) budget += unit[0]->size; // candidate 0 is there everywhere
            double uniform = 0;
            for (const Unit& unit : units) uniform += unit[0]->cost;
            const auto cut = plan::allocate(units, budget, Context{}, 4);
            const auto whole = plan::allocate(units, budget, Context{});
            QVERIFY(cut && whole);
            QVERIFY(cut->cost <= uniform && whole->cost <= uniform);
            QVERIFY(whole->cost <= cut->cost + 1e-12);
            QVERIFY(cut->lowerBound <= whole->cost + 1e-9);
            if (!cut->optimal) QVERIFY(cut->lowerBound < cut->cost + 1e-12);
        }
    }

    void allocate_layersOfAModel_isProvenOptimal()
    {
        // Four shapes in 30 blocks, five candidates: the errors differ from layer to layer, the sizes don't.
        std::mt19937_64 random(3);
        std::uniform_real_distribution<double> noise(0.5, 2);
        const std::uint64_t weights[] = {331776, 110592, 884736, 884736};
        std::vector<Unit> units;
        std::uint64_t total = 0;
        for (int block = 0; block < 30; ++block)
            for (const std::uint64_t n : weights) {
                const double sensitivity = noise(random);
                Unit unit;
                for (const int bits : {2, 3, 4, 5, 6})
                    unit.push_back(Choice{n * static_cast<std::uint64_t>(bits) + n / 4, sensitivity * noise(random) * static_cast<double>(n) * std::pow(4.0, -bits)});
                units.push_back(std::move(unit));
                total += n;
            }
        const auto found = plan::allocate(units, total * 18 / 5, Context{});
        QVERIFY(found.has_value());
        QVERIFY(found->size <= total * 18 / 5);
        QVERIFY(found->lowerBound <= found->cost);
        QVERIFY(found->cost - found->lowerBound < 0.001 * found->cost);
    }

    void allocate_nothingToChoose_andNothingFits()
    {
        QVERIFY(plan::allocate({}, 0, Context{})->chosen.empty());
        const std::vector<Unit> none{Unit(2)};
        QCOMPARE(plan::allocate(none, 100, Context{}).error().code, ErrorCode::Lacking);
        const std::vector<Unit> large{Unit{Choice{10, 1.0}}};
        const auto refused = plan::allocate(large, 9, Context{});
        QCOMPARE(refused.error().code, ErrorCode::Lacking);
        QCOMPARE(refused.error().found, std::string("10"));
        const std::vector<Unit> exact{Unit{Choice{10, 1.0}, Choice{10, 0.5}}};
        QCOMPARE(plan::allocate(exact, 10, Context{})->chosen.front(), std::size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestAllocate)
#include "tst_allocate.moc"
