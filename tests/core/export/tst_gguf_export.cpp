// SPDX-License-Identifier: GPL-3.0-or-later
// GGUF files: what they hold without loss, what is refused, names and rows from a Hugging Face folder.
#include "core/export/export_model.h"
#include "core/export/ggml_blocks_of.h"
#include "core/export/open_any.h"
#include "core/export/representable.h"
#include "core/export/tensor_values.h"
#include "core/export/verify_export.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"

#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

using namespace qs;
namespace fs = std::filesystem;

namespace {

constexpr Index kHidden = 64;
constexpr Index kVocabulary = 16;

const char* const kConfig = R"({"model_type": "%1", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 1,
    "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 32, "vocab_size": 16,
    "rms_norm_eps": 1e-6, "bos_token_id": 1, "eos_token_id": 2 %2})";

std::string tokenizer(const char* preTokenizer)
{
    nlohmann::json vocab = nlohmann::json::object();
    for (int i = 0; i < 14; ++i) vocab[std::string(1, static_cast<char>('a' + i))] = i;
    vocab["ab"] = 14;
    nlohmann::json j = {{"version", "1.0"}, {"added_tokens", nlohmann::json::array()}, {"normalizer", nullptr}, {"post_processor", nullptr},
                        {"decoder", {{"type", "ByteLevel"}}},
                        {"model", {{"type", "BPE"}, {"vocab", vocab}, {"merges", {"a b"}}}}};
    j["pre_tokenizer"] = nlohmann::json::parse(preTokenizer);
    return j.dump();
}
const char* const kGpt2Rule = R"({"type": "ByteLevel", "add_prefix_space": false, "use_regex": true})";

// One block of a llama-like model in a folder.
std::shared_ptr<const io::ModelSource> makeModel(const test::Scratch& scratch, const std::string& type = "llama", const std::string& more = "",
                                                 const char* rule = kGpt2Rule)
{
    const fs::path folder = scratch.path() / "in";
    fs::create_directory(folder);
    std::map<std::string, Matrix> tensors{{"model.norm.weight", test::gaussian(1, kHidden, 99)},
                                          {"model.embed_tokens.weight", test::gaussian(kVocabulary, kHidden, 98)}};
    const std::string head = "model.layers.0.";
    std::uint64_t seed = 1;
    for (const auto& [name, rows, cols] : std::initializer_list<std::tuple<const char*, Index, Index>>{
             {"self_attn.q_proj", 64, 64}, {"self_attn.k_proj", 32, 64}, {"self_attn.v_proj", 32, 64}, {"self_attn.o_proj", 64, 64},
             {"mlp.gate_proj", 96, 64}, {"mlp.up_proj", 96, 64}, {"mlp.down_proj", 64, 96}})
        tensors[head + name + ".weight"] = test::gaussian(rows, cols, seed++);
    for (const char* name : {"input_layernorm", "post_attention_layernorm"}) tensors[head + name + ".weight"] = test::gaussian(1, kHidden, seed++);
    test::writeModel(folder / "model.safetensors", tensors);
    scratch.file("in/config.json", QString::fromUtf8(kConfig).arg(QString::fromStdString(type), QString::fromStdString(more)).toStdString());
    scratch.file("in/tokenizer.json", tokenizer(rule));
    auto source = exporting::openAny(folder, {});
    return source ? *source : nullptr;
}

exporting::ExportRequest request(const std::shared_ptr<const io::ModelSource>& source, const fs::path& target, const char* format,
                                 const char* recipe = nullptr)
{
    exporting::ExportRequest r;
    r.source = source;
    r.format = *exporting::ExportFormat::parse(format);
    r.target = target;
    r.chosen = *io::selectTensors(*source, {});
    if (recipe)
        r.results = [source, text = std::string(recipe)](const io::TensorInfo& t) { return study::runCell(*source, t, *quant::parseRecipe(text), {}, {}); };
    return r;
}

