// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/blocks/bit_stream.h"
#include "core/quant/grids/lcq/lcq_fit.h"
#include "core/quant/learnable_grid.h"
#include "core/quant/learned/learn_levels.h"
#include "core/quant/level_table.h"
#include "core/quant/registry.h"
#include "core/quant/scale_type.h"

#include <array>

namespace qs::quant {
namespace {

struct Settings {
    LcqOptions options;
    GroupSpec group;
    bool sigmaCodes = false;
    LearnSettings learn;
};

class FittedLcq : public FittedGrid, public LearnableGrid {
public:
    FittedLcq(GroupLayout layout, int bits, LcqStored m) : m_layout(layout), m_bits(bits), m_m(std::move(m)) {}
    Index rows() const override { return m_layout.rows(); }
    Index cols() const override { return m_layout.cols(); }
    int bits() const override { return m_bits; }
    Index groups() const override { return m_layout.groups(); }
    Index groupOf(Index row, Index col) const override { return m_layout.group(row, col); }

    void nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const override {
        LevelTable table;
        forEachRun(row, col0, w.size(), [&](std::span<const float> book, std::size_t at, std::size_t n) {
            table.build(book);
            table.codes(w.subspan(at, n), codes.subspan(at, n));
        });
    }
    void decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const override {
        forEachRun(row, col0, codes.size(), [&](std::span<const float> book, std::size_t at, std::size_t n) {
            for (std::size_t i = at; i < at + n; ++i)
                out[i] = book[codes[i]];
        });
    }
    std::vector<float> levels(Index group) const override {
        std::vector<float> out(static_cast<std::size_t>(m_m.levels));
        m_m.book(group, out);
        return out;
    }
    std::vector<GroupMap> maps() const override {
        std::vector<GroupMap> out;
        const Shape shape = m_layout.mapShape();
        for (int r = 0; r < m_m.rank; ++r) {
            const auto row = std::span(m_m.s).subspan(static_cast<std::size_t>(r * m_m.groups),
                                                      static_cast<std::size_t>(m_m.groups));
            out.push_back(
                {"S" + std::to_string(r), "weight units", shape[0], shape[1], {row.begin(), row.end()}, false, true});
        }
        out.push_back({"B", "weight units", shape[0], shape[1], m_m.b, false, true});
        out.push_back({"V", "", m_m.rank, m_m.levels, m_m.v, true, true});
        return out;
    }
    std::string describe(Index group) const override {
        std::string out;
        for (int r = 0; r < m_m.rank; ++r)
            out += "S" + std::to_string(r) + " " +
                   formatNumber(static_cast<double>(m_m.s[static_cast<std::size_t>(r * m_m.groups + group)])) + "  ";
        return out + "B " + formatNumber(static_cast<double>(m_m.b[static_cast<std::size_t>(group)]));
    }

    Result<LearnableLevels> learnableLevels() const override {
        LearnableLevels l;
        l.layout = m_layout;
        l.rank = m_m.rank;
        l.levels = m_m.levels;
        l.scales.assign(m_m.s.begin(), m_m.s.end());
        l.basis.assign(m_m.v.begin(), m_m.v.end());
        l.offsets.assign(m_m.b.begin(), m_m.b.end());
        l.learnBasis = l.learnOffsets = true;
        l.round = [like = sizesOf(m_m)](auto& scales, auto& basis, auto& offsets) {
            LcqStored stored = like;
            lcqRoundInto(stored, scales, basis, offsets);
            scales.assign(stored.s.begin(), stored.s.end());
            basis.assign(stored.v.begin(), stored.v.end());
            offsets.assign(stored.b.begin(), stored.b.end());
        };
        return l;
    }
    void takeLevels(const std::vector<double>& scales, const std::vector<double>& basis,
                    const std::vector<double>& offsets) override {
        LcqStored stored = sizesOf(m_m);
        lcqRoundInto(stored, scales, basis, offsets);
        m_m = std::move(stored);
    }

protected:
    void storeParameters(ArrayStore& out) const override { lcqStore(m_m, out); }

private:
    static LcqStored sizesOf(const LcqStored& m) {
        LcqStored out;
        out.rank = m.rank;
        out.levels = m.levels;
        out.groups = m.groups;
        out.type = m.type;
        out.doubled = m.doubled;
        return out;
    }
    template <class F> void forEachRun(Index row, Index col0, std::size_t count, F&& f) const {
        std::array<float, 256> book{};
        const auto levels = std::span(book).first(static_cast<std::size_t>(m_m.levels));
        const Index last = col0 + static_cast<Index>(count);
        for (Index c = col0; c < last;) {
            const Index end = std::min(last, m_layout.runEnd(row, c));
            m_m.book(m_layout.group(row, c), levels);
            f(levels, static_cast<std::size_t>(c - col0), static_cast<std::size_t>(end - c));
            c = end;
        }
    }

