// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers in the names are those of hostile_inputs.md §4.
#include "core/io/format_registry.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/scratch.h"
#include "tests/support/torch_builder.h"

#include <QtTest>

using namespace qs;
using namespace qs::test;

namespace {

constexpr std::uint64_t kBounded = std::uint64_t(64) << 20;

std::string refusal(const std::string& bytes, ErrorCode code, const std::string& rule)
{
    const Scratch scratch;
    const auto path = scratch.file("m.pt", bytes);
    const MemoryProbe probe;
    const auto model = io::openModel(path, {});
    if (probe.addedBytes() > kBounded) return "took " + std::to_string(probe.addedBytes()) + " bytes of memory";
    if (model) return "was accepted";
    const Error& e = model.error();
    if (e.code != code) return std::string("code ") + errorCodeName(e.code) + ": " + e.text();
    if (e.text().find(rule) == std::string::npos) return "another message: " + e.text();
    return "";
}

#define REFUSES(bytes, code, rule) QCOMPARE(QString::fromStdString(refusal((bytes), ErrorCode::code, (rule))), QString())
#define OPENS(bytes)                                                                                                   \
    do {                                                                                                               \
        const Scratch scratch;                                                                                         \
        const auto model = io::openModel(scratch.file("m.pt", (bytes)), {});                                           \
        QVERIFY2(model, model ? "" : model.error().text().c_str());                                                    \
    } while (false)

std::string four() { return std::string(16, '\x3F'); }

// {"w": tensor of 4 floats}
std::string goodPickle()
{
    return PickleWriter().dict().text("w").tensor("FloatStorage", "0", 4, 0, {4}, {1}).setItem().stop();
}
std::string goodFile() { return torchFile(goodPickle(), {four()}); }

std::string viewFile(std::int64_t numel, std::int64_t offset, const std::vector<std::int64_t>& sizes,
                     const std::vector<std::int64_t>& strides)
{
    return torchFile(PickleWriter().dict().text("w").tensor("FloatStorage", "0", numel, offset, sizes, strides).setItem().stop(),
                     {four()});
}

std::string pickleFile(const std::string& pickle) { return torchFile(pickle, {four()}); }

} // namespace

class TestPytorchHostile : public QObject {
    Q_OBJECT
private slots:
    void good_file_opens() { OPENS(goodFile()); }

