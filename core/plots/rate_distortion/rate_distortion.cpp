// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/plots/plot_support.h"

#include <algorithm>
#include <cmath>

namespace qs::plots {
namespace {

PlotInfo info();

// One recipe: of one tensor, or the totals over all its tensors.
struct Point {
    std::string name;
    int slot = 0;
    double bits = 0;
    metrics::WeightError error;
    bool front = false;
    std::size_t tensors = 0;
};

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context&)
{
    const PlotInfo self = info();
    QS_ASSIGN(const std::string figure, choiceOf(input, self, "error"));
    if (input.results.empty()) return fail(Error(ErrorCode::Lacking, "this plot needs results").fix("name recipes"));
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    std::vector<Point> points;
    std::size_t tensors = 0;
    for (const auto& group : recipesOf(input)) {
        Point p{group.name, group.slot, 0, {}, false, group.results.size()};
        double bits = 0;
        for (const std::size_t i : group.results) {
            const auto& r = *input.results[i];
            p.error.merge(r.error);
            bits += static_cast<double>(r.bits.payload + r.bits.metadata);
        }
        p.bits = p.error.count == 0 ? 0 : bits / static_cast<double>(p.error.count);
        tensors = std::max(tensors, group.results.size());
        points.push_back(std::move(p));
    }
    if (input.tensor >= 0) {
        QS_ASSIGN(const io::TensorInfo* tensor, tensorOf(input));
        plot->title = tensorTitle(*tensor);
    } else {
        plot->title = std::to_string(tensors) + (tensors == 1 ? " tensor" : " tensors in total");
    }
    const bool sqnr = figure == "sqnr";
    plot->x = {"bits per weight", "bits/weight", false, false, "bits"};
    plot->y = sqnr ? Axis{"SQNR", "dB", false, false, "sqnr"} : Axis{"relative MSE", "", true, false, "relative_mse"};
    const auto value = [&](const Point& p) { return sqnr ? p.error.sqnrDb() : p.error.relativeMse(); };
    const auto shown = [&](const Point& p) { return std::isfinite(value(p)) && (sqnr || value(p) > 0); };
    // The front: nothing takes at most these bits at less error. Exact copies are on it, but have no place on the axis.
    for (Point& p : points)
        p.front = std::none_of(points.begin(), points.end(), [&](const Point& o) {
            const double a = o.error.relativeMse();
            const double b = p.error.relativeMse();
            return (o.bits <= p.bits && a < b) || (o.bits < p.bits && a <= b);
        });
    std::vector<const Point*> front;
    std::string exact;
    for (const Point& p : points) {
        if (p.front && shown(p)) front.push_back(&p);
        if (!shown(p)) exact += (exact.empty() ? "" : ", ") + p.name;
    }
    std::sort(front.begin(), front.end(), [](const Point* a, const Point* b) { return a->bits < b->bits; });
    Series line;
    line.name = "Pareto front";
    line.slot = 0;
    line.emphasis = true;
    for (const Point* p : front) {
        line.x.push_back(p->bits);
        line.y.push_back(value(*p));
    }
    if (line.x.size() > 1) plot->series.push_back(std::move(line));
    for (const Point& p : points)
        if (shown(p)) plot->series.push_back({p.name, SeriesKind::Points, p.slot, {p.bits}, {value(p)}, {p.name}, p.front});
    if (!exact.empty()) plot->notes.push_back("Without error, so without a place on this axis: " + exact + ".");
    if (input.tensor < 0)
        for (const Point& p : points) // a recipe that some tensors can't take is measured on other weights
            if (p.tensors < tensors)
                plot->notes.push_back(p.name + " is of " + std::to_string(p.tensors) + " of these " + std::to_string(tensors) + " tensors.");
    std::string figures;
    for (const Point* p : front)
        figures += (figures.empty() ? "" : ", ") + p->name + " (" + formatBits(p->bits) + ", " + (sqnr ? formatDecibel(value(*p)) : formatError(value(*p))) + ")";
    plot->summary = "Rate against distortion of " + std::to_string(points.size()) + " recipes; on the Pareto front: "
        + (figures.empty() ? "none with an error" : figures) + ".";
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "rate_distortion";
    p.title = "Rate and distortion";
    p.question = "Which recipes give the least error for their bits?";
    p.options = {{"error", "error as", {"relative_mse", "sqnr"}, ""}};
    p.needsResults = true;
    p.make = make;
    return p;
}

} // namespace

void registerRateDistortion(PlotRegistry& registry);
void registerRateDistortion(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