std::string text(const Status& s) { return s ? std::string() : s.error().message; }

std::shared_ptr<const quant::Decoder> made(const char* recipe, const Matrix& w)
{
    auto q = quant::quantize("w", w, *quant::parseRecipe(recipe), {}, {});
    return q ? *quant::Decoder::make(std::make_shared<const quant::QuantizedTensor>(std::move(*q))) : nullptr;
}

} // namespace

class TestGgufExport : public QObject {
    Q_OBJECT
private slots:
    void representable_recipes_fitOrSayWhy_data()
    {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("reason"); // empty: fits
        QTest::newRow("blocks") << "ggml:type=q4_k" << "gguf" << "";
        QTest::newRow("symmetric") << "rtn:bits=4,group=32,scheme=sym" << "gguf" << "";
        QTest::newRow("narrow group") << "rtn:bits=4,group=16" << "gguf" << "group=32";
        QTest::newRow("scale") << "rtn:bits=4,group=32,scale=f32" << "gguf" << "scale=f16";
        QTest::newRow("wide zero") << "rtn:bits=8,group=32" << "gguf" << "scheme=sym";
        QTest::newRow("two scales") << "afpq" << "gguf" << "gguf:type=q4_1";
        QTest::newRow("transform") << "hadamard+rtn:group=32" << "gguf" << "Hadamard";
        QTest::newRow("residual") << "rtn:group=32+outliers" << "gguf" << "outliers";
        QTest::newRow("decoded") << "afpq" << "gguf:type=bf16" << "";
        QTest::newRow("other type") << "ggml:type=q4_k" << "gguf:type=q8_0" << "type=q8_0";
        QTest::newRow("ours") << "afpq" << "quantoscope" << "";
    }
    void representable_recipes_fitOrSayWhy()
    {
        QFETCH(QString, recipe);
        QFETCH(QString, format);
        QFETCH(QString, reason);
        const auto answer = exporting::representable(*quant::parseRecipe(recipe.toStdString()), *exporting::ExportFormat::parse(format.toStdString()), 64, 256);
        QCOMPARE(answer.fits(), reason.isEmpty());
        QVERIFY2(QString::fromStdString(answer.text()).contains(reason), answer.text().c_str());
    }

    void blocks_integers_areTheSmallestTypeThatHoldsThem_data()
    {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<QString>("type"); // empty: refused
        QTest::newRow("sym_full 4") << "rtn:bits=4,group=32,scheme=sym_full" << "Q4_0";
        QTest::newRow("sym 3") << "rtn:bits=3,group=64,scheme=sym" << "Q4_0";
        QTest::newRow("asym 4") << "rtn:bits=4,group=32" << "Q5_0";
        QTest::newRow("sym 8") << "rtn:bits=8,group=row,scheme=sym_absmax" << "Q8_0";
        QTest::newRow("mxfp4") << "mx:format=mxfp4" << "MXFP4";
        QTest::newRow("q6_k") << "ggml:type=q6_k" << "Q6_K";
        QTest::newRow("f32 scales") << "rtn:bits=4,group=32,scale=f32" << "";
        QTest::newRow("two scales") << "afpq:group=32" << "";
        QTest::newRow("outliers") << "rtn:bits=4,group=32+outliers" << "";
    }
    void blocks_integers_areTheSmallestTypeThatHoldsThem()
    {
        QFETCH(QString, recipe);
        QFETCH(QString, type);
        Matrix w = test::gaussian(24, 256, 5);
        if (type == "Q5_0") // zero points that differ
            for (float& v : w.row(3)) v = std::abs(v);
        const auto decoder = made(recipe.toUtf8().constData(), w);
        QVERIFY(decoder);
        const auto blocks = exporting::ggmlBlocksOf(*decoder, {}, {});
        QCOMPARE(blocks.has_value(), !type.isEmpty());
        if (!blocks) {
            QCOMPARE(blocks.error().code, ErrorCode::NotRepresentable);
            QVERIFY(!blocks.error().remedy.empty());
        } else {
            QCOMPARE(QString::fromUtf8(dtypeName(blocks->type).data()), type);
            QVERIFY(!exporting::ggmlBlocksOf(*decoder, DType::Q4_1, {}));
        }
    }

