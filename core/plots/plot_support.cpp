// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plots/plot_support.h"

#include "core/base/format.h"
#include "core/exec/parallel_for.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace qs::plots {

Result<const io::TensorInfo*> tensorOf(const PlotInput& input)
{
    if (!input.source || input.tensor < 0 || static_cast<std::size_t>(input.tensor) >= input.source->tensors.size())
        return fail(Error(ErrorCode::NotFound, "no tensor is chosen").fix("name one"));
    return &input.source->tensors[static_cast<std::size_t>(input.tensor)];
}

Result<std::shared_ptr<const Matrix>> originalOf(const PlotInput& input, const Context& context)
{
    if (input.original) return input.original;
    QS_ASSIGN(const io::TensorInfo* tensor, tensorOf(input));
    QS_ASSIGN(auto m, input.source->readMatrix(*tensor, context));
    return std::make_shared<const Matrix>(std::move(m));
}

Result<std::shared_ptr<const Matrix>> decodedOf(const study::CellResult& result, MatrixView original,
                                                const Context& context)
{
    QS_ASSIGN(auto m, result.decodeAll(context));
    if (m.rows() != original.rows || m.cols() != original.cols)
        return fail(Error(ErrorCode::Mismatch, "the result is of another shape than the tensor").ofTensor(result.tensor));
    return std::make_shared<const Matrix>(std::move(m));
}

int slotOf(const PlotInput& input, std::size_t i)
{
    return i < input.colorSlots.size() ? input.colorSlots[i] : static_cast<int>(i) + 1;
}

std::vector<std::string> resultNames(const PlotInput& input)
{
    std::vector<std::string> out;
    for (const auto& r : input.results) out.push_back(r->label());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::string label = input.results[i]->label();
        const auto same = std::count_if(input.results.begin(), input.results.end(),
                                        [&](const auto& r) { return r->label() == label; });
        if (same > 1) out[i] = input.results[i]->key();
    }
    return out;
}

std::vector<RecipeGroup> recipesOf(const PlotInput& input)
{
    std::vector<RecipeGroup> out;
    for (std::size_t i = 0; i < input.results.size(); ++i) {
        const std::string text = input.results[i]->key();
        auto it = std::find_if(out.begin(), out.end(), [&](const RecipeGroup& g) { return g.text == text; });
        if (it == out.end()) {
            const int slot = i < input.colorSlots.size() ? input.colorSlots[i] : static_cast<int>(out.size()) + 1;
            out.push_back({input.results[i]->label(), text, slot, {}});
            it = out.end() - 1;
        }
        it->results.push_back(i);
    }
    for (auto& g : out) // the same label twice says nothing
        if (std::count_if(out.begin(), out.end(), [&](const RecipeGroup& o) { return o.name == g.name; }) > 1) g.name = g.text;
    return out;
}

Result<HeatGrid> gridOf(std::shared_ptr<const Matrix> values, metrics::CellValue cell, const Context& context)
{
    QS_ASSIGN(auto pyramid, metrics::buildPyramid(std::move(values), context));
    auto view = metrics::sample(*pyramid, 0, pyramid->rows, 0, pyramid->cols, kMostCells, kMostCells, cell);
    HeatGrid g;
    g.rows = view.rows;
    g.cols = view.cols;
    g.values = std::move(view.values);
    g.xMax = static_cast<double>(pyramid->cols);
    g.yMax = static_cast<double>(pyramid->rows);
    return g;
}

void setRange(PlotData& plot, bool full)
{
    std::vector<float> all;
    for (const auto& g : plot.heat)
        for (const float v : g.values)
            if (std::isfinite(v)) all.push_back(v);
    if (all.empty()) return;
    const bool diverging = plot.scale == ColorScale::Diverging;
    if (diverging)
        for (float& v : all) v = std::fabs(v);
    const auto quantile = [&](double q) {
        const auto at = static_cast<std::ptrdiff_t>(std::lround(q * static_cast<double>(all.size() - 1)));
        std::nth_element(all.begin(), all.begin() + at, all.end());
        return static_cast<double>(all[static_cast<std::size_t>(at)]);
    };
    const double high = quantile(full ? 1 : 0.99);
    const double low = quantile(full ? 0 : 0.01);
    plot.valueMax = high;
    plot.valueMin = diverging ? -high : low;
    if (!diverging && low >= 0 && low < 0.3 * high) plot.valueMin = 0;
    if (plot.valueMax > plot.valueMin) return;
    plot.valueMin = plot.valueMax = 0; // one value only: the range of the data
}

