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

    Status extract(const InputRows& rows, const Context& context, ArrayStore& out) const override
    {
        const std::uint64_t size = static_cast<std::uint64_t>(rows.rows()) * static_cast<std::uint64_t>(rows.cols());
        sparse::Marks marks(size);
        if (const std::uint64_t wanted = sensitiveCount(size); wanted > 0) {
            if (!rows.calibration() || rows.calibration()->fisher.size() != size)
                return fail(Error(ErrorCode::Lacking, "sensitive weights are found by Fisher weights (fisher), one per element of the tensor")
                                .fix("calibrate with Fisher weights first, or choose sensitive=0"));
            const auto sensitivities = [](const FitInput& tile, Index, std::span<std::int64_t> keys) {
                for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = keyOf(tile.fisher[i]);
            };
            QS_TRY(sparse::markLargest(rows, sensitivities, wanted, context, marks));
        }
        const Index cols = rows.cols();
        if (m_options.range > 0) {
            QS_ASSIGN(const double q1, quantile(rows, size, 0.25, context));
            QS_ASSIGN(const double q3, quantile(rows, size, 0.75, context));
            const double reach = m_options.range * (q3 - q1);
            const double threshold = std::max(std::fabs(q1 - reach), std::fabs(q3 + reach));
            QS_TRY(forTiles(rows, (tileRows(rows) + 63) / 64 * 64, context, [&](const FitInput& tile, Index row0) -> Status { // whole words
                for (std::size_t i = 0; i < tile.weights.data.size(); ++i)
                    if (std::fabs(static_cast<double>(tile.weights.data[i])) >= threshold)
                        marks.set(static_cast<std::uint64_t>(row0 * cols) + i);
                return {};
            }));
        } else {
            const sparse::Marks taken = marks; // what is marked on the way still counts
            const auto others = [&](const FitInput& tile, Index row0, std::span<std::int64_t> keys) {
                for (std::size_t i = 0; i < keys.size(); ++i)
                    keys[i] = taken.has(static_cast<std::uint64_t>(row0 * cols) + i) ? -1 : keyOf(std::fabs(tile.weights.data[i]));
            };
            QS_TRY(sparse::markLargest(rows, others, outlierCount(size), context, marks));
        }
        return sparse::extract(rows, marks, m_options.type, context, out);
    }
    void takeRows(const ArrayStore& arrays, Index row0, Index cols, std::span<float> rows,
                  std::span<std::uint8_t> removed) const override
    {
        sparse::takeRows(arrays, row0, cols, rows, removed);
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
    // −0 and 0 are equal, so that the first of them is taken.
    static std::int64_t keyOf(float v) { return sparse::keyOf(v == 0 ? 0.0F : v); }
    /// Value at a share of the ascending order, between neighbours by distance.
    static Result<double> quantile(const InputRows& rows, std::uint64_t size, double share, const Context& context)
    {
        const auto values = [](const FitInput& tile, Index, std::span<std::int64_t> keys) {
            for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = keyOf(tile.weights.data[i]);
        };
        const double place = share * static_cast<double>(size - 1);
        const auto k = static_cast<std::uint64_t>(place);
        QS_ASSIGN(const auto low, sparse::largest(rows, values, size - k, context));
        const auto lowValue = static_cast<double>(sparse::valueOf(low.least));
        if (k + 1 >= size) return lowValue;
        QS_ASSIGN(const auto high, sparse::largest(rows, values, size - k - 1, context));
        return lowValue + (static_cast<double>(sparse::valueOf(high.least)) - lowValue) * (place - static_cast<double>(k));
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
