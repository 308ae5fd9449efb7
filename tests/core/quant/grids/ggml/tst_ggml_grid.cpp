// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/blocks/ggml/ggml_blocks.h"
#include "core/blocks/ggml/ggml_parts.h"
#include "core/quant/decoder.h"
#include "core/quant/grids/ggml/encode.h"
#include "core/quant/grids/ggml/fitted.h"
#include "core/quant/quantize.h"
#include "core/quant/registry.h"
#include "tests/support/golden.h"

#include <QTest>

#include <bit>
#include <cmath>
#include <cstring>
#include <random>

using namespace qs;
using namespace qs::quant;

namespace {

struct Encoded {
    std::unique_ptr<Grid> grid;
    std::unique_ptr<FittedGrid> fitted;
    Codes codes;
    ArrayStore store;
    std::vector<float> decoded; ///< by the reader of blocks
};

std::string nameOf(DType type)
{
    std::string name(dtypeName(type));
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

std::unique_ptr<Grid> makeGrid(DType type, const std::string& importance = "none")
{
    const PartInfo* part = builtinRegistry().part(PartKind::Grid, "ggml");
    ParamValues values(part->params);
    values.set("type", nameOf(type));
    values.set("importance", importance);
    return std::move(*part->makeGrid(values));
}

Encoded finish(DType type, MatrixView x, std::unique_ptr<Grid> grid, std::unique_ptr<FittedGrid> fitted)
{
    Encoded e;
    e.grid = std::move(grid);
    e.fitted = std::move(fitted);
    e.codes = Codes(x.rows, x.cols);
    for (Index r = 0; r < x.rows; ++r) e.fitted->nearest(r, 0, x.row(r), e.codes.row(r));
    e.fitted->store(e.codes, e.store);
    e.decoded.resize(x.data.size());
    if (!blocks::ggmlToFloat(type, e.store.arrays()[0].bytes, e.decoded)) e.decoded.clear();
    return e;
}

Encoded encode(DType type, MatrixView x, const std::string& importance = "none", const Calibration* calibration = nullptr,
               std::span<const std::uint8_t> removed = {})
{
    auto grid = makeGrid(type, importance);
    auto fitted = grid->fit(FitInput{x, calibration, 0, removed}, Context{});
    return finish(type, x, std::move(grid), std::move(*fitted));
}

double squares(std::span<const float> decoded, std::span<const float> x, std::span<const float> weight = {})
{
    double e = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        e += (weight.empty() ? 1.0 : weight[i]) * (double(decoded[i]) - x[i]) * (double(decoded[i]) - x[i]);
    return e;
}

double power(std::span<const float> x)
{
    double p = 0;
    for (const float v : x) p += double(v) * v;
    return p;
}

/// Rows of many kinds, 1024 columns each; the first four are random, the others are edges.
Matrix hardRows()
{
    Matrix x(18, 1024);
    std::mt19937_64 random(3);
    std::normal_distribution<float> normal;
    std::student_t_distribution<float> heavy(2.5F);
    for (Index c = 0; c < 1024; ++c) {
        x.at(0, c) = 0.02F * normal(random);
        x.at(1, c) = heavy(random);
        x.at(2, c) = std::abs(normal(random));           // one-sided
        x.at(3, c) = -5 - std::abs(normal(random));      // below zero, far from it
        x.at(4, c) = 0;                                  // all zero
        x.at(5, c) = 0.3F;                               // constant
        x.at(6, c) = -1000.2F;                           // constant, large
        x.at(7, c) = 1e-30F * normal(random);            // below every F16 scale
        x.at(8, c) = c < 512 ? 0 : normal(random);       // half zero
        x.at(9, c) = c % 37 == 0 ? 100 * normal(random) : 1e-3F * normal(random);
        x.at(10, c) = 1e-6F * normal(random);            // F16 scales are subnormal
        x.at(11, c) = 3e38F * (c % 2 == 0 ? 1 : -1);     // no F16 scale reaches it
        x.at(12, c) = c == 700 ? 1.0F : 0.0F;            // a single weight
        x.at(13, c) = 1000 + 0.01F * normal(random);     // narrow range, far from zero
        x.at(14, c) = -0.0F;
        x.at(15, c) = 1e-42F * normal(random);           // subnormal
        x.at(16, c) = static_cast<float>((37 * c) % 101 - 50) / 64;
        x.at(17, c) = 50000 * normal(random);
    }
    return x;
}

void addTypes()
{
    QTest::addColumn<int>("type");
    for (const blocks::GgmlForm& form : blocks::ggmlForms())
        QTest::newRow(nameOf(form.type).c_str()) << static_cast<int>(form.type);
}

} // namespace

class TestGgmlGrid : public QObject {
    Q_OBJECT
private slots:
    void parts_everyBlock_roundTrips_data() { addTypes(); }
    void parts_everyBlock_roundTrips();
    void fit_goldenRows_errNoMoreThanGgml_data() { addTypes(); }
    void fit_goldenRows_errNoMoreThanGgml();
    void fit_hardRows_finiteAndNoWorseThanZero_data() { addTypes(); }
    void fit_hardRows_finiteAndNoWorseThanZero();
    void fit_everyInstructionSet_sameBits_data() { addTypes(); }
    void fit_everyInstructionSet_sameBits();
    void fit_anyNumberOfThreads_sameBits();
    void nearest_anyValue_isNearestLevel_data() { addTypes(); }
    void nearest_anyValue_isNearestLevel();
    void nearest_partOfARow_equalsWholeRow();
    void decode_anyCode_equalsReaderOfBlocks_data() { addTypes(); }
    void decode_anyCode_equalsReaderOfBlocks();
    void load_storedBlocks_givesTheSameGrid_data() { addTypes(); }
    void load_storedBlocks_givesTheSameGrid();
    void load_nanScale_isRefused();
    void storage_everyType_equalsStoredBytes();
    void accepts_oddRows_namesTheFallback();
    void importance_diagonal_lowersTheWeightedError_data() { addTypes(); }
    void importance_diagonal_lowersTheWeightedError();
    void importance_withoutCalibration_isRefused();
    void importance_sigmaAlone_equalsMeanSquare();
    void removed_outlier_doesNotWidenTheGrid();
    void fits_onlyGguf();
    void quantize_wholePipeline_decodesToTheBlocks();
    void fit_stopped_isCancelled();
};

void TestGgmlGrid::parts_everyBlock_roundTrips()
{
    QFETCH(int, type);
    const blocks::GgmlForm& form = *blocks::ggmlForm(static_cast<DType>(type));
    const DTypeTraits& t = traits(form.type);
    const std::size_t subs = t.blockElements / static_cast<std::size_t>(form.subElements);
    std::mt19937_64 random(5);
    for (int n = 0; n < 100; ++n) {
        std::vector<std::byte> block(t.blockBytes);
        for (std::byte& b : block) b = static_cast<std::byte>(random() & 0xFFU);
        std::vector<std::uint8_t> codes(t.blockElements);
        blocks::ggmlCodes(form.type, block.data(), codes.data());
        std::vector<std::byte> other = block;
        std::vector<std::uint8_t> inverted(codes);
        for (std::uint8_t& c : inverted) c = static_cast<std::uint8_t>(c ^ ((1U << form.codeBits) - 1U));
        blocks::ggmlSetCodes(form.type, inverted.data(), other.data());
        float scale[16];
        float offset[16];
        float scaleAfter[16];
        float offsetAfter[16];
        blocks::ggmlScales(form.type, block.data(), scale, offset);
        blocks::ggmlScales(form.type, other.data(), scaleAfter, offsetAfter);
        QVERIFY(std::memcmp(scale, scaleAfter, subs * sizeof(float)) == 0); // codes and scales don't share bits
        QVERIFY(std::memcmp(offset, offsetAfter, subs * sizeof(float)) == 0);
        std::vector<std::uint8_t> read(t.blockElements);
        blocks::ggmlCodes(form.type, other.data(), read.data());
        QCOMPARE(read, inverted);
        blocks::ggmlSetCodes(form.type, codes.data(), other.data());
        QVERIFY(other == block);
    }
}

void TestGgmlGrid::fit_goldenRows_errNoMoreThanGgml()
{
    const test::Golden golden("ggml_blocks.safetensors");
    QS_NEED_GOLDEN(golden);
    QFETCH(int, type);
    const auto dtype = static_cast<DType>(type);
    std::string key;
    for (const std::string& k : golden.keys())
        if (const auto dot = k.find(".values"); dot != std::string::npos && dtypeFromName(k.substr(0, dot)) == dtype)
            key = k.substr(0, dot);
    QVERIFY(!key.empty());
    const Matrix x = golden.matrix("x");
    const std::vector<float> theirs = golden.floats(key + ".values");
    const Encoded e = encode(dtype, x);
    QCOMPARE(e.decoded.size(), x.data().size());
    const std::size_t first = 7 * static_cast<std::size_t>(x.cols());
    const double ours = squares(std::span(e.decoded).first(first), x.data().first(first)) / power(x.data().first(first));
    const double reference = std::stod(golden.meta(key + ".relmse_rows_0_6"));
    QVERIFY2(ours <= reference, qPrintable(QString("%1 > %2").arg(ours).arg(reference)));
    // Every row by itself, the edges too; a hair of room where both only round the same F16 numbers.
    for (Index r = 0; r < x.rows(); ++r) {
        const auto at = static_cast<std::size_t>(r * x.cols());
        const auto n = static_cast<std::size_t>(x.cols());
        const double us = squares(std::span(e.decoded).subspan(at, n), x.row(r));
        const double them = squares(std::span(theirs).subspan(at, n), x.row(r));
        if (std::isfinite(them))
            QVERIFY2(us <= them * 1.0001, qPrintable(QString("row %1: %2 > %3").arg(r).arg(us).arg(them)));
    }
}

void TestGgmlGrid::fit_hardRows_finiteAndNoWorseThanZero()
{
    QFETCH(int, type);
    const Matrix x = hardRows();
    const Encoded e = encode(static_cast<DType>(type), x);
    QCOMPARE(e.decoded.size(), x.data().size());
    for (Index r = 0; r < x.rows(); ++r) {
        const auto row = std::span(e.decoded).subspan(static_cast<std::size_t>(r * x.cols()), static_cast<std::size_t>(x.cols()));
        for (const float v : row) QVERIFY2(std::isfinite(v), qPrintable(QString("row %1").arg(r)));
        const double error = squares(row, x.row(r));
        QVERIFY2(error <= power(x.row(r)) * 1.0000001, qPrintable(QString("row %1: %2").arg(r).arg(error)));
    }
    const auto row = [&](Index r) {
        return std::span(e.decoded).subspan(static_cast<std::size_t>(r * x.cols()), static_cast<std::size_t>(x.cols()));
    };
    for (const Index r : {Index(4), Index(14)})
        for (const float v : row(r)) QCOMPARE(v, 0.0F);
    for (Index c = 0; c < 512; ++c) // the zero half; IQ4 has no level 0 and MXFP4's negative zero is never chosen
        QCOMPARE(row(8)[static_cast<std::size_t>(c)], 0.0F);
    QVERIFY(squares(row(0), x.row(0)) < 0.12 * power(x.row(0)));
    QVERIFY(squares(row(5), x.row(5)) < 0.04 * power(x.row(5)));
}

void TestGgmlGrid::fit_everyInstructionSet_sameBits()
{
    QFETCH(int, type);
    const blocks::GgmlForm& form = *blocks::ggmlForm(static_cast<DType>(type));
    const Matrix hard = hardRows();
    const Matrix soft = test::gaussian(3, 1280, 9); // an odd number of blocks
    for (const Matrix* x : {&hard, &soft}) {
        ggml::Importance weighted;
        for (Index c = 0; c < x->cols(); ++c) weighted.columns.push_back(static_cast<float>(1 + c % 7));
        for (const ggml::Importance& importance : {ggml::Importance{}, weighted}) {
            const auto run = [&](ggml::Level level) {
                const ggml::Kernels& k = ggml::kernels(level);
                auto fitted = std::make_unique<ggml::FittedBlocks>(
                    form, x->rows(), x->cols(), ggml::fitBlocks(form, x->view(), importance, k, Context{}), k, Context{});
                return finish(form.type, x->view(), nullptr, std::move(fitted)).store;
            };
            const ArrayStore portable = run(ggml::Level::Portable);
            for (const ggml::Level level : ggml::availableLevels())
                QVERIFY(run(level).arrays()[0].bytes == portable.arrays()[0].bytes);
        }
    }
    QVERIFY(ggml::availableLevels().size() >= 1);
}

void TestGgmlGrid::fit_anyNumberOfThreads_sameBits()
{
    const Matrix x = test::gaussian(70, 1024, 2);
    for (const DType type : {DType::Q4_K, DType::Q6_K, DType::Q4_0}) {
        const auto grid = makeGrid(type);
        std::vector<std::byte> first;
        for (const int threads : {1, 2, 4}) {
            Context context;
            context.arena = makeArena(threads);
            auto fitted = *grid->fit(FitInput{x.view()}, context);
            ArrayStore store;
            fitted->store(Codes(x.rows(), x.cols()), store);
            if (first.empty()) first = store.arrays()[0].bytes;
            QVERIFY(store.arrays()[0].bytes == first);
        }
    }
}

void TestGgmlGrid::nearest_anyValue_isNearestLevel()
{
    QFETCH(int, type);
    const Matrix x = hardRows();
    Encoded e = encode(static_cast<DType>(type), x);
    std::mt19937_64 random(8);
    std::vector<float> probe(1024);
    std::vector<std::uint8_t> codes(1024);
    std::vector<std::vector<float>> byGroup(static_cast<std::size_t>(e.fitted->groups()));
    for (std::size_t g = 0; g < byGroup.size(); ++g) byGroup[g] = e.fitted->levels(static_cast<Index>(g));
    const auto levelsAt = [&](Index r, std::size_t i) -> const std::vector<float>& {
        return byGroup[static_cast<std::size_t>(e.fitted->groupOf(r, static_cast<Index>(i)))];
    };
    for (Index r = 0; r < x.rows(); ++r) {
        for (std::size_t i = 0; i < probe.size(); ++i) {
            const auto& levels = levelsAt(r, i);
            const float a = levels[random() % levels.size()];
            const float b = levels[random() % levels.size()];
            // Halfway between two levels, a hair beside it, the weight itself, and far out.
            switch (random() % 4) {
            case 0: probe[i] = (a + b) / 2; break;
            case 1: probe[i] = std::nextafter((a + b) / 2, b); break;
            case 2: probe[i] = x.at(r, static_cast<Index>(i)); break;
            default: probe[i] = a * 100; break;
            }
            if (!std::isfinite(probe[i])) probe[i] = 0;
        }
        e.fitted->nearest(r, 0, probe, codes);
        for (std::size_t i = 0; i < probe.size(); ++i) {
            const auto& levels = levelsAt(r, i);
            const double got = std::abs(double(levels[codes[i]]) - probe[i]);
            for (const float level : levels)
                if (!(got <= std::abs(double(level) - probe[i])))
                    QFAIL(qPrintable(QString("row %1 column %2: %3 has code %4").arg(r).arg(i).arg(probe[i]).arg(codes[i])));
        }
    }
}

void TestGgmlGrid::nearest_partOfARow_equalsWholeRow()
{
    const Matrix x = test::gaussian(2, 512, 4);
    for (const DType type : {DType::Q4_0, DType::Q6_K, DType::IQ4_XS, DType::MXFP4}) {
        const Encoded e = encode(type, x);
        for (const auto& [begin, count] : {std::pair<Index, Index>{0, 1}, {17, 1}, {5, 90}, {30, 40}, {511, 1}, {32, 64}}) {
            std::vector<std::uint8_t> part(static_cast<std::size_t>(count));
            const auto from = static_cast<std::size_t>(begin);
            e.fitted->nearest(1, begin, x.row(1).subspan(from, part.size()), part);
            std::vector<float> values(part.size());
            e.fitted->decode(1, begin, part, values);
            for (std::size_t i = 0; i < part.size(); ++i) {
                QCOMPARE(part[i], e.codes.row(1)[from + i]);
                QCOMPARE(values[i], e.decoded[512 + from + i]);
            }
        }
    }
}

void TestGgmlGrid::decode_anyCode_equalsReaderOfBlocks()
{
    QFETCH(int, type);
    const auto dtype = static_cast<DType>(type);
    const Matrix x = hardRows();
    const Encoded e = encode(dtype, x);
    Codes codes(x.rows(), x.cols());
    std::mt19937_64 random(6);
    for (std::uint8_t& c : codes.data) c = static_cast<std::uint8_t>(random() & ((1U << e.fitted->bits()) - 1U));
    ArrayStore store;
    e.fitted->store(codes, store);
    std::vector<float> byReader(x.data().size());
    QVERIFY(blocks::ggmlToFloat(dtype, store.arrays()[0].bytes, byReader));
    std::vector<float> byGrid(static_cast<std::size_t>(x.cols()));
    std::vector<std::uint8_t> read(byGrid.size());
    for (Index r = 0; r < x.rows(); ++r) {
        e.fitted->codesOfRow(store, r, read);
        QVERIFY(std::equal(read.begin(), read.end(), codes.row(r).begin()));
        e.fitted->decode(r, 0, read, byGrid);
        const float* expected = byReader.data() + static_cast<std::size_t>(r) * byGrid.size();
        QVERIFY(std::memcmp(byGrid.data(), expected, byGrid.size() * sizeof(float)) == 0);
        const auto levels = e.fitted->levels(e.fitted->groupOf(r, 100));
        QCOMPARE(std::bit_cast<std::uint32_t>(levels[read[100]]), std::bit_cast<std::uint32_t>(expected[100]));
    }
}

void TestGgmlGrid::load_storedBlocks_givesTheSameGrid()
{
    QFETCH(int, type);
    const Matrix x = test::gaussian(3, 512, 1);
    const Encoded e = encode(static_cast<DType>(type), x);
    auto loaded = e.grid->load(e.store, 3, 512);
    QVERIFY(loaded.has_value());
    QVERIFY((*loaded)->checkCodes(e.store).has_value());
    std::vector<std::uint8_t> codes(512);
    for (Index r = 0; r < 3; ++r) {
        (*loaded)->codesOfRow(e.store, r, codes);
        QVERIFY(std::equal(codes.begin(), codes.end(), e.codes.row(r).begin()));
    }
    for (Index g = 0; g < (*loaded)->groups(); ++g) QVERIFY((*loaded)->levels(g) == e.fitted->levels(g));
    QVERIFY(!e.grid->load(e.store, 4, 512).has_value());
    QVERIFY(!e.grid->load(ArrayStore{}, 3, 512).has_value());
    QCOMPARE((*loaded)->maps()[0].values.size(), static_cast<std::size_t>((*loaded)->groups()));
    QVERIFY((*loaded)->describe(0).starts_with("scale "));
}

void TestGgmlGrid::load_nanScale_isRefused()
{
    std::vector<std::byte> bytes(18, std::byte{0xFF});
    ArrayStore store;
    store.add<std::byte>("grid.blocks", DType::U8, {1, 18}, bytes);
    const auto loaded = makeGrid(DType::Q4_0)->load(store, 1, 32);
    QVERIFY(!loaded.has_value());
    QCOMPARE(loaded.error().code, ErrorCode::Malformed);
}

void TestGgmlGrid::storage_everyType_equalsStoredBytes()
{
    const Matrix x = test::gaussian(3, 512, 1);
    for (const blocks::GgmlForm& form : blocks::ggmlForms()) {
        const Encoded e = encode(form.type, x);
        const StorageBits s = e.grid->storage(3, 512);
        QCOMPARE(s.payload + s.metadata, 8 * e.store.totalBytes());
        QCOMPARE(s.payload, std::uint64_t(3 * 512) * static_cast<std::uint64_t>(form.codeBits));
        QCOMPARE(s.perWeight(3, 512), bitsPerElement(form.type));
    }
}

void TestGgmlGrid::accepts_oddRows_namesTheFallback()
{
    QVERIFY(makeGrid(DType::Q4_K)->accepts(4, 512).has_value());
    QVERIFY(makeGrid(DType::Q4_0)->accepts(4, 96).has_value());
    const auto says = [](DType type, Index cols, const char* word) {
        const Status s = makeGrid(type)->accepts(4, cols);
        return !s.has_value() && s.error().text().find(word) != std::string::npos;
    };
    QVERIFY(says(DType::Q4_K, 96, "q5_0"));
    QVERIFY(says(DType::Q5_K, 96, "q5_1"));
    QVERIFY(says(DType::Q6_K, 96, "q8_0"));
    QVERIFY(says(DType::Q2_K, 96, "iq4_nl"));
    QVERIFY(says(DType::IQ4_XS, 96, "iq4_nl"));
    QVERIFY(says(DType::Q4_K, 100, "f16"));
    QVERIFY(says(DType::Q8_0, 100, "f16"));
}

void TestGgmlGrid::importance_diagonal_lowersTheWeightedError()
{
    QFETCH(int, type);
    const auto dtype = static_cast<DType>(type);
    const Matrix x = test::gaussian(16, 512, 12);
    Calibration calibration;
    calibration.inputs = 512;
    std::mt19937_64 random(1);
    std::lognormal_distribution<float> draw(0.0F, 2.0F);
    for (int i = 0; i < 512; ++i) calibration.meanSquare.push_back(draw(random));
    std::vector<float> weight;
    for (int r = 0; r < 16; ++r) weight.insert(weight.end(), calibration.meanSquare.begin(), calibration.meanSquare.end());
    const double plain = squares(encode(dtype, x).decoded, x.data(), weight);
    const double weighted = squares(encode(dtype, x, "diagonal", &calibration).decoded, x.data(), weight);
    QVERIFY2(weighted < plain, qPrintable(QString("%1 >= %2").arg(weighted).arg(plain)));
}

void TestGgmlGrid::importance_withoutCalibration_isRefused()
{
    const Matrix x = test::gaussian(1, 256, 1);
    const auto grid = makeGrid(DType::Q4_K, "diagonal");
    const Calibration empty;
    for (const Calibration* c : {static_cast<const Calibration*>(nullptr), &empty}) {
        const auto fitted = grid->fit(FitInput{x.view(), c}, Context{});
        QVERIFY(!fitted.has_value());
        QCOMPARE(fitted.error().code, ErrorCode::Lacking);
    }
}

void TestGgmlGrid::importance_sigmaAlone_equalsMeanSquare()
{
    const Matrix x = test::gaussian(2, 256, 1);
    Calibration a;
    Calibration b;
    a.inputs = b.inputs = 256;
    b.sigma.assign(256 * 256, 0.5);
    for (std::size_t i = 0; i < 256; ++i) {
        a.meanSquare.push_back(static_cast<float>(1 + i));
        b.sigma[i * 256 + i] = 100.0 * static_cast<double>(1 + i); // a sum over 100 tokens
    }
    QVERIFY(encode(DType::Q4_K, x, "diagonal", &a).decoded == encode(DType::Q4_K, x, "diagonal", &b).decoded);
}

void TestGgmlGrid::removed_outlier_doesNotWidenTheGrid()
{
    Matrix x = test::gaussian(1, 256, 1);
    x.at(0, 5) = 0; // taken out by a residual
    std::vector<std::uint8_t> removed(256, 0);
    removed[5] = 1;
    for (const blocks::GgmlForm& form : blocks::ggmlForms()) {
        const Encoded with = encode(form.type, x, "none", nullptr, removed);
        const Encoded without = encode(form.type, x);
        std::vector<float> weight(256, 1.0F);
        weight[5] = 0;
        QVERIFY(squares(with.decoded, x.data(), weight) <= squares(without.decoded, x.data(), weight) * 1.02);
    }
}

void TestGgmlGrid::fits_onlyGguf()
{
    const PartInfo* part = builtinRegistry().part(PartKind::Grid, "ggml");
    QVERIFY(part->fits("gguf", ParamValues(part->params)).fits());
    for (const char* other : {"gptq", "awq", "compressed-tensors", "bitsandbytes", "hqq"})
        QVERIFY(!part->fits(other, ParamValues(part->params)).fits());
}

void TestGgmlGrid::quantize_wholePipeline_decodesToTheBlocks()
{
    const Matrix x = test::gaussian(5, 512, 1);
    for (const blocks::GgmlForm& form : blocks::ggmlForms()) {
        const PartInfo* part = builtinRegistry().part(PartKind::Grid, "ggml");
        Recipe recipe;
        recipe.grid = {"ggml", ParamValues(part->params)};
        recipe.grid.values.set("type", nameOf(form.type));
        recipe.assignment = {"nearest", {}};
        auto done = quantize("w", x, recipe, {}, Context{});
        QVERIFY(done.has_value());
        const auto tensor = std::make_shared<const QuantizedTensor>(std::move(*done));
        QCOMPARE(tensor->storage().payload, std::uint64_t(5 * 512) * static_cast<std::uint64_t>(form.codeBits));
        const auto decoder = Decoder::make(tensor);
        QVERIFY(decoder.has_value());
        const auto all = (*decoder)->decodeAll(Context{});
        QVERIFY(all.has_value());
        const Encoded e = encode(form.type, x);
        QVERIFY(std::equal(e.decoded.begin(), e.decoded.end(), all->data().begin()));
    }
}

void TestGgmlGrid::fit_stopped_isCancelled()
{
    const Matrix x = test::gaussian(64, 4096, 1);
    std::stop_source source;
    source.request_stop();
    Context context;
    context.stop = source.get_token();
    const auto fitted = makeGrid(DType::Q4_K)->fit(FitInput{x.view()}, context);
    QVERIFY(!fitted.has_value());
    QCOMPARE(fitted.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestGgmlGrid)
#include "tst_ggml_grid.moc"
