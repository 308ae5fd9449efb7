// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize.h"

#include "core/quant/group_kernels.h"
#include "core/quant/input_rows.h"

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
    if (auto g = makePart<Grid>(registry, PartKind::Grid, recipe.grid, &PartInfo::makeGrid)) bytes += (*g)->workingBytes(rows, cols);
    if (recipe.residual.name != "none") // a bit per weight while they are chosen
        bytes += static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols) / 8;
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

/// The parts of a recipe; null: none.
struct Parts {
    std::unique_ptr<Grid> grid;
    std::unique_ptr<Assignment> assignment;
    std::unique_ptr<Transform> transform;
    std::unique_ptr<Residual> residual;
};

Result<Parts> makeParts(const Recipe& recipe, const Registry& registry)
{
    Parts p;
    QS_ASSIGN(p.grid, (makePart<Grid>(registry, PartKind::Grid, recipe.grid, &PartInfo::makeGrid)));
    QS_ASSIGN(p.assignment,
              (makePart<Assignment>(registry, PartKind::Assignment, recipe.assignment, &PartInfo::makeAssignment)));
    if (recipe.transform.name != "none") {
        QS_ASSIGN(p.transform, (makePart<Transform>(registry, PartKind::Transform, recipe.transform, &PartInfo::makeTransform)));
    }
    if (recipe.residual.name != "none") {
        QS_ASSIGN(p.residual, (makePart<Residual>(registry, PartKind::Residual, recipe.residual, &PartInfo::makeResidual)));
    }
    return p;
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

Error nonFiniteError(std::size_t place, Index cols)
{
    return Error(ErrorCode::NonFinite, "a weight is not finite")
        .got("element [" + std::to_string(static_cast<Index>(place) / cols) + ", "
             + std::to_string(static_cast<Index>(place) % cols) + "]")
        .fix("leave this tensor out, or treat such values as 0");
}

void zeroNonFinite(std::span<float> w)
{
    for (std::size_t i = firstNonFinite(w); i < w.size(); ++i)
        if (!std::isfinite(w[i])) w[i] = 0;
}

/// Everything but the Fisher weights, which are as large as the layer and are changed row by row.
Calibration withoutFisher(const Calibration& c)
{
    Calibration out;
    out.inputs = c.inputs;
    out.sigma = c.sigma;
    out.meanAbs = c.meanAbs;
    out.meanSquare = c.meanSquare;
    out.maxAbs = c.maxAbs;
    out.samples = c.samples;
    out.sampleRows = c.sampleRows;
    return out;
}

/// The rows of a source as the parts see them: without what the residual took, transformed, with their limits. Each read
/// does it anew, so nothing of the matrix stays in memory.
class PreparedRows final : public InputRows {
public:
    PreparedRows(const RowSource& source, const QuantizeOptions& options, const Context& context)
        : m_source(source), m_options(options), m_context(context), m_calibration(options.calibration)
    {
    }
    Index rows() const override { return m_source.rows(); }
    Index cols() const override { return m_source.cols(); }
    const Calibration* calibration() const override { return m_calibration; }
    std::uint64_t seed() const override { return m_options.seed; }
    Index tileWeights() const override { return m_options.tileWeights; }
    Result<FitInput> read(Index row0, Index count, TileBuffer& buffer) const override;

    void take(const Residual& residual, const ArrayStore& arrays) { m_residual = &residual; m_arrays = &arrays; }
    void change(const Transform& transform, const ArrayStore& arrays, const Calibration* changed)
    {
        m_transform = &transform;
        m_arrays = &arrays;
        m_calibration = changed;
    }
    void limit(const FitLimits& limits) { m_limits = &limits; }

private:
    const RowSource& m_source;
    const QuantizeOptions& m_options;
    const Context& m_context;
    const Calibration* m_calibration;
    const Residual* m_residual = nullptr;
    const Transform* m_transform = nullptr;
    const ArrayStore* m_arrays = nullptr; ///< of both
    const FitLimits* m_limits = nullptr;
};

Result<FitInput> PreparedRows::read(Index row0, Index count, TileBuffer& buffer) const
{
    const Index width = cols();
    const auto size = static_cast<std::size_t>(count * width);
    const auto from = static_cast<std::size_t>(row0 * width);
    std::span<const float> tile = m_source.rowsInMemory(row0, count);
    std::span<float> own;
    if (tile.empty()) {
        own = buffer.weights(size);
        QS_TRY(m_source.readRows(row0, own));
        tile = own;
    }
    const auto writable = [&] {
        if (own.empty()) {
            own = buffer.weights(size);
            std::copy(tile.begin(), tile.end(), own.begin());
            tile = own;
        }
        return own;
    };
    if (const std::size_t bad = firstNonFinite(tile); bad < size) {
        if (!m_options.nonFiniteAsZero) return fail(nonFiniteError(from + bad, width));
        zeroNonFinite(writable());
    }
    FitInput out;
    out.calibration = m_calibration;
    out.seed = m_options.seed;
    if (m_residual) {
        buffer.removed.assign(size, 0);
        m_residual->takeRows(*m_arrays, row0, width, writable(), buffer.removed);
        // A removed weight has no single place in transformed coordinates.
        if (!m_transform || m_transform->keepsPlaces()) out.removed = buffer.removed;
    }
    if (m_transform) QS_TRY(m_transform->applyRows(*m_arrays, width, writable()));
    if (const Calibration* stored = m_options.calibration; stored && stored->fisher.size() == static_cast<std::size_t>(rows() * width)) {
        out.fisher = std::span(stored->fisher).subspan(from, size);
        if (m_transform) {
            Calibration part;
            part.inputs = width;
            part.fisher.assign(out.fisher.begin(), out.fisher.end());
            QS_TRY(m_transform->changeInputs(part, *m_arrays, m_context));
            buffer.fisher = std::move(part.fisher);
            out.fisher = buffer.fisher;
        }
    }
    if (m_limits && !m_limits->empty()) {
        buffer.limits = limitsOf(*m_limits, row0, count);
        out.limits = &buffer.limits;
    }
    out.weights = {tile, count, width};
    return out;
}

/// Reads everything once, so that the first weight that is not finite is named before anything else goes wrong.
Status checkWeights(const InputRows& rows, const Context& context)
{
    return forTiles(rows, tileRows(rows), context, [](const FitInput&, Index) { return Status{}; });
}

/// transform.prepare, or what a layer before has found for all that read the same inputs.
Status prepareTransform(const Transform& transform, const InputRows& rows, const Grid& grid, const QuantizeOptions& options,
                        const Context& context, ArrayStore& out)
{
    const Siblings* siblings = transform.sharesInputs() ? options.siblings : nullptr;
    if (siblings && siblings->layers.empty()) siblings = nullptr;
    const bool isShared = siblings && siblings->shared && !siblings->key.empty();
    if (isShared)
        if (const auto found = siblings->shared->find(siblings->key)) {
            for (const Array& a : found->arrays()) out.add(a);
            context.note("its scales are those that were found for a layer with the same inputs");
            return {};
        }
    std::vector<std::unique_ptr<PreparedRows>> others;
    std::vector<const InputRows*> layers;
    for (std::size_t k = 0; siblings && k < siblings->layers.size(); ++k) {
        others.push_back(std::make_unique<PreparedRows>(*siblings->layers[k], options, context));
        layers.push_back(others.back().get());
        if (auto ok = checkWeights(*layers.back(), context); !ok) {
            if (k < siblings->names.size()) ok.error().tensor = siblings->names[k];
            return ok;
        }
    }
    ArrayStore arrays;
    QS_TRY(transform.prepare({rows, &grid, layers}, context, arrays));
    if (isShared) siblings->shared->add(siblings->key, arrays);
    for (const Array& a : arrays.arrays()) out.add(a);
    return {};
}

Status encode(const RowSource& weights, const Parts& parts, const QuantizeOptions& options, const Context& context, ArrayStore& out)
{
    PreparedRows rows(weights, options, context);
    const bool isOnePass = !parts.residual && !parts.transform && parts.assignment->isNearest()
        && parts.grid->independentRows(rows.rows(), rows.cols()) > 0;
    if (!isOnePass) QS_TRY(checkWeights(rows, context));
    ArrayStore beside; // stored after the grid's arrays
    if (parts.residual) {
        QS_TRY(parts.residual->extract(rows, context, beside));
        rows.take(*parts.residual, beside);
    }
    Calibration changed; // as it is for the transformed inputs
    FitLimits limits;
    if (parts.transform) {
        QS_TRY(prepareTransform(*parts.transform, rows, *parts.grid, options, context, beside));
        if (options.calibration) {
            changed = withoutFisher(*options.calibration);
            changed.inputs = weights.cols();
            QS_TRY(parts.transform->changeInputs(changed, beside, context));
        }
        rows.change(*parts.transform, beside, options.calibration ? &changed : nullptr);
        QS_ASSIGN(limits, parts.transform->limits(rows, *parts.grid, context));
        rows.limit(limits);
    }
    QS_TRY(parts.assignment->encode(rows, *parts.grid, context, out));
    if (context.stopped()) return cancelled();
    for (const Array& a : beside.arrays()) out.add(a);
    return {};
}

} // namespace

