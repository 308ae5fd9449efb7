// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/sha256.h"
#include "core/base/simd_level.h"
#include "core/tensor/float_bits.h"

#include <QtTest>

using namespace qs;

class TestBase : public QObject {
    Q_OBJECT
private slots:
    void formats_numbers_asTheWindowShowsThem()
    {
        QCOMPARE(formatBits(4.25), std::string("4.250 bpw"));
        QCOMPARE(formatError(0.00689), std::string("6.89e-3"));
        QCOMPARE(formatError(0.0299), std::string("0.0299"));
        QCOMPARE(formatError(0.049), std::string("0.0490"));
        QCOMPARE(formatError(123), std::string("123"));
        QCOMPARE(formatDecibel(21.58), std::string("21.6 dB"));
        QCOMPARE(formatBytes(327155712), std::string("312 MiB"));
        QCOMPARE(formatCount(4194304), std::string("4\u2009194\u2009304"));
    }
    void escapes_hiddenCharacters()
    {
        QCOMPARE(escapeText("a\nb\u202E"), std::string("a\\u000Ab\\u202E"));
        QCOMPARE(escapeText("\xFF"), std::string("\\xFF"));
        QCOMPARE(escapeText("ŵ"), std::string("ŵ"));
    }
    void half_roundTrip_everyPattern()
    {
        for (unsigned i = 0; i < 65536; ++i) {
            const auto h = static_cast<std::uint16_t>(i);
            const float f = halfToFloat(h);
            if (std::isnan(f)) continue;
            QCOMPARE(floatToHalf(f), h);
        }
        QCOMPARE(floatToHalf(65519.996F), std::uint16_t(0x7BFF));
        QCOMPARE(floatToHalf(65520.0F), std::uint16_t(0x7C00));
    }
    void e4m3_roundTrip_everyPattern()
    {
        for (unsigned i = 0; i < 256; ++i) {
            const float f = e4m3ToFloat(static_cast<std::uint8_t>(i));
            if (!std::isnan(f)) QCOMPARE(unsigned(floatToE4m3(f)), i);
        }
        QCOMPARE(e4m3ToFloat(floatToE4m3(1000.0F)), 448.0F);
    }
    void sha256_knownVector()
    {
        QCOMPARE(sha256Hex(std::as_bytes(std::span("abc", 3))),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }
    void simdLevel_chosen_staysWithinTheMachine()
    {
        const auto levels = simdLevels();
        QCOMPARE(levels.front(), SimdLevel::Portable);
        const SimdLevel before = simdLevel();
        for (const SimdLevel level : levels) {
            setSimdLevel(level);
            QCOMPARE(simdLevel(), level);
        }
        setSimdLevel(SimdLevel::Avx512);
        QCOMPARE(simdLevel(), levels.back());
        setSimdLevel(std::nullopt);
        QCOMPARE(simdLevel(), before);
    }
};

QTEST_GUILESS_MAIN(TestBase)
#include "tst_base.moc"
