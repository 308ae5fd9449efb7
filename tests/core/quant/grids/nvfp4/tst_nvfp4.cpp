// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/quant/artefact.h"

#include <QtTest>

using namespace qs;
using namespace qs::test;

class TestNvfp4 : public QObject {
    Q_OBJECT
private slots:
    void quantize_handVector_isExact()
    {
        const Artefact a = make("nvfp4:global=fused,amax=5.2", handVector());
        QVERIFY2(a.ok(), a.error.c_str());
        QVERIFY(std::abs(1.0F / a.array("grid.global_scale")->value(0) - 0.00193452F) < 1e-8F);
        QCOMPARE(a.array("grid.scale")->value(0), 224.0F);
        const std::vector<float> want = {0, -.4333F, .65F, 1.7333F, -2.6F, 0, 1.3F, -.4333F};
        for (std::size_t i = 0; i < want.size(); ++i) QVERIFY(std::abs(a.decoded.data()[i] - want[i]) < 1e-4F);
    }
    void quantize_formatsInput_givesTheBytesOfCompressedTensors()
    {
        const Artefact a = make("nvfp4", formatsInput(64));
        QVERIFY2(a.ok(), a.error.c_str());
        QCOMPARE(a.array("grid.global_scale")->as<std::uint32_t>()[0], std::uint32_t(0x45570a3d));
        QCOMPARE(hex(a.array("grid.scale")->as<std::uint8_t>()), std::string("7e7e7d7e"));
        QCOMPARE(hex(nibbles(a.codes(), true)),
                 std::string("bfe5692ec7f45a0ed6724cafe6613db7f5692ed7f45b8ee6724cafe5603dc7f5"));
    }
    void quantize_gaussianRows_errorIsTheTables()
    {
        const Matrix w = gaussian(128, 4096, 15);
        const double error = relativeError(make("nvfp4", w).decoded, w);
        QVERIFY2(within(error, .00905, .02), std::to_string(error).c_str());
    }
    void quantize_zeroTensor_decodesToZeros()
    {
        const Artefact a = make("nvfp4", Matrix(2, 40));
        QVERIFY2(a.ok(), a.error.c_str());
        for (const float v : a.decoded.data()) QCOMPARE(v, 0.0F);
        for (const auto b : a.array("grid.scale")->as<std::uint8_t>()) QCOMPARE(b, std::uint8_t(0x20));
    }
    void global_fused_sharedScaleIsTheSameForSiblings()
    {
        const Artefact q = make("nvfp4:global=fused,amax=7", gaussian(4, 64, 1));
        const Artefact k = make("nvfp4:global=fused,amax=7", gaussian(4, 64, 2, .1F));
        QCOMPARE(q.array("grid.global_scale")->value(0), k.array("grid.global_scale")->value(0));
        QVERIFY(!quant::parseRecipe("nvfp4:global=fused"));
        QVERIFY(!quant::parseRecipe("nvfp4:amax=3"));
    }
    void fits_compressedTensorsOnly()
    {
        const auto recipe = *quant::parseRecipe("nvfp4");
        QVERIFY(quant::fitsFormat(recipe, "compressed-tensors").fits());
        for (const char* f : {"gguf", "gptq", "awq", "bitsandbytes", "hqq"}) QVERIFY(!quant::fitsFormat(recipe, f).fits());
    }
};

QTEST_GUILESS_MAIN(TestNvfp4)
#include "tst_nvfp4.moc"
