// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"
#include "core/quant/grids/nf/element.h"
#include "tests/core/quant/artefact.h"

#include <QtTest>
#include <regex>

using namespace qs;
using namespace qs::test;

class TestNf : public QObject {
    Q_OBJECT
private slots:
    void quantize_goldenBitsandbytes_codesAndScalesAreEqual()
    {
        const Golden golden("methods/bitsandbytes.safetensors");
        QS_NEED_GOLDEN(golden);
        const Golden inputs("methods/inputs.safetensors");
        const std::regex form("([ab])/nf4_b([0-9]+)/codes");
        int cases = 0;
        for (const auto& key : golden.keys()) {
            std::smatch m;
            if (!std::regex_match(key, m, form)) continue;
            ++cases;
            const std::string base = key.substr(0, key.size() - 6);
            const Matrix w = inputs.matrix(m[1].str() + "/W");
            const Artefact a = make("nf:format=nf4,layout=flat,group=" + m[2].str(), w);
            QVERIFY2(a.ok(), a.error.c_str());
            QCOMPARE(a.codes(), golden.bytes(key));
            QCOMPARE(a.map("scale"), golden.floats(base + "/absmax"));
            QVERIFY(within(squaredError(a.decoded, w), golden.doubles(base + "/J")[0], 1e-6));

            const Artefact d = make("nf:format=nf4,layout=flat,double=1,group=" + m[2].str(), w);
            QVERIFY2(d.ok(), d.error.c_str());
            QCOMPARE(d.codes(), golden.bytes(key));
            const auto bytes = d.array("grid.scale_codes")->as<std::uint8_t>();
            const auto want = golden.bytes(base + "_dq/absmax_codes");
            QCOMPARE(bytes.size(), want.size());
            int differ = 0;
            for (std::size_t i = 0; i < want.size(); ++i) {
                QVERIFY(std::abs(int(bytes[i]) - int(want[i])) <= 1);
                differ += bytes[i] != want[i];
            }
            QVERIFY2(differ * 100 <= int(want.size()) + 100, std::to_string(differ).c_str());
            const auto scale2 = golden.floats(base + "_dq/absmax2");
            for (std::size_t i = 0; i < scale2.size(); ++i)
                QVERIFY(within(d.array("grid.scale_scale")->value(i), scale2[i], 1e-6));
            QVERIFY(within(d.array("grid.scale_offset")->value(0), golden.doubles(base + "_dq/offset")[0], 1e-6));
            QVERIFY(within(squaredError(d.decoded, w), golden.doubles(base + "_dq/J")[0], 1e-3));
        }
        QCOMPARE(cases, 4);
        const auto map = golden.floats("dynamic_map");
        const auto ours = quant::dynamicMap();
        QCOMPARE(std::vector<float>(ours.begin(), ours.end()), map);
    }
    void dynamicMap_knownValues()
    {
        const auto map = quant::dynamicMap();
        QVERIFY(std::is_sorted(map.begin(), map.end()));
        QCOMPARE(sha256Hex(std::as_bytes(std::span(map))),
                 std::string("e732639a65f497b4ad684bb166a4467708255edd5207757de8b8f0c7e1fda89c"));
        QVERIFY(std::abs(map[0] + 0.99296874F) < 1e-7F);
        QVERIFY(std::abs(map[254] - 0.99296874F) < 1e-7F);
        QCOMPARE(map[255], 1.0F);
        QCOMPARE(map[127], 0.0F);
        QVERIFY(std::abs(map[128] - 5.5e-7F) < 1e-12F);
    }
    void quantize_handVector_isExact()
    {
        const Artefact a = make("nf:group=row", handVector());
        QVERIFY2(a.ok(), a.error.c_str());
        QCOMPARE(a.codes(), (std::vector<std::uint8_t>{7, 6, 10, 14, 0, 7, 12, 5}));
        QCOMPARE(a.decoded.at(0, 4), -2.6F);
    }
    void quantize_formatsInput_givesTheBytesOfBitsandbytes()
    {
        const Artefact a = make("nf:group=64,layout=flat", formatsInput(64));
        QCOMPARE(hex(nibbles(a.codes(), false)),
                 std::string("04c16e29f3b05d17e29f3c05d18e2af4c16e18e3b05d17e29f3b05d18e2af4c1"));
        QCOMPARE(a.map("scale")[0], 0.78125F);
    }
    void quantize_gaussianRows_errorIsTheTables()
    {
        const Matrix w = gaussian(128, 4096, 12);
        const double error = relativeError(make("nf:group=64", w).decoded, w);
        QVERIFY2(within(error, .00847, .02), std::to_string(error).c_str());
    }
    void storage_double_isTheFormulas()
    {
        const Artefact a = make("nf:double=1,group=64,layout=flat", gaussian(64, 1024, 1));
        QVERIFY2(a.ok(), a.error.c_str());
        // 4 + 8/64 + 32/(64·256), the offset and the map once.
        const double n = 64 * 1024;
        QCOMPARE(a.tensor->bitsPerWeight(), 4.0 + 8.0 / 64 + 32.0 / (64 * 256) + (32 + 256 * 32) / n);
    }
    void flat_blocksCrossRows()
    {
        Matrix w(3, 10);
        for (std::size_t i = 0; i < 30; ++i) w.data()[i] = static_cast<float>(i + 1);
        const Artefact a = make("nf:group=16,layout=flat", w);
        QVERIFY2(a.ok(), a.error.c_str());
        QCOMPARE(a.map("scale"), (std::vector<float>{16, 30}));
        QCOMPARE(a.decoded.at(1, 5), 16.0F);
        QCOMPARE(a.array("grid.scale")->shape, (Shape{2}));
    }
    void fits_bitsandbytes_onlyItsOwnLayout()
    {
        const auto ok = [](const char* r) { return quant::fitsFormat(*quant::parseRecipe(r), "bitsandbytes").fits(); };
        QVERIFY(ok("nf:layout=flat"));
        QVERIFY(ok("nf:layout=flat,double=1,group=128"));
        QVERIFY(!ok("nf"));
        QVERIFY(!ok("nf:layout=flat,group=48"));
        QVERIFY(!ok("nf:layout=flat,scale=f16"));
        QVERIFY(!ok("nf:layout=flat,format=nf3"));
        QVERIFY(!quant::fitsFormat(*quant::parseRecipe("nf"), "gguf").fits());
    }
    void parse_valuesThatDoNotGoTogether_areRefused()
    {
        QVERIFY(!quant::parseRecipe("nf:double=1,scale=f16"));
        QVERIFY(!quant::parseRecipe("nf:layout=flat,group=row"));
    }
};

QTEST_GUILESS_MAIN(TestNf)
#include "tst_nf.moc"
