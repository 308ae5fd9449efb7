// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/blocks/bit_stream.h"
#include "core/exec/parallel_for.h"
#include "core/quant/input_rows.h"
#include "core/quant/kmeans_1d.h"
#include "core/quant/learnable_grid.h"
#include "core/quant/level_table.h"
#include "core/quant/registry.h"
#include "core/quant/scale_type.h"

#include <charconv>
#include <cmath>

namespace qs::quant {
namespace {

constexpr Index kLargeGroup = 100000;  // from here on, threads share one group instead of taking one each

struct Settings {
    int bits = 4;
    GroupSpec group{GroupSpec::Row, 0, 1};
    std::string weights = "none";
    DType type = DType::F16;
    std::vector<float> levels;  ///< fixed codebook, padded to 2^bits; empty: fitted
};

class FittedKmeans : public FittedGrid, public LearnableGrid {
public:
    FittedKmeans(GroupLayout layout, int bits, DType type, std::vector<float> codebook)
        : m_layout(layout),
          m_bits(bits),
          m_type(type),
          m_codebook(std::move(codebook)) {}
    Index rows() const override { return m_layout.rows(); }
    Index cols() const override { return m_layout.cols(); }
    int bits() const override { return m_bits; }
    Index groups() const override { return m_layout.groups(); }
    Index groupOf(Index row, Index col) const override { return m_layout.group(row, col); }

    void nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const override {
        LevelTable table;
        forEachRun(row, col0, w.size(), [&](Index group, std::size_t at, std::size_t n) {
            table.build(book(group));
            table.codes(w.subspan(at, n), codes.subspan(at, n));
        });
    }
    void decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const override {
        forEachRun(row, col0, codes.size(), [&](Index group, std::size_t at, std::size_t n) {
            const auto levels = book(group);
            for (std::size_t i = at; i < at + n; ++i)
                out[i] = levels[codes[i]];
        });
    }
    std::vector<float> levels(Index group) const override {
        const auto b = book(group);
        return {b.begin(), b.end()};
    }
    std::string describe(Index group) const override {
        const auto b = book(group);
        const auto [low, high] = std::minmax_element(b.begin(), b.end());
        return "levels " + formatNumber(static_cast<double>(*low)) + " to " + formatNumber(static_cast<double>(*high));
    }

    // Rank 2^bits: every level is a number of its own.
    Result<LearnableLevels> learnableLevels() const override {
        LearnableLevels l;
        l.layout = m_layout;
        l.rank = l.levels = Index(1) << m_bits;
        const auto k = static_cast<std::size_t>(l.levels);
        const auto count = static_cast<std::size_t>(groups());
        l.scales.resize(k * count);
        for (std::size_t g = 0; g < count; ++g)
            for (std::size_t q = 0; q < k; ++q)
                l.scales[q * count + g] = static_cast<double>(m_codebook[g * k + q]);
        l.basis.assign(k * k, 0.0);
        for (std::size_t q = 0; q < k; ++q)
            l.basis[q * k + q] = 1;
        l.offsets.assign(count, 0.0);
        l.round = [type = m_type](auto& scales, auto&, auto&) {
            for (double& s : scales)
                s = static_cast<double>(roundFinite(type, s));
        };
        return l;
    }
    void takeLevels(const std::vector<double>& scales, const std::vector<double>&,
                    const std::vector<double>&) override {
        const std::size_t k = std::size_t(1) << m_bits;
        const auto count = static_cast<std::size_t>(groups());
        for (std::size_t g = 0; g < count; ++g)
            for (std::size_t q = 0; q < k; ++q)
                m_codebook[g * k + q] = roundFinite(m_type, scales[q * count + g]);
    }

protected:
    void storeParameters(ArrayStore& out) const override {
        out.addFloats("grid.codebook", m_type, {groups(), Index(1) << m_bits}, m_codebook);
    }

private:
    std::span<const float> book(Index group) const {
        const std::size_t k = std::size_t(1) << m_bits;
        return std::span(m_codebook).subspan(static_cast<std::size_t>(group) * k, k);
    }
    template <class F> void forEachRun(Index row, Index col0, std::size_t count, F&& f) const {
        const Index last = col0 + static_cast<Index>(count);
        for (Index c = col0; c < last;) {
            const Index end = std::min(last, m_layout.runEnd(row, c));
            f(m_layout.group(row, c), static_cast<std::size_t>(c - col0), static_cast<std::size_t>(end - c));
            c = end;
        }
    }

