// SPDX-License-Identifier: GPL-3.0-or-later
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

    Status extract(const InputRows& rows, const Context& context, ArrayStore& out) const override {
        sparse::Marks marks(static_cast<std::uint64_t>(rows.rows()) * static_cast<std::uint64_t>(rows.cols()));
        const auto magnitudes = [](const FitInput& tile, Index, std::span<std::int64_t> keys) {
            for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = magnitude(tile.weights.data[i]);
        };
        QS_TRY(sparse::markLargest(rows, magnitudes, count(rows.rows(), rows.cols()), context, marks));
        return sparse::extract(rows, marks, m_type, context, out);
    }
    void takeRows(const ArrayStore& arrays, Index row0, Index cols, std::span<float> rows,
                  std::span<std::uint8_t> removed) const override {
        sparse::takeRows(arrays, row0, cols, rows, removed);
    }

    Status check(const ArrayStore& arrays, Index rows, Index cols) const override {
        return sparse::check(arrays, rows, cols, m_type);
    }

    void applyRow(const ArrayStore& arrays, Index row, std::span<float> decoded) const override {
        sparse::applyRow(arrays, row, decoded);
    }

private:
    std::uint64_t count(Index rows, Index cols) const {
        const std::uint64_t all = static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols);
        return std::min(all, static_cast<std::uint64_t>(std::llround(m_percent / 100 * static_cast<double>(all))));
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