bool streams(const Recipe& recipe, Index rows, Index cols, const Registry& registry)
{
    const auto parts = makeParts(recipe, registry);
    return parts && parts->grid->readsInTiles(rows, cols) && parts->assignment->readsInTiles(rows, cols);
}

Result<QuantizedTensor> quantize(std::string name, Matrix weights, const Recipe& recipe, const QuantizeOptions& options,
                                 const Context& context, const Registry& registry)
{
    return quantize(std::move(name), MatrixRows(weights), recipe, options, context, registry);
}

Result<QuantizedTensor> quantize(std::string name, const RowSource& weights, const Recipe& recipe,
                                 const QuantizeOptions& options, const Context& context, const Registry& registry)
{
    if (auto ok = acceptsMatrix(recipe, weights.rows(), weights.cols(), options.calibration, registry); !ok)
        return fail(std::move(ok.error()).ofTensor(name));
    QS_ASSIGN(const Parts parts, makeParts(recipe, registry));
    QuantizedTensor out;
    out.rows = weights.rows();
    out.cols = weights.cols();
    out.recipe = recipe;
    out.seed = options.seed;
    if (auto ok = encode(weights, parts, options, context, out.arrays); !ok) {
        if (ok.error().tensor.empty()) ok.error().tensor = name;
        return fail(std::move(ok.error()));
    }
    out.name = std::move(name);
    return out;
}

} // namespace qs::quant
