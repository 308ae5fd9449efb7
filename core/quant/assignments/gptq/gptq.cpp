// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/quant/error_feedback.h"
#include "core/quant/registry.h"

namespace qs::quant {
namespace {

class Gptq : public Assignment {
public:
    explicit Gptq(const FeedbackOptions& o) : m_options(o) {}

    Status accepts(const Grid& grid, Index rows, Index cols) const override
    {
        if (feedbackPlan(grid, m_options, rows, cols).isMoved && !grid.columnsMayMove())
            return fail(Error(ErrorCode::Lacking, "this grid's blocks hold neighbouring columns, so act-order can't regroup them")
                            .fix("use gptq:static_groups=1 or gptq:act_order=0"));
        return {};
    }
    Status encode(const InputRows& rows, const Grid& grid, const Context& context, ArrayStore& out) const override
    {
        QS_ASSIGN(const auto feedback, ErrorFeedback::make(rows.calibration(), rows.cols(), m_options, context));
        QS_ASSIGN(const auto result, feedback.encode(rows, grid, context, out));
        context.note("GPTQ: loss " + formatError(result.loss) + " with damping " + formatNumber(result.damping));
        return {};
    }
    StorageBits storage(const Grid& grid, Index rows, Index cols) const override
    {
        const bool isMoved = feedbackPlan(grid, m_options, rows, cols).isMoved;
        return {0, isMoved ? 32 * static_cast<std::uint64_t>(cols) : 0};
    }
    // Σ in the order of processing and the factor of its inverse, in double.
    std::uint64_t workingBytes(Index, Index cols) const override
    {
        const auto n = static_cast<std::uint64_t>(cols);
        return 16 * n * n;
    }

private:
    FeedbackOptions m_options;
};

} // namespace

void registerGptq(Registry& registry);
void registerGptq(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Assignment;
    info.name = "gptq";
    info.title = "GPTQ";
    info.summary = "Column by column, each weight's rounding error is made good by the columns that are still to come.";
    info.source = "GPTQ, arXiv 2210.17323, Algorithm 1; related_methods.md §2";
    info.needs = NeedSigma;
    info.params = {
        ParamSpec::real("damping", 0.01, 0, 100, "", "share of the mean of Σ's diagonal that is added to it"),
        ParamSpec::flag("act_order", true, "columns with the largest inputs first"),
        ParamSpec::flag("static_groups", false, "fit all groups before the first column is quantized"),
        ParamSpec::choice("group_fit", "outer", {"outer", "current"},
                          "outer: groups see feedback from earlier blocks of columns, as in the official code; current: all"),
        ParamSpec::integer("block", 128, 1, 4096, "columns", "columns whose feedback to the rest is added together"),
    };
    info.fits = [](std::string_view format, const ParamValues& v) -> FitAnswer {
        if (format == "gptq" || !v.flag("act_order") || v.flag("static_groups")) return {};
        return {std::string(format) + " has no place for groups of permuted columns; use gptq:static_groups=1 or act_order=0"};
    };
    info.makeAssignment = [](const ParamValues& v) -> Result<std::unique_ptr<Assignment>> {
        FeedbackOptions o;
        o.damping = v.real("damping");
        o.actOrder = v.flag("act_order");
        o.staticGroups = v.flag("static_groups");
        o.fitCurrent = v.text("group_fit") == "current";
        o.block = v.integer("block");
        return std::make_unique<Gptq>(o);
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
