// SPDX-License-Identifier: GPL-3.0-or-later
// Sharded checkpoints and model folders: cases 41 to 43 and 53 of hostile_inputs.md §4, A1.7 and A6 of formats.md.
#include "core/io/format_registry.h"
#include "core/io/formats/safetensors/writer.h"
#include "tests/support/file_builders.h"
#include "tests/support/scratch.h"

#include <QtTest>
#include <fstream>
#include <sys/mman.h>
#include <sys/stat.h>

using namespace qs;
using namespace qs::test;
namespace fs = std::filesystem;

namespace {

constexpr const char* kIndex = "model.safetensors.index.json";
constexpr const char* kOne = "model-00001-of-00002.safetensors";
constexpr const char* kTwo = "model-00002-of-00002.safetensors";

// JSON with ' for ".
std::string q(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

std::string shard(const std::string& name)
{
    return makeSafetensors("{\"" + name + q("':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}"),
                           rawBytes<float>({1.0F}));
}

// A folder with two good shards (a, b) and this index.
struct Model {
    explicit Model(const std::string& index, const std::string& config = {})
    {
        scratch.file(kOne, shard("a"));
        scratch.file(kTwo, shard("b"));
        scratch.file(kIndex, index);
        if (!config.empty()) scratch.file("config.json", config);
    }
    Scratch scratch;
    auto open() const { return io::openModel(scratch.path(), {}); }
};

std::string goodIndex(const std::string& total = "8")
{
    return std::string(q("{'metadata':{'total_size':")) + total + q("},'weight_map':{'a':'") + kOne + q("','b':'") +
           kTwo + "\"}}";
}

std::string mapped(const std::string& entries) { return "{\"weight_map\":{" + entries + "}}"; }

std::string notRefused(const Model& model, const std::string& rule)
{
    const auto opened = model.open();
    if (opened) return "was accepted";
    const Error& e = opened.error();
    if (e.code != ErrorCode::Malformed && e.code != ErrorCode::Unsafe && e.code != ErrorCode::Unsupported)
        return std::string("code ") + errorCodeName(e.code) + ": " + e.text();
    return e.text().find(rule) == std::string::npos ? "another message: " + e.text() : "";
}

} // namespace

#define REFUSED(expression) QCOMPARE(expression, std::string())

class TestSafetensorsShards : public QObject {
    Q_OBJECT
private slots:
    void goodShards_openAsOneCatalogue()
    {
        const Model model(goodIndex());
        for (const auto& path : {model.scratch.path(), model.scratch.path() / kIndex}) {
            const auto opened = io::openModel(path, {});
            QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
            QCOMPARE((*opened)->tensors.size(), std::size_t(2));
            QCOMPARE((*opened)->files.size(), std::size_t(2));
            QVERIFY((*opened)->warnings.empty());
            QCOMPARE((*opened)->files[(*opened)->tensors[1].file]->path().filename().string(), std::string(kTwo));
        }
    }
    void opening100GigabytesOfSparseShards_touchesHeadersOnly()
    {
        std::vector<io::TensorDeclaration> tensors;
        constexpr int kTensors = 10'000;
        for (int i = 0; i < kTensors; ++i)
            tensors.push_back({"model.layers." + std::to_string(i) + ".mlp.up_proj.weight", DType::BF16, {2236, 2236}});
        const auto writer = io::SafetensorsWriter::plan(std::move(tensors), {}, 5'000'000'000);
        QVERIFY(writer);
        const Scratch scratch;
        for (const auto& file : writer->files()) {
            const auto path = scratch.file(file.name, file.header);
            std::error_code ec;
            fs::resize_file(path, file.bytes, ec);
            if (ec) QSKIP("this file system has no sparse files of that size");
        }
        scratch.file(writer->indexName(), writer->indexJson());
        const MemoryProbe probe;
        const auto model = io::openModel(scratch.path(), {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        QCOMPARE((*model)->tensors.size(), std::size_t(kTensors));
        QVERIFY((*model)->fileBytes() > 99'000'000'000);
        constexpr std::uint64_t kBound = 40'000'000; // the goal for the whole program is 150 MB
        QVERIFY2(probe.addedBytes() < kBound, qPrintable(QString::number(probe.addedBytes())));
        // Beyond what reading ahead of the header brings in, no page of the data was ever read.
        constexpr std::uint64_t kFar = std::uint64_t(64) << 20;
        for (const auto& file : (*model)->files) {
            const auto far = file->bytes().subspan(kFar);
            std::vector<unsigned char> pages((far.size() + 4095) / 4096);
            QCOMPARE(::mincore(const_cast<std::byte*>(far.data()), far.size(), pages.data()), 0);
            QVERIFY(std::none_of(pages.begin(), pages.end(), [](unsigned char p) { return (p & 1) != 0; }));
        }
    }
    void case41_missingShard_refusedAsMalformed()
    {
        const Model model(goodIndex());
        fs::remove(model.scratch.path() / kTwo);
        REFUSED(notRefused(model, "missing"));
        QVERIFY(model.open().error().code == ErrorCode::Malformed);
    }
    void case41_shardNamesThatLeadOut_refused()
    {
        for (const char* name :
             {"/etc/passwd", "../x.safetensors", "sub/x.safetensors", "..", ".", "", "http://x/y.safetensors", "C:x",
              "a\\\\b", "a\\u0000b", "/dev/zero", "~/../x", "a\\nb"})
            REFUSED(notRefused(Model(mapped(std::string(q("'a':'")) + name + "\"")), ""));
    }
    void case41_symlinkOutside_refused()
    {
        const Scratch elsewhere;
        const Model model(goodIndex());
        fs::remove(model.scratch.path() / kTwo);
        fs::create_symlink(elsewhere.file("b.safetensors", shard("b")), model.scratch.path() / kTwo);
        REFUSED(notRefused(model, "out of the model's folder"));
        fs::remove(model.scratch.path() / kTwo);
        fs::create_symlink("/dev/zero", model.scratch.path() / kTwo);
        REFUSED(notRefused(model, "out of the model's folder"));
        fs::remove(model.scratch.path() / kTwo);
        fs::create_symlink(kTwo, model.scratch.path() / kTwo); // to itself
        REFUSED(notRefused(model, "leads nowhere"));
    }
    void case41_deviceAsShard_refused()
    {
        const Model model(goodIndex());
        fs::remove(model.scratch.path() / kTwo);
        QCOMPARE(::mkfifo((model.scratch.path() / kTwo).c_str(), 0600), 0);
        REFUSED(notRefused(model, "not a regular file"));
        fs::remove(model.scratch.path() / kTwo);
        fs::create_directory(model.scratch.path() / kTwo);
        REFUSED(notRefused(model, "not a regular file"));
    }
    void case41_symlinkInsideTheFolder_accepted()
    {
        const Model model(goodIndex());
        fs::rename(model.scratch.path() / kTwo, model.scratch.path() / "real.bin");
        fs::create_symlink("real.bin", model.scratch.path() / kTwo);
        QVERIFY(model.open());
    }
    void case41_huggingFaceCache_accepted()
    {
        const Scratch scratch;
        const fs::path root = "models--x";
        scratch.file(root / "blobs/h1", shard("a"));
        scratch.file(root / "blobs/h2", shard("b"));
        scratch.file(root / "blobs/h3", goodIndex());
        scratch.file(root / "blobs/h4", q("{'model_type':'Mistral'}"));
        const fs::path snapshot = scratch.path() / root / "snapshots/abc";
        fs::create_directories(snapshot);
        fs::create_symlink("../../blobs/h1", snapshot / kOne);
        fs::create_symlink("../../blobs/h2", snapshot / kTwo);
        fs::create_symlink("../../blobs/h3", snapshot / kIndex);
        fs::create_symlink("../../blobs/h4", snapshot / "config.json");
        const auto opened = io::openModel(snapshot, {});
        QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
        QCOMPARE((*opened)->architecture, std::string("mistral"));
        // The same links from a folder that is no snapshot lead out.
        fs::rename(scratch.path() / root / "snapshots", scratch.path() / root / "other");
        QVERIFY(!io::openModel(scratch.path() / root / "other/abc", {}));
    }
    void case42_listedButAbsent_refused()
    {
        const std::string one = kOne;
        REFUSED(notRefused(Model(mapped(q("'a':'") + one + q("','c':'") + one + "\"")), "absent from its shard"));
        REFUSED(notRefused(Model(mapped(q("'a':'") + std::string(kTwo) + "\"")), "absent from its shard"));
    }
    void case42_presentButNotListed_acceptedWithAWarning()
    {
        const Model model(mapped(std::string(q("'a':'")) + kOne + "\""));
        model.scratch.file(kOne, makeSafetensors(q("{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'x':{'dtype':'"
                                                   "U8','shape':[1],'data_offsets':[1,2]}}"),
                                                 "12"));
        const auto opened = model.open();
        QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
        QCOMPARE((*opened)->tensors.size(), std::size_t(2));
        QCOMPARE((*opened)->warnings.size(), std::size_t(1));
        QVERIFY((*opened)->warnings[0].find("x") != std::string::npos);
    }
    void case42_tensorInTwoShards_refused()
    {
        const Model model(goodIndex());
        model.scratch.file(kTwo, makeSafetensors(q("{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'b':{'dtype':'"
                                                   "U8','shape':[1],'data_offsets':[1,2]}}"),
                                                 "12"));
        REFUSED(notRefused(model, "two shards"));
    }
    void case42_listedTwice_refused()
    {
        REFUSED(notRefused(Model(mapped(std::string(q("'a':'")) + kOne + q("','a':'") + kOne + "\"")), "listed twice"));
        REFUSED(notRefused(Model(mapped(std::string(q("'a':'")) + kOne + q("','\\u0061':'") + kTwo + "\"")),
                           "listed twice"));
    }
    void case43_wrongTotalSize_acceptedWithAWarning()
    {
        for (const char* total : {"7", "9007199254740993", "-8", "8.5", "1e300", "\"8\""}) {
            const Model model(goodIndex(total));
            const auto opened = model.open();
            QVERIFY2(opened, total);
            QVERIFY2((*opened)->warnings.size() == 1, total);
        }
        QVERIFY((*Model(goodIndex("8.0")).open())->warnings.empty());
    }
    void indexThatIsNoIndex_refused()
    {
        for (const char* text :
             {"", "[]", "3", "null", "{}", "{\"weight_map\":[]}", "{\"weight_map\":3}", "{\"weight_map\":null}",
              "{\"weight_map\":{\"a\":3}}", "{\"weight_map\":{\"a\":[\"x\"]}}", "{\"weight_map\":{\"a\":{}}}",
              "{\"weight_map\":{\"a\":null}}", "{\"weight_map\":{},\"weight_map\":{}}", "{\"weight_map\":{}",
              "\xEF\xBB\xBF{}", "{\"metadata\":{\"total_size\":1,\"total_size\":1},\"weight_map\":{}}",
              "{\"weight_map\":{\"a\\u0000\":\"x\"}}"})
            REFUSED(notRefused(Model(text), ""));
        REFUSED(notRefused(Model("{\"metadata\":" + std::string(100'000, '[')), "nested deeper"));
    }
    void severalFilesWithoutAnIndex_refused()
    {
        const Model model(goodIndex());
        fs::remove(model.scratch.path() / kIndex);
        REFUSED(notRefused(model, "without an index"));
    }
    void config_ofAMultimodalModel_takesTheTextPart()
    {
        const Model model(goodIndex(), q("{'model_type':'gemma3','x':[1,2],'text_config':{'model_type':'Gemma3_Text','"
                                         "hidden_size':64},'n':null}"));
        const auto opened = model.open();
        QVERIFY(opened);
        QCOMPARE((*opened)->architecture, std::string("gemma3_text"));
        QCOMPARE(std::get<std::uint64_t>((*opened)->meta("config.hidden_size")->values[0]), std::uint64_t(64));
        QCOMPARE(std::get<std::string>((*opened)->meta("config.x")->values[0]), std::string("[1,2]"));
    }
    void config_withoutAModelType_isUnknownAndSaid()
    {
        const Model model(goodIndex(), q("{'hidden_size':3}"));
        const auto opened = model.open();
        QVERIFY(opened);
        QVERIFY((*opened)->architecture.empty());
        QCOMPARE((*opened)->warnings.size(), std::size_t(1));
    }
    void caseD6_badConfigs_refused()
    {
        for (const char* text : {"", "[]", "3", "{", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":1}}", "{\"a\":1e999}",
                                 "\xEF\xBB\xBF{}", "{\"a\":\"\xFF\"}"}) {
            const Model model(goodIndex(), std::string(text).empty() ? " " : text);
            REFUSED(notRefused(model, ""));
        }
        REFUSED(notRefused(Model(goodIndex(), "{\"a\":" + std::string(200'000, '[')), "nested deeper"));
        std::string many = "{\"a\":[0";
        for (int i = 0; i < 1'000'000; ++i) many += ",0";
        REFUSED(notRefused(Model(goodIndex(), many + "]}"), "JSON values"));
    }
    void case53_impossibleQuantizationConfigs_refused()
    {
        for (const std::string& value : std::vector<std::string>{
                 q("{'quant_method':'gptq','bits':0}"), q("{'quant_method':'gptq','bits':99}"),
                 q("{'quant_method':'awq','bits':3}"), q("{'quant_method':'gptq','bits':4,'group_size':0}"),
                 q("{'quant_method':'gptq','bits':4,'group_size':-2}"), q("{'quant_method':'gptq','bits':'4'}"),
                 q("{'quant_method':'gptq','bits':4.5}"), q("[]"), q("'x'"),
                 q("{'quant_method':'compressed-tensors','config_groups':{'g':{'weights':{'num_bits':99}}}}"),
                 q("{'quant_method':'compressed-tensors','config_groups':{'g':{'weights':{'num_bits':4,'group_size':0}}"
                   "}}")})
            REFUSED(notRefused(
                Model(goodIndex(), std::string(q("{'model_type':'llama','quantization_config':")) + value + "}"), ""));
        QVERIFY(
            Model(goodIndex(),
                  q("{'model_type':'llama','quantization_config':{'quant_method':'gptq','bits':4,'group_size':-1}}"))
                .open());
    }
    void case53_groupIndexOutOfRange_refused()
    {
        for (const int bad : {2, -1, 1 << 30}) {
            const Model model(goodIndex(), q("{'model_type':'llama','quantization_config':{'quant_method':'gptq','bits'"
                                             ":4,'group_size':2,'desc_act':true}}"));
            const auto json = q("{'b.g_idx':{'dtype':'I32','shape':[4],'data_offsets':[0,16]},'b.scales':{'dtype':'F32'"
                                ",'shape':[2,1],'data_offsets':[16,24]},") +
                              q("'b':{'dtype':'U8','shape':[0],'data_offsets':[24,24]}}");
            const auto write = [&](std::int32_t last) {
                model.scratch.file(
                    kTwo, makeSafetensors(json, rawBytes<std::int32_t>({0, 1, 0, last}) + std::string(8, '\0')));
            };
            write(bad);
            REFUSED(notRefused(model, "group number"));
            write(1);
            QVERIFY(model.open());
        }
    }
};

QTEST_GUILESS_MAIN(TestSafetensorsShards)
#include "tst_safetensors_shards.moc"
