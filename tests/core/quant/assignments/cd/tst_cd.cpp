// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/quant/calibrated.h"

#include <QtTest>

using namespace qs;
using namespace qs::quant;
using namespace qs::test;

class TestCd : public QObject {
    Q_OBJECT
private slots:
    void sweeps_anyGrid_neverRaiseOutputError()
    {
        const Matrix w = gaussian(40, 256, 1);
        const Calibration c = calibrationOf(tokens(600, 256, 2), false);
        for (const std::string grid : {"rtn:bits=3,group=64", "rtn:bits=2,group=row,scheme=sym_full", "afpq:format=nf3,group=64", "nf",
                                       "minifloat:format=fp4", "mx", "nvfp4", "kmeans:bits=2", "hqq:bits=3", "lcq:bits=2,group=64,rank=2",
                                       "ggml:type=q2_k", "ggml:type=iq4_nl", "rtn:bits=3,group=tensor"}) {
            for (const std::string start : {"nearest", "gptq"}) {
                const Artefact base = make(grid + (start == "gptq" ? "+gptq:static_groups=1" : ""), w, with(c));
                QVERIFY2(base.ok(), base.error.c_str());
                double last = outputError(base.decoded, w, c.sigma);
                const double first = last;
                for (const int sweeps : {1, 2, 8}) {
                    const Artefact a = make(grid + "+cd:start=" + start + ",sweeps=" + std::to_string(sweeps), w, with(c));
                    QVERIFY2(a.ok(), a.error.c_str());
                    const double j = outputError(a.decoded, w, c.sigma);
                    QVERIFY2(j <= last * (1 + 1e-12), (grid + " " + std::to_string(j / last)).c_str());
                    last = j;
                }
                QVERIFY2(last < (start == "gptq" ? 0.999 : 0.9) * first, (grid + start + " " + std::to_string(last / first)).c_str());
            }
        }
    }
    void end_whenNothingChanges_noSingleStepHelps()
    {
        const Matrix w = gaussian(6, 40, 3);
        const Calibration c = calibrationOf(tokens(100, 40, 4), false);
        const Artefact a = make("rtn:bits=2,group=20+cd:sweeps=1000", w, with(c));
        QVERIFY2(a.ok(), a.error.c_str());
        const double j = outputError(a.decoded, w, c.sigma);
        for (Index r = 0; r < 6; ++r)
            for (Index i = 0; i < 40; ++i)
                for (const float level : a.decoder->grid().levels(a.decoder->grid().groupOf(r, i))) {
                    Matrix other = a.decoded;
                    other.at(r, i) = level;
                    QVERIFY(outputError(other, w, c.sigma) >= j * (1 - 1e-9));
                }
    }
    void assign_uncorrelatedInputs_isNearest()
    {
        const Matrix w = gaussian(70, 130, 5);
        Calibration c;
        c.inputs = 130;
        c.sigma.assign(130 * 130, 0.0);
        for (std::size_t i = 0; i < 130; ++i) c.sigma[i * 131] = 1.0 + static_cast<double>(i % 5);
        QVERIFY(make("rtn:bits=3,group=32+cd", w, with(c)).codes() == make("rtn:bits=3,group=32", w).codes());
    }
    void assign_removedWeights_stayExact()
    {
        const Matrix w = gaussian(24, 128, 6);
        const Calibration c = calibrationOf(tokens(300, 128, 7), false);
        const std::string grid = "rtn:bits=2,group=64+outliers:percent=3,value=f32";
        const Artefact plain = make(grid, w, with(c));
        const Artefact a = make(grid + "+cd", w, with(c));
        QVERIFY(plain.ok() && a.ok());
        QVERIFY(outputError(a.decoded, w, c.sigma) < 0.9 * outputError(plain.decoded, w, c.sigma));
    }
    void assign_anyNumberOfThreads_givesTheSameCodes()
    {
        const Matrix w = gaussian(150, 200, 8);
        const Calibration c = calibrationOf(tokens(400, 200, 9), false);
        Context one;
        one.arena = makeArena(1);
        Context four;
        four.arena = makeArena(4);
        QVERIFY(make("rtn:bits=3+cd:start=gptq", w, with(c), one).codes() == make("rtn:bits=3+cd:start=gptq", w, with(c), four).codes());
    }
    void assign_withoutSigma_namesIt()
    {
        QVERIFY(make("rtn+cd", gaussian(4, 32, 1)).error.find("sigma") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestCd)
#include "tst_cd.moc"
