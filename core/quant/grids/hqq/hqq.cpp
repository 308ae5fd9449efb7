// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/blocks/bit_stream.h"
#include "core/quant/grids/hqq/hqq_core.h"
#include "core/quant/input_rows.h"
#include "core/quant/level_table.h"
#include "core/quant/registry.h"
#include "core/quant/scale_type.h"

namespace qs::quant {
namespace {

struct Settings {
    HqqOptions options;
    GroupSpec group{GroupSpec::Columns, 64, 1};
    int axis = 1;
    DType type = DType::F16;
};

/// Which group a weight is in, for both axes. Axis 0 views the row-major matrix as [size, T]: group k holds every T-th
/// element from the k-th on.
class HqqLayout {
public:
    HqqLayout(Index rows, Index cols, const Settings& s)
        : m_axis(s.axis),
          m_columns(rows, cols, s.group),
          m_size(s.group.size) {}
    Index groups() const { return m_axis == 1 ? m_columns.groups() : m_columns.rows() * m_columns.cols() / m_size; }
    Index groupSize() const { return m_columns.rows() * m_columns.cols() / std::max<Index>(1, groups()); }
    Index group(Index row, Index col) const {
        return m_axis == 1 ? m_columns.group(row, col) : (row * m_columns.cols() + col) % groups();
    }
    Index runEnd(Index row, Index col, Index last) const {
        return m_axis == 1 ? std::min(last, m_columns.runEnd(row, col)) : col + 1;
    }
    Shape mapShape() const { return m_axis == 1 ? m_columns.mapShape() : Shape{1, groups()}; }
    const GroupLayout& columns() const { return m_columns; }
private:
    int m_axis;
    GroupLayout m_columns;
    Index m_size;
};

class FittedHqq : public FittedGrid {
public:
    FittedHqq(HqqLayout layout, const Settings& s, std::vector<float> scale, std::vector<float> zero)
        : m_layout(layout),
          m_s(s),
          m_scale(std::move(scale)),
          m_zero(std::move(zero)) {}
    Index rows() const override { return m_layout.columns().rows(); }
    Index cols() const override { return m_layout.columns().cols(); }
    int bits() const override { return m_s.options.bits; }
    Index groups() const override { return m_layout.groups(); }
    Index groupOf(Index row, Index col) const override { return m_layout.group(row, col); }

    void nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const override {
        const double most = (1 << bits()) - 1;
        forEachRun(row, col0, w.size(), [&](std::size_t g, std::size_t at, std::size_t n) {
            const double scale = static_cast<double>(m_scale[g]);
            const double inverse = scale > 0 ? 1.0 / scale : 0.0;
            const double zero = static_cast<double>(m_zero[g]);
            for (std::size_t i = at; i < at + n; ++i)
                codes[i] = static_cast<std::uint8_t>(hqqCode(static_cast<double>(w[i]), inverse, zero, most));
        });
    }
    void decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const override {
        forEachRun(row, col0, codes.size(), [&](std::size_t g, std::size_t at, std::size_t n) {
            for (std::size_t i = at; i < at + n; ++i)
                out[i] = (static_cast<float>(codes[i]) - m_zero[g]) * m_scale[g];
        });
    }
    std::vector<float> levels(Index group) const override {
        const auto g = static_cast<std::size_t>(group);
        std::vector<float> out(std::size_t(1) << bits());
        for (std::size_t k = 0; k < out.size(); ++k)
            out[k] = (static_cast<float>(k) - m_zero[g]) * m_scale[g];
        return out;
    }
    std::vector<GroupMap> maps() const override {
        const Shape s = m_layout.mapShape();
        return {{"scale", "weight units", s[0], s[1], m_scale, false, false},
                {"zero", "codes", s[0], s[1], m_zero, false, false}};
    }
    std::string describe(Index group) const override {
        const auto g = static_cast<std::size_t>(group);
        return "scale " + formatNumber(static_cast<double>(m_scale[g])) + "  zero " +
               formatNumber(static_cast<double>(m_zero[g]));
    }

protected:
    void storeParameters(ArrayStore& out) const override {
        out.addFloats("grid.scale", m_s.type, m_layout.mapShape(), m_scale);
        out.addFloats("grid.zero", m_s.type, m_layout.mapShape(), m_zero);
    }

private:
    // f(group, first element, number of elements) for what lies in one group; axis 0 has a new group at each element.
    template <class F> void forEachRun(Index row, Index col0, std::size_t count, F&& f) const {
        const Index last = col0 + static_cast<Index>(count);
        for (Index c = col0; c < last;) {
            const Index end = m_layout.runEnd(row, c, last);
            f(static_cast<std::size_t>(m_layout.group(row, c)), static_cast<std::size_t>(c - col0),
              static_cast<std::size_t>(end - c));
            c = end;
        }
    }