Result<std::shared_ptr<const Matrix>> combine(MatrixView a, MatrixView b, const std::function<float(float, float)>& f,
                                              const Context& context)
{
    auto out = std::make_shared<Matrix>(a.rows, a.cols);
    const auto to = out->data();
    const bool done = parallelFor(context, static_cast<std::int64_t>(to.size()), 1 << 16, [&](std::int64_t from, std::int64_t end) {
        for (auto i = static_cast<std::size_t>(from); i < static_cast<std::size_t>(end); ++i) to[i] = f(a.data[i], b.data[i]);
    });
    if (!done) return cancelled();
    return std::shared_ptr<const Matrix>(out);
}

std::string tensorTitle(const io::TensorInfo& tensor)
{
    return escapeText(tensor.name) + " \u00B7 " + tensor.shape.text();
}

ValueRange valueRange(const PlotData& plot)
{
    ValueRange r;
    bool any = false;
    for (const auto& g : plot.heat)
        for (const float v : g.values) {
            if (!std::isfinite(v)) continue;
            r.dataLow = any ? std::min(r.dataLow, static_cast<double>(v)) : v;
            r.dataHigh = any ? std::max(r.dataHigh, static_cast<double>(v)) : v;
            any = true;
        }
    r.low = plot.valueMin;
    r.high = plot.valueMax;
    if (!(r.high > r.low)) {
        r.low = r.dataLow;
        r.high = r.dataHigh;
        if (plot.scale == ColorScale::Diverging) {
            r.high = std::max(std::fabs(r.low), std::fabs(r.high));
            r.low = -r.high;
        }
    }
    if (!(r.high > r.low)) {
        const double d = r.low == 0 ? 1 : std::fabs(r.low) * 0.5;
        r.low -= plot.scale == ColorScale::Diverging ? d : 0;
        r.high += d;
    }
    return r;
}

Result<std::string> choiceOf(const PlotInput& input, const PlotInfo& info, std::string_view name)
{
    const std::string value = optionOf(input, info, name);
    for (const auto& o : info.options)
        if (o.name == name) {
            if (o.choices.empty() || std::find(o.choices.begin(), o.choices.end(), value) != o.choices.end()) return value;
            std::string all;
            for (const auto& c : o.choices) all += (all.empty() ? "" : ", ") + c;
            return fail(Error(ErrorCode::Usage, "plot " + info.name + " has no such " + o.name)
                            .wanted("one of " + all)
                            .got("'" + value + "'"));
        }
    return value;
}

Result<std::int64_t> integerOf(const PlotInput& input, const PlotInfo& info, std::string_view name, std::int64_t low,
                               std::int64_t high)
{
    const std::string text = optionOf(input, info, name);
    std::int64_t v = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), v);
    if (r.ec != std::errc{} || r.ptr != text.data() + text.size() || v < low || v > high)
        return fail(Error(ErrorCode::Usage, "plot " + info.name + ": " + std::string(name) + " is out of range")
                        .wanted("a whole number from " + std::to_string(low) + " to " + std::to_string(high))
                        .got("'" + text + "'"));
    return v;
}

