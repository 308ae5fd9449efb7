// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/sparse_values.h"

#include "core/quant/level_table.h"

#include <algorithm>

namespace qs::quant::sparse {
namespace {

constexpr Index kWidestU16 = 65536;

DType colType(Index cols) { return cols <= kWidestU16 ? DType::U16 : DType::U32; }

std::size_t column(const Array& columns, std::size_t i)
{
    return columns.dtype == DType::U16 ? columns.as<std::uint16_t>()[i] : columns.as<std::uint32_t>()[i];
}

} // namespace

StorageBits storage(std::uint64_t count, Index rows, Index cols, DType type)
{
    return {0, 32 * (static_cast<std::uint64_t>(rows) + 1) + count * (8U * traits(colType(cols)).blockBytes + 8U * traits(type).blockBytes)};
}

Status extract(Matrix& weights, const std::vector<std::uint8_t>& marked, DType type, ArrayStore& out)
{
    const auto count = static_cast<std::uint64_t>(std::count(marked.begin(), marked.end(), std::uint8_t(1)));
    if (count > 0xFFFFFFFFULL)
        return fail(Error(ErrorCode::NotRepresentable, "more sparse weights than row pointers can count")
                        .wanted("at most 4 294 967 295")
                        .got(std::to_string(count))
                        .fix("keep fewer"));
    const Index cols = weights.cols();
    std::vector<std::uint32_t> rowPtr(static_cast<std::size_t>(weights.rows()) + 1);
    std::vector<std::uint32_t> kept;
    std::vector<float> values;
    kept.reserve(count);
    values.reserve(count);
    for (Index r = 0; r < weights.rows(); ++r) {
        const auto row = weights.row(r);
        const std::uint8_t* mark = marked.data() + static_cast<std::size_t>(r * cols);
        for (std::size_t c = 0; c < row.size(); ++c) {
            if (mark[c] == 0) continue;
            kept.push_back(static_cast<std::uint32_t>(c));
            values.push_back(roundFinite(type, static_cast<double>(row[c])));
            row[c] = 0;
        }
        rowPtr[static_cast<std::size_t>(r) + 1] = static_cast<std::uint32_t>(kept.size());
    }
    out.add("residual.row_ptr", DType::U32, {weights.rows() + 1}, std::span<const std::uint32_t>(rowPtr));
    const Index n = static_cast<Index>(kept.size());
    if (colType(cols) == DType::U16) {
        const std::vector<std::uint16_t> narrow(kept.begin(), kept.end());
        out.add("residual.cols", DType::U16, {n}, std::span<const std::uint16_t>(narrow));
    } else {
        out.add("residual.cols", DType::U32, {n}, std::span<const std::uint32_t>(kept));
    }
    out.addFloats("residual.values", type, {n}, values);
    return {};
}

Status check(const ArrayStore& arrays, Index rows, Index cols, DType type)
{
    QS_ASSIGN(const Array* ptr, arrays.get("residual.row_ptr", DType::U32, {rows + 1}));
    const auto rowPtr = ptr->as<std::uint32_t>();
    const auto broken = [](const char* what) { return fail(ErrorCode::Malformed, what); };
    if (rowPtr[0] != 0) return broken("residual.row_ptr does not begin with 0");
    for (std::size_t r = 0; r + 1 < rowPtr.size(); ++r)
        if (rowPtr[r + 1] < rowPtr[r]) return broken("residual.row_ptr falls");
    const Index n = static_cast<Index>(rowPtr.back());
    QS_ASSIGN(const Array* columns, arrays.get("residual.cols", colType(cols), {n}));
    QS_TRY(arrays.get("residual.values", type, {n}));
    QS_TRY(arrays.getFloats("residual.values", {n}));
    for (std::size_t r = 0; r + 1 < rowPtr.size(); ++r)
        for (std::size_t i = rowPtr[r]; i < rowPtr[r + 1]; ++i) {
            if (column(*columns, i) >= static_cast<std::size_t>(cols)) return broken("residual.cols names a column beyond the last");
            if (i > rowPtr[r] && column(*columns, i) <= column(*columns, i - 1))
                return broken("residual.cols does not ascend within a row");
        }
    return {};
}

void applyRow(const ArrayStore& arrays, Index row, std::span<float> decoded)
{
    const auto rowPtr = arrays.find("residual.row_ptr")->as<std::uint32_t>();
    const Array& columns = *arrays.find("residual.cols");
    const Array& values = *arrays.find("residual.values");
    const auto r = static_cast<std::size_t>(row);
    for (std::size_t i = rowPtr[r]; i < rowPtr[r + 1]; ++i) decoded[column(columns, i)] = values.value(i);
}

} // namespace qs::quant::sparse