    HqqLayout m_layout;
    Settings m_s;
    std::vector<float> m_scale;  ///< step of each group
    std::vector<float> m_zero;   ///< zero point in codes, any real number
};

/// The weights of a chunk of groups. Down the columns a group has a weight in each of `size` stretches of the flattened matrix,
/// so the chunk's part of each is read and laid by groups.
class HqqReader {
public:
    HqqReader(const InputRows& rows, const HqqLayout& layout, bool isAcross, Index begin, Index end, FirstError& failure)
        : m_rows(rows), m_layout(layout), m_isAcross(isAcross), m_begin(begin), m_end(end), m_failure(failure),
          m_groups(rows, layout.columns())
    {
        if (!isAcross) m_groups.endAt(end - 1);
    }
    template <class F> void operator()(Index group, F&& f) {
        if (!m_isAcross) {
            m_failure.take(m_groups.forEachRun(group, [&](const GroupRun& run) { f(run.weights); }));
            return;
        }
        if (m_gathered.empty()) gather();
        const auto size = static_cast<std::size_t>(m_layout.groupSize());
        f(std::span<const float>(m_gathered).subspan(static_cast<std::size_t>(group - m_begin) * size, size));
    }

private:
    void gather() {
        const Index cols = m_rows.cols();
        const Index size = m_layout.groupSize();
        const Index width = m_end - m_begin;
        m_gathered.resize(static_cast<std::size_t>(size * width));
        TileBuffer buffer;
        const Index height = tileRows(m_rows);
        for (Index k = 0; k < size; ++k) {
            const Index from = k * m_layout.groups() + m_begin;
            for (Index at = from; at < from + width;) {
                const Index row0 = at / cols;
                const Index count = std::min(height, (from + width - 1) / cols - row0 + 1);
                const auto tile = m_rows.read(row0, count, buffer);
                if (!tile) {
                    m_failure.take(Status(tl::unexpected<Error>(tile.error())));
                    return;
                }
                const Index stop = std::min(from + width, (row0 + count) * cols);
                for (; at < stop; ++at)
                    m_gathered[static_cast<std::size_t>((at - from) * size + k)] =
                        tile->weights.data[static_cast<std::size_t>(at - row0 * cols)];
            }
        }
    }

    const InputRows& m_rows;
    const HqqLayout& m_layout;
    bool m_isAcross;
    Index m_begin;
    Index m_end;
    FirstError& m_failure;
    GroupReader m_groups;
    std::vector<float> m_gathered;  ///< [groups of the chunk, size]
};

class HqqGrid : public Grid {
public:
    explicit HqqGrid(const Settings& s) : m_s(s) {}

