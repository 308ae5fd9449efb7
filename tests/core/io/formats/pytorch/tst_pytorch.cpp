// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"
#include "tests/support/torch_builder.h"

#include <QtTest>

using namespace qs;
using namespace qs::test;

namespace {

using Model = std::shared_ptr<const io::ModelSource>;

template <class T>
std::string packed(const std::vector<T>& values)
{
    std::string s;
    for (T v : values) s += leBytes(v);
    return s;
}

std::vector<float> count(int n)
{
    std::vector<float> v;
    for (int i = 0; i < n; ++i) v.push_back(float(i));
    return v;
}

Model opened(const std::string& bytes, const Scratch& scratch, const char* name = "m.pt")
{
    auto model = io::openModel(scratch.file(name, bytes), {});
    if (!model) {
        qWarning("%s", model.error().text().c_str());
        return nullptr;
    }
    return *model;
}

std::vector<float> values(const Model& m, const char* name)
{
    const auto at = m->find(name);
    if (at < 0) return {};
    const auto& t = m->tensors[static_cast<std::size_t>(at)];
    std::vector<float> out(t.shape.elements());
    if (!m->readFloats(t, 0, out.size(), out)) return {};
    // A range in the middle must be the same as its part of the whole.
    for (std::size_t b = 0; b < out.size(); ++b) {
        std::vector<float> part(out.size() - b);
        if (!m->readFloats(t, b, out.size(), part) || !std::equal(part.begin(), part.end(), out.begin() + std::ptrdiff_t(b))) return {};
    }
    return out;
}

// A whole _rebuild_tensor_v3 on an untyped storage.
PickleWriter& typed(PickleWriter& p, const char* type, const char* key, std::int64_t bytes, const std::vector<std::int64_t>& sizes,
                    const std::vector<std::int64_t>& strides)
{
    p.global("torch._utils", "_rebuild_tensor_v3").mark().storage("UntypedStorage", key, bytes, "torch.storage");
    return p.number(0).numbers(sizes).numbers(strides).op("\x89").orderedDict().global("torch", type).tuple().op("R");
}

// One dict of one tensor "w" made by `make`.
std::string oneTensor(PickleWriter& p) { return p.setItem().stop(); }

} // namespace

