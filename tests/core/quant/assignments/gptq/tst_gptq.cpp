// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/simd_level.h"
#include "core/quant/dense_factor.h"
#include "core/quant/error_feedback.h"
#include "core/quant/input_rows.h"
#include "core/quant/product_kernels.h"
#include "tests/core/quant/calibrated.h"

#include <QtTest>
#include <regex>

using namespace qs;
using namespace qs::quant;
using namespace qs::test;

namespace {

FeedbackOptions options(bool actOrder, bool staticGroups = false)
{
    FeedbackOptions o;
    o.actOrder = actOrder;
    o.staticGroups = staticGroups;
    return o;
}

std::unique_ptr<Grid> gridOf(const std::string& recipe)
{
    const Recipe r = *parseRecipe(recipe);
    return *builtinRegistry().part(PartKind::Grid, r.grid.name)->makeGrid(r.grid.values);
}

struct Case {
    int bits = 4;
    std::string group;
    bool act = false;
    bool isStatic = false;
    std::string more;
};

} // namespace

class TestGptq : public QObject {
    Q_OBJECT

    // Official codes in the columns' own order; scales in the order of the groups' processing.
    void compare(const Golden& golden, const std::string& base, const Matrix& w, const Calibration& c, const Case& k)
    {
        const std::string recipe = "rtn:bits=" + std::to_string(k.bits) + ",group=" + (k.group == "-1" ? "row" : k.group) +
                                   ",scale=f32,scheme=" + (k.more.find("sym") == 0 ? "gptq_official" : "asym") +
                                   (k.more == "mse" ? ",clip=mse" : "") + "+gptq:act_order=" + (k.act ? "1" : "0") +
                                   ",static_groups=" + (k.isStatic ? "1" : "0");
        const Artefact a = make(recipe, w, with(c));
        QVERIFY2(a.ok(), (base + ": " + a.error).c_str());
        const auto want = golden.bytes(base + "codes");
        const auto codes = a.codes();
        std::size_t differ = 0;
        for (std::size_t i = 0; i < want.size(); ++i) differ += codes[i] != want[i];
        QVERIFY2(differ * 1000 <= want.size(), (base + " codes differ: " + std::to_string(differ)).c_str());
        const auto scales = golden.doubles(base + "scale");
        const auto zeros = golden.doubles(base + "zero");
        const auto scale = a.map("scale");
        const auto zero = a.map("zero");
        QCOMPARE(scale.size(), scales.size());
        for (std::size_t i = 0; i < scales.size(); ++i) {
            QVERIFY2(within(static_cast<double>(scale[i]), scales[i], differ == 0 ? 1e-6 : 1e-2), base.c_str());
            if (!zero.empty() && differ == 0) QCOMPARE(static_cast<double>(zero[i]), zeros[i]);
        }
        const auto j = golden.doubles(base + "J");
        QVERIFY2(within(squaredError(a.decoded, w), j[0], 1e-4), base.c_str());
        QVERIFY2(within(outputError(a.decoded, w, c.sigma), j[1], 1e-4), base.c_str());
        m_differ += differ;
        ++m_cases;
    }
    std::size_t m_differ = 0;
    int m_cases = 0;

private slots:
    void inverseFactor_handVector_isAsPublished()
    {
        // related_methods.md §0: H = [[4,2,0],[2,3,1],[0,1,2]], .01 of the mean diagonal, .03, added.
        std::vector<double> h = {4.03, 2, 0, 2, 3.03, 1, 0, 1, 2.03};
        const auto u = inverseFactor(h, 3, {});
        QVERIFY(u.has_value());
        const double want[] = {.63841, -.50320, .24788, 0, .62778, -.30925, 0, 0, .70186};
        for (std::size_t i = 0; i < 9; ++i) {
            QVERIFY2(std::abs((*u)[i] - want[i]) < 1e-5, std::to_string((*u)[i]).c_str());
        }
    }
    void inverseFactor_anySize_invertsTheMatrix()
    {
        for (const std::size_t n : {std::size_t(1), std::size_t(5), std::size_t(64), std::size_t(65), std::size_t(200)}) {
            const Matrix x = tokens(static_cast<Index>(2 * n + 3), static_cast<Index>(n), 5);
            std::vector<double> h = calibrationOf(x).sigma;
            for (std::size_t i = 0; i < n; ++i) h[i * n + i] += 1;
            std::vector<double> work = h;
            const auto u = inverseFactor(work, n, {});
            QVERIFY(u.has_value());
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < i; ++j) QCOMPARE((*u)[i * n + j], 0.0);
            // UᵀU·h = 1
            double worst = 0;
            std::vector<double> uh(n * n);
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t k = i; k < n; ++k)
                    for (std::size_t j = 0; j < n; ++j) uh[i * n + j] += (*u)[i * n + k] * h[k * n + j];
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < n; ++j) {
                    double sum = 0;
                    for (std::size_t k = 0; k <= i; ++k) sum += (*u)[k * n + i] * uh[k * n + j];
                    worst = std::max(worst, std::abs(sum - (i == j ? 1.0 : 0.0)));
                }
            QVERIFY2(worst < 1e-8, std::to_string(worst).c_str());
        }
        std::vector<double> bad = {1, 2, 2, 1};
        QVERIFY(!inverseFactor(bad, 2, {}).has_value());
    }
    void products_everyInstructionSet_giveTheSameBits()
    {
        const Matrix a = gaussian(150, 37, 1);
        const Matrix b = gaussian(150, 91, 2);
        std::vector<double> da(a.data().begin(), a.data().end());
        std::vector<double> db(b.data().begin(), b.data().end());
        std::vector<double> reference;
        for (const SimdLevel level : simdLevels()) {
            std::vector<double> c(37 * 91, 0.5);
            productKernels(level).subtract(37, 91, 150, da.data(), 37, db.data(), 91, c.data(), 91);
            productKernels(level).subtractOuter(37, 91, da.data(), db.data(), c.data(), 91);
            if (reference.empty()) {
                reference = c;
                for (std::size_t i = 0; i < 37; ++i)
                    for (std::size_t j = 0; j < 91; ++j) {
                        double sum = 0.5 - da[i] * db[j];
                        for (std::size_t p = 0; p < 150; ++p) sum -= da[p * 37 + i] * db[p * 91 + j];
                        QVERIFY(std::abs(sum - c[i * 91 + j]) < 1e-11);
                    }
            }
            QVERIFY(c == reference);
        }
    }
    void quantize_handVector_isAsPublished()
    {
        // related_methods.md §0: W = (.7, −.4, .3), step ½: feedback gives (.5, 0, 0), plain rounding (.5, −.5, .5).
        Calibration c;
        c.inputs = 3;
        c.sigma = {4, 2, 0, 2, 3, 1, 0, 1, 2};
        Matrix w = row({.7F, -.4F, .3F});
        const std::string levels = "kmeans:bits=4,scale=f32,levels=-2;-1.5;-1;-0.5;0;0.5;1;1.5;2";
        const Artefact plain = make(levels, w, with(c));
        const Artefact a = make(levels + "+gptq:damping=0.01,act_order=0", w, with(c));
        QVERIFY2(a.ok(), a.error.c_str());
        const float want[] = {.5F, 0, 0};
        const float rounded[] = {.5F, -.5F, .5F};
        for (Index i = 0; i < 3; ++i) {
            QCOMPARE(a.decoded.at(0, i), want[i]);
            QCOMPARE(plain.decoded.at(0, i), rounded[i]);
        }
    }
    void quantize_golden_isTheOfficialCode()
    {
        const Golden golden("methods/gptq.safetensors");
        QS_NEED_GOLDEN(golden);
        const Golden inputs("methods/inputs.safetensors");
        const std::regex form("([ab])/b([234])_g(-?[0-9]+)_act([01])_static([01])/f64/codes");
        m_differ = 0;
        m_cases = 0;
        for (const std::string set : {"a", "b"}) {
            const Matrix w = inputs.matrix(set + "/W");
            const Calibration c = calibrationOf(inputs.matrix(set + "/X"), false);
            for (const auto& key : golden.keys()) {
                std::smatch m;
                if (!std::regex_match(key, m, form) || m[1] != set) continue;
                compare(golden, key.substr(0, key.size() - 5), w, c,
                        {std::stoi(m[2]), m[3].str(), m[4] == "1", m[5] == "1", ""});
                if (QTest::currentTestFailed()) return;
            }
            compare(golden, set + "/sym_b4_g128/f64/", w, c, {4, "128", false, false, "sym"});
            compare(golden, set + "/mse_b3_g-1/f64/", w, c, {3, "-1", false, false, "mse"});
            Calibration dead = c;
            const auto n = static_cast<std::size_t>(w.cols());
            for (const std::size_t k : {std::size_t(5), n - 1})
                for (std::size_t i = 0; i < n; ++i) dead.sigma[k * n + i] = dead.sigma[i * n + k] = 0;
            compare(golden, set + "/dead_b3_g-1/f64/", w, dead, {3, "-1", false, false, ""});
        }
        QVERIFY2(m_cases >= 66, std::to_string(m_cases).c_str());
        QVERIFY2(m_differ == 0, ("codes that differ in all cases: " + std::to_string(m_differ)).c_str());
    }
    void quantize_goldenAfpq_isTheOfficialCode()
    {
        const Golden golden("methods/afpq.safetensors");
        QS_NEED_GOLDEN(golden);
        const Golden inputs("methods/inputs.safetensors");
        const std::regex form("([ab])/(fp|nf)([34])_(sym|asym)_g(-?[0-9]+)_gptq(_act)?/codes");
        int cases = 0;
        std::size_t differ = 0;
        for (const std::string set : {"a", "b"}) {
            const Matrix w = inputs.matrix(set + "/W");
            const Calibration c = calibrationOf(inputs.matrix(set + "/X"), false);
            for (const auto& key : golden.keys()) {
                std::smatch m;
                if (!std::regex_match(key, m, form) || m[1] != set) continue;
                ++cases;
                const std::string base = key.substr(0, key.size() - 5);
                const bool two = m[4] == "asym";
                const std::string name = m[2].str() + m[3].str();
                const Artefact a = make("afpq:format=" + name + ",scale=f32,group=" + (m[5] == "-1" ? "row" : m[5].str()) +
                                            (two ? "" : ",scales=one") + "+gptq:act_order=" + (m[6].matched ? "1" : "0"),
                                        w, with(c));
                QVERIFY2(a.ok(), (base + a.error).c_str());
                const auto table = golden.floats("table/" + name);
                const auto codes = a.codes();
                const auto want = golden.bytes(key);
                for (std::size_t i = 0; i < want.size(); ++i) // the code of a zero is not significant
                    differ += codes[i] != want[i] && !(table[codes[i]] == 0.0F && table[want[i]] == 0.0F);
                for (const char* side : {"scale_pos", "scale_neg"}) {
                    if (!two && side == std::string("scale_neg")) continue;
                    const auto scales = golden.doubles(base + side);
                    const auto ours = a.map(two ? side : "scale");
                    QCOMPARE(ours.size(), scales.size());
                    for (std::size_t i = 0; i < scales.size(); ++i)
                        QVERIFY2(std::abs(static_cast<double>(ours[i]) - scales[i]) <= 2e-6 * std::abs(scales[i]),
                                 (base + side + " " + std::to_string(i)).c_str());
                }
                const auto j = golden.doubles(base + "J");
                QVERIFY2(within(squaredError(a.decoded, w), j[0], 1e-4), base.c_str());
                QVERIFY2(within(outputError(a.decoded, w, c.sigma), j[1], 1e-4), base.c_str());
                if (m[6].matched) {
                    const auto index = golden.doubles(base + "g_idx");
                    const auto stored = a.array("g_idx")->as<std::int32_t>();
                    for (std::size_t i = 0; i < index.size(); ++i) QCOMPARE(static_cast<double>(stored[i]), index[i]);
                }
            }
        }
        QVERIFY2(cases >= 24, std::to_string(cases).c_str());
        QVERIFY2(differ == 0, (std::to_string(differ) + " codes differ in " + std::to_string(cases) + " cases").c_str());
    }
    void loss_anyGridAndOrder_isTheDampedOutputError()
    {
        const Matrix w = gaussian(21, 200, 3);
        const Matrix x = tokens(500, 200, 4);
        const Calibration c = calibrationOf(x, false);
        double mean = 0;
        for (std::size_t i = 0; i < 200; ++i) mean += c.sigma[i * 201] / 200;
        for (const char* recipe : {"rtn:bits=3,group=64", "rtn:bits=2,group=row", "afpq:format=nf3,group=32", "nf:group=64",
                                   "minifloat:format=fp4,group=48", "mx", "kmeans:bits=3", "nvfp4", "hqq:bits=3", "rtn:bits=3,group=4x16"})
            for (const bool act : {false, true})
                for (const bool current : {false, true}) {
                    const auto grid = gridOf(recipe);
                    if (!grid->accepts(21, 200)) continue;
                    FeedbackOptions o = options(act);
                    o.fitCurrent = current;
                    FitInput input;
                    input.weights = w.view();
                    input.calibration = &c;
                    const auto feedback = ErrorFeedback::make(&c, 200, o, {});
                    QVERIFY2(feedback, feedback ? "" : feedback.error().text().c_str());
                    auto stored = std::make_shared<QuantizedTensor>();
                    stored->rows = 21;
                    stored->cols = 200;
                    stored->recipe = *parseRecipe(recipe);
                    const auto out = feedback->encode(MatrixInput(input), *grid, {}, stored->arrays);
                    QVERIFY2(out, out ? "" : out.error().text().c_str());
                    const auto decoder = Decoder::make(stored);
                    QVERIFY2(decoder, decoder ? "" : decoder.error().text().c_str());
                    const Matrix decoded = *(*decoder)->decodeAll({});
                    std::vector<double> damped = c.sigma;
                    for (std::size_t i = 0; i < 200; ++i) damped[i * 201] += 0.01 * mean;
                    const double j = outputError(decoded, w, damped);
                    QVERIFY2(within(out->loss, j, 1e-5), (std::string(recipe) + " " + std::to_string(out->loss / j)).c_str());
                }
    }
    void quantize_uncorrelatedInputs_isNearest()
    {
        const Matrix w = gaussian(16, 256, 8);
        Calibration c;
        c.inputs = 256;
        c.sigma.assign(256 * 256, 0.0);
        for (std::size_t i = 0; i < 256; ++i) c.sigma[i * 257] = 1.0 + static_cast<double>(i % 7);
        for (const char* grid : {"rtn:bits=3,group=64", "afpq:format=nf4,group=64", "afpq:format=fp3", "ggml:type=q4_k", "mx"}) {
            const Artefact a = make(grid, w, with(c));
            const Artefact b = make(std::string(grid) + "+gptq:act_order=0", w, with(c));
            QVERIFY2(a.ok() && b.ok(), (a.error + b.error).c_str());
            QVERIFY(squaredError(a.decoded, b.decoded) == 0.0);
        }
    }
    void quantize_moreThanNearest_lowersOutputError()
    {
        const Matrix w = gaussian(32, 256, 9);
        const Calibration c = calibrationOf(tokens(600, 256, 10), false);
        for (const char* grid : {"rtn:bits=3,group=64", "afpq:format=nf3,group=64", "nf", "minifloat:format=fp4", "mx:format=mxfp4",
                                 "nvfp4", "kmeans:bits=3", "hqq:bits=3", "lcq:bits=3,group=64,rank=2", "ggml:type=q3_k", "ggml:type=q4_0",
                                 "ggml:type=iq4_nl"}) {
            const Artefact a = make(grid, w, with(c));
            const Artefact b = make(std::string(grid) + "+gptq:static_groups=1", w, with(c));
            const Artefact d = make(std::string(grid) + "+gptq:act_order=0,group_fit=current", w, with(c));
            QVERIFY2(a.ok() && b.ok() && d.ok(), (grid + a.error + b.error + d.error).c_str());
            const double plain = outputError(a.decoded, w, c.sigma);
            QVERIFY2(outputError(b.decoded, w, c.sigma) < 0.9 * plain, grid);
            QVERIFY2(outputError(d.decoded, w, c.sigma) < 0.9 * plain, grid);
        }
    }
    void quantize_permutedGroups_storeTheirIndex()
    {
        const Matrix w = gaussian(20, 200, 11);
        const Calibration c = calibrationOf(tokens(400, 200, 12), false);
        const Artefact a = make("rtn:bits=3,group=48+gptq", w, with(c));
        QVERIFY2(a.ok(), a.error.c_str());
        const Array* index = a.array("g_idx");
        QVERIFY(index);
        QCOMPARE(index->dtype, DType::I32);
        std::vector<int> count(5);
        for (const auto g : index->as<std::int32_t>()) ++count.at(static_cast<std::size_t>(g));
        QCOMPARE(count, (std::vector<int>{48, 48, 48, 48, 8}));
        QCOMPARE(index->as<std::int32_t>()[3], 0); // the outlier channel comes first
        const auto forecast = forecastStorage(a.tensor->recipe, 20, 200);
        QCOMPARE(a.tensor->bits(), forecast->payload + forecast->metadata);
        for (Index r = 0; r < 20; ++r) // any part of a row decodes as the whole
            for (Index j = 0; j < 200; j += 7) QCOMPARE(a.decoder->element(r, j).decoded, a.decoded.at(r, j));
        QVERIFY(!make("rtn:bits=3,group=48+gptq:static_groups=1", w, with(c)).array("g_idx"));
        QVERIFY(!make("rtn:bits=3,group=row+gptq", w, with(c)).array("g_idx"));
        // A damaged index is refused.
        for (const std::int32_t bad : {-1, 5, 0}) {
            auto broken = std::make_shared<QuantizedTensor>(*a.tensor);
            ArrayStore arrays;
            for (Array x : broken->arrays.arrays()) {
                if (x.name == "g_idx")
                    for (std::size_t i = 0; i < 50; ++i) std::memcpy(x.bytes.data() + 4 * i, &bad, 4);
                arrays.add(std::move(x));
            }
            broken->arrays = std::move(arrays);
            QVERIFY(!Decoder::make(broken).has_value());
        }
    }
    void quantize_removedWeights_areMadeGoodByTheRest()
    {
        const Matrix w = gaussian(24, 128, 13);
        const Calibration c = calibrationOf(tokens(300, 128, 14), false);
        const std::string grid = "rtn:bits=3,group=64+outliers:percent=2,value=f32";
        const Artefact plain = make(grid, w, with(c));
        const Artefact a = make(grid + "+gptq:static_groups=1", w, with(c));
        QVERIFY2(a.ok() && plain.ok(), (a.error + plain.error).c_str());
        QVERIFY(outputError(a.decoded, w, c.sigma) < 0.9 * outputError(plain.decoded, w, c.sigma));
    }
    void quantize_anyNumberOfThreads_givesTheSameBytes()
    {
        const Matrix w = gaussian(200, 320, 15);
        const Calibration c = calibrationOf(tokens(700, 320, 16), false);
        Context one;
        one.arena = makeArena(1);
        Context four;
        four.arena = makeArena(4);
        for (const char* recipe : {"rtn:bits=3,group=64+gptq", "afpq:format=nf3+gptq:act_order=0", "kmeans:bits=2+gptq"}) {
            const Artefact a = make(recipe, w, with(c), one);
            const Artefact b = make(recipe, w, with(c), four);
            QVERIFY(a.ok() && b.ok());
            QVERIFY(a.codes() == b.codes());
            QVERIFY(squaredError(a.decoded, b.decoded) == 0.0);
        }
    }
    void quantize_everyInstructionSet_givesTheSameBytes()
    {
        const Matrix w = gaussian(30, 150, 17);
        const Calibration c = calibrationOf(tokens(400, 150, 18), false);
        std::vector<std::uint8_t> reference;
        for (const SimdLevel level : simdLevels()) {
            setSimdLevel(level);
            const auto codes = make("afpq:format=nf3,group=32+gptq", w, with(c)).codes();
            if (reference.empty()) reference = codes;
            QVERIFY(codes == reference);
        }
        setSimdLevel(std::nullopt);
    }
    void quantize_singularCovariance_raisesTheDamping()
    {
        const Matrix w = gaussian(8, 64, 19);
        const Calibration c = calibrationOf(tokens(10, 64, 20), false); // rank 10
        const Artefact a = make("rtn:bits=4,group=32+gptq:damping=0", w, with(c));
        QVERIFY2(a.ok(), a.error.c_str());
    }
    void quantize_whatItCannotTake_isRefusedInWords()
    {
        const Matrix w = gaussian(8, 256, 21);
        const Calibration c = calibrationOf(tokens(300, 256, 22), false);
        const Artefact missing = make("rtn+gptq", w);
        QVERIFY2(missing.error.find("sigma") != std::string::npos, missing.error.c_str());
        const Artefact blocks = make("ggml:type=q4_0+gptq", w, with(c));
        QVERIFY2(blocks.error.find("static_groups=1") != std::string::npos, blocks.error.c_str());
        QVERIFY(make("ggml:type=q4_0+gptq:static_groups=1", w, with(c)).ok());
        const Artefact stored = make("none+gptq", w, with(c));
        QVERIFY2(stored.error.find("no codes") != std::string::npos, stored.error.c_str());
        Calibration bad = c;
        bad.sigma[257] = -1;
        QVERIFY(!make("rtn+gptq", w, with(bad)).ok());
        bad.sigma.resize(100);
        const Artefact shape = make("rtn+gptq", w, with(bad));
        QVERIFY2(shape.error.find("65536") != std::string::npos, shape.error.c_str());
        std::stop_source stop;
        stop.request_stop();
        Context context;
        context.stop = stop.get_token();
        const auto stopped = quantize("w", w, *parseRecipe("rtn+gptq"), with(c), context);
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
    }
    void fits_permutedGroups_namesTheWayOut()
    {
        QVERIFY(fitsFormat(*parseRecipe("rtn+gptq"), "gptq").fits());
        QVERIFY(fitsFormat(*parseRecipe("rtn+gptq"), "awq").reason.find("static_groups=1") != std::string::npos);
        QVERIFY(fitsFormat(*parseRecipe("rtn+gptq:static_groups=1"), "awq").fits());
    }
};

QTEST_GUILESS_MAIN(TestGptq)
#include "tst_gptq.moc"