    GroupLayout m_layout;
    int m_bits;
    LcqStored m_m;
};

class LcqGrid : public Grid, public LearnedPart, public LearnableSource {
public:
    explicit LcqGrid(const Settings& s) : m_s(s) {}

    StorageBits storage(Index rows, Index cols) const override {
        const LcqOptions& o = m_s.options;
        const auto groups = static_cast<std::uint64_t>(GroupLayout(rows, cols, m_s.group).groups());
        const auto numbers = static_cast<std::uint64_t>(o.rank) + 1;  // S rows and B
        StorageBits b;
        b.payload =
            8 * blocks::packedRowBytes(static_cast<std::uint64_t>(cols), o.bits) * static_cast<std::uint64_t>(rows);
        b.metadata = 16 * static_cast<std::uint64_t>(o.rank) * (std::uint64_t(1) << o.bits);
        if (o.doubled)
            b.metadata +=
                numbers * (8 * groups + 32 * static_cast<std::uint64_t>(lcqBlocks(static_cast<Index>(groups))));
        else
            b.metadata += numbers * groups * scaleBits(o.type);
        return b;
    }
    Result<std::unique_ptr<FittedGrid>> fit(const FitInput& input, const Context& context) const override {
        return fitAny(MatrixInput(input), context);
    }
    Result<std::unique_ptr<FittedGrid>> fitRows(const InputRows& rows, const Context& context) const override {
        if (m_s.learn.scope != LearnScope::Layer) return fail(needsModel(m_s.learn.scope));
        return fitAny(rows, context);
    }
    bool readsInTiles(Index, Index) const override { return true; }
    // S and B in double: three starts, what is solved and what is best.
    std::uint64_t workingBytes(Index rows, Index cols) const override {
        const auto groups = static_cast<std::uint64_t>(GroupLayout(rows, cols, m_s.group).groups());
        const std::uint64_t free = 2 * static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols);
        return 8 * groups * (static_cast<std::uint64_t>(m_s.options.rank) + 1) * (m_s.options.gradient ? 9 : 6) + free;
    }
    // S, V and B by gradient from the layer's fit, codes the nearest.
    LearnSettings learning() const override { return m_s.learn; }
    Result<std::unique_ptr<LayerLearning>> begin(const FitInput& input, const Grid& self, FittedGrid& levels,
                                                 const Context& context) const override {
        LevelLearning o;
        o.rule = m_s.options.straightThrough ? CodebookRule::Straight : CodebookRule::Fixed;
        o.freeOffsets = false;
        o.basisRate = 0.2;
        return beginLevels(input, self, levels, o, context);
    }
    Result<std::unique_ptr<FittedGrid>> load(const ArrayStore& arrays, Index rows, Index cols) const override {
        const GroupLayout l(rows, cols, m_s.group);
        QS_ASSIGN(auto m, lcqLoad(arrays, m_s.options.rank, 1 << m_s.options.bits, l.groups(), m_s.options.type,
                                  m_s.options.doubled));
        return std::make_unique<FittedLcq>(l, m_s.options.bits, std::move(m));
    }

private:
    Result<std::unique_ptr<FittedGrid>> fitAny(const InputRows& rows, const Context& context) const {
        LcqProblem p(rows, GroupLayout(rows.rows(), rows.cols(), m_s.group));
        const auto n = static_cast<std::size_t>(rows.cols());
        if (m_s.sigmaCodes && rows.calibration() && rows.calibration()->sigma.size() == n * n)
            for (std::size_t c = 0; c < n; ++c)
                p.columnWeight.push_back(rows.calibration()->sigma[c * (n + 1)]);
        LcqStored best = lcqFit(p, m_s.options, context);
        if (context.stopped()) return cancelled();
        QS_TRY(p.failure->state());
        return std::make_unique<FittedLcq>(p.layout, m_s.options.bits, std::move(best));
    }
    Settings m_s;
};

}  // namespace