    void write_folder_namesRowsAndValues()
    {
        const test::Scratch scratch;
        const auto source = makeModel(scratch);
        QVERIFY(source);
        const fs::path target = scratch.path() / "out.gguf";
        const auto report = exporting::exportModel(request(source, target, "gguf", "ggml:type=q4_0"), {});
        QVERIFY2(report.has_value(), report ? "" : report.error().text().c_str());
        const auto out = exporting::openAny(target, {});
        QVERIFY(out.has_value());
        QCOMPARE((*out)->architecture, std::string("llama"));
        QCOMPARE((*out)->tensors.size(), source->tensors.size());
        const auto at = [&](const char* name) { return (*out)->tensors[static_cast<std::size_t>((*out)->find(name))]; };
        QCOMPARE(at("blk.0.attn_norm.weight").dtype, DType::F32);
        QCOMPARE(at("blk.0.attn_q.weight").dtype, DType::Q4_0);
        QCOMPARE(at("token_embd.weight").dtype, DType::F32); // its own
        // q: the rows of the quantized original in llama.cpp's order
        const auto original = study::runCell(*source, source->tensors[static_cast<std::size_t>(source->find("model.layers.0.self_attn.q_proj.weight"))],
                                             *quant::parseRecipe("ggml:type=q4_0"), {}, {});
        const Matrix before = *(*original)->decoder->decodeAll({});
        const Matrix after = *(*out)->readMatrix(at("blk.0.attn_q.weight"), {});
        const auto order = exporting::rotaryOrder(64, 16);
        for (Index r = 0; r < 64; ++r)
            QVERIFY(std::equal(after.row(r).begin(), after.row(r).end(), before.row(order[static_cast<std::size_t>(r)]).begin()));
        QCOMPARE(order[1], Index(8)); // the second of a pair lies half a head further
        const auto manifest = exporting::readManifest(report->manifest);
        QVERIFY(manifest.has_value());
        const auto verified = exporting::verifyExport(**out, *manifest, source.get(), {});
        QVERIFY(verified.has_value());
        for (const auto& t : verified->tensors) QVERIFY2(t.ok, (t.name + ": " + t.problem).c_str());
        QVERIFY(verified->ok);
    }

    void write_ggufSource_keepsMetadata()
    {
        const test::Scratch scratch;
        const auto source = makeModel(scratch);
        QVERIFY(source);
        QVERIFY(exporting::exportModel(request(source, scratch.path() / "a.gguf", "gguf"), {}).has_value());
        const auto a = exporting::openAny(scratch.path() / "a.gguf", {});
        QVERIFY(a.has_value());
        auto r = request(*a, scratch.path() / "b.gguf", "gguf:type=q8_0");
        const auto report = exporting::exportModel(r, {});
        QVERIFY2(report.has_value(), report ? "" : report.error().text().c_str());
        const auto b = exporting::openAny(scratch.path() / "b.gguf", {});
        QVERIFY(b.has_value());
        for (const auto& e : (*a)->metadata) {
            if (e.key.starts_with("general.file_type")) continue;
            const auto* other = (*b)->meta(e.key);
            QVERIFY2(other && other->values == e.values && other->count == e.count && other->type == e.type, e.key.c_str());
        }
        QCOMPARE((*b)->tensors[static_cast<std::size_t>((*b)->find("blk.0.ffn_up.weight"))].dtype, DType::Q8_0);
    }

