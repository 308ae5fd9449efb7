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

// Blocks down, roles across; the top row holds what lies outside the blocks (embedding, head, final norm).
struct Layout {
    std::vector<int> blocks;
    std::vector<io::Role> roles;
    bool outside = false;
    int rows() const { return static_cast<int>(blocks.size()) + (outside ? 1 : 0); }
    int rowOf(int block) const
    {
        if (block < 0) return outside ? 0 : -1;
        const auto it = std::lower_bound(blocks.begin(), blocks.end(), block);
        return it == blocks.end() || *it != block ? -1 : static_cast<int>(it - blocks.begin()) + (outside ? 1 : 0);
    }
    int colOf(io::Role role) const
    {
        const auto it = std::find(roles.begin(), roles.end(), role);
        return it == roles.end() ? -1 : static_cast<int>(it - roles.begin());
    }
};

Layout layoutOf(const io::ModelSource& source)
{
    std::set<int> blocks;
    std::set<io::Role> roles;
    Layout l;
    for (const auto& t : source.tensors) {
        if (t.place.role == io::Role::Bias || !traits(t.dtype).decodable || t.shape.elements() == 0) continue;
        if (t.place.block >= 0) blocks.insert(t.place.block);
        else l.outside = true;
        roles.insert(t.place.role);
    }
    l.blocks.assign(blocks.begin(), blocks.end());
    l.roles.assign(roles.begin(), roles.end());
    return l;
}

// Means of what falls into one cell (experts, the two norms of a block).
class Cells {
public:
    explicit Cells(const Layout& l) : m_layout(l), m_sum(static_cast<std::size_t>(l.rows()) * l.roles.size()), m_count(m_sum.size()) {}
    void add(const io::Place& place, double value)
    {
        const int r = m_layout.rowOf(place.block);
        const int c = m_layout.colOf(place.role);
        if (r < 0 || c < 0 || !std::isfinite(value)) return;
        const std::size_t i = static_cast<std::size_t>(r) * m_layout.roles.size() + static_cast<std::size_t>(c);
        m_sum[i] += value;
        m_folded = m_folded || m_count[i] > 0;
        ++m_count[i];
    }
    HeatGrid grid() const
    {
        HeatGrid g;
        g.rows = m_layout.rows();
        g.cols = static_cast<int>(m_layout.roles.size());
        g.xMax = g.cols;
        g.yMax = g.rows;
        for (std::size_t i = 0; i < m_sum.size(); ++i)
            g.values.push_back(m_count[i] == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(m_sum[i] / m_count[i]));
        if (m_layout.outside) g.rowLabels.emplace_back("model");
        for (const int b : m_layout.blocks) g.rowLabels.push_back(std::to_string(b));
        for (const io::Role r : m_layout.roles) g.colLabels.emplace_back(io::roleName(r));
        return g;
    }
    bool folded() const { return m_folded; }

private:
    const Layout& m_layout;
    std::vector<double> m_sum;
    std::vector<int> m_count;
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
std::string extremeOf(const HeatGrid& g)
{
    const float* best = nullptr;
    for (const float& v : g.values)
        if (std::isfinite(v) && (!best || v > *best)) best = &v;
    if (!best) return "no cell has a value";
    const auto i = static_cast<std::size_t>(best - g.values.data());
    const std::string& row = g.rowLabels[i / static_cast<std::size_t>(g.cols)];
    return "largest in " + (row == "model" ? std::string() : "block " + row + " ") + g.colLabels[i % static_cast<std::size_t>(g.cols)] + " with "
        + formatNumber(static_cast<double>(*best), 3);
}

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context& context)
{
    const PlotInfo self = info();
    if (!input.source) return fail(Error(ErrorCode::NotFound, "no model is chosen"));
    QS_ASSIGN(const std::string figure, choiceOf(input, self, "figure"));
    const Layout layout = layoutOf(*input.source);
    if (layout.rows() == 0 || layout.roles.empty()) return fail(Error(ErrorCode::Lacking, "the model has no tensors that can be decoded"));
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = escapeText(input.source->path.filename().string().empty() ? input.source->path.parent_path().filename().string()
                                                                            : input.source->path.filename().string())
        + " \u00B7 " + labelOf(figure);
    plot->x = {"role", "", false, false};
    plot->y = {"block", "", false, false};
    plot->valueLabel = labelOf(figure);
    bool folded = false;
    std::string words;
    const bool ofResults = figure == "relative_mse" || figure == "sqnr" || figure == "bits";
    if (ofResults) {
        if (input.results.empty()) return fail(Error(ErrorCode::Lacking, "this figure needs results").fix("name recipes"));
        for (const auto& group : recipesOf(input)) {
            Cells cells(layout);
            for (const std::size_t i : group.results) {
                const auto& r = *input.results[i];
                cells.add(r.place, figure == "bits" ? r.bitsPerWeight() : figure == "sqnr" ? r.error.sqnrDb() : r.error.relativeMse());
            }
            HeatGrid g = cells.grid();
            g.title = group.name;
            g.slot = group.slot;
            folded = folded || cells.folded();
            words += (words.empty() ? "" : "; ") + group.name + " " + extremeOf(g);
            plot->heat.push_back(std::move(g));
        }
    } else {
        Cells cells(layout);
        for (const auto& t : input.source->tensors) {
            if (!traits(t.dtype).decodable || t.shape.elements() == 0 || layout.colOf(t.place.role) < 0) continue;
            QS_ASSIGN(const double value, figureOf(input, t, figure, context));
            cells.add(t.place, value);
        }
        folded = cells.folded();
        plot->heat.push_back(cells.grid());
        words = extremeOf(plot->heat.back());
    }
    if (figure == "mean") plot->scale = ColorScale::Diverging;
    setRange(*plot, false);
    if (layout.outside) plot->notes.push_back("Row \u201Cmodel\u201D: tensors outside the blocks.");
    if (folded) plot->notes.push_back("Several tensors of one role in a block (experts, norms) are shown by their mean.");
    plot->summary = "Overview of " + std::to_string(layout.blocks.size()) + " blocks and " + std::to_string(layout.roles.size()) + " roles by " + labelOf(figure) + ": " + words + ".";
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "overview";
    p.title = "Overview";
    p.question = "Which layers of the model stand out, and where does a recipe err most?";
    p.options = {{"figure", "figure", {"std", "kurtosis", "outliers", "max", "mean", "relative_mse", "sqnr", "bits"}, ""}};
    p.wholeModel = true;
    p.make = make;
    return p;
}

} // namespace

void registerOverview(PlotRegistry& registry);
void registerOverview(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
