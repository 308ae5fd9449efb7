// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/learned_tensor.h"

#include <cmath>

namespace qs::quant {

Result<std::unique_ptr<LearnedTensor>> LearnedTensor::begin(std::string name, Matrix weights, const Recipe& recipe, const QuantizeOptions& options,
                                                            const Context& context, const Registry& registry)
{
    const auto named = [&](Error e) { return fail(std::move(e).ofTensor(name)); };
    if (recipe.transform.name != "none" || recipe.residual.name != "none")
        return named(Error(ErrorCode::Lacking, "scope=block and scope=model learn on the stored weights alone").got(recipe.text()).fix("leave out the transform and the residual"));
    if (auto ok = acceptsMatrix(recipe, weights.rows(), weights.cols(), options.calibration, registry); !ok) return named(std::move(ok.error()));
    for (float& v : weights.data())
        if (!std::isfinite(v)) {
            if (!options.nonFiniteAsZero)
                return named(Error(ErrorCode::NonFinite, "a weight is not finite").fix("leave this tensor out, or treat such values as 0"));
            v = 0;
        }
    std::unique_ptr<LearnedTensor> out(new LearnedTensor);
    out->m_weights = std::move(weights);
    out->m_recipe = recipe;
    out->m_seed = options.seed;
    const PartInfo* grid = registry.part(PartKind::Grid, recipe.grid.name);
    const PartInfo* assignment = registry.part(PartKind::Assignment, recipe.assignment.name);
    QS_ASSIGN(out->m_grid, grid->makeGrid(recipe.grid.values));
    QS_ASSIGN(out->m_assignment, assignment->makeAssignment(recipe.assignment.values));
    const auto* part = dynamic_cast<const LearnedPart*>(out->m_assignment.get());
    if (!part && !out->m_assignment->isNearest())
        return named(Error(ErrorCode::Usage, "a grid that learns chooses its own codes").got(recipe.text()).fix("leave out " + recipe.assignment.name + ", or use scope=layer in the grid"));
    if (!part) part = dynamic_cast<const LearnedPart*>(out->m_grid.get());
    if (!part) return named(Error(ErrorCode::Internal, "nothing in this recipe learns").got(recipe.text()));
    out->m_settings = part->learning();
    FitInput input;
    input.weights = out->m_weights.view();
    input.calibration = options.calibration;
    input.seed = options.seed;
    auto fitted = out->m_grid->fit(input, context);
    if (!fitted) return named(std::move(fitted.error()));
    out->m_fitted = std::move(*fitted);
    auto learning = part->begin(input, *out->m_grid, *out->m_fitted, context);
    if (!learning) return named(std::move(learning.error()));
    out->m_learning = std::move(*learning);
    out->m_name = std::move(name);
    return out;
}

QuantizedTensor LearnedTensor::finish()
{
    Codes codes(rows(), cols());
    const auto learned = learner().codes();
    codes.data.assign(learned.begin(), learned.end());
    m_learning->finish(*m_fitted);
    QuantizedTensor out;
    out.name = m_name;
    out.rows = rows();
    out.cols = cols();
    out.recipe = m_recipe;
    out.seed = m_seed;
    m_fitted->store(codes, out.arrays);
    return out;
}

std::uint64_t LearnedTensor::workingBytes(const Recipe& recipe, Index rows, Index cols)
{
    // Of each weight: the float itself, decoded value and gradient in double, code, place and mask, the engine's float and gradient.
    const auto n = static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols);
    return n * (4 + 16 + 3 + 8) + forecastWorkingBytes(recipe, rows, cols);
}

} // namespace qs::quant
