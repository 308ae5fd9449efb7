// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers in the names are those of hostile_inputs.md §4; D.1 and A1.5 are of formats.md.
#include "core/io/format_registry.h"
#include "tests/support/file_builders.h"
#include "tests/support/scratch.h"

#include <QtTest>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace qs;
using namespace qs::test;

namespace {

constexpr std::uint64_t kBounded = std::uint64_t(64) << 20;

// Empty where the bytes are refused as exit 3 within the memory bound with `rule` in the message; else what happened.
std::string notRefused(const std::string& bytes, const std::string& rule)
{
    const Scratch scratch;
    const auto path = scratch.file("m.safetensors", bytes);
    const MemoryProbe probe;
    const auto model = io::openModel(path, {});
    if (probe.addedBytes() > kBounded) return "took " + std::to_string(probe.addedBytes()) + " bytes of memory";
    if (model) return "was accepted";
    const Error& e = model.error();
    if (e.code != ErrorCode::Malformed && e.code != ErrorCode::Unsupported && e.code != ErrorCode::Unsafe)
        return std::string("code ") + errorCodeName(e.code) + ": " + e.text();
    if (e.text().find(rule) == std::string::npos) return "another message: " + e.text();
    if (e.file != path.string()) return "names another file: " + e.text();
    return "";
}

std::string notRefusedJson(const std::string& json, const std::string& rule, std::size_t data = 8)
{
    return notRefused(makeSafetensors(json, std::string(data, '\0')), rule);
}

// Empty where it opens with this many warnings.
std::string notAccepted(const std::string& bytes, std::size_t warnings = 0)
{
    const Scratch scratch;
    const auto model = io::openModel(scratch.file("m.safetensors", bytes), {});
    if (!model) return model.error().text();
    if ((*model)->warnings.size() != warnings)
        return std::to_string((*model)->warnings.size()) + " warnings" +
               ((*model)->warnings.empty() ? "" : ", first: " + (*model)->warnings.front());
    return "";
}

std::string tensor(const std::string& name, const std::string& dtype, const std::string& shape,
                   const std::string& offsets) {
    return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

std::string length(std::uint64_t n)
{
    std::string s(8, '\0');
    std::memcpy(s.data(), &n, 8);
    return s;
}

} // namespace

#define REFUSED(expression) QCOMPARE(expression, std::string())
#define ACCEPTED(expression) QCOMPARE(expression, std::string())

class TestSafetensorsHostile : public QObject {
    Q_OBJECT
private slots:
    void case31_zeroToSevenBytes_refused()
    {
        for (std::size_t n = 0; n < 8; ++n) REFUSED(notRefused(std::string(n, '\x02'), "too short"));
    }
    void case32_headerLengths_refused()
    {
        REFUSED(notRefused(length(0), "invalid JSON"));
        REFUSED(notRefused(length(0) + "{}", "invalid JSON"));
        REFUSED(notRefused(length(1) + "{}", "invalid JSON"));
        REFUSED(notRefused(length(3) + "{}", "longer than the file"));
        REFUSED(notRefused(length(100'000'001) + "{}", "too large"));
        REFUSED(notRefused(length(100'000'000) + "{}", "longer than the file"));
        for (const std::uint64_t n : {std::uint64_t(1) << 63, ~std::uint64_t(0), ~std::uint64_t(7)})
            REFUSED(notRefused(length(n) + "{}", "too large"));
    }
    void case33_headerThatIsNoJsonObject_refused()
    {
        REFUSED(notRefusedJson("{\"\xFF\":1}", "not UTF-8"));
        REFUSED(notRefusedJson("{\"\xED\xA0\x80\":1}", "not UTF-8")); // a surrogate
        REFUSED(notRefusedJson("{\"\xC0\x80\":1}", "not UTF-8"));     // overlong
        REFUSED(notRefusedJson("{\"\\ud800\":1}", "invalid JSON"));
        REFUSED(notRefusedJson("hello", "invalid JSON"));
        REFUSED(notRefusedJson("[]", "not a JSON object"));
        REFUSED(notRefusedJson("3", "not a JSON object"));
        REFUSED(notRefusedJson("null", "not a JSON object"));
        REFUSED(notRefusedJson("{} {}", "invalid JSON"));
        REFUSED(notRefusedJson("{\"a\":", "invalid JSON"));
        REFUSED(notRefusedJson("\xEF\xBB\xBF{}", "byte order mark"));
        REFUSED(notRefused(makeSafetensors(std::string("{}\0", 3), "", false), "NUL"));
        REFUSED(notRefused(makeSafetensors(std::string("{\"a\0\":1}", 8), "", false), "NUL"));
    }
    void case33_deepNesting_refused()
    {
        for (const int depth : {200, 100'000, 1'000'000}) {
            REFUSED(
                notRefusedJson("{\"a\":{\"x\":" + std::string(static_cast<std::size_t>(depth), '['), "nested deeper"));
            std::string objects = "{\"a\":{\"x\":";
            for (int i = 0; i < std::min(depth, 100'000); ++i) objects += "{\"y\":";
            REFUSED(notRefusedJson(objects, "nested deeper"));
        }
    }
    void case33_whiteSpaceAroundTheObject_accepted()
    {
        const std::string json = "{" + tensor("a", "F32", "[2]", "[0,8]") + "}";
        ACCEPTED(notAccepted(makeSafetensors(" \t\r\n" + json + " \n\t\r  ", std::string(8, '\0'))));
        ACCEPTED(notAccepted(makeSafetensors("{}", "")));
        ACCEPTED(notAccepted(makeSafetensors("{}", "", false)));
    }
    void case34_duplicates_refused()
    {
        const std::string a = tensor("a", "F32", "[2]", "[0,8]");
        REFUSED(notRefusedJson("{" + a + "," + a + "}", "duplicate name"));
        REFUSED(notRefusedJson("{" + a + "," + tensor("\\u0061", "F32", "[2]", "[0,8]") + "}", "duplicate name"));
        REFUSED(notRefusedJson("{" + a + "," + tensor("a", "F32", "[2]", "[8,16]") + "}", "duplicate name", 16));
        REFUSED(
            notRefusedJson(R"({"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "given twice"));
        REFUSED(notRefusedJson(R"({"a":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}})", "given twice"));
        REFUSED(notRefusedJson(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"data_offsets":[0,8]}})",
                               "given twice"));
        REFUSED(notRefusedJson(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1,"x":1}})", "given twice"));
        REFUSED(notRefusedJson(R"({"__metadata__":{},"__metadata__":{}})", "given twice", 0));
        REFUSED(notRefusedJson(R"({"__metadata__":{"k":"1","k":"1"}})", "given twice", 0));
    }
    void case34_metadataThatIsNoStringMap_refused()
    {
        for (const char* value : {"1", "[]", "{}", "true", "null", "1.5", "-1"})
            REFUSED(notRefusedJson(std::string("{\"__metadata__\":{\"k\":") + value + "}}", "__metadata__", 0));
        for (const char* value : {"1", "[]", "\"x\"", "true", "null"})
            REFUSED(notRefusedJson(std::string("{\"__metadata__\":") + value + "}",
                                   value[0] == '[' ? "object" : "__metadata__", 0));
    }
    void case35_offsets_refused()
    {
        REFUSED(notRefusedJson("{" + tensor("a", "F32", "[2]", "[8,0]") + "}", "backwards"));
        REFUSED(notRefusedJson("{" + tensor("a", "F32", "[1]", "[4,8]") + "}", "hole"));
        REFUSED(notRefusedJson(
            "{" + tensor("a", "F32", "[1]", "[0,4]") + "," + tensor("b", "F32", "[1]", "[8,12]") + "}", "hole", 12));
        REFUSED(notRefusedJson(
            "{" + tensor("a", "F32", "[2]", "[0,8]") + "," + tensor("b", "F32", "[2]", "[4,12]") + "}", "overlap", 12));
        REFUSED(notRefusedJson(
            "{" + tensor("a", "F32", "[2]", "[0,8]") + "," + tensor("b", "F32", "[2]", "[0,8]") + "}", "overlap"));
        for (const char* bad : {"[-1,8]", "[0,-8]", "[0.0,8]", "[0,8.0]", "[0,8e0]", "[0]", "[0,8,8]", "[]", "8",
                                "\"0,8\"", "null", "[0,\"8\"]", "[0,[8]]", "{}", "[0,null]", "[true,8]"})
            REFUSED(notRefusedJson("{" + tensor("a", "F32", "[2]", bad) + "}", ""));
        for (const char* far : {"[0,9007199254740993]", "[0,9223372036854775808]", "[0,18446744073709551615]"})
            REFUSED(notRefusedJson("{" + tensor("a", "F32", "[2]", far) + "}", "do not match"));
        REFUSED(notRefusedJson("{" + tensor("a", "F32", "[2]", "[0,18446744073709551616]") + "}", ""));
        REFUSED(notRefusedJson("{" + tensor("a", "F32", "[2]", "[9007199254740992,9007199254741000]") + "}", "hole"));
    }
    void case35_fileEnd_refusedWithTheCount()
    {
        const std::string json = "{" + tensor("a", "F32", "[2]", "[0,8]") + "}";
        REFUSED(notRefusedJson(json, "1 too few", 7));
        REFUSED(notRefusedJson(json, "1 too many", 9));
        REFUSED(notRefusedJson(json, "8 too few", 0));
        REFUSED(notRefusedJson("{}", "3 too many", 3));
    }
    void case36_shapes_refused()
    {
        for (const char* shape : {"[18446744073709551614]", "[-1]", "[2,-1]", "[1.0]", "[2e0]", "null", "2", "\"2\"",
                                  "[[2]]", "[null]", "[\"2\"]", "{}", "[true]", "[18446744073709551616]"})
            REFUSED(notRefusedJson("{" + tensor("a", "F32", shape, "[0,8]") + "}", ""));
        REFUSED(notRefusedJson("{" + tensor("a", "F32", "[2,9223372036854775807]", "[0,8]") + "}", "overflows"));
        REFUSED(notRefusedJson("{" + tensor("a", "F32", "[4294967296,4294967296]", "[0,8]") + "}", "overflows"));
        REFUSED(notRefusedJson("{" + tensor("a", "F32", "[4611686018427387905]", "[0,8]") + "}",
                               "overflows"));  // wraps to 4 bytes
        REFUSED(notRefusedJson("{" + tensor("a", "F32", "[9223372036854775807,2,2,0]", "[0,0]") + "}", "overflows", 0));
        REFUSED(notRefusedJson("{" + tensor("a", "F32", "[3]", "[0,8]") + "}", "do not match"));
        std::string many = "[1";
        for (int i = 0; i < 100'000; ++i) many += ",1";
        REFUSED(notRefusedJson("{" + tensor("a", "F32", many + "]", "[0,4]") + "}", "more than 8 dimensions", 4));
        REFUSED(notRefusedJson("{" + tensor("a", "F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]") + "}", "more than 8 dimensions",
                               4));
    }
    void case36_rankZeroAndZeroDimensions_accepted()
    {
        ACCEPTED(notAccepted(makeSafetensors(
            "{" + tensor("s", "F32", "[]", "[0,4]") + "," + tensor("z", "F32", "[0]", "[4,4]") + "," +
                tensor("y", "BF16", "[3,0,5]", "[4,4]") + "," + tensor("x", "F32", "[1]", "[4,8]") + "}",
            std::string(8, '\0'))));
    }
    void case37_unknownTypes_refused()
    {
        for (const char* type : {"F31", "f32", "", "float32", "Q4_0", "F32 ", "C128", "IQ4_NL"})
            REFUSED(notRefusedJson("{" + tensor("a", type, "[2]", "[0,8]") + "}", "unknown dtype"));
        REFUSED(notRefusedJson(R"({"a":{"dtype":3,"shape":[2],"data_offsets":[0,8]}})", "wrong type"));
        REFUSED(notRefusedJson(R"({"a":{"dtype":null,"shape":[2],"data_offsets":[0,8]}})", "wrong type"));
        REFUSED(notRefusedJson(R"({"a":{"dtype":["F32"],"shape":[2],"data_offsets":[0,8]}})", "wrong type"));
        REFUSED(notRefusedJson("{" + tensor("a", "F4", "[3]", "[0,2]") + "}", "end on a byte", 2));
        REFUSED(notRefusedJson("{" + tensor("a", "F6_E2M3", "[2]", "[0,2]") + "}", "end on a byte", 2));
        REFUSED(notRefusedJson("{" + tensor("a", "F6_E3M2", "[5]", "[0,4]") + "}", "end on a byte", 4));
    }
    void caseD1_missingFieldsAndArrayEntries_refused()
    {
        REFUSED(notRefusedJson(R"({"a":{"shape":[2],"data_offsets":[0,8]}})", "'dtype' is missing"));
        REFUSED(notRefusedJson(R"({"a":{"dtype":"F32","data_offsets":[0,8]}})", "'shape' is missing"));
        REFUSED(notRefusedJson(R"({"a":{"dtype":"F32","shape":[2]}})", "'data_offsets' is missing"));
        REFUSED(notRefusedJson(R"({"a":{}})", "missing"));
        REFUSED(notRefusedJson(R"({"a":["F32",[2],[0,8]]})", "not an object"));
        for (const char* entry : {"1", "null", "\"F32\"", "true", "-1", "1.5", "[]"})
            REFUSED(notRefusedJson(std::string("{\"a\":") + entry + "}", "not an object"));
    }
    void caseA15_unknownFields_acceptedWithOneWarning()
    {
        ACCEPTED(notAccepted(makeSafetensors(
            R"({"a":{"dtype":"F32","x":{"dtype":[1,{"z":null}]},"shape":[1],"y":[-1,2.5,"s",[]],"data_offsets":[0,4]},)"
            R"("b":{"q":null,"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", std::string(8, '\0')), 1));
    }
    void case38_manyTensors_withinTheMemoryBound()
    {
        constexpr int kCount = 100'000;
        std::string json = "{\"__metadata__\":{\"format\":\"pt\"}";
        for (int i = 0; i < kCount; ++i)
            json += "," + tensor("model.layers." + std::to_string(i) + ".self_attn.q_proj.weight", "U8", "[1,1]",
                                 "[" + std::to_string(i) + "," + std::to_string(i + 1) + "]");
        const Scratch scratch;
        const auto path = scratch.file("m.safetensors", makeSafetensors(json + "}", std::string(kCount, '\x01')));
        json.clear();
        json.shrink_to_fit();
        const MemoryProbe probe;
        const auto model = io::openModel(path, {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        QCOMPARE((*model)->tensors.size(), std::size_t(kCount));
        QVERIFY2(probe.addedBytes() <= kBounded + 512ULL * kCount, qPrintable(QString::number(probe.addedBytes())));
        QVERIFY((*model)->find("model.layers.99999.self_attn.q_proj.weight") >= 0);
        QCOMPARE((*model)->tensors.back().place.block, kCount - 1);
    }
    void case38_moreThanAMillionTensors_refused()
    {
        std::string json = "{\"t0\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";
        for (int i = 1; i <= 1'000'000; ++i)
            json += ",\"" + std::to_string(i) + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("m.safetensors", makeSafetensors(json + "}", "")), {});
        QVERIFY(!model);
        QVERIFY2(model.error().text().find("1 000 000 tensors") != std::string::npos, model.error().text().c_str());
    }
    void case39_namesThatLie_refusedOrShownEscaped()
    {
        const std::string data(4, '\0');
        REFUSED(notRefusedJson("{" + tensor("a\\u0000b", "F32", "[1]", "[0,4]") + "}", "NUL", 4));
        REFUSED(notRefusedJson("{" + tensor(std::string(10'000'000, 'n'), "F32", "[1]", "[0,4]") + "}", "too long", 4));
        REFUSED(notRefusedJson("{" + tensor(std::string(1025, 'n'), "F32", "[1]", "[0,4]") + "}", "too long", 4));
        REFUSED(
            notRefusedJson("{\"__metadata__\":{\"k\":\"" + std::string(20'000'000, 'v') + "\"}}", "string longer", 0));
        for (const char* name : {"../../etc/passwd", "/abs", "a/b", "..", "C:\\\\x"})
            ACCEPTED(notAccepted(makeSafetensors("{" + tensor(name, "F32", "[1]", "[0,4]") + "}", data)));
        for (const char* name : {"a\xE2\x80\xAE" "b", "a\\u202eb", "a\\nb", "\\u001b[31m", ""})
            ACCEPTED(notAccepted(makeSafetensors("{" + tensor(name, "F32", "[1]", "[0,4]") + "}", data), 1));
    }
    void case39_warningAboutAName_showsItEscaped()
    {
        const Scratch scratch;
        const auto model = io::openModel(
            scratch.file("m.safetensors",
                         makeSafetensors("{" + tensor("a\\u202eb", "F32", "[1]", "[0,4]") + "}", std::string(4, '\0'))),
            {});
        QVERIFY(model);
        QVERIFY((*model)->warnings.front().find("a\\u202Eb") != std::string::npos);
        QCOMPARE((*model)->tensors.front().name, std::string("a\xE2\x80\xAE" "b"));
    }
    void case40_oddNumbers_refused()
    {
        for (const char* n : {"1e400", "-1e400", "-0", "00", "01", "+1", ".5", "1.", "0x1", "NaN", "Infinity",
                              "-Infinity", "1e", "--1", "- 1"}) {
            REFUSED(notRefusedJson("{" + tensor("a", "F32", std::string("[") + n + "]", "[0,8]") + "}", ""));
            REFUSED(notRefusedJson("{" + tensor("a", "F32", "[2]", std::string("[") + n + ",8]") + "}", ""));
        }
    }
    void case30_thingsThatAreNoFiles_refused()
    {
        const Scratch scratch;
        const auto fifo = scratch.path() / "fifo.safetensors";
        QCOMPARE(::mkfifo(fifo.c_str(), 0600), 0);
        const auto a = scratch.path() / "a.safetensors";
        const auto b = scratch.path() / "b.safetensors";
        std::filesystem::create_symlink(b, a);
        std::filesystem::create_symlink(a, b);
        std::filesystem::create_directory(scratch.path() / "empty");
        const auto socket = scratch.path() / "s.safetensors";
        const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, socket.c_str(), sizeof(address.sun_path) - 1);
        ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address));
        for (const auto& path : {fifo, a, socket, scratch.path() / "empty", std::filesystem::path("/dev/zero")}) {
            const auto model = io::openModel(path, {});
            QVERIFY2(!model, path.c_str());
            QVERIFY2(model.error().code == ErrorCode::Malformed, model.error().text().c_str());
        }
        ::close(fd);
        QVERIFY(io::openModel(scratch.path() / "absent", {}).error().code == ErrorCode::NotFound);
    }
    void case30_aTerabyteOfZeros_refusedAtOnce()
    {
        const Scratch scratch;
        const auto path = scratch.file("m.safetensors", "");
        std::error_code ec;
        std::filesystem::resize_file(path, std::uintmax_t(1) << 40, ec);
        if (ec) QSKIP("this file system has no sparse files of that size");
        const MemoryProbe probe;
        const auto model = io::openModel(path, {});
        QVERIFY(!model);
        QVERIFY(model.error().code == ErrorCode::Malformed);
        QVERIFY(probe.addedBytes() < kBounded);
    }
    void case22_everyTruncation_refused()
    {
        const std::string whole = makeSafetensors("{" + tensor("a", "F32", "[2]", "[0,8]") + "}", std::string(8, '\1'));
        for (std::size_t n = 0; n < whole.size(); ++n) REFUSED(notRefused(whole.substr(0, n), ""));
    }
    void case27_nanWeights_readAsTheyAre()
    {
        const Scratch scratch;
        const auto model = io::openModel(
            scratch.file("m.safetensors", makeSafetensors("{" + tensor("a", "F32", "[2]", "[0,8]") + "}",
                                                          rawBytes<std::uint32_t>({0x7FC00000, 0xFF800000}))), {});
        QVERIFY(model);
        std::array<float, 2> v{};
        QVERIFY((*model)->readFloats((*model)->tensors[0], 0, 2, v));
        QVERIFY(std::isnan(v[0]));
        QVERIFY(std::isinf(v[1]));
    }
    void case29_fileThatShrinks_failsTheReadAndGoesOn()
    {
        const Scratch scratch;
        const std::size_t size = std::size_t(1) << 20;
        const auto path =
            scratch.file("m.safetensors", makeSafetensors("{" + tensor("a", "U8", "[1048576]", "[0,1048576]") + "}",
                                                          std::string(size, '\1')));
        const auto model = io::openModel(path, {});
        QVERIFY(model);
        std::filesystem::resize_file(path, 4096);
        std::vector<float> values(size);
        const auto status = (*model)->readFloats((*model)->tensors[0], 0, size, values);
        QVERIFY(!status);
        QVERIFY(status.error().code == ErrorCode::Io);
        QVERIFY(!(*model)->files[0]->healthy());
    }
};

QTEST_GUILESS_MAIN(TestSafetensorsHostile)
#include "tst_safetensors_hostile.moc"
