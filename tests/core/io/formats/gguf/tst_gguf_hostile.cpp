// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers in the names are those of hostile_inputs.md §4.
#include "core/io/format_registry.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/scratch.h"

#include <QtTest>
#include <csignal>
#include <sys/stat.h>
#include <unistd.h>

using namespace qs;
using namespace qs::test;

namespace {

constexpr std::uint64_t kMax = ~std::uint64_t(0);
constexpr std::uint64_t kBounded = std::uint64_t(64) << 20;

// Opens `bytes` as a GGUF file; empty where it is refused with a code that ends in exit 3, with `rule` in the message,
// and within the memory bound. Else what went wrong.
std::string notRefused(const std::string& bytes, const std::string& rule, const std::string& name = "m.gguf")
{
    const Scratch scratch;
    const auto path = scratch.file(name, bytes);
    const MemoryProbe probe;
    const auto model = io::openModel(path, {});
    if (probe.addedBytes() > kBounded) return "took " + std::to_string(probe.addedBytes()) + " bytes of memory";
    if (model) return "was accepted";
    const Error& e = model.error();
    if (e.code != ErrorCode::Malformed && e.code != ErrorCode::Unsupported && e.code != ErrorCode::Unsafe)
        return std::string("code ") + errorCodeName(e.code) + ": " + e.text();
    if (e.text().find(rule) == std::string::npos) return "another message: " + e.text();
    if (e.file.empty()) return "names no file: " + e.text();
    return "";
}

// Empty where it opens with `warnings` warnings.
std::string notAccepted(const std::string& bytes, std::size_t warnings = 0)
{
    const Scratch scratch;
    const auto model = io::openModel(scratch.file("m.gguf", bytes), {});
    if (!model) return model.error().text();
    if ((*model)->warnings.size() != warnings)
        return std::to_string((*model)->warnings.size()) + " warnings"
               + ((*model)->warnings.empty() ? "" : ", first: " + (*model)->warnings[0]);
    return "";
}

#define REFUSES(bytes, rule) QCOMPARE(QString::fromStdString(notRefused((bytes), (rule))), QString())
#define ACCEPTS(bytes, warnings) QCOMPARE(QString::fromStdString(notAccepted((bytes), (warnings))), QString())

GgufBuilder minimal()
{
    GgufBuilder b;
    b.text("general.architecture", "llama");
    return b;
}

std::string oneTensor(GgufBuilder::Tensor t) { return minimal().tensor(std::move(t)).build(); }
std::string f32Bytes(std::size_t n) { return std::string(n * 4, '\0'); }

} // namespace

