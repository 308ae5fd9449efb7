// SPDX-License-Identifier: GPL-3.0-or-later
// Holds for every grid of the registry, whatever it is.
#include "core/base/simd_level.h"
#include "core/exec/context.h"
#include "tests/core/quant/variants.h"

#include <QtTest>
#include <cmath>
#include <cstring>
#include <limits>

using namespace qs;
using namespace qs::quant;
using namespace qs::test;

namespace {

struct Size {
    Index rows;
    Index cols;
};
constexpr Size kSizes[] = {{1, 1}, {3, 5}, {7, 33}, {8, 257}, {64, 96}, {5, 256}, {2, 1024}};

std::vector<const PartInfo*> grids()
{
    std::vector<const PartInfo*> out;
    for (const PartInfo& p : builtinRegistry().parts())
        if (p.kind == PartKind::Grid) out.push_back(&p);
    return out;
}

bool forecastIsExact(const Recipe& r) // none:dtype=auto decides when it sees the values
{
    return !(r.grid.name == "none" && r.grid.values.text("dtype") == "auto");
}

// The first eight rows: zero, constant, one-sided, one large weight, tiny and subnormal.
void makeRowsOdd(Matrix& w)
{
    for (Index c = 0; c < w.cols(); ++c) {
        w.at(0, c) = 0;
        w.at(1, c) = 0.25F;
        w.at(2, c) = -0.125F;
        w.at(3, c) = std::abs(w.at(3, c));
        w.at(4, c) = -std::abs(w.at(4, c));
        w.at(5, c) = c == 0 ? 3.0F : 0.0F;
        w.at(6, c) *= 1e-30F;
        w.at(7, c) = c % 2 ? 1e-42F : -1e-44F;
    }
}

} // namespace

class TestParts : public QObject {
    Q_OBJECT

