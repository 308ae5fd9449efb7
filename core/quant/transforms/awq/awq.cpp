// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/quant/input_scale.h"
#include "core/quant/registry.h"
#include "core/quant/transforms/awq/search.h"

namespace qs::quant {
namespace {

class Awq : public InputScale {
public:
    Awq(bool isDuo, bool clips, int ratios) : m_isDuo(isDuo), m_clips(clips), m_ratios(ratios) {}

    Result<FitLimits> limits(const InputRows& rows, const Grid& grid, const Context& context) const override
    {
        if (!m_clips) return FitLimits{};
        if (rows.calibration()->samples.empty()) context.note("AWQ: no samples of the inputs; the clipping search takes all tokens through Σ");
        return searchAwqClips(rows, grid, context);
    }
    // Σ for changed inputs, Σ's blocks of the groups, and the limits.
    std::uint64_t workingBytes(Index rows, Index cols) const override
    {
        const auto n = static_cast<std::uint64_t>(cols);
        return 16 * n * n + n * static_cast<std::uint64_t>(rows) / 2;
    }

protected:
    Result<std::vector<float>> scales(std::span<const InputRows* const> layers, const TransformInput& input,
                                      const Context& context) const override
    {
        if (!input.rows.calibration() || !input.grid)
            return fail(Error(ErrorCode::Lacking, "AWQ needs the input covariance (sigma) and mean magnitudes (mean_abs)").fix("calibrate the model first"));
        QS_ASSIGN(auto found, searchAwqScales(layers, *input.rows.calibration(), *input.grid, m_isDuo, m_ratios, context));
        const auto best = static_cast<std::size_t>(found.best);
        context.note("AWQ: exponent " + formatNumber(static_cast<double>(found.best) / m_ratios) + ", output error "
                     + formatError(found.losses[0]) + " to " + formatError(found.losses[best]) + " before clipping");
        return std::move(found.scale);
    }

private:
    bool m_isDuo;
    bool m_clips;
    int m_ratios;
};

} // namespace

void registerAwq(Registry& registry);
void registerAwq(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Transform;
    info.name = "awq";
    info.title = "AWQ";
    info.summary = "Inputs that are large get finer weights: a scale per input column by search, then clipping by search.";
    info.source = "AWQ, arXiv 2306.00978; llm-awq, AutoAWQ; related_methods.md §3";
    info.needs = NeedSigma | NeedMeanAbs;
    info.params = {
        ParamSpec::choice("variant", "llm-awq", {"llm-awq", "autoawq"},
                          "llm-awq: powers of the inputs' mean magnitude; autoawq: over powers of the weights' as well"),
        ParamSpec::flag("clip", true, "search how far each group's largest weights are clipped"),
        ParamSpec::integer("ratios", 20, 1, 1000, "", "exponents that are tried: 0, 1/n ... (n-1)/n"),
    };
    info.fits = [](std::string_view format, const ParamValues&) -> FitAnswer {
        return {std::string(format) + " has no place for a scale per input column; fold it into what precedes the layer, or export decoded weights"};
    };
    info.makeTransform = [](const ParamValues& v) -> Result<std::unique_ptr<Transform>> {
        return std::make_unique<Awq>(v.text("variant") == "autoawq", v.flag("clip"), static_cast<int>(v.integer("ratios")));
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
