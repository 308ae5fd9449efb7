// SPDX-License-Identifier: GPL-3.0-or-later
// Every part reads its tensor in tiles of rows: the same bytes for any tiles and threads, and never the whole at once.
#include "core/exec/context.h"
#include "tests/core/quant/calibrated.h"
#include "tests/core/quant/variants.h"

#include <QtTest>
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <new>

using namespace qs;
using namespace qs::quant;
using namespace qs::test;

namespace {

// What this program asks of the heap.
std::atomic<std::size_t> live{0};
std::atomic<std::size_t> peak{0};
std::atomic<std::size_t> largest{0};

void raise(std::atomic<std::size_t>& to, std::size_t value)
{
    std::size_t now = to.load(std::memory_order_relaxed);
    while (now < value && !to.compare_exchange_weak(now, value, std::memory_order_relaxed)) {}
}

constexpr std::size_t kHead = alignof(std::max_align_t);

void* allocate(std::size_t size)
{
    void* p = std::malloc(size + kHead);
    if (!p) throw std::bad_alloc();
    *static_cast<std::size_t*>(p) = size;
    raise(peak, live.fetch_add(size, std::memory_order_relaxed) + size);
    raise(largest, size);
    return static_cast<char*>(p) + kHead;
}

void release(void* p) noexcept
{
    if (!p) return;
    void* const start = static_cast<char*>(p) - kHead;
    live.fetch_sub(*static_cast<std::size_t*>(start), std::memory_order_relaxed);
    std::free(start);
}

// Rows that are read, and how many at once.
class CountedRows : public RowSource {
public:
    explicit CountedRows(const Matrix& m) : m_rows(m) {}
    Index rows() const override { return m_rows.rows(); }
    Index cols() const override { return m_rows.cols(); }
    Status readRows(Index row0, std::span<float> out) const override
    {
        raise(m_most, out.size() / static_cast<std::size_t>(cols()));
        return m_rows.readRows(row0, out);
    }
    std::size_t most() const { return m_most; }

private:
    ReadRows m_rows;
    mutable std::atomic<std::size_t> m_most{0};
};

QByteArray named(const Recipe& recipe, Index rows, Index cols)
{
    return QByteArray::fromStdString(recipe.text() + " on " + std::to_string(rows) + " x " + std::to_string(cols));
}

bool fits(const Recipe& recipe, Index rows, Index cols, const Calibration& calibration)
{
    return acceptsMatrix(recipe, rows, cols, &calibration).has_value();
}

// Grids whose levels follow from all rows, with everything that can stand around a grid.
std::vector<Recipe> combinations()
{
    std::vector<Recipe> out;
    for (const std::string grid : {"rtn:bits=3,group=32", "rtn:bits=3,group=tensor,clip=mse", "nf:group=64,double=1", "nf:layout=flat,group=64", "nvfp4",
                                   "hqq:bits=3", "hqq:bits=3,axis=0", "lcq:bits=2,iterations=3", "afpq:group=tensor,search=1", "kmeans:group=tensor,bits=2",
                                   "kmeans:group=32,bits=2,weights=fisher", "ggml:type=q4_k"})
        for (const std::string rest : {"", "+hadamard:block=32", "+awq:ratios=3", "+awq:ratios=3,clip=0", "+smoothquant", "+outliers:percent=2",
                                       "+sensitive", "+gptq", "+gptq:act_order=0", "+cd:sweeps=2", "+cd:sweeps=2,start=gptq",
                                       "+awq:ratios=3+gptq+outliers:percent=1", "+hadamard:block=32+cd:sweeps=2+sensitive", "+smoothquant+gptq"})
            if (const auto r = parseRecipe(grid + rest)) out.push_back(*r);
    for (const char* text : {"rtn:bits=3,group=32+awq:ratios=3+flexround:steps=3+outliers", "rtn:bits=3,group=32+hadamard:block=32+omniquant:steps=3",
                             "rtn:bits=3,group=32+lrq:steps=3+outliers"})
        if (const auto r = parseRecipe(text)) out.push_back(*r);
    return out;
}

} // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
// The library's own would do, but sanitizers bring theirs.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept
{
    try {
        return allocate(size);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}
void* operator new[](std::size_t size, const std::nothrow_t& none) noexcept { return operator new(size, none); }
void operator delete(void* p, const std::nothrow_t&) noexcept { release(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept { release(p); }
void operator delete(void* p) noexcept { release(p); }
void operator delete[](void* p) noexcept { release(p); }
void operator delete(void* p, std::size_t) noexcept { release(p); }
void operator delete[](void* p, std::size_t) noexcept { release(p); }

class TestStreaming : public QObject {
    Q_OBJECT

    static Result<QuantizedTensor> tiled(const Recipe& recipe, const RowSource& rows, const Calibration& calibration, Index tileWeights, int threads)
    {
        QuantizeOptions options;
        options.seed = 7;
        options.calibration = &calibration;
        options.tileWeights = tileWeights;
        Context context;
        context.arena = makeArena(threads);
        return quantize("w", rows, recipe, options, context);
    }
    static bool isTheSameInAnyTiles(const Recipe& recipe, Index rows, Index cols)
    {
        const Matrix w = gaussian(rows, cols, 36);
        const Calibration calibration = calibrationFor(rows, cols);
        if (!fits(recipe, rows, cols, calibration)) return false;
        const QByteArray name = named(recipe, rows, cols);
        const auto whole = tiled(recipe, MatrixRows(w), calibration, Index(1) << 40, 1);
        const auto single = tiled(recipe, ReadRows(w), calibration, 1, 3);
        const auto few = tiled(recipe, ReadRows(w), calibration, 5 * cols, 2);
        [&] {
            if (!whole) { // some grids and assignments don't go together; then not in tiles either
                QVERIFY2(!single && !few, name.constData());
                QVERIFY2(single.error().text() == whole.error().text() && few.error().text() == whole.error().text(), name.constData());
                return;
            }
            QVERIFY2(single && few, name.constData());
            QVERIFY2(sameArrays(whole->arrays, single->arrays), name.constData());
            QVERIFY2(sameArrays(whole->arrays, few->arrays), name.constData());
        }();
        return whole.has_value();
    }

private slots:
    void everyPart_anyTilesAndThreads_givesTheSameBytes()
    {
        int done = 0;
        for (const PartInfo& info : builtinRegistry().parts())
            for (const Recipe& recipe : variants(info))
                for (const auto& [rows, cols] : {std::pair<Index, Index>{70, 96}, {130, 256}}) {
                    const bool isSlow = recipe.grid.name == "kmeans" || recipe.grid.name == "lcq";
                    if (isSlow && rows > 100) continue;
                    done += isTheSameInAnyTiles(recipe, rows, cols) ? 1 : 0;
                    if (QTest::currentTestFailed()) return;
                }
        QVERIFY2(done > 200, QByteArray::number(done).constData());
    }
    void everyCombination_anyTilesAndThreads_givesTheSameBytes()
    {
        int done = 0;
        for (const Recipe& recipe : combinations()) {
            done += isTheSameInAnyTiles(recipe, 67, 64) ? 1 : 0;
            done += isTheSameInAnyTiles(recipe, 9, 256) ? 1 : 0;
            if (QTest::currentTestFailed()) return;
        }
        QVERIFY2(done > 150, QByteArray::number(done).constData());
    }
    // A grid by itself: what fit() makes of the whole matrix in memory.
    void everyGrid_rowsReadInTiles_haveTheLevelsOfTheWhole()
    {
        int done = 0;
        const Index rows = 130;
        const Index cols = 100;
        const Matrix w = gaussian(rows, cols, 38);
        const Calibration calibration = calibrationFor(rows, cols);
        for (const PartInfo& info : builtinRegistry().parts()) {
            if (info.kind != PartKind::Grid) continue;
            for (const Recipe& recipe : variants(info)) {
                if (!fits(recipe, rows, cols, calibration)) continue;
                const QByteArray name = named(recipe, rows, cols);
                const auto tiles = tiled(recipe, ReadRows(w), calibration, 3 * cols, 2);
                QVERIFY2(tiles.has_value(), name.constData());
                FitInput input;
                input.weights = w.view();
                input.calibration = &calibration;
                input.seed = 7;
                input.fisher = calibration.fisher;
                const auto grid = info.makeGrid(recipe.grid.values);
                const auto fitted = (*grid)->fit(input, {});
                QVERIFY2(fitted.has_value(), name.constData());
                Codes codes(rows, cols);
                for (Index r = 0; r < rows; ++r) (*fitted)->nearest(r, 0, w.row(r), codes.row(r));
                ArrayStore whole;
                (*fitted)->store(codes, whole);
                QVERIFY2(sameArrays(tiles->arrays, whole), name.constData());
                ++done;
            }
        }
        QVERIFY2(done > 80, QByteArray::number(done).constData());
    }
    void everyPart_neverHasTheWholeMatrix()
    {
        // Parts that keep as much as the matrix, and why; they say so before the run (streams(), README).
        const std::map<std::string, std::string> keep = {{"als", "each round solves the levels of all rows, and V over them, for the codes of the round before"},
                                                         {"lrq", "the factors L and U, with Adam's moments, are shared by all rows"},
                                                         {"rounding", "an offset per weight, with Adam's moments, is learned over all rows together with the levels"}};
        const Index rows = 4096;
        const Index cols = 128;
        const auto size = static_cast<std::size_t>(rows * cols);
        const Matrix w = gaussian(rows, cols, 39);
        const Calibration calibration = calibrationFor(rows, cols);
        Context context;
        context.arena = makeArena(2);
        QuantizeOptions options;
        options.calibration = &calibration;
        for (const PartInfo& info : builtinRegistry().parts())
            for (const Recipe& recipe : variants(info)) {
                if (!fits(recipe, rows, cols, calibration)) continue;
                const QByteArray name = named(recipe, rows, cols);
                const bool isKept = keep.contains(info.name);
                QVERIFY2(streams(recipe, rows, cols) != isKept, name.constData());
                if (isKept) continue;
                // More levels take longer and no other memory.
                const bool isSlow = recipe.grid.name == "kmeans" || recipe.grid.name == "lcq";
                if (isSlow && recipe.grid.values.integer("bits") > 3) continue;
                const CountedRows source(w);
                const std::size_t before = live;
                peak = before;
                largest = 0;
                const auto q = quantize("w", source, recipe, options, context);
                const std::size_t most = peak - before;
                const std::size_t one = largest;
                if (!q) continue; // parts that don't go together
                QVERIFY2(source.most() <= 512, (name + ": " + QByteArray::number(qulonglong(source.most())) + " rows at once").constData());
                // Values of one group over the whole are sorted a million at a time, so here all of them.
                const bool isSorted = isSlow && recipe.grid.values.text("group") == "tensor";
                // The artefact's own arrays may be larger: values that are stored as they are.
                std::size_t stored = 0;
                for (const Array& a : q->arrays.arrays()) stored = std::max(stored, a.bytes.size());
                if (!isSorted)
                    QVERIFY2(one < std::max(3 * size, stored + 4096), (name + ": " + QByteArray::number(qulonglong(one)) + " bytes in one piece").constData());
                QVERIFY2(isSorted || most < 3 * 4 * size, (name + ": " + QByteArray::number(qulonglong(most)) + " bytes").constData());
                QVERIFY2(most <= forecastWorkingBytes(recipe, rows, cols) + 3 * 4 * size + (std::size_t(256) << 20), name.constData());
            }
    }
    void measure_wholeMatrix_isNoticed()
    {
        // The test above can fail: reading everything at once is seen both ways.
        const Matrix w = gaussian(4096, 128, 40);
        const Calibration calibration = calibrationFor(4096, 128);
        const auto recipe = *parseRecipe("rtn:bits=3,group=row+lrq:steps=1");
        QuantizeOptions options;
        options.calibration = &calibration;
        const CountedRows source(w);
        largest = 0;
        QVERIFY(quantize("w", source, recipe, options, {}).has_value());
        QCOMPARE(source.most(), std::size_t(4096));
        QVERIFY(largest.load() >= std::size_t(4) * 4096 * 128);
    }
};

QTEST_GUILESS_MAIN(TestStreaming)
#include "tst_streaming.moc"
