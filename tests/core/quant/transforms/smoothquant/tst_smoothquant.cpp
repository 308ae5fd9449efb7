// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/quant/calibrated.h"

#include <QtTest>

using namespace qs;
using namespace qs::quant;
using namespace qs::test;

namespace {

/// ‖X·Wᵀ − X'q·W'qᵀ‖² with inputs of int8 per token; W' = decoded·diag(s), x' = x/s.
double w8a8Error(const Matrix& x, const Matrix& w, const Matrix& decoded, std::span<const float> s)
{
    double total = 0;
    std::vector<double> q(s.size());
    for (Index t = 0; t < x.rows(); ++t) {
        double most = 0;
        for (std::size_t j = 0; j < s.size(); ++j) {
            q[j] = static_cast<double>(x.row(t)[j]) / static_cast<double>(s[j]);
            most = std::max(most, std::abs(q[j]));
        }
        for (double& v : q) v = std::nearbyint(v / (most / 127)) * (most / 127);
        for (Index r = 0; r < w.rows(); ++r) {
            double d = 0;
            for (std::size_t j = 0; j < s.size(); ++j)
                d += static_cast<double>(x.row(t)[j]) * static_cast<double>(w.row(r)[j])
                    - q[j] * static_cast<double>(decoded.row(r)[j]) * static_cast<double>(s[j]);
            total += d * d;
        }
    }
    return total;
}

} // namespace

class TestSmoothQuant : public QObject {
    Q_OBJECT
private slots:
    void quantize_golden_isTheOfficialCode()
    {
        const Golden golden("methods/smoothquant.safetensors");
        QS_NEED_GOLDEN(golden);
        const Golden inputs("methods/inputs.safetensors");
        for (const std::string set : {"a", "b"}) {
            const Matrix w = inputs.matrix(set + "/W");
            const Matrix x = inputs.matrix(set + "/X");
            const Calibration c = calibrationOf(x);
            const Index half = w.rows() / 2;
            std::vector<Matrix> halves(2, Matrix(half, w.cols()));
            for (Index r = 0; r < w.rows(); ++r) std::copy(w.row(r).begin(), w.row(r).end(), halves[static_cast<std::size_t>(r / half)].row(r % half).begin());
            const SiblingRows both(halves);
            QuantizeOptions options = with(c);
            options.siblings = &both.siblings;
            for (const std::string alpha : {"0.5", "0.7", "0.85"}) {
                const std::string base = set + "/alpha" + alpha + "/";
                const auto want = golden.doubles(base + "codes");
                const auto scale = golden.doubles(base + "scale");
                const auto s = golden.doubles(base + "s");
                std::size_t differ = 0;
                double error = 0;
                for (std::size_t k = 0; k < 2; ++k) {
                    const Artefact a = make("rtn:bits=8,group=row,scheme=sym_absmax,scale=f32+smoothquant:alpha=" + alpha, halves[k], options);
                    QVERIFY2(a.ok(), a.error.c_str());
                    const auto ours = a.array("transform.scale")->as<float>();
                    for (std::size_t j = 0; j < s.size(); ++j) QVERIFY(within(static_cast<double>(ours[j]), s[j], 1e-6));
                    const auto codes = a.codes();
                    for (std::size_t i = 0; i < codes.size(); ++i) differ += codes[i] - 128.0 != want[k * codes.size() + i];
                    const auto scales = a.map("scale");
                    for (std::size_t i = 0; i < scales.size(); ++i) QVERIFY(within(static_cast<double>(scales[i]), scale[k * scales.size() + i], 1e-6));
                    error += w8a8Error(x, halves[k], a.decoded, ours);
                }
                QVERIFY2(differ * 1000 <= want.size(), (base + std::to_string(differ)).c_str());
                QVERIFY2(within(error, golden.doubles(base + "err_w8a8")[0], 1e-3), (base + std::to_string(error / golden.doubles(base + "err_w8a8")[0])).c_str());
                QVERIFY(error < golden.doubles(set + "/err_w8a8_plain")[0]);
            }
        }
    }
    void scales_alphaBounds_areTheOneSide()
    {
        const Matrix w = gaussian(8, 32, 1);
        const Calibration c = calibrationOf(tokens(60, 32, 2));
        const Artefact one = make("rtn+smoothquant:alpha=1", w, with(c));
        const auto s = one.array("transform.scale")->as<float>();
        for (std::size_t j = 0; j < 32; ++j) QVERIFY(within(static_cast<double>(s[j]), static_cast<double>(c.maxAbs[j]), 1e-6));
        const Artefact zero = make("rtn+smoothquant:alpha=0", w, with(c));
        const auto z = zero.array("transform.scale")->as<float>();
        for (std::size_t j = 0; j < 32; ++j) {
            float most = 0;
            for (Index r = 0; r < 8; ++r) most = std::max(most, std::abs(w.row(r)[j]));
            QVERIFY(within(static_cast<double>(z[j]), 1.0 / static_cast<double>(most), 1e-6));
        }
    }
    void quantize_withoutMaxAbs_namesIt()
    {
        QVERIFY(make("rtn+smoothquant", gaussian(4, 32, 1)).error.find("max_abs") != std::string::npos);
        Calibration c;
        c.maxAbs.assign(32, std::numeric_limits<float>::infinity());
        QVERIFY(make("rtn+smoothquant", gaussian(4, 32, 1), with(c)).error.find("max_abs") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestSmoothQuant)
#include "tst_smoothquant.moc"
