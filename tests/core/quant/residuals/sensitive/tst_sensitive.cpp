// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/quant/calibrated.h"

#include <QtTest>

using namespace qs;
using namespace qs::quant;
using namespace qs::test;

namespace {

std::vector<std::uint8_t> maskOf(const Artefact& a)
{
    const auto n = static_cast<std::size_t>(a.tensor->cols);
    std::vector<std::uint8_t> mask(static_cast<std::size_t>(a.tensor->rows) * n);
    const auto ptr = a.array("residual.row_ptr")->as<std::uint32_t>();
    const auto cols = a.array("residual.cols")->as<std::uint16_t>();
    for (std::size_t r = 0; r + 1 < ptr.size(); ++r)
        for (std::size_t i = ptr[r]; i < ptr[r + 1]; ++i) mask[r * n + cols[i]] = 1;
    return mask;
}

} // namespace

class TestSensitive : public QObject {
    Q_OBJECT
private slots:
    void squeezellm_golden_isTheOfficialMaskAndTheOptimum()
    {
        const Golden golden("methods/squeezellm.safetensors");
        QS_NEED_GOLDEN(golden);
        const Golden inputs("methods/inputs.safetensors");
        for (const std::string set : {"a", "b"}) {
            const Matrix w = inputs.matrix(set + "/W");
            Calibration c = calibrationOf(inputs.matrix(set + "/X"), false);
            c.fisher = golden.floats(set + "/F");
            for (const std::string mode : {"dense", "sparse"})
                for (const std::string bits : {"2", "3", "4"}) {
                    const std::string base = set + "/" + mode + "/b" + bits + "/";
                    if (!golden.has(base + "dp/row_cost")) continue;
                    const Artefact a = make("squeezellm:scale=f32,value=f32,bits=" + bits +
                                                (mode == "sparse" ? ",sensitive=0.05,range=1.8" : ",sensitive=0,outliers=0"),
                                            w, with(c));
                    QVERIFY2(a.ok(), a.error.c_str());
                    const auto mask = maskOf(a);
                    if (mode == "sparse") QVERIFY(mask == golden.bytes(set + "/sparse/mask"));
                    const auto optimum = golden.doubles(base + "dp/row_cost");
                    const auto official = golden.doubles(base + "official/row_cost");
                    for (Index r = 0; r < w.rows(); ++r) {
                        double cost = 0;
                        for (Index j = 0; j < w.cols(); ++j) {
                            const double d = static_cast<double>(a.decoded.at(r, j)) - static_cast<double>(w.at(r, j));
                            cost += static_cast<double>(c.fisher[static_cast<std::size_t>(r * w.cols() + j)]) * d * d;
                        }
                        const auto k = static_cast<std::size_t>(r);
                        QVERIFY2(std::abs(cost - optimum[k]) <= 1e-9 * optimum[k] + 1e-30, (base + std::to_string(r) + " " + std::to_string(cost / optimum[k])).c_str());
                        QVERIFY(cost <= official[k] * (1 + 1e-9));
                    }
                    const auto j = golden.doubles(base + "dp/J");
                    QVERIFY(within(squaredError(a.decoded, w), j[0], 1e-5));
                    QVERIFY(within(outputError(a.decoded, w, c.sigma), j[1], 1e-5));
                }
            // Weights of 1 and the diagonal of Σ: the optima of the same programme.
            for (const int bits : {2, 3, 4})
                for (const std::string weights : {"none", "diagonal"}) {
                    const Artefact a = make("kmeans:scale=f32,group=row,weights=" + weights + ",bits=" + std::to_string(bits), w, with(c));
                    QVERIFY2(a.ok(), a.error.c_str());
                    const auto want = golden.doubles(set + (weights == "none" ? "/dp_ones/k" : "/dp_diagSigma/k") + std::to_string(1 << bits) + "/row_cost");
                    const auto n = static_cast<std::size_t>(w.cols());
                    for (Index r = 0; r < w.rows(); ++r) {
                        double cost = 0;
                        for (std::size_t i = 0; i < n; ++i) {
                            const double d = static_cast<double>(a.decoded.row(r)[i]) - static_cast<double>(w.row(r)[i]);
                            cost += (weights == "none" ? 1.0 : c.sigma[i * (n + 1)]) * d * d;
                        }
                        QVERIFY(std::abs(cost - want[static_cast<std::size_t>(r)]) <= 1e-9 * want[static_cast<std::size_t>(r)]);
                    }
                }
        }
    }
    void extract_shares_areKeptAndCounted()
    {
        const Matrix w = gaussian(40, 200, 1);
        Calibration c;
        c.inputs = 200;
        const Matrix f = gaussian(40, 200, 2);
        for (const float v : f.data()) c.fisher.push_back(v * v);
        const Artefact a = make("squeezellm:bits=3,sensitive=0.5,outliers=1,value=f32", w, with(c));
        QVERIFY2(a.ok(), a.error.c_str());
        const auto mask = maskOf(a);
        QCOMPARE(std::count(mask.begin(), mask.end(), std::uint8_t(1)), 39 + 80);
        for (std::size_t i = 0; i < mask.size(); ++i)
            if (mask[i]) QCOMPARE(a.decoded.data()[i], w.data()[i]);
        const auto forecast = forecastStorage(a.tensor->recipe, 40, 200);
        QCOMPARE(a.tensor->bits(), forecast->payload + forecast->metadata);
        const auto most = std::max_element(c.fisher.begin(), c.fisher.end()) - c.fisher.begin();
        QCOMPARE(mask[static_cast<std::size_t>(most)], std::uint8_t(1));
    }
    void extract_smallLayer_keepsNothing()
    {
        Calibration c;
        c.fisher.assign(32, 1.0F);
        const Artefact a = make("squeezellm:bits=2", gaussian(4, 8, 3), with(c));
        QVERIFY2(a.ok(), a.error.c_str());
        QCOMPARE(a.array("residual.values")->shape[0], Index(0));
    }
    void extract_withoutFisher_namesIt()
    {
        QVERIFY(make("squeezellm", gaussian(64, 64, 4)).error.find("fisher") != std::string::npos);
        Calibration c;
        c.fisher.assign(64, 1.0F);
        QVERIFY(make("squeezellm", gaussian(64, 64, 4), with(c)).error.find("4096") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestSensitive)
#include "tst_sensitive.moc"
