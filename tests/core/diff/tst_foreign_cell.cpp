// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diff/compare_values.h"
#include "core/diff/foreign_cell.h"
#include "core/io/format_registry.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"

#include <QTest>

using namespace qs;

namespace {

struct Models {
    test::Scratch scratch;
    std::shared_ptr<const io::ModelSource> a, b;
    Models(const std::map<std::string, Matrix>& ours, const std::map<std::string, Matrix>& theirs)
    {
        test::writeModel(scratch.path() / "a.safetensors", ours);
        test::writeModel(scratch.path() / "b.safetensors", theirs);
        a = *io::openModel(scratch.path() / "a.safetensors", {});
        b = *io::openModel(scratch.path() / "b.safetensors", {});
    }
};

// Coarser by rounding to a step: what a quantized file holds.
Matrix coarse(Matrix m, float step)
{
    for (float& v : m.data()) v = std::round(v / step) * step;
    return m;
}

} // namespace

class TestForeignCell : public QObject {
    Q_OBJECT
private slots:
    void otherNames_areMeasuredAgainstOurs()
    {
        const Matrix w = test::gaussian(64, 32, 3);
        const Models m({{"model.layers.0.mlp.up_proj.weight", w}}, {{"blk.0.ffn_up.weight", coarse(w, 0.5F)}});
        const auto pairs = diff::foreignPairs(*m.a, *m.b);
        QCOMPARE(pairs.size(), std::size_t(1));

        const auto cell = diff::foreignCell(*m.a, pairs[0].tensor, m.b, pairs[0].other, {});

        QVERIFY2(cell.has_value(), cell ? "" : cell.error().text().c_str());
        const study::CellResult& r = **cell;
        QVERIFY(r.foreign && !r.decoder && r.hasValues());
        QCOMPARE(r.tensor, std::string("model.layers.0.mlp.up_proj.weight"));
        QCOMPARE(r.label(), std::string("b.safetensors"));
        QVERIFY(r.key() != quant::Recipe().text());
        QCOMPARE(r.bitsPerWeight(), 32.0);
        const auto direct = metrics::weightError(w, coarse(w, 0.5F), {});
        QCOMPARE(r.error.sumSquaredError, direct->sumSquaredError);
        QVERIFY(r.error.relativeMse() > 0.01 && r.error.relativeMse() < 0.1);
        const auto values = r.decodeAll({});
        QVERIFY(values && values->at(3, 4) == coarse(w, 0.5F).at(3, 4));
    }

    void rotaryRows_areBroughtIntoOurOrder()
    {
        const Matrix w = test::gaussian(64, 32, 3);
        const auto order = diff::rotaryOrder(64, 32); // row i of theirs is row order[i] of ours
        Matrix theirs(64, 32);
        for (Index r = 0; r < 64; ++r)
            for (Index c = 0; c < 32; ++c) theirs.at(r, c) = w.at(order[static_cast<std::size_t>(r)], c);
        const Models m({{"model.layers.0.self_attn.q_proj.weight", w}}, {{"blk.0.attn_q.weight", coarse(theirs, 0.5F)}});
        const auto pairs = diff::foreignPairs(*m.a, *m.b);
        QCOMPARE(pairs.size(), std::size_t(1));

        const auto cell = diff::foreignCell(*m.a, pairs[0].tensor, m.b, pairs[0].other, {});

        QVERIFY(cell && !(*cell)->foreign->order.empty());
        QVERIFY((*cell)->error.relativeMse() < 0.1);
        const auto values = (*cell)->decodeAll({});
        QVERIFY(values && values->at(5, 6) == coarse(w, 0.5F).at(5, 6));
    }

    void transposedStorage_isTurned()
    {
        const Matrix w = test::gaussian(16, 24, 1);
        const Models m({{"x", w}}, {{"x", diff::transposed(w)}});
        const auto pairs = diff::foreignPairs(*m.a, *m.b);
        QCOMPARE(pairs.size(), std::size_t(1));
        const auto cell = diff::foreignCell(*m.a, pairs[0].tensor, m.b, pairs[0].other, {});
        QVERIFY(cell && (*cell)->foreign->transposed);
        QCOMPARE((*cell)->error.sumSquaredError, 0.0);
    }

    void otherShapes_haveNoPair()
    {
        const Models m({{"x", test::gaussian(16, 24, 1)}, {"y", test::gaussian(8, 8, 1)}}, {{"x", test::gaussian(16, 25, 1)}, {"z", test::gaussian(8, 8, 1)}});
        QVERIFY(diff::foreignPairs(*m.a, *m.b).empty());
    }
};

QTEST_GUILESS_MAIN(TestForeignCell)
#include "tst_foreign_cell.moc"