    void write_gemma2_addsOneToNorms()
    {
        const test::Scratch scratch;
        // the same tensors under another architecture; sandwich norms are absent, which the writer leaves to llama.cpp
        const auto source = makeModel(scratch, "gemma2", R"(, "head_dim": 16, "sliding_window": 16, "query_pre_attn_scalar": 16)");
        QVERIFY(source);
        const auto report = exporting::exportModel(request(source, scratch.path() / "out.gguf", "gguf"), {});
        QVERIFY2(report.has_value(), report ? "" : report.error().text().c_str());
        const auto out = exporting::openAny(scratch.path() / "out.gguf", {});
        const auto norm = [](const io::ModelSource& s, const char* name) { return s.readMatrix(s.tensors[static_cast<std::size_t>(s.find(name))], {})->at(0, 7); };
        QCOMPARE(norm(**out, "output_norm.weight"), norm(*source, "model.norm.weight") + 1.0F);
        QVERIFY((*out)->find("blk.0.post_attention_norm.weight") >= 0);
        const auto manifest = exporting::readManifest(report->manifest);
        const auto verified = exporting::verifyExport(**out, *manifest, nullptr, {});
        QVERIFY(verified && verified->ok);
    }

    void write_refusals_leaveNothing_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("more");
        QTest::addColumn<QString>("rule");
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<QString>("says");
        const QString gpt2 = QString::fromUtf8(kGpt2Rule);
        QTest::newRow("opt") << "opt" << "" << gpt2 << "ggml:type=q4_0" << "OPT";
        QTest::newRow("unknown") << "marvin" << "" << gpt2 << "ggml:type=q4_0" << "marvin";
        QTest::newRow("yarn") << "llama" << R"(, "rope_scaling": {"type": "yarn", "factor": 4})" << gpt2 << "ggml:type=q4_0" << "yarn";
        QTest::newRow("rule") << "llama" << "" << R"({"type": "Whitespace"})" << "ggml:type=q4_0" << "splits text";
        QTest::newRow("recipe") << "llama" << "" << gpt2 << "afpq" << "";
    }
    void write_refusals_leaveNothing()
    {
        QFETCH(QString, architecture);
        QFETCH(QString, more);
        QFETCH(QString, rule);
        QFETCH(QString, recipe);
        QFETCH(QString, says);
        const test::Scratch scratch;
        const auto source = makeModel(scratch, architecture.toStdString(), more.toStdString(), rule.toUtf8().constData());
        QVERIFY(source);
        const fs::path target = scratch.path() / "out.gguf";
        auto r = request(source, target, "gguf", recipe.toUtf8().constData());
        const quant::Recipe known = *quant::parseRecipe(recipe.toStdString());
        r.recipes = [&](const io::TensorInfo&) { return &known; };
        const Status checked = exporting::checkExport(r);
        QVERIFY(!checked);
        QCOMPARE(checked.error().code, ErrorCode::NotRepresentable);
        QVERIFY2(QString::fromStdString(text(checked)).contains(says), text(checked).c_str());
        QVERIFY(!exporting::exportModel(r, {}));
        r.recipes = nullptr; // found out late
        QVERIFY(!exporting::exportModel(r, {}));
        for (const auto& e : fs::directory_iterator(scratch.path())) QCOMPARE(e.path().filename().string(), std::string("in"));
    }

    void fusedOrder_neoxRows_areAllOfQThenKThenV()
    {
        // two heads of one row each: q0 k0 v0 q1 k1 v1
        const std::vector<Index> wanted{0, 3, 1, 4, 2, 5};
        QVERIFY(exporting::fusedOrder(6, 2) == wanted);
        std::vector<Index> sorted = exporting::fusedOrder(48, 4);
        std::sort(sorted.begin(), sorted.end());
        std::vector<Index> all(48);
        std::iota(all.begin(), all.end(), Index(0));
        QVERIFY(sorted == all);
    }
};

QTEST_GUILESS_MAIN(TestGgufExport)
#include "tst_gguf_export.moc"
