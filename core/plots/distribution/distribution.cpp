// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/metrics/statistics/statistics.h"
#include "core/plots/distribution/student.h"
#include "core/plots/plot_support.h"

#include <algorithm>
#include <cmath>

namespace qs::plots {
namespace {

constexpr double kPi = 3.14159265358979323846;

// Levels of a result within the scope, by code: where they stand and how often they are used.
struct LevelUse {
    std::vector<double> level;
    std::vector<std::uint64_t> uses;
};

LevelUse levelsOf(const quant::Decoder& decoder, const Scope& scope)
{
    const quant::FittedGrid& grid = decoder.grid();
    LevelUse out;
    if (scope.kind == Scope::Group || (grid.groups() == 1 && scope.kind != Scope::Region)) {
        const auto levels = grid.levels(scope.kind == Scope::Group ? scope.index : 0);
        out.level.assign(levels.begin(), levels.end());
        out.uses = decoder.codeUsageOfGroup(scope.kind == Scope::Group ? scope.index : 0);
    } else {
        const std::size_t n = std::size_t(1) << grid.bits();
        std::vector<double> sums(n);
        out.uses.assign(n, 0);
        std::vector<std::uint8_t> codes(static_cast<std::size_t>(decoder.cols()));
        std::vector<float> values(codes.size());
        const bool region = scope.kind == Scope::Region;
        const Index from = scope.kind == Scope::Row ? scope.index : region ? scope.row0 : 0;
        const Index to = scope.kind == Scope::Row ? scope.index + 1 : region ? std::min(scope.row1, decoder.rows()) : decoder.rows();
        const auto first = static_cast<std::size_t>(region ? scope.col0 : 0);
        const auto last = region ? std::min(static_cast<std::size_t>(scope.col1), codes.size()) : codes.size();
        for (Index r = from; r < to; ++r) {
            decoder.codesRow(r, codes);
            grid.decode(r, 0, codes, values);
            for (std::size_t i = first; i < last; ++i) {
                sums[codes[i]] += static_cast<double>(values[i]);
                ++out.uses[codes[i]];
            }
        }
        for (std::size_t i = 0; i < n; ++i) out.level.push_back(out.uses[i] == 0 ? 0 : sums[i] / static_cast<double>(out.uses[i]));
    }
    out.uses.resize(out.level.size());
    return out;
}

Series stems(const LevelUse& use, const std::string& name, int slot, bool showUnused)
{
    Series s;
    s.name = name;
    s.kind = SeriesKind::Stems;
    s.slot = slot;
    const std::uint64_t most = use.uses.empty() ? 0 : *std::max_element(use.uses.begin(), use.uses.end());
    for (std::size_t i = 0; i < use.level.size(); ++i) {
        if (use.uses[i] == 0 && !showUnused) continue;
        s.x.push_back(use.level[i]);
        s.y.push_back(most == 0 ? 0 : static_cast<double>(use.uses[i]) / static_cast<double>(most));
        s.labels.push_back("code " + std::to_string(i) + ", " + formatCount(use.uses[i]) + (use.uses[i] == 1 ? " use" : " uses"));
    }
    return s;
}

Series reference(const std::string& name, const std::vector<double>& edges, std::uint64_t n,
                 const std::function<double(double)>& density)
{
    Series s;
    s.name = name;
    s.slot = -1;
    const double width = edges[1] - edges[0];
    for (int i = 0; i <= 400; ++i) {
        const double x = edges.front() + (edges.back() - edges.front()) * i / 400;
        s.x.push_back(x);
        s.y.push_back(static_cast<double>(n) * width * density(x));
    }
    return s;
}

Result<Scope> scopeOf(const PlotInput& input, const PlotInfo& info)
{
    Scope scope;
    QS_ASSIGN(const std::string kind, choiceOf(input, info, "scope"));
    if (kind == "tensor") return scope;
    if (kind == "region") return parseRegion(optionOf(input, info, "region"));
    QS_ASSIGN(scope.index, integerOf(input, info, "index", 0, std::int64_t(1) << 40));
    scope.kind = kind == "row" ? Scope::Row : Scope::Group;
    scope.text = kind + " " + std::to_string(scope.index);
    return scope;
}

PlotInfo info();

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context& context)
{
    const PlotInfo self = info();
    QS_ASSIGN(const io::TensorInfo* tensor, tensorOf(input));
    QS_ASSIGN(const std::string countAxis, choiceOf(input, self, "count"));
    QS_ASSIGN(const std::string overlay, choiceOf(input, self, "overlay"));
    QS_ASSIGN(const std::string view, choiceOf(input, self, "view"));
    QS_ASSIGN(const std::string reference_, choiceOf(input, self, "reference"));
    QS_ASSIGN(const std::int64_t bins, integerOf(input, self, "bins", 1, 65536));
    QS_ASSIGN(const Scope scope, scopeOf(input, self));
    QS_ASSIGN(auto original, originalOf(input, context));
    const quant::FittedGrid* grid = input.results.empty() || !input.results[0]->decoder ? nullptr : &input.results[0]->decoder->grid();
    const std::vector<std::string> names = resultNames(input);

    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = tensorTitle(*tensor) + (scope.text.empty() ? "" : " \u00B7 " + scope.text);
    plot->x = {"weight", "weight units", false, false, "weight"};
    plot->y = {"elements per bin", "", countAxis == "log", false, "bin_count"};

    QS_ASSIGN(std::vector<float> values, takeScope(*original, scope, grid));
    const auto viewOf = [](const std::vector<float>& v) { return MatrixView{v, 1, static_cast<Index>(v.size())}; };
    QS_ASSIGN(auto stats, metrics::momentsOnly(viewOf(values), context));
    if (stats.finite == 0) return fail(Error(ErrorCode::NonFinite, "there are no finite weights to draw").ofTensor(tensor->name));
    double low = stats.min;
    double high = stats.max;
    std::vector<std::vector<float>> decoded;
    if (overlay == "decoded" || view == "difference") {
        for (const auto& r : input.results) {
            QS_ASSIGN(auto m, decodedOf(*r, *original, context));
            QS_ASSIGN(auto part, takeScope(*m, scope, grid));
            const auto [least, most] = std::minmax_element(part.begin(), part.end());
            if (least != part.end() && std::isfinite(*least)) low = std::min(low, static_cast<double>(*least));
            if (most != part.end() && std::isfinite(*most)) high = std::max(high, static_cast<double>(*most));
            decoded.push_back(std::move(part));
        }
    }
    const std::vector<double> edges = metrics::equalEdges(low, high, static_cast<int>(bins));
    const auto count = [&](const std::vector<float>& v) { return metrics::histogram(viewOf(v), edges, context); };
    const auto heights = [](const metrics::Histogram& h) { return std::vector<double>(h.counts.begin(), h.counts.end()); };
    QS_ASSIGN(auto h, count(values));
    if (view == "difference") {
        if (decoded.size() < 2) return fail(Error(ErrorCode::Lacking, "a difference needs two results").fix("name two recipes"));
        QS_ASSIGN(auto a, count(decoded[0]));
        QS_ASSIGN(auto b, count(decoded[1]));
        Series more{names[0] + " has more", SeriesKind::Bars, slotOf(input, 0), edges, {}, {}, false};
        Series less{names[1] + " has more", SeriesKind::Bars, slotOf(input, 1), edges, {}, {}, false};
        std::uint64_t moved = 0;
        for (std::size_t i = 0; i < a.counts.size(); ++i) {
            const double d = static_cast<double>(a.counts[i]) - static_cast<double>(b.counts[i]);
            more.y.push_back(std::max(0.0, d));
            less.y.push_back(std::min(0.0, d));
            moved += static_cast<std::uint64_t>(std::max(0.0, d));
        }
        plot->y = {"elements per bin, A \u2212 B", "", false, false, "bin_count_difference"};
        plot->series.push_back(std::move(more));
        plot->series.push_back(std::move(less));
        plot->summary = "Decoded weights of " + names[0] + " minus those of " + names[1] + " in " + std::to_string(bins) + " bins from "
            + formatNumber(low) + " to " + formatNumber(high) + ": " + formatCount(moved) + " of " + formatCount(stats.finite)
            + " weights lie in other bins.";
        return std::shared_ptr<const PlotData>(plot);
    }
    plot->series.push_back({"original", SeriesKind::Bars, 0, edges, heights(h), {}, false});
    for (std::size_t i = 0; i < decoded.size(); ++i) {
        QS_ASSIGN(auto d, count(decoded[i]));
        plot->series.push_back({names[i], SeriesKind::Steps, slotOf(input, i), edges, heights(d), {}, false});
    }
    std::string usage;
    std::vector<std::string> mean; // whose stems are not levels of their own
    std::size_t withStems = 0;
    for (std::size_t i = 0; i < input.results.size(); ++i) {
        if (!input.results[i]->decoder) continue;
        const auto use = levelsOf(*input.results[i]->decoder, scope);
        const auto used = std::count_if(use.uses.begin(), use.uses.end(), [](std::uint64_t n) { return n > 0; });
        usage += "; " + names[i] + " uses " + std::to_string(used) + " of " + std::to_string(use.level.size()) + " levels";
        const bool exact = scope.kind == Scope::Group || input.results[i]->decoder->grid().groups() == 1;
        plot->series.push_back(stems(use, names[i], slotOf(input, i), exact));
        if (!exact) mean.push_back(names[i]);
        ++withStems;
        if (context.stopped()) return cancelled();
    }
    if (mean.size() > 1 && mean.size() == withStems) {
        plot->notes.push_back("Stems: mean decoded value of each code, since groups have levels of their own.");
    } else if (!mean.empty()) {
        std::string whose;
        for (const auto& n : mean) whose += (whose.empty() ? "" : ", ") + n;
        plot->notes.push_back("Stems of " + whose + ": mean decoded value of each code, since groups have levels of their own.");
    }
    if (reference_ == "gaussian" && stats.std > 0) {
        plot->series.push_back(reference("Gaussian", edges, stats.finite, [&](double x) {
            const double z = (x - stats.mean) / stats.std;
            return std::exp(-0.5 * z * z) / (stats.std * std::sqrt(2 * kPi));
        }));
        plot->notes.push_back("Gaussian: mean " + formatNumber(stats.mean) + ", standard deviation " + formatNumber(stats.std) + ".");
    } else if (reference_ == "student" && stats.std > 0) {
        const StudentFit fit = fitStudent(edges, h.counts, stats.mean, stats.std);
        plot->series.push_back(reference("Student's t", edges, stats.finite, [&](double x) { return fit.density(x); }));
        plot->notes.push_back("Student's t: location " + formatNumber(fit.location) + ", scale " + formatNumber(fit.scale) + ", "
                              + formatNumber(fit.freedom, 3) + " degrees of freedom (largest likelihood on the bins).");
    }
    if (stats.nans + stats.infs > 0)
        plot->notes.push_back(formatCount(stats.nans) + " NaN and " + formatCount(stats.infs) + " infinite elements are left out.");
    plot->summary = "Histogram of " + formatCount(stats.finite) + " weights from " + formatNumber(stats.min) + " to " + formatNumber(stats.max)
        + " in " + std::to_string(bins) + " bins: mean " + formatNumber(stats.mean, 3) + ", standard deviation " + formatNumber(stats.std, 3)
        + ", excess kurtosis " + formatNumber(stats.kurtosis, 3) + usage + ".";
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "distribution";
    p.title = "Distribution";
    p.question = "How are the weights distributed, and where do the levels stand?";
    p.options = {{"count", "count axis", {"linear", "log"}, ""},
                 {"scope", "elements of", {"tensor", "row", "group", "region"}, ""},
                 {"index", "row or group", {}, "0"},
                 {"region", "rows, columns", {}, "0:1,0:1"},
                 {"bins", "bins", {}, "256"},
                 {"overlay", "overlay", {"decoded", "none"}, ""},
                 {"view", "view", {"results", "difference"}, ""},
                 {"reference", "reference", {"none", "gaussian", "student"}, ""}};
    p.make = make;
    return p;
}

} // namespace

void registerDistribution(PlotRegistry& registry);
void registerDistribution(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
