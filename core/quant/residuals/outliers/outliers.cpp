// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/parallel_for.h"
#include "core/quant/level_table.h"
#include "core/quant/registry.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace qs::quant {
namespace {

constexpr Index kWidestU16 = 65536;

/// Magnitude as an integer that sorts alike.
std::uint32_t magnitude(float v) {
    return std::bit_cast<std::uint32_t>(v) & 0x7FFFFFFFU;
}

class Outliers : public Residual {
public:
    Outliers(double percent, DType type) : m_percent(percent), m_type(type) {}

    StorageBits storage(Index rows, Index cols) const override {
        const std::uint64_t n = count(rows, cols);
        return {0, 32 * (static_cast<std::uint64_t>(rows) + 1) +
                       n * (8U * traits(colType(cols)).blockBytes + 8U * traits(m_type).blockBytes)};
    }

    Status extract(Matrix& weights, const FitInput&, const Context& context, std::vector<std::uint8_t>& removed,
                   ArrayStore& out) const override {
        const Index rows = weights.rows();
        const Index cols = weights.cols();
        const std::uint64_t wanted = count(rows, cols);
        if (wanted > 0xFFFFFFFFULL)
            return fail(Error(ErrorCode::NotRepresentable, "more outliers than row pointers can count")
                            .wanted("at most 4 294 967 295")
                            .got(std::to_string(wanted))
                            .fix("lower percent"));
        const Threshold t = threshold(weights, wanted, context);
        if (context.stopped()) return cancelled();

        const std::span<float> data = weights.data();
        removed.assign(data.size(), 0);
        std::vector<std::uint32_t> rowPtr(static_cast<std::size_t>(rows) + 1);
        std::vector<std::uint32_t> kept;
        std::vector<float> values;
        kept.reserve(wanted);
        values.reserve(wanted);
        std::uint64_t ties = t.ties;
        for (Index r = 0; r < rows && wanted > 0; ++r) {
            const auto row = weights.row(r);
            for (std::size_t c = 0; c < row.size(); ++c) {
                const std::uint32_t m = magnitude(row[c]);
                if (m < t.least || (m == t.least && ties == 0)) continue;
                if (m == t.least) --ties;
                kept.push_back(static_cast<std::uint32_t>(c));
                values.push_back(roundFinite(m_type, static_cast<double>(row[c])));
                row[c] = 0;
                removed[static_cast<std::size_t>(r * cols) + c] = 1;
            }
            rowPtr[static_cast<std::size_t>(r) + 1] = static_cast<std::uint32_t>(kept.size());
        }
        out.add("residual.row_ptr", DType::U32, {rows + 1}, std::span<const std::uint32_t>(rowPtr));
        const Index n = static_cast<Index>(kept.size());
        if (colType(cols) == DType::U16) {
            const std::vector<std::uint16_t> narrow(kept.begin(), kept.end());
            out.add("residual.cols", DType::U16, {n}, std::span<const std::uint16_t>(narrow));
        } else {
            out.add("residual.cols", DType::U32, {n}, std::span<const std::uint32_t>(kept));
        }
        out.addFloats("residual.values", m_type, {n}, values);
        return {};
    }

    Status check(const ArrayStore& arrays, Index rows, Index cols) const override {
        QS_ASSIGN(const Array* ptr, arrays.get("residual.row_ptr", DType::U32, {rows + 1}));
        const auto rowPtr = ptr->as<std::uint32_t>();
        const auto broken = [](const char* what) { return fail(ErrorCode::Malformed, what); };
        if (rowPtr[0] != 0) return broken("residual.row_ptr does not begin with 0");
        for (std::size_t r = 0; r + 1 < rowPtr.size(); ++r)
            if (rowPtr[r + 1] < rowPtr[r]) return broken("residual.row_ptr falls");
        const Index n = static_cast<Index>(rowPtr.back());
        QS_ASSIGN(const Array* columns, arrays.get("residual.cols", colType(cols), {n}));
        QS_TRY(arrays.get("residual.values", m_type, {n}));
        QS_TRY(arrays.getFloats("residual.values", {n}));
        for (std::size_t r = 0; r + 1 < rowPtr.size(); ++r)
            for (std::size_t i = rowPtr[r]; i < rowPtr[r + 1]; ++i) {
                if (column(*columns, i) >= static_cast<std::size_t>(cols))
                    return broken("residual.cols names a column beyond the last");
                if (i > rowPtr[r] && column(*columns, i) <= column(*columns, i - 1))
                    return broken("residual.cols does not ascend within a row");
            }
        return {};
    }

    void applyRow(const ArrayStore& arrays, Index row, std::span<float> decoded) const override {
        const auto rowPtr = arrays.find("residual.row_ptr")->as<std::uint32_t>();
        const Array& columns = *arrays.find("residual.cols");
        const Array& values = *arrays.find("residual.values");
        const auto r = static_cast<std::size_t>(row);
        for (std::size_t i = rowPtr[r]; i < rowPtr[r + 1]; ++i)
            decoded[column(columns, i)] = values.value(i);
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
    static DType colType(Index cols) { return cols <= kWidestU16 ? DType::U16 : DType::U32; }
    static std::size_t column(const Array& columns, std::size_t i) {
        return columns.dtype == DType::U16 ? columns.as<std::uint16_t>()[i] : columns.as<std::uint32_t>()[i];
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
