// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/quant/artefact.h"

#include <QtTest>
#include <regex>

using namespace qs;
using namespace qs::test;

class TestMx : public QObject {
    Q_OBJECT
private slots:
    void quantize_goldenMicroxcaling_isExact()
    {
        const Golden golden("methods/mx.safetensors");
        QS_NEED_GOLDEN(golden);
        const Golden inputs("methods/inputs.safetensors");
        const std::regex form("([abe])/(fp4_e2m1|fp6_e2m3|fp6_e3m2|fp8_e4m3|fp8_e5m2|int8)_(nearest|even)/J");
        int cases = 0;
        for (const auto& key : golden.keys()) {
            std::smatch m;
            if (!std::regex_match(key, m, form)) continue;
            ++cases;
            const std::string base = key.substr(0, key.size() - 2);
            const Matrix w = inputs.matrix(m[1].str() + "/W");
            const std::string format = m[2] == "fp4_e2m1" ? "mxfp4" : "mx" + m[2].str();
            const Artefact a = make("mx:format=" + format + ",ties=" + (m[3] == "even" ? "even" : "away"), w);
            QVERIFY2(a.ok(), a.error.c_str());
            const double error = squaredError(a.decoded, w);
            const double want = golden.doubles(key)[0];
            QVERIFY2(std::abs(error - want) <= 1e-9 * want, (base + " " + std::to_string(error) + " " + std::to_string(want)).c_str());
            if (golden.has(base + "/W_hat")) {
                const auto values = golden.floats(base + "/W_hat");
                for (std::size_t i = 0; i < values.size(); ++i)
                    QVERIFY2(values[i] == a.decoded.data()[i], (base + " " + std::to_string(i)).c_str());
            }
            if (golden.has(base + "/shared_exp")) {
                const auto exponent = golden.bytes(base + "/shared_exp");
                const auto bytes = a.array("grid.scale")->as<std::uint8_t>();
                QCOMPARE(bytes.size(), exponent.size());
                for (std::size_t i = 0; i < bytes.size(); ++i)
                    QCOMPARE(int(bytes[i]) - 127, int(static_cast<std::int8_t>(exponent[i])));
            }
            if (golden.has(base + "/elem")) {
                const auto elem = golden.floats(base + "/elem");
                const auto scale = a.map("scale");
                const auto perRow = static_cast<std::size_t>((w.cols() + 31) / 32);
                for (std::size_t i = 0; i < elem.size(); ++i) {
                    const std::size_t r = i / static_cast<std::size_t>(w.cols());
                    const std::size_t c = i % static_cast<std::size_t>(w.cols());
                    QCOMPARE(a.decoded.data()[i], elem[i] * scale[r * perRow + c / 32]);
                }
            }
        }
        QVERIFY2(cases >= 30, std::to_string(cases).c_str());
    }
    void quantize_handVector_isExact()
    {
        const Artefact a = make("mx:format=mxfp4", handVector());
        QVERIFY2(a.ok(), a.error.c_str());
        QCOMPARE(a.array("grid.scale")->as<std::uint8_t>()[0], std::uint8_t(126));
        const std::vector<float> want = {0, -.25F, .75F, 2, -3, 0, 1, -.5F};
        for (std::size_t i = 0; i < want.size(); ++i) QCOMPARE(a.decoded.data()[i], want[i]);
    }
    void quantize_formatsInput_givesTheBytesOfCompressedTensors()
    {
        const Artefact a = make("mx:format=mxfp4,scale_rule=three_quarters", formatsInput(32));
        QCOMPARE(a.array("grid.scale")->as<std::uint8_t>()[0], std::uint8_t(124));
        QCOMPARE(hex(nibbles(a.codes(), true)), std::string("bfe5692ec7f45a0ed6724cafe6613dc7"));
    }
    void quantize_ggmlRule_givesTheBlockOfGgml()
    {
        const Artefact a = make("mx:format=mxfp4,scale_rule=ggml", formatsInput(32));
        const auto codes = a.codes();
        std::vector<std::uint8_t> block = {a.array("grid.scale")->as<std::uint8_t>()[0]};
        for (std::size_t i = 0; i < 16; ++i) block.push_back(static_cast<std::uint8_t>(codes[i] | codes[i + 16] << 4));
        QCOMPARE(hex(block), std::string("7c6fdb257ec946fea267ec146fda357eb0"));
    }
    void quantize_gaussianRows_errorIsTheTables()
    {
        const Matrix w = gaussian(128, 4096, 14);
        const std::pair<const char*, double> table[] = {{"mxfp4", .01322}, {"mxfp6_e2m3", .000805}, {"mxfp6_e3m2", .00291},
                                                        {"mxfp8_e4m3", .000862}, {"mxfp8_e5m2", .00291}};
        for (const auto& [format, error] : table) {
            const double got = relativeError(make(std::string("mx:format=") + format, w).decoded, w);
            QVERIFY2(within(got, error, .02), (std::string(format) + " " + std::to_string(got)).c_str());
        }
        QVERIFY(relativeError(make("mx:scale_rule=best", w).decoded, w) < relativeError(make("mx", w).decoded, w));
    }
    void scale_extremes_stayFinite()
    {
        const Artefact a = make("mx:format=mxfp4", row({3e38F, -1e38F, 0, 1e-45F}));
        QVERIFY2(a.ok(), a.error.c_str());
        for (const float v : a.decoded.data()) QVERIFY(std::isfinite(v));
        for (const char* format : {"mxfp4", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp8_e4m3", "mxfp8_e5m2", "mxint8"})
            for (const char* rule : {"floor", "three_quarters", "best"}) {
                const std::string recipe = std::string("mx:format=") + format + ",scale_rule=" + rule;
                const Artefact b = make(recipe, row({3.4e38F, -3.4e38F, 1e-40F, -1e-45F}));
                QVERIFY2(b.ok(), b.error.c_str());
                for (const float v : b.decoded.data()) QVERIFY2(std::isfinite(v), recipe.c_str());
            }
    }
    void parse_ggmlRuleOfOtherFormats_isRefused() { QVERIFY(!quant::parseRecipe("mx:format=mxfp8_e4m3,scale_rule=ggml")); }
    void fits_answersPerFormat()
    {
        const auto ok = [](const char* r, const char* f) { return quant::fitsFormat(*quant::parseRecipe(r), f).fits(); };
        QVERIFY(ok("mx:format=mxfp4", "compressed-tensors"));
        QVERIFY(ok("mx:format=mxfp8_e4m3", "compressed-tensors"));
        QVERIFY(!ok("mx:format=mxint8", "compressed-tensors"));
        QVERIFY(ok("mx:format=mxfp4", "gguf"));
        QVERIFY(!ok("mx:format=mxfp8_e4m3", "gguf"));
    }
};

QTEST_GUILESS_MAIN(TestMx)
#include "tst_mx.moc"