void registerLcq(Registry& registry);
void registerLcq(Registry& registry) {
    PartInfo info;
    info.kind = PartKind::Grid;
    info.name = "lcq";
    info.title = "Low-rank codebooks";
    info.summary = "Each group's levels are a mixture of a few level shapes that the whole matrix shares: C = SᵀV − B.";
    info.source = "after LCQ, arXiv 2405.20973 (its code is not public; layer-wise reconstruction)";
    info.params = {
        ParamSpec::integer("bits", 3, 1, 8, "bits", "bits of a code; a group has 2^bits levels"),
        ParamSpec::group("64"),
        ParamSpec::integer("rank", 2, 1, 255, "", "number of shared level shapes, at most 2^bits − 1"),
        ParamSpec::choice("fit", "als", {"als", "gradient"}, "alternating least squares, or Adam"),
        ParamSpec::integer("iterations", 15, 0, 1000, "rounds", "most rounds of the alternation"),
        ParamSpec::choice("gradient", "a", {"a", "b"}, "a: codes held fixed; b: straight-through on the index"),
        ParamSpec::integer("steps", 100, 0, 100000, "steps", "steps of Adam"),
        ParamSpec::real("rate", 0.01, 1e-6, 1, "",
                        "learning rate of S and B relative to a group's range; V takes a fifth"),
        ParamSpec::choice(
            "codes", "nearest", {"nearest", "sigma"},
            "sigma: codes and parameters count the inputs' mean squares, where calibrated; else the same as nearest"),
        ParamSpec::flag("double", false, "store S and B as 8-bit codes in blocks of 256 groups"),
        ParamSpec::scaleType()};
    for (auto& p : scopeParams())
        info.params.push_back(std::move(p));
    info.fits = [](std::string_view format, const ParamValues&) {
        return FitAnswer{
            std::string(format) +
            " has no field for a codebook per group; nearest: rtn with the same bits, or nf (bitsandbytes)"};
    };
    info.makeGrid = [](const ParamValues& v) -> Result<std::unique_ptr<Grid>> {
        Settings s;
        LcqOptions& o = s.options;
        o.bits = static_cast<int>(v.integer("bits"));
        o.rank = static_cast<int>(v.integer("rank"));
        if (o.rank > (1 << o.bits) - 1)
            return fail(Error(ErrorCode::Usage, "the rank is larger than the codebooks can have")
                            .wanted("rank at most " + std::to_string((1 << o.bits) - 1) +
                                    " with bits=" + std::to_string(o.bits))
                            .got(std::to_string(o.rank)));
        o.iterations = static_cast<int>(v.integer("iterations"));
        o.gradient = v.text("fit") == "gradient";
        o.straightThrough = v.text("gradient") == "b";
        o.steps = static_cast<int>(v.integer("steps"));
        o.rate = v.real("rate");
        o.doubled = v.flag("double");
        o.type = scaleDType(v);
        s.group = *GroupSpec::parse(v.text("group"));
        s.sigmaCodes = v.text("codes") == "sigma";
        s.learn = learnSettings(v);
        s.learn.train.steps = std::max(1, o.steps);
        s.learn.train.rate = o.rate;
        return std::make_unique<LcqGrid>(s);
    };
    registry.add(std::move(info));
}

}  // namespace qs::quant
