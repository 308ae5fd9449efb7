// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/exec/parallel_for.h"
#include "core/plots/density.h"
#include "core/plots/plot_support.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qs::plots {
namespace {

PlotInfo info();

struct Bins {
    std::vector<double> squares; // Σ e²
    std::vector<double> weights; // Σ w²
    std::vector<std::uint64_t> counts;
    explicit Bins(std::size_t n) : squares(n), weights(n), counts(n) {}
};

// Bins of |w|: `perOctave` to each factor of two, the last one ends at the largest magnitude.
struct Octaves {
    double top = 0; // log2 of the largest |w|
    int perOctave = 4;
    int bins = 0;
    int find(double a) const
    {
        if (!(a > 0)) return 0;
        return std::clamp(bins - 1 - static_cast<int>((top - std::log2(a)) * perOctave), 0, bins - 1);
    }
    double edge(int i) const { return std::exp2(top - static_cast<double>(bins - i) / perOctave); }
};

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context& context)
{
    const PlotInfo self = info();
    QS_ASSIGN(const io::TensorInfo* tensor, tensorOf(input));
    QS_ASSIGN(const std::string figure, choiceOf(input, self, "figure"));
    if (input.results.empty()) return fail(Error(ErrorCode::Lacking, "this plot needs a result").fix("name a recipe"));
    QS_ASSIGN(const Selected selected, selectedOf(input, self));
    QS_ASSIGN(auto original, originalOf(input, context));
    const auto names = resultNames(input);
    const auto w = original->data();
    double most = 0;
    for (const float x : w)
        if (std::isfinite(x)) most = std::max(most, static_cast<double>(std::fabs(x)));
    if (most == 0) return fail(Error(ErrorCode::Lacking, "all weights are zero").ofTensor(tensor->name));
    const Octaves octaves{std::log2(most), 4, 48};
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = tensorTitle(*tensor);
    plot->x = {"magnitude of the original |w|", "weight units", true, false, "magnitude"};
    const bool share = figure == "share";
    const bool relative = figure == "relative";
    plot->y = {relative ? "relative MSE within the bin" : share ? "share of the squared error" : "rms error within the bin",
               relative ? "" : share ? "%" : "weight units", !share, false,
               relative ? "bin_relative_mse" : share ? "error_share" : "bin_rms"};
    std::string figures;
    // A curve of the elements that `kept` takes; all of them where it is empty.
    const auto add = [&](std::size_t k, MatrixView decoded, const std::function<bool(std::size_t)>& kept, bool pale) -> Status {
        const auto v = decoded.data;
        const Bins sums = reduceOrdered(
            context, static_cast<std::int64_t>(w.size()), 1 << 18, Bins(static_cast<std::size_t>(octaves.bins)),
            [&](std::int64_t b, std::int64_t e) {
                Bins part(static_cast<std::size_t>(octaves.bins));
                for (auto i = static_cast<std::size_t>(b); i < static_cast<std::size_t>(e); ++i) {
                    if (!std::isfinite(w[i]) || !std::isfinite(v[i]) || (kept && !kept(i))) continue;
                    const auto bin = static_cast<std::size_t>(octaves.find(std::fabs(w[i])));
                    const double error = static_cast<double>(v[i]) - static_cast<double>(w[i]);
                    part.squares[bin] += error * error;
                    part.weights[bin] += static_cast<double>(w[i]) * static_cast<double>(w[i]);
                    ++part.counts[bin];
                }
                return part;
            },
            [](Bins& total, const Bins& part) {
                for (std::size_t i = 0; i < part.counts.size(); ++i) {
                    total.squares[i] += part.squares[i];
                    total.weights[i] += part.weights[i];
                    total.counts[i] += part.counts[i];
                }
            });
        if (context.stopped()) return cancelled();
        double all = 0;
        for (const double s : sums.squares) all += s;
        Series s;
        s.name = pale ? std::string() : names[k];
        s.slot = slotOf(input, k);
        s.isPale = pale;
        std::size_t worst = 0;
        for (std::size_t i = 0; i < sums.counts.size(); ++i) {
            if (sums.squares[i] > sums.squares[worst]) worst = i;
            if (sums.counts[i] == 0) continue;
            const double value = relative ? (sums.weights[i] > 0 ? sums.squares[i] / sums.weights[i] : std::numeric_limits<double>::quiet_NaN())
                : share ? (all > 0 ? 100 * sums.squares[i] / all : 0)
                        : std::sqrt(sums.squares[i] / static_cast<double>(sums.counts[i]));
            s.x.push_back(std::sqrt(octaves.edge(static_cast<int>(i)) * octaves.edge(static_cast<int>(i) + 1)));
            s.y.push_back(value);
        }
        if (!pale)
            figures += (figures.empty() ? "" : "; ") + names[k] + " has "
                + formatNumber(all > 0 ? 100 * sums.squares[worst] / all : 0, 3) + " % of its squared error at |w| from "
                + formatNumber(octaves.edge(static_cast<int>(worst)), 3) + " to " + formatNumber(octaves.edge(static_cast<int>(worst) + 1), 3);
        plot->series.push_back(std::move(s));
        return {};
    };
    for (std::size_t k = 0; k < input.results.size(); ++k) {
        QS_ASSIGN(auto decoded, decodedOf(*input.results[k], *original, context));
        if (selected.any()) QS_TRY(add(k, *decoded, {}, true));
        QS_TRY(add(k, *decoded, keptBy(selected, *original), false));
    }
    if (selected.any()) plot->notes.push_back(selected.note());
    plot->notes.push_back("Four bins to each factor of two in |w|, drawn at their geometric middle; the lowest bin holds everything below "
                          + formatNumber(octaves.edge(1), 3) + ".");
    plot->summary = "Error by magnitude of the weight: " + figures + ".";
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "magnitude";
    p.title = "Error by magnitude";
    p.question = "How large is the error of small and of large weights?";
    p.options = {{"figure", "figure", {"rms", "relative", "share"}, ""}};
    for (auto& o : selectionOptions()) p.options.push_back(std::move(o));
    p.needsResults = true;
    p.make = make;
    return p;
}

} // namespace

void registerMagnitude(PlotRegistry& registry);
void registerMagnitude(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
