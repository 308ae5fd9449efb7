// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/learn_ladder.h"
#include "core/quant/registry.h"

#include <algorithm>

namespace qs::quant {
namespace {

class Lrq : public Assignment {
public:
    explicit Lrq(const LadderLearning& o) : m_options(o) {}
    Status accepts(const Grid& grid, Index, Index) const override { return learnsLadders(grid); }
    Status assign(const FitInput& input, FittedGrid& grid, const Context& context, Codes& codes) const override
    {
        LadderLearning options = m_options;
        options.rank = rankOf(input.weights.rows, input.weights.cols);
        return learnRounding(input, grid, options, context, codes);
    }
    // Σ, decoded values, gradient and quotient in double; parameters with gradient, two moments and the best so far.
    std::uint64_t workingBytes(Index rows, Index cols) const override
    {
        const auto m = static_cast<std::uint64_t>(rows);
        const auto n = static_cast<std::uint64_t>(cols);
        return 8 * n * n + 26 * m * n + 40 * parameters(m, n);
    }

private:
    Index rankOf(Index rows, Index cols) const
    {
        const Index least = std::min(rows, cols);
        return m_options.rank > 0 ? std::min(m_options.rank, least) : (least + 3) / 4;
    }
    std::uint64_t parameters(std::uint64_t m, std::uint64_t n) const
    {
        return (m + n) * (static_cast<std::uint64_t>(rankOf(static_cast<Index>(m), static_cast<Index>(n))) + 1);
    }
    LadderLearning m_options;
};

} // namespace

void registerLrq(Registry& registry);
void registerLrq(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Assignment;
    info.name = "lrq";
    info.title = "LRQ, learned low-rank rounding";
    info.summary = "As FlexRound, with factors of low rank: fewer parameters to overfit few tokens with.";
    info.source = "LRQ, arXiv 2407.11534; seed_methods.md §2";
    info.needs = NeedSigma;
    info.params = {
        ParamSpec::integer("rank", 0, 0, 65536, "", "rank of the factors; 0: a quarter of the smaller side"),
        ParamSpec::integer("steps", 1000, 1, 100000, "steps", "steps of Adam"),
        ParamSpec::real("lr", 0.001, 1e-6, 1, "", "learning rate at the start of the cosine; parameters are logarithms, so it is a relative change"),
        ParamSpec::choice("init", "minmax", {"minmax", "search"}, "search: start from the exhaustive search of clip and zero point, slow"),
        ParamSpec::real("damping", 0.01, 0, 100, "", "share of the mean of Σ's diagonal that is added to it"),
        ParamSpec::choice("scope", "layer", {"layer"}, "what the loss is taken on"),
    };
    info.fits = [](std::string_view, const ParamValues&) { return FitAnswer{}; }; // plain codes of the grid
    info.makeAssignment = [](const ParamValues& v) -> Result<std::unique_ptr<Assignment>> {
        LadderLearning o;
        o.train.steps = static_cast<int>(v.integer("steps"));
        o.train.rate = v.real("lr");
        o.search = v.text("init") == "search";
        o.damping = v.real("damping");
        o.rank = v.integer("rank");
        return std::make_unique<Lrq>(o);
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
