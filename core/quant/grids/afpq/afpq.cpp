// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grids/afpq/element.h"

#include "core/blocks/bit_stream.h"
#include "core/quant/grouped_grid.h"
#include "core/quant/learnable_grid.h"
#include "core/quant/registry.h"

namespace qs::quant {
namespace {

struct Options {
    AfpqTable table;
    GroupSpec group;
    DType scale = DType::F16;
    bool search = false;
    bool two = true; ///< a scale for each side; false: the one-scale baseline of the paper
};

class AfpqFitted : public GroupedGrid, public LearnableGrid {
public:
    AfpqFitted(const GroupLayout& layout, const Options& o, std::vector<float> positive, std::vector<float> negative)
        : GroupedGrid(layout, o.table.bits), m_options(o), m_positive(std::move(positive)), m_negative(std::move(negative))
    {
    }
    void nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const override
    {
        const GroupKernels& kernels = groupKernels();
        forStretches(row, col0, w.size(), [&](std::size_t g, std::size_t at, std::size_t n, std::size_t size) {
            kernels.encodeLevels(w.data() + at, n, size, m_options.table.search,
                                 m_options.two ? Scaling::SideQuotient : Scaling::Quotient, m_positive.data() + g,
                                 negatives() + g, codes.data() + at);
        });
    }
    void decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const override
    {
        const GroupKernels& kernels = groupKernels();
        const auto& levels = m_options.table.levels;
        forStretches(row, col0, codes.size(), [&](std::size_t g, std::size_t at, std::size_t n, std::size_t size) {
            kernels.decodeLevels(codes.data() + at, n, size, levels.data(), levels.size(), m_positive.data() + g,
                                 negatives() + g, out.data() + at);
        });
    }
    void quantizeColumn(Index row0, Index col, std::span<const float> w, std::span<std::uint8_t> codes,
                        std::span<float> values) const override
    {
        const GroupKernels& kernels = groupKernels();
        const auto& levels = m_options.table.levels;
        constexpr std::size_t kRows = 64;
        float positive[kRows];
        float negative[kRows];
        for (std::size_t at = 0; at < w.size(); at += kRows) { // each row is a group of one
            const std::size_t n = std::min(kRows, w.size() - at);
            for (std::size_t r = 0; r < n; ++r) {
                const auto g = static_cast<std::size_t>(m_layout.group(row0 + static_cast<Index>(at + r), col));
                positive[r] = m_positive[g];
                negative[r] = negatives()[g];
            }
            kernels.encodeLevels(w.data() + at, n, 1, m_options.table.search,
                                 m_options.two ? Scaling::SideQuotient : Scaling::Quotient, positive, negative,
                                 codes.data() + at);
            kernels.decodeLevels(codes.data() + at, n, 1, levels.data(), levels.size(), positive, negative, values.data() + at);
        }
    }
    std::vector<float> levels(Index group) const override
    {
        const auto g = static_cast<std::size_t>(group);
        std::vector<float> out;
        for (int k = 0; k < 1 << m_bits; ++k)
            out.push_back(afpqValue(m_options.table.levels[static_cast<std::size_t>(k)], m_positive[g], negatives()[g]));
        return out;
    }
    std::vector<GroupMap> maps() const override
    {
        if (!m_options.two) return {groupMap("scale", "weight units", m_positive)};
        return {groupMap("scale_pos", "weight units", m_positive), groupMap("scale_neg", "weight units", m_negative)};
    }

    // Rank 2: the table's positive half with one scale, the rest with the other. The table stays.
    Result<LearnableLevels> learnableLevels() const override
    {
        LearnableLevels l;
        l.layout = m_layout;
        l.levels = Index(1) << m_bits;
        l.rank = m_options.two ? 2 : 1;
        l.scales.assign(m_positive.begin(), m_positive.end());
        if (m_options.two) l.scales.insert(l.scales.end(), m_negative.begin(), m_negative.end());
        for (Index side = 0; side < l.rank; ++side)
            for (Index k = 0; k < l.levels; ++k) {
                const auto level = static_cast<double>(m_options.table.levels[static_cast<std::size_t>(k)]);
                l.basis.push_back(!m_options.two || (level > 0) == (side == 0) ? level : 0.0);
            }
        l.offsets.assign(m_positive.size(), 0.0);
        l.round = [type = m_options.scale](auto& scales, auto&, auto&) {
            for (double& s : scales) s = static_cast<double>(roundLearned(type, s, true));
        };
        return l;
    }
    void takeLevels(const std::vector<double>& scales, const std::vector<double>&, const std::vector<double>&) override
    {
        for (std::size_t g = 0; g < m_positive.size(); ++g) m_positive[g] = roundLearned(m_options.scale, scales[g], true);
        for (std::size_t g = 0; g < m_negative.size(); ++g) m_negative[g] = roundLearned(m_options.scale, scales[m_positive.size() + g], true);
    }

protected:
    void storeParameters(ArrayStore& out) const override
    {
        const Shape shape = m_layout.mapShape();
        out.addFloats(m_options.two ? "grid.scale_pos" : "grid.scale", m_options.scale, shape, m_positive);
        if (m_options.two) out.addFloats("grid.scale_neg", m_options.scale, shape, m_negative);
    }

private:
    const float* negatives() const { return m_options.two ? m_negative.data() : m_positive.data(); }

