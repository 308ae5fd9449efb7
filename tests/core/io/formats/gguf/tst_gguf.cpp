// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"
#include "core/io/format_registry.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"

#include <QtTest>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace qs;
using namespace qs::test;

namespace {

// The parts of a model in `count` files; part p holds tensor "t<p>".
std::string splitPart(unsigned part, unsigned count, int total)
{
    GgufBuilder b;
    if (part == 0) b.text("general.architecture", "llama");
    b.u16("split.no", static_cast<std::uint16_t>(part)).u16("split.count", static_cast<std::uint16_t>(count));
    b.i32("split.tensors.count", total);
    b.f32("t" + std::to_string(part), {2}, {float(part), 1});
    return b.build();
}

} // namespace

namespace {

std::vector<float> valuesOf(const io::ModelSource& model, std::string_view name)
{
    const auto& t = model.tensors.at(static_cast<std::size_t>(model.find(name)));
    std::vector<float> out(t.shape.elements());
    return model.readFloats(t, 0, out.size(), out) ? out : std::vector<float>{};
}

// What NVFP4 blocks of 0x38 bytes hold by hand (formats.md A2.5): every scale is E4M3 0x38 = 1, so K/2; the codes of a
// byte are 8 (low, first half of 16: -0) and 3 (high, second half: K = 3).
std::vector<float> bare(std::size_t n)
{
    std::vector<float> out(n);
    for (std::size_t i = 0; i < n; ++i) out[i] = i % 16 < 8 ? -0.0F : 1.5F;
    return out;
}

std::vector<float> scaled(std::vector<float> v, float factor)
{
    for (float& x : v) x *= factor;
    return v;
}

} // namespace

