// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "core/plan/bit_plan.h"
#include "core/plan/plan_file.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"

#include <QTest>
#include <fstream>

using namespace qs;

namespace {

// Two blocks: q, k, v of one shape, and a down projection whose width only some candidates divide.
std::shared_ptr<const io::ModelSource> makeModel(const test::Scratch& scratch)
{
    const auto path = scratch.path() / "m.safetensors";
    std::map<std::string, Matrix> tensors;
    std::uint64_t seed = 1;
    for (const std::string block : {"0", "1"}) {
        for (const std::string role : {"q", "k", "v"})
            tensors["model.layers." + block + ".self_attn." + role + "_proj.weight"] = test::gaussian(32, 256, seed++);
        tensors["model.layers." + block + ".mlp.down_proj.weight"] = test::gaussian(64, 96, seed++);
    }
    test::writeModel(path, tensors);
    return *io::openModel(path, {});
}

plan::PlanRequest requestFor(std::shared_ptr<const io::ModelSource> source, std::initializer_list<const char*> recipes)
{
    plan::PlanRequest r;
    for (std::size_t t = 0; t < source->tensors.size(); ++t) r.tensors.push_back(t);
    r.source = std::move(source);
    for (const char* text : recipes) r.recipes.push_back(*quant::parseRecipe(text));
    r.candidates = r.recipes.size();
    return r;
}

} // namespace

class TestBitPlan : public QObject {
    Q_OBJECT
private slots:
    void plan_anyBudget_staysWithinAndIsNoWorseThanUniform()
    {
        const test::Scratch scratch;
        auto request = requestFor(makeModel(scratch), {"rtn:bits=2,group=32", "rtn:bits=3,group=32", "rtn:bits=4,group=32", "ggml:type=q4_k"});
        const auto cells = plan::measureCandidates(request, {}, {});
        QVERIFY(cells.has_value());
        double before = HUGE_VAL;
        for (const double bits : {2.7, 3.0, 3.5, 3.9, 4.3, 4.7, 6.0}) {
            request.bitsPerWeight = bits;
            const auto p = plan::chooseBits(request, *cells, {});
            QVERIFY2(p.has_value(), p ? "" : p.error().text().c_str());
            QVERIFY(p->bitsPerWeight() <= bits);
            QVERIFY(p->optimal);
            QVERIFY(p->cost <= before); // more bits never cost more
            before = p->cost;
            std::uint64_t stored = 0;
            double cost = 0;
            for (const auto& t : p->tensors) {
                // the figures are the artefact's: the same recipe run alone stores and errs the same
                const auto cell = study::runCell(*request.source, request.source->tensors[t.tensor], request.recipes[t.recipe], {}, {});
                QVERIFY(cell.has_value());
                stored += (*cell)->bits.payload + (*cell)->bits.metadata;
                cost += static_cast<double>((*cell)->error.count) * (*cell)->error.relativeMse();
            }
            QCOMPARE(p->bits, stored);
            QVERIFY(std::abs(p->cost - cost) <= 1e-9 * cost);
            for (const auto& u : p->uniform) {
                if (u.within) QVERIFY(p->cost <= u.cost);
                QCOMPARE(u.everywhere, u.recipe != 3); // 96 columns are no super-blocks of q4_k
            }
        }
    }

    void plan_ties_shareARecipePerBlock()
    {
        const test::Scratch scratch;
        auto request = requestFor(makeModel(scratch), {"rtn:bits=2,group=32", "rtn:bits=3,group=32", "rtn:bits=5,group=32"});
        request.ties = {{io::Role::QProj, io::Role::KProj, io::Role::VProj}};
        const auto cells = plan::measureCandidates(request, {}, {});
        QVERIFY(cells.has_value());
        std::set<std::size_t> seen;
        for (const double bits : {2.7, 3.2, 3.6, 4.1, 4.6, 5.0}) {
            request.bitsPerWeight = bits;
            const auto p = plan::chooseBits(request, *cells, {});
            QVERIFY(p.has_value());
            std::map<int, std::set<std::size_t>> byBlock;
            for (const auto& t : p->tensors) {
                const auto& place = request.source->tensors[t.tensor].place;
                if (place.role != io::Role::DownProj) byBlock[place.block].insert(t.recipe);
            }
            QCOMPARE(byBlock.size(), std::size_t(2));
            for (const auto& [block, recipes] : byBlock) {
                QCOMPARE(recipes.size(), std::size_t(1));
                seen.insert(*recipes.begin());
            }
        }
        QVERIFY(seen.size() >= 2); // the tie did choose
    }

