// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/sparse_values.h"

#include "core/quant/level_table.h"

#include <algorithm>
#include <bit>

namespace qs::quant::sparse {
namespace {

constexpr Index kWidestU16 = 65536;
constexpr std::uint32_t kSign = 0x80000000U;

// Rows that are counted together: few enough chunks that their tables stay small; whole words of marks.
Index chunkRows(const InputRows& rows)
{
    constexpr Index kLeast = Index(1) << 20;
    const Index weights = std::max(kLeast, rows.rows() * rows.cols() / 64);
    return (weights / std::max<Index>(1, rows.cols()) / 64 + 1) * 64;
}

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

std::int64_t keyOf(float value)
{
    const auto u = std::bit_cast<std::uint32_t>(value);
    return (u & kSign) != 0 ? ~u : u | kSign;
}

float valueOf(std::int64_t key)
{
    const auto u = static_cast<std::uint32_t>(key);
    return std::bit_cast<float>((u & kSign) != 0 ? u & ~kSign : ~u);
}

Result<Threshold> largest(const InputRows& rows, const Keys& keys, std::uint64_t wanted, const Context& context)
{
    Threshold out;
    if (wanted == 0) return out;
    std::uint64_t left = wanted;
    const auto countsOf = [&](const auto& bin) -> Result<std::vector<std::uint64_t>> {
        const Index each = chunkRows(rows);
        std::vector<std::vector<std::uint64_t>> parts(static_cast<std::size_t>((rows.rows() + each - 1) / each));
        QS_TRY(forChunks(rows, each, context, [&](std::size_t chunk, const FitInput& tile, Index row0) -> Status {
            auto& counts = parts[chunk];
            counts.resize(65536);
            std::vector<std::int64_t> of(tile.weights.data.size());
            keys(tile, row0, of);
            for (const std::int64_t key : of)
                if (const std::int64_t k = key < 0 ? -1 : bin(key); k >= 0) ++counts[static_cast<std::size_t>(k)];
            return {};
        }));
        for (std::size_t c = 1; c < parts.size(); ++c)
            for (std::size_t i = 0; i < parts[0].size(); ++i) parts[0][i] += parts[c][i];
        return std::move(parts[0]);
    };
    const auto find = [&](const std::vector<std::uint64_t>& counts) { // the bin in which the number runs out
        std::size_t bin = counts.size() - 1;
        while (bin > 0 && counts[bin] < left) left -= counts[bin--];
        return static_cast<std::int64_t>(bin);
    };
    QS_ASSIGN(const auto upper, countsOf([](std::int64_t key) { return key >> 16; }));
    const std::int64_t high = find(upper);
    QS_ASSIGN(const auto lower, countsOf([high](std::int64_t key) { return key >> 16 == high ? key & 0xFFFF : -1; }));
    out.least = high << 16 | find(lower);
    out.ties = left;
    return out;
}

Status markLargest(const InputRows& rows, const Keys& keys, std::uint64_t wanted, const Context& context, Marks& marks)
{
    if (wanted == 0) return {};
    QS_ASSIGN(const Threshold t, largest(rows, keys, wanted, context));
    const Index each = chunkRows(rows);
    std::vector<std::uint64_t> before(static_cast<std::size_t>((rows.rows() + each - 1) / each) + 1); // of the threshold's key
    for (const bool isMarking : {false, true}) {
        QS_TRY(forChunks(rows, each, context, [&](std::size_t chunk, const FitInput& tile, Index row0) -> Status {
            std::vector<std::int64_t> of(tile.weights.data.size());
            keys(tile, row0, of);
            const auto from = static_cast<std::uint64_t>(row0) * static_cast<std::uint64_t>(rows.cols());
            for (std::size_t i = 0; i < of.size(); ++i) {
                if (!isMarking) before[chunk + 1] += of[i] == t.least ? 1U : 0U;
                else if (of[i] > t.least || (of[i] == t.least && before[chunk]++ < t.ties)) marks.set(from + i);
            }
            return {};
        }));
        for (std::size_t c = 1; !isMarking && c < before.size(); ++c) before[c] += before[c - 1];
    }
    return {};
}

Status extract(const InputRows& rows, const Marks& marked, DType type, const Context& context, ArrayStore& out)
{
    const Index cols = rows.cols();
    std::vector<std::uint64_t> ends(static_cast<std::size_t>(rows.rows()) + 1);
    for (Index r = 0; r < rows.rows(); ++r) {
        std::uint64_t count = 0;
        for (Index c = 0; c < cols; ++c) count += marked.has(static_cast<std::uint64_t>(r * cols + c)) ? 1U : 0U;
        ends[static_cast<std::size_t>(r) + 1] = ends[static_cast<std::size_t>(r)] + count;
    }
    if (ends.back() > 0xFFFFFFFFULL)
        return fail(Error(ErrorCode::NotRepresentable, "more sparse weights than row pointers can count")
                        .wanted("at most 4 294 967 295")
                        .got(std::to_string(ends.back()))
                        .fix("keep fewer"));
    std::vector<std::uint32_t> kept(ends.back());
    std::vector<float> values(ends.back());
    QS_TRY(forTiles(rows, tileRows(rows), context, [&](const FitInput& tile, Index row0) -> Status {
        for (Index r = 0; r < tile.weights.rows; ++r) {
            const auto row = tile.weights.row(r);
            std::size_t at = ends[static_cast<std::size_t>(row0 + r)];
            for (std::size_t c = 0; c < row.size(); ++c) {
                if (!marked.has(static_cast<std::uint64_t>((row0 + r) * cols) + c)) continue;
                kept[at] = static_cast<std::uint32_t>(c);
                values[at++] = roundFinite(type, static_cast<double>(row[c]));
            }
        }
        return {};
    }));
    const std::vector<std::uint32_t> rowPtr(ends.begin(), ends.end());
    out.add("residual.row_ptr", DType::U32, {rows.rows() + 1}, std::span<const std::uint32_t>(rowPtr));
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

void takeRows(const ArrayStore& arrays, Index row0, Index cols, std::span<float> rows, std::span<std::uint8_t> removed)
{
    const auto rowPtr = arrays.find("residual.row_ptr")->as<std::uint32_t>();
    const Array& columns = *arrays.find("residual.cols");
    const std::size_t count = rows.size() / static_cast<std::size_t>(std::max<Index>(1, cols));
    for (std::size_t r = 0; r < count; ++r) {
        const std::size_t row = static_cast<std::size_t>(row0) + r;
        for (std::size_t i = rowPtr[row]; i < rowPtr[row + 1]; ++i) {
            const std::size_t at = r * static_cast<std::size_t>(cols) + column(columns, i);
            rows[at] = 0;
            removed[at] = 1;
        }
    }
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
