// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/quant/input_rows.h"
#include "core/quant/learned/learn_levels.h"
#include "core/quant/learned/sigma_fit.h"
#include "core/quant/registry.h"

namespace qs::quant {
namespace {

class LeastSquares : public Assignment {
public:
    explicit LeastSquares(const SigmaFitOptions& o) : m_options(o) {}
    Status accepts(const Grid& grid, Index, Index) const override { return learnsLevels(grid); }
    Status encode(const InputRows& rows, const Grid& grid, const Context& context, ArrayStore& out) const override
    {
        TileBuffer buffer;
        QS_ASSIGN(const FitInput input, rows.read(0, rows.rows(), buffer));
        QS_ASSIGN(const auto levels, fitWithin(grid, input, context));
        Codes codes(rows.rows(), rows.cols());
        QS_ASSIGN(const SigmaFitResult r, fitOnSigma(input, *levels, codes, m_options, context));
        context.note("alternating least squares: output error " + formatError(r.nearest) + " (nearest levels), " + formatError(r.start) + " to " + formatError(r.end) + " in "
                     + std::to_string(r.objectives.size() / 3) + " rounds");
        levels->store(codes, out);
        return {};
    }
    bool readsInTiles(Index, Index) const override { return false; }
    // Σ and its factor, weights, codes three times, and what the threads hold.
    std::uint64_t workingBytes(Index rows, Index cols) const override
    {
        const auto n = static_cast<std::uint64_t>(cols);
        return (m_options.feedback ? 24 : 8) * n * n + 12 * static_cast<std::uint64_t>(rows) * n + static_cast<std::uint64_t>(threadCount(Context{})) * 256 * n;
    }

private:
    SigmaFitOptions m_options;
};

} // namespace

void registerAls(Registry& registry);
void registerAls(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Assignment;
    info.name = "als";
    info.title = "Least squares on Σ";
    info.summary = "Codes and the grid's own numbers take turns: each is solved for the layer's output with the others held.";
    info.source = "layer-wise LCQ, seed_methods.md §3.9";
    info.needs = NeedSigma;
    info.params = {
        ParamSpec::integer("rounds", 12, 1, 1000, "rounds", "most rounds of scales and offsets, codes, shared levels"),
        ParamSpec::integer("sweeps", 4, 1, 1000, "sweeps", "passes of coordinate descent over the codes in each round"),
        ParamSpec::choice("start", "gptq", {"gptq", "nearest"}, "codes to begin with; gptq: of each row the better of GPTQ's and the nearest"),
        ParamSpec::real("damping", 0.01, 0, 100, "", "share of the mean of Σ's diagonal that is added to it"),
    };
    info.fits = [](std::string_view, const ParamValues&) { return FitAnswer{}; }; // plain codes of the grid
    info.makeAssignment = [](const ParamValues& v) -> Result<std::unique_ptr<Assignment>> {
        SigmaFitOptions o;
        o.rounds = static_cast<int>(v.integer("rounds"));
        o.sweeps = static_cast<int>(v.integer("sweeps"));
        o.feedback = v.text("start") == "gptq";
        o.damping = v.real("damping");
        return std::make_unique<LeastSquares>(o);
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