    Options m_options;
    std::vector<float> m_positive;
    std::vector<float> m_negative; // empty with one scale
};

class Afpq : public Grid, public LearnableSource {
public:
    explicit Afpq(Options o) : m_options(std::move(o)) {}
    StorageBits storage(Index rows, Index cols) const override
    {
        const auto groups = static_cast<std::uint64_t>(GroupLayout(rows, cols, m_options.group).groups());
        return {8 * static_cast<std::uint64_t>(rows) *
                    blocks::packedRowBytes(static_cast<std::uint64_t>(cols), m_options.table.bits),
                groups * scaleBits(m_options.scale) * (m_options.two ? 2 : 1)};
    }
    Result<std::unique_ptr<FittedGrid>> fit(const FitInput& input, const Context& context) const override
    {
        const MatrixView w = input.weights;
        const GroupLayout layout(w.rows, w.cols, m_options.group);
        const auto groups = static_cast<std::size_t>(layout.groups());
        const std::vector<double> h = columnWeights(input.calibration, w.cols);
        std::vector<float> positive(groups);
        std::vector<float> negative(m_options.two ? groups : 0);
        const bool done = forRanges(context, layout, w, true, [&](std::size_t first, std::span<const Range> ranges) {
            chooseScales(first, ranges, h, positive, negative, context, [&](std::size_t g, auto&& f) {
                layout.forEachRun(static_cast<Index>(g), [&](Index row, Index c0, Index c1) {
                    f(w.row(row).subspan(static_cast<std::size_t>(c0), static_cast<std::size_t>(c1 - c0)), c0);
                });
            });
        });
        if (!done || context.stopped()) return cancelled();
        return fitted(layout, std::move(positive), std::move(negative));
    }
    Result<std::unique_ptr<FittedGrid>> fitRows(const InputRows& rows, const Context& context) const override
    {
        const GroupLayout layout(rows.rows(), rows.cols(), m_options.group);
        const auto groups = static_cast<std::size_t>(layout.groups());
        const std::vector<double> h = columnWeights(rows.calibration(), rows.cols());
        std::vector<float> positive(groups);
        std::vector<float> negative(m_options.two ? groups : 0);
        QS_ASSIGN(const auto ranges, rangesOfRows(rows, layout, true, context));
        std::vector<Status> states(groups);
        parallelFor(context, layout.groups(), 1, [&](Index b, Index e) {
            for (auto g = static_cast<std::size_t>(b); g < static_cast<std::size_t>(e); ++g) {
                GroupReader reader(rows, layout);
                reader.endAt(static_cast<Index>(g));
                chooseScales(g, std::span(ranges).subspan(g, 1), h, positive, negative, context, [&](std::size_t k, auto&& f) {
                    auto ok = reader.forEachRun(static_cast<Index>(k), [&](const GroupRun& run) { f(run.weights, run.col0); });
                    if (!ok) states[g] = std::move(ok);
                });
            }
        });
        if (context.stopped()) return cancelled();
        for (Status& s : states) QS_TRY(std::move(s));
        return fitted(layout, std::move(positive), std::move(negative));
    }
    bool readsInTiles(Index, Index) const override { return true; }
    Index independentRows(Index rows, Index cols) const override
    {
        return GroupLayout(rows, cols, m_options.group).independentRows();
    }
    Index independentColumns(Index rows, Index cols) const override
    {
        return GroupLayout(rows, cols, m_options.group).independentColumns();
    }
    bool sidesAreApart() const override { return m_options.two; }
    Result<std::unique_ptr<FittedGrid>> load(const ArrayStore& arrays, Index rows, Index cols) const override
    {
        const GroupLayout layout(rows, cols, m_options.group);
        const char* first = m_options.two ? "grid.scale_pos" : "grid.scale";
        QS_ASSIGN(auto positive, loadScales(arrays, first, m_options.scale, layout.mapShape(), m_options.table.end));
        std::vector<float> negative;
        if (m_options.two) {
            QS_ASSIGN(negative, loadScales(arrays, "grid.scale_neg", m_options.scale, layout.mapShape(), m_options.table.end));
        }
        return std::make_unique<AfpqFitted>(layout, m_options, std::move(positive), std::move(negative));
    }

private:
    std::vector<double> columnWeights(const Calibration* calibration, Index cols) const
    {
        return m_options.search ? inputWeights(calibration, cols) : std::vector<double>{};
    }
    Result<std::unique_ptr<FittedGrid>> fitted(const GroupLayout& layout, std::vector<float> positive, std::vector<float> negative) const
    {
        QS_TRY(finiteScales(positive, m_options.scale, m_options.table.end));
        QS_TRY(finiteScales(negative, m_options.scale, m_options.table.end));
        return std::make_unique<AfpqFitted>(layout, m_options, std::move(positive), std::move(negative));
    }
    // Scales of consecutive groups from their ranges; runs(g, f) calls f(run, first column) for each run of group g.
    template <class Runs>
    void chooseScales(std::size_t first, std::span<const Range> ranges, const std::vector<double>& h, std::span<float> positive,
                      std::span<float> negative, const Context& context, const Runs& runs) const
    {
        const auto chosen = [&](std::size_t g, float most, int side) {
            return m_options.search ? best(g, runs, h, most, side, context)
                                    : afpqUnrounded(most, m_options.table.end, m_options.scale);
        };
        for (std::size_t k = 0; k < ranges.size(); ++k) {
            const Range r = ranges[k];
            positive[first + k] = m_options.two ? chosen(first + k, r.hi, 1) : chosen(first + k, r.absmax(), 0);
            if (m_options.two) negative[first + k] = chosen(first + k, -r.lo, -1);
        }
        if (m_options.search) return; // rounded already
        roundScales(m_options.scale, positive.subspan(first, ranges.size()));
        if (m_options.two) roundScales(m_options.scale, negative.subspan(first, ranges.size()));
    }
    // One side's scale p·s, p in 1, 0.99 … 0.5, with the least Σ h·(w − ŵ)² over that side's weights (0: both sides).
    // The sides are decoupled, so two such searches are the joint one. The first of equals: p = 1 never loses.
    template <class Runs>
    float best(std::size_t g, const Runs& runs, const std::vector<double>& h, float most, int side, const Context& context) const
    {
        const AfpqTable& table = m_options.table;
        float chosen = afpqScale(most, table.end, m_options.scale);
        if (!(chosen > 0.0F) || !std::isfinite(chosen)) return chosen;
        double least = -1;
        std::uint8_t codes[kPiece];
        float lut[16] = {};
        float tried = -1;
        for (int i = 0; i <= 50 && !context.stopped(); ++i) {
            const float scale = afpqScale(static_cast<float>(1.0 - i / 100.0) * most, table.end, m_options.scale);
            if (scale == tried) continue;
            tried = scale;
            for (std::size_t k = 0; k < table.levels.size(); ++k) lut[k] = afpqValue(table.levels[k], scale, scale);
            double error = 0;
            runs(g, [&](std::span<const float> run, Index c0) {
                forPieces(run.size(), [&](std::size_t at, std::size_t n) {
                    encodeLevels(run.subspan(at, n), table.search, Scaling::Quotient, scale, scale, codes);
                    for (std::size_t j = 0; j < n; ++j) {
                        const float v = run[at + j];
                        if (side > 0 ? v < 0.0F : side < 0 && !(v < 0.0F)) continue;
                        const double d = static_cast<double>(v) - static_cast<double>(lut[codes[j]]);
                        error += d * d * (h.empty() ? 1.0 : h[static_cast<std::size_t>(c0) + at + j]);
                    }
                });
            });
            if (least < 0 || error < least) {
                least = error;
                chosen = scale;
            }
        }
        return chosen;
    }