Result<std::vector<float>> takeScope(MatrixView values, const Scope& scope, const quant::FittedGrid* grid)
{
    std::vector<float> out;
    switch (scope.kind) {
    case Scope::Tensor: out.assign(values.data.begin(), values.data.end()); break;
    case Scope::Row: {
        if (scope.index < 0 || scope.index >= values.rows)
            return fail(Error(ErrorCode::Usage, "no such row").wanted("0 to " + std::to_string(values.rows - 1)));
        const auto row = values.row(scope.index);
        out.assign(row.begin(), row.end());
        break;
    }
    case Scope::Group: {
        if (!grid) return fail(Error(ErrorCode::Lacking, "groups need a result").fix("choose a recipe"));
        if (scope.index < 0 || scope.index >= grid->groups())
            return fail(Error(ErrorCode::Usage, "no such group").wanted("0 to " + std::to_string(grid->groups() - 1)));
        for (Index r = 0; r < values.rows; ++r)
            for (Index c = 0; c < values.cols; ++c)
                if (grid->groupOf(r, c) == scope.index) out.push_back(values.at(r, c));
        break;
    }
    case Scope::Region:
        if (scope.row1 > values.rows || scope.col1 > values.cols)
            return fail(Error(ErrorCode::Usage, "the region does not lie in the matrix")
                            .wanted("rows to " + std::to_string(values.rows) + ", columns to " + std::to_string(values.cols)));
        out.reserve(static_cast<std::size_t>((scope.row1 - scope.row0) * (scope.col1 - scope.col0)));
        for (Index r = scope.row0; r < scope.row1; ++r) {
            const auto row = values.row(r).subspan(static_cast<std::size_t>(scope.col0), static_cast<std::size_t>(scope.col1 - scope.col0));
            out.insert(out.end(), row.begin(), row.end());
        }
        break;
    }
    return out;
}

Result<Scope> parseRegion(const std::string& text)
{
    const auto bad = [&] {
        return fail(Error(ErrorCode::Usage, "a region is ROW:ROW,COLUMN:COLUMN, ends excluded").wanted("for example 0:64,0:128").got("\"" + text + "\""));
    };
    std::array<Index, 4> n{};
    const char* at = text.data();
    const char* const end = at + text.size();
    for (std::size_t i = 0; i < n.size(); ++i) {
        const auto [next, error] = std::from_chars(at, end, n[i]);
        if (error != std::errc() || n[i] < 0) return bad();
        at = next;
        if (i == 3) break;
        if (at == end || *at != (i == 1 ? ',' : ':')) return bad();
        ++at;
    }
    if (at != end || n[1] <= n[0] || n[3] <= n[2]) return bad();
    Scope s;
    s.kind = Scope::Region;
    s.row0 = n[0], s.row1 = n[1], s.col0 = n[2], s.col1 = n[3];
    s.text = "rows " + std::to_string(n[0]) + "–" + std::to_string(n[1] - 1) + ", columns " + std::to_string(n[2]) + "–" + std::to_string(n[3] - 1);
    return s;
}

std::vector<PlotOption> selectionOptions() { return {{"region", "rows, columns", {}, ""}, {"range", "weights from:to", {}, ""}}; }

Result<Selected> selectedOf(const PlotInput& input, const PlotInfo& info)
{
    Selected out;
    if (const std::string region = optionOf(input, info, "region"); !region.empty()) {
        QS_ASSIGN(out.region, parseRegion(region));
    }
    const std::string range = optionOf(input, info, "range");
    if (range.empty()) return out;
    double low = 0;
    double high = 0;
    const char* const end = range.data() + range.size();
    const auto first = std::from_chars(range.data(), end, low);
    const bool parted = first.ec == std::errc() && first.ptr != end && *first.ptr == ':';
    const auto second = parted ? std::from_chars(first.ptr + 1, end, high) : first;
    if (!parted || second.ec != std::errc() || second.ptr != end || !(low <= high))
        return fail(Error(ErrorCode::Usage, "a range is FROM:TO, the smaller one first").wanted("for example -0.01:0.02").got("\"" + range + "\""));
    out.range = std::pair(low, high);
    return out;
}

std::string Selected::note() const
{
    std::string text;
    if (region) text = region->text;
    if (range) text += (text.empty() ? "" : "; ") + ("weights from " + formatNumber(range->first, 3)) + " to " + formatNumber(range->second, 3);
    return text.empty() ? text : "In full colour: " + text + ".";
}

} // namespace qs::plots
