// SPDX-License-Identifier: GPL-3.0-or-later
// formats.md A4, D.4, E.8; cases 24 and 51 of hostile_inputs.md §4.
#include "core/io/format_registry.h"
#include "tests/support/file_builders.h"
#include "tests/support/scratch.h"

#include <QtTest>
#include <algorithm>
#include <numeric>

using namespace qs;
using namespace qs::test;

namespace {

std::string dictionary(const std::string& descr, const std::string& shape, bool fortran = false)
{
    return "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape +
           ", }";
}

std::string notRefused(const std::string& bytes, const std::string& rule)
{
    const Scratch scratch;
    const MemoryProbe probe;
    const auto model = io::openModel(scratch.file("x.npy", bytes), {});
    if (probe.addedBytes() > std::uint64_t(64) << 20) return "took too much memory";
    if (model) return "was accepted";
    const Error& e = model.error();
    if (e.code != ErrorCode::Malformed && e.code != ErrorCode::Unsupported && e.code != ErrorCode::Unsafe)
        return "code " + e.text();
    return e.text().find(rule) == std::string::npos ? "another message: " + e.text() : "";
}

// The values of the only tensor; empty where it does not open.
std::vector<float> valuesOf(const std::string& bytes, std::size_t warnings = 0)
{
    const Scratch scratch;
    const auto model = io::openModel(scratch.file("x.npy", bytes), {});
    if (!model || (*model)->warnings.size() != warnings) return {};
    const auto& t = (*model)->tensors[0];
    std::vector<float> v(t.shape.elements());
    if (!(*model)->readFloats(t, 0, v.size(), v)) return {};
    return v;
}

template <class T>
std::string bigEndian(const std::vector<T>& values)
{
    std::string raw = rawBytes(values);
    for (std::size_t i = 0; i < raw.size(); i += sizeof(T))
        std::reverse(raw.begin() + static_cast<std::ptrdiff_t>(i),
                     raw.begin() + static_cast<std::ptrdiff_t>(i + sizeof(T)));
    return raw;
}

const std::vector<float> kSix = {0, 1, 2, 3, 4, 5};

} // namespace

#define REFUSED(...) QCOMPARE(notRefused(__VA_ARGS__), std::string())

