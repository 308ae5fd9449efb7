// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plots/token_difference.h"

#include "core/base/format.h"

#include <algorithm>
#include <cmath>

namespace qs::plots {
namespace {

struct Differences {
    const LossCurve* curve;
    std::vector<double> values;
    double mean = 0;
};

Result<std::vector<Differences>> differencesOf(std::span<const LossCurve> curves, const Context& context)
{
    std::vector<Differences> out;
    for (const LossCurve& c : curves) {
        if (!c.losses || c.losses->reference.size() != c.losses->nll.size() || c.losses->nll.empty()) continue;
        if (context.stopped()) return cancelled();
        Differences d{&c, {}, 0};
        d.values.reserve(c.losses->nll.size());
        for (std::size_t i = 0; i < c.losses->nll.size(); ++i) {
            d.values.push_back(c.losses->nll[i] - c.losses->reference[i]);
            d.mean += d.values.back();
        }
        d.mean /= static_cast<double>(d.values.size());
        out.push_back(std::move(d));
    }
    if (out.empty()) return fail(Error(ErrorCode::Lacking, "no evaluation has a reference").fix("evaluate a mixture against the original"));
    return out;
}

} // namespace

Result<std::shared_ptr<const PlotData>> lossDifferenceDistribution(std::span<const LossCurve> curves, const Context& context)
{
    constexpr int kBins = 121; // odd: one bin is centred at no difference where the range is symmetric
    QS_ASSIGN(const auto all, differencesOf(curves, context));
    double low = 0;
    double high = 0;
    for (const auto& d : all) {
        std::vector<double> sorted = d.values;
        const auto n = static_cast<double>(sorted.size() - 1);
        const auto at = [&](double share) {
            const auto k = static_cast<std::ptrdiff_t>(std::lround(share * n));
            std::nth_element(sorted.begin(), sorted.begin() + k, sorted.end());
            return sorted[static_cast<std::size_t>(k)];
        };
        low = std::min(low, at(0.001));
        high = std::max(high, at(0.999));
    }
    if (!(high > low)) high = low + 1e-6;
    auto plot = std::make_shared<PlotData>();
    plot->id = "token_difference";
    plot->title = "Difference of the loss by token";
    plot->x = {"loss above the reference", "nats/token", false, false, "loss_difference"};
    plot->y = {"share of tokens", "", false, false, "token_share"};
    std::string words;
    std::uint64_t outside = 0;
    for (const auto& d : all) {
        Series s;
        s.name = d.curve->name;
        s.kind = SeriesKind::Steps;
        s.slot = d.curve->slot;
        s.y.assign(kBins, 0.0);
        for (int b = 0; b <= kBins; ++b) s.x.push_back(low + (high - low) * b / kBins);
        std::uint64_t worse = 0;
        for (const double v : d.values) {
            worse += v > 0 ? 1 : 0;
            const double t = (v - low) / (high - low) * kBins;
            if (!(t >= 0) || t > kBins) ++outside;
            else s.y[static_cast<std::size_t>(std::min<double>(t, kBins - 1))] += 1;
        }
        const auto n = static_cast<double>(d.values.size());
        for (double& v : s.y) v /= n;
        words += (words.empty() ? "" : "; ") + s.name + " " + formatNumber(d.mean, 3) + " nats a token on average, worse on "
            + formatNumber(100 * static_cast<double>(worse) / n, 3) + " % of the tokens";
        plot->series.push_back(std::move(s));
    }
    if (outside > 0) plot->notes.push_back(formatCount(outside) + " tokens lie outside the axis.");
    plot->summary = "Distribution of the difference of the loss against the reference: " + words + ".";
    return std::shared_ptr<const PlotData>(plot);
}

Result<std::shared_ptr<const PlotData>> lossDifferenceAlongText(std::span<const LossCurve> curves, std::size_t points, const Context& context)
{
    QS_ASSIGN(const auto all, differencesOf(curves, context));
    std::size_t most = 0;
    for (const auto& d : all) most = std::max(most, d.values.size());
    const std::size_t step = std::max<std::size_t>(1, most / std::max<std::size_t>(1, points));
    auto plot = std::make_shared<PlotData>();
    plot->id = "token_difference_along";
    plot->title = "Difference of the loss along the text";
    plot->x = {"token of the text", "", false, true, "token_place"};
    plot->y = {"loss above the reference", "nats/token", false, false, "loss_difference"};
    Series zero;
    zero.name = "no difference";
    zero.slot = -1;
    zero.x = {0, static_cast<double>(most)};
    zero.y = {0, 0};
    plot->series.push_back(std::move(zero));
    std::string words;
    for (const auto& d : all) {
        Series s;
        s.name = d.curve->name;
        s.slot = d.curve->slot;
        std::size_t worst = 0;
        for (std::size_t i = 0; i < d.values.size(); i += step) {
            const std::size_t end = std::min(d.values.size(), i + step);
            double sum = 0;
            for (std::size_t k = i; k < end; ++k) sum += d.values[k];
            s.x.push_back(static_cast<double>(i) + static_cast<double>(end - i) / 2);
            s.y.push_back(sum / static_cast<double>(end - i));
            if (s.y.back() > s.y[worst]) worst = s.y.size() - 1;
        }
        words += (words.empty() ? "" : "; ") + s.name + " is worst around token " + std::to_string(static_cast<long long>(s.x[worst])) + " with " + formatNumber(s.y[worst], 3);
        plot->series.push_back(std::move(s));
    }
    plot->notes.push_back("Each point is the mean of " + formatCount(step) + " tokens.");
    plot->summary = "Difference of the loss along the text: " + words + ".";
    return std::shared_ptr<const PlotData>(plot);
}

std::string lossesAsCsv(const model::Evaluation& e)
{
    const bool pair = e.reference.size() == e.nll.size() && !e.reference.empty();
    std::string out = pair ? "token,window,nll,reference,difference,kl,same_first_choice\n" : "token,window,nll\n";
    std::size_t window = 0;
    for (std::size_t i = 0; i < e.nll.size(); ++i) {
        while (window + 1 < e.windows.size() && e.windows[window + 1] <= i) ++window;
        out += std::to_string(i) + "," + std::to_string(window) + "," + exactNumber(e.nll[i]);
        if (pair)
            out += "," + exactNumber(e.reference[i]) + "," + exactNumber(e.nll[i] - e.reference[i]) + "," + exactNumber(i < e.divergence.size() ? e.divergence[i] : 0)
                + (i < e.agrees.size() && e.agrees[i] ? ",1" : ",0");
        out += "\n";
    }
    return out;
}

} // namespace qs::plots