class TestPytorch : public QObject {
    Q_OBJECT
private slots:
    void zip_stateDict_readsPlainTensors()
    {
        PickleWriter p;
        p.orderedDict().op("q\x01").mark().text("a.weight").tensor("FloatStorage", "0", 6, 0, {2, 3}, {3, 1});
        p.text("a.bias").tensor("HalfStorage", "1", 2, 0, {2}, {1}).op("u").dict().text("_metadata").orderedDict().setItem().op("b");
        const Scratch scratch;
        const auto m = opened(torchFile(p.stop(), {packed(count(6)), packed<std::uint16_t>({0x3C00, 0xC000})}), scratch);
        QVERIFY(m);
        QCOMPARE(m->format, std::string("pytorch"));
        QCOMPARE(m->tensors.size(), std::size_t(2));
        QCOMPARE(values(m, "a.weight"), count(6));
        QCOMPARE(values(m, "a.bias"), (std::vector<float>{1, -2}));
        const auto& t = m->tensors[static_cast<std::size_t>(m->find("a.weight"))];
        QVERIFY(t.shape == (Shape{2, 3}));
        QVERIFY(!t.reader);
        QVERIFY(t.offset % 64 == 0);
        QCOMPARE(m->warnings.size(), std::size_t(0));
    }
    void everyStorage_hasItsType()
    {
        struct Row {
            const char* cls;
            DType type;
        };
        const Row rows[] = {{"DoubleStorage", DType::F64}, {"FloatStorage", DType::F32}, {"HalfStorage", DType::F16},
                            {"BFloat16Storage", DType::BF16}, {"LongStorage", DType::I64}, {"IntStorage", DType::I32},
                            {"ShortStorage", DType::I16}, {"CharStorage", DType::I8}, {"ByteStorage", DType::U8},
                            {"BoolStorage", DType::Bool}, {"ComplexFloatStorage", DType::C64},
                            {"ComplexDoubleStorage", DType::C128}};
        for (const Row& row : rows) {
            PickleWriter p;
            p.dict().text("w").tensor(row.cls, "0", 3, 0, {3}, {1});
            const Scratch scratch;
            const auto m = opened(torchFile(oneTensor(p), {std::string(3 * traits(row.type).blockBytes, '\0')}), scratch);
            QVERIFY2(m, row.cls);
            QVERIFY2(m->tensors.at(0).dtype == row.type, row.cls);
        }
    }
    void bfloat16_decodes()
    {
        PickleWriter p;
        p.dict().text("w").tensor("BFloat16Storage", "0", 2, 0, {2}, {1});
        const Scratch scratch;
        QCOMPARE(values(opened(torchFile(oneTensor(p), {packed<std::uint16_t>({0x3F80, 0xC040})}), scratch), "w"),
                 (std::vector<float>{1, -3}));
    }
    void float4x2_isF4OfTwiceTheLength()
    {
        PickleWriter p;
        p.dict().text("w");
        typed(p, "float4_e2m1fn_x2", "0", 4, {2, 2}, {2, 1}).setItem();
        p.text("turned");
        typed(p, "float4_e2m1fn_x2", "0", 4, {2, 2}, {1, 2}).setItem();
        p.text("one");
        typed(p, "float4_e2m1fn_x2", "0", 4, {}, {});
        const Scratch scratch;
        const auto m = opened(torchFile(oneTensor(p), {std::string("\x10\x32\xD4\x76", 4)}), scratch);
        QVERIFY(m);
        QVERIFY(m->warnings.empty());
        const auto& w = m->tensors[static_cast<std::size_t>(m->find("w"))];
        QVERIFY(w.dtype == DType::F4 && w.shape == (Shape{2, 4}));
        QCOMPARE(w.bytes, std::uint64_t(4));
        QCOMPARE(values(m, "w"), (std::vector<float>{0, 0.5F, 1, 1.5F, 2, -3, 4, 6}));
        QCOMPARE(values(m, "turned"), (std::vector<float>{0, 0.5F, 2, -3, 1, 1.5F, 4, 6}));
        QCOMPARE(values(m, "one"), (std::vector<float>{0, 0.5F}));
        const auto matrix = m->readMatrix(w, {});
        QVERIFY(matrix);
        QCOMPARE(matrix->at(1, 1), -3.0F);
    }
    void complexTypes_areListedNotDecoded()
    {
        PickleWriter p;
        p.dict().text("half");
        typed(p, "complex32", "0", 12, {3}, {1}).setItem();
        p.text("single");
        typed(p, "complex64", "1", 16, {2}, {1});
        const Scratch scratch;
        const auto m = opened(torchFile(oneTensor(p), {std::string(12, '\1'), std::string(16, '\1')}), scratch);
        QVERIFY(m);
        QVERIFY(m->warnings.empty());
        const auto& half = m->tensors[static_cast<std::size_t>(m->find("half"))];
        QCOMPARE(std::string(dtypeName(half.dtype)), std::string("C32"));
        QCOMPARE(half.bytes, std::uint64_t(12));
        QVERIFY(half.shape == (Shape{3}));
        std::vector<std::byte> raw(12);
        QVERIFY(m->readBytes(half, 0, 3, raw));
        const auto matrix = m->readMatrix(half, {});
        QVERIFY(!matrix && matrix.error().code == ErrorCode::Unsupported);
        QCOMPARE(std::string(dtypeName(m->tensors[static_cast<std::size_t>(m->find("single"))].dtype)), std::string("C64"));
    }
    void shards_listedTensorLeftOut_opensWithAWarning()
    {
        PickleWriter a;
        a.dict().text("a").tensor("FloatStorage", "0", 1, 0, {1}, {1}).setItem();
        a.text("quantized").tensor("QInt8Storage", "1", 4, 0, {4}, {1});
        PickleWriter b;
        b.dict().text("b");
        typed(b, "complex32", "0", 4, {1}, {1}).setItem();
        b.text("c");
        typed(b, "float4_e2m1fn_x2", "1", 2, {2}, {1});
        const Scratch scratch;
        scratch.file("pytorch_model-00001-of-00002.bin", torchFile(oneTensor(a), {packed<float>({1}), std::string(4, '\0')}));
        scratch.file("pytorch_model-00002-of-00002.bin", torchFile(oneTensor(b), {std::string(4, '\0'), std::string("\x21\x43", 2)}));
        const auto index = [&](const char* extra) {
            return scratch.file("pytorch_model.bin.index.json", std::string(R"({"metadata": {"total_size": 14}, "weight_map": {"a": "pytorch_model-00001-of-00002.bin",
                "quantized": "pytorch_model-00001-of-00002.bin", "b": "pytorch_model-00002-of-00002.bin", "c": "pytorch_model-00002-of-00002.bin")") + extra + "}}");
        };

