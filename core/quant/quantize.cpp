// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize.h"

#include "core/exec/parallel_for.h"
#include "core/quant/group_kernels.h"

#include <algorithm>
#include <cmath>

namespace qs::quant {
namespace {

template <class T, class Make>
Result<std::unique_ptr<T>> makePart(const Registry& registry, PartKind kind, const PartUse& use, Make PartInfo::* make)
{
    const PartInfo* info = registry.part(kind, use.name);
    if (!info)
        return fail(Error(ErrorCode::Usage, std::string("no ") + partKindName(kind) + " of this name").got(use.name));
    return (info->*make)(use.values);
}

} // namespace

StorageBits QuantizedTensor::storage() const
{
    StorageBits s;
    const std::uint64_t all = bits();
    if (const Array* codes = arrays.find("codes")) s.payload = 8 * codes->bytes.size();
    else if (const PartInfo* info = builtinRegistry().part(PartKind::Grid, recipe.grid.name))
        if (auto grid = info->makeGrid(recipe.grid.values)) s.payload = (*grid)->storage(rows, cols).payload;
    s.metadata = all - s.payload;
    return s;
}

Status acceptsMatrix(const Recipe& recipe, Index rows, Index cols, const Calibration* calibration,
                     const Registry& registry)
{
    if (rows <= 0 || cols <= 0) return fail(ErrorCode::Lacking, "an empty tensor is carried through, never quantized");
    const unsigned needs = needsOf(recipe, registry);
    const Calibration none;
    const Calibration& have = calibration ? *calibration : none;
    // Every array that is needed is there and has the layer's shape.
    const auto lacks = [&](unsigned need, const char* what, std::size_t size, std::size_t wanted) -> Status {
        if (!(needs & need) || size == wanted) return {};
        Error e(ErrorCode::Lacking, std::string("this recipe needs ") + what);
        if (size != 0) return fail(std::move(e).wanted(std::to_string(wanted) + " numbers").got(std::to_string(size)).fix("calibrate this model"));
        return fail(std::move(e).fix("calibrate the model first"));
    };
    const auto in = static_cast<std::size_t>(cols);
    QS_TRY(lacks(NeedSigma, "the input covariance (sigma)", have.sigma.size(), in * in));
    if (have.sigma.size() != in * in) QS_TRY(lacks(NeedDiagonal, "the inputs' mean squares (mean_square)", have.meanSquare.size(), in));
    QS_TRY(lacks(NeedMeanAbs, "the inputs' mean magnitudes (mean_abs)", have.meanAbs.size(), in));
    QS_TRY(lacks(NeedMaxAbs, "the inputs' largest magnitudes (max_abs)", have.maxAbs.size(), in));
    QS_TRY(lacks(NeedFisher, "Fisher weights (fisher)", have.fisher.size(), static_cast<std::size_t>(rows) * in));
    QS_TRY(lacks(NeedSamples, "samples of the inputs (samples)", have.samples.size(),
                 have.samples.empty() ? 1 : static_cast<std::size_t>(have.sampleRows) * in));
    QS_ASSIGN(auto grid, (makePart<Grid>(registry, PartKind::Grid, recipe.grid, &PartInfo::makeGrid)));
    QS_TRY(grid->accepts(rows, cols));
    QS_ASSIGN(auto assignment,
              (makePart<Assignment>(registry, PartKind::Assignment, recipe.assignment, &PartInfo::makeAssignment)));
    QS_TRY(assignment->accepts(*grid, rows, cols));
    if (recipe.transform.name != "none") {
        QS_ASSIGN(auto t, (makePart<Transform>(registry, PartKind::Transform, recipe.transform, &PartInfo::makeTransform)));
        QS_TRY(t->accepts(rows, cols));
    }
    return {};
}

Result<StorageBits> forecastStorage(const Recipe& recipe, Index rows, Index cols, const Registry& registry)
{
    QS_ASSIGN(auto grid, (makePart<Grid>(registry, PartKind::Grid, recipe.grid, &PartInfo::makeGrid)));
    StorageBits bits = grid->storage(rows, cols);
    QS_ASSIGN(auto assignment,
              (makePart<Assignment>(registry, PartKind::Assignment, recipe.assignment, &PartInfo::makeAssignment)));
    bits += assignment->storage(*grid, rows, cols);
    if (recipe.transform.name != "none") {
        QS_ASSIGN(auto t, (makePart<Transform>(registry, PartKind::Transform, recipe.transform, &PartInfo::makeTransform)));
        bits += t->storage(rows, cols);
    }
    if (recipe.residual.name != "none") {
        QS_ASSIGN(auto r, (makePart<Residual>(registry, PartKind::Residual, recipe.residual, &PartInfo::makeResidual)));
        bits += r->storage(rows, cols);
    }
    return bits;
}

bool sharesInputs(const Recipe& recipe, const Registry& registry)
{
    if (recipe.transform.name == "none") return false;
    const auto t = makePart<Transform>(registry, PartKind::Transform, recipe.transform, &PartInfo::makeTransform);
    return t && (*t)->sharesInputs();
}

std::uint64_t forecastWorkingBytes(const Recipe& recipe, Index rows, Index cols, const Registry& registry)
{
    std::uint64_t bytes = 0;
    if (auto a = makePart<Assignment>(registry, PartKind::Assignment, recipe.assignment, &PartInfo::makeAssignment))
        bytes = (*a)->workingBytes(rows, cols);
    if (recipe.transform.name == "none") return bytes;
    // A transform works before the assignment does, and Σ as it is for the changed inputs stays.
    if (auto t = makePart<Transform>(registry, PartKind::Transform, recipe.transform, &PartInfo::makeTransform)) {
        const auto n = static_cast<std::uint64_t>(cols);
        const std::uint64_t changed = needsOf(recipe, registry) & NeedSigma ? 8 * n * n : 0;
        bytes = changed + std::max(bytes, (*t)->workingBytes(rows, cols));
    }
    return bytes;
}

namespace {

/// Weights of a tile: as many as stay in a core's cache with their codes.
constexpr Index kTileWeights = Index(1) << 16;

/// The parts that every tile needs.
struct Parts {
    std::unique_ptr<Grid> grid;
    std::unique_ptr<Assignment> assignment;
};

Result<Parts> makeParts(const Recipe& recipe, const Registry& registry)
{
    Parts p;
    QS_ASSIGN(p.grid, (makePart<Grid>(registry, PartKind::Grid, recipe.grid, &PartInfo::makeGrid)));
    QS_ASSIGN(p.assignment,
              (makePart<Assignment>(registry, PartKind::Assignment, recipe.assignment, &PartInfo::makeAssignment)));
    return p;
}

/// Rows of a tile; 0 where the whole matrix is needed.
Index tileRows(const Parts& parts, const Recipe& recipe, Index rows, Index cols)
{
    if (recipe.residual.name != "none" || recipe.transform.name != "none" || !parts.assignment->isNearest()) return 0;
    const Index unit = parts.grid->independentRows(rows, cols);
    if (unit == 0) return 0;
    return std::max<Index>(1, kTileWeights / std::max<Index>(1, cols * unit)) * unit;
}

/// Place of the first NaN or infinity, or the size.
std::size_t firstNonFinite(std::span<const float> w)
{
    constexpr std::size_t kAtOnce = 4096;
    for (std::size_t at = 0; at < w.size(); at += kAtOnce) {
        const std::size_t end = std::min(w.size(), at + kAtOnce);
        if (groupKernels().allFinite(w.data() + at, end - at)) continue;
        for (std::size_t i = at; i < end; ++i)
            if (!std::isfinite(w[i])) return i;
    }
    return w.size();
}

Error nonFiniteError(const std::string& name, std::size_t place, Index cols)
{
    return Error(ErrorCode::NonFinite, "a weight is not finite")
        .ofTensor(name)
        .got("element [" + std::to_string(static_cast<Index>(place) / cols) + ", "
             + std::to_string(static_cast<Index>(place) % cols) + "]")
        .fix("leave this tensor out, or treat such values as 0");
}

void zeroNonFinite(std::span<float> w)
{
    for (std::size_t i = firstNonFinite(w); i < w.size(); ++i)
        if (!std::isfinite(w[i])) w[i] = 0;
}

/// fit → assign → store of a matrix or a tile of it.
Status encode(const Parts& parts, const FitInput& input, const Context& context, ArrayStore& out)
{
    if (parts.assignment->isNearest() && (!input.limits || input.limits->empty())) {
        QS_ASSIGN(const bool done, parts.grid->encodeNearest(input, context, out));
        if (done) return {};
    }
    Codes codes(input.weights.rows, input.weights.cols);
    QS_ASSIGN(const auto fitted, parts.assignment->fitAndAssign(input, *parts.grid, context, codes));
    if (context.stopped()) return cancelled();
    fitted->store(codes, out);
    return {};
}

/// Lays the arrays of tiles one after another along their first dimension.
Status joinTiles(std::vector<ArrayStore>& tiles, ArrayStore& out)
{
    const std::size_t count = tiles.front().arrays().size();
    for (std::size_t k = 0; k < count; ++k) {
        const Array& first = tiles.front().arrays()[k];
        Index length = 0;
        std::size_t bytes = 0;
        for (const ArrayStore& tile : tiles) {
            if (tile.arrays().size() != count || tile.arrays()[k].name != first.name || first.shape.rank() == 0)
                return fail(ErrorCode::Internal, "tiles of one tensor have different arrays");
            length += tile.arrays()[k].shape[0];
            bytes += tile.arrays()[k].bytes.size();
        }
        Array joined{first.name, first.dtype, {length}, {}};
        for (int d = 1; d < first.shape.rank(); ++d) joined.shape.push(first.shape[d]);
        joined.bytes.reserve(bytes);
        for (const ArrayStore& tile : tiles) {
            const auto& part = tile.arrays()[k].bytes;
            joined.bytes.insert(joined.bytes.end(), part.begin(), part.end());
        }
        out.add(std::move(joined));
    }
    return {};
}

/// Tiles in parallel. Of several failures, that of a weight which is not finite, then the first, as of the whole matrix.
Status encodeTiles(const std::string& name, const RowSource& weights, Index tileRows, const Parts& parts,
                   const QuantizeOptions& options, const Context& context, ArrayStore& out)
{
    const Index rows = weights.rows();
    const Index cols = weights.cols();
    const auto count = static_cast<std::size_t>((rows + tileRows - 1) / tileRows);
    std::vector<ArrayStore> tiles(count);
    std::vector<Status> states(count);
    const auto encodeTile = [&](Index row0, Index row1, ArrayStore& arrays) -> Status {
        const auto size = static_cast<std::size_t>((row1 - row0) * cols);
        std::span<const float> tile = weights.rowsInMemory(row0, row1 - row0);
        std::unique_ptr<float[]> buffer;
        if (tile.empty()) {
            buffer = std::make_unique_for_overwrite<float[]>(size);
            QS_TRY(weights.readRows(row0, {buffer.get(), size}));
            tile = {buffer.get(), size};
        }
        if (const std::size_t bad = firstNonFinite(tile); bad < size) {
            if (!options.nonFiniteAsZero)
                return fail(nonFiniteError(name, static_cast<std::size_t>(row0 * cols) + bad, cols));
            if (!buffer) {
                buffer = std::make_unique_for_overwrite<float[]>(size);
                std::copy(tile.begin(), tile.end(), buffer.get());
                tile = {buffer.get(), size};
            }
            zeroNonFinite({buffer.get(), size});
        }
        FitInput input;
        input.weights = {tile, row1 - row0, cols};
        input.calibration = options.calibration;
        input.seed = options.seed;
        return encode(parts, input, context, arrays);
    };
    const bool done = parallelFor(context, rows, tileRows, [&](Index row0, Index row1) {
        const auto k = static_cast<std::size_t>(row0 / tileRows);
        states[k] = encodeTile(row0, row1, tiles[k]);
    });
    if (!done || context.stopped()) return cancelled();
    const auto hasBadWeight = [](const Status& s) { return !s && s.error().code == ErrorCode::NonFinite; };
    const auto failed = [](const Status& s) { return !s; };
    auto worst = std::find_if(states.begin(), states.end(), hasBadWeight);
    if (worst == states.end()) worst = std::find_if(states.begin(), states.end(), failed);
    if (worst != states.end()) return std::move(*worst);
    return joinTiles(tiles, out);
}

QuantizedTensor emptyArtefact(const std::string& name, Index rows, Index cols, const Recipe& recipe, std::uint64_t seed)
{
    QuantizedTensor out;
    out.name = name;
    out.rows = rows;
    out.cols = cols;
    out.recipe = recipe;
    out.seed = seed;
    return out;
}

Result<QuantizedTensor> quantizeTiles(const std::string& name, const RowSource& weights, Index tileRows, const Parts& parts,
                                      const Recipe& recipe, const QuantizeOptions& options, const Context& context)
{
    QuantizedTensor out = emptyArtefact(name, weights.rows(), weights.cols(), recipe, options.seed);
    if (auto ok = encodeTiles(name, weights, tileRows, parts, options, context, out.arrays); !ok)
        return fail(std::move(ok.error()).ofTensor(name));
    return out;
}

Result<QuantizedTensor> quantizeWhole(const std::string& name, Matrix weights, const Parts& parts, const Recipe& recipe,
                                      const QuantizeOptions& options, const Context& context, const Registry& registry)
{
    const auto named = [&](Error e) { return fail(std::move(e).ofTensor(name)); };
    if (const std::size_t bad = firstNonFinite(weights.data()); bad < weights.data().size()) {
        if (!options.nonFiniteAsZero) return fail(nonFiniteError(name, bad, weights.cols()));
        zeroNonFinite(weights.data());
    }
    QuantizedTensor out = emptyArtefact(name, weights.rows(), weights.cols(), recipe, options.seed);
    ArrayStore beside; // stored after the grid's arrays
    std::vector<std::uint8_t> removed;
    FitInput input;
    input.calibration = options.calibration;
    input.seed = options.seed;
    input.grid = parts.grid.get();
    input.siblings = options.siblings;
    if (recipe.residual.name != "none") {
        QS_ASSIGN(auto r, (makePart<Residual>(registry, PartKind::Residual, recipe.residual, &PartInfo::makeResidual)));
        if (auto ok = r->extract(weights, input, context, removed, beside); !ok) return named(std::move(ok.error()));
        input.removed = removed;
    }
    Calibration changed; // as it is for the transformed inputs
    FitLimits limits;
    if (recipe.transform.name != "none") {
        QS_ASSIGN(auto t, (makePart<Transform>(registry, PartKind::Transform, recipe.transform, &PartInfo::makeTransform)));
        input.weights = weights.view();
        if (auto ok = t->apply(weights, input, context, beside); !ok) return named(std::move(ok.error()));
        if (!t->keepsPlaces()) input.removed = {}; // a removed weight has no single place in transformed coordinates
        input.weights = weights.view();
        if (options.calibration) {
            changed = *options.calibration;
            changed.inputs = weights.cols();
            if (auto ok = t->changeInputs(changed, beside, context); !ok) return named(std::move(ok.error()));
            input.calibration = &changed;
        }
        auto found = t->limits(input, context);
        if (!found) return named(std::move(found.error()));
        limits = std::move(*found);
        if (!limits.empty()) input.limits = &limits;
    }
    input.weights = weights.view();
    if (auto ok = encode(parts, input, context, out.arrays); !ok) return named(std::move(ok.error()));
    if (context.stopped()) return cancelled();
    for (const Array& a : beside.arrays()) out.arrays.add(a);
    return out;
}

} // namespace

bool streams(const Recipe& recipe, Index rows, Index cols, const Registry& registry)
{
    const auto parts = makeParts(recipe, registry);
    return parts && tileRows(*parts, recipe, rows, cols) > 0;
}

Result<QuantizedTensor> quantize(std::string name, Matrix weights, const Recipe& recipe, const QuantizeOptions& options,
                                 const Context& context, const Registry& registry)
{
    if (auto ok = acceptsMatrix(recipe, weights.rows(), weights.cols(), options.calibration, registry); !ok)
        return fail(std::move(ok.error()).ofTensor(name));
    QS_ASSIGN(const Parts parts, makeParts(recipe, registry));
    const Index tile = tileRows(parts, recipe, weights.rows(), weights.cols());
    if (tile > 0) return quantizeTiles(name, MatrixRows(weights), tile, parts, recipe, options, context);
    return quantizeWhole(name, std::move(weights), parts, recipe, options, context, registry);
}

Result<QuantizedTensor> quantize(std::string name, const RowSource& weights, const Recipe& recipe,
                                 const QuantizeOptions& options, const Context& context, const Registry& registry)
{
    const Index rows = weights.rows();
    const Index cols = weights.cols();
    if (auto ok = acceptsMatrix(recipe, rows, cols, options.calibration, registry); !ok)
        return fail(std::move(ok.error()).ofTensor(name));
    QS_ASSIGN(const Parts parts, makeParts(recipe, registry));
    if (const Index tile = tileRows(parts, recipe, rows, cols); tile > 0)
        return quantizeTiles(name, weights, tile, parts, recipe, options, context);

    Matrix whole(rows, cols);
    const Index grain = std::max<Index>(1, kTileWeights / cols);
    std::vector<Status> states(static_cast<std::size_t>((rows + grain - 1) / grain));
    const bool done = parallelFor(context, rows, grain, [&](Index b, Index e) {
        states[static_cast<std::size_t>(b / grain)] = weights.readRows(
            b, whole.data().subspan(static_cast<std::size_t>(b * cols), static_cast<std::size_t>((e - b) * cols)));
    });
    if (!done) return cancelled();
    for (Status& s : states)
        if (!s) return fail(std::move(s.error()).ofTensor(name));
    return quantizeWhole(name, std::move(whole), parts, recipe, options, context, registry);
}

} // namespace qs::quant
