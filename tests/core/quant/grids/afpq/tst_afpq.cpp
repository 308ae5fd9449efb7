// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/quant/artefact.h"

#include <QtTest>
#include <regex>
#include <set>

using namespace qs;
using namespace qs::test;

class TestAfpq : public QObject {
    Q_OBJECT
private slots:
    void quantize_goldenRtn_isTheOfficialCode()
    {
        const Golden golden("methods/afpq.safetensors");
        QS_NEED_GOLDEN(golden);
        const Golden inputs("methods/inputs.safetensors");
        const std::regex form("([ab])/(fp|nf)([34])_(sym|asym)_g(-?[0-9]+)_rtn/codes");
        int cases = 0;
        for (const auto& key : golden.keys()) {
            std::smatch m;
            if (!std::regex_match(key, m, form)) continue;
            ++cases;
            const std::string base = key.substr(0, key.size() - 6);
            const bool two = m[4] == "asym";
            const Matrix w = inputs.matrix(m[1].str() + "/W");
            const std::string name = m[2].str() + m[3].str();
            const Artefact a = make("afpq:format=" + name + ",scale=f32,group=" + (m[5] == "-1" ? "row" : m[5].str()) +
                                        (two ? "" : ",scales=one"),
                                    w);
            QVERIFY2(a.ok(), a.error.c_str());
            QCOMPARE(a.map(two ? "scale_pos" : "scale"), golden.floats(base + "/scale_pos"));
            if (two) QCOMPARE(a.map("scale_neg"), golden.floats(base + "/scale_neg"));
            const auto table = golden.floats("table/" + name);
            const auto codes = a.codes();
            const auto want = golden.bytes(key);
            for (std::size_t i = 0; i < want.size(); ++i) // the code of a zero is not significant
                QVERIFY2(codes[i] == want[i] || (table[codes[i]] == 0.0F && table[want[i]] == 0.0F),
                         (base + " " + std::to_string(i)).c_str());
            QVERIFY(within(squaredError(a.decoded, w), golden.doubles(base + "/J")[0], 1e-6));
        }
        QVERIFY2(cases >= 24, std::to_string(cases).c_str());
    }
    void quantize_goldenEdgeRows_areTheCleanResult()
    {
        const Golden golden("methods/afpq.safetensors");
        QS_NEED_GOLDEN(golden);
        const Golden inputs("methods/inputs.safetensors");
        const Matrix w = inputs.matrix("e/W");
        const std::regex form("e/(fp|nf)([34])_(sym|asym)_g(-?[0-9]+)_rtn/W_hat_clean");
        int cases = 0;
        for (const auto& key : golden.keys()) {
            std::smatch m;
            if (!std::regex_match(key, m, form)) continue;
            ++cases;
            const Artefact a = make("afpq:format=" + m[1].str() + m[2].str() + ",scale=f32,group=" +
                                        (m[4] == "-1" ? "row" : m[4].str()) + (m[3] == "asym" ? "" : ",scales=one"),
                                    w);
            QVERIFY2(a.ok(), a.error.c_str());
            const auto want = golden.doubles(key);
            for (Index r = 0; r < w.rows(); ++r) {
                double most = 0;
                for (Index c = 0; c < w.cols(); ++c) most = std::max(most, std::abs(static_cast<double>(w.at(r, c))));
                for (Index c = 0; c < w.cols(); ++c) {
                    const double d = static_cast<double>(a.decoded.at(r, c)) - want[static_cast<std::size_t>(r * w.cols() + c)];
                    QVERIFY2(std::abs(d) <= 1e-6 * most, (key + " row " + std::to_string(r) + " column " + std::to_string(c)).c_str());
                }
            }
        }
        QVERIFY2(cases >= 8, std::to_string(cases).c_str());
    }
    void quantize_extremesOfAGroup_comeBack()
    {
        const Matrix w = gaussian(16, 256, 21);
        for (const char* format : {"fp4", "fp3", "nf4", "nf3"}) {
            const Artefact a = make(std::string("afpq:scale=f32,group=64,format=") + format, w);
            for (Index r = 0; r < w.rows(); ++r)
                for (Index c0 = 0; c0 < w.cols(); c0 += 64) {
                    const auto row = w.row(r).subspan(static_cast<std::size_t>(c0), 64);
                    const auto out = a.decoded.row(r).subspan(static_cast<std::size_t>(c0), 64);
                    const auto hi = std::max_element(row.begin(), row.end()) - row.begin();
                    const auto lo = std::min_element(row.begin(), row.end()) - row.begin();
                    const auto u = [](float v) { return std::nextafter(std::abs(v), 1e30F) - std::abs(v); };
                    QVERIFY(std::abs(out[static_cast<std::size_t>(hi)] - row[static_cast<std::size_t>(hi)]) <= 4 * u(row[static_cast<std::size_t>(hi)]));
                    QVERIFY(std::abs(out[static_cast<std::size_t>(lo)] - row[static_cast<std::size_t>(lo)]) <= 4 * u(row[static_cast<std::size_t>(lo)]));
                }
        }
    }
    void quantize_mirroredGroup_isMirroredForFpOnly()
    {
        Matrix w = gaussian(8, 128, 22);
        Matrix mirrored = w;
        for (float& v : mirrored.data()) v = -v;
        const auto mirrors = [&](const std::string& format) {
            const Artefact a = make("afpq:group=64,format=" + format, w);
            const Artefact b = make("afpq:group=64,format=" + format, mirrored);
            for (std::size_t i = 0; i < w.data().size(); ++i)
                if (a.decoded.data()[i] != -b.decoded.data()[i]) return false;
            return true;
        };
        QVERIFY(mirrors("fp4"));
        QVERIFY(mirrors("fp3"));
        QVERIFY(!mirrors("nf4"));
        QVERIFY(!mirrors("nf3"));
    }
    void nearest_exactTies_takeTheLowerLevel()
    {
        const Artefact a = make("afpq:group=row,scale=f32,format=fp4", row({6, -6, 0.25F, -0.25F, 2.5F, -2.5F, 5, -5}));
        QVERIFY2(a.ok(), a.error.c_str());
        const std::vector<float> want = {6, -6, 0, -0.5F, 2, -3, 4, -6};
        for (std::size_t i = 0; i < want.size(); ++i) QCOMPARE(a.decoded.data()[i], want[i]);
    }
    void quantize_oneSidedGroups_missingSideHasScaleZero()
    {
        Matrix w(5, 16);
        for (Index c = 0; c < 16; ++c) {
            w.at(0, c) = 0.1F * static_cast<float>(c + 1);
            w.at(1, c) = -0.1F * static_cast<float>(c + 1);
            w.at(2, c) = 0;
            w.at(3, c) = c == 7 ? 0.5F : 0.0F;
            w.at(4, c) = c % 2 ? 1e-9F : 0.5F; // the positive side has a scale, the tiny ones round to 0
        }
        const Artefact a = make("afpq:group=row,format=nf4", w);
        QVERIFY2(a.ok(), a.error.c_str());
        const auto pos = a.map("scale_pos");
        const auto neg = a.map("scale_neg");
        QVERIFY(pos[0] > 0 && neg[0] == 0);
        QVERIFY(pos[1] == 0 && neg[1] > 0);
        QVERIFY(pos[2] == 0 && neg[2] == 0);
        for (Index c = 0; c < 16; ++c) {
            QVERIFY(a.decoded.at(0, c) >= 0);
            QVERIFY(a.decoded.at(1, c) <= 0);
            QCOMPARE(a.decoded.at(2, c), 0.0F);
            QCOMPARE(a.decoded.at(3, c), c == 7 ? 0.5F : 0.0F);
        }
        const Artefact tiny = make("afpq:group=row,format=nf4", row({0.5F, -1e-9F, 0.25F, -3e-9F}));
        QCOMPARE(tiny.map("scale_neg")[0], 0.0F);
        QCOMPARE(tiny.decoded.at(0, 3), 0.0F);
        const Artefact single = make("afpq:group=1,scale=f32,format=fp3", row({0.5F, -0.3F, 0}));
        QCOMPARE(single.decoded.at(0, 0), 0.5F);
        QVERIFY(std::abs(single.decoded.at(0, 1) + 0.3F) < 1e-7F);
    }
    void codes_fp4_useAtMostFifteen()
    {
        const auto codes = make("afpq:format=fp4,group=64", gaussian(64, 512, 4)).codes();
        QCOMPARE(std::set<std::uint8_t>(codes.begin(), codes.end()).size(), std::size_t(15));
    }
    void search_neverLoses_andSidesAreDecoupled()
    {
        const Matrix w = gaussian(32, 256, 8);
        quant::Calibration calibration;
        calibration.inputs = 256;
        for (int i = 0; i < 256; ++i) calibration.meanSquare.push_back(0.1F + static_cast<float>((i * 37) % 101) / 10.0F);
        quant::QuantizeOptions options;
        options.calibration = &calibration;
        const Artefact plain = make("afpq:format=nf3,group=64", w);
        for (const bool calibrated : {false, true}) {
            const Artefact s = make("afpq:format=nf3,group=64,search=1", w, calibrated ? options : quant::QuantizeOptions{});
            QVERIFY2(s.ok(), s.error.c_str());
            double better = 0;
            for (Index r = 0; r < w.rows(); ++r)
                for (Index c0 = 0; c0 < 256; c0 += 64)
                    for (const bool positive : {false, true}) { // each side alone must not lose
                        double a = 0;
                        double b = 0;
                        for (Index c = c0; c < c0 + 64; ++c) {
                            if ((w.at(r, c) >= 0) != positive) continue;
                            const double h = calibrated ? static_cast<double>(calibration.meanSquare[static_cast<std::size_t>(c)]) : 1.0;
                            const double x = static_cast<double>(w.at(r, c)) - static_cast<double>(plain.decoded.at(r, c));
                            const double y = static_cast<double>(w.at(r, c)) - static_cast<double>(s.decoded.at(r, c));
                            a += h * x * x;
                            b += h * y * y;
                        }
                        QVERIFY(b <= a * (1 + 1e-9));
                        better += a - b;
                    }
            QVERIFY(better > 0);
        }
    }
    void fits_noForeignFormat_namesTheNearest()
    {
        const auto recipe = *quant::parseRecipe("afpq");
        QVERIFY(quant::fitsFormat(recipe, "gguf").reason.find("two scales a group") != std::string::npos);
        for (const char* f : {"gguf", "gptq", "awq", "compressed-tensors", "bitsandbytes", "hqq"})
            QVERIFY(!quant::fitsFormat(recipe, f).fits());
    }
};

QTEST_GUILESS_MAIN(TestAfpq)
#include "tst_afpq.moc"
