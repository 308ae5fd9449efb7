// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_arguments.h"
#include "app/cli/progress_line.h"
#include "app/cli/table.h"
#include "core/base/format.h"
#include "core/metrics/statistics/statistics.h"

#include <limits>
#include <optional>

namespace qs::cli {
namespace {

constexpr std::uint64_t kBins = 256;
constexpr std::uint64_t kMostBins = 1U << 16;

Json statsJson(const std::string& name, const metrics::TensorStatistics& s)
{
    Json j;
    j["name"] = name;
    j["count"] = s.count;
    j["min"] = s.min;
    j["max"] = s.max;
    j["mean"] = s.mean;
    j["std"] = s.std;
    j["skewness"] = s.skewness;
    j["kurtosis"] = s.kurtosis;
    Json percentiles = Json::object();
    for (std::size_t i = 0; i < metrics::kAbsPercents.size(); ++i)
        percentiles[formatNumber(metrics::kAbsPercents[i], 6)] = s.absPercentiles[i];
    j["abs_percentiles"] = std::move(percentiles);
    j["zeros"] = s.zeros;
    j["nans"] = s.nans;
    j["infs"] = s.infs;
    j["outliers_6sigma"] = s.outliers6Sigma;
    j["histogram"] = {{"edges", s.histogram.edges}, {"counts", s.histogram.counts}};
    return j;
}

Result<Outcome> stats(const Invocation& invocation)
{
    std::uint64_t bins = kBins;
    if (invocation.options.has("--bins")) {
        QS_ASSIGN(bins, wholeNumber("--bins", invocation.options.value("--bins"), 1, kMostBins));
    }
    QS_ASSIGN(const auto source, openArgument(invocation));
    QS_ASSIGN(const auto tensors, chosenTensors(invocation, *source));
    Outcome out;
    if (invocation.common.dryRun) {
        std::uint64_t weights = 0;
        for (const std::size_t t : tensors) weights += source->tensors[t].shape.elements();
        out.json = {{"dry_run", true}, {"tensors", tensors.size()}, {"weights", weights},
                    {"peak_bytes", std::uint64_t(64) << 20}, {"estimated_seconds", static_cast<double>(weights) / 5e8}};
        out.text = formatCount(tensors.size()) + " tensors, " + formatCount(weights) + " weights, read twice\n";
        return out;
    }
    if (invocation.context.progress)
        for (const std::size_t t : tensors) invocation.context.progress->expect(2 * source->tensors[t].shape.elements());
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(invocation.context.progress, "stats");
    Json list = Json::array();
    Table table({{"tensor", Table::Left}, {"count", Table::Right}, {"min", Table::Right}, {"max", Table::Right},
                 {"mean", Table::Right}, {"std", Table::Right}, {"skew", Table::Right}, {"kurtosis", Table::Right},
                 {"> 6σ", Table::Right}, {"zeros", Table::Right}, {"NaN", Table::Right}, {"Inf", Table::Right}});
    std::uint64_t count = 0, zeros = 0, nans = 0, infs = 0, outliers = 0;
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    double sum = 0;
    double squares = 0;
    std::uint64_t finite = 0;
    for (const std::size_t t : tensors) {
        const io::TensorInfo& tensor = source->tensors[t];
        auto result = metrics::statistics(*source, tensor, static_cast<int>(bins), invocation.context);
        if (!result) {
            progress.reset();
            return fail(std::move(result.error()));
        }
        const metrics::TensorStatistics& s = *result;
        list.push_back(statsJson(tensor.name, s));
        table.row({escapeText(tensor.name), formatCount(s.count), formatNumber(s.min), formatNumber(s.max), formatNumber(s.mean),
                   formatNumber(s.std), formatNumber(s.skewness, 3), formatNumber(s.kurtosis, 3),
                   formatCount(s.outliers6Sigma), formatCount(s.zeros), formatCount(s.nans), formatCount(s.infs)});
        if (s.nans + s.infs > 0)
            out.warnings.push_back(tensor.name + " holds " + std::to_string(s.nans) + " NaN and " + std::to_string(s.infs) + " infinite values");
        count += s.count;
        zeros += s.zeros;
        nans += s.nans;
        infs += s.infs;
        outliers += s.outliers6Sigma;
        finite += s.finite;
        if (s.finite > 0) {
            low = std::min(low, s.min);
            high = std::max(high, s.max);
            const auto n = static_cast<double>(s.finite);
            sum += n * s.mean;
            squares += n * (s.std * s.std + s.mean * s.mean);
        }
    }
    progress.reset();
    const double n = static_cast<double>(finite);
    const double mean = finite == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / n;
    out.json["tensors"] = std::move(list);
    out.json["totals"] = {{"tensors", tensors.size()},
                          {"count", count},
                          {"min", low},
                          {"max", high},
                          {"mean", mean},
                          {"std", finite == 0 ? mean : std::sqrt(std::max(0.0, squares / n - mean * mean))},
                          {"zeros", zeros},
                          {"nans", nans},
                          {"infs", infs},
                          {"outliers_6sigma", outliers}};
    out.text = table.text();
    return out;
}

} // namespace

void registerStats(CommandRegistry& registry);
void registerStats(CommandRegistry& registry)
{
    registry.add({"stats", "Moments, percentiles, outliers and a histogram over all elements", "PATH", 1, 1,
                  {tensorOption(), {"--bins", "N", "bins of the histogram (default 256)", false, false}}, stats});
}

} // namespace qs::cli