    Status accepts(Index rows, Index cols) const override {
        if (m_s.axis == 0 && rows * cols % m_s.group.size != 0)
            return fail(
                Error(ErrorCode::Lacking, "HQQ with axis=0 needs a number of weights that its group size divides")
                    .wanted("a multiple of " + std::to_string(m_s.group.size))
                    .got(std::to_string(rows) + " x " + std::to_string(cols))
                    .fix("choose axis=1 or another group"));
        return {};
    }
    StorageBits storage(Index rows, Index cols) const override {
        StorageBits b;
        b.payload = 8 * blocks::packedRowBytes(static_cast<std::uint64_t>(cols), m_s.options.bits) *
                    static_cast<std::uint64_t>(rows);
        b.metadata = 2 * static_cast<std::uint64_t>(HqqLayout(rows, cols, m_s).groups()) * scaleBits(m_s.type);
        return b;
    }
    Result<std::unique_ptr<FittedGrid>> fit(const FitInput& input, const Context& context) const override {
        return fitRows(MatrixInput(input), context);
    }
    Result<std::unique_ptr<FittedGrid>> fitRows(const InputRows& rows, const Context& context) const override {
        const HqqLayout layout(rows.rows(), rows.cols(), m_s);
        HqqFit<double> fit;
        FirstError failure;
        const bool isAcross = m_s.axis == 0;
        const auto readerOf = [&](Index b, Index e) { return HqqReader(rows, layout, isAcross, b, e, failure); };
        // Down the columns a chunk reads whole rows for its part of each stretch, so it takes about as much as a row has.
        const Index grain = isAcross ? std::clamp<Index>(rows.cols(), 1024, 16384) : 0;
        if (!hqqFit<double>(context, layout.groups(), layout.groupSize(), m_s.options, readerOf, fit, grain)) return cancelled();
        QS_TRY(failure.state());
        std::vector<float> scale(fit.scale.size());
        std::vector<float> zero(fit.zero.size());
        for (std::size_t g = 0; g < scale.size(); ++g) {
            zero[g] = roundFinite(m_s.type, fit.zero[g]);
            double s = fit.scale[g];
            // A group far from 0 and very narrow has a zero point beyond the stored type: a coarser step brings it
            // back.
            const double kept = static_cast<double>(zero[g]);
            if (std::fabs(fit.zero[g]) > 1.0 + std::fabs(kept) * 1.001) s *= std::fabs(kept / fit.zero[g]);
            scale[g] = roundFinite(m_s.type, 1.0 / s);
        }
        return std::make_unique<FittedHqq>(layout, m_s, std::move(scale), std::move(zero));
    }
    bool readsInTiles(Index, Index) const override { return true; }
    Index independentRows(Index rows, Index cols) const override {
        // The tensor's own stop, and axis 0, look at all groups.
        if (m_s.axis != 1 || !m_s.options.stopPerGroup) return 0;
        return GroupLayout(rows, cols, m_s.group).independentRows();
    }
    Index independentColumns(Index rows, Index cols) const override {
        return m_s.axis == 1 ? GroupLayout(rows, cols, m_s.group).independentColumns() : 0;
    }
    Result<std::unique_ptr<FittedGrid>> load(const ArrayStore& arrays, Index rows, Index cols) const override {
        const HqqLayout layout(rows, cols, m_s);
        QS_TRY(arrays.get("grid.scale", m_s.type, layout.mapShape()));
        QS_TRY(arrays.get("grid.zero", m_s.type, layout.mapShape()));
        QS_ASSIGN(auto scale, arrays.getFloats("grid.scale", layout.mapShape()));
        QS_ASSIGN(auto zero, arrays.getFloats("grid.zero", layout.mapShape()));
        for (const float s : scale)
            if (s < 0) return fail(ErrorCode::Malformed, "array grid.scale holds a negative scale");
        return std::make_unique<FittedHqq>(layout, m_s, std::move(scale), std::move(zero));
    }

private:
    Settings m_s;
};

FitAnswer fits(std::string_view format, const ParamValues& v) {
    if (format != "hqq")
        return {"only HQQ's own format has a float zero point; nearest: rtn with an integer zero point"};
    const std::string& group = v.text("group");
    if (!GroupSpec::parse(group) || GroupSpec::parse(group)->kind != GroupSpec::Columns)
        return {"HQQ's format has groups of a number of weights; choose group=64"};
    const std::int64_t bits = v.integer("bits");
    if (bits == 5 || bits == 6 || bits == 7) return {"HQQ's format packs 1, 2, 3, 4 or 8 bits"};
    return {};
}

}  // namespace

void registerHqq(Registry& registry);
void registerHqq(Registry& registry) {
    PartInfo info;
    info.kind = PartKind::Grid;
    info.name = "hqq";
    info.title = "HQQ, float zero points";
    info.summary = "Integers whose zero points minimise a sparse norm of the error by a half-quadratic loop; no data.";
    info.source = "Half-quadratic quantization, mobiusml/hqq";
    info.params = {
        ParamSpec::integer("bits", 4, 1, 8, "bits", "bits of a code"),
        ParamSpec::group("64"),
        ParamSpec::choice("axis", "1", {"0", "1"},
                          "1: groups along the inputs; 0: down the columns of the flattened matrix"),
        ParamSpec::integer("iterations", 20, 0, 1000, "steps", "most steps of the loop"),
        ParamSpec::real("p", 0.7, 0.05, 1, "", "norm of the error that is minimised"),
        ParamSpec::real("beta", 10, 1e-3, 1e6, "", "weight of the quadratic half"),
        ParamSpec::choice("round_zero", "auto", {"auto", "0", "1"}, "round the first zero point; auto: at 4 bits"),
        ParamSpec::choice("stop", "tensor", {"tensor", "group"}, "whose mean error ends the loop"),
        ParamSpec::choice("variant", "legacy", {"legacy", "v2"}, "v2: beta grows by 1 % each step"),
        ParamSpec::scaleType()};
    info.fits = fits;
    info.makeGrid = [](const ParamValues& v) -> Result<std::unique_ptr<Grid>> {
        Settings s;
        s.options.bits = static_cast<int>(v.integer("bits"));
        s.options.iterations = static_cast<int>(v.integer("iterations"));
        s.options.p = v.real("p");
        s.options.beta = v.real("beta");
        s.options.kappa = v.text("variant") == "v2" ? 1.01 : 1.0;
        const std::string& round = v.text("round_zero");
        s.options.roundZero = round == "auto" ? s.options.bits == 4 : round == "1";
        s.options.stopPerGroup = v.text("stop") == "group";
        s.group = *GroupSpec::parse(v.text("group"));
        s.axis = v.text("axis") == "0" ? 0 : 1;
        s.type = scaleDType(v);
        if (s.axis == 0 && s.group.kind != GroupSpec::Columns)
            return fail(Error(ErrorCode::Usage, "HQQ with axis=0 takes groups of a number of weights")
                            .wanted("group=64 or another number")
                            .got("group=" + v.text("group")));
        return std::make_unique<HqqGrid>(s);
    };
    registry.add(std::move(info));
}

}  // namespace qs::quant
