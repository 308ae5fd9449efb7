// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/plots/density.h"
#include "core/plots/plot_support.h"

#include <algorithm>
#include <cmath>

namespace qs::plots {
namespace {

constexpr std::size_t kMostSorted = std::size_t(1) << 24;
constexpr int kPoints = 241;

PlotInfo info();

// Distribution function of N(0, 1).
double normal(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

// Sorted finite values; every k-th one of long tensors, so that memory and time stay bounded.
std::vector<float> sorted(std::span<const float> values, bool& sampled)
{
    const std::size_t step = values.size() / kMostSorted + 1;
    sampled = step > 1;
    std::vector<float> out;
    out.reserve(values.size() / step + 1);
    for (std::size_t i = 0; i < values.size(); i += step)
        if (std::isfinite(values[i])) out.push_back(values[i]);
    std::sort(out.begin(), out.end());
    return out;
}

struct Moments {
    double mean = 0, std = 0;
};

Moments momentsOf(const std::vector<float>& v)
{
    Moments m;
    for (const float x : v) m.mean += static_cast<double>(x);
    m.mean /= static_cast<double>(v.size());
    for (const float x : v) m.std += (static_cast<double>(x) - m.mean) * (static_cast<double>(x) - m.mean);
    m.std = std::sqrt(m.std / static_cast<double>(v.size()));
    return m;
}

// Largest z such that a sample of n has a quantile there.
double reach(std::size_t n)
{
    double low = 0;
    double high = 9;
    for (int i = 0; i < 60; ++i) {
        const double z = (low + high) / 2;
        (1 - normal(z) > 0.5 / static_cast<double>(n) ? low : high) = z;
    }
    return low;
}

Series quantiles(const std::vector<float>& v, const Moments& m, const std::string& name, int slot)
{
    Series s;
    s.name = name;
    s.slot = slot;
    const double top = reach(v.size());
    for (int i = 0; i < kPoints; ++i) {
        const double z = -top + 2 * top * i / (kPoints - 1);
        const double position = std::clamp(normal(z) * static_cast<double>(v.size()) - 0.5, 0.0, static_cast<double>(v.size() - 1));
        const auto k = static_cast<std::size_t>(position);
        const double f = position - static_cast<double>(k);
        const double a = v[k];
        const double b = v[std::min(k + 1, v.size() - 1)];
        s.x.push_back(z);
        s.y.push_back((a + (b - a) * f - m.mean) / m.std);
    }
    return s;
}

Result<std::shared_ptr<const PlotData>> make(const PlotInput& input, const Context& context)
{
    const PlotInfo self = info();
    QS_ASSIGN(const io::TensorInfo* tensor, tensorOf(input));
    QS_ASSIGN(std::string of, choiceOf(input, self, "of"));
    QS_ASSIGN(const Selected selected, selectedOf(input, self));
    QS_ASSIGN(auto original, originalOf(input, context));
    auto plot = std::make_shared<PlotData>();
    plot->id = self.name;
    plot->title = tensorTitle(*tensor);
    if (of == "errors" && input.results.empty()) {
        of = "values";
        plot->notes.push_back("No result is chosen: the original is shown.");
    }
    plot->x = {"Gaussian quantile", "standard deviations", false, false, "gaussian_quantile"};
    plot->y = {of == "errors" ? "quantile of the errors" : "quantile of the weights", "standard deviations", false, false, "quantile"};
    bool sampled = false;
    const auto names = resultNames(input);
    Moments base;
    std::string figures;
    const auto kept = keptBy(selected, *original);
    const auto add = [&](std::span<const float> data, const std::string& name, int slot) -> Status {
        auto v = sorted(data, sampled);
        if (context.stopped()) return cancelled();
        Moments own = v.empty() ? Moments{} : momentsOf(v);
        if (slot == 0 || of == "errors") base = own;
        if (!(base.std > 0)) {
            plot->notes.push_back(name + " is left out: all its values are equal.");
            return {};
        }
        if (kept) {
            // Beside the curve of everything that of the selected elements, by the same mean and deviation.
            plot->series.push_back(quantiles(v, base, {}, slot));
            plot->series.back().isPale = true;
            std::vector<float> part;
            for (std::size_t i = 0; i < data.size(); ++i)
                if (kept(i)) part.push_back(data[i]);
            v = sorted(part, sampled);
            if (v.empty()) return {};
        }
        plot->series.push_back(quantiles(v, base, name, slot));
        const Series& s = plot->series.back();
        figures += (figures.empty() ? "" : "; ") + name + " reaches from " + formatNumber(s.y.front(), 3) + " to " + formatNumber(s.y.back(), 3)
            + " where a Gaussian reaches " + formatNumber(s.x.back(), 3);
        return {};
    };
    if (of == "values") QS_TRY(add(original->data(), "original", 0));
    for (std::size_t i = 0; i < input.results.size(); ++i) {
        QS_ASSIGN(auto m, decodedOf(*input.results[i], *original, context));
        if (of == "errors") {
            QS_ASSIGN(m, metrics::difference(*m, *original, context));
        }
        QS_TRY(add(m->data(), names[i], slotOf(input, i)));
    }
    const double top = reach(std::max<std::size_t>(original->data().size(), 2));
    plot->series.push_back({"Gaussian", SeriesKind::Line, -1, {-top, top}, {-top, top}, {}, false});
    plot->notes.push_back(of == "errors" ? "Each result's errors by their own mean and standard deviation; dashed: Gaussian."
                                         : "All curves by the original's mean and standard deviation; dashed: Gaussian.");
    if (selected.any()) plot->notes.push_back(selected.note());
    if (sampled) plot->notes.push_back("Of this long tensor " + formatCount(kMostSorted) + " evenly spread elements at most are used.");
    plot->summary = "Quantile plot in standard deviations: " + (figures.empty() ? "nothing to draw" : figures) + ".";
    return std::shared_ptr<const PlotData>(plot);
}

PlotInfo info()
{
    PlotInfo p;
    p.name = "quantile";
    p.title = "Quantiles";
    p.question = "How far are weights or errors from Gaussian, above all in the tails?";
    p.options = {{"of", "quantiles of", {"values", "errors"}, ""}};
    for (auto& o : selectionOptions()) p.options.push_back(std::move(o));
    p.make = make;
    return p;
}

} // namespace

void registerQuantile(PlotRegistry& registry);
void registerQuantile(PlotRegistry& registry) { registry.add(info()); }

} // namespace qs::plots
