// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/learn_ladder.h"
#include "core/quant/learned/learn_levels.h"
#include "core/quant/registry.h"

namespace qs::quant {
namespace {

class Rounding : public Assignment, public LearnedPart {
public:
    Rounding(const LevelLearning& o, const LearnSettings& settings, double damping) : m_options(o), m_settings(settings), m_damping(damping) {}
    Status accepts(const Grid& grid, Index, Index) const override { return learnsLevels(grid); }
    Status encode(const InputRows& rows, const Grid& grid, const Context& context, ArrayStore& out) const override
    {
        if (m_settings.scope != LearnScope::Layer) return fail(needsModel(m_settings.scope));
        TileBuffer buffer;
        QS_ASSIGN(const FitInput input, rows.read(0, rows.rows(), buffer));
        QS_ASSIGN(const auto levels, fitWithin(grid, input, context));
        QS_ASSIGN(const auto learning, begin(input, grid, *levels, context));
        QS_TRY(learnOnSigma(input, learning->learner(), m_settings.train, m_damping, "learned offsets", context));
        Codes codes(rows.rows(), rows.cols());
        takeCodes(learning->learner(), codes);
        learning->finish(*levels);
        levels->store(codes, out);
        return {};
    }
    bool readsInTiles(Index, Index) const override { return false; }
    LearnSettings learning() const override { return m_settings; }
    Result<std::unique_ptr<LayerLearning>> begin(const FitInput& input, const Grid& grid, FittedGrid& levels, const Context& context) const override
    {
        return beginLevels(input, grid, levels, m_options, context);
    }
    // Σ, decoded values and gradient in double; D with gradient, two moments and the best so far.
    std::uint64_t workingBytes(Index rows, Index cols) const override
    {
        const auto n = static_cast<std::uint64_t>(cols);
        return (m_settings.scope == LearnScope::Layer ? 8 * n * n : 0) + (40 + 18) * static_cast<std::uint64_t>(rows) * n;
    }

private:
    LevelLearning m_options;
    LearnSettings m_settings;
    double m_damping;
};

} // namespace

void registerRounding(Registry& registry);
void registerRounding(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Assignment;
    info.name = "rounding";
    info.title = "Learned offsets";
    info.summary = "A free offset per weight decides its level, learned together with the grid's own scales, offsets and levels.";
    info.source = "straight-through learned rounding over any grid (AdaRound and LSQ in one); frontier.md, end";
    info.needs = NeedSigma;
    info.params = learnParams(600, 0.002, "learning rate of the grid's scales and levels, relative to a group's half range");
    info.params.insert(info.params.begin() + 2,
                       {ParamSpec::real("offset_lr", 0.004, 0, 1, "", "learning rate of the offsets, in half ranges of their group; 0: only the grid learns"),
                        ParamSpec::real("beta2", 0.99, 0, 0.99999, "", "Adam's second decay"),
                        ParamSpec::choice("start", "nearest", {"nearest", "gptq", "cd"}, "codes to begin with: the nearest, or those of GPTQ or coordinate descent on Σ over the same levels"),
                        ParamSpec::flag("levels", true, "learn the grid's scales, offsets and levels too")});
    for (auto& p : info.params)
        if (p.name == "warmup") p.preset = std::int64_t(20);
    info.params.push_back(ParamSpec::real("damping", 0.01, 0, 100, "", "scope=layer: share of the mean of Σ's diagonal that is added to it"));
    info.fits = [](std::string_view, const ParamValues&) { return FitAnswer{}; }; // plain codes of the grid
    info.makeAssignment = [](const ParamValues& v) -> Result<std::unique_ptr<Assignment>> {
        LevelLearning o;
        LearnSettings s = learnSettings(v);
        s.train.adam.beta2 = v.real("beta2");
        o.freeOffsets = v.real("offset_lr") > 0;
        o.learnLevels = v.flag("levels");
        if (!o.freeOffsets && !o.learnLevels) return fail(Error(ErrorCode::Usage, "rounding learns nothing").fix("use levels=1 or an offset_lr above 0"));
        o.offsetRate = v.real("offset_lr") / s.train.rate;
        o.start = v.text("start");
        return std::make_unique<Rounding>(o, s, v.real("damping"));
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