        const auto m = io::openModel(index(""), {});

        QVERIFY2(m, m ? "" : m.error().text().c_str());
        QCOMPARE((*m)->tensors.size(), std::size_t(3));
        QCOMPARE((*m)->warnings.size(), std::size_t(1));
        QVERIFY((*m)->warnings[0].find("'quantized' is left out: quantized object not supported") != std::string::npos);
        QCOMPARE(values(*m, "c"), (std::vector<float>{0.5F, 1, 1.5F, 2}));
        const auto absent = io::openModel(index(R"(, "d": "pytorch_model-00002-of-00002.bin")"), {}); // what is nowhere still refuses
        QVERIFY(!absent);
        QCOMPARE(QString::fromStdString(absent.error().tensor), QString("d"));
    }
    void cudaStorage_isTheSame()
    {
        PickleWriter p;
        p.dict().text("w").global("torch._utils", "_rebuild_tensor_v2").mark().storage("FloatStorage", "0", 2, "torch.cuda");
        p.number(0).numbers({2}).numbers({1}).op("\x88").orderedDict().tuple().op("R");
        const Scratch scratch;
        QCOMPARE(values(opened(torchFile(oneTensor(p), {packed<float>({5, 6})}), scratch), "w"), (std::vector<float>{5, 6}));
    }
    void transposedView_isReadInLogicalOrder()
    {
        PickleWriter p;
        p.dict().text("w").tensor("FloatStorage", "0", 12, 0, {3, 4}, {1, 3});
        const Scratch scratch;
        const auto m = opened(torchFile(oneTensor(p), {packed(count(12))}), scratch);
        QVERIFY(m);
        QCOMPARE(values(m, "w"), (std::vector<float>{0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11}));
    }
    void threeDimensionalView_withOffsetAndGaps()
    {
        PickleWriter p;
        p.dict().text("w").tensor("FloatStorage", "0", 40, 3, {2, 2, 3}, {18, 1, 5});
        const Scratch scratch;
        const auto m = opened(torchFile(oneTensor(p), {packed(count(40))}), scratch);
        QVERIFY(m);
        QCOMPARE(values(m, "w"), (std::vector<float>{3, 8, 13, 4, 9, 14, 21, 26, 31, 22, 27, 32}));
    }
    void expandedView_strideZero_repeats()
    {
        PickleWriter p;
        p.dict().text("w").tensor("FloatStorage", "0", 2, 0, {3, 2}, {0, 1});
        const Scratch scratch;
        QCOMPARE(values(opened(torchFile(oneTensor(p), {packed<float>({7, 8})}), scratch), "w"),
                 (std::vector<float>{7, 8, 7, 8, 7, 8}));
    }
    void sharedStorage_isReadByBoth()
    {
        PickleWriter p;
        p.dict().text("embed").tensor("FloatStorage", "0", 6, 0, {2, 3}, {3, 1}).setItem();
        p.text("head").tensor("FloatStorage", "0", 6, 0, {2, 3}, {3, 1}).setItem();
        p.text("row").tensor("FloatStorage", "0", 6, 3, {3}, {1}).setItem();
        const Scratch scratch;
        const auto m = opened(torchFile(p.stop(), {packed(count(6))}), scratch);
        QVERIFY(m);
        QCOMPARE(values(m, "embed"), values(m, "head"));
        QCOMPARE(values(m, "row"), (std::vector<float>{3, 4, 5}));
        QCOMPARE(m->tensors[0].offset, m->tensors[1].offset);
    }
    void scalarAndEmptyTensors_areKept()
    {
        PickleWriter p;
        p.dict().text("scalar").tensor("FloatStorage", "0", 1, 0, {}, {}).setItem();
        p.text("empty").tensor("FloatStorage", "1", 0, 0, {0, 4}, {4, 1}).setItem();
        const Scratch scratch;
        const auto m = opened(torchFile(p.stop(), {packed<float>({9}), ""}), scratch);
        QVERIFY(m);
        QCOMPARE(values(m, "scalar"), (std::vector<float>{9}));
        QCOMPARE(m->tensors[0].shape.rank() + m->tensors[1].shape.rank(), 2);
    }
    void parameter_isUnwrapped()
    {
        PickleWriter p;
        p.dict().text("w").global("torch._utils", "_rebuild_parameter").mark();
        p.tensor("FloatStorage", "0", 2, 0, {2}, {1}).op("\x88").orderedDict().tuple().op("R").setItem();
        p.text("v").global("torch._tensor", "_rebuild_from_type_v2").mark().global("torch._utils", "_rebuild_tensor_v2");
        p.global("torch.nn.parameter", "Parameter").mark().storage("FloatStorage", "0", 2).number(0).numbers({2}).numbers({1});
        p.op("\x89").orderedDict().tuple().dict().tuple().op("R").setItem();
        const Scratch scratch;
        const auto m = opened(torchFile(p.stop(), {packed<float>({1, 2})}), scratch);
        QVERIFY(m);
        QCOMPARE(values(m, "w"), (std::vector<float>{1, 2}));
        QCOMPARE(values(m, "v"), (std::vector<float>{1, 2}));
    }
    void rebuildV3_float8_onUntypedStorage()
    {
        PickleWriter p;
        p.dict().text("w").global("torch._utils", "_rebuild_tensor_v3").mark().storage("UntypedStorage", "0", 4, "torch.storage");
        p.number(1).numbers({3}).numbers({1}).op("\x89").orderedDict().global("torch", "float8_e4m3fn").tuple().op("R").setItem();
        p.text("u").global("torch._utils", "_rebuild_tensor_v3").mark().storage("UntypedStorage", "1", 4, "torch.storage");
        p.number(0).numbers({2}).numbers({1}).op("\x89").orderedDict().global("torch", "uint16").tuple().op("R").setItem();
        const Scratch scratch;
        const auto m = opened(torchFile(p.stop(), {"\x01\x38\x40\xB8", packed<std::uint16_t>({1, 65535})}), scratch);
        QVERIFY(m);
        QCOMPARE(values(m, "w"), (std::vector<float>{1, 2, -1}));
        QCOMPARE(values(m, "u"), (std::vector<float>{1, 65535}));
        QVERIFY(m->tensors[1].dtype == DType::F8E4M3);
    }
    void bigEndianArchive_isSwapped()
    {
        std::string big = packed<float>({1.5F, -2});
        std::reverse(big.begin(), big.begin() + 4);
        std::reverse(big.begin() + 4, big.end());
        PickleWriter p;
        p.dict().text("w").tensor("FloatStorage", "0", 2, 0, {2}, {1});
        const Scratch scratch;
        QCOMPARE(values(opened(torchFile(oneTensor(p), {big}, "big"), scratch), "w"), (std::vector<float>{1.5F, -2}));
    }
    void nestedDicts_areFlattened_plainValuesBecomeMetadata()
    {
        PickleWriter p;
        p.dict().text("layer").dict().text("w").tensor("FloatStorage", "0", 2, 0, {2}, {1}).setItem();
        p.text("bits").number(4).setItem().text("scale").real(0.5).setItem().text("shape").global("torch", "Size").numbers({2, 3});
        p.op("\x85R").setItem().text("on").op("\x88").setItem().text("type").global("torch", "float16").setItem();
        p.number(7).tensor("FloatStorage", "0", 2, 1, {1}, {1}).setItem().setItem();
        const Scratch scratch;
        const auto m = opened(torchFile(p.stop(), {packed<float>({1, 2})}), scratch);
        QVERIFY(m);
        QCOMPARE(values(m, "layer.w"), (std::vector<float>{1, 2}));
        QCOMPARE(values(m, "layer.7"), (std::vector<float>{2}));
        QCOMPARE(std::get<std::int64_t>(m->meta("layer.bits")->values.at(0)), std::int64_t(4));
        QCOMPARE(std::get<double>(m->meta("layer.scale")->values.at(0)), 0.5);
        QCOMPARE(std::get<bool>(m->meta("layer.on")->values.at(0)), true);
        QCOMPARE(std::get<std::string>(m->meta("layer.type")->values.at(0)), std::string("torch.float16"));
        QCOMPARE(m->meta("layer.shape")->count, std::uint64_t(2));
    }
    void trainingCheckpoint_modelIsUnwrapped_restKeepsItsPrefix()
    {
        for (const char* name : {"state_dict", "model", "module"}) {
            PickleWriter p;
            p.dict().text("epoch").number(3).setItem().text(name).orderedDict().text("w");
            p.tensor("FloatStorage", "0", 2, 0, {2}, {1}).setItem().setItem();
            p.text("optimizer").dict().text("state").dict().number(0).tensor("FloatStorage", "1", 1, 0, {1}, {1}).setItem();
            p.setItem().setItem();
            const Scratch scratch;
            const auto m = opened(torchFile(p.stop(), {packed<float>({1, 2}), packed<float>({3})}), scratch);
            QVERIFY(m);
            QCOMPARE(values(m, "w"), (std::vector<float>{1, 2}));
            QCOMPARE(values(m, "optimizer.state.0"), (std::vector<float>{3}));
            QCOMPARE(std::get<std::int64_t>(m->meta("epoch")->values.at(0)), std::int64_t(3));
        }
    }
    void twoModels_keepTheirPrefixes_withWarning()
    {
        PickleWriter p;
        p.dict().text("model").dict().text("w").tensor("FloatStorage", "0", 1, 0, {1}, {1}).setItem().setItem();
        p.text("module").dict().text("w").tensor("FloatStorage", "0", 1, 0, {1}, {1}).setItem().setItem();
        const Scratch scratch;
        const auto m = opened(torchFile(p.stop(), {packed<float>({1})}), scratch);
        QVERIFY(m);
        QVERIFY(m->find("model.w") >= 0 && m->find("module.w") >= 0);
        QCOMPARE(m->warnings.size(), std::size_t(1));
    }
    void loneTensorAndList_haveNames()
    {
        const Scratch scratch;
        PickleWriter p;
        p.tensor("FloatStorage", "0", 1, 0, {1}, {1});
        QCOMPARE(values(opened(torchFile(p.stop(), {packed<float>({4})}), scratch), "tensor"), (std::vector<float>{4}));
        PickleWriter l;
        l.op("]").tensor("FloatStorage", "0", 1, 0, {1}, {1}).op("a");
        QCOMPARE(values(opened(torchFile(l.stop(), {packed<float>({5})}), scratch), "0"), (std::vector<float>{5}));
    }
    void memo_repeatedUse_isFollowed()
    {
        PickleWriter q;
        q.dict().text("w").global("torch._utils", "_rebuild_tensor_v2").op(std::string_view("q\x05r\x00\x01\x00\x00", 7));
        q.mark().storage("FloatStorage", "0", 2).op("q\x06").number(0).numbers({1}).numbers({1}).op("\x89").orderedDict();
        q.tuple().op("R").setItem().text("v").op(std::string_view("j\x00\x01\x00\x00", 5)).mark().op("h\x06").number(1);
        q.numbers({1}).numbers({1}).op("\x89").orderedDict().tuple().op("R").setItem();
        const Scratch scratch;
        const auto m = opened(torchFile(q.stop(), {packed<float>({1, 2})}), scratch);
        QVERIFY(m);
        QCOMPARE(values(m, "w"), (std::vector<float>{1}));
        QCOMPARE(values(m, "v"), (std::vector<float>{2}));
    }
    void refusedRebuilds_costThatTensorOnly()
    {
        PickleWriter p;
        p.dict().text("ok").tensor("FloatStorage", "0", 1, 0, {1}, {1}).setItem();
        p.text("quantized").global("torch._utils", "_rebuild_qtensor").mark().storage("QInt8Storage", "1", 4).number(0);
        p.numbers({4}).numbers({1}).mark().global("torch", "per_tensor_affine").real(0.1).number(0).tuple().op("\x89");
        p.orderedDict().tuple().op("R").setItem();
        p.text("sparse").global("torch._utils", "_rebuild_sparse_tensor").mark().global("torch.serialization", "_get_layout");
        p.text("torch.sparse_coo").op("\x85R").mark().tuple().tuple().op("R").setItem();
        p.text("numpy").global("numpy.core.multiarray", "_reconstruct").global("numpy", "ndarray").number(0).op("\x85").text("b");
        p.op("\x87R").mark().number(1).tuple().op("b").setItem();
        const Scratch scratch;
        const auto m = opened(torchFile(p.stop(), {packed<float>({1}), "abcd"}), scratch);
        QVERIFY(m);
        QCOMPARE(m->tensors.size(), std::size_t(1));
        QCOMPARE(m->warnings.size(), std::size_t(3));
        for (const char* name : {"quantized", "sparse", "numpy"})
            QVERIFY(std::any_of(m->warnings.begin(), m->warnings.end(), [&](const auto& w) { return w.find(name) != std::string::npos; }));
    }
    void legacy_stream_isRead()
    {
        PickleWriter p;
        p.legacy = true;
        p.orderedDict().text("w").tensor("FloatStorage", "b", 4, 0, {2, 2}, {1, 2}).setItem();
        p.text("v").tensor("HalfStorage", "a", 1, 0, {1}, {1}).setItem();
        const Scratch scratch;
        const auto m = opened(torchLegacy(p.stop(), {{"a", 1, packed<std::uint16_t>({0x3C00})}, {"b", 4, packed(count(4))}}), scratch);
        QVERIFY(m);
        QCOMPARE(values(m, "w"), (std::vector<float>{0, 2, 1, 3}));
        QCOMPARE(values(m, "v"), (std::vector<float>{1}));
    }
    void legacy_storageView_isFollowed()
    {
        PickleWriter p;
        p.legacy = true;
        p.dict().text("w").global("torch._utils", "_rebuild_tensor").mark().mark().text("storage").global("torch", "FloatStorage");
        p.text("a").text("cpu").number(6).text("view").number(2).number(3).op("\x87").tuple().op("Q").number(1).numbers({2}).numbers({1});
        p.tuple().op("R").setItem();
        const Scratch scratch;
        QCOMPARE(values(opened(torchLegacy(p.stop(), {{"a", 6, packed(count(6))}}), scratch), "w"), (std::vector<float>{3, 4}));
    }
    void folderAndShards_readAsOne()
    {
        const auto shard = [](const char* name, float v) {
            PickleWriter p;
            p.dict().text(name).tensor("FloatStorage", "0", 1, 0, {1}, {1}).setItem();
            return torchFile(p.stop(), {packed<float>({v})});
        };
        const Scratch scratch;
        scratch.file("one/pytorch_model.bin", shard("w", 1));
        scratch.file("one/config.json", R"({"model_type": "opt"})");
        const auto one = io::openModel(scratch.path() / "one", {});
        QVERIFY2(one, one ? "" : one.error().text().c_str());
        QCOMPARE((*one)->architecture, std::string("opt"));

        scratch.file("two/pytorch_model-00001-of-00002.bin", shard("a", 1));
        scratch.file("two/pytorch_model-00002-of-00002.bin", shard("b", 2));
        const auto index = scratch.file("two/pytorch_model.bin.index.json", R"({"metadata": {"total_size": 8}, "weight_map":
            {"a": "pytorch_model-00001-of-00002.bin", "b": "pytorch_model-00002-of-00002.bin"}})");
        for (const auto& path : {index, scratch.path() / "two"}) {
            const auto m = io::openModel(path, {});
            QVERIFY2(m, m ? "" : m.error().text().c_str());
            QCOMPARE((*m)->files.size(), std::size_t(2));
            QCOMPARE(values(*m, "b"), (std::vector<float>{2}));
            QVERIFY((*m)->warnings.empty());
        }
        std::filesystem::remove(scratch.path() / "two/pytorch_model-00002-of-00002.bin");
        const auto missing = io::openModel(index, {});
        QVERIFY(!missing);
        QVERIFY(missing.error().code == ErrorCode::Malformed);
    }
    void golden_hqqCheckpoint_opens()
    {
        const Golden golden("formats/hqq_own_pt_4b_g64/decoded.safetensors");
        QS_NEED_GOLDEN(golden);
        const auto m = io::openModel(std::string(QS_SHARED_DIR) + "/golden/formats/hqq_own_pt_4b_g64/qmodel.pt", {});
        QVERIFY2(m, m ? "" : m.error().text().c_str());
        QCOMPARE((*m)->tensors.size(), std::size_t(26));
        QCOMPARE((*m)->warnings.size(), std::size_t(0));
        const auto at = (*m)->find("model.layers.0.mlp.down_proj.W_q");
        QVERIFY(at >= 0);
        QVERIFY((*m)->tensors[static_cast<std::size_t>(at)].dtype == DType::U8);
        QCOMPARE(std::get<std::int64_t>((*m)->meta("model.layers.0.mlp.down_proj.nbits")->values.at(0)), std::int64_t(4));
        // Decoded by hand as HQQ stores it (formats.md B5): high nibbles are the first half of the groups.
        const auto& q = (*m)->tensors[static_cast<std::size_t>(at)];
        std::vector<std::byte> codes(q.bytes);
        QVERIFY((*m)->readBytes(q, 0, q.shape.elements(), codes));
        const auto scale = values(*m, "model.layers.0.mlp.down_proj.scale");
        const auto zero = values(*m, "model.layers.0.mlp.down_proj.zero");
        if (!golden.has("model.layers.0.mlp.down_proj.weight")) return;
        const auto want = golden.floats("model.layers.0.mlp.down_proj.weight");
        const std::size_t half = codes.size();
        for (std::size_t i = 0; i < want.size(); ++i) {
            const auto byte = std::to_integer<unsigned>(codes[i % half]);
            const float code = float(i < half ? byte >> 4 : byte & 15U);
            const float got = (code - zero[i / 64]) * scale[i / 64];
            QVERIFY(std::abs(got - want[i]) <= 2e-3F * std::max(1.F, std::abs(want[i])));
        }
    }
};

QTEST_GUILESS_MAIN(TestPytorch)
#include "tst_pytorch.moc"