    void case46_dangerousOpcodes_runNothing()
    {
        const Scratch scratch;
        const std::string canary = (scratch.path() / "canary").string();
        const std::string command = "touch " + canary;
        const auto call = [&](PickleWriter& p) { return p.text(command).op("\x85R").stop(); };
        const auto allowedElsewhere = [](const std::string& pickle, const char* name) {
            return QString::fromStdString(refusal(pickleFile(pickle), ErrorCode::Unsafe, name));
        };
        struct Name {
            const char* module;
            const char* name;
        };
        for (const Name& n : {Name{"os", "system"}, Name{"posix", "system"}, Name{"nt", "system"}, Name{"sys", "exit"},
                              Name{"subprocess", "Popen"}, Name{"builtins", "eval"}, Name{"builtins", "exec"},
                              Name{"__builtin__", "eval"}, Name{"builtins", "getattr"}, Name{"runpy", "run_path"},
                              Name{"pip", "main"}, Name{"torch", "load"}, Name{"torch.hub", "load"},
                              Name{"torch._utils", "__import__"}, Name{"numpy", "load"}, Name{"collections", "OrderedDict.x"},
                              Name{"torch.storage", "_load_from_bytes"}}) {
            PickleWriter p;
            p.global(n.module, n.name);
            QCOMPARE(allowedElsewhere(call(p), (std::string(n.module) + "." + n.name).c_str()), QString());
        }
        // Other ways to name and to call.
        QCOMPARE(allowedElsewhere(PickleWriter().mark().text(command).op("ios\nsystem\n").stop(), "os.system"), QString());
        QCOMPARE(allowedElsewhere(PickleWriter().text("os").text("system").op("\x93").stop(), "os.system"), QString());
        QCOMPARE(allowedElsewhere(PickleWriter().mark().text("x").op("o").stop(), "OBJ"), QString());
        QCOMPARE(allowedElsewhere(PickleWriter().op("\x82\x01").stop(), "EXT1"), QString());
        QCOMPARE(allowedElsewhere(PickleWriter().op(std::string_view("\x83\x01\x00", 3)).stop(), "EXT2"), QString());
        QCOMPARE(allowedElsewhere(PickleWriter().op(std::string_view("\x84\x01\x00\x00\x00", 5)).stop(), "EXT4"), QString());
        QCOMPARE(allowedElsewhere(PickleWriter().op("Pid\n").stop(), "PERSID"), QString());
        QCOMPARE(allowedElsewhere(PickleWriter().op(")}\x92").stop(), "NEWOBJ_EX"), QString());
        QCOMPARE(allowedElsewhere(PickleWriter().global("os", "system").op(")\x81").stop(), "os.system"), QString());
        // A state set on an object runs its __setstate__.
        REFUSES(pickleFile(PickleWriter().op("]}b").stop()), Unsafe, "a state is set");
        // A persistent id that brings source code along.
        REFUSES(pickleFile(PickleWriter().mark().text("module").global("torch", "Tensor").text("f.py").text("code").tuple().op("Q").stop()),
                Unsafe, "source code");
        // What is allowed can't be called for something else.
        REFUSES(pickleFile(PickleWriter().text("x").op(")R").stop()), Malformed, "no global is called");
        REFUSES(pickleFile(PickleWriter().global("torch", "float16").op(")R").stop()), Malformed, "can't be called");
        REFUSES(pickleFile(PickleWriter().global("torch._tensor", "_rebuild_from_type_v2").global("torch", "device")
                               .global("torch", "Tensor").op("))").op("(t").op("R").stop()),
                Malformed, "");
        QVERIFY(!std::filesystem::exists(canary));
    }
    void case46_barePickles_nameWhatTheyAskFor()
    {
        REFUSES(std::string("cos\nsystem\n(S'touch canary'\ntR."), Unsafe, "os.system");
        REFUSES(PickleWriter().global("os", "system").text("x").op("\x85R").stop(), Unsafe, "os.system");
        REFUSES(PickleWriter().dict().stop(), Malformed, "neither a zip archive nor the legacy magic");
    }
    void case46_opcodesOutsideTheTable_refused()
    {
        static const std::string_view allowed("(.)GJKMNQRUX]abcehjqrstu}\x80\x81\x85\x86\x87\x88\x89\x8A\x8F");
        for (int op = 0; op < 256; ++op) {
            if (allowed.find(static_cast<char>(op)) != std::string_view::npos) continue;
            const std::string r = refusal(pickleFile(PickleWriter().op(std::string(1, static_cast<char>(op)) + "a\nb\n").stop()),
                                          ErrorCode::Malformed, "opcode");
            const std::string u = refusal(pickleFile(PickleWriter().op(std::string(1, static_cast<char>(op)) + "a\nb\n").stop()),
                                          ErrorCode::Unsafe, "opcode");
            QVERIFY2(r.empty() || u.empty(), (std::to_string(op) + ": " + r).c_str());
        }
    }
    void case47_payloadThenBrokenStream_refused()
    {
        REFUSES(pickleFile(PickleWriter().global("os", "system").text("touch canary").op("\x85R\xFF\xFF").bytes()), Unsafe, "os.system");
        std::string pickle = goodPickle();
        pickle.pop_back();
        REFUSES(pickleFile(pickle), Malformed, "ends inside an opcode");
        REFUSES(pickleFile(pickle + "\xFF"), Malformed, "unknown opcode 0xFF");
        REFUSES(pickleFile(goodPickle() + "x"), Malformed, "bytes follow the end of the pickle");
        REFUSES(pickleFile(""), Malformed, "ends inside an opcode");
    }
    void case47_truncationAtEveryByte_refused()
    {
        const Scratch scratch;
        PickleWriter p;
        p.legacy = true;
        p.dict().text("w").tensor("FloatStorage", "0", 4, 0, {4}, {1}).setItem();
        for (const std::string& whole : {goodFile(), torchLegacy(p.stop(), {{"0", 4, four()}})}) {
            QVERIFY(io::openModel(scratch.file("m.pt", whole), {}));
            for (std::size_t n = 0; n < whole.size(); ++n) {
                const auto model = io::openModel(scratch.file("m.pt", std::string_view(whole).substr(0, n)), {});
                QVERIFY2(!model, std::to_string(n).c_str());
                QVERIFY2(model.error().code == ErrorCode::Malformed, model.error().text().c_str());
            }
        }
    }
    void case47_everyByteChanged_neverCrashes()
    {
        const Scratch scratch;
        const std::string whole = goodFile();
        for (std::size_t n = 0; n < whole.size(); ++n)
            for (char c : {'\0', '\x7F', '\xFF'}) {
                std::string changed = whole;
                changed[n] = c;
                const auto model = io::openModel(scratch.file("m.pt", changed), {});
                if (!model) continue;
                for (const auto& t : (*model)->tensors) {
                    std::vector<float> values(std::min<std::uint64_t>(t.shape.elements(), 1000));
                    (void)(*model)->readFloats(t, 0, values.size(), values);
                }
            }
    }
    void pickle_limits_refused()
    {
        const auto file = [](const std::string& p) { return pickleFile(p); };
        // Protocols.
        for (char v : {'\0', '\1', '\5', '\6', '\x7F'}) {
            std::string p = goodPickle();
            p[1] = v;
            REFUSES(file(p), Malformed, "protocol");
        }
        for (char v : {'\3', '\4'}) {
            std::string p = goodPickle();
            p[1] = v;
            OPENS(file(p));
        }
        // Memo.
        REFUSES(file(PickleWriter().dict().op(std::string_view("r\x00\x09\x3D\x00", 5)).stop()), Malformed, "memo index");
        REFUSES(file(PickleWriter().dict().op("r\xFF\xFF\xFF\xFF").stop()), Malformed, "memo index");
        REFUSES(file(PickleWriter().op("h\x07").stop()), Malformed, "memo has no entry");
        // Stack.
        for (const char* ops : {"s", "a", "t", "e", "u", "\x85", "\x87", "R", "\x81", "Q", "b", "q\x01", "(s", "](a", "}(Nu", ""})
            REFUSES(file(PickleWriter().op(ops).stop()), Malformed, "");
        REFUSES(file(PickleWriter().op(std::string(1'000'001, 'N')).stop()), Malformed, "stack grows too deep");
        REFUSES(file(PickleWriter().op(std::string(1'000'001, '(')).stop()), Malformed, "stack grows too deep");
        REFUSES(file(PickleWriter().op("NN").stop()), Malformed, "leaves values behind");
        REFUSES(file(PickleWriter().op("(N").stop()), Malformed, "open mark");
        // Nesting.
        REFUSES(file(PickleWriter().op(std::string(300, ']') + std::string(299, 'a')).stop()), Malformed, "nested too deep");
        PickleWriter tower; // each level through the memo, so the stack stays low
        tower.op("]q\x01");
        for (int i = 0; i < 100'000; ++i) tower.op("\x85");
        REFUSES(file(tower.stop()), Malformed, "nested too deep");
        // A container that holds itself.
        REFUSES(file(PickleWriter().op("]q\x01h\x01" "a").stop()), Malformed, "holds itself");
        REFUSES(file(PickleWriter().op("}q\x01").text("x").op("h\x01s").stop()), Malformed, "holds itself");
        // Text.
        REFUSES(file(PickleWriter().op("X\xFF\xFF\xFF\xFFzz").stop()), Malformed, "");
        // Doubling lists: 2^64 elements when they are walked.
        PickleWriter doubled;
        doubled.dict().text("x").tensor("FloatStorage", "0", 4, 0, {4}, {1}).op("q\x01");
        for (int i = 0; i < 64; ++i) doubled.op("\x85q\x01h\x01\x86q\x01");
        REFUSES(file(doubled.setItem().stop()), Malformed, "share each other too often");
        // Copies of one list.
        PickleWriter many;
        many.op("](").global("collections", "OrderedDict").op("q\x02](");
        for (int i = 0; i < 2000; ++i) many.op("NN\x86");
        many.op("e\x85q\x01R");
        for (int i = 0; i < 5000; ++i) many.op("h\x02h\x01R");
        REFUSES(file(many.op("e").stop()), Malformed, "copies its own containers");
    }
    void persistentIds_refused()
    {
        const auto id = [](auto fill) {
            PickleWriter p;
            p.mark();
            fill(p);
            return pickleFile(p.tuple().op("Q").stop());
        };
        REFUSES(pickleFile(PickleWriter().text("0").op("Q").stop()), Malformed, "not a tuple");
        REFUSES(id([](auto&) {}), Malformed, "not a tuple");
        REFUSES(id([](auto& p) { p.text("stowage").global("torch", "FloatStorage").text("0").text("cpu").number(4); }), Malformed,
                "'storage'");
        REFUSES(id([](auto& p) { p.text("storage").global("torch", "FloatStorage").text("0").text("cpu"); }), Malformed,
                "wrong number of fields");
        REFUSES(id([](auto& p) { p.text("storage").global("torch", "FloatStorage").text("0").text("cpu").number(4).op("N"); }),
                Malformed, "wrong number of fields");
        REFUSES(id([](auto& p) { p.text("storage").global("torch", "Size").text("0").text("cpu").number(4); }), Malformed,
                "unknown storage class");
        REFUSES(id([](auto& p) { p.text("storage").global("torch", "FloatStorage").number(0).text("cpu").number(4); }), Malformed,
                "not text");
        REFUSES(id([](auto& p) { p.text("storage").global("torch", "FloatStorage").text("0").text("meta").number(4); }), Malformed,
                "'meta'");
        REFUSES(id([](auto& p) { p.text("storage").global("torch", "FloatStorage").text("0").text("cpu").number(-4); }), Malformed,
                "negative");
        REFUSES(id([](auto& p) { p.text("storage").global("torch", "FloatStorage").text("0").text("cpu").number(INT64_MAX); }),
                Malformed, "overflows");
        PickleWriter twice;
        twice.dict().text("a").tensor("FloatStorage", "0", 4, 0, {4}, {1}).setItem();
        twice.text("b").tensor("IntStorage", "0", 4, 0, {4}, {1}).setItem();
        REFUSES(pickleFile(twice.stop()), Malformed, "named twice");
    }
    void case49_views_refused()
    {
        const std::int64_t big = std::int64_t(1) << 62;
        OPENS(viewFile(4, 0, {2, 2}, {2, 1}));
        REFUSES(viewFile(4, 1, {4}, {1}), Malformed, "passes the end of its storage");
        REFUSES(viewFile(4, 4, {1}, {1}), Malformed, "passes the end of its storage");
        REFUSES(viewFile(4, 0, {2, 2}, {3, 1}), Malformed, "passes the end of its storage");
        REFUSES(viewFile(4, -1, {4}, {1}), Malformed, "negative");
        REFUSES(viewFile(4, 3, {4}, {-1}), Malformed, "negative");
        REFUSES(viewFile(4, 0, {-4}, {1}), Malformed, "negative");
        REFUSES(viewFile(4, 0, {big}, {1}), Malformed, "overflows");
        REFUSES(viewFile(4, 0, {std::int64_t(1) << 40, std::int64_t(1) << 40}, {0, 0}), Malformed, "overflows");
        REFUSES(viewFile(4, 0, {big / 32}, {0}), Malformed, "too often");
        REFUSES(viewFile(4, 0, {std::int64_t(1) << 30}, {0}), Malformed, "too often");
        REFUSES(viewFile(4, 0, {3}, {INT64_MAX}), Malformed, "passes the end of its storage");
        REFUSES(viewFile(4, INT64_MAX, {3, 2}, {INT64_MAX, 1}), Malformed, "passes the end of its storage");
        REFUSES(viewFile(4, 0, {4}, {1, 1}), Malformed, "differ in length");
        REFUSES(viewFile(4, 0, {1, 1, 1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1, 1, 1}), Malformed, "too many dimensions");
        REFUSES(viewFile(5, 0, {4}, {1}), Malformed, "wrong size");       // the member holds 4
        REFUSES(viewFile(big, 0, {4}, {1}), Malformed, "");               // claimed 2^62 elements
        REFUSES(torchFile(goodPickle(), {}), Malformed, "a storage is missing");
        PickleWriter v3; // 4 bytes are one float
        v3.dict().text("w").global("torch._utils", "_rebuild_tensor_v3").mark().storage("UntypedStorage", "0", 16, "torch.storage");
        v3.number(1).numbers({4}).numbers({1}).op("\x89").orderedDict().global("torch", "float32").tuple().op("R").setItem();
        REFUSES(pickleFile(v3.stop()), Malformed, "passes the end of its storage");
    }
    void legacy_streams_refused()
    {
        PickleWriter p;
        p.legacy = true;
        p.dict().text("w").tensor("FloatStorage", "0", 4, 0, {4}, {1}).setItem();
        const std::string pickle = p.stop();
        OPENS(torchLegacy(pickle, {{"0", 4, four()}}));
        REFUSES(torchLegacy(pickle, {{"0", 4, four()}}, false), Unsupported, "big-endian");
        REFUSES(torchLegacy(pickle, {{"0", 4, four()}}, true, 1000), Malformed, "unknown protocol");
        REFUSES(torchLegacy(pickle, {{"0", 5, four()}}), Malformed, "wrong size");
        REFUSES(torchLegacy(pickle, {{"0", -1, four()}}), Malformed, "wrong size");
        REFUSES(torchLegacy(pickle, {{"1", 4, four()}}), Malformed, "names one that the object has not");
        REFUSES(torchLegacy(pickle, {}), Malformed, "does not fit the object");
        REFUSES(torchLegacy(pickle, {{"0", 4, four()}, {"0", 4, four()}}), Malformed, "does not fit the object");
        REFUSES(torchLegacy(pickle, {{"0", 4, four().substr(1)}}), Malformed, "passes the end of the file");
        REFUSES(torchLegacy(pickle, {{"0", 4, four() + "x"}}), Malformed, "bytes follow the last storage");
        REFUSES(torchLegacy(PickleWriter().mark().text("module").global("torch", "Tensor").text("a").text("b").tuple().op("Q").stop(), {}),
                Unsafe, "source code");
    }
    void case50_zipNamesAndHeaders_refused()
    {
        const auto zip = [](auto change) {
            TorchZip z;
            z.add("archive/data.pkl", goodPickle());
            change(z);
            return z.build();
        };
        OPENS(zip([](TorchZip& z) { z.add("archive/data/0", four()); }));
        OPENS(zip([](TorchZip& z) { z.add("archive/data/0", four()).alignment = 1; })); // aligned or not, it is read
        OPENS(zip([](TorchZip& z) { z.add({"archive/data/0", four(), 0, 0x0808, 0U}); })); // a build of torch that writes no CRC
        REFUSES(zip([](TorchZip& z) { z.add("archive/data/0", four()).add("archive/data/0", four()); }), Malformed, "");
        REFUSES(zip([](TorchZip& z) { z.add("archive/data/0", four()).add("archive/data.pkl", goodPickle()); }), Malformed, "");
        REFUSES(zip([](TorchZip& z) { z.add("archive/data/0", four()).add("other/data/1", four()); }), Malformed, "outside the archive's root");
        for (const char* name : {"../evil", "archive/../../evil", "/etc/evil", "archive/data/../1", "C:\\evil"})
            QVERIFY2(!refusal(zip([&](TorchZip& z) { z.add("archive/data/0", four()).add(name, "x"); }), ErrorCode::Malformed, "").starts_with("was"),
                     name);
        REFUSES(zip([](TorchZip& z) {
                    TorchZip::Member m{"archive/data/0", four()};
                    m.localName = "archive/data/9";
                    z.add(m);
                }),
                Malformed, "");
        REFUSES(zip([](TorchZip& z) { z.add({"archive/data/0", four(), 0, 0x0808, 0xDEADBEEFU}); }), Malformed, "");
        REFUSES(zip([](TorchZip& z) { z.add({"archive/data/0", four(), 0, 0x0809}); }), Malformed, ""); // encrypted
        REFUSES(zip([](TorchZip& z) { z.add({"archive/data/0", four(), 99}); }), Malformed, "");        // unknown method
        REFUSES(zip([](TorchZip& z) { z.add("archive/version", "3\n"); }), Malformed, "a storage is missing");
        REFUSES(TorchZip().add("archive/data/0", four()).build(), Malformed, "no data.pkl");
        REFUSES(TorchZip().add("data.pkl", goodPickle()).build(), Malformed, "laid out");
        REFUSES(TorchZip().build(), Malformed, "");
        REFUSES(zip([](TorchZip& z) { z.add("archive/data/0", four()).add("archive/constants.pkl", "x"); }), Unsupported, "TorchScript");
        REFUSES(zip([](TorchZip& z) { z.add("archive/data/0", four()).add("archive/code/m.py", "x"); }), Unsupported, "TorchScript");
        REFUSES(zip([](TorchZip& z) { z.add("archive/data/0", four()).add("archive/byteorder", "middle"); }), Malformed, "byte order");
    }
    void case50_zipSizes_refused()
    {
        const auto zip = [](TorchZip::Member m) { return TorchZip().add("archive/data.pkl", goodPickle()).add(std::move(m)).build(); };
        const auto sized = [](std::uint64_t size, std::uint64_t content) {
            TorchZip::Member m{"archive/data/0", four()};
            m.size = size;
            m.content = content;
            return m;
        };
        for (std::uint64_t n : {std::uint64_t(1) << 20, std::uint64_t(3) << 30, std::uint64_t(1) << 40, std::uint64_t(1) << 63, ~std::uint64_t(0)})
            REFUSES(zip(sized(n, n)), Malformed, "");
        TorchZip::Member bomb{"archive/data/0", std::string(16, 'x'), 8};
        bomb.content = std::uint64_t(1) << 34;
        REFUSES(zip(bomb), Malformed, "");
        TorchZip::Member deflated{"archive/data/0", std::string("\x63\x60\x60\x60\x00\x00", 6), 8};
        deflated.content = 16;
        REFUSES(zip(deflated), Malformed, "");
        for (std::uint64_t count : {std::uint64_t(0), std::uint64_t(1), std::uint64_t(3), std::uint64_t(1) << 32, ~std::uint64_t(0)}) {
            TorchZip z;
            z.add("archive/data.pkl", goodPickle()).add("archive/data/0", four());
            z.entryCount = count;
            REFUSES(z.build(), Malformed, "");
        }
        for (std::uint64_t at : {std::uint64_t(1), std::uint64_t(1) << 40, ~std::uint64_t(0)}) {
            TorchZip z;
            z.add("archive/data.pkl", goodPickle()).add("archive/data/0", four());
            z.directoryOffset = at;
            REFUSES(z.build(), Malformed, "");
        }
    }
    void containers_ofOtherKinds_refused()
    {
        REFUSES("", Malformed, "empty");
        REFUSES("PYTORCH1" + std::string(100, '\0'), Unsupported, "before its release");
        REFUSES(std::string(257, '\0') + "ustar" + std::string(300, '\0'), Unsupported, "tar archive");
        REFUSES(std::string(100, 'x'), Malformed, "neither");
    }
    void names_refused()
    {
        const auto named = [](std::string_view name) {
            return pickleFile(PickleWriter().dict().text(name).tensor("FloatStorage", "0", 4, 0, {4}, {1}).setItem().stop());
        };
        OPENS(named("../../x"));
        REFUSES(named(std::string(1025, 'n')), Malformed, "1024");
        REFUSES(named("a\xFF"), Malformed, "UTF-8");
        REFUSES(named(std::string_view("a\0b", 3)), Malformed, "NUL");
        PickleWriter p;
        p.dict().number(1).tensor("FloatStorage", "0", 4, 0, {4}, {1}).setItem();
        p.text("1").tensor("FloatStorage", "0", 4, 0, {4}, {1}).setItem();
        REFUSES(pickleFile(p.stop()), Malformed, "duplicate tensor name");
        REFUSES(pickleFile(PickleWriter().dict().text("epoch").number(1).setItem().stop()), Malformed, "no tensor");
    }
};

QTEST_GUILESS_MAIN(TestPytorchHostile)
#include "tst_pytorch_hostile.moc"