    GroupLayout m_layout;
    int m_bits;
    DType m_type;
    std::vector<float> m_codebook;  ///< [groups, 2^bits]
};

class KmeansGrid : public Grid, public LearnableSource {
public:
    explicit KmeansGrid(Settings s) : m_s(std::move(s)) {}

    Status accepts(Index rows, Index cols) const override {
        const GroupLayout l = layout(rows, cols);
        if (l.groups() > 0 && rows * cols / l.groups() > Index(0xFFFFFFFF))
            return fail(Error(ErrorCode::Unsupported, "one codebook can serve at most 4 294 967 295 weights")
                            .fix("choose smaller groups"));
        return {};
    }
    StorageBits storage(Index rows, Index cols) const override {
        StorageBits b;
        b.payload =
            8 * blocks::packedRowBytes(static_cast<std::uint64_t>(cols), m_s.bits) * static_cast<std::uint64_t>(rows);
        b.metadata = static_cast<std::uint64_t>(layout(rows, cols).groups()) * (std::uint64_t(1) << m_s.bits) *
                     scaleBits(m_s.type);
        return b;
    }

    Result<std::unique_ptr<FittedGrid>> fit(const FitInput& input, const Context& context) const override {
        const Index rows = input.weights.rows;
        const Index cols = input.weights.cols;
        QS_TRY(accepts(rows, cols));
        const GroupLayout l = layout(rows, cols);
        const std::size_t k = std::size_t(1) << m_s.bits;
        if (!m_s.levels.empty()) return std::make_unique<FittedKmeans>(l, m_s.bits, m_s.type, m_s.levels);

        QS_ASSIGN(const auto weigh, weightsOf(input));
        std::vector<float> books(static_cast<std::size_t>(l.groups()) * k);
        const bool large = rows * cols / l.groups() > kLargeGroup;
        const auto run = [&](Index begin, Index end) {
            Kmeans1d solver;
            Kmeans1d::Solution solution;
            std::vector<float> values;
            std::vector<double> weights;
            for (Index g = begin; g < end && !context.stopped(); ++g) {
                values.clear();
                weights.clear();
                l.forEachRun(g, [&](Index row, Index c0, Index c1) {
                    const auto w =
                        input.weights.row(row).subspan(static_cast<std::size_t>(c0), static_cast<std::size_t>(c1 - c0));
                    if (l.groups() > 1) values.insert(values.end(), w.begin(), w.end());
                    if (weigh)
                        for (Index c = c0; c < c1; ++c)
                            weights.push_back(weigh(row, c));
                });
                // One group is the matrix itself, as it lies.
                solver.setPoints(l.groups() == 1 ? input.weights.data : std::span<const float>(values), weights);
                if (!solver.solve(static_cast<int>(k), context, solution)) return;
                const auto book = std::span(books).subspan(static_cast<std::size_t>(g) * k, k);
                for (std::size_t i = 0; i < k; ++i)
                    book[i] = roundFinite(m_s.type, solution.centres[std::min(i, solution.centres.size() - 1)]);
                context.advance(static_cast<std::uint64_t>(rows * cols / l.groups()));
            }
        };
        if (large)
            run(0, l.groups());
        else {
            const Index grain = std::max<Index>(1, 16384 / std::max<Index>(1, rows * cols / l.groups()));
            parallelFor(context, l.groups(), grain, run);
        }
        if (context.stopped()) return cancelled();
        return std::make_unique<FittedKmeans>(l, m_s.bits, m_s.type, std::move(books));
    }