    Options m_options;
};

FitAnswer fits(std::string_view format, const ParamValues&)
{
    if (format == "gguf")
        return {"two scales a group; GGUF has no such type; nearest: gguf:type=q4_1, or export decoded bf16"};
    if (format == "gptq" || format == "awq" || format == "hqq" || format == "compressed-tensors" || format == "bitsandbytes")
        return {"two scales a group on a floating-point table; " + std::string(format) +
                " has no such type; export decoded bf16"};
    return {};
}

} // namespace

void registerAfpq(Registry& registry);
void registerAfpq(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Grid;
    info.name = "afpq";
    info.title = "AFPQ, two scales a group";
    info.summary = "A floating-point table with one scale for positive and one for negative weights of each group.";
    info.source = "AFPQ, arXiv 2311.01792, Algorithm 1; seed_methods.md §1";
    info.params = {
        ParamSpec::choice("format", "nf4", {"fp4", "fp3", "nf4", "nf3"}, "table of levels"),
        ParamSpec::group("128"),
        ParamSpec::scaleType("f16"),
        ParamSpec::flag("search", false, "try 51 smaller scales per side; least error, weighted by the inputs if calibrated"),
        ParamSpec::choice("scales", "two", {"two", "one"}, "one: the symmetric baseline of the paper"),
    };
    info.fits = fits;
    info.makeGrid = [](const ParamValues& v) -> Result<std::unique_ptr<Grid>> {
        const auto group = GroupSpec::parse(v.text("group"));
        if (!group) return fail(ErrorCode::Usage, "afpq: group can't be read");
        return std::make_unique<Afpq>(Options{AfpqTable::make(v.text("format")), *group, scaleDType(v), v.flag("search"),
                                              v.text("scales") == "two"});
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
