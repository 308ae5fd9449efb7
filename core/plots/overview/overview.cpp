// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/metrics/statistics/statistics.h"
#include "core/plots/plot_support.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace qs::plots {
namespace {

PlotInfo info();

// Blocks down, roles across. Tensors outside the blocks are bands over all columns where they stand in the model: the
// embedding above the blocks, final norm and head below. Experts fold into one column a role, or have one each.
class Layout {
public:
    Layout(const io::ModelSource& source, bool expertsApart)
    {
        std::set<int> blocks;
        std::set<Column> columns;
        std::set<std::pair<int, std::string>, NaturalBand> bands;
        std::size_t others = 0;
        for (const auto& t : source.tensors)
            if (usable(t) && t.place.block < 0 && t.place.role == io::Role::Other) ++others;
        m_foldOthers = others > kMostOthers;
        m_apart = expertsApart;
        for (const auto& t : source.tensors) {
            if (!usable(t)) continue;
            if (t.place.block < 0) {
                bands.insert(bandOf(t));
                continue;
            }
            blocks.insert(t.place.block);
            m_experts = m_experts || t.place.expert >= 0;
            columns.insert(columnOf(t.place));
        }
        m_columns.assign(columns.begin(), columns.end());
        if (m_columns.empty()) m_columns.push_back({static_cast<int>(io::Role::Other), -1});
        for (const auto& [order, label] : bands)
            if (order == 0) addRow({label, -1});
        for (const int b : blocks) addRow({std::to_string(b), b});
        for (const auto& [order, label] : bands)
            if (order != 0) addRow({label, -1});
        m_blocks = static_cast<int>(blocks.size());
        m_anyBlocks = !blocks.empty();
    }
    static bool usable(const io::TensorInfo& t)
    {
        return t.place.role != io::Role::Bias && traits(t.dtype).decodable && t.shape.elements() != 0;
    }
    int rows() const { return static_cast<int>(m_rows.size()); }
    int cols() const { return static_cast<int>(m_columns.size()); }
    int blocks() const { return m_blocks; }
    bool hasExperts() const { return m_experts; }
    bool hasBands() const { return m_blocks < rows(); }
    /// Row of a tensor and its columns [first, last); an empty range: it is not in the table.
    struct Span {
        int row = -1, first = 0, last = 0;
    };
    Span spanOf(const io::TensorInfo& t) const
    {
        if (!usable(t)) return {};
        const bool band = t.place.block < 0;
        const auto row = m_rowOf.find(band ? std::pair(-1, bandOf(t).second) : std::pair(t.place.block, std::to_string(t.place.block)));
        if (row == m_rowOf.end()) return {};
        if (band) return {row->second, 0, cols()};
        const auto c = std::find(m_columns.begin(), m_columns.end(), columnOf(t.place));
        if (c == m_columns.end()) return {};
        const int at = static_cast<int>(c - m_columns.begin());
        return {row->second, at, at + 1};
    }
    const std::string& rowLabel(int row) const { return m_rows[static_cast<std::size_t>(row)].first; }
    bool isBlock(int row) const { return m_rows[static_cast<std::size_t>(row)].second >= 0; }
    std::string colLabel(int col) const
    {
        if (!m_anyBlocks) return "tensor";
        const auto& [role, expert] = m_columns[static_cast<std::size_t>(col)];
        return std::string(io::roleName(static_cast<io::Role>(role))) + (expert < 0 ? "" : " " + std::to_string(expert));
    }

private:
    static constexpr std::size_t kMostOthers = 64;
    using Column = std::pair<int, int>; // role, expert
    struct NaturalBand {
        bool operator()(const std::pair<int, std::string>& a, const std::pair<int, std::string>& b) const
        {
            return a.first != b.first ? a.first < b.first : io::naturalLess(a.second, b.second);
        }
    };
    Column columnOf(const io::Place& place) const { return {static_cast<int>(place.role), m_apart ? place.expert : -1}; }
    std::pair<int, std::string> bandOf(const io::TensorInfo& t) const
    {
        switch (t.place.role) {
        case io::Role::Embedding: return {0, "embedding"};
        case io::Role::PositionEmbedding: return {0, "positions"};
        case io::Role::Norm: return {1, "final norm"};
        case io::Role::LmHead: return {2, "head"};
        case io::Role::Other: return {3, m_foldOthers ? "other" : escapeText(t.name)};
        default: return {3, std::string(io::roleName(t.place.role))};
        }
    }
    void addRow(std::pair<std::string, int> row)
    {
        m_rowOf[{row.second, row.first}] = static_cast<int>(m_rows.size());
        m_rows.push_back(std::move(row));
    }
    std::vector<std::pair<std::string, int>> m_rows; // label, block or -1
    std::map<std::pair<int, std::string>, int> m_rowOf;
    std::vector<Column> m_columns;
    int m_blocks = 0;
    bool m_anyBlocks = false;
    bool m_experts = false;
    bool m_apart = false;
    bool m_foldOthers = false;
};

// Means of what falls into one cell (folded experts, the two norms of a block).
class Cells {
public:
    explicit Cells(const Layout& l)
        : m_layout(l), m_sum(static_cast<std::size_t>(l.rows()) * static_cast<std::size_t>(l.cols())), m_count(m_sum.size()), m_tensor(m_sum.size(), -1)
    {
    }
    void add(const io::TensorInfo& info, std::size_t tensor, double value)
    {
        const auto span = m_layout.spanOf(info);
        for (int c = span.first; c < span.last; ++c) {
            const std::size_t i = static_cast<std::size_t>(span.row) * static_cast<std::size_t>(m_layout.cols()) + static_cast<std::size_t>(c);
            if (m_tensor[i] < 0) m_tensor[i] = static_cast<std::int64_t>(tensor);
            if (!std::isfinite(value)) continue;
            m_sum[i] += value;
            m_folded = m_folded || m_count[i] > 0;
            ++m_count[i];
        }
    }
    HeatGrid grid() const
    {
        HeatGrid g;
        g.rows = m_layout.rows();
        g.cols = m_layout.cols();
        g.xMax = g.cols;
        g.yMax = g.rows;
        for (std::size_t i = 0; i < m_sum.size(); ++i)
            g.values.push_back(m_count[i] == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(m_sum[i] / m_count[i]));
        g.tensors = m_tensor;
        for (int r = 0; r < g.rows; ++r) g.rowLabels.push_back(m_layout.rowLabel(r));
        for (int c = 0; c < g.cols; ++c) g.colLabels.push_back(m_layout.colLabel(c));
        return g;
    }
    bool folded() const { return m_folded; }

private:
    const Layout& m_layout;
    std::vector<double> m_sum;
    std::vector<int> m_count;
    std::vector<std::int64_t> m_tensor;
    bool m_folded = false;
};

Result<double> figureOf(const PlotInput& input, const io::TensorInfo& tensor, const std::string& figure, const Context& context)
{
    if (figure == "outliers") {
        QS_ASSIGN(auto s, metrics::statistics(*input.source, tensor, 1, context));
        return 1e6 * static_cast<double>(s.outliers6Sigma) / static_cast<double>(std::max<std::uint64_t>(1, s.finite));
    }
    QS_ASSIGN(auto s, metrics::momentsOnly(*input.source, tensor, context));
    return figure == "kurtosis" ? s.kurtosis : figure == "max" ? s.absMax() : figure == "mean" ? s.mean : s.std;
}

std::string labelOf(const std::string& figure)
{
    static const std::map<std::string, std::string> kLabels = {
        {"std", "standard deviation"}, {"kurtosis", "excess kurtosis"}, {"outliers", "6\u03C3 outliers (ppm)"}, {"max", "max |w|"},
        {"mean", "mean"}, {"relative_mse", "relative MSE"}, {"sqnr", "SQNR (dB)"}, {"bits", "bits/weight"}};
    return kLabels.at(figure);
}

// The cell that says most, in words.
std::string extremeOf(const HeatGrid& g, const Layout& layout)
{
    const float* best = nullptr;
    for (const float& v : g.values)
        if (std::isfinite(v) && (!best || v > *best)) best = &v;
    if (!best) return "no cell has a value";
    const auto i = static_cast<std::size_t>(best - g.values.data());
    const auto row = static_cast<int>(i / static_cast<std::size_t>(g.cols));
    return "largest in " + (layout.isBlock(row) ? "block " + layout.rowLabel(row) + " " + g.colLabels[i % static_cast<std::size_t>(g.cols)] : layout.rowLabel(row))
        + " with " + formatNumber(static_cast<double>(*best), 3);
}

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context& context)
{
    const PlotInfo self = info();
    if (!input.source) return fail(Error(ErrorCode::NotFound, "no model is chosen"));
    QS_ASSIGN(const std::string figure, choiceOf(input, self, "figure"));
    QS_ASSIGN(const std::string experts, choiceOf(input, self, "experts"));
    const Layout layout(*input.source, experts == "apart");
    if (layout.rows() == 0) return fail(Error(ErrorCode::Lacking, "the model has no tensors that can be decoded"));
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = escapeText(input.source->path.filename().string().empty() ? input.source->path.parent_path().filename().string()
                                                                            : input.source->path.filename().string())
        + " \u00B7 " + labelOf(figure);
    plot->x = {"role", "", false, false};
    plot->y = {"block", "", false, false};
    plot->valueLabel = labelOf(figure);
    plot->figure = figure;
    bool folded = false;
    std::string words;
    const bool ofResults = figure == "relative_mse" || figure == "sqnr" || figure == "bits";
    if (ofResults) {
        if (input.results.empty()) return fail(Error(ErrorCode::Lacking, "this figure needs results").fix("name recipes"));
        for (const auto& group : recipesOf(input)) {
            Cells cells(layout);
            for (const std::size_t i : group.results) {
                const auto& r = *input.results[i];
                const auto at = input.source->find(r.tensor);
                if (at < 0) continue;
                const auto t = static_cast<std::size_t>(at);
                cells.add(input.source->tensors[t], t, figure == "bits" ? r.bitsPerWeight() : figure == "sqnr" ? r.error.sqnrDb() : r.error.relativeMse());
            }
            HeatGrid g = cells.grid();
            g.title = group.name;
            g.slot = group.slot;
            folded = folded || cells.folded();
            words += (words.empty() ? "" : "; ") + group.name + " " + extremeOf(g, layout);
            plot->heat.push_back(std::move(g));
        }
    } else {
        Cells cells(layout);
        for (std::size_t i = 0; i < input.source->tensors.size(); ++i) {
            const auto& t = input.source->tensors[i];
            if (!Layout::usable(t)) continue;
            QS_ASSIGN(const double value, figureOf(input, t, figure, context));
            cells.add(t, i, value);
        }
        folded = cells.folded();
        plot->heat.push_back(cells.grid());
        words = extremeOf(plot->heat.back(), layout);
    }
    if (figure == "mean") plot->scale = ColorScale::Diverging;
    plot->better = figure == "relative_mse" || figure == "bits" ? -1 : figure == "sqnr" ? 1 : 0;
    setRange(*plot, false);
    if (layout.hasBands() && layout.blocks() > 0) plot->notes.push_back("Bands over all roles: tensors outside the blocks.");
    if (layout.hasExperts() && experts == "fold") plot->notes.push_back("Experts are folded; experts=apart shows each.");
    if (folded) plot->notes.push_back("Several tensors of one role in a block (experts, norms) are shown by their mean.");
    plot->summary = "Overview of " + std::to_string(layout.blocks()) + " blocks and " + std::to_string(layout.cols()) + " roles by " + labelOf(figure) + ": " + words + ".";
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "overview";
    p.title = "Overview";
    p.question = "Which layers of the model stand out, and where does a recipe err most?";
    p.options = {{"figure", "figure", {"std", "kurtosis", "outliers", "max", "mean", "relative_mse", "sqnr", "bits"}, ""}, {"experts", "experts", {"fold", "apart"}, ""}};
    p.wholeModel = true;
    p.make = make;
    return p;
}

} // namespace

void registerOverview(PlotRegistry& registry);
void registerOverview(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
