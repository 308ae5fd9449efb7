// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/input_rows.h"

#include "core/exec/parallel_for.h"

#include <algorithm>

namespace qs::quant {
namespace {

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

Status worstOf(std::vector<Status>& states)
{
    const auto hasBadWeight = [](const Status& s) { return !s && s.error().code == ErrorCode::NonFinite; };
    const auto failed = [](const Status& s) { return !s; };
    auto worst = std::find_if(states.begin(), states.end(), hasBadWeight);
    if (worst == states.end()) worst = std::find_if(states.begin(), states.end(), failed);
    return worst == states.end() ? Status{} : std::move(*worst);
}

void clampTo(const FitLimits& limits, Index rows, Index cols, std::span<float> weights)
{
    const std::size_t runs = limits.begins.size();
    for (Index r = 0; r < rows; ++r) {
        const auto row = weights.subspan(at(r * cols), at(cols));
        for (std::size_t k = 0; k < runs; ++k) {
            const std::size_t place = at(r) * runs + k;
            const auto end = k + 1 < runs ? at(limits.begins[k + 1]) : row.size();
            for (auto c = at(limits.begins[k]); c < end; ++c) row[c] = std::clamp(row[c], limits.lo[place], limits.hi[place]);
        }
    }
}

} // namespace

FitLimits limitsOf(const FitLimits& all, Index row0, Index count)
{
    const auto runs = static_cast<std::ptrdiff_t>(all.begins.size());
    const auto part = [&](const std::vector<float>& v) {
        return std::vector<float>(v.begin() + row0 * runs, v.begin() + (row0 + count) * runs);
    };
    return {all.begins, part(all.lo), part(all.hi)};
}

Result<FitInput> MatrixInput::read(Index row0, Index count, TileBuffer& buffer) const
{
    FitInput tile = m_input;
    const std::size_t from = at(row0 * cols());
    const std::size_t size = at(count * cols());
    tile.weights = {m_input.weights.data.subspan(from, size), count, cols()};
    if (!m_input.removed.empty()) tile.removed = m_input.removed.subspan(from, size);
    if (!m_input.fisher.empty()) tile.fisher = m_input.fisher.subspan(from, size);
    if (m_input.limits && count < rows()) {
        buffer.limits = limitsOf(*m_input.limits, row0, count);
        tile.limits = &buffer.limits;
    }
    return tile;
}

Result<FitInput> ChangedRows::read(Index row0, Index count, TileBuffer& buffer) const
{
    QS_ASSIGN(FitInput tile, m_base.read(row0, count, buffer));
    tile.calibration = m_calibration;
    const std::size_t size = tile.weights.data.size();
    // Where the tile lies in the buffer already it is changed in place.
    const bool isOwn = buffer.data && tile.weights.data.data() == buffer.data.get();
    const std::span<float> weights = isOwn ? std::span<float>(buffer.data.get(), size) : buffer.weights(size);
    if (!isOwn) std::copy(tile.weights.data.begin(), tile.weights.data.end(), weights.begin());
    tile.weights.data = weights;
    QS_TRY(m_change(row0, tile, weights));
    return tile;
}

ChangedRows withinLimits(const InputRows& rows)
{
    return {rows, [](Index, FitInput& tile, std::span<float> weights) -> Status {
                if (tile.limits && !tile.limits->empty()) clampTo(*tile.limits, tile.weights.rows, tile.weights.cols, weights);
                tile.limits = nullptr;
                return {};
            }};
}

bool hasLimits(const InputRows& rows)
{
    TileBuffer buffer;
    const auto first = rows.read(0, std::min<Index>(1, rows.rows()), buffer);
    return first && first->limits && !first->limits->empty();
}

Matrix withinLimits(const FitInput& input)
{
    Matrix out(input.weights.rows, input.weights.cols);
    std::copy(input.weights.data.begin(), input.weights.data.end(), out.data().begin());
    clampTo(*input.limits, out.rows(), out.cols(), out.data());
    return out;
}

Index tileRows(const InputRows& rows, Index unit)
{
    return std::max<Index>(1, rows.tileWeights() / std::max<Index>(1, rows.cols() * unit)) * unit;
}

Status forTiles(const InputRows& rows, Index height, const Context& context,
                const std::function<Status(const FitInput& tile, Index row0)>& body)
{
    std::vector<Status> states(at((rows.rows() + height - 1) / height));
    const bool done = parallelFor(context, rows.rows(), height, [&](Index b, Index e) {
        TileBuffer buffer;
        states[at(b / height)] = [&]() -> Status {
            QS_ASSIGN(const FitInput tile, rows.read(b, e - b, buffer));
            return body(tile, b);
        }();
    });
    if (!done || context.stopped()) return cancelled();
    return worstOf(states);
}

Status forChunks(const InputRows& rows, Index chunkRows, const Context& context,
                 const std::function<Status(std::size_t chunk, const FitInput& tile, Index row0)>& body)
{
    std::vector<Status> states(at((rows.rows() + chunkRows - 1) / chunkRows));
    const Index height = tileRows(rows);
    const bool done = parallelFor(context, rows.rows(), chunkRows, [&](Index b, Index e) {
        TileBuffer buffer;
        const auto chunk = at(b / chunkRows);
        for (; b < e && states[chunk] && !context.stopped(); b += height)
            states[chunk] = [&]() -> Status {
                QS_ASSIGN(const FitInput tile, rows.read(b, std::min(height, e - b), buffer));
                return body(chunk, tile, b);
            }();
    });
    if (!done || context.stopped()) return cancelled();
    return worstOf(states);
}

Result<std::unique_ptr<FittedGrid>> fitWhole(const Grid& grid, const InputRows& rows, const Context& context)
{
    TileBuffer buffer;
    QS_ASSIGN(const FitInput all, rows.read(0, rows.rows(), buffer));
    return grid.fit(all, context);
}

Result<std::unique_ptr<FittedGrid>> Grid::fitRows(const InputRows& rows, const Context& context) const
{
    return fitWhole(*this, rows, context);
}

void FirstError::take(Status state)
{
    if (state) return;
    const std::scoped_lock lock(m_mutex);
    if (m_first) m_first = std::move(state);
}

Status FirstError::state() const
{
    const std::scoped_lock lock(m_mutex);
    return m_first;
}

void GroupReader::endAt(Index lastGroup)
{
    m_layout.forEachRun(lastGroup, [&](Index row, Index, Index) { m_end = std::max(m_end, row + 1); });
}

Status GroupReader::fetch(Index row)
{
    const Index end = m_end > row ? m_end : m_rows.rows();
    const Index count = std::min(end - row, tileRows(m_rows));
    m_tile = {};
    QS_ASSIGN(m_tile, m_rows.read(row, count, m_buffer));
    m_row0 = row;
    return {};
}

} // namespace qs::quant
