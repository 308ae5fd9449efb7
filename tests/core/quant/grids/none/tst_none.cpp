// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/float_bits.h"
#include "tests/core/quant/artefact.h"

#include <QtTest>

using namespace qs;
using namespace qs::test;

class TestNone : public QObject {
    Q_OBJECT
private slots:
    void store_auto_takesTheSmallestExactType()
    {
        Matrix w = gaussian(5, 33, 3);
        const auto typeOf = [](const Artefact& a) { return a.array("grid.values")->dtype; };
        QCOMPARE(typeOf(make("none", w)), DType::F32);
        for (float& v : w.data()) v = roundToHalf(v);
        QCOMPARE(typeOf(make("none", w)), DType::F16);
        for (float& v : w.data()) v = roundToBf16(v);
        QCOMPARE(typeOf(make("none", w)), DType::BF16);
    }
    void decode_auto_isBitForBit()
    {
        Matrix w = gaussian(5, 33, 3);
        w.at(0, 0) = -0.0F;
        w.at(0, 1) = 1e-42F;
        const Artefact a = make("none", w);
        QVERIFY2(a.ok(), a.error.c_str());
        QVERIFY(std::memcmp(a.decoded.data().data(), w.data().data(), w.data().size_bytes()) == 0);
        QVERIFY(!a.array("codes"));
    }
    void dtype_tooSmall_isRefused()
    {
        Matrix w = gaussian(2, 2, 3);
        w.at(1, 1) = 1e6F;
        QVERIFY(make("none:dtype=f16", w).error.find("too large for F16") != std::string::npos);
        QVERIFY(make("none:dtype=bf16", w).ok());
    }
};

QTEST_GUILESS_MAIN(TestNone)
#include "tst_none.moc"