class TestGguf : public QObject {
    Q_OBJECT
private slots:
    void open_sample_listsTensorsRowMajor()
    {
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("m.gguf", ggufSample().build()), {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        const auto& m = **model;
        QCOMPARE(m.format, std::string("gguf"));
        QCOMPARE(m.architecture, std::string("llama"));
        QCOMPARE(m.warnings.size(), std::size_t(0));
        QCOMPARE(m.tensors.size(), std::size_t(2));
        const auto& q = m.tensors[static_cast<std::size_t>(m.find("blk.0.attn_q.weight"))];
        QVERIFY(q.shape == (Shape{2, 4}));
        QVERIFY(q.dtype == DType::F32);
        QVERIFY(q.offset % 32 == 0);
        std::vector<float> row(4);
        QVERIFY(m.readRows(q, 1, row));
        QCOMPARE(row, (std::vector<float>{4, 5, 6, 7}));
        const auto& out = m.tensors[static_cast<std::size_t>(m.find("output.weight"))];
        QVERIFY(out.dtype == DType::Q8_0);
        QCOMPARE(out.bytes, std::uint64_t(34));
    }
    void metadata_everyType_keepsValueAndPlace()
    {
        GgufBuilder b;
        b.raw("u8", 0, leBytes<std::uint8_t>(200)).raw("i8", 1, leBytes<std::int8_t>(-5)).u16("u16", 65535);
        b.raw("i16", 3, leBytes<std::int16_t>(-300)).u32("u32", 7).i32("i32", -7).raw("f32", 6, leBytes(1.5F));
        b.raw("bool", 7, leBytes<std::uint8_t>(1)).text("string", "a\xFFz").raw("u64", 10, leBytes(~std::uint64_t(0)));
        b.raw("i64", 11, leBytes(std::int64_t(-1))).raw("f64", 12, leBytes(2.25));
        std::string numbers;
        for (std::uint16_t i = 0; i < 100; ++i) numbers += leBytes(i);
        b.array("array", GgufType::U16, 100, numbers).array("empty", GgufType::String, 0, "");
        const std::string bytes = b.build();
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("m.gguf", bytes), {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        const auto value = [&](const char* key) { return (*model)->meta(key)->values.at(0); };
        QCOMPARE(std::get<std::uint64_t>(value("u8")), std::uint64_t(200));
        QCOMPARE(std::get<std::int64_t>(value("i8")), std::int64_t(-5));
        QCOMPARE(std::get<std::uint64_t>(value("u16")), std::uint64_t(65535));
        QCOMPARE(std::get<std::int64_t>(value("i16")), std::int64_t(-300));
        QCOMPARE(std::get<std::int64_t>(value("i32")), std::int64_t(-7));
        QCOMPARE(std::get<double>(value("f32")), 1.5);
        QCOMPARE(std::get<bool>(value("bool")), true);
        QCOMPARE(std::get<std::string>(value("string")), std::string("a\xFFz"));
        QCOMPARE(std::get<std::uint64_t>(value("u64")), ~std::uint64_t(0));
        QCOMPARE(std::get<std::int64_t>(value("i64")), std::int64_t(-1));
        QCOMPARE(std::get<double>(value("f64")), 2.25);
        const auto* array = (*model)->meta("array");
        QVERIFY(array->isArray);
        QCOMPARE(array->type, std::string("u16"));
        QCOMPARE(array->count, std::uint64_t(100));
        QCOMPARE(array->values.size(), std::size_t(16));
        QCOMPARE(bytes.substr(array->offset, 200), numbers);
        QCOMPARE((*model)->meta("empty")->count, std::uint64_t(0));
        QCOMPARE((*model)->meta("string")->type, std::string("string"));
    }
    void version2_sameLayout_isRead()
    {
        auto b = ggufSample();
        b.version = 2;
        const Scratch scratch;
        QVERIFY(io::openModel(scratch.file("m.gguf", b.build()), {}));
    }
    void alignment_64_movesTheData()
    {
        GgufBuilder b;
        b.alignment = 64;
        b.u32("general.alignment", 64).text("general.architecture", "GPT2");
        b.f32("a", {1}, {1}).f32("b", {1, 1}, {2});
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("m.gguf", b.build()), {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        QCOMPARE((*model)->architecture, std::string("gpt2"));
        QCOMPARE((*model)->tensors[1].offset - (*model)->tensors[0].offset, std::uint64_t(64));
        QVERIFY((*model)->tensors[1].shape == (Shape{1, 1}));
    }
    void magic_otherExtension_isRecognised()
    {
        const Scratch scratch;
        QVERIFY(io::openModel(scratch.file("weights.bin", ggufSample().build()), {}));
    }
    void noTensors_vocabularyOnly_isRead()
    {
        GgufBuilder b;
        b.text("general.architecture", "llama");
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("m.gguf", b.build()), {});
        QVERIFY(model);
        QVERIFY((*model)->tensors.empty());
    }
    void longText_isCutAndSaysWhere()
    {
        GgufBuilder b;
        const std::string text(std::size_t(3) << 20, 'x');
        b.text("tokenizer.chat_template", text).text("general.architecture", "llama");
        const std::string bytes = b.build();
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("m.gguf", bytes), {});
        QVERIFY(model);
        const auto* e = (*model)->meta("tokenizer.chat_template");
        const auto& kept = std::get<std::string>(e->values.at(0));
        QVERIFY(kept.size() < text.size());
        QVERIFY(kept.ends_with("[3145728 bytes]"));
        QCOMPARE(bytes.substr(e->offset, text.size()), text);
    }
    void longTexts_manyOfThem_leaveShortOnesWhole()
    {
        GgufBuilder b;
        for (int i = 0; i < 20; ++i) b.text("k" + std::to_string(i), std::string(std::size_t(1) << 20, 'x'));
        b.text("general.architecture", "llama");
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("m.gguf", b.build()), {});
        QVERIFY(model);
        QCOMPARE((*model)->architecture, std::string("llama"));
        QVERIFY(std::get<std::string>((*model)->meta("k19")->values.at(0)).size() < 1000);
    }
    void split_threeParts_readAsOne()
    {
        const Scratch scratch;
        const auto first = scratch.file("m-00001-of-00003.gguf", splitPart(0, 3, 3));
        scratch.file("m-00002-of-00003.gguf", splitPart(1, 3, 3));
        scratch.file("m-00003-of-00003.gguf", splitPart(2, 3, 3));
        for (const auto& path : {first, scratch.path()}) {
            const auto model = io::openModel(path, {});
            QVERIFY2(model, model ? "" : model.error().text().c_str());
            QCOMPARE((*model)->tensors.size(), std::size_t(3));
            std::vector<float> v(2);
            QVERIFY((*model)->readFloats((*model)->tensors[2], 0, 2, v));
            QCOMPARE(v, (std::vector<float>{2, 1}));
        }
    }
    void split_countOne_isNotSplit()
    {
        const Scratch scratch;
        QVERIFY(io::openModel(scratch.file("anything.gguf", splitPart(0, 1, 1)), {}));
    }
    void split_firstPartWithoutTensors_isRead()
    {
        GgufBuilder b;
        b.text("general.architecture", "llama").u16("split.no", 0).u16("split.count", 2).i32("split.tensors.count", 1);
        const Scratch scratch;
        const auto first = scratch.file("m-00001-of-00002.gguf", b.build());
        scratch.file("m-00002-of-00002.gguf", splitPart(1, 2, 1));
        const auto model = io::openModel(first, {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        QCOMPARE((*model)->tensors.size(), std::size_t(1));
    }
    void folder_severalModels_asksForOne()
    {
        const Scratch scratch;
        scratch.file("a.gguf", ggufSample().build());
        scratch.file("b.gguf", ggufSample().build());
        const auto model = io::openModel(scratch.path(), {});
        QVERIFY(!model);
        QVERIFY(model.error().text().find("a.gguf, b.gguf") != std::string::npos);
    }
    void nvfp4_companionScale_multipliesTheValues()
    {
        GgufBuilder b;
        b.text("general.architecture", "llama");
        b.tensor({"blk.0.attn_q.weight", {64, 1}, 40, std::string(36, '\x38')}).f32("blk.0.attn_q.scale", {1}, {0.5F});
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("m.gguf", b.build()), {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        QCOMPARE((*model)->tensors.size(), std::size_t(2));
        QCOMPARE((*model)->warnings.size(), std::size_t(0));
        QCOMPARE(valuesOf(**model, "blk.0.attn_q.weight"), scaled(bare(64), 0.5F));
        QCOMPARE(valuesOf(**model, "blk.0.attn_q.scale"), (std::vector<float>{0.5F}));
        const auto& q = (*model)->tensors[static_cast<std::size_t>((*model)->find("blk.0.attn_q.weight"))];
        const auto matrix = (*model)->readMatrix(q, {});
        QVERIFY(matrix);
        QCOMPARE(std::vector<float>(matrix->data().begin(), matrix->data().end()), scaled(bare(64), 0.5F));
    }
    void nvfp4_companionScaleOfStackedExperts_isOneEach()
    {
        GgufBuilder b;
        b.text("general.architecture", "llama");
        b.tensor({"blk.0.ffn_up_exps.weight", {64, 2, 3}, 40, std::string(6 * 36, '\x38')});
        b.f32("blk.0.ffn_up_exps.scale", {3}, {2.0F, 0.25F, -1.0F});
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("m.gguf", b.build()), {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        std::vector<float> want;
        for (const float factor : {2.0F, 0.25F, -1.0F})
            for (const float v : scaled(bare(128), factor)) want.push_back(v);
        QCOMPARE(valuesOf(**model, "blk.0.ffn_up_exps.weight"), want);
        // a range over the border of two experts
        const auto& t = (*model)->tensors[static_cast<std::size_t>((*model)->find("blk.0.ffn_up_exps.weight"))];
        std::vector<float> part(128);
        QVERIFY((*model)->readFloats(t, 64, 192, part));
        QCOMPARE(part, std::vector<float>(want.begin() + 64, want.begin() + 192));
    }
    void nvfp4_companionThatIsNoFactor_isToldAndNotUsed()
    {
        GgufBuilder b;
        b.text("general.architecture", "llama");
        b.tensor({"blk.0.attn_q.weight", {64, 2}, 40, std::string(72, '\x38')}).f32("blk.0.attn_q.scale", {2}, {0.5F, 2.0F});
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("m.gguf", b.build()), {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        QCOMPARE((*model)->warnings.size(), std::size_t(1));
        QVERIFY((*model)->warnings[0].find("blk.0.attn_q.scale") != std::string::npos);
        QCOMPARE(valuesOf(**model, "blk.0.attn_q.weight"), bare(128));
    }
    void golden_filesOfPeers_decodeTheSame_data()
    {
        QTest::addColumn<QString>("folder");
        for (const char* f : {"gguf_f16", "gguf_q4_0", "gguf_q4_k_mix", "gguf_q8_0", "gguf_zoo"}) QTest::newRow(f) << f;
    }
    void golden_filesOfPeers_decodeTheSame()
    {
        QFETCH(QString, folder);
        const std::string name = "formats/" + folder.toStdString();
        const Golden golden(name + "/decoded.safetensors");
        QS_NEED_GOLDEN(golden);
        const auto model = io::openModel(std::string(QS_SHARED_DIR) + "/golden/" + name + "/model.gguf", {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        QCOMPARE((*model)->warnings.size(), std::size_t(0));
        std::ifstream in(std::string(QS_SHARED_DIR) + "/golden/" + name + "/decoded_sha256.json");
        const auto listed = nlohmann::json::parse(in);
        std::size_t compared = 0;
        for (const auto& [key, entry] : listed["tensors"].items()) {
            const auto at = (*model)->find(key);
            QVERIFY2(at >= 0, key.c_str());
            const auto& t = (*model)->tensors[static_cast<std::size_t>(at)];
            const auto dims = entry["shape"].get<std::vector<Index>>();
            QVERIFY2(t.shape == Shape(dims), key.c_str());
            if (listed.contains("types") && listed["types"].contains(key))
                QCOMPARE(std::string(dtypeName(t.dtype)), listed["types"][key].get<std::string>());
            std::vector<float> values(t.shape.elements());
            QVERIFY2((*model)->readFloats(t, 0, values.size(), values), key.c_str());
            QCOMPARE(sha256Hex(std::as_bytes(std::span(values))), entry["sha256_f32"].get<std::string>());
            ++compared;
        }
        QVERIFY(compared > 0);
    }
};

QTEST_GUILESS_MAIN(TestGguf)
#include "tst_gguf.moc"
