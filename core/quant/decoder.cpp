// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/decoder.h"

#include "core/exec/parallel_for.h"
#include "core/exec/thread_guard.h"
#include "core/quant/permuted_grid.h"

#include <algorithm>

namespace qs::quant {

Result<std::shared_ptr<const Decoder>> Decoder::make(std::shared_ptr<const QuantizedTensor> artefact,
                                                     const Registry& registry)
{
    noteWork("checking an artefact");
    const Recipe& recipe = artefact->recipe;
    const PartInfo* grid = registry.part(PartKind::Grid, recipe.grid.name);
    if (!grid)
        return fail(Error(ErrorCode::Malformed, "no grid of this name").ofTensor(artefact->name).got(recipe.grid.name));
    std::shared_ptr<Decoder> d(new Decoder);
    const auto named = [&](Error e) { return fail(std::move(e).ofTensor(artefact->name)); };
    auto maker = grid->makeGrid(recipe.grid.values);
    if (!maker) return named(std::move(maker.error()));
    d->m_maker = std::move(*maker);
    if (auto ok = d->m_maker->accepts(artefact->rows, artefact->cols); !ok) return named(std::move(ok.error()));
    auto fitted = d->m_maker->load(artefact->arrays, artefact->rows, artefact->cols);
    if (!fitted) return named(std::move(fitted.error()));
    auto placed = PermutedGrid::wrap(std::move(*fitted), artefact->arrays,
                                     d->m_maker->columnsMayMove()
                                         ? d->m_maker->independentColumns(artefact->rows, artefact->cols)
                                         : 0);
    if (!placed) return named(std::move(placed.error()));
    d->m_grid = std::move(*placed);
    if (auto ok = d->m_grid->checkCodes(artefact->arrays); !ok) return named(std::move(ok.error()));
    if (recipe.transform.name != "none") {
        const PartInfo* info = registry.part(PartKind::Transform, recipe.transform.name);
        if (!info) return named(Error(ErrorCode::Malformed, "no transform of this name").got(recipe.transform.name));
        auto made = info->makeTransform(recipe.transform.values);
        if (!made) return named(std::move(made.error()));
        d->m_transform = std::move(*made);
        if (auto ok = d->m_transform->accepts(artefact->rows, artefact->cols); !ok) return named(std::move(ok.error()));
        if (auto ok = d->m_transform->check(artefact->arrays, artefact->rows, artefact->cols); !ok)
            return named(std::move(ok.error()));
    }
    if (recipe.residual.name != "none") {
        const PartInfo* info = registry.part(PartKind::Residual, recipe.residual.name);
        if (!info) return named(Error(ErrorCode::Malformed, "no residual of this name").got(recipe.residual.name));
        auto made = info->makeResidual(recipe.residual.values);
        if (!made) return named(std::move(made.error()));
        d->m_residual = std::move(*made);
        if (auto ok = d->m_residual->check(artefact->arrays, artefact->rows, artefact->cols); !ok)
            return named(std::move(ok.error()));
    }
    d->m_artefact = std::move(artefact);
    return std::shared_ptr<const Decoder>(d);
}

void Decoder::codesRow(Index row, std::span<std::uint8_t> codes) const
{
    m_grid->codesOfRow(m_artefact->arrays, row, codes);
}

void Decoder::decodeRow(Index row, std::span<float> out) const
{
    thread_local std::vector<std::uint8_t> codes;
    codes.resize(out.size());
    codesRow(row, codes);
    m_grid->decode(row, 0, codes, out);
    if (m_transform) m_transform->undoRow(m_artefact->arrays, out);
    if (m_residual) m_residual->applyRow(m_artefact->arrays, row, out);
}

ElementInfo Decoder::element(Index row, Index col) const
{
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(cols()));
    std::vector<float> values(codes.size());
    codesRow(row, codes);
    ElementInfo info;
    const auto c = static_cast<std::size_t>(col);
    info.code = codes[c];
    info.group = m_grid->groupOf(row, col);
    m_grid->decode(row, col, std::span(codes).subspan(c, 1), {&info.level, 1});
    decodeRow(row, values);
    info.decoded = values[c];
    info.parameters = m_grid->describe(info.group);
    return info;
}

Result<Matrix> Decoder::decodeAll(const Context& context) const
{
    Matrix out(rows(), cols());
    const Index grain = std::max<Index>(1, (Index(1) << 16) / std::max<Index>(1, cols()));
    const bool done = parallelFor(context, rows(), grain, [&](Index b, Index e) {
        for (Index r = b; r < e; ++r) decodeRow(r, out.row(r));
    });
    if (!done) return cancelled();
    return out;
}

std::vector<std::uint64_t> Decoder::codeUsage(const Context& context) const
{
    const std::size_t levels = std::size_t(1) << m_grid->bits();
    const Index grain = std::max<Index>(1, (Index(1) << 16) / std::max<Index>(1, cols()));
    return reduceOrdered(
        context, rows(), grain, std::vector<std::uint64_t>(levels),
        [&](Index b, Index e) {
            std::vector<std::uint64_t> counts(levels);
            std::vector<std::uint8_t> codes(static_cast<std::size_t>(cols()));
            for (Index r = b; r < e; ++r) {
                codesRow(r, codes);
                for (const auto c : codes) ++counts[c];
            }
            return counts;
        },
        [](std::vector<std::uint64_t>& total, const std::vector<std::uint64_t>& part) {
            for (std::size_t i = 0; i < total.size(); ++i) total[i] += part[i];
        });
}

std::vector<std::uint64_t> Decoder::codeUsageOfGroup(Index group) const
{
    std::vector<std::uint64_t> counts(std::size_t(1) << m_grid->bits());
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(cols()));
    for (Index r = 0; r < rows(); ++r) {
        bool read = false;
        for (Index c = 0; c < cols(); ++c) {
            if (m_grid->groupOf(r, c) != group) continue;
            if (!read) {
                codesRow(r, codes);
                read = true;
            }
            ++counts[codes[static_cast<std::size_t>(c)]];
        }
    }
    return counts;
}

} // namespace qs::quant
