// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/plots/plot_support.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace qs::plots {
namespace {

constexpr Index kMostGroups = 1024; // columns of a level map

PlotInfo info();

// How often each code of the chosen groups is used, and how many (group, code) pairs are never used.
struct Usage {
    std::vector<std::vector<std::uint64_t>> ofGroup; // by place in the list of chosen groups
    std::uint64_t dead = 0;
    std::uint64_t pairs = 0;
    std::vector<std::uint8_t> chosen; // per group: it holds a selected weight; empty: everything is selected
};

Usage usageOf(const quant::Decoder& decoder, const std::vector<Index>& groups, const Selected& selected, MatrixView original, const Context& context)
{
    const quant::FittedGrid& grid = decoder.grid();
    const std::size_t codes = std::size_t(1) << grid.bits();
    Usage u;
    u.ofGroup.assign(groups.size(), std::vector<std::uint64_t>(codes));
    std::vector<std::int32_t> place(static_cast<std::size_t>(grid.groups()), -1);
    for (std::size_t i = 0; i < groups.size(); ++i) place[static_cast<std::size_t>(groups[i])] = static_cast<std::int32_t>(i);
    std::vector<std::uint8_t> used(static_cast<std::size_t>(grid.groups()) * codes);
    std::vector<std::uint8_t> row(static_cast<std::size_t>(decoder.cols()));
    if (selected.any()) u.chosen.assign(static_cast<std::size_t>(grid.groups()), 0);
    for (Index r = 0; r < decoder.rows() && !context.stopped(); ++r) {
        decoder.codesRow(r, row);
        for (std::size_t c = 0; c < row.size(); ++c) {
            const auto g = static_cast<std::size_t>(grid.groupOf(r, static_cast<Index>(c)));
            used[g * codes + row[c]] = 1;
            if (!u.chosen.empty() && selected.holds(r, static_cast<Index>(c), original.data[static_cast<std::size_t>(r) * row.size() + c])) u.chosen[g] = 1;
            if (place[g] >= 0) ++u.ofGroup[static_cast<std::size_t>(place[g])][row[c]];
        }
    }
    for (Index g = 0; g < grid.groups(); ++g) {
        const std::size_t n = std::min(codes, grid.levels(g).size());
        u.pairs += n;
        for (std::size_t i = 0; i < n; ++i) u.dead += used[static_cast<std::size_t>(g) * codes + i] == 0 ? 1U : 0U;
    }
    return u;
}

std::vector<std::size_t> order(const std::vector<float>& levels)
{
    std::vector<std::size_t> by(levels.size());
    std::iota(by.begin(), by.end(), std::size_t(0));
    std::stable_sort(by.begin(), by.end(), [&](std::size_t a, std::size_t b) { return levels[a] > levels[b]; });
    return by;
}

bool inRange(const Selected& selected, float level)
{
    return !selected.range || (static_cast<double>(level) >= selected.range->first && static_cast<double>(level) <= selected.range->second);
}

// Levels (largest on top) or their use, a column for each of the chosen groups.
HeatGrid levelMap(const quant::FittedGrid& grid, const std::vector<Index>& groups, const Usage& usage, const Selected& selected, bool showUse)
{
    HeatGrid g;
    std::size_t rows = 0;
    std::vector<std::vector<float>> levels;
    for (const Index group : groups) {
        levels.push_back(grid.levels(group));
        rows = std::max(rows, levels.back().size());
    }
    g.rows = static_cast<int>(rows);
    g.cols = static_cast<int>(groups.size());
    g.xMax = static_cast<double>(grid.groups());
    g.yMax = g.rows;
    g.values.assign(rows * groups.size(), std::numeric_limits<float>::quiet_NaN());
    if (selected.any()) g.pale.assign(g.values.size(), 0);
    for (std::size_t c = 0; c < groups.size(); ++c) {
        const auto by = order(levels[c]);
        const double total = static_cast<double>(std::accumulate(usage.ofGroup[c].begin(), usage.ofGroup[c].end(), std::uint64_t(0)));
        const bool chosen = usage.chosen.empty() || usage.chosen[static_cast<std::size_t>(groups[c])] != 0;
        for (std::size_t r = 0; r < by.size(); ++r)
            if (selected.any() && (!chosen || !inRange(selected, levels[c][by[r]]))) g.pale[r * groups.size() + c] = 1;
        for (std::size_t r = 0; r < by.size(); ++r)
            g.values[r * groups.size() + c] = !showUse ? levels[c][by[r]]
                : total == 0 ? 0.0F : static_cast<float>(100 * static_cast<double>(usage.ofGroup[c][by[r]]) / total);
    }
    return g;
}

Result<HeatGrid> parameterMap(const quant::GroupMap& m, const Context& context)
{
    auto values = std::make_shared<Matrix>(m.rows, m.cols);
    if (values->data().size() != m.values.size()) return fail(ErrorCode::Internal, "a map's shape does not match its values");
    std::copy(m.values.begin(), m.values.end(), values->data().begin());
    return gridOf(std::move(values), m.isSigned ? metrics::CellValue::Peak : metrics::CellValue::Mean, context);
}

// A cell of the map is pale where none of the groups it shows holds a selected weight.
void paleGroups(HeatGrid& heat, const quant::GroupMap& map, const std::vector<std::uint8_t>& chosen)
{
    heat.pale.assign(heat.values.size(), 1);
    for (Index r = 0; r < map.rows; ++r)
        for (Index c = 0; c < map.cols; ++c) {
            if (!chosen[static_cast<std::size_t>(r * map.cols + c)]) continue;
            const Index row = r * heat.rows / map.rows;
            const Index col = c * heat.cols / map.cols;
            heat.pale[static_cast<std::size_t>(row * heat.cols + col)] = 0;
        }
}

// What one result brings to the plot.
struct Piece {
    HeatGrid heat;
    Axis x, y;
    ColorScale scale = ColorScale::Sequential;
    std::string valueLabel;
    std::string figure;
    Series strip;
    std::vector<std::string> notes;
    std::string sentence;
};

Result<Piece> pieceOf(const study::CellResult& result, const std::string& name, int slot, const std::string& map, Index group,
                      const Selected& selected, MatrixView original, const Context& context)
{
    const quant::FittedGrid& grid = result.decoder->grid();
    Piece piece;
    std::vector<Index> groups;
    const Index shown = std::min(grid.groups(), kMostGroups);
    for (Index i = 0; i < shown; ++i) groups.push_back(i * grid.groups() / shown);
    const Usage usage = usageOf(*result.decoder, groups, selected, original, context);
    if (context.stopped()) return cancelled();
    const auto maps = grid.maps();
    std::string names = "levels, usage";
    for (const auto& m : maps) names += ", " + m.name;
    if (map == "levels" || map == "usage") {
        piece.heat = levelMap(grid, groups, usage, selected, map == "usage");
        piece.x = {"group", "", false, true, "group"};
        piece.y = {"level, largest on top", "", false, true, "level_rank"};
        piece.figure = map == "usage" ? "usage" : "level";
        piece.scale = map == "usage" ? ColorScale::Sequential : ColorScale::Diverging;
        piece.valueLabel = map == "usage" ? "use of the group (%)" : "level (weight units)";
        if (shown < grid.groups()) piece.notes.push_back(std::to_string(shown) + " of " + formatCount(static_cast<std::uint64_t>(grid.groups())) + " groups are drawn, evenly spread.");
    } else {
        const auto it = std::find_if(maps.begin(), maps.end(), [&](const quant::GroupMap& m) { return m.name == map; });
        if (it == maps.end())
            return fail(Error(ErrorCode::Usage, "this recipe has no such map").wanted("one of " + names).got("'" + map + "'"));
        QS_ASSIGN(piece.heat, parameterMap(*it, context));
        piece.heat.title = it->name;
        piece.x = {it->shared ? "column" : "group along the row", "", false, true, "group"};
        piece.y = {it->shared ? "row" : "row of groups", "", false, true, "group"};
        piece.figure = "scale";
        if (!usage.chosen.empty() && !it->shared && it->values.size() == usage.chosen.size()) paleGroups(piece.heat, *it, usage.chosen);
        piece.scale = it->isSigned ? ColorScale::Diverging : ColorScale::Sequential;
        piece.valueLabel = it->name + (it->unit.empty() ? "" : " (" + it->unit + ")");
    }
    piece.heat.slot = slot;

    const std::vector<float> levels = grid.levels(group);
    const auto uses = result.decoder->codeUsageOfGroup(group);
    Series& strip = piece.strip;
    strip.name = "group " + std::to_string(group);
    strip.kind = SeriesKind::Stems;
    strip.slot = slot;
    const std::uint64_t most = *std::max_element(uses.begin(), uses.end());
    std::size_t alive = 0;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const std::uint64_t n = i < uses.size() ? uses[i] : 0;
        alive += n > 0 ? 1U : 0U;
        strip.x.push_back(static_cast<double>(levels[i]));
        strip.y.push_back(most == 0 ? 0 : static_cast<double>(n) / static_cast<double>(most));
        if (selected.any()) {
            const bool chosen = usage.chosen.empty() || usage.chosen[static_cast<std::size_t>(group)] != 0;
            strip.pale.push_back(chosen && inRange(selected, levels[i]) ? 0 : 1);
        }
        strip.labels.push_back("code " + std::to_string(i) + ", " + formatCount(n) + (n == 1 ? " use" : " uses"));
    }
    const std::string parameters = grid.describe(group);
    piece.notes.push_back("Group " + std::to_string(group) + ": " + std::to_string(alive) + " of " + std::to_string(levels.size()) + " levels are used"
                          + (parameters.empty() ? "" : "; " + parameters) + ". A cross is a level that nothing uses.");
    piece.notes.push_back("Maps: " + names + ".");
    piece.sentence = "Codebook of " + name + ": " + formatCount(static_cast<std::uint64_t>(grid.groups())) + " groups of " + std::to_string(levels.size()) + " levels, "
        + formatCount(usage.dead) + " of " + formatCount(usage.pairs) + " levels are never used; group " + std::to_string(group) + " uses "
        + std::to_string(alive) + " from " + formatNumber(static_cast<double>(*std::min_element(levels.begin(), levels.end())), 3) + " to "
        + formatNumber(static_cast<double>(*std::max_element(levels.begin(), levels.end())), 3) + ".";
    return piece;
}

