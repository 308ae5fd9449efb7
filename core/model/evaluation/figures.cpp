// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/evaluation/figures.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace qs::model {
namespace {

constexpr std::size_t kDraws = 1000;

double percentile(std::vector<double>& values, double share)
{
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const double at = share * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, values.size() - 1);
    return values[low] + (at - static_cast<double>(low)) * (values[high] - values[low]);
}

Estimate estimate(const std::vector<double>& values, const std::vector<std::size_t>& windows, std::uint64_t seed)
{
    Estimate out;
    if (values.empty()) return out;
    const double n = static_cast<double>(values.size());
    double sum = 0;
    for (const double v : values) sum += v;
    out.mean = out.low = out.high = sum / n;
    double squares = 0;
    for (const double v : values) squares += (v - out.mean) * (v - out.mean);
    if (values.size() > 1) out.error = std::sqrt(squares / (n - 1) / n);
    if (windows.size() < 2) return out;
    std::vector<double> sums;
    std::vector<double> counts;
    for (std::size_t w = 0; w < windows.size(); ++w) {
        const std::size_t end = w + 1 < windows.size() ? windows[w + 1] : values.size();
        double part = 0;
        for (std::size_t i = windows[w]; i < end; ++i) part += values[i];
        sums.push_back(part);
        counts.push_back(static_cast<double>(end - windows[w]));
    }
    std::mt19937_64 random(seed);
    std::vector<double> means;
    for (std::size_t d = 0; d < kDraws; ++d) {
        double total = 0;
        double tokens = 0;
        for (std::size_t k = 0; k < sums.size(); ++k) {
            const std::size_t w = random() % sums.size(); // the same everywhere, unlike std::uniform_int_distribution
            total += sums[w];
            tokens += counts[w];
        }
        means.push_back(total / tokens);
    }
    out.low = percentile(means, 0.025);
    out.high = percentile(means, 0.975);
    return out;
}

} // namespace

EvaluationFigures figuresOf(const Evaluation& e, std::uint64_t seed)
{
    EvaluationFigures out;
    out.nll = estimate(e.nll, e.windows, seed);
    out.perplexity = std::exp(out.nll.mean);
    out.perplexityError = out.perplexity * out.nll.error;
    out.perplexityLow = std::exp(out.nll.low);
    out.perplexityHigh = std::exp(out.nll.high);
    out.tokens = e.nll.size();
    out.windows = e.windows.size();
    if (e.reference.empty()) return out;
    EvaluationFigures::Comparison c;
    c.divergence = estimate(e.divergence, e.windows, seed);
    std::vector<double> sorted = e.divergence;
    c.divergence99 = percentile(sorted, 0.99);
    c.agreement = estimate({e.agrees.begin(), e.agrees.end()}, e.windows, seed);
    std::vector<double> delta(e.nll.size());
    std::transform(e.nll.begin(), e.nll.end(), e.reference.begin(), delta.begin(), [](double a, double b) { return a - b; });
    c.delta = estimate(delta, e.windows, seed);
    c.referencePerplexity = std::exp(estimate(e.reference, {}, seed).mean);
    out.comparison = c;
    return out;
}

} // namespace qs::model
