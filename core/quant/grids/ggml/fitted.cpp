// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grids/ggml/fitted.h"

#include "core/base/format.h"
#include "core/exec/parallel_for.h"

#include <algorithm>
#include <cmath>

namespace qs::quant::ggml {
namespace {

constexpr Index kBlocksPerChunk = 256;

} // namespace

FittedBlocks::FittedBlocks(const blocks::GgmlForm& form, Index rows, Index cols, std::vector<std::byte> blocks,
                           const Kernels& kernels, const Context& context)
    : m_form(form), m_rows(rows), m_cols(cols), m_blocks(std::move(blocks)), m_kernels(&kernels)
{
    const DTypeTraits& t = traits(form.type);
    const std::size_t subs = t.blockElements / static_cast<std::size_t>(form.subElements);
    const std::size_t count = m_blocks.size() / t.blockBytes;
    m_scale.resize(count * subs);
    if (form.hasOffset) m_offset.resize(count * subs);
    // No stop here: a half-filled grid must not exist. The loop is a small part of a fit.
    Context whole = context;
    whole.stop = {};
    parallelFor(whole, static_cast<Index>(count), kBlocksPerChunk, [&](Index begin, Index end) {
        float unused[16];
        for (auto b = static_cast<std::size_t>(begin); b < static_cast<std::size_t>(end); ++b)
            blocks::ggmlScales(form.type, m_blocks.data() + b * t.blockBytes, m_scale.data() + b * subs,
                               form.hasOffset ? m_offset.data() + b * subs : unused);
    });
    const auto isFinite = [](float v) { return std::isfinite(v); };
    m_finite = std::all_of(m_scale.begin(), m_scale.end(), isFinite)
        && std::all_of(m_offset.begin(), m_offset.end(), isFinite);
}

Index FittedBlocks::rowBytes() const
{
    const DTypeTraits& t = traits(m_form.type);
    return m_cols / t.blockElements * t.blockBytes;
}

float FittedBlocks::value(std::size_t group, std::uint8_t code) const
{
    const float v = static_cast<float>(m_form.levels[code]) * m_scale[group];
    return m_form.hasOffset ? v + m_offset[group] : v;
}

void FittedBlocks::nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const
{
    const Kind kind = kindOf(m_form.type);
    const Index sub = m_form.subElements;
    const auto run = [&](const float* x, Index group, Index subs, std::uint8_t* out) {
        const auto g = static_cast<std::size_t>(group);
        m_kernels->nearest(kind, x, m_scale.data() + g, m_form.hasOffset ? m_offset.data() + g : nullptr, subs, out);
    };
    const Index end = col0 + static_cast<Index>(w.size());
    for (Index c = col0; c < end;) {
        const Index within = c % sub;
        const Index whole = within == 0 ? (end - c) / sub : 0;
        const auto at = static_cast<std::size_t>(c - col0);
        if (whole > 0) {
            run(w.data() + at, groupOf(row, c), whole, codes.data() + at);
            c += whole * sub;
            continue;
        }
        // Part of a sub-block: the kernels take whole ones.
        const auto n = static_cast<std::size_t>(std::min(sub - within, end - c));
        float x[32] = {};
        std::uint8_t out[32];
        std::copy_n(w.data() + at, n, x);
        run(x, groupOf(row, c), 1, out);
        std::copy_n(out, n, codes.data() + at);
        c += static_cast<Index>(n);
    }
}

void FittedBlocks::decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const
{
    const auto sub = static_cast<std::size_t>(m_form.subElements);
    const auto begin = static_cast<std::size_t>(row * m_cols + col0);
    for (std::size_t i = 0; i < codes.size();) {
        const std::size_t group = (begin + i) / sub;
        const std::size_t stop = std::min(codes.size(), (group + 1) * sub - begin);
        for (; i < stop; ++i) out[i] = value(group, codes[i]);
    }
}

std::vector<float> FittedBlocks::levels(Index group) const
{
    std::vector<float> out(m_form.levels.size());
    for (std::size_t c = 0; c < out.size(); ++c)
        out[c] = value(static_cast<std::size_t>(group), static_cast<std::uint8_t>(c));
    return out;
}

std::vector<GroupMap> FittedBlocks::maps() const
{
    const Index perRow = m_cols / m_form.subElements;
    std::vector<GroupMap> out;
    const bool isSigned = std::any_of(m_scale.begin(), m_scale.end(), [](float v) { return v < 0; });
    out.push_back({"scale", "weight units", m_rows, perRow, m_scale, false, isSigned});
    if (m_form.hasOffset) out.push_back({"min", "weight units", m_rows, perRow, m_offset, false, true});
    return out;
}

std::string FittedBlocks::describe(Index group) const
{
    const auto g = static_cast<std::size_t>(group);
    std::string out = "scale " + formatNumber(m_scale[g]);
    if (m_form.hasOffset) out += "  min " + formatNumber(m_offset[g]);
    return out;
}

void FittedBlocks::store(const Codes& codes, ArrayStore& out) const
{
    const DTypeTraits& t = traits(m_form.type);
    Array a{"grid.blocks", DType::U8, {m_rows, rowBytes()}, m_blocks};
    // Codes, like blocks, lie row after row, so block k has the codes from k·elements on.
    parallelFor(Context{}, static_cast<Index>(m_blocks.size() / t.blockBytes), kBlocksPerChunk, [&](Index b, Index e) {
        for (auto k = static_cast<std::size_t>(b); k < static_cast<std::size_t>(e); ++k)
            blocks::ggmlSetCodes(m_form.type, codes.data.data() + k * t.blockElements, a.bytes.data() + k * t.blockBytes);
    });
    out.add(std::move(a));
}

void FittedBlocks::storeParameters(ArrayStore&) const {} // blocks hold codes and scales together: store() writes both

void FittedBlocks::codesOfRow(const ArrayStore& arrays, Index row, std::span<std::uint8_t> codes) const
{
    const DTypeTraits& t = traits(m_form.type);
    const std::byte* in = arrays.find("grid.blocks")->bytes.data() + row * rowBytes();
    for (std::size_t k = 0; k < codes.size() / t.blockElements; ++k)
        blocks::ggmlCodes(m_form.type, in + k * t.blockBytes, codes.data() + k * t.blockElements);
}

Status FittedBlocks::checkCodes(const ArrayStore& arrays) const
{
    QS_TRY(arrays.get("grid.blocks", DType::U8, {m_rows, rowBytes()}));
    return {};
}

} // namespace qs::quant::ggml
