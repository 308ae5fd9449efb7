// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/sigma_fit.h"
#include "tests/core/quant/calibrated.h"

#include <QtTest>

using namespace qs;
using namespace qs::quant;
using namespace qs::test;

namespace {

constexpr const char* kGrids[] = {"lcq:bits=2,group=32,rank=1", "lcq:bits=2,group=32,rank=2,double=1", "lcq:bits=3,group=64,rank=3", "lcq:bits=3,group=row,rank=4", "lcq:bits=4,group=64,rank=4",
                                  "afpq:format=nf3,group=32", "nf:format=nf3,group=32,scale=f16", "rtn:bits=2,group=32", "rtn:bits=3,group=64,scheme=sym", "kmeans:bits=2"};

struct Fitted {
    std::unique_ptr<Grid> maker;
    std::unique_ptr<FittedGrid> grid;
    Codes codes;
    SigmaFitResult result;
};

Fitted fitted(const std::string& grid, const Matrix& w, const Calibration& c, SigmaFitOptions o, const Context& context = {})
{
    const Recipe r = *parseRecipe(grid);
    Fitted out;
    out.maker = *builtinRegistry().part(PartKind::Grid, r.grid.name)->makeGrid(r.grid.values);
    FitInput input;
    input.weights = w.view();
    input.calibration = &c;
    out.grid = *out.maker->fit(input, context);
    out.codes = Codes(w.rows(), w.cols());
    auto result = fitOnSigma(input, *out.grid, out.codes, o, context);
    if (!result) qFatal("%s", result.error().text().c_str());
    out.result = *result;
    return out;
}

Matrix decodedOf(const Fitted& f)
{
    Matrix out(f.codes.rows, f.codes.cols);
    for (Index r = 0; r < out.rows(); ++r) f.grid->decode(r, 0, f.codes.row(r), out.row(r));
    return out;
}

} // namespace