    Result<std::unique_ptr<FittedGrid>> fitRows(const InputRows& rows, const Context& context) const override {
        QS_TRY(accepts(rows.rows(), rows.cols()));
        const GroupLayout l = layout(rows.rows(), rows.cols());
        const std::size_t k = std::size_t(1) << m_s.bits;
        if (!m_s.levels.empty()) return std::make_unique<FittedKmeans>(l, m_s.bits, m_s.type, m_s.levels);
        // What the weights take is looked for at one row.
        TileBuffer buffer;
        QS_ASSIGN(const FitInput first, rows.read(0, 1, buffer));
        QS_TRY(weightsOf(first));
        std::vector<float> books(static_cast<std::size_t>(l.groups()) * k);
        for (Index g = 0; g < l.groups(); ++g) {
            GroupReader reader(rows, l);
            reader.endAt(g);
            const auto points = [&](const Kmeans1d::Visit& visit) -> Status {
                if (context.stopped()) return cancelled();
                std::vector<double> weights;
                return reader.forEachRun(g, [&](const GroupRun& run) {
                    FitInput one = first;
                    one.weights = {run.weights, 1, static_cast<Index>(run.weights.size())};
                    one.removed = run.removed;
                    one.fisher = run.fisher;
                    weights.clear();
                    if (const auto weigh = weightsOf(one, run.col0, rows.cols()); weigh && *weigh)
                        for (Index c = 0; c < one.weights.cols; ++c) weights.push_back((*weigh)(0, c));
                    visit(run.weights, weights);
                });
            };
            Kmeans1d solver;
            Kmeans1d::Solution solution;
            QS_TRY(solver.setPoints(points));
            if (!solver.solve(static_cast<int>(k), context, solution)) return cancelled();
            const auto book = std::span(books).subspan(static_cast<std::size_t>(g) * k, k);
            for (std::size_t i = 0; i < k; ++i)
                book[i] = roundFinite(m_s.type, solution.centres[std::min(i, solution.centres.size() - 1)]);
            context.advance(static_cast<std::uint64_t>(rows.rows() * rows.cols() / l.groups()));
        }
        return std::make_unique<FittedKmeans>(l, m_s.bits, m_s.type, std::move(books));
    }
    bool readsInTiles(Index, Index) const override { return true; }
    // A codebook of all rows: about a million distinct values with their sums and paths, and as many while they are sorted.
    std::uint64_t workingBytes(Index rows, Index cols) const override {
        if (independentRows(rows, cols) > 0 || !m_s.levels.empty()) return 0;
        const auto weights = static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols);
        return (std::uint64_t(16) << 20) + 96 * std::min(weights, std::uint64_t(1) << 20);
    }

    Index independentRows(Index rows, Index cols) const override {
        return m_s.levels.empty() ? layout(rows, cols).independentRows() : 0;  // else one codebook for all
    }
    Index independentColumns(Index rows, Index cols) const override {
        return m_s.levels.empty() ? layout(rows, cols).independentColumns() : 0;
    }
    Result<std::unique_ptr<FittedGrid>> load(const ArrayStore& arrays, Index rows, Index cols) const override {
        const GroupLayout l = layout(rows, cols);
        const Shape shape{l.groups(), Index(1) << m_s.bits};
        QS_TRY(arrays.get("grid.codebook", m_s.type, shape));
        QS_ASSIGN(auto books, arrays.getFloats("grid.codebook", shape));
        return std::make_unique<FittedKmeans>(l, m_s.bits, m_s.type, std::move(books));
    }

private:
    GroupLayout layout(Index rows, Index cols) const {
        return {rows, cols, m_s.levels.empty() ? m_s.group : GroupSpec{GroupSpec::Tensor, 0, 1}};
    }

