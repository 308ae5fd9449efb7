// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diff/compare_values.h"
#include "core/diff/diff_models.h"
#include "core/io/format_registry.h"
#include "core/io/tensor_names.h"
#include "core/tensor/float_bits.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"

#include <QTest>

using namespace qs;
using diff::DiffStatus;

namespace {

using Tensors = std::map<std::string, Matrix>;

diff::ModelDiff run(const Tensors& a, const Tensors& b)
{
    const test::Scratch scratch;
    test::writeModel(scratch.path() / "a.safetensors", a);
    test::writeModel(scratch.path() / "b.safetensors", b);
    const auto sa = *io::openModel(scratch.path() / "a.safetensors", {});
    const auto sb = *io::openModel(scratch.path() / "b.safetensors", {});
    return *diff::diffModels(*sa, *sb, {});
}

} // namespace

class TestDiffModels : public QObject {
    Q_OBJECT
private slots:
    void equal_isSame();
    void rounded_isClose();
    void changed_isDifferent();
    void absent_isMissing();
    void otherName_sameValues_isRenamed();
    void ggufNames_meetHuggingFaceNames();
    void zeroedTensor_isZeroed();
    void rotaryRows_arePermuted();
    void transposed_isPermuted();
    void otherShape_isDifferent();
    void factorOfAWeight_isPartOfIt();
    void canonicalName_knowsBothManners_data();
    void canonicalName_knowsBothManners();
    void rotaryOrder_inverse_isIdentity();
};

void TestDiffModels::equal_isSame()
{
    const Tensors a = {{"x", test::gaussian(16, 32, 1)}, {"y", test::gaussian(8, 8, 2)}};
    const auto d = run(a, a);
    QVERIFY(d.same);
    for (const auto& t : d.tensors) {
        QCOMPARE(t.status, DiffStatus::Same);
        QCOMPARE(*t.maxAbs, 0.0);
    }
}

void TestDiffModels::rounded_isClose()
{
    Tensors a = {{"x", test::gaussian(16, 32, 1)}};
    Tensors b = a;
    for (float& v : b["x"].data()) v = roundToBf16(v);
    const auto d = run(a, b);
    QVERIFY(!d.same);
    QCOMPARE(d.tensors[0].status, DiffStatus::Close);
    QVERIFY(*d.tensors[0].relativeMse > 1e-7);
}

void TestDiffModels::changed_isDifferent()
{
    const auto d = run({{"x", test::gaussian(16, 32, 1)}}, {{"x", test::gaussian(16, 32, 9)}});
    QVERIFY(!d.same);
    QCOMPARE(d.tensors[0].status, DiffStatus::Different);
}

void TestDiffModels::absent_isMissing()
{
    const auto d = run({{"x", test::gaussian(8, 8, 1)}, {"only_a", test::gaussian(8, 8, 2)}}, {{"x", test::gaussian(8, 8, 1)}, {"only_b", test::gaussian(8, 8, 3)}});
    QVERIFY(!d.same);
    QCOMPARE(d.tensors.size(), std::size_t(3));
    int missing = 0;
    for (const auto& t : d.tensors) missing += t.status == DiffStatus::Missing && t.a.empty() != t.b.empty() ? 1 : 0;
    QCOMPARE(missing, 2);
}

void TestDiffModels::otherName_sameValues_isRenamed()
{
    const auto d = run({{"first", test::gaussian(8, 16, 1)}}, {{"second", test::gaussian(8, 16, 1)}});
    QCOMPARE(d.tensors.size(), std::size_t(1));
    QCOMPARE(d.tensors[0].status, DiffStatus::Renamed);
    QCOMPARE(d.tensors[0].b, std::string("second"));
    QVERIFY(!d.same); // within one format another name is a difference
}

void TestDiffModels::ggufNames_meetHuggingFaceNames()
{
    const auto d = run({{"model.layers.1.mlp.up_proj.weight", test::gaussian(8, 16, 1)}}, {{"blk.1.ffn_up.weight", test::gaussian(8, 16, 1)}});
    QCOMPARE(d.tensors.size(), std::size_t(1));
    QCOMPARE(d.tensors[0].status, DiffStatus::Renamed);
}

void TestDiffModels::zeroedTensor_isZeroed()
{
    const auto d = run({{"x", test::gaussian(8, 16, 1)}}, {{"x", Matrix(8, 16)}});
    QCOMPARE(d.tensors[0].status, DiffStatus::Zeroed);
    QVERIFY(!d.same);
}

void TestDiffModels::rotaryRows_arePermuted()
{
    const Matrix a = test::gaussian(128, 64, 1);
    const auto order = diff::rotaryOrder(128, 64);
    Matrix b(128, 64);
    for (Index r = 0; r < 128; ++r) {
        const auto from = a.row(order[static_cast<std::size_t>(r)]);
        std::copy(from.begin(), from.end(), b.row(r).begin());
    }
    const auto exact = run({{"model.layers.0.self_attn.q_proj.weight", a}}, {{"blk.0.attn_q.weight", b}});
    QCOMPARE(exact.tensors[0].status, DiffStatus::Permuted);
    QCOMPARE(*exact.tensors[0].maxAbs, 0.0);
    for (float& v : b.data()) v = roundToBf16(v); // no row is equal any more, the order is still found
    const auto rounded = run({{"model.layers.0.self_attn.q_proj.weight", a}}, {{"blk.0.attn_q.weight", b}});
    QCOMPARE(rounded.tensors[0].status, DiffStatus::Permuted);
    QVERIFY(*rounded.tensors[0].relativeMse < 1e-5);
}

