// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/selection/selection.h"

#include <algorithm>

namespace qs::gui {
namespace {

// Results of one recipe, or of one other checkpoint.
bool sameOrigin(const study::CellResult& a, const study::CellResult& b)
{
    if (a.foreign || b.foreign) return a.key() == b.key();
    return a.recipe == b.recipe;
}

} // namespace

Selection::Selection(Workspace& workspace, QObject* parent) : QObject(parent), m_workspace(workspace)
{
    connect(&workspace, &Workspace::resultsChanged, this, &Selection::workspaceResultsChanged);
    connect(&workspace, &Workspace::pinsChanged, this, &Selection::resultsChanged); // their order has changed
    connect(&workspace, &Workspace::checkpointReloaded, this, &Selection::reloaded);
    connect(&workspace, &Workspace::checkpointsChanged, this, [this] {
        if (m_now.tensor.valid() && !checkpoint()) {
            m_history.clear();
            m_at = 0;
            go({}, false);
        }
    });
}

const io::TensorInfo* Selection::tensorInfo() const
{
    const Checkpoint* c = checkpoint();
    if (!c || m_now.tensor.tensor < 0 || m_now.tensor.tensor >= static_cast<std::ptrdiff_t>(c->source->tensors.size()))
        return nullptr;
    return &c->source->tensors[static_cast<std::size_t>(m_now.tensor.tensor)];
}

void Selection::setTensor(TensorRef tensor)
{
    if (tensor == m_now.tensor) return;
    State next{tensor, nullptr, nullptr, std::nullopt};
    // Keep the recipes under A and B, where the new tensor has results of them.
    if (const Checkpoint* c = m_workspace.checkpoint(tensor.checkpoint);
        c && tensor.valid() && tensor.tensor < static_cast<std::ptrdiff_t>(c->source->tensors.size())) {
        const auto results = m_workspace.resultsOf(*c->source, c->source->tensors[static_cast<std::size_t>(tensor.tensor)].name);
        const auto match = [&](const ResultPtr& old) -> ResultPtr {
            if (!old) return nullptr;
            for (const auto& r : results)
                if (sameOrigin(*r, *old)) return r;
            return nullptr;
        };
        next.a = match(m_now.a);
        next.b = match(m_now.b);
        if (!next.a && !results.empty()) next.a = results.front();
        if (!next.b)
            for (const auto& r : results)
                if (r != next.a) {
                    next.b = r;
                    break;
                }
    }
    go(next, true);
}

void Selection::setA(ResultPtr result)
{
    State next = m_now;
    if (result && result == next.b) next.b = next.a;
    next.a = std::move(result);
    go(next, true);
}

void Selection::setB(ResultPtr result)
{
    State next = m_now;
    if (result && result == next.a) next.a = next.b;
    next.b = std::move(result);
    go(next, true);
}

void Selection::swapAB() { go({m_now.tensor, m_now.b, m_now.a, m_now.region}, true); }

std::vector<ResultPtr> Selection::shown() const
{
    std::vector<ResultPtr> out;
    if (m_now.a) out.push_back(m_now.a);
    if (m_now.b) out.push_back(m_now.b);
    for (const auto& r : pinnedResults())
        if (std::find(out.begin(), out.end(), r) == out.end()) out.push_back(r);
    if (const auto* info = tensorInfo())
        for (const auto& r : m_workspace.resultsOf(*checkpoint()->source, info->name))
            if (std::find(out.begin(), out.end(), r) == out.end()) out.push_back(r);
    return out;
}

bool Selection::isPinned(const ResultPtr& result) const
{
    const auto& pins = m_workspace.pinned();
    return result && std::any_of(pins.begin(), pins.end(), [&](const ResultPtr& p) { return sameOrigin(*p, *result); });
}

std::vector<ResultPtr> Selection::pinnedResults() const
{
    std::vector<ResultPtr> out;
    const auto* info = tensorInfo();
    if (!info || m_workspace.pinned().empty()) return out;
    for (const auto& r : m_workspace.resultsOf(*checkpoint()->source, info->name))
        if (isPinned(r)) out.push_back(r);
    return out;
}

void Selection::pinResult(const ResultPtr& result, bool on)
{
    if (!result || isPinned(result) == on) return;
    auto pins = m_workspace.pinned();
    if (on) pins.insert(result);
    else std::erase_if(pins, [&](const ResultPtr& p) { return sameOrigin(*p, *result); });
    m_workspace.setPinned(pins);
}

void Selection::showPlace(Index row0, Index row1, Index col0, Index col1)
{
    const auto* info = tensorInfo();
    if (!info || row1 <= row0 || col1 <= col0) return;
    const auto shape = io::matrixShape(*info);
    // A row is one element high: what lies around it makes it readable.
    const auto span = [](Index from, Index to, Index all) {
        const double size = std::min(static_cast<double>(all), std::max(32.0, static_cast<double>(to - from) * 1.5));
        const double start = std::clamp(static_cast<double>(from + to) / 2 - size / 2, 0.0, static_cast<double>(all) - size);
        return std::pair(start, size);
    };
    const auto [y, height] = span(row0, row1, shape.rows);
    const auto [x, width] = span(col0, col1, shape.cols);
    const bool all = width >= static_cast<double>(shape.cols) && height >= static_cast<double>(shape.rows);
    setRange(all ? QRectF() : QRectF(x, y, width, height));
    pinCell(Cell{row0, col0});
}

void Selection::hoverCell(std::optional<Cell> cell)
{
    if (m_pinned || cell == m_cell) return;
    m_cell = cell;
    emit cellChanged();
}

void Selection::pinCell(std::optional<Cell> cell)
{
    m_pinned = cell.has_value();
    m_cell = cell;
    emit cellChanged();
}

void Selection::setRange(const QRectF& range)
{
    if (range == m_range) return;
    m_range = range;
    emit rangeChanged();
}

void Selection::setBrush(std::optional<std::pair<double, double>> brush)
{
    if (brush == m_brush) return;
    m_brush = brush;
    emit brushChanged();
}

std::string Region::text() const
{
    return std::to_string(row0) + ":" + std::to_string(row1) + "," + std::to_string(col0) + ":" + std::to_string(col1);
}

void Selection::setRegion(std::optional<Region> region)
{
    State next = m_now;
    if (region) {
        const auto* info = tensorInfo();
        if (!info) return;
        const auto shape = io::matrixShape(*info);
        region->row0 = std::clamp<Index>(region->row0, 0, shape.rows);
        region->row1 = std::clamp<Index>(region->row1, region->row0, shape.rows);
        region->col0 = std::clamp<Index>(region->col0, 0, shape.cols);
        region->col1 = std::clamp<Index>(region->col1, region->col0, shape.cols);
        const bool all = region->row1 - region->row0 == shape.rows && region->col1 - region->col0 == shape.cols;
        if (region->elements() == 0 || all) region.reset();
    }
    next.region = std::move(region);
    go(next, true);
}

void Selection::reloaded(int checkpoint)
{
    if (!m_now.tensor.valid() || m_now.tensor.checkpoint != checkpoint) return;
    const Checkpoint* c = m_workspace.checkpoint(checkpoint);
    State next = m_now;
    next.tensor.tensor = c ? c->source->find(m_name) : -1;
    next.region.reset();
    if (!next.tensor.valid()) next = {};
    // Where tensors stand has changed: the way that led here names others now.
    m_history.clear();
    m_at = 0;
    m_now = {{-1, -1}, nullptr, nullptr, std::nullopt}; // nothing that was there: everything is told anew
    go(next, true);
}

void Selection::back()
{
    if (!canGoBack()) return;
    --m_at;
    go(m_history[m_at], false);
}

void Selection::forward()
{
    if (!canGoForward()) return;
    ++m_at;
    go(m_history[m_at], false);
}

void Selection::go(const State& state, bool remember)
{
    if (state == m_now) return;
    const bool tensor = !(state.tensor == m_now.tensor);
    const bool results = tensor || state.a != m_now.a || state.b != m_now.b;
    const bool region = tensor || state.region != m_now.region;
    m_now = state;
    if (const auto* info = tensorInfo()) m_name = info->name;
    if (remember) {
        if (!m_history.empty()) m_history.resize(m_at + 1);
        m_history.push_back(state);
        m_at = m_history.size() - 1;
    }
    if (tensor) {
        m_known.clear();
        m_cell.reset();
        m_pinned = false;
        m_range = {};
        m_brush.reset();
        emit tensorChanged();
        emit cellChanged();
        emit rangeChanged();
        emit brushChanged();
    }
    if (region) emit regionChanged();
    if (results) emit resultsChanged();
    emit historyChanged();
}

void Selection::workspaceResultsChanged()
{
    const auto* info = tensorInfo();
    if (!info) return;
    const auto results = m_workspace.resultsOf(*checkpoint()->source, info->name);
    // A run over a whole model changes other tensors' results hundreds of times a second: those are not ours.
    if (results == m_known) return;
    m_known = results;
    // Results are replaced by newer ones of the same recipe; vanished ones are let go.
    const auto fresh = [&](const ResultPtr& old) -> ResultPtr {
        if (!old) return nullptr;
        for (const auto& r : results)
            if (r == old) return r;
        for (const auto& r : results)
            if (sameOrigin(*r, *old)) return r;
        return nullptr;
    };
    m_now.a = fresh(m_now.a);
    m_now.b = fresh(m_now.b);
    for (const auto& r : results) {
        if (r == m_now.a || r == m_now.b) continue;
        if (!m_now.a) m_now.a = r;
        else if (!m_now.b) m_now.b = r;
    }
    emit resultsChanged();
}

} // namespace qs::gui
