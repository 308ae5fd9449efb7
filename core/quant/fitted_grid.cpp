// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/fitted_grid.h"

#include "core/base/format.h"
#include "core/blocks/bit_stream.h"

namespace qs::quant {

std::string FittedGrid::describe(Index group) const
{
    std::string out;
    for (const GroupMap& m : maps()) {
        if (m.shared || group >= static_cast<Index>(m.values.size())) continue;
        out += (out.empty() ? "" : "  ") + m.name + " " + formatNumber(m.values[static_cast<std::size_t>(group)]);
    }
    return out;
}

void FittedGrid::quantizeColumn(Index row0, Index col, std::span<const float> w, std::span<std::uint8_t> codes,
                                std::span<float> values) const
{
    for (std::size_t r = 0; r < w.size(); ++r) {
        nearest(row0 + static_cast<Index>(r), col, w.subspan(r, 1), codes.subspan(r, 1));
        decode(row0 + static_cast<Index>(r), col, codes.subspan(r, 1), values.subspan(r, 1));
    }
}

void FittedGrid::store(const Codes& codes, ArrayStore& out) const
{
    const std::uint64_t rowBytes = blocks::packedRowBytes(static_cast<std::uint64_t>(cols()), bits());
    Array a{"codes", DType::I32, {rows(), static_cast<Index>(rowBytes / 4)}, {}};
    a.bytes.resize(rowBytes * static_cast<std::uint64_t>(rows()));
    for (Index r = 0; r < rows(); ++r)
        blocks::packRow(codes.row(r), bits(), std::span(a.bytes).subspan(static_cast<std::size_t>(r) * rowBytes, rowBytes));
    out.add(std::move(a));
    storeParameters(out);
}

Status FittedGrid::checkCodes(const ArrayStore& arrays) const
{
    const std::uint64_t rowBytes = blocks::packedRowBytes(static_cast<std::uint64_t>(cols()), bits());
    QS_TRY(arrays.get("codes", DType::I32, {rows(), static_cast<Index>(rowBytes / 4)}));
    return {};
}

void FittedGrid::codesOfRow(const ArrayStore& arrays, Index row, std::span<std::uint8_t> codes) const
{
    const std::uint64_t rowBytes = blocks::packedRowBytes(static_cast<std::uint64_t>(cols()), bits());
    const Array* a = arrays.find("codes");
    blocks::unpackRow(std::span(a->bytes).subspan(static_cast<std::size_t>(row) * rowBytes, rowBytes), bits(), codes);
}

} // namespace qs::quant