    void plan_pins_holdWhateverTheBudget()
    {
        const test::Scratch scratch;
        auto request = requestFor(makeModel(scratch), {"rtn:bits=2,group=32", "rtn:bits=4,group=32"});
        request.recipes.push_back(*quant::parseRecipe("rtn:bits=8,group=32"));
        const auto down = static_cast<std::size_t>(request.source->find("model.layers.1.mlp.down_proj.weight"));
        request.pins = {{{down}, 2}};
        request.bytes = 30000;
        const auto cells = plan::measureCandidates(request, {}, {});
        QVERIFY(cells.has_value());
        const auto p = plan::chooseBits(request, *cells, {});
        QVERIFY2(p.has_value(), p ? "" : p.error().text().c_str());
        QVERIFY(p->bytes <= 30000);
        for (const auto& t : p->tensors) {
            QCOMPARE(t.pinned, t.tensor == down);
            QCOMPARE(t.recipe == 2, t.tensor == down);
        }
        for (const auto& c : *cells) QVERIFY((c.recipe == 2) == (c.tensor == down)); // nothing else was measured
    }

    void plan_budgetTooSmall_saysTheLeast()
    {
        const test::Scratch scratch;
        auto request = requestFor(makeModel(scratch), {"rtn:bits=3,group=32"});
        const auto cells = plan::measureCandidates(request, {}, {});
        request.bitsPerWeight = 2;
        const auto p = plan::chooseBits(request, *cells, {});
        QCOMPARE(p.error().code, ErrorCode::Lacking);
        double bits = 0;
        double weights = 0;
        for (const auto& c : *cells) {
            bits += static_cast<double>(c.bits.payload + c.bits.metadata);
            weights += static_cast<double>(c.weights);
        }
        QVERIFY(std::abs(std::stod(p.error().found) - bits / weights) < 1e-4);
        request.bytes = 1; // two budgets
        QCOMPARE(plan::chooseBits(request, *cells, {}).error().code, ErrorCode::Usage);
        auto none = requestFor(request.source, {"ggml:type=q4_k"});
        none.bitsPerWeight = 5;
        const auto some = plan::measureCandidates(none, {}, {});
        const auto refused = plan::chooseBits(none, *some, {});
        QCOMPARE(refused.error().code, ErrorCode::Lacking);
        QVERIFY(refused.error().tensor.find("down_proj") != std::string::npos);
    }

    void planFile_writtenAndRead_isTheSame()
    {
        const test::Scratch scratch;
        const auto path = scratch.path() / "plan.json";
        const plan::PlanRecipes recipes{{"a", *quant::parseRecipe("rtn:bits=3")}, {"b\"\n", *quant::parseRecipe("hadamard+afpq:format=nf3")}};
        QVERIFY(plan::savePlan(path, recipes, false).has_value());
        QCOMPARE(plan::savePlan(path, recipes, false).error().code, ErrorCode::Exists);
        QVERIFY(plan::savePlan(path, recipes, true).has_value());
        QVERIFY(*plan::loadPlan(path) == recipes);
        QCOMPARE(plan::loadPlan(scratch.path() / "none.json").error().code, ErrorCode::NotFound);
        for (const char* text : {"", "[]", "{}", "{\"version\":1}", "{\"version\":1,\"tensors\":[]}", "{\"version\":1,\"tensors\":{\"a\":3}}",
                                 "{\"version\":1,\"tensors\":{\"a\":\"nosuch\"}}", "{\"version\":1,\"tensors\":{\"a\":\"rtn\"}"}) {
            std::ofstream(path) << text;
            QCOMPARE(plan::loadPlan(path).error().code, ErrorCode::Malformed);
        }
        std::ofstream(path) << "{\"version\":2,\"tensors\":{}}";
        QCOMPARE(plan::loadPlan(path).error().code, ErrorCode::Unsupported);
    }
};

QTEST_GUILESS_MAIN(TestBitPlan)
#include "tst_bit_plan.moc"
