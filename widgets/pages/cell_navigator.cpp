// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/cell_navigator.h"

#include "core/base/format.h"
#include "widgets/models/result_explanation.h"

#include <QMenu>

namespace qs::gui {

CellNavigator::CellNavigator(const Services& services, LivePlot* table, QObject* parent)
    : QObject(parent), m_services(services), m_table(table)
{
    PlotView* view = table->view();
    view->setToolTip(tr("Click: open the tensor, its result is A · Shift or Ctrl and click: B · right click: menu"));
    connect(view, &PlotView::clicked, this, [this, view](double x, double y, int grid, Qt::KeyboardModifiers modifiers) {
        if (const auto cell = view->cellAt(x, y, grid)) open(*cell, (modifiers & (Qt::ShiftModifier | Qt::ControlModifier)) != 0);
    });
    connect(view, &PlotView::hovered, this, [this, view](double x, double y, int grid) { m_hovered = view->cellAt(x, y, grid); });
    connect(view, &PlotView::left, this, [this] { m_hovered.reset(); });
    connect(view, &PlotView::menuAsked, this, [this, view](double x, double y, int grid, QPoint global) {
        const auto cell = view->cellAt(x, y, grid);
        const Checkpoint* c = checkpoint();
        if (!cell || !c) return;
        auto* menu = new QMenu(view);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->setObjectName(QStringLiteral("cellMenu"));
        const ResultPtr r = resultOf(*cell);
        menu->addSection(QString::fromStdString(escapeText(c->source->tensors[static_cast<std::size_t>(cell->tensor)].name)));
        menu->addAction(tr("Open the tensor"), this, [this, cell] { open({cell->tensor, 0}, false); });
        menu->addAction(tr("Result as A"), this, [this, cell] { open(*cell, false); })->setEnabled(r != nullptr);
        menu->addAction(tr("Result as B"), this, [this, cell] { open(*cell, true); })->setEnabled(r != nullptr);
        auto* pin = menu->addAction(tr("Pinned"), this, [this, r](bool on) { m_services.selection.pinResult(r, on); });
        pin->setCheckable(true);
        pin->setChecked(m_services.selection.isPinned(r));
        pin->setEnabled(r != nullptr);
        menu->popup(global);
    });
    view->setDetails([this](const PlotView::TableCell& cell) { return details(cell); });
    connect(&services.selection, &Selection::tensorChanged, this, &CellNavigator::follow);
    connect(table, &LivePlot::dataChanged, this, &CellNavigator::follow);
}

const Checkpoint* CellNavigator::checkpoint() const
{
    if (const Checkpoint* c = m_services.selection.checkpoint()) return c;
    return m_services.workspace.checkpoints().empty() ? nullptr : &m_services.workspace.checkpoints().front();
}

ResultPtr CellNavigator::resultOf(const PlotView::TableCell& cell) const
{
    const Checkpoint* c = checkpoint();
    if (!c || cell.slot <= 0 || cell.tensor < 0 || cell.tensor >= static_cast<std::int64_t>(c->source->tensors.size())) return nullptr;
    for (const auto& r : m_services.workspace.resultsOf(*c->source, c->source->tensors[static_cast<std::size_t>(cell.tensor)].name))
        if (m_services.workspace.slotOf(*r) == cell.slot) return r;
    return nullptr;
}

// The tensor behind a cell, and what went into its figure.
QStringList CellNavigator::details(const PlotView::TableCell& cell) const
{
    const Checkpoint* c = checkpoint();
    if (!c || cell.tensor < 0 || cell.tensor >= static_cast<std::int64_t>(c->source->tensors.size())) return {};
    const auto& info = c->source->tensors[static_cast<std::size_t>(cell.tensor)];
    QStringList out{tr("%1 of %2, %3 elements").arg(QString::fromStdString(escapeText(info.name)), QString::fromStdString(escapeText(c->source->path.string())),
                                                   QString::fromStdString(formatCount(info.shape.elements())))};
    const ResultPtr r = resultOf(cell);
    const auto data = m_table->view()->data();
    const auto figure = data ? figureNamed(data->figure) : std::nullopt;
    if (r && figure) out << QString::fromStdString(r->label()) + QStringLiteral(":") << figureInputs(*r, *figure);
    return out;
}

void CellNavigator::open(const PlotView::TableCell& cell, bool b)
{
    const Checkpoint* c = checkpoint();
    if (!c || cell.tensor >= static_cast<std::int64_t>(c->source->tensors.size())) return;
    const ResultPtr r = resultOf(cell);
    m_services.selection.setTensor({c->id, static_cast<std::ptrdiff_t>(cell.tensor)});
    if (!r) return;
    if (b) m_services.selection.setB(r);
    else m_services.selection.setA(r);
}

bool CellNavigator::assignHovered(bool b)
{
    if (!m_hovered || !m_table->view()->underMouse() || !resultOf(*m_hovered)) return false;
    open(PlotView::TableCell(*m_hovered), b);
    return true;
}

void CellNavigator::follow()
{
    const Checkpoint* c = checkpoint();
    const TensorRef t = m_services.selection.tensor();
    m_table->view()->markTensor(c && c->id == t.checkpoint ? t.tensor : -1);
}

} // namespace qs::gui