void TestDiffModels::transposed_isPermuted()
{
    const Matrix a = test::gaussian(16, 24, 1);
    const auto d = run({{"x", a}}, {{"x", diff::transposed(a)}});
    QCOMPARE(d.tensors[0].status, DiffStatus::Permuted);
    QCOMPARE(d.tensors[0].note, std::string("transposed"));
}

void TestDiffModels::otherShape_isDifferent()
{
    const auto d = run({{"x", test::gaussian(16, 24, 1)}}, {{"x", test::gaussian(16, 25, 1)}});
    QCOMPARE(d.tensors[0].status, DiffStatus::Different);
    QVERIFY(!d.tensors[0].maxAbs);
}

void TestDiffModels::factorOfAWeight_isPartOfIt()
{
    test::GgufBuilder g;
    g.text("general.architecture", "llama").tensor({"blk.0.ffn_up.weight", {64, 2}, 40, std::string(72, '\x38')});
    g.f32("blk.0.ffn_up.scale", {1}, {0.5F});
    const test::Scratch scratch;
    const auto gguf = *io::openModel(scratch.file("m.gguf", g.build()), {});
    Matrix values(2, 64); // 0x38: scale 1, codes -0 and 1.5
    for (Index r = 0; r < 2; ++r)
        for (Index c = 0; c < 64; ++c) values.at(r, c) = c % 16 < 8 ? -0.0F : 0.75F;
    test::writeModel(scratch.path() / "m.safetensors", {{"model.layers.0.mlp.up_proj.weight", values}});
    const auto other = *io::openModel(scratch.path() / "m.safetensors", {});

    const auto d = diff::diffModels(*gguf, *other, {});

    QVERIFY(d);
    QCOMPARE(d->tensors.size(), std::size_t(1));
    QCOMPARE(d->tensors[0].status, DiffStatus::Renamed);
    QVERIFY(d->same);
}

void TestDiffModels::canonicalName_knowsBothManners_data()
{
    QTest::addColumn<QString>("hf");
    QTest::addColumn<QString>("architecture");
    QTest::addColumn<QString>("gguf");
    QTest::addColumn<int>("expert");
    QTest::newRow("llama q") << "model.layers.3.self_attn.q_proj.weight" << "llama" << "blk.3.attn_q.weight" << -1;
    QTest::newRow("head") << "lm_head.weight" << "llama" << "output.weight" << -1;
    QTest::newRow("gpt2") << "transformer.h.11.mlp.c_proj.bias" << "gpt2" << "blk.11.ffn_down.bias" << -1;
    QTest::newRow("gpt2 short") << "h.0.attn.c_proj.weight" << "gpt2" << "blk.0.attn_output.weight" << -1;
    QTest::newRow("neox") << "gpt_neox.layers.2.attention.query_key_value.weight" << "gpt_neox" << "blk.2.attn_qkv.weight" << -1;
    QTest::newRow("opt") << "model.decoder.layers.0.fc1.weight" << "opt" << "blk.0.ffn_up.weight" << -1;
    QTest::newRow("mixtral") << "model.layers.0.block_sparse_moe.experts.5.w2.weight" << "mixtral" << "blk.0.ffn_down_exps.weight" << 5;
    QTest::newRow("gemma2") << "model.layers.0.post_attention_layernorm.weight" << "gemma2" << "blk.0.post_attention_norm.weight" << -1;
    QTest::newRow("llama norm") << "model.layers.0.post_attention_layernorm.weight" << "llama" << "blk.0.ffn_norm.weight" << -1;
    QTest::newRow("gguf") << "blk.0.attn_q.weight" << "llama" << "blk.0.attn_q.weight" << -1;
    QTest::newRow("unknown") << "some.thing" << "" << "some.thing" << -1;
}

void TestDiffModels::canonicalName_knowsBothManners()
{
    QFETCH(QString, hf);
    QFETCH(QString, architecture);
    QFETCH(QString, gguf);
    QFETCH(int, expert);
    const auto name = io::canonicalName(hf.toStdString(), architecture.toStdString());
    QCOMPARE(QString::fromStdString(name.name), gguf);
    QCOMPARE(name.expert, expert);
    if (architecture == "llama" && hf.startsWith("model.")) {
        const auto back = io::huggingFaceName(name.name, "llama");
        QCOMPARE(QString::fromStdString(*back), hf);
    }
}

void TestDiffModels::rotaryOrder_inverse_isIdentity()
{
    const auto order = diff::rotaryOrder(64, 16);
    const auto inverse = diff::inverseOrder(order);
    for (std::size_t i = 0; i < order.size(); ++i) QCOMPARE(inverse[static_cast<std::size_t>(order[i])], static_cast<Index>(i));
    // formats.md A6.3: GGUF row h·hd + 2i + p holds Hugging Face row h·hd + p·hd/2 + i
    QCOMPARE(order[16 + 2 * 3 + 1], Index(16 + 8 + 3));
}

QTEST_GUILESS_MAIN(TestDiffModels)
#include "tst_diff_models.moc"