Result<const study::CellResult*> usable(const study::CellResult& result, const std::string& tensor)
{
    if (result.foreign)
        return fail(Error(ErrorCode::Lacking, "values of another checkpoint have no codebook of ours").ofTensor(result.tensor).fix("choose a result of a recipe"));
    if (!result.decoder) return fail(Error(ErrorCode::Lacking, "the result was not kept").ofTensor(result.tensor));
    const quant::FittedGrid& grid = result.decoder->grid();
    if (grid.groups() == 0 || grid.levels(0).empty())
        return fail(Error(ErrorCode::Lacking, "this recipe has no levels to draw").ofTensor(tensor));
    return &result;
}

// "17,203": the group that holds this element, whatever the grid.
Result<Index> groupAt(const std::string& text, const quant::FittedGrid& grid)
{
    Index row = -1;
    Index col = -1;
    const auto comma = text.find(',');
    const auto number = [](std::string_view t, Index& out) {
        const auto r = std::from_chars(t.data(), t.data() + t.size(), out);
        return r.ec == std::errc{} && r.ptr == t.data() + t.size();
    };
    if (comma == std::string::npos || !number(std::string_view(text).substr(0, comma), row) || !number(std::string_view(text).substr(comma + 1), col)
        || row < 0 || col < 0 || row >= grid.rows() || col >= grid.cols())
        return fail(Error(ErrorCode::Usage, "no such element").wanted("ROW,COLUMN within " + std::to_string(grid.rows()) + "\u00D7" + std::to_string(grid.cols())).got("'" + text + "'"));
    return grid.groupOf(row, col);
}

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context& context)
{
    const PlotInfo self = info();
    QS_ASSIGN(const io::TensorInfo* tensor, tensorOf(input));
    if (input.results.empty()) return fail(Error(ErrorCode::Lacking, "this plot needs a result").fix("name a recipe"));
    const std::string which = optionOf(input, self, "result");
    const std::string map = optionOf(input, self, "map");
    const std::string cell = optionOf(input, self, "cell");
    const bool difference = which == "difference";
    QS_ASSIGN(const Selected selected, selectedOf(input, self));
    std::shared_ptr<const Matrix> original;
    if (selected.any()) {
        QS_ASSIGN(original, originalOf(input, context));
    }
    std::vector<std::size_t> chosen;
    if (which == "both" || difference) {
        for (std::size_t i = 0; i < std::min<std::size_t>(2, input.results.size()); ++i) chosen.push_back(i);
    } else {
        QS_ASSIGN(const std::int64_t at, integerOf(input, self, "result", 0, static_cast<std::int64_t>(input.results.size()) - 1));
        chosen.push_back(static_cast<std::size_t>(at));
    }
    const auto names = resultNames(input);
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = tensorTitle(*tensor);
    for (const std::size_t i : chosen) {
        QS_ASSIGN(const study::CellResult* result, usable(*input.results[i], tensor->name));
        const quant::FittedGrid& grid = result->decoder->grid();
        Index group = 0;
        if (!cell.empty()) {
            QS_ASSIGN(group, groupAt(cell, grid));
        } else {
            QS_ASSIGN(group, integerOf(input, self, "group", 0, grid.groups() - 1));
        }
        if (original && (original->rows() != result->decoder->rows() || original->cols() != result->decoder->cols()))
            return fail(Error(ErrorCode::Mismatch, "the result is of another shape than the tensor").ofTensor(tensor->name));
        QS_ASSIGN(Piece piece, pieceOf(*result, names[i], slotOf(input, i), map, group, selected, original ? original->view() : MatrixView{}, context));
        plot->title += (plot->heat.empty() ? " \u00B7 " : " and ") + names[i];
        if (chosen.size() > 1) {
            piece.heat.title = names[i];
            for (auto& n : piece.notes) n = names[i] + ": " + n;
            piece.strip.name = names[i] + ", " + piece.strip.name;
        }
        plot->x = piece.x;
        plot->y = piece.y;
        plot->scale = piece.scale;
        plot->valueLabel = piece.valueLabel;
        plot->figure = piece.figure;
        plot->heat.push_back(std::move(piece.heat));
        plot->series.push_back(std::move(piece.strip));
        plot->notes.insert(plot->notes.end(), piece.notes.begin(), piece.notes.end());
        plot->summary += (plot->summary.empty() ? "" : " ") + piece.sentence;
    }
    if (difference) {
        if (plot->heat.size() < 2) return fail(Error(ErrorCode::Lacking, "a difference needs two results").fix("name two recipes"));
        HeatGrid& a = plot->heat[0];
        const HeatGrid& b = plot->heat[1];
        if (a.rows != b.rows || a.cols != b.cols || a.xMax != b.xMax || a.yMax != b.yMax)
            return fail(Error(ErrorCode::Mismatch, "the two results have other groups or another number of levels, so there is no difference of them")
                            .fix("choose two recipes with the same groups and bits"));
        for (std::size_t i = 0; i < a.values.size(); ++i) a.values[i] -= b.values[i];
        a.title = "A: " + names[0] + "   B: " + names[1];
        a.slot = 0;
        plot->heat.resize(1);
        plot->scale = ColorScale::Diverging;
        plot->valueLabel += ", A \u2212 B";
    }
    if (selected.any()) plot->notes.push_back(selected.note());
    setRange(*plot, false);
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "codebook";
    p.title = "Codebook";
    p.question = "Which levels does each group have, and which are used?";
    p.options = {{"map", "map", {}, "levels"}, {"group", "group", {}, "0"}, {"result", "result", {}, "0"}, {"cell", "element", {}, ""}};
    for (auto& o : selectionOptions()) p.options.push_back(std::move(o));
    p.needsResults = true;
    p.make = make;
    return p;
}

} // namespace

void registerCodebook(PlotRegistry& registry);
void registerCodebook(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