    // Calls f(recipe, rows, cols) wherever the grid takes the size; what it refuses it must refuse in words.
    template <class F>
    void everywhere(F&& f, std::span<const Size> sizes = kSizes)
    {
        for (const PartInfo* info : grids())
            for (const Recipe& recipe : variants(*info))
                for (const Size& s : sizes) {
                    const Calibration calibration = calibrationFor(s.rows, s.cols);
                    if (const auto ok = acceptsMatrix(recipe, s.rows, s.cols, &calibration); !ok) {
                        QVERIFY2(ok.error().message.size() > 10, recipe.text().c_str());
                        continue;
                    }
                    f(recipe, s.rows, s.cols);
                    if (QTest::currentTestFailed()) {
                        qWarning("%s at %ld x %ld", recipe.text().c_str(), long(s.rows), long(s.cols));
                        return;
                    }
                }
    }
    // The same for every part that is no grid.
    template <class F>
    void beyondGrids(F&& f, std::span<const Size> sizes = kSizes)
    {
        int parts = 0;
        for (const PartInfo& info : builtinRegistry().parts()) {
            if (info.kind == PartKind::Grid) continue;
            ++parts;
            for (const Recipe& recipe : variants(info))
                for (const Size& s : sizes) {
                    const Calibration calibration = calibrationFor(s.rows, s.cols);
                    if (const auto ok = acceptsMatrix(recipe, s.rows, s.cols, &calibration); !ok) {
                        QVERIFY2(ok.error().message.size() > 10, recipe.text().c_str());
                        continue;
                    }
                    f(recipe, s.rows, s.cols);
                    if (QTest::currentTestFailed()) {
                        qWarning("%s at %ld x %ld", recipe.text().c_str(), long(s.rows), long(s.cols));
                        return;
                    }
                }
        }
        QVERIFY(parts >= 9);
    }
    static Matrix decode(const QuantizedTensor& q)
    {
        const auto decoder = Decoder::make(std::make_shared<QuantizedTensor>(q));
        return decoder ? *(*decoder)->decodeAll({}) : Matrix();
    }
    // Zeros of both signs, subnormal, tiny, huge and constant stretches, and quotients below 2^-40.
    static void spoil(Matrix& w)
    {
        const auto d = w.data();
        for (std::size_t i = 0; i < d.size(); ++i) {
            const std::size_t stretch = i / 16 % 9;
            if (stretch == 1) d[i] = i % 3 == 0 ? -0.0F : 0.0F;
            if (stretch == 2) d[i] *= 0x1p-130F;
            if (stretch == 3 && i % 2 == 0) d[i] *= 0x1p-45F;
            if (stretch == 4) d[i] = std::fabs(d[i]);
            if (stretch == 5) d[i] = -std::fabs(d[i]);
            if (stretch == 6) d[i] = 0.25F;
            if (stretch == 7 && i % 5 == 0) d[i] *= 30000.0F;
        }
    }
    static Result<QuantizedTensor> run(const Recipe& recipe, const Matrix& w, const Context& context = {})
    {
        const Calibration calibration = calibrationFor(w.rows(), w.cols());
        QuantizeOptions options;
        options.seed = 7;
        options.calibration = &calibration;
        return quantize("w", w, recipe, options, context);
    }

private slots:
    void registry_grids_areDescribed()
    {
        QVERIFY(grids().size() >= 7);
        for (const PartInfo* info : grids()) {
            QVERIFY(!info->title.empty() && !info->summary.empty() && !info->source.empty());
            QVERIFY2(info->fits, info->name.c_str());
            for (const char* f : {"gguf", "gptq", "awq", "compressed-tensors", "bitsandbytes", "hqq"})
                info->fits(f, ParamValues(info->params)); // answers, whatever it is
        }
    }
    void params_everyPart_parseTheirDefaults()
    {
        for (const PartInfo& p : builtinRegistry().parts())
            for (const ParamSpec& s : p.params) {
                const auto v = parseValue(s, valueText(s.preset));
                QVERIFY2(v && *v == s.preset, (p.name + ":" + s.name).c_str());
                QVERIFY2(!s.help.empty(), (p.name + ":" + s.name).c_str());
            }
    }
    void recipe_text_parsesBackToTheSame()
    {
        for (const PartInfo& info : builtinRegistry().parts())
            for (const Recipe& r : variants(info)) {
                const auto back = parseRecipe(r.text());
                QVERIFY2(back, r.text().c_str());
                QVERIFY2(*back == r, r.text().c_str());
                QVERIFY(!r.label().empty());
            }
    }
    void recipe_methodsWithoutAGrid_takeIntegersAndTheirParameters()
    {
        const Recipe gptq = *parseRecipe("gptq");
        QCOMPARE(gptq.grid.name, std::string("uniform"));
        QCOMPARE(gptq.grid.values.integer("bits"), std::int64_t(4));
        QCOMPARE(gptq.grid.values.text("group"), std::string("128"));
        QCOMPARE(gptq.grid.values.text("scheme"), std::string("asym"));
        QVERIFY(gptq.assignment.values.flag("act_order"));
        const Recipe three = *parseRecipe("gptq:bits=3,group=64,act_order=0");
        QCOMPARE(three.grid.values.integer("bits"), std::int64_t(3));
        QCOMPARE(three.grid.values.text("group"), std::string("64"));
        QVERIFY(!three.assignment.values.flag("act_order"));
        const Recipe both = *parseRecipe("awq:clip=0,bits=3+gptq:group=64");
        QVERIFY(both == *parseRecipe("gptq:group=64+awq:clip=0,bits=3")); // order does not matter
        QCOMPARE(both.grid.values.integer("bits"), std::int64_t(3));
        QCOMPARE(both.transform.name, std::string("awq"));
        QCOMPARE(parseRecipe("lrq")->grid.values.text("group"), std::string("row"));
        QCOMPARE(parseRecipe("lrq:group=64")->grid.values.text("group"), std::string("64"));
        // Where a grid is named, its parameters belong to it.
        const auto misplaced = parseRecipe("afpq+gptq:bits=3");
        QVERIFY(!misplaced);
        QCOMPARE(misplaced.error().code, ErrorCode::Usage);
        QVERIFY(!parseRecipe("gptq+cd"));
        QVERIFY(!parseRecipe("awq+smoothquant"));
        const Recipe squeeze = *parseRecipe("squeezellm:bits=3,outliers=0.4,sensitive=0.1");
        QCOMPARE(squeeze.grid.name, std::string("kmeans"));
        QCOMPARE(squeeze.grid.values.text("weights"), std::string("fisher"));
        QCOMPARE(squeeze.residual.values.real("outliers"), 0.4);
        QVERIFY(*parseRecipe(squeeze.text()) == squeeze);
        QVERIFY(*parseRecipe(both.text()) == both);
    }
    void store_everySize_readsBackWhatWasFitted()
    {
        everywhere([](const Recipe& recipe, Index rows, Index cols) {
            const Matrix w = gaussian(rows, cols, 31);
            const Calibration calibration = calibrationFor(rows, cols);
            const PartInfo* info = builtinRegistry().part(PartKind::Grid, recipe.grid.name);
            const auto grid = info->makeGrid(recipe.grid.values);
            FitInput input;
            input.weights = w.view();
            input.calibration = &calibration;
            input.fisher = calibration.fisher;
            input.seed = 7;
            auto fitted = (*grid)->fit(input, {});
            QVERIFY2(fitted, fitted ? "" : fitted.error().text().c_str());
            QCOMPARE((*fitted)->rows(), rows);
            QCOMPARE((*fitted)->cols(), cols);
            Codes codes(rows, cols);
            Matrix direct(rows, cols);
            for (Index r = 0; r < rows; ++r) {
                (*fitted)->nearest(r, 0, w.row(r), codes.row(r));
                (*fitted)->decode(r, 0, codes.row(r), direct.row(r));
                if (cols > 1) { // any part of a row gives what the whole gives
                    std::vector<float> piece(static_cast<std::size_t>(cols - 1));
                    (*fitted)->decode(r, 1, codes.row(r).subspan(1), piece);
                    QVERIFY(std::memcmp(piece.data(), direct.row(r).data() + 1, piece.size() * 4) == 0);
                }
            }
            auto q = std::make_shared<QuantizedTensor>();
            q->name = "w";
            q->rows = rows;
            q->cols = cols;
            q->recipe = recipe;
            (*fitted)->store(codes, q->arrays);
            const auto decoder = Decoder::make(q);
            QVERIFY2(decoder, decoder ? "" : decoder.error().text().c_str());
            const auto decoded = (*decoder)->decodeAll({});
            QVERIFY(std::memcmp(decoded->data().data(), direct.data().data(), direct.data().size_bytes()) == 0);
            for (Index r = 0; r < rows; ++r) { // levels() tells the same values, and the group of each weight exists
                for (Index c = 0; c < cols; c += 13) {
                    const Index g = (*fitted)->groupOf(r, c);
                    QVERIFY(g >= 0 && g < (*fitted)->groups());
                    const auto levels = (*fitted)->levels(g);
                    if (!levels.empty()) QCOMPARE(levels.at(codes.row(r)[static_cast<std::size_t>(c)]), direct.at(r, c));
                }
            }
        });
    }
    void storage_everySize_isWhatIsStored()
    {
        everywhere([](const Recipe& recipe, Index rows, Index cols) {
            const auto q = run(recipe, gaussian(rows, cols, 32));
            QVERIFY2(q, q ? "" : q.error().text().c_str());
            const auto forecast = forecastStorage(recipe, rows, cols);
            QVERIFY(forecast);
            const std::uint64_t bits = forecast->payload + forecast->metadata;
            if (forecastIsExact(recipe)) QCOMPARE(q->bits(), bits);
            else QVERIFY(q->bits() <= bits);
        });
    }
    void quantize_everyOtherPart_storesDecodesAndForecasts()
    {
        const Size sizes[] = {{1, 1}, {3, 5}, {7, 33}, {64, 96}, {5, 256}};
        beyondGrids(
            [](const Recipe& recipe, Index rows, Index cols) {
                const Matrix w = gaussian(rows, cols, 32);
                const auto q = run(recipe, w);
                QVERIFY2(q, q ? "" : q.error().text().c_str());
                const auto forecast = forecastStorage(recipe, rows, cols);
                QVERIFY(forecast);
                QCOMPARE(q->bits(), forecast->payload + forecast->metadata);
                const auto decoder = Decoder::make(std::make_shared<QuantizedTensor>(*q));
                QVERIFY2(decoder, decoder ? "" : decoder.error().text().c_str());
                const auto decoded = (*decoder)->decodeAll({});
                // No method is far from rounding to nearest in its weights.
                if (rows * cols > 200) QVERIFY2(relativeError(*decoded, w) < 0.2, QByteArray::number(relativeError(*decoded, w)).constData());
                for (Index r = 0; r < rows; r += 3)
                    for (Index c = 0; c < cols; c += 17) QCOMPARE((*decoder)->element(r, c).decoded, decoded->at(r, c));
            },
            sizes);
    }
    void quantize_everyOtherPart_isTheSameForAnyNumberOfThreads()
    {
        const Size sizes[] = {{150, 192}};
        Context one;
        one.arena = makeArena(1);
        Context three;
        three.arena = makeArena(3);
        beyondGrids(
            [&](const Recipe& recipe, Index rows, Index cols) {
                const Matrix w = gaussian(rows, cols, 34);
                const auto a = run(recipe, w, one);
                const auto b = run(recipe, w, three);
                QVERIFY(a && b);
                QVERIFY(sameArrays(a->arrays, b->arrays));
            },
            sizes);
    }
    void quantize_everyOtherPart_takesOddRowsAndRefusesBadOnes()
    {
        const Size sizes[] = {{8, 64}};
        std::stop_source source;
        source.request_stop();
        Context stopped;
        stopped.stop = source.get_token();
        beyondGrids(
            [&](const Recipe& recipe, Index rows, Index cols) {
                Matrix w = gaussian(rows, cols, 38);
                const auto refused = run(recipe, w, stopped);
                QVERIFY(!refused);
                QCOMPARE(refused.error().code, ErrorCode::Cancelled);
                makeRowsOdd(w);
                const auto q = run(recipe, w);
                QVERIFY2(q, q ? "" : q.error().text().c_str());
                const Matrix d = decode(*q);
                QCOMPARE(d.rows(), rows);
                for (const float v : d.data()) QVERIFY(std::isfinite(v) && std::abs(v) < 100.0F);
                w.at(3, 17) = std::numeric_limits<float>::quiet_NaN();
                const auto bad = run(recipe, w);
                QVERIFY(!bad);
                QCOMPARE(bad.error().code, ErrorCode::NonFinite);
            },
            sizes);
    }
    void quantize_withoutCalibration_everyPartNamesWhatItLacks()
    {
        const Matrix w = gaussian(64, 64, 39);
        for (const PartInfo& info : builtinRegistry().parts()) {
            if (info.needs == NeedNothing || (info.needs & NeedModel)) continue;
            for (const Recipe& recipe : variants(info)) {
                const auto q = quantize("w", w, recipe, {}, {});
                QVERIFY2(!q, recipe.text().c_str());
                QCOMPARE(q.error().code, ErrorCode::Lacking);
                const std::string said = q.error().text();
                bool isNamed = false;
                for (const char* array : {"sigma", "mean_square", "mean_abs", "max_abs", "fisher", "samples"})
                    isNamed = isNamed || said.find(array) != std::string::npos;
                QVERIFY2(isNamed, said.c_str());
            }
        }
    }
    void quantize_decodedValues_addsNoError()
    {
        const Size sizes[] = {{8, 257}, {64, 96}, {2, 1024}};
        everywhere(
            [](const Recipe& recipe, Index rows, Index cols) {
                if (recipe.grid.name == "lcq") return; // its codebooks are themselves a fit of low rank, never exact
                const Matrix w = gaussian(rows, cols, 33);
                const auto first = run(recipe, w);
                const auto decoder = Decoder::make(std::make_shared<QuantizedTensor>(*first));
                const auto once = (*decoder)->decodeAll({});
                const auto second = run(recipe, *once);
                QVERIFY2(second, second ? "" : second.error().text().c_str());
                const auto again = (*Decoder::make(std::make_shared<QuantizedTensor>(*second)))->decodeAll({});
                const double lost = relativeError(*once, w);
                const double added = relativeError(*again, *once);
                // A low-rank codebook is found by a local search: the levels that are there are near, not exact.
                const double share = recipe.grid.name == "lcq" ? 1.0 : 0.6;
                QVERIFY2(added <= share * lost + 1e-6, QByteArray::number(added).constData());
            },
            sizes);
    }
    void quantize_anyNumberOfThreads_givesTheSameBytes()
    {
        const Size sizes[] = {{64, 2048}};
        Context one;
        one.arena = makeArena(1);
        Context three;
        three.arena = makeArena(3);
        everywhere(
            [&](const Recipe& recipe, Index rows, Index cols) {
                if (recipe.grid.name == "lcq" || recipe.grid.name == "kmeans") return; // slow; their own tests do it
                const Matrix w = gaussian(rows, cols, 34);
                const auto a = run(recipe, w, one);
                const auto b = run(recipe, w, three);
                QVERIFY(a && b);
                QVERIFY(sameArrays(a->arrays, b->arrays));
            },
            sizes);
    }
    void quantize_rowsReadInTiles_nameTheirErrors()
    {
        const Recipe recipe = *parseRecipe("rtn:bits=4,group=64");
        Matrix w = gaussian(64, 4096, 37);
        QVERIFY(streams(recipe, 64, 4096));
        w.at(50, 5) = std::numeric_limits<float>::infinity();
        w.at(60, 7) = std::numeric_limits<float>::quiet_NaN();
        w.at(2, 3) = 3e38F; // its scale overflows F16, in an earlier tile
        const auto refused = quantize("w", ReadRows(w), recipe, {}, {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::NonFinite);
        QCOMPARE(refused.error().found, std::string("element [50, 5]"));
        QuantizeOptions options;
        options.nonFiniteAsZero = true;
        const auto tooLarge = quantize("w", ReadRows(w), recipe, options, {});
        QVERIFY(!tooLarge);
        QCOMPARE(tooLarge.error().code, ErrorCode::NotRepresentable);
        w.at(2, 3) = 0;
        const auto zeroed = quantize("w", ReadRows(w), recipe, options, {});
        w.at(50, 5) = w.at(60, 7) = 0;
        const auto clean = quantize("w", w, recipe, {}, {});
        QVERIFY(zeroed && clean);
        QVERIFY(sameArrays(zeroed->arrays, clean->arrays));
        const auto unread = quantize("w", ReadRows(w, 40), recipe, {}, {});
        QVERIFY(!unread);
        QCOMPARE(unread.error().code, ErrorCode::Io);
        QCOMPARE(unread.error().tensor, std::string("w"));
    }
    void quantize_everyInstructionSet_givesTheSameBytes()
    {
        const Size sizes[] = {{3, 5}, {7, 33}, {5, 256}, {9, 1100}};
        everywhere(
            [&](const Recipe& recipe, Index rows, Index cols) {
                if (recipe.grid.name == "lcq" || recipe.grid.name == "kmeans") return; // they have no kernels of their own
                for (const bool isOdd : {false, true}) {
                    Matrix w = gaussian(rows, cols, 35, 0.05F);
                    if (isOdd) spoil(w);
                    setSimdLevel(SimdLevel::Portable);
                    const auto reference = run(recipe, w);
                    const Matrix want = reference ? decode(*reference) : Matrix();
                    for (const SimdLevel level : simdLevels()) {
                        setSimdLevel(level);
                        const auto got = run(recipe, w);
                        QCOMPARE(got.has_value(), reference.has_value());
                        if (!got) continue;
                        QVERIFY(sameArrays(got->arrays, reference->arrays));
                        const Matrix decoded = decode(*got);
                        QVERIFY(std::memcmp(decoded.data().data(), want.data().data(), want.data().size_bytes()) == 0);
                    }
                    setSimdLevel(std::nullopt);
                }
            },
            sizes);
        setSimdLevel(std::nullopt);
    }
    void quantize_moreBits_neverMoreError()
    {
        const Matrix w = gaussian(16, 512, 35);
        for (const PartInfo* info : grids())
            for (const ParamSpec& s : info->params) {
                if (s.name != "bits" || s.type != ParamType::Int) continue;
                double before = std::numeric_limits<double>::infinity();
                for (auto b = static_cast<std::int64_t>(s.min); b <= static_cast<std::int64_t>(s.max); ++b) {
                    Recipe r;
                    r.grid = {info->name, ParamValues(info->params)};
                    r.grid.values.set("bits", b);
                    if (!info->makeGrid(r.grid.values)) continue;
                    const auto q = run(r, w);
                    QVERIFY(q);
                    const auto d = (*Decoder::make(std::make_shared<QuantizedTensor>(*q)))->decodeAll({});
                    const double error = relativeError(*d, w);
                    QVERIFY2(error < before, r.text().c_str());
                    before = error;
                }
            }
    }
    void quantize_stoppedBefore_returnsCancelled()
    {
        std::stop_source source;
        source.request_stop();
        Context context;
        context.stop = source.get_token();
        const Size sizes[] = {{64, 256}};
        everywhere(
            [&](const Recipe& recipe, Index rows, Index cols) {
                const auto q = run(recipe, gaussian(rows, cols, 36), context);
                QVERIFY(!q);
                QCOMPARE(q.error().code, ErrorCode::Cancelled);
            },
            sizes);
    }
    void quantize_nonFinite_isRefusedAndNamed()
    {
        const Size sizes[] = {{8, 256}};
        everywhere(
            [&](const Recipe& recipe, Index rows, Index cols) {
                for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
                    Matrix w = gaussian(rows, cols, 37);
                    w.at(3, 17) = bad;
                    const auto q = run(recipe, w);
                    QVERIFY(!q);
                    QCOMPARE(q.error().code, ErrorCode::NonFinite);
                }
            },
            sizes);
    }
    void quantize_oddRows_decodeFinite()
    {
        const Size sizes[] = {{8, 256}, {8, 33}};
        everywhere(
            [&](const Recipe& recipe, Index rows, Index cols) {
                Matrix w = gaussian(rows, cols, 38);
                makeRowsOdd(w);
                const auto q = run(recipe, w);
                QVERIFY2(q, q ? "" : q.error().text().c_str());
                const auto decoder = Decoder::make(std::make_shared<QuantizedTensor>(*q));
                QVERIFY2(decoder, decoder ? "" : decoder.error().text().c_str());
                const auto d = (*decoder)->decodeAll({});
                for (const float v : d->data()) QVERIFY(std::isfinite(v) && std::abs(v) < 100.0F);
            },
            sizes);
    }
    void load_damagedArrays_areRefused()
    {
        const Size sizes[] = {{8, 256}};
        everywhere(
            [](const Recipe& recipe, Index rows, Index cols) {
                const auto q = run(recipe, gaussian(rows, cols, 39));
                QVERIFY2(q, q ? "" : q.error().text().c_str());
                const auto arrays = q->arrays.arrays();
                for (std::size_t k = 0; k < arrays.size(); ++k)
                    for (int damage = 0; damage < 4; ++damage) {
                        auto bad = std::make_shared<QuantizedTensor>(*q);
                        bad->arrays = {};
                        bool done = true;
                        for (std::size_t i = 0; i < arrays.size(); ++i) {
                            Array a = arrays[i];
                            if (i == k) {
                                if (damage == 0) continue; // missing
                                if (damage == 1) { // one row short
                                    if (a.shape.rank() == 0 || a.shape[0] < 1) done = false;
                                    else {
                                        std::vector<Index> dims(a.shape.dims().begin(), a.shape.dims().end());
                                        dims[0] -= 1;
                                        a.shape = Shape(dims);
                                        a.bytes.resize(static_cast<std::size_t>(byteSize(a.dtype, a.shape.elements()).value_or(0)));
                                    }
                                }
                                if (damage == 2) a.dtype = a.dtype == DType::F64 ? DType::I64 : DType::F64; // other type
                                if (damage == 3) { // a NaN among floats
                                    if (a.dtype == DType::F32 && a.bytes.size() >= 4) {
                                        const float nan = std::numeric_limits<float>::quiet_NaN();
                                        std::memcpy(a.bytes.data(), &nan, 4);
                                    } else if ((a.dtype == DType::F16 || a.dtype == DType::BF16) && a.bytes.size() >= 2) {
                                        const std::uint16_t nan = 0x7FFF;
                                        std::memcpy(a.bytes.data(), &nan, 2);
                                    } else done = false;
                                }
                            }
                            bad->arrays.add(std::move(a));
                        }
                        if (!done) continue;
                        const auto d = Decoder::make(bad);
                        QVERIFY2(!d, (recipe.text() + " takes a damaged " + arrays[k].name + ", kind " + std::to_string(damage)).c_str());
                        QVERIFY(d.error().message.size() > 10);
                    }
            },
            sizes);
    }
};

QTEST_GUILESS_MAIN(TestParts)
#include "tst_parts.moc"
