// SPDX-License-Identifier: GPL-3.0-or-later
// FlexRound, LRQ and learned clipping as recipes.
#include "tests/core/quant/calibrated.h"
#include "tests/support/golden.h"

#include <QTest>
#include <stdexcept>

using namespace qs;
using namespace qs::quant;

namespace {

Matrix decodedBy(const char* recipe, const Matrix& w, const Calibration& c, StorageBits* bits = nullptr)
{
    const test::Artefact a = test::make(recipe, w, test::with(c));
    if (!a.ok()) throw std::runtime_error(a.error);
    if (bits) *bits = a.tensor->storage();
    return a.decoded;
}

} // namespace

class TestLearnedAssignments : public QObject {
    Q_OBJECT
private slots:
    void recipe_anyOfThem_outputErrorFallsAtEqualBits_data()
    {
        QTest::addColumn<QByteArray>("learned");
        QTest::addColumn<QByteArray>("plain");
        QTest::newRow("flexround row") << QByteArray("rtn:bits=3,group=row+flexround:steps=200,lr=0.003") << QByteArray("rtn:bits=3,group=row");
        QTest::newRow("lrq row") << QByteArray("rtn:bits=3,group=row+lrq:steps=200,lr=0.003") << QByteArray("rtn:bits=3,group=row");
        QTest::newRow("lrq grouped") << QByteArray("rtn:bits=3,group=32+lrq:steps=200,lr=0.003,rank=8") << QByteArray("rtn:bits=3,group=32");
        QTest::newRow("lrq symmetric") << QByteArray("rtn:bits=3,group=32,scheme=sym+lrq:steps=200,lr=0.003") << QByteArray("rtn:bits=3,group=32,scheme=sym");
        QTest::newRow("lrq search") << QByteArray("rtn:bits=2,group=32+lrq:steps=100,init=search") << QByteArray("rtn:bits=2,group=32");
        QTest::newRow("omniquant") << QByteArray("rtn:bits=2,group=32+omniquant:steps=200") << QByteArray("rtn:bits=2,group=32");
        QTest::newRow("omniquant symmetric") << QByteArray("rtn:bits=3,group=32,scheme=sym+omniquant:steps=200") << QByteArray("rtn:bits=3,group=32,scheme=sym");
        QTest::newRow("with outliers") << QByteArray("rtn:bits=3,group=row+lrq:steps=150,lr=0.003+outliers:percent=1") << QByteArray("rtn:bits=3,group=row+outliers:percent=1");
    }
    void recipe_anyOfThem_outputErrorFallsAtEqualBits()
    {
        QFETCH(QByteArray, learned);
        QFETCH(QByteArray, plain);
        const Matrix w = test::gaussian(48, 96, 21);
        const Calibration c = test::calibrationOf(test::tokens(400, 96, 22));
        StorageBits a;
        StorageBits b;
        const double before = test::outputError(decodedBy(plain.constData(), w, c, &a), w, c.sigma);
        const double after = test::outputError(decodedBy(learned.constData(), w, c, &b), w, c.sigma);
        QVERIFY2(after < 0.9 * before, qPrintable(QString("%1 to %2").arg(before).arg(after)));
        QCOMPARE(a.payload, b.payload);
        QCOMPARE(a.metadata, b.metadata);
    }

    void recipe_withoutSigma_saysSo()
    {
        for (const char* recipe : {"rtn+lrq", "rtn+flexround", "rtn+omniquant"}) {
            const auto refused = quantize("w", test::gaussian(8, 32, 1), *parseRecipe(recipe), {}, {});
            QCOMPARE(refused.error().code, ErrorCode::Lacking);
            QVERIFY(refused.error().message.find("sigma") != std::string::npos);
        }
    }

    void recipe_gridWithoutLadders_isRefusedBeforeTheRun()
    {
        const Calibration c = test::calibrationOf(test::tokens(100, 64, 2));
        for (const char* recipe : {"nf:format=nf4+lrq", "afpq:format=nf3+flexround", "rtn:scheme=sym_full+lrq", "rtn:group=8x8+lrq"}) {
            const auto ok = acceptsMatrix(*parseRecipe(recipe), 32, 64, &c);
            QVERIFY2(!ok, recipe);
            QCOMPARE(ok.error().code, ErrorCode::Lacking);
        }
    }

    void recipe_zeroAndOneSidedRows_areFinite()
    {
        Matrix w = test::gaussian(6, 64, 3);
        for (float& v : w.row(0)) v = 0;
        for (float& v : w.row(1)) v = std::abs(v);
        for (float& v : w.row(2)) v = -std::abs(v);
        for (float& v : w.row(3)) v *= 1e-7F;
        const Calibration c = test::calibrationOf(test::tokens(200, 64, 4));
        for (const char* recipe : {"rtn:bits=3,group=row+lrq:steps=50", "rtn:bits=3,group=16+flexround:steps=50", "rtn:bits=3,group=row+omniquant:steps=50"}) {
            const Matrix d = decodedBy(recipe, w, c);
            for (const float v : d.data()) QVERIFY(std::isfinite(v));
            for (const float v : d.row(0)) QCOMPARE(v, 0.0F);
        }
    }
};

QTEST_GUILESS_MAIN(TestLearnedAssignments)
#include "tst_learned_assignments.moc"