class TestNpy : public QObject {
    Q_OBJECT
private slots:
    void vectorE8_headerIsTheMeasuredOne()
    {
        const std::string bytes = makeNpy(dictionary("<f4", "(2, 3)"), rawBytes(kSix));
        QCOMPARE(bytes.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
        QCOMPARE(bytes.size(), std::size_t(128 + 24));
        QVERIFY(valuesOf(bytes) == kSix);
    }
    void everyType_inBothByteOrders_reads()
    {
        const std::vector<float> want = {1, 2, 100};
        const auto check = [&](const std::string& code, auto zero) {
            using T = decltype(zero);
            const std::vector<T> v = {T(1), T(2), T(100)};
            return valuesOf(makeNpy(dictionary("<" + code, "(3,)"), rawBytes(v))) == want &&
                   valuesOf(makeNpy(dictionary("=" + code, "(3,)"), rawBytes(v))) == want &&
                   valuesOf(makeNpy(dictionary(code, "(3,)"), rawBytes(v))) == want &&
                   valuesOf(makeNpy(dictionary(">" + code, "(3,)"), bigEndian(v))) == want;
        };
        QVERIFY(check("i1", std::int8_t()) && check("i2", std::int16_t()) && check("i4", std::int32_t()) &&
                check("i8", std::int64_t()));
        QVERIFY(check("u1", std::uint8_t()) && check("u2", std::uint16_t()) && check("u4", std::uint32_t()) &&
                check("u8", std::uint64_t()));
        QVERIFY(check("f4", float()) && check("f8", double()));
        const std::vector<std::uint16_t> half = {0x3C00, 0x4000, 0x5640};
        QVERIFY(valuesOf(makeNpy(dictionary("<f2", "(3,)"), rawBytes(half))) == want);
        QVERIFY(valuesOf(makeNpy(dictionary(">f2", "(3,)"), bigEndian(half))) == want);
        QVERIFY((valuesOf(makeNpy(dictionary("|b1", "(2,)"), std::string("\0\1", 2))) == std::vector<float>{0, 1}));
    }
    void complex_isShownAndSwapsByHalves()
    {
        const Scratch scratch;
        const std::vector<float> c = {1.5F, -2.5F};
        const auto model = io::openModel(scratch.file("x.npy", makeNpy(dictionary(">c8", "(1,)"), bigEndian(c))), {});
        QVERIFY(model);
        std::vector<float> raw(2);
        QVERIFY((*model)->readBytes((*model)->tensors[0], 0, 1, std::as_writable_bytes(std::span(raw))));
        QVERIFY(raw == c);
    }
    void case51_fortranOrder_isReadTransposed()
    {
        const std::vector<float> columns = {0, 3, 1, 4, 2, 5};
        QVERIFY(valuesOf(makeNpy(dictionary("<f4", "(2, 3)", true), rawBytes(columns))) == kSix);
        QVERIFY(valuesOf(makeNpy(dictionary(">f4", "(2, 3)", true), bigEndian(columns))) == kSix);
        QVERIFY(valuesOf(makeNpy(dictionary("<f4", "(6,)", true), rawBytes(kSix))) == kSix);
        QVERIFY(valuesOf(makeNpy(dictionary("<f4", "(1, 6)", true), rawBytes(kSix))) == kSix);
    }
    void case51_fortranOrderOfThreeDimensions_anyRangeReadsRight()
    {
        const Index a = 4;
        const Index b = 3;
        const Index c = 5;
        std::vector<float> stored(60);
        for (Index i = 0; i < a; ++i)
            for (Index j = 0; j < b; ++j)
                for (Index k = 0; k < c; ++k)
                    stored[static_cast<std::size_t>(i + a * (j + b * k))] = static_cast<float>((i * b + j) * c + k);
        const Scratch scratch;
        const auto model =
            io::openModel(scratch.file("x.npy", makeNpy(dictionary("<f4", "(4, 3, 5)", true), rawBytes(stored))), {});
        QVERIFY(model);
        const auto& t = (*model)->tensors[0];
        for (std::uint64_t begin = 0; begin < 60; ++begin)
            for (std::uint64_t end = begin; end <= 60; end += 7) {
                std::vector<float> v(end - begin);
                QVERIFY((*model)->readFloats(t, begin, end, v));
                for (std::size_t i = 0; i < v.size(); ++i) QCOMPARE(v[i], static_cast<float>(begin + i));
            }
        const auto matrix = (*model)->readMatrix(t, {});
        QVERIFY(matrix);
        QCOMPARE(matrix->rows(), Index(12));
    }
    void scalarAndEmptyArrays_open()
    {
        QVERIFY(valuesOf(makeNpy(dictionary("<f4", "()"), rawBytes<float>({7}))) == std::vector<float>{7});
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("x.npy", makeNpy(dictionary("<f4", "(3, 0)", true), "")), {});
        QVERIFY(model);
        QCOMPARE((*model)->tensors[0].name, std::string("x"));
        QCOMPARE((*model)->tensors[0].shape.elements(), std::uint64_t(0));
    }
    void otherSpellings_ofTheHeader_accepted()
    {
        QVERIFY(valuesOf(makeNpy("{\"shape\": (2L, 3L), \"fortran_order\": False, \"descr\": \"<f4\"}",
                                 rawBytes(kSix))) == kSix);
        QVERIFY(valuesOf(makeNpy("{'descr':'<f4','fortran_order':False,'shape':(2,3,)}", rawBytes(kSix))) == kSix);
        std::string v2 = makeNpy(dictionary("<f4", "(2, 3)"), rawBytes(kSix));
        for (const char major : {'\x02', '\x03'}) { // 32-bit header length
            std::string bytes = v2;
            bytes[6] = major;
            bytes.insert(10, 2, '\0');
            QVERIFY(valuesOf(bytes) == kSix);
        }
    }
    void case24_bytesAfterTheArray_acceptedWithAWarning()
    {
        QVERIFY(valuesOf(makeNpy(dictionary("<f4", "(2, 3)"), rawBytes(kSix) + "extra"), 1) == kSix);
    }
    void case51_headerOf2To32_refused()
    {
        std::string bytes = makeNpy(dictionary("<f4", "(2, 3)"), rawBytes(kSix));
        bytes[6] = '\x02';
        bytes.insert(10, 2, '\xFF');
        bytes[8] = bytes[9] = '\xFF';
        REFUSED(bytes, "too long");
        REFUSED(makeNpy(dictionary("<f4", "(2, 3)") + std::string(20'000, ' '), rawBytes(kSix)), "too long");
    }
    void case51_objectsAndStructures_refused()
    {
        REFUSED(makeNpy(dictionary("|O", "(1,)"), "x"), "pickle");
        REFUSED(makeNpy(dictionary("O", "(1,)"), "x"), "pickle");
        REFUSED(makeNpy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "1234"), "structured");
        for (const char* d : {"|V2", "|S3", "<U4", "<M8[ns]", "<f16", "<f3", "", "<", "<c4", "f4x", "<i16"})
            REFUSED(makeNpy(dictionary(d, "(1,)"), std::string(16, '\0')), "not read");
    }
    void caseD4_badMagicAndVersions_refused()
    {
        REFUSED("", "NUMPY");
        REFUSED("\x93NUMP", "NUMPY");
        REFUSED(std::string(100, 'x'), "NUMPY");
        for (const char v : {'\x00', '\x04', '\xFF'}) {
            std::string bytes = makeNpy(dictionary("<f4", "(1,)"), "1234");
            bytes[6] = v;
            REFUSED(bytes, "version");
        }
        std::string bytes = makeNpy(dictionary("<f4", "(1,)"), "1234");
        bytes[7] = 1;
        REFUSED(bytes, "version");
    }
    void caseD4_headersThatAreNoDictionary_refused()
    {
        for (const char* h :
             {"", "[]", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}",
              "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
              "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
              "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)",
              "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
              "{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}",
              "{'descr': <f4, 'fortran_order': False, 'shape': (1,)}",
              "{'descr': __import__('os').system('x'), 'fortran_order': False, 'shape': (1,)}"})
            REFUSED(makeNpy(h, "1234"), "");
    }
    void caseD4_shapes_refused()
    {
        for (const char* s :
             {"(-1,)", "(1)", "1", "[1]", "(1.0,)", "(1 1)", "(,)", "('1',)", "(01,)", "(1,,)", "(True,)", "(0x1,)",
              "((1,),)", "None", "(9223372036854775808,)", "(18446744073709551616,)", "(4611686018427387904, 4)",
              "(4294967296, 4294967296)", "(1,1,1,1,1,1,1,1,1)"})
            REFUSED(makeNpy(dictionary("<f4", s), "1234"), "");
        REFUSED(makeNpy(dictionary("<f4", "(2,)"), "1234567"), "too short");
        REFUSED(makeNpy(dictionary("<f4", "(1000000000000,)"), "1234"), "too short");
    }
    void everyTruncation_refused()
    {
        const std::string whole = makeNpy(dictionary("<f4", "(2, 3)"), rawBytes(kSix));
        for (std::size_t n = 0; n < whole.size(); ++n) REFUSED(whole.substr(0, n), "");
    }
};

QTEST_GUILESS_MAIN(TestNpy)
#include "tst_npy.moc"