class TestGgufHostile : public QObject {
    Q_OBJECT
private slots:
    void case01_emptyFile_refused() { REFUSES("", "empty"); }
    void case02_magicAlone_refused()
    {
        REFUSES("GGUF", "ends inside the version");
        REFUSES("GG", "ends inside the magic");
    }
    void case03_wrongMagicAndByteOrder_refused()
    {
        auto b = ggufSample();
        b.magic = "GGML";
        REFUSES(b.build(), "wrong magic");
        b.magic = "FUGG";
        REFUSES(b.build(), "big-endian file");
        b.magic = "GGUF";
        b.version = 0x03000000;
        REFUSES(b.build(), "big-endian file");
    }
    void case04_version_refused()
    {
        for (std::uint32_t v : {0U, 1U, 4U, 0x80000000U, 0xFFFFFFFFU}) {
            auto b = ggufSample();
            b.version = v;
            REFUSES(b.build(), "version " + std::to_string(v));
        }
    }
    void case05_counts_refused()
    {
        for (std::uint64_t n : {kMax, std::uint64_t(1) << 31, std::uint64_t(1) << 63, kMax / 56 + 1, kMax / 8 + 1}) {
            auto b = ggufSample();
            b.tensorCount = n;
            REFUSES(b.build(), "more tensors");
            b.tensorCount.reset();
            b.entryCount = n;
            REFUSES(b.build(), "more metadata entries");
        }
        auto b = ggufSample();
        b.entryCount = 8 + 1; // one more than there is: reads into the tensor infos
        QVERIFY(notRefused(b.build(), "").empty());
    }
    void case06_keyLength_refused()
    {
        for (std::uint64_t n : {kMax, std::uint64_t(1) << 31, std::uint64_t(1) << 63, std::uint64_t(5000)}) {
            GgufBuilder b;
            b.entryCount = 1;
            REFUSES(b.build() + leBytes(n) + std::string(100, 'k'), "passes the end of the file");
        }
        REFUSES(minimal().text(std::string(65536, 'k'), "v").build(), "too long");
    }
    void case07_emptyKey_refused() { REFUSES(minimal().text("", "v").build(), "empty metadata key"); }
    void case08_duplicateKey_refused()
    {
        REFUSES(minimal().u32("a", 1).u32("b", 2).u32("a", 1).build(), "duplicate metadata key");
    }
    void case09_valueTypes_refused()
    {
        REFUSES(minimal().raw("k", 13, leBytes(0)).build(), "unknown type of metadata 'k'");
        REFUSES(minimal().raw("k", 0xFFFFFFFFU, leBytes(0)).build(), "unknown type of metadata 'k'");
        REFUSES(minimal().array("k", GgufType::Array, 1, std::string(32, '\0')).build(), "array of arrays");
        REFUSES(minimal().array("k", static_cast<GgufType>(13), 1, "abcd").build(), "unknown element type");
        REFUSES(minimal().raw("k", 7, leBytes<std::uint8_t>(2)).build(), "neither 0 nor 1");
    }
    void case10_arrayCountThatWraps_refused()
    {
        for (std::uint64_t n : {kMax, kMax / 4 + 1, kMax / 8 + 2, std::uint64_t(1) << 61})
            for (auto type : {GgufType::U32, GgufType::F64, GgufType::String, GgufType::U8})
                REFUSES(minimal().array("k", type, n, std::string(64, '\0')).build(), "longer than the file");
    }
    void case11_stringInArrayPastTheEnd_refused()
    {
        for (std::uint64_t n : {kMax, std::uint64_t(1) << 63, std::uint64_t(1) << 31, std::uint64_t(1000)}) {
            REFUSES(minimal().array("k", GgufType::String, 1, leBytes(n) + "abc").build(), "passes the end of the file");
            std::string many;
            for (int i = 0; i < 20; ++i) many += ggufString("x");
            REFUSES(minimal().array("k", GgufType::String, 21, many + leBytes(n)).build(), "passes the end of the file");
        }
    }
    void case12_manyStringsInSmallFile_refused()
    {
        REFUSES(minimal().array("k", GgufType::String, 1'000'000'000, std::string(900, '\0')).build(), "longer than the file");
    }
    void case13_alignment_refused()
    {
        for (std::uint32_t a : {0U, 1U, 4U, 13U, 48U, 0x80000000U})
            REFUSES(minimal().u32("general.alignment", a).build(), "general.alignment");
        REFUSES(minimal().i32("general.alignment", 32).build(), "wrong type");
        REFUSES(minimal().text("general.alignment", "32").build(), "wrong type");
        REFUSES(minimal().raw("general.alignment", 10, leBytes(std::uint64_t(32))).build(), "wrong type");
        REFUSES(minimal().array("general.alignment", GgufType::U32, 1, leBytes(32U)).build(), "wrong type");
        REFUSES(minimal().u32("general.alignment", 32).u32("general.alignment", 32).build(), "duplicate metadata key");
        // The key and the padding disagree.
        REFUSES(minimal().u32("general.alignment", 4096).tensor({"a", {1}, 0, f32Bytes(1)}).build(), "pass the end");
    }
    void case14_tensorNames_refusedOrShownEscaped()
    {
        REFUSES(oneTensor({std::string(64, 'n'), {1}, 0, f32Bytes(1)}), "too long");
        REFUSES(oneTensor({std::string(1'000'000, 'n'), {1}, 0, f32Bytes(1)}), "too long");
        REFUSES(oneTensor({std::string("a\0b", 3), {1}, 0, f32Bytes(1)}), "NUL");
        REFUSES(oneTensor({"a\xFF", {1}, 0, f32Bytes(1)}), "UTF-8");
        REFUSES(oneTensor({"\xED\xA0\x80", {1}, 0, f32Bytes(1)}), "UTF-8");
        REFUSES(oneTensor({"", {1}, 0, f32Bytes(1)}), "empty tensor name");
        ACCEPTS(oneTensor({std::string(63, 'n'), {1}, 0, f32Bytes(1)}), 0);
        ACCEPTS(oneTensor({"../../etc/passwd", {1}, 0, f32Bytes(1)}), 0); // names are never paths
        ACCEPTS(oneTensor({"a\x1B[31m", {1}, 0, f32Bytes(1)}), 1);
        ACCEPTS(oneTensor({"a\u202Eb", {1}, 0, f32Bytes(1)}), 1);
    }
    void case15_dimensionCount_refused()
    {
        for (std::uint32_t n : {0U, 5U, 9U, 1'000'000U, 0xFFFFFFFFU})
            REFUSES(oneTensor({"a", {1, 1, 1, 1, 1}, 0, f32Bytes(1), n}), "wrong number of dimensions");
    }
    void case16_dimensions_refused()
    {
        const std::uint64_t big = INT64_MAX;
        REFUSES(oneTensor({"a", {0}, 0, ""}), "not positive");
        REFUSES(oneTensor({"a", {4, 0}, 0, ""}), "not positive");
        REFUSES(oneTensor({"a", {kMax}, 0, ""}), "not positive");
        REFUSES(oneTensor({"a", {big}, 0, ""}), "2^63");
        REFUSES(oneTensor({"a", {big}, 24, ""}), "larger than the file");
        REFUSES(oneTensor({"a", {std::uint64_t(1) << 32, std::uint64_t(1) << 32}, 0, ""}), "2^63");
        REFUSES(oneTensor({"a", {4, (std::uint64_t(1) << 42) + 1}, 0, ""}), "larger than the file");
        REFUSES(oneTensor({"a", {std::uint64_t(1) << 62, 4, 1, 1}, 0, ""}), "2^63");
        // 4 × (2^62 + 2^20) bytes wrap to 4 MiB.
        REFUSES(oneTensor({"a", {(std::uint64_t(1) << 62) + (1U << 20)}, 0, std::string(4U << 20, '\0')}), "2^63");
        // Sums of padded sizes that wrap (CVE-2026-27940).
        REFUSES(minimal().tensor({"a", {0x7FFFFFFFFFFFFFC0U}, 24, ""}).tensor({"b", {0x7FFFFFFFFFFFFFC0U}, 24, ""}).build(),
                "larger than the file");
    }
    void case17_rowsNotWholeBlocks_refused()
    {
        REFUSES(oneTensor({"a", {33}, 2, std::string(36, '\0')}), "whole number of blocks");
        REFUSES(oneTensor({"a", {128, 2}, 12, std::string(144, '\0')}), "whole number of blocks");
        REFUSES(oneTensor({"a", {16}, 8, std::string(34, '\0')}), "whole number of blocks");
    }
    void case18_types_refused()
    {
        for (std::int32_t t : {4, 5, 31, 32, 33, 36, 37, 38})
            REFUSES(oneTensor({"a", {256}, t, std::string(1024, '\0')}), "removed");
        for (std::int32_t t : {-1, 43, 44, 1000, INT32_MIN, INT32_MAX})
            REFUSES(oneTensor({"a", {256}, t, std::string(1024, '\0')}), "unknown tensor type");
    }
    void case19_offsets_refused()
    {
        const auto two = [](std::uint64_t second) {
            return minimal().tensor({"a", {8}, 0, f32Bytes(8)}).tensor({"b", {8}, 0, f32Bytes(8), {}, second}).build();
        };
        ACCEPTS(two(32), 0);
        REFUSES(two(33), "not aligned");
        REFUSES(two(0), "not where the tensor before ends");
        REFUSES(two(64), "not where the tensor before ends");
        REFUSES(two(std::uint64_t(1) << 40), "not where the tensor before ends");
        REFUSES(two(kMax - 31), "not where the tensor before ends");
        REFUSES(oneTensor({"a", {8}, 0, f32Bytes(8), {}, 32}), "not where the tensor before ends");
    }
    void case21_duplicateTensorNames_refused()
    {
        REFUSES(minimal().tensor({"a", {8}, 0, f32Bytes(8)}).tensor({"b", {8}, 0, f32Bytes(8)})
                    .tensor({"a", {8}, 0, f32Bytes(8)}).build(),
                "duplicate tensor name");
    }
    void case22_truncationAtEveryByte_refused()
    {
        const std::string whole = ggufSample().build();
        ACCEPTS(whole, 0);
        const Scratch scratch;
        for (std::size_t n = 0; n < whole.size(); ++n) {
            const auto model = io::openModel(scratch.file("m.gguf", std::string_view(whole).substr(0, n)), {});
            QVERIFY2(!model, std::to_string(n).c_str());
            QVERIFY2(model.error().code == ErrorCode::Malformed, model.error().text().c_str());
        }
    }
    void case22_everyByteChanged_neverCrashes()
    {
        const std::string whole = ggufSample().build();
        const Scratch scratch;
        for (std::size_t n = 0; n < whole.size(); ++n) {
            for (char c : {'\0', '\x7F', '\xFF'}) {
                std::string changed = whole;
                changed[n] = c;
                const auto model = io::openModel(scratch.file("m.gguf", changed), {});
                if (!model) continue;
                for (const auto& t : (*model)->tensors) {
                    std::vector<float> values(t.shape.elements());
                    (void)(*model)->readFloats(t, 0, values.size(), values);
                }
            }
        }
    }
    void case23_dataOneByteShort_refused()
    {
        std::string bytes = oneTensor({"a", {8}, 0, f32Bytes(8)});
        bytes.pop_back();
        REFUSES(bytes, "pass the end of the file");
        REFUSES(oneTensor({"a", {1024}, 0, f32Bytes(1010)}), "pass the end of the file");
        REFUSES(oneTensor({"a", {1024}, 0, f32Bytes(100)}), "larger than the file");
    }
    void case24_trailingBytes_acceptedWithWarning()
    {
        ACCEPTS(oneTensor({"a", {8}, 0, f32Bytes(8)}) + "x", 1);
        ACCEPTS(ggufSample().build() + std::string(1000, 'g'), 1);
        ACCEPTS(minimal().build() + std::string(1000, 'g'), 1);
    }
    void case25_tokenizerArrays_refused()
    {
        const auto with = [](auto change) {
            GgufBuilder b = minimal();
            b.text("tokenizer.ggml.model", "llama").texts("tokenizer.ggml.tokens", {"a", "b", "c"});
            change(b);
            return b.build();
        };
        const std::string scores = leBytes(0.F) + leBytes(0.F) + leBytes(0.F);
        ACCEPTS(with([&](auto& b) { b.array("tokenizer.ggml.scores", GgufType::F32, 3, scores); }), 0);
        REFUSES(with([&](auto& b) { b.array("tokenizer.ggml.scores", GgufType::F32, 2, scores.substr(4)); }), "differs in length");
        REFUSES(with([&](auto& b) { b.array("tokenizer.ggml.scores", GgufType::U8, 3, "abc"); }), "wrong type");
        REFUSES(with([&](auto& b) { b.array("tokenizer.ggml.token_type", GgufType::U8, 3, "abc"); }), "wrong type");
        REFUSES(with([&](auto& b) { b.array("tokenizer.ggml.token_type", GgufType::I32, 4, scores + "abcd"); }), "differs in length");
        REFUSES(with([&](auto& b) { b.array("tokenizer.ggml.merges", GgufType::U8, 3, "abc"); }), "wrong type");
        REFUSES(with([&](auto& b) { b.text("tokenizer.ggml.merges", "a b"); }), "wrong type");
        REFUSES(with([&](auto& b) { b.u32("tokenizer.ggml.bos_token_id", 3); }), "outside the vocabulary");
        REFUSES(with([&](auto& b) { b.i32("tokenizer.ggml.eos_token_id", -1); }), "not a token id");
        REFUSES(with([&](auto& b) { b.text("tokenizer.ggml.eos_token_id", "1"); }), "not a token id");
        REFUSES(minimal().array("tokenizer.ggml.tokens", GgufType::U32, 1, leBytes(1)).build(), "wrong type");
        REFUSES(minimal().array("tokenizer.ggml.scores", GgufType::F32, 3, scores).build(), "without tokenizer.ggml.tokens");
        REFUSES(minimal().u32("tokenizer.ggml.model", 1).build(), "wrong type");
        REFUSES(GgufBuilder().u32("general.architecture", 1).build(), "general.architecture");
    }
    void case26_chatTemplates_areTextOnly()
    {
        const std::string evil = "{{ ''.__class__.__mro__[1].__subclasses__() }}<script>alert(1)</script>\x1B[2J\x1B]0;x\x07";
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("m.gguf", minimal().text("tokenizer.chat_template", evil).build()), {});
        QVERIFY(model);
        QCOMPARE(std::get<std::string>((*model)->meta("tokenizer.chat_template")->values.at(0)), evil);
        QVERIFY((*model)->warnings.empty());

        const std::string head = minimal().build();
        GgufBuilder b = minimal();
        b.text("tokenizer.chat_template", std::string(std::size_t(100) << 20, '{'));
        const auto big = scratch.file("big.gguf", b.build());
        b = {};
        const MemoryProbe probe;
        const auto opened = io::openModel(big, {});
        QVERIFY(opened);
        QVERIFY2(probe.addedBytes() < kBounded, std::to_string(probe.addedBytes()).c_str());
        QVERIFY((*opened)->warnings.empty());
    }
    void case27_oddScales_openWithoutWarning()
    {
        // What the numbers are shows when they are read, not on opening.
        for (const auto& row : allDTypes()) {
            if (row.kind != DTypeKind::Block) continue;
            ACCEPTS(oneTensor({"a", {row.blockElements}, row.ggmlId, std::string(row.blockBytes, '\xFF')}), 0);
        }
    }
    void case28_splitFiles_refused()
    {
        const auto part = [](std::uint16_t no, std::uint16_t count, std::int32_t total, const char* tensor) {
            return minimal().u16("split.no", no).u16("split.count", count).i32("split.tensors.count", total)
                .tensor({tensor, {8}, 0, f32Bytes(8)}).build();
        };
        const auto opened = [](const Scratch& s) -> std::string {
            const auto model = io::openModel(s.path() / "m-00001-of-00002.gguf", {});
            return model ? "accepted" : std::string(errorCodeName(model.error().code)) + " " + model.error().text();
        };
        const auto fits = [](const std::string& got, const char* rule) {
            return got.starts_with("malformed") && got.find(rule) != std::string::npos;
        };
        const Scratch s;
        s.file("m-00001-of-00002.gguf", part(0, 2, 2, "a"));
        QVERIFY2(fits(opened(s), "00002-of-00002"), opened(s).c_str()); // missing
        s.file("m-00002-of-00002.gguf", part(1, 2, 2, "b"));
        QCOMPARE(opened(s), std::string("accepted"));
        s.file("m-00002-of-00002.gguf", part(0, 2, 2, "b"));
        QVERIFY2(fits(opened(s), "wrong split.no"), opened(s).c_str());
        s.file("m-00002-of-00002.gguf", part(1, 3, 2, "b"));
        QVERIFY2(fits(opened(s), "wrong split.count"), opened(s).c_str());
        s.file("m-00002-of-00002.gguf", part(1, 2, 2, "a"));
        QVERIFY2(fits(opened(s), "duplicate tensor name"), opened(s).c_str());
        s.file("m-00002-of-00002.gguf", minimal().tensor({"b", {8}, 0, f32Bytes(8)}).build());
        QVERIFY2(fits(opened(s), "without split.no"), opened(s).c_str());
        s.file("m-00002-of-00002.gguf", part(1, 2, 2, "b").substr(0, 200));
        QVERIFY2(fits(opened(s), "m-00002-of-00002.gguf"), opened(s).c_str());
        s.file("m-00002-of-00002.gguf", part(1, 2, 2, "b"));
        s.file("m-00001-of-00002.gguf", part(0, 2, 3, "a"));
        QVERIFY2(fits(opened(s), "split.tensors.count"), opened(s).c_str());
        s.file("m-00001-of-00002.gguf", part(0, 0, 2, "a"));
        QVERIFY2(fits(opened(s), "split.count is out of range"), opened(s).c_str());
        s.file("m-00001-of-00002.gguf", minimal().u16("split.no", 0).u32("split.count", 1'000'000'000).build());
        QVERIFY2(fits(opened(s), "split.count is out of range"), opened(s).c_str());
        s.file("m-00001-of-00002.gguf", part(0, 65535, 2, "a"));
        QVERIFY2(fits(opened(s), "does not fit its split.count"), opened(s).c_str());
        s.file("m-00001-of-00002.gguf", part(1, 2, 2, "a"));
        QVERIFY2(fits(opened(s), "not its first"), opened(s).c_str());
        REFUSES(part(0, 2, 2, "a"), "does not fit its split.count"); // m.gguf: no place to look for the others
    }
    void case28_partThatIsALinkOutside_refused()
    {
        const auto part = [](std::uint16_t no, const char* tensor) {
            return minimal().u16("split.no", no).u16("split.count", 2).i32("split.tensors.count", 2)
                .tensor({tensor, {8}, 0, f32Bytes(8)}).build();
        };
        const Scratch s;
        const auto first = s.file("in/m-00001-of-00002.gguf", part(0, "a"));
        std::filesystem::create_symlink(s.file("out/secret.gguf", part(1, "b")), s.path() / "in/m-00002-of-00002.gguf");
        const auto model = io::openModel(first, {});
        QVERIFY(!model);
        QVERIFY(model.error().code == ErrorCode::Unsafe);
    }
    void case29_fileThatShrinksWhileMapped_failsReading()
    {
        const Scratch s;
        std::string data(std::size_t(1) << 20, '\x3F');
        const auto path = s.file("m.gguf", oneTensor({"a", {1U << 18}, 0, data}));
        const auto model = io::openModel(path, {});
        QVERIFY(model);
        QCOMPARE(::truncate(path.c_str(), 4096), 0);
        std::vector<float> values(1U << 18);
        const auto read = (*model)->readFloats((*model)->tensors[0], 0, values.size(), values);
        QVERIFY(!read);
        QVERIFY(read.error().code == ErrorCode::Io);
    }
    void case30_hugeFilesAndOddPaths_refused()
    {
        const Scratch s;
        const auto sparse = s.file("zeros.gguf", "");
        if (::truncate(sparse.c_str(), off_t(1) << 40) == 0) {
            const MemoryProbe probe;
            const auto zeros = io::openModel(sparse, {});
            QVERIFY(!zeros);
            QVERIFY(zeros.error().text().find("wrong magic") != std::string::npos);
            QVERIFY(probe.addedBytes() < kBounded);
        }
        QCOMPARE(::mkfifo((s.path() / "fifo.gguf").c_str(), 0600), 0);
        std::filesystem::create_symlink(s.path() / "loop.gguf", s.path() / "loop.gguf");
        std::filesystem::create_directory(s.path() / "folder.gguf");
        for (const char* name : {"fifo.gguf", "loop.gguf", "folder.gguf"}) {
            const auto model = io::openModel(s.path() / name, {});
            QVERIFY2(!model, name);
            QVERIFY2(model.error().code == ErrorCode::Malformed, model.error().text().c_str());
        }
        const auto device = io::openModel("/dev/zero", {});
        QVERIFY(!device);
        QVERIFY(device.error().code == ErrorCode::Malformed);
    }
    void stop_requested_endsTheReading()
    {
        std::stop_source source;
        source.request_stop();
        Context context;
        context.stop = source.get_token();
        const Scratch s;
        const auto model = io::openModel(s.file("m.gguf", ggufSample().build()), context);
        QVERIFY(!model);
        QVERIFY(model.error().code == ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestGgufHostile)
#include "tst_gguf_hostile.moc"
