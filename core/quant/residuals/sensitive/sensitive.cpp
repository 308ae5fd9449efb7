// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/registry.h"
#include "core/quant/sparse_values.h"

#include <algorithm>
#include <cmath>

namespace qs::quant {
namespace {

struct Options {
    double sensitive = 0.05; ///< percent
    double outliers = 0.45;  ///< percent
    double range = 0;        ///< 0: so many outliers; else beyond the quartiles by range times their distance
    DType type = DType::F16;
};

/// Value at a share of the ascending order, between neighbours by distance.
double quantile(std::vector<float>& v, double share)
{
    const double place = share * static_cast<double>(v.size() - 1);
    const auto k = static_cast<std::size_t>(place);
    std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(k), v.end());
    const double low = static_cast<double>(v[k]);
    if (k + 1 >= v.size()) return low;
    const double high = static_cast<double>(*std::min_element(v.begin() + static_cast<std::ptrdiff_t>(k) + 1, v.end()));
    return low + (high - low) * (place - static_cast<double>(k));
}

class Sensitive : public Residual {
public:
    explicit Sensitive(const Options& o) : m_options(o) {}

    // By quartiles the number follows from the values: of a Gaussian beyond .6745·(1 + 2·range), as an estimate.
    StorageBits storage(Index rows, Index cols) const override
    {
        const std::uint64_t size = static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols);
        const std::uint64_t sensitive = sensitiveCount(size);
        std::uint64_t outliers = outlierCount(size);
        if (m_options.range > 0)
            outliers = static_cast<std::uint64_t>(std::llround(
                static_cast<double>(size) * std::erfc(0.67449 * (1 + 2 * m_options.range) / std::sqrt(2.0))));
        return sparse::storage(std::min(size, sensitive + outliers), rows, cols, m_options.type);
    }

    Status extract(Matrix& weights, const FitInput& input, const Context& context, std::vector<std::uint8_t>& removed,
                   ArrayStore& out) const override
    {
        const std::span<const float> w = weights.data();
        removed.assign(w.size(), 0);
        if (const std::uint64_t wanted = sensitiveCount(w.size()); wanted > 0) {
            if (!input.calibration || input.calibration->fisher.size() != w.size())
                return fail(Error(ErrorCode::Lacking, "sensitive weights are found by Fisher weights (fisher), one per element of the tensor")
                                .fix("calibrate with Fisher weights first, or choose sensitive=0"));
            mark(input.calibration->fisher, wanted, [](float f) { return f; }, removed);
        }
        if (context.stopped()) return cancelled();
        if (m_options.range > 0) {
            std::vector<float> sorted(w.begin(), w.end());
            const double q1 = quantile(sorted, 0.25);
            const double q3 = quantile(sorted, 0.75);
            const double reach = m_options.range * (q3 - q1);
            const double threshold = std::max(std::fabs(q1 - reach), std::fabs(q3 + reach));
            for (std::size_t i = 0; i < w.size(); ++i)
                if (std::fabs(static_cast<double>(w[i])) >= threshold) removed[i] = 1;
        } else {
            mark(w, outlierCount(w.size()), [](float v) { return std::fabs(v); }, removed);
        }
        if (context.stopped()) return cancelled();
        return sparse::extract(weights, removed, m_options.type, out);
    }

    Status check(const ArrayStore& arrays, Index rows, Index cols) const override
    {
        return sparse::check(arrays, rows, cols, m_options.type);
    }
    void applyRow(const ArrayStore& arrays, Index row, std::span<float> decoded) const override
    {
        sparse::applyRow(arrays, row, decoded);
    }

private:
    // The official code takes what lies strictly above the k-th largest, so one less than the share says.
    std::uint64_t sensitiveCount(std::uint64_t size) const
    {
        const auto k = static_cast<std::uint64_t>(m_options.sensitive / 100 * static_cast<double>(size));
        return k > 0 ? k - 1 : 0;
    }
    std::uint64_t outlierCount(std::uint64_t size) const
    {
        return std::min(size - sensitiveCount(size), static_cast<std::uint64_t>(std::llround(m_options.outliers / 100 * static_cast<double>(size))));
    }
    // Marks the `wanted` largest that are not marked yet; of equals the first.
    template <class Of>
    static void mark(std::span<const float> values, std::uint64_t wanted, const Of& of, std::vector<std::uint8_t>& marked)
    {
        if (wanted == 0) return;
        std::vector<float> sorted;
        sorted.reserve(values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            if (!marked[i]) sorted.push_back(of(values[i]));
        if (sorted.empty()) return;
        const auto k = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(wanted, sorted.size()) - 1);
        std::nth_element(sorted.begin(), sorted.begin() + k, sorted.end(), std::greater<>());
        const float least = sorted[static_cast<std::size_t>(k)];
        const auto above = static_cast<std::uint64_t>(std::count_if(sorted.begin(), sorted.begin() + k, [&](float v) { return v > least; }));
        std::uint64_t ties = static_cast<std::uint64_t>(k) + 1 - above;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (marked[i]) continue;
            const float v = of(values[i]);
            if (v > least) marked[i] = 1;
            else if (v == least && ties > 0) {
                marked[i] = 1;
                --ties;
            }
        }
    }

    Options m_options;
};

} // namespace

void registerSensitive(Registry& registry);
void registerSensitive(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Residual;
    info.name = "sensitive";
    info.title = "Sensitive and outlier weights";
    info.summary = "The weights that the loss feels most, by Fisher weights, and the largest are kept beside the codes.";
    info.source = "SqueezeLLM, arXiv 2306.07629 (dense and sparse); related_methods.md §5";
    info.needs = NeedFisher;
    info.params = {
        ParamSpec::real("sensitive", 0.05, 0, 100, "%", "share of the weights that is kept for its sensitivity"),
        ParamSpec::real("outliers", 0.45, 0, 100, "%", "share of the weights that is kept for its magnitude"),
        ParamSpec::real("range", 0, 0, 100, "", "not 0: outliers lie beyond the quartiles by so many times their distance, and `outliers` does not count"),
        ParamSpec::choice("value", "f16", {"f16", "f32"}, "type in which the kept weights are stored"),
    };
    info.fits = [](std::string_view format, const ParamValues&) {
        return FitAnswer{std::string(format) + " has no place for sparse weights; leave them out, or export to our own container"};
    };
    info.makeResidual = [](const ParamValues& v) -> Result<std::unique_ptr<Residual>> {
        return std::make_unique<Sensitive>(Options{v.real("sensitive"), v.real("outliers"), v.real("range"),
                                                   v.text("value") == "f32" ? DType::F32 : DType::F16});
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