class TestAls : public QObject {
    Q_OBJECT
private slots:
    void rounds_everyGrid_neverRaiseTheObjective()
    {
        const Matrix w = gaussian(24, 128, 1);
        const Calibration c = calibrationOf(tokens(300, 128, 2), false);
        for (const std::string grid : kGrids)
            for (const bool feedback : {false, true}) {
                SigmaFitOptions o;
                o.feedback = feedback;
                o.damping = 0;
                const auto f = fitted(grid, w, c, o);
                const auto& j = f.result.objectives;
                QVERIFY(j.size() >= 6);
                QVERIFY(j.front() <= f.result.nearest * (1 + 1e-12));
                for (std::size_t i = 1; i < j.size(); ++i) QVERIFY2(j[i] <= j[i - 1] * (1 + 1e-9), (grid + " step " + std::to_string(i) + ": " + std::to_string(j[i] / j[i - 1])).c_str());
                QVERIFY(f.result.end <= f.result.start);
                // what is stored is what was said
                const double stored = outputError(decodedOf(f), w, c.sigma);
                QVERIFY2(std::abs(stored - f.result.end) <= 1e-5 * stored, (grid + " " + std::to_string(stored / f.result.end)).c_str());
            }
    }
    void end_everyRankOfLcq_isBelowTheFitWithoutSigma()
    {
        const Matrix w = gaussian(32, 128, 3);
        const Calibration c = calibrationOf(tokens(400, 128, 4), false);
        for (const std::string bits : {"2", "3"})
            for (const std::string rank : {"1", "2", "3", "4"}) {
                if (bits == "2" && rank == "4") continue;
                const std::string grid = "lcq:group=64,bits=" + bits + ",rank=" + rank;
                const Artefact plain = make(grid, w, with(c));
                const Artefact descent = make(grid + "+cd:start=gptq", w, with(c));
                const Artefact a = make(grid + "+als", w, with(c));
                QVERIFY2(plain.ok() && descent.ok() && a.ok(), a.error.c_str());
                const double own = outputError(a.decoded, w, c.sigma);
                QVERIFY2(own < 0.5 * outputError(plain.decoded, w, c.sigma), grid.c_str());
                QVERIFY2(own < 0.95 * outputError(descent.decoded, w, c.sigma), (grid + " " + std::to_string(own / outputError(descent.decoded, w, c.sigma))).c_str());
            }
    }
    // With one round and no codes to change, S and B of a row's only group are the plain normal equations' solution.
    void scalesAndOffsets_tinyRow_areTheNormalEquationsSolution()
    {
        const Matrix w = gaussian(3, 12, 5);
        const Calibration c = calibrationOf(tokens(60, 12, 6), false);
        const std::string grid = "lcq:bits=2,group=row,rank=1,scale=f32";
        SigmaFitOptions o;
        o.feedback = false;
        o.damping = 0;
        o.rounds = 1;
        o.sweeps = 0;
        const auto f = fitted(grid, w, c, o);
        // naive: levels V of the plain fit, codes the nearest; (S, B) by a 2 × 2 system in long double
        const auto plain = fitted(grid, w, c, {0, 0, false, 0});
        const auto levels = *dynamic_cast<LearnableGrid&>(*plain.grid).learnableLevels();
        double wanted = 0;
        for (Index r = 0; r < 3; ++r) {
            long double a[3] = {0, 0, 0}, x[2] = {0, 0};
            const auto phi = [&](Index j) { return static_cast<long double>(levels.basis[plain.codes.row(r)[static_cast<std::size_t>(j)]]); };
            const auto sigma = [&](Index i, Index j) { return static_cast<long double>(c.sigma[static_cast<std::size_t>(i * 12 + j)]); };
            for (Index i = 0; i < 12; ++i)
                for (Index j = 0; j < 12; ++j) {
                    a[0] += phi(i) * sigma(i, j) * phi(j);
                    a[1] -= phi(i) * sigma(i, j);
                    a[2] += sigma(i, j);
                    x[0] += phi(i) * sigma(i, j) * static_cast<long double>(w.at(r, j));
                    x[1] -= sigma(i, j) * static_cast<long double>(w.at(r, j));
                }
            const long double det = a[0] * a[2] - a[1] * a[1];
            const long double s = (x[0] * a[2] - x[1] * a[1]) / det;
            const long double b = (a[0] * x[1] - a[1] * x[0]) / det;
            for (Index i = 0; i < 12; ++i)
                for (Index j = 0; j < 12; ++j)
                    wanted += static_cast<double>((s * phi(i) - b - static_cast<long double>(w.at(r, i))) * sigma(i, j) * (s * phi(j) - b - static_cast<long double>(w.at(r, j))));
        }
        QCOMPARE(f.result.objectives.size(), std::size_t(3));
        QVERIFY2(std::abs(f.result.objectives[1] - wanted) <= 1e-6 * wanted, qPrintable(QString("%1 %2").arg(f.result.objectives[1]).arg(wanted)));
        QVERIFY(f.result.objectives[1] < 0.999 * f.result.objectives[0]);
    }
    void codes_tinyRow_noSingleChangeHelps()
    {
        const Matrix w = gaussian(4, 24, 7);
        const Calibration c = calibrationOf(tokens(80, 24, 8), false);
        SigmaFitOptions o;
        o.sweeps = 1000;
        o.damping = 0;
        const auto f = fitted("lcq:bits=2,group=12,rank=2", w, c, o);
        const Matrix decoded = decodedOf(f);
        const double j = outputError(decoded, w, c.sigma);
        for (Index r = 0; r < 4; ++r)
            for (Index i = 0; i < 24; ++i)
                for (const float level : f.grid->levels(f.grid->groupOf(r, i))) {
                    Matrix other = decoded;
                    other.at(r, i) = level;
                    QVERIFY(outputError(other, w, c.sigma) >= j * (1 - 1e-6));
                }
    }
    void fit_anyNumberOfThreads_sameBits()
    {
        const Matrix w = gaussian(70, 96, 9);
        const Calibration c = calibrationOf(tokens(200, 96, 10), false);
        Context one;
        one.arena = makeArena(1);
        Context four;
        four.arena = makeArena(4);
        for (const std::string grid : {"lcq:bits=2,group=32,rank=2,double=1", "afpq:format=nf3,group=32"}) {
            const Artefact a = make(grid + "+als", w, with(c), one);
            const Artefact b = make(grid + "+als", w, with(c), four);
            QVERIFY(a.ok() && b.ok());
            QVERIFY(a.codes() == b.codes());
            QVERIFY(std::equal(a.decoded.data().begin(), a.decoded.data().end(), b.decoded.data().begin()));
        }
    }
    void encode_removedWeights_stayExactAndAreMadeUseOf()
    {
        const Matrix w = gaussian(24, 128, 11);
        const Calibration c = calibrationOf(tokens(300, 128, 12), false);
        const std::string grid = "lcq:bits=2,group=64,rank=1+outliers:percent=3,value=f32";
        const Artefact plain = make(grid, w, with(c));
        const Artefact a = make(grid + "+als", w, with(c));
        QVERIFY2(plain.ok() && a.ok(), a.error.c_str());
        QVERIFY(outputError(a.decoded, w, c.sigma) < 0.5 * outputError(plain.decoded, w, c.sigma));
    }
    void encode_whatItCannotDo_isRefusedInWords()
    {
        const Matrix w = gaussian(8, 64, 13);
        const Calibration c = calibrationOf(tokens(100, 64, 14), false);
        QVERIFY(make("lcq+als", w).error.find("sigma") != std::string::npos);
        QVERIFY(!make("mx+als", w, with(c)).ok());
        QVERIFY(make("lcq:group=tensor+als", w, with(c)).error.find("rows") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestAls)
#include "tst_als.moc"
