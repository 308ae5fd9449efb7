// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grid_kernels.h"
#include "core/tensor/float_bits.h"
#include "tests/core/quant/artefact.h"

#include <QtTest>
#include <regex>

using namespace qs;
using namespace qs::test;

class TestMinifloat : public QObject {
    Q_OBJECT
private slots:
    void quantize_goldenBitsandbytes_codesAndScalesAreEqual()
    {
        const Golden golden("methods/bitsandbytes.safetensors");
        QS_NEED_GOLDEN(golden);
        const Golden inputs("methods/inputs.safetensors");
        const std::regex form("([ab])/fp4_b([0-9]+)/codes");
        int cases = 0;
        for (const auto& key : golden.keys()) {
            std::smatch m;
            if (!std::regex_match(key, m, form)) continue;
            ++cases;
            const std::string base = key.substr(0, key.size() - 6);
            const Matrix w = inputs.matrix(m[1].str() + "/W");
            const Artefact a = make("minifloat:format=fp4_bnb,scale=f32,layout=flat,group=" + m[2].str(), w);
            QVERIFY2(a.ok(), a.error.c_str());
            QCOMPARE(a.map("scale"), golden.floats(base + "/absmax"));
            const auto codes = a.codes();
            const auto want = golden.bytes(key);
            const auto table = golden.floats(base + "/table");
            int ties = 0;
            for (std::size_t i = 0; i < want.size(); ++i) {
                if (codes[i] == want[i] || table[codes[i]] == table[want[i]]) continue; // it has two zeros
                // exact ties of FP4 are not fixed; otherwise equal
                const double x = static_cast<double>(w.data()[i]);
                const double s = static_cast<double>(a.map("scale")[i / std::stoul(m[2])]);
                const double d1 = std::abs(x - s * static_cast<double>(table[codes[i]]));
                const double d2 = std::abs(x - s * static_cast<double>(table[want[i]]));
                QVERIFY2(std::abs(d1 - d2) <= 1e-6 * s, (base + " " + std::to_string(i)).c_str());
                ++ties;
            }
            QVERIFY(ties < 20);
        }
        QCOMPARE(cases, 4);
    }
    void encode_everyFormat_isTheNearestValueWithItsTies()
    {
        using namespace qs::quant;
        for (const MinifloatSpec& f : {kE2M1, kE1M2, kE3M0, kE2M0, kE2M3, kE3M2, kE4M3, kE5M2}) {
            std::vector<float> magnitudes;
            for (std::uint32_t c = 0; c <= f.maxCode; ++c) magnitudes.push_back(decodeMinifloat(static_cast<std::uint8_t>(c), f));
            QVERIFY(std::is_sorted(magnitudes.begin(), magnitudes.end()));
            QCOMPARE(magnitudes.back(), f.max);
            const auto sign = static_cast<std::uint8_t>(1U << (f.bits() - 1));
            for (std::uint32_t c = 0; c < f.maxCode; ++c) {
                const float tie = (magnitudes[c] + magnitudes[c + 1]) / 2; // exact
                const auto even = static_cast<std::uint8_t>(c % 2 ? c + 1 : c);
                QCOMPARE(encodeMinifloat<Ties::Even>(tie, f), even);
                QCOMPARE(encodeMinifloat<Ties::Away>(tie, f), static_cast<std::uint8_t>(c + 1));
                QCOMPARE(encodeMinifloat<Ties::Even>(-tie, f), static_cast<std::uint8_t>(even | sign));
                QCOMPARE(encodeMinifloat<Ties::Away>(std::nextafter(tie, 0.0F), f), static_cast<std::uint8_t>(c));
                QCOMPARE(encodeMinifloat<Ties::Even>(std::nextafter(tie, 0.0F), f), static_cast<std::uint8_t>(c));
                QCOMPARE(encodeMinifloat<Ties::Even>(std::nextafter(tie, 1e9F), f), static_cast<std::uint8_t>(c + 1));
                QCOMPARE(encodeMinifloat<Ties::Even>(magnitudes[c], f), static_cast<std::uint8_t>(c));
                QCOMPARE(encodeMinifloat<Ties::Away>(magnitudes[c], f), static_cast<std::uint8_t>(c));
            }
            QCOMPARE(encodeMinifloat<Ties::Even>(1e38F, f), static_cast<std::uint8_t>(f.maxCode));
            QCOMPARE(encodeMinifloat<Ties::Away>(-1e38F, f), static_cast<std::uint8_t>(f.maxCode | sign));
        }
        for (unsigned c = 0; c < 256; ++c) // against the shared element functions
            if ((c & 0x7F) != 0x7F) {
                QCOMPARE(decodeMinifloat(static_cast<std::uint8_t>(c), kE4M3), e4m3ToFloat(static_cast<std::uint8_t>(c)));
                if ((c & 0x7F) <= 0x7B) QCOMPARE(decodeMinifloat(static_cast<std::uint8_t>(c), kE5M2), e5m2ToFloat(static_cast<std::uint8_t>(c)));
            }
    }
    void loops_everyLength_equalTheElementFunctions()
    {
        using namespace qs::quant;
        const Matrix w = gaussian(1, 77, 6, 3.0F);
        for (std::size_t n = 0; n <= 77; ++n)
            for (const Ties ties : {Ties::Even, Ties::Away}) {
                std::vector<std::uint8_t> codes(n);
                encodeMinifloats(w.data().subspan(0, n), kE4M3, ties, Scaling::Factor, 1, codes.data());
                for (std::size_t i = 0; i < n; ++i)
                    QCOMPARE(codes[i], ties == Ties::Even ? encodeMinifloat<Ties::Even>(w.data()[i], kE4M3)
                                                          : encodeMinifloat<Ties::Away>(w.data()[i], kE4M3));
            }
    }
    void quantize_formatsInput_givesTheBytesOfBitsandbytes()
    {
        const Artefact a = make("minifloat:format=fp4_bnb,scale=f32,layout=flat,group=64", formatsInput(64));
        QVERIFY2(a.ok(), a.error.c_str());
        QCOMPARE(hex(nibbles(a.codes(), false)),
                 std::string("bf5a92a63c4be5a02d63c4be2a12d73f5a92a63d4bf5a92d63c4be5a12d73c5b"));
    }
    void quantize_gaussianRows_errorIsTheTables_data()
    {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<double>("error");
        const auto add = [](const char* recipe, double error) { QTest::newRow(recipe) << recipe << error; };
        add("minifloat:format=fp4,group=16", .00887);
        add("minifloat:format=fp4,group=32", .0102);
        add("minifloat:format=fp4,group=64", .0112);
        add("minifloat:format=fp4,group=128", .0118);
        add("minifloat:format=fp4_bnb,group=64,scale=f32", .01487);
        add("minifloat:format=fp4_e3m0,group=64", .0354);
        add("minifloat:format=fp4_e1m2,group=64", .0116);
        add("minifloat:format=fp8_e4m3,group=row", .000700);
        add("minifloat:format=fp8_e5m2,group=row", .00278);
    }
    void quantize_gaussianRows_errorIsTheTables()
    {
        QFETCH(QString, recipe);
        QFETCH(double, error);
        const Matrix w = gaussian(128, 4096, 13);
        const Artefact a = make(recipe.toStdString(), w);
        QVERIFY2(a.ok(), a.error.c_str());
        const double got = relativeError(a.decoded, w);
        QVERIFY2(within(got, error, .02), qPrintable(QString::number(got)));
    }
    void load_codeOfNaN_isRefused()
    {
        const Artefact a = make("minifloat:format=fp8_e4m3,group=row", gaussian(2, 8, 1));
        auto bad = std::make_shared<quant::QuantizedTensor>(*a.tensor);
        quant::ArrayStore arrays;
        for (quant::Array array : a.tensor->arrays.arrays()) {
            if (array.name == "codes") array.bytes[5] = std::byte(0xFF);
            arrays.add(array);
        }
        bad->arrays = arrays;
        const auto d = quant::Decoder::make(bad);
        QVERIFY(!d);
        QCOMPARE(d.error().code, ErrorCode::Malformed);
    }
    void fits_answersPerFormat()
    {
        const auto ok = [](const char* r, const char* f) { return quant::fitsFormat(*quant::parseRecipe(r), f).fits(); };
        QVERIFY(ok("minifloat:format=fp8_e4m3,group=row", "compressed-tensors"));
        QVERIFY(ok("minifloat:format=fp8_e4m3,group=128x128", "compressed-tensors"));
        QVERIFY(!ok("minifloat:format=fp8_e4m3,group=128", "compressed-tensors"));
        QVERIFY(!ok("minifloat:format=fp8_e5m2,group=row", "compressed-tensors"));
        QVERIFY(ok("minifloat:format=fp4_bnb,layout=flat,scale=f32", "bitsandbytes"));
        QVERIFY(!ok("minifloat:format=fp4,layout=flat,scale=f32", "bitsandbytes"));
        QVERIFY(!ok("minifloat", "gguf"));
    }
};

QTEST_GUILESS_MAIN(TestMinifloat)
#include "tst_minifloat.moc"
