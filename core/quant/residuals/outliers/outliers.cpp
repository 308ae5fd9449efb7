// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/parallel_for.h"
#include "core/quant/registry.h"
#include "core/quant/sparse_values.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace qs::quant {
namespace {

/// Magnitude as an integer that sorts alike.
std::uint32_t magnitude(float v) {
    return std::bit_cast<std::uint32_t>(v) & 0x7FFFFFFFU;
}

class Outliers : public Residual {
public:
    Outliers(double percent, DType type) : m_percent(percent), m_type(type) {}

    StorageBits storage(Index rows, Index cols) const override {
        return sparse::storage(count(rows, cols), rows, cols, m_type);
    }

    Status extract(Matrix& weights, const FitInput&, const Context& context, std::vector<std::uint8_t>& removed,
                   ArrayStore& out) const override {
        const std::uint64_t wanted = count(weights.rows(), weights.cols());
        const Threshold t = threshold(weights, wanted, context);
        if (context.stopped()) return cancelled();

        const std::span<const float> data = weights.data();
        removed.assign(data.size(), 0);
        std::uint64_t ties = t.ties;
        for (std::size_t i = 0; i < data.size() && wanted > 0; ++i) {
            const std::uint32_t m = magnitude(data[i]);
            if (m < t.least || (m == t.least && ties == 0)) continue;
            if (m == t.least) --ties;
            removed[i] = 1;
        }
        return sparse::extract(weights, removed, m_type, out);
    }

    Status check(const ArrayStore& arrays, Index rows, Index cols) const override {
        return sparse::check(arrays, rows, cols, m_type);
    }

    void applyRow(const ArrayStore& arrays, Index row, std::span<float> decoded) const override {
        sparse::applyRow(arrays, row, decoded);
    }

private:
    struct Threshold {
        std::uint32_t least = 0;  ///< magnitudes above it leave
        std::uint64_t ties = 0;   ///< so many of this magnitude leave too, the first in row-major order
    };

    std::uint64_t count(Index rows, Index cols) const {
        const std::uint64_t all = static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols);
        return std::min(all, static_cast<std::uint64_t>(std::llround(m_percent / 100 * static_cast<double>(all))));
    }

    // The wanted-th largest magnitude, by counting the upper half of its bits, then the lower half: no copy of the
    // matrix.
    static Threshold threshold(const Matrix& weights, std::uint64_t wanted, const Context& context) {
        const auto data = weights.data();
        const auto size = static_cast<std::int64_t>(data.size());
        const std::int64_t grain =
            std::max<std::int64_t>(std::int64_t(1) << 20, size / 64);  // bounds the tables' memory
        const auto counts = [&](auto&& bin) {
            return reduceOrdered(
                context, size, grain, std::vector<std::uint64_t>(),
                [&](std::int64_t b, std::int64_t e) {
                    std::vector<std::uint64_t> c(65536);
                    for (; b < e; ++b)
                        if (const int k = bin(magnitude(data[static_cast<std::size_t>(b)])); k >= 0)
                            ++c[static_cast<std::size_t>(k)];
                    return c;
                },
                [](std::vector<std::uint64_t>& total, const std::vector<std::uint64_t>& part) {
                    total.resize(65536);
                    for (std::size_t i = 0; i < total.size(); ++i)
                        total[i] += part[i];
                });
        };
        Threshold t;
        if (wanted == 0) return t;
        std::uint64_t left = wanted;
        const auto find = [&](const std::vector<std::uint64_t>& c) {  // the bin in which the count runs out
            std::size_t bin = c.size();
            while (bin-- > 0 && c[bin] < left)
                left -= c[bin];
            return static_cast<std::uint32_t>(bin);
        };
        const auto upper = counts([](std::uint32_t m) { return static_cast<int>(m >> 16); });
        if (context.stopped()) return t;
        const std::uint32_t high = find(upper);
        const auto lower =
            counts([high](std::uint32_t m) { return m >> 16 == high ? static_cast<int>(m & 0xFFFFU) : -1; });
        if (context.stopped()) return t;
        t.least = high << 16 | find(lower);
        t.ties = left;
        return t;
    }

    double m_percent;
    DType m_type;
};

}  // namespace

void registerOutliers(Registry& registry);
void registerOutliers(Registry& registry) {
    PartInfo info;
    info.kind = PartKind::Residual;
    info.name = "outliers";
    info.title = "Sparse outliers";
    info.summary = "The largest weights are kept beside the codes and replace the dense value.";
    info.source = "SqueezeLLM, arXiv 2306.07629 (dense and sparse)";
    info.params = {ParamSpec::real("percent", 0.5, 0, 100, "%", "share of the weights that is kept, by magnitude"),
                   ParamSpec::choice("value", "f16", {"f16", "f32"}, "type in which the kept weights are stored")};
    info.fits = [](std::string_view format, const ParamValues&) {
        return FitAnswer{std::string(format) +
                         " has no place for sparse outliers; leave them out, or export to our own container"};
    };
    info.makeResidual = [](const ParamValues& v) -> Result<std::unique_ptr<Residual>> {
        return std::make_unique<Outliers>(v.real("percent"), v.text("value") == "f32" ? DType::F32 : DType::F16);
    };
    registry.add(std::move(info));
}

}  // namespace qs::quant