    // The weight of an element; empty where all count the same. `col0`: the column that the input
    // begins with, of `width` (0: it is whole).
    Result<std::function<double(Index, Index)>> weightsOf(const FitInput& input, Index col0 = 0, Index width = 0) const {
        std::function<double(Index, Index)> inner;
        const Index cols = input.weights.cols;
        const Calibration* c = input.calibration;
        if (m_s.weights == "diagonal") {
            const auto n = static_cast<std::size_t>(width > 0 ? width : cols);
            if (c && c->sigma.size() == n * n)
                inner = [c, n, col0](Index, Index col) { return c->sigma[static_cast<std::size_t>(col0 + col) * (n + 1)]; };
            else if (c && c->meanSquare.size() == n)
                inner = [c, col0](Index, Index col) {
                    return static_cast<double>(c->meanSquare[static_cast<std::size_t>(col0 + col)]);
                };
            else
                return fail(Error(ErrorCode::Lacking, "weights=diagonal needs the inputs' mean squares")
                                .fix("calibrate the model first, or choose weights=none"));
        } else if (m_s.weights == "fisher") {
            if (input.fisher.size() != input.weights.data.size())
                return fail(
                    Error(ErrorCode::Lacking, "weights=fisher needs one Fisher weight per element of the tensor")
                        .fix("load Fisher weights first, or choose weights=none"));
            inner = [fisher = input.fisher, cols](Index row, Index col) {
                return static_cast<double>(fisher[static_cast<std::size_t>(row * cols + col)]);
            };
        }
        if (input.removed.empty()) return inner;
        const auto removed = input.removed;
        return [inner, removed, cols](Index row, Index col) {
            if (removed[static_cast<std::size_t>(row * cols + col)]) return 0.0;
            return inner ? inner(row, col) : 1.0;
        };
    }

    Settings m_s;
};

Result<std::vector<float>> parseLevels(const std::string& text, int bits, DType type) {
    std::vector<float> out;
    std::size_t at = 0;
    while (at <= text.size() && !text.empty()) {
        const std::size_t stop = std::min(text.find(';', at), text.size());
        double v = 0;
        const auto r = std::from_chars(text.data() + at, text.data() + stop, v);
        if (r.ec != std::errc{} || r.ptr != text.data() + stop || !std::isfinite(v))
            return fail(Error(ErrorCode::Usage, "levels holds something that is not a number")
                            .wanted("numbers parted by ';'")
                            .got("'" + text.substr(at, stop - at) + "'"));
        out.push_back(roundFinite(type, v));
        at = stop + 1;
    }
    if (out.size() > std::size_t(1) << bits)
        return fail(Error(ErrorCode::Usage, "more levels than codes")
                        .wanted("at most " + std::to_string(1 << bits) + " levels with bits=" + std::to_string(bits))
                        .got(std::to_string(out.size())));
    if (!out.empty()) out.resize(std::size_t(1) << bits, out.back());
    return out;
}

}  // namespace

void registerKmeans(Registry& registry);
void registerKmeans(Registry& registry) {
    PartInfo info;
    info.kind = PartKind::Grid;
    info.name = "kmeans";
    info.title = "k-means codebook";
    info.summary = "Each group has its own best levels, found exactly by dynamic programming.";
    info.source = "SqueezeLLM, arXiv 2306.07629; exact one-dimensional k-means";
    info.params = {
        ParamSpec::integer("bits", 4, 1, 8, "bits", "bits of a code; a group has 2^bits levels"),
        ParamSpec::group("row"),
        ParamSpec::choice("weights", "none", {"none", "diagonal", "fisher"},
                          "how much an element counts: the same, by its input's mean square, by its Fisher weight"),
        ParamSpec::text("levels", "", "a fixed codebook for the whole tensor, numbers parted by ';'"),
        ParamSpec::scaleType()};
    info.fits = [](std::string_view format, const ParamValues&) {
        return FitAnswer{
            std::string(format) +
            " has no field for a codebook of free levels; nearest: nf (bitsandbytes) or rtn with the same bits"};
    };
    info.makeGrid = [](const ParamValues& v) -> Result<std::unique_ptr<Grid>> {
        Settings s;
        s.bits = static_cast<int>(v.integer("bits"));
        s.group = *GroupSpec::parse(v.text("group"));
        s.weights = v.text("weights");
        s.type = scaleDType(v);
        QS_ASSIGN(s.levels, parseLevels(v.text("levels"), s.bits, s.type));
        return std::make_unique<KmeansGrid>(std::move(s));
    };
    registry.add(std::move(info));
}

}  // namespace qs::quant
