// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/weight_error/weight_error.h"
#include "core/quant/decoder.h"
#include "core/quant/grids/hqq/hqq_core.h"
#include "core/quant/quantize.h"
#include "core/quant/recipe.h"
#include "tests/support/golden.h"

#include <QtTest>

using namespace qs;
using namespace qs::quant;

namespace {

double relativeMse(const std::string& recipe, const Matrix& w) {
    auto q = quantize("w", w, *parseRecipe(recipe), {}, {});
    if (!q) qFatal("%s", q.error().text().c_str());
    const auto d = Decoder::make(std::make_shared<QuantizedTensor>(std::move(*q)));
    return metrics::weightError(w, **d, {})->relativeMse();
}

struct Case {
    std::string name;
    int bits;
    int axis;
    bool v2;
};

std::vector<Case> cases() {
    std::vector<Case> out;
    for (const std::string set : {"a", "b"})
        for (const int bits : {2, 3, 4})
            for (const int axis : {0, 1})
                out.push_back({set + "/b" + std::to_string(bits) + "_axis" + std::to_string(axis), bits, axis, false});
    out.push_back({"a/b2_axis1_v2", 2, 1, true});
    return out;
}

}  // namespace

class TestHqq : public QObject {
    Q_OBJECT
private slots:
    void golden_coreInDouble_givesTheOfficialCodes() {
        const test::Golden g("methods/hqq.safetensors");
        const test::Golden inputs("methods/inputs.safetensors");
        QS_NEED_GOLDEN(g);
        QS_NEED_GOLDEN(inputs);
        for (const Case& c : cases()) {
            const Matrix w = inputs.matrix(c.name.substr(0, 1) + "/W");
            const auto wantCodes = g.bytes(c.name + "/codes");
            const auto wantScale = g.doubles(c.name + "/scale");
            const auto wantZero = g.doubles(c.name + "/zero");
            const double wantJ = g.doubles(c.name + "/J")[0];
            const Index n = w.rows() * w.cols();
            const Index groups = n / 64;
            HqqOptions o;
            o.bits = c.bits;
            o.roundZero = c.bits == 4;
            o.kappa = c.v2 ? 1.01 : 1.0;
            const auto at = [&](Index group, Index k) {
                return static_cast<std::size_t>(c.axis == 1 ? group * 64 + k : group + k * groups);
            };
            HqqFit<double> fit;
            QVERIFY(hqqFit<double>(
                {}, groups, 64, o,
                [&](Index, Index) {
                    return [&](Index group, auto&& f) {
                        float values[64];
                        for (Index k = 0; k < 64; ++k)
                            values[k] = w.data()[at(group, k)];
                        f(std::span<const float>(values));
                    };
                },
                fit));
            double j = 0;
            Index differ = 0;
            for (Index k = 0; k < groups; ++k) {
                const auto i = static_cast<std::size_t>(k);
                QVERIFY(std::fabs(1 / fit.scale[i] - wantScale[i]) <= 1e-12 * wantScale[i]);
                QVERIFY2(
                    std::fabs(fit.zero[i] - wantZero[i]) <= 1e-9 * (1 + std::fabs(wantZero[i])),
                    qPrintable(
                        QString("%1 group %2: %3 %4").arg(c.name.c_str()).arg(k).arg(fit.zero[i]).arg(wantZero[i])));
                for (Index e = 0; e < 64; ++e) {
                    const double v = static_cast<double>(w.data()[at(k, e)]);
                    const double q = hqqCode(v, fit.scale[i], fit.zero[i], static_cast<double>((1 << c.bits) - 1));
                    differ += static_cast<int>(q) != wantCodes[at(k, e)] ? 1 : 0;
                    const double d = v - (q - fit.zero[i]) / fit.scale[i];
                    j += d * d;
                }
            }
            QCOMPARE(differ, Index(0));
            QVERIFY2(std::fabs(j - wantJ) <= 1e-9 * wantJ, c.name.c_str());
        }
    }
    void golden_recipe_givesTheOfficialCodesAndError() {
        const test::Golden g("methods/hqq.safetensors");
        const test::Golden inputs("methods/inputs.safetensors");
        QS_NEED_GOLDEN(g);
        QS_NEED_GOLDEN(inputs);
        for (const Case& c : cases()) {
            const Matrix w = inputs.matrix(c.name.substr(0, 1) + "/W");
            const std::string recipe = "hqq:bits=" + std::to_string(c.bits) + ",axis=" + std::to_string(c.axis) +
                                       (c.v2 ? ",variant=v2" : "") + ",scale=";
            for (const std::string type : {"f32", "f16"}) {
                auto q = quantize("w", w, *parseRecipe(recipe + type), {}, {});
                QVERIFY(q.has_value());
                const auto d = Decoder::make(std::make_shared<QuantizedTensor>(std::move(*q)));
                const double error = metrics::weightError(w, **d, {})->sumSquaredError;
                if (type == "f16") {
                    const double want = g.doubles(c.name + "/J_fp16meta")[0];
                    QVERIFY2(error <= want * 1.0001,
                             qPrintable(QString("%1: %2 %3").arg(c.name.c_str()).arg(error).arg(want)));
                    continue;
                }
                const double want = g.doubles(c.name + "/J")[0];
                QVERIFY2(std::fabs(error - want) <= 1e-5 * want,
                         qPrintable(QString("%1: %2 %3").arg(c.name.c_str()).arg(error).arg(want)));
                const auto codes = g.bytes(c.name + "/codes");
                std::vector<std::uint8_t> row(static_cast<std::size_t>(w.cols()));
                for (Index r = 0; r < w.rows(); ++r) {
                    (*d)->codesRow(r, row);
                    QVERIFY(
                        std::equal(row.begin(), row.end(), codes.begin() + static_cast<std::ptrdiff_t>(r * w.cols())));
                }
            }
        }
    }
    void gaussian_stopPerGroup_meetsTheTable() {
        const Matrix w = test::gaussian(32, 4096, 23);
        const std::pair<int, double> rows[] = {{4, .0076}, {3, .0338}, {2, .189}};
        for (const auto& [bits, want] : rows) {
            const double got = relativeMse("hqq:stop=group,bits=" + std::to_string(bits), w);
            QVERIFY2(std::fabs(got - want) <= 0.02 * want, qPrintable(QString("%1 bits: %2").arg(bits).arg(got)));
        }
    }
    void loop_moreSteps_neverRaiseTheSparseErrorOfTheStart() {
        const Matrix w = test::gaussian(8, 256, 5);
        const auto meanAbs = [&](const char* recipe) {
            auto q = quantize("w", w, *parseRecipe(recipe), {}, {});
            const auto d = Decoder::make(std::make_shared<QuantizedTensor>(std::move(*q)));
            const Matrix m = *(*d)->decodeAll({});
            double sum = 0;
            for (std::size_t i = 0; i < m.data().size(); ++i)
                sum += std::fabs(static_cast<double>(m.data()[i] - w.data()[i]));
            return sum;
        };
        QVERIFY(meanAbs("hqq:bits=3,scale=f32") < meanAbs("hqq:bits=3,scale=f32,iterations=0"));
    }
    void grid_edgeGroups_stayFinite() {
        Matrix w(7, 64);
        for (Index c = 0; c < 64; ++c) {
            w.at(1, c) = 0.25F;
            w.at(2, c) = 1e-6F * static_cast<float>(c);
            w.at(3, c) = 1000.0F + 0.01F * static_cast<float>(c % 3);
            w.at(4, c) = c == 5 ? 3e38F : 0.0F;
            w.at(5, c) = 1.0F + static_cast<float>(c);
            w.at(6, c) = -1e6F;
        }
        for (const char* recipe : {"hqq", "hqq:bits=1", "hqq:scale=bf16", "hqq:scale=f32,stop=group", "hqq:axis=0"}) {
            auto q = quantize("w", w, *parseRecipe(recipe), {}, {});
            QVERIFY(q.has_value());
            const auto d = Decoder::make(std::make_shared<QuantizedTensor>(std::move(*q)));
            QVERIFY2(d.has_value(), d ? "" : d.error().text().c_str());
            const Matrix m = *(*d)->decodeAll({});
            for (const float v : m.data())
                QVERIFY(std::isfinite(v));
            if (std::string(recipe) != "hqq") continue;
            QVERIFY(std::fabs(m.at(1, 0) - 0.25F) < 1e-3F);
            QVERIFY(std::fabs(m.at(3, 0) - 1000.0F) < 1.0F);
            QVERIFY(std::fabs(m.at(5, 63) - 64.0F) < 3.0F);
        }
    }
    void grid_storageAndThreads_agree() {
        const Matrix w = test::gaussian(24, 100, 17);
        for (const char* recipe : {"hqq:group=32", "hqq:axis=0,group=50,bits=3", "hqq:group=row,scale=f32",
                                   "hqq:group=tensor,scale=bf16,bits=8"}) {
            const auto r = parseRecipe(recipe);
            Context one;
            one.arena = makeArena(1);
            Context two;
            two.arena = makeArena(2);
            const auto a = quantize("w", w, *r, {}, one);
            const auto b = quantize("w", w, *r, {}, two);
            QVERIFY(a.has_value() && b.has_value());
            for (std::size_t i = 0; i < a->arrays.arrays().size(); ++i)
                QVERIFY(a->arrays.arrays()[i].bytes == b->arrays.arrays()[i].bytes);
            const auto forecast = forecastStorage(*r, 24, 100);
            QCOMPARE(forecast->payload, a->storage().payload);
            QCOMPARE(forecast->metadata, a->storage().metadata);
        }
        QVERIFY(!quantize("w", w, *parseRecipe("hqq:axis=0"), {}, {}).has_value());  // 2400 is no multiple of 64
        QVERIFY(!parseRecipe("hqq:axis=0,group=row").has_value());
        QVERIFY(fitsFormat(*parseRecipe("hqq"), "hqq").fits());
        QVERIFY(!fitsFormat(*parseRecipe("hqq"), "gptq").fits());
        QVERIFY(!fitsFormat(*parseRecipe("hqq:bits=5"), "hqq").fits());
    }
};

QTEST_GUILESS_MAIN(TestHqq)
#include "tst_hqq.moc"
