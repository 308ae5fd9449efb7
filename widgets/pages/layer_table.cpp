// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/layer_table.h"

#include "widgets/delegates/table_style.h"
#include "widgets/models/layer_recipe_model.h"
#include "widgets/models/model_roles.h"
#include "widgets/pages/frozen_table.h"
#include "widgets/plots/segment_bar.h"

#include <QApplication>
#include <QCursor>
#include <QHeaderView>
#include <QMenu>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

namespace qs::gui {

LayerTable::LayerTable(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_model(new LayerRecipeModel(services.workspace, services.selection, services.theme, this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 0, 0);
    layout->setSpacing(4);
    m_figures = new SegmentBar(tr("figure"), {{tr("rel. MSE ↓"), tr("relative mean squared error, lower is better")},
                                              {tr("SQNR ↑"), tr("signal to quantization noise in decibels, higher is better")},
                                              {tr("bpw"), tr("stored bits per weight")},
                                              {tr("output error ↓"), tr("relative error of the layer's output on the calibration text, lower is better")}}, this);
    layout->addWidget(m_figures);
    m_table = new FrozenTable(this);
    m_table->setObjectName(QStringLiteral("layerTable"));
    m_table->setAccessibleName(tr("Layers and recipes"));
    m_table->setModel(m_model);
    for (QTableView* view : {static_cast<QTableView*>(m_table), m_table->names()}) {
        styleTable(view, services.theme);
        view->setSelectionMode(QAbstractItemView::SingleSelection);
    }
    m_table->names()->setAccessibleName(tr("tensor"));
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->verticalHeader()->setMinimumSectionSize(16);
    m_table->horizontalHeader()->setDefaultSectionSize(fontMetrics().horizontalAdvance(QLatin1Char('0')) * 20);
    m_table->setMinimumHeight(60);
    layout->addWidget(m_table, 1);
    connect(m_figures, &SegmentBar::chosen, this, [this](int i) { m_model->setFigure(static_cast<LayerRecipeModel::Figure>(i)); });
    const auto choose = [this](const QModelIndex& index) {
        open(index, (QApplication::keyboardModifiers() & (Qt::ShiftModifier | Qt::ControlModifier)) != 0);
    };
    // The error of outputs is there once a calibration file is open.
    const auto outputs = [this] {
        const auto& results = m_services.workspace.results();
        const bool any = std::any_of(results.begin(), results.end(), [](const ResultPtr& r) { return r->error.hasOutput(); });
        m_figures->setChoiceShown(LayerRecipeModel::Output, any);
        if (any || m_model->figure() != LayerRecipeModel::Output) return;
        m_figures->setCurrent(LayerRecipeModel::RelativeMse);
        m_model->setFigure(LayerRecipeModel::RelativeMse);
    };
    connect(&services.workspace, &Workspace::resultsChanged, this, outputs);
    outputs();
    connect(m_table, &QTableView::clicked, this, choose);
    connect(m_table, &QTableView::activated, this, choose);
    connect(m_table->names(), &QTableView::clicked, this, choose);
    connect(m_table, &QTableView::customContextMenuRequested, this, &LayerTable::menuAt);
    connect(&services.selection, &Selection::resultsChanged, this, &LayerTable::follow);
    connect(m_model, &QAbstractItemModel::modelReset, this, &LayerTable::follow);
}

QTableView* LayerTable::table() const { return m_table; }

void LayerTable::open(const QModelIndex& index, bool b)
{
    const auto tensor = m_model->tensorOf(index.row());
    if (tensor < 0) return;
    const ResultPtr r = m_model->result(index);
    m_services.selection.setTensor({m_model->checkpoint(), tensor});
    if (!r) return;
    if (b) m_services.selection.setB(r);
    else m_services.selection.setA(r);
}

// The current cell is A's.
void LayerTable::follow()
{
    const TensorRef t = m_services.selection.tensor();
    if (t.checkpoint != m_model->checkpoint()) return;
    const int row = m_model->rowOf(t.tensor);
    if (row < 0) return;
    int column = 0;
    for (int c = 1; c < m_model->columnCount(); ++c)
        if (const auto r = m_model->result(m_model->index(row, c)); r && r == m_services.selection.a()) column = c;
    const QModelIndex at = m_model->index(row, column);
    m_table->selectionModel()->setCurrentIndex(at, QItemSelectionModel::ClearAndSelect);
    m_table->scrollTo(at);
}

bool LayerTable::assignHovered(bool b)
{
    if (!m_table->isVisible() || !m_table->viewport()->underMouse()) return false;
    const QModelIndex at = m_table->indexAt(m_table->viewport()->mapFromGlobal(QCursor::pos()));
    if (!m_model->result(at)) return false;
    open(at, b);
    return true;
}

void LayerTable::menuAt(const QPoint& position)
{
    const QModelIndex at = m_table->indexAt(position);
    if (!at.isValid()) return;
    const ResultPtr r = m_model->result(at);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QPersistentModelIndex index(at);
    menu->addAction(tr("Open the tensor"), this, [this, index] { open(index.sibling(index.row(), 0), false); });
    menu->addAction(tr("Result as A"), this, [this, index] { open(index, false); })->setEnabled(r != nullptr);
    menu->addAction(tr("Result as B"), this, [this, index] { open(index, true); })->setEnabled(r != nullptr);
    auto* pin = menu->addAction(tr("Pinned"), this, [this, r](bool on) { m_services.selection.pinResult(r, on); });
    pin->setCheckable(true);
    pin->setChecked(m_services.selection.isPinned(r));
    pin->setEnabled(r != nullptr);
    menu->addSeparator();
    Workspace& w = m_services.workspace;
    const LayerKey layer = m_model->layerOf(at.row());
    const std::string key = m_model->keyOf(at.column());
    auto* chosen = menu->addAction(tr("Part of the mixture"), this, [&w, layer, key](bool on) { w.choose(layer, on ? key : std::string()); });
    chosen->setCheckable(true);
    chosen->setChecked(at.data(ChosenRole).toInt() > 0 && w.mixture().contains(layer) && w.mixture().at(layer) == key);
    chosen->setEnabled(r != nullptr);
    auto* fixed = menu->addAction(tr("Pinned for the budget"), this, [&w, layer, key](bool on) {
        auto pins = w.budgetPins();
        if (on) pins[layer] = key;
        else pins.erase(layer);
        w.setBudgetPins(std::move(pins));
    });
    fixed->setCheckable(true);
    fixed->setChecked(at.data(ChosenRole).toInt() == 2);
    fixed->setEnabled(r && !r->foreign);
    menu->popup(m_table->viewport()->mapToGlobal(position));
}

} // namespace qs::gui
