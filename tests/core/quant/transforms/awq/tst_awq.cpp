// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/output_error.h"
#include "core/quant/transforms/awq/search.h"
#include "tests/core/quant/calibrated.h"
#include "tests/core/quant/transforms/awq/awq_in_double.h"

#include <QtTest>
#include <regex>

using namespace qs;
using namespace qs::quant;
using namespace qs::test;

namespace {

std::unique_ptr<Grid> gridOf(const std::string& recipe)
{
    const Recipe r = *parseRecipe(recipe);
    return *builtinRegistry().part(PartKind::Grid, r.grid.name)->makeGrid(r.grid.values);
}

} // namespace

class TestAwq : public QObject {
    Q_OBJECT

    static void near(const std::string& what, double value, double target, double tolerance)
    {
        QVERIFY2(within(value, target, tolerance), (what + ": " + std::to_string(value) + " instead of " + std::to_string(target)).c_str());
    }

    static constexpr double kRounding = 1e-5; // more than arithmetic in float adds up to here

    // One case of the reference data: the layers that share inputs, their tokens, bits and group.
    struct Case {
        std::string base;
        std::string unit;
        int bits = 0;
        Index group = 0;
        Matrix x;
        std::vector<Matrix> weights;
    };
    static std::vector<Case> cases(const Golden& golden, const Golden& inputs)
    {
        std::vector<Case> out;
        for (const std::string unit : {"qkv", "o"})
            for (const std::string setting : {"b3_g64", "b3_g128", "b4_g64", "b4_g128"}) {
                Case c{unit + "/" + setting + "/", unit, setting[1] - '0', std::stoi(setting.substr(4)), inputs.matrix(unit == "qkv" ? "a/X" : "b/X"), {}};
                for (const char letter : unit) c.weights.push_back(golden.matrix(std::string("in/") + letter + "/W"));
                out.push_back(std::move(c));
            }
        return out;
    }

private slots:
    void double_golden_isTheOfficialCode()
    {
        const Golden golden("methods/awq.safetensors");
        QS_NEED_GOLDEN(golden);
        const Golden inputs("methods/inputs.safetensors");
        std::size_t ties = 0;
        for (const Case& c : cases(golden, inputs)) {
            const awq::Doubles x(c.x);
            const Calibration calibration = calibrationOf(c.x);
            std::vector<double> meanAbs(static_cast<std::size_t>(x.cols));
            for (Index t = 0; t < x.rows; ++t)
                for (Index j = 0; j < x.cols; ++j) meanAbs[static_cast<std::size_t>(j)] += std::abs(x.at(t, j));
            for (double& v : meanAbs) v /= static_cast<double>(x.rows);
            const auto losses = golden.doubles(c.base + "losses");
            int best = 0;
            std::vector<double> ours;
            for (int k = 0; k < 20; ++k) {
                const auto s = awq::scalesAt(meanAbs, k);
                double loss = 0;
                for (const Matrix& m : c.weights) {
                    const awq::Doubles w(m);
                    loss += awq::outputError(awq::times(awq::rounded(awq::times(w, s), c.group, c.bits), s, true), w, calibration.sigma);
                }
                ours.push_back(loss / static_cast<double>(x.rows) / 64.0 / static_cast<double>(c.weights.size()));
                QVERIFY2(within(ours.back(), losses[static_cast<std::size_t>(k)], 1e-9), (c.base + std::to_string(k)).c_str());
                if (ours.back() < ours[static_cast<std::size_t>(best)]) best = k;
            }
            QVERIFY(std::abs(best / 20.0 - golden.doubles(c.base + "best_ratio")[0]) < 1e-12);
            const auto scales = golden.doubles(c.base + "scales");
            const auto found = awq::scalesAt(meanAbs, best);
            for (std::size_t j = 0; j < scales.size(); ++j) QVERIFY(within(found[j], scales[j], 1e-13));
            // From here with the stored scales: at a tie of the zero point their last bit decides.
            const awq::Doubles divided = awq::times(x, scales, true);
            for (std::size_t k = 0; k < c.weights.size(); ++k) {
                const std::string layer = c.base + c.unit[k] + "/";
                const awq::Doubles w = awq::times(awq::Doubles(c.weights[k]), scales);
                const auto clip = golden.doubles(layer + "clip_max");
                const auto scale = golden.doubles(layer + "scale");
                const auto zero = golden.doubles(layer + "zero");
                const auto codes = golden.bytes(layer + "codes");
                std::size_t g = 0;
                for (Index r = 0; r < w.rows; ++r)
                    for (Index begin = 0; begin < w.cols; begin += c.group, ++g) {
                        const auto steps = awq::clipsOf(w, divided, r, begin, c.group, c.bits, 1e-12);
                        const auto least = std::min_element(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.exact.error < b.exact.error; });
                        QVERIFY2(within(least->bound, clip[g], 1e-13), (layer + std::to_string(g)).c_str());
                        ties += least->isTie ? 1 : 0;
                        const awq::Levels l = awq::levelsOf(w, r, begin, c.group, least->bound, c.bits);
                        QVERIFY(within(l.scale, scale[g], 1e-13));
                        QCOMPARE(l.zero, zero[g]);
                        for (Index j = begin; j < begin + c.group; ++j)
                            QCOMPARE(l.code(std::clamp(w.at(r, j), -least->bound, least->bound)), static_cast<double>(codes[static_cast<std::size_t>(r * w.cols + j)]));
                    }
            }
        }
        qInfo("%zu groups are clipped to an exact tie of their zero point", ties);
    }
    void quantize_golden_isTheOfficialCodeButForTies()
    {
        const Golden golden("methods/awq.safetensors");
        QS_NEED_GOLDEN(golden);
        const Golden inputs("methods/inputs.safetensors");
        std::size_t groups = 0;
        std::size_t otherGroups = 0;
        std::size_t otherCodes = 0;
        for (const Case& c : cases(golden, inputs)) {
            const Calibration calibration = calibrationOf(c.x);
            const SiblingRows layers(c.weights);
            std::vector<MatrixInput> rows;
            for (const Matrix& w : c.weights) rows.emplace_back(FitInput{w.view(), &calibration});
            std::vector<const InputRows*> siblings;
            for (const MatrixInput& i : rows) siblings.push_back(&i);
            const std::string grid = "rtn:bits=" + std::to_string(c.bits) + ",group=" + std::to_string(c.group) + ",scale=f32,scheme=awq_official";
            const auto found = searchAwqScales(siblings, calibration, *gridOf(grid), false, 20, {});
            QVERIFY2(found, found ? "" : found.error().text().c_str());
            const auto losses = golden.doubles(c.base + "losses");
            const double numbers = static_cast<double>(c.x.rows()) * 64.0 * static_cast<double>(c.weights.size());
            for (std::size_t k = 0; k < losses.size(); ++k)
                QVERIFY2(within(found->losses[k] / numbers, losses[k], 2e-4), (c.base + std::to_string(k)).c_str()); // codes at ties
            QVERIFY(std::abs(found->best / 20.0 - golden.doubles(c.base + "best_ratio")[0]) < 1e-9);
            const auto scales = golden.doubles(c.base + "scales");
            for (std::size_t j = 0; j < scales.size(); ++j) QVERIFY(within(static_cast<double>(found->scale[j]), scales[j], 1e-6));
            const awq::Doubles divided = awq::times(awq::Doubles(c.x), scales, true);
            QuantizeOptions options = with(calibration);
            options.siblings = &layers.siblings;
            for (std::size_t k = 0; k < c.weights.size(); ++k) {
                const std::string layer = c.base + c.unit[k] + "/";
                const Matrix& w = c.weights[k];
                const Artefact plain = make(grid, w);
                near(layer + "rtn/J", outputError(plain.decoded, w, calibration.sigma, {}), golden.doubles(layer + "rtn/J")[1], 2e-4);
                const Artefact scaled = make(grid + "+awq:clip=0", w, options);
                QVERIFY2(scaled.ok(), scaled.error.c_str());
                near(layer + "scale_only/J", outputError(scaled.decoded, w, calibration.sigma, {}), golden.doubles(layer + "scale_only/J")[1], 1e-4);
                near(layer + "scale_only/J", squaredError(scaled.decoded, w), golden.doubles(layer + "scale_only/J")[0], 1e-4);
                const Artefact a = make(grid + "+awq", w, options);
                QVERIFY2(a.ok(), a.error.c_str());
                const auto want = golden.bytes(layer + "codes");
                const auto codes = a.codes();
                const auto scale = golden.doubles(layer + "scale");
                const auto zero = golden.doubles(layer + "zero");
                const auto clip = golden.doubles(layer + "clip_max");
                const auto ours = a.map("scale");
                const auto ourZero = a.map("zero");
                const awq::Doubles exact = awq::times(awq::Doubles(w), scales);
                const Index perRow = w.cols() / c.group;
                std::size_t others = 0;
                for (std::size_t g = 0; g < scale.size(); ++g) {
                    const auto r = static_cast<Index>(g) / perRow;
                    const Index begin = static_cast<Index>(g) % perRow * c.group;
                    const std::string name = layer + "group " + std::to_string(g);
                    if (within(static_cast<double>(ours[g]), scale[g], kRounding) && static_cast<double>(ourZero[g]) == zero[g]) {
                        for (Index j = begin; j < begin + c.group; ++j) {
                            const auto i = static_cast<std::size_t>(r * w.cols() + j);
                            if (codes[i] == want[i]) continue;
                            // Another code only where the weight lies between two, by less than rounding in float.
                            const double place = std::clamp(exact.at(r, j), -clip[g], clip[g]) / scale[g];
                            QVERIFY2(std::abs(std::abs(place - std::floor(place)) - 0.5) < kRounding, name.c_str());
                            ++otherCodes;
                        }
                        continue;
                    }
                    ++others;
                    // Another step or zero point only where a zero point lies on a tie, by less than rounding in float: then ours is
                    // the best choice for one way to round the ties, as the official one is for the other.
                    const auto steps = awq::clipsOf(exact, divided, r, begin, c.group, c.bits, kRounding);
                    double most = std::numeric_limits<double>::infinity(); // what a best choice has at most
                    for (const auto& s : steps) most = std::min(most, std::max(s.lower.error, s.upper.error));
                    bool isTie = false;
                    bool isBest = false;
                    for (const auto& s : steps) {
                        const double step = awq::levelsOf(exact, r, begin, c.group, s.bound, c.bits).scale;
                        const bool isOurs = within(step, static_cast<double>(ours[g]), kRounding);
                        isTie = isTie || (s.isTie && (isOurs || within(step, scale[g], kRounding)));
                        for (const awq::Way& way : {s.lower, s.upper})
                            isBest = isBest || (isOurs && way.zero == static_cast<double>(ourZero[g]) && way.error <= most * (1 + kRounding));
                    }
                    QVERIFY2(isTie, name.c_str());
                    QVERIFY2(isBest, name.c_str());
                }
                groups += scale.size();
                otherGroups += others;
                near(layer + "J", outputError(a.decoded, w, calibration.sigma, {}), golden.doubles(layer + "J")[1], others == 0 ? 1e-4 : 1e-2);
                near(layer + "J", squaredError(a.decoded, w), golden.doubles(layer + "J")[0], others == 0 ? 1e-4 : 1e-2);
            }
        }
        QCOMPARE(groups, std::size_t(3456));
        qInfo("%zu of %zu groups round a tie of their zero point otherwise, %zu codes of the rest a tie of their own", otherGroups, groups, otherCodes);
    }
    void scales_siblings_shareOneVector()
    {
        const Calibration c = calibrationOf(tokens(400, 128, 1));
        const std::vector<Matrix> weights = {gaussian(32, 128, 2), gaussian(16, 128, 3), gaussian(16, 128, 4)};
        const SiblingRows layers(weights);
        QuantizeOptions options = with(c);
        options.siblings = &layers.siblings;
        for (const char* recipe : {"rtn:bits=3,group=64+awq", "rtn:bits=3,group=64+awq:variant=autoawq", "rtn+smoothquant"}) {
            std::vector<std::byte> first;
            for (const Matrix& w : weights) {
                const Artefact a = make(recipe, w, options);
                QVERIFY2(a.ok(), a.error.c_str());
                if (first.empty()) first = a.array("transform.scale")->bytes;
                QVERIFY(a.array("transform.scale")->bytes == first);
            }
            // Alone a layer has another vector, where that follows from its weights.
            if (recipe == std::string("rtn+smoothquant")) QVERIFY(make(recipe, weights[1], with(c)).array("transform.scale")->bytes != first);
        }
    }
    void quantize_layerWithOutlierInputs_beatsNearest()
    {
        const Matrix w = gaussian(48, 128, 5);
        const Calibration c = calibrationOf(tokens(700, 128, 6));
        for (const std::string grid : {"rtn:bits=3,group=64", "afpq:format=nf3,group=64", "nf", "mx", "kmeans:bits=3", "hqq:bits=3"}) {
            const double plain = qs::test::outputError(make(grid, w, with(c)).decoded, w, c.sigma);
            const Artefact scaled = make(grid + "+awq:clip=0", w, with(c));
            QVERIFY2(scaled.ok(), scaled.error.c_str());
            const double found = qs::test::outputError(scaled.decoded, w, c.sigma);
            QVERIFY2(found <= plain * (1 + 1e-6), (grid + std::to_string(found / plain)).c_str()); // exponent 0 is plain rounding
            QCOMPARE(scaled.tensor->bits(), forecastStorage(scaled.tensor->recipe, 48, 128)->payload + forecastStorage(scaled.tensor->recipe, 48, 128)->metadata);
            const Artefact clipped = make(grid + "+awq", w, with(c));
            QVERIFY2(clipped.ok(), clipped.error.c_str());
        }
    }
    void clips_twoSidedGrid_choosesEachEnd()
    {
        // AFPQ + AWQ: no pair of the 10 × 10 is better for the group's share of the outputs.
        const Matrix w = gaussian(3, 32, 7);
        const Calibration c = calibrationOf(tokens(200, 32, 8), false);
        const auto grid = gridOf("afpq:format=nf3,group=32,scale=f32");
        FitInput input;
        input.weights = w.view();
        input.calibration = &c;
        const auto limits = searchAwqClips(MatrixInput(input), *grid, {});
        QVERIFY(limits.has_value());
        bool differ = false;
        for (Index r = 0; r < 3; ++r) {
            const auto row = w.row(r);
            const float hi = *std::max_element(row.begin(), row.end());
            const float lo = *std::min_element(row.begin(), row.end());
            Matrix one(1, 32);
            const auto errorAt = [&](float low, float high) {
                for (Index j = 0; j < 32; ++j) one.at(0, j) = std::clamp(w.at(r, j), low, high);
                FitInput clipped;
                clipped.weights = one.view();
                const auto fitted = *grid->fit(clipped, {});
                std::vector<std::uint8_t> codes(32);
                Matrix decoded(1, 32);
                Matrix whole(1, 32);
                fitted->nearest(0, 0, row, codes);
                fitted->decode(0, 0, codes, decoded.row(0));
                std::copy(row.begin(), row.end(), whole.row(0).begin());
                return qs::test::outputError(decoded, whole, c.sigma);
            };
            const double chosen = errorAt(limits->lo[static_cast<std::size_t>(r)], limits->hi[static_cast<std::size_t>(r)]);
            for (int i = 0; i < 10; ++i)
                for (int j = 0; j < 10; ++j)
                    QVERIFY(errorAt(static_cast<float>(static_cast<double>(lo) * (1 - j / 20.0)), static_cast<float>(static_cast<double>(hi) * (1 - i / 20.0))) >= chosen * (1 - 1e-6));
            differ = differ || std::abs(limits->lo[static_cast<std::size_t>(r)] / lo - limits->hi[static_cast<std::size_t>(r)] / hi) > 0.01F;
        }
        QVERIFY(differ);
    }
    void combined_withFeedback_isBetterThanEither()
    {
        const Matrix w = gaussian(48, 128, 9);
        const Calibration c = calibrationOf(tokens(700, 128, 10));
        const auto error = [&](const std::string& recipe) {
            const Artefact a = make(recipe, w, with(c));
            return a.ok() ? qs::test::outputError(a.decoded, w, c.sigma) : 1e30;
        };
        const double awq = error("afpq:format=nf3,group=64+awq");
        const double both = error("afpq:format=nf3,group=64+awq+gptq");
        QVERIFY2(both < 0.9 * awq, std::to_string(both / awq).c_str());
        QVERIFY(error("rtn:bits=3,group=64+hadamard:block=0+gptq") < error("rtn:bits=3,group=64+hadamard:block=0"));
        QVERIFY(error("rtn:bits=3,group=64+awq+cd") < error("rtn:bits=3,group=64+awq"));
        QVERIFY(error("rtn:bits=3,group=64+awq+gptq+outliers:percent=1") < both);
    }
    void changeInputs_everyArray_belongsToTheChangedInputs()
    {
        const Matrix x = tokens(50, 64, 11);
        const Matrix w = gaussian(8, 64, 12);
        for (const char* name : {"hadamard", "smoothquant"}) {
            const PartInfo* info = builtinRegistry().part(PartKind::Transform, name);
            ParamValues values(info->params);
            if (std::string(name) == "hadamard") values.set("block", std::int64_t(32));
            const auto transform = *info->makeTransform(values);
            Calibration c = calibrationOf(x);
            const MatrixInput rows(FitInput{w.view(), &c});
            Matrix changedW = w;
            ArrayStore arrays;
            QVERIFY(transform->prepare({rows}, {}, arrays).has_value());
            QVERIFY(transform->applyRows(arrays, changedW.cols(), changedW.data()).has_value());
            Calibration changed = c;
            QVERIFY(transform->changeInputs(changed, arrays, {}).has_value());
            Matrix changedX(50, 64);
            std::copy(changed.samples.begin(), changed.samples.end(), changedX.data().begin());
            for (Index t = 0; t < 50; ++t) // W·x = W'·x'
                for (Index r = 0; r < 8; ++r) {
                    double a = 0;
                    double b = 0;
                    for (Index j = 0; j < 64; ++j) {
                        a += static_cast<double>(w.at(r, j)) * static_cast<double>(x.at(t, j));
                        b += static_cast<double>(changedW.at(r, j)) * static_cast<double>(changedX.at(t, j));
                    }
                    QVERIFY(std::abs(a - b) < 1e-3);
                }
            const Calibration direct = calibrationOf(changedX);
            for (std::size_t i = 0; i < direct.sigma.size(); ++i)
                QVERIFY(std::abs(direct.sigma[i] - changed.sigma[i]) < 1e-3 * (1 + std::abs(direct.sigma[i])));
            for (std::size_t j = 0; j < 64; ++j) {
                if (!changed.maxAbs.empty()) QVERIFY(within(static_cast<double>(changed.maxAbs[j]), static_cast<double>(direct.maxAbs[j]), 1e-5));
                if (!changed.meanAbs.empty()) QVERIFY(within(static_cast<double>(changed.meanAbs[j]), static_cast<double>(direct.meanAbs[j]), 1e-5));
                if (!changed.meanSquare.empty()) QVERIFY(within(static_cast<double>(changed.meanSquare[j]), static_cast<double>(direct.meanSquare[j]), 1e-5));
            }
        }
    }
    void quantize_whatIsLacking_isNamed()
    {
        const Matrix w = gaussian(8, 64, 13);
        Calibration c = calibrationOf(tokens(100, 64, 14));
        QVERIFY(make("rtn+awq", w).error.find("sigma") != std::string::npos);
        c.meanAbs.clear();
        QVERIFY(make("rtn+awq", w, with(c)).error.find("mean_abs") != std::string::npos);
        c = calibrationOf(tokens(100, 64, 14));
        QVERIFY(make("rtn:group=tensor+awq", w, with(c)).error.find("clip=0") != std::string::npos);
        QVERIFY(make("rtn:group=tensor+awq:clip=0", w, with(c)).ok());
    }
    void load_damagedScale_isRefused()
    {
        const Matrix w = gaussian(8, 64, 15);
        const Calibration c = calibrationOf(tokens(100, 64, 16));
        const Artefact a = make("rtn:group=32+awq", w, with(c));
        QVERIFY2(a.ok(), a.error.c_str());
        for (const float bad : {0.0F, -1.0F, std::numeric_limits<float>::quiet_NaN()}) {
            auto broken = std::make_shared<QuantizedTensor>(*a.tensor);
            ArrayStore arrays;
            for (Array x : a.tensor->arrays.arrays()) {
                if (x.name == "transform.scale") std::memcpy(x.bytes.data() + 8, &bad, 4);
                arrays.add(std::move(x));
            }
            broken->arrays = std::move(arrays);
            QVERIFY(!Decoder::make(broken).has_value());
        }
    }
};

QTEST_GUILESS_MAIN(TestAwq)
#include "tst_awq.moc"
