// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize.h"

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
    const auto lacks = [](const char* what) {
        return fail(Error(ErrorCode::Lacking, std::string("this recipe needs ") + what).fix("calibrate the model first"));
    };
    if ((needs & NeedSigma) && (!calibration || calibration->sigma.empty())) return lacks("the input covariance (sigma)");
    if ((needs & NeedMeanAbs) && (!calibration || calibration->meanAbs.empty())) return lacks("the inputs' mean magnitude");
    if ((needs & NeedFisher) && (!calibration || calibration->fisher.empty())) return lacks("Fisher weights");
    QS_ASSIGN(auto grid, (makePart<Grid>(registry, PartKind::Grid, recipe.grid, &PartInfo::makeGrid)));
    QS_TRY(grid->accepts(rows, cols));
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

Result<QuantizedTensor> quantize(std::string name, Matrix weights, const Recipe& recipe, const QuantizeOptions& options,
                                 const Context& context, const Registry& registry)
{
    const auto named = [&](Error e) { return fail(std::move(e).ofTensor(name)); };
    if (auto ok = acceptsMatrix(recipe, weights.rows(), weights.cols(), options.calibration, registry); !ok)
        return named(std::move(ok.error()));
    for (std::size_t i = 0; i < weights.data().size(); ++i) {
        if (std::isfinite(weights.data()[i])) continue;
        if (!options.nonFiniteAsZero)
            return fail(Error(ErrorCode::NonFinite, "a weight is not finite")
                            .ofTensor(name)
                            .got("element [" + std::to_string(static_cast<Index>(i) / weights.cols()) + ", "
                                 + std::to_string(static_cast<Index>(i) % weights.cols()) + "]")
                            .fix("leave this tensor out, or treat such values as 0"));
        weights.data()[i] = 0;
    }

    QuantizedTensor out;
    out.name = name;
    out.rows = weights.rows();
    out.cols = weights.cols();
    out.recipe = recipe;
    out.seed = options.seed;

    ArrayStore beside; // stored after the grid's arrays
    std::vector<std::uint8_t> removed;
    if (recipe.residual.name != "none") {
        QS_ASSIGN(auto r, (makePart<Residual>(registry, PartKind::Residual, recipe.residual, &PartInfo::makeResidual)));
        if (auto ok = r->extract(weights, context, removed, beside); !ok) return named(std::move(ok.error()));
    }
    FitInput input{{}, options.calibration, options.seed, removed};
    if (recipe.transform.name != "none") {
        QS_ASSIGN(auto t, (makePart<Transform>(registry, PartKind::Transform, recipe.transform, &PartInfo::makeTransform)));
        input.weights = weights.view();
        if (auto ok = t->apply(weights, input, context, beside); !ok) return named(std::move(ok.error()));
        input.removed = {}; // a removed weight has no single place in transformed coordinates
    }
    input.weights = weights.view();

    QS_ASSIGN(auto grid, (makePart<Grid>(registry, PartKind::Grid, recipe.grid, &PartInfo::makeGrid)));
    auto fitted = grid->fit(input, context);
    if (!fitted) return named(std::move(fitted.error()));
    if (context.stopped()) return cancelled();
    QS_ASSIGN(auto assignment,
              (makePart<Assignment>(registry, PartKind::Assignment, recipe.assignment, &PartInfo::makeAssignment)));
    Codes codes(out.rows, out.cols);
    if (auto ok = assignment->assign(input, **fitted, context, codes); !ok) return named(std::move(ok.error()));
    if (context.stopped()) return cancelled();
    (*fitted)->store(codes, out.arrays);
    for (const Array& a : beside.arrays()) out.arrays.add(a);
    return out;
}

} // namespace qs::quant
