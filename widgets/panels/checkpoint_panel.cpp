// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/checkpoint_panel.h"

#include "widgets/common/explain.h"
#include "widgets/delegates/cell_delegate.h"
#include "widgets/models/model_roles.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScopedValueRollback>
#include <QSet>
#include <QShortcut>
#include <QTimer>
#include <QTreeView>
#include <QVBoxLayout>
#include <algorithm>
#include <set>

namespace qs::gui {

CheckpointPanel::CheckpointPanel(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_model(new CheckpointModel(services.workspace, this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);

    m_tree = new QTreeView(this);
    m_tree->setAccessibleName(tr("Checkpoints and tensors"));
    m_tree->setModel(m_model);
    auto* delegate = new CellDelegate(services.theme, m_tree);
    delegate->setRowPadding(2);
    m_tree->setItemDelegate(delegate);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(14);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->setHeaderHidden(true);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setTextElideMode(Qt::ElideMiddle);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setMinimumSectionSize(40);
    m_tree->header()->setSectionResizeMode(CheckpointModel::NameColumn, QHeaderView::Stretch);
    for (int c = CheckpointModel::ShapeColumn; c < CheckpointModel::ColumnCount; ++c)
        m_tree->header()->setSectionResizeMode(c, QHeaderView::ResizeToContents);
    for (int c = CheckpointModel::DTypeColumn; c < CheckpointModel::ColumnCount; ++c) m_tree->setColumnHidden(c, true);
    column->addWidget(m_tree, 1);

    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 4, 12, 8);
    row->setSpacing(8);
    m_filter = new QLineEdit(this);
    m_filter->setPlaceholderText(tr("filter, role:q_proj"));
    m_filter->setAccessibleName(tr("Filter of the tensors"));
    m_filter->setToolTip(tr("Words of a name, role or type; or selectors: globs (*.mlp.*), role:NAME, block:A-B, expert:N, tag:WORD, !exclude.\n"
                            "Enter picks everything shown, Esc clears."));
    m_filter->setClearButtonEnabled(true);
    m_count = new QLabel(this);
    m_count->setProperty("secondary", true);
    m_count->setAccessibleName(tr("Tensors shown of all"));
    m_count->setToolTip(explain(Figure::Filtered, {}, tr("tensors of the open checkpoints")));
    row->addWidget(m_filter, 1);
    row->addWidget(m_count);
    column->addLayout(row);

    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_model->setFilter(text.trimmed());
        expandForFilter();
    });
    connect(m_filter, &QLineEdit::returnPressed, this, &CheckpointPanel::pickShown);
    // On from what was found, without the mouse.
    connect(new QShortcut(Qt::Key_Down, m_filter, nullptr, nullptr, Qt::WidgetShortcut), &QShortcut::activated, this, [this] { m_tree->setFocus(Qt::TabFocusReason); });
    connect(m_model, &QAbstractItemModel::modelAboutToBeReset, this, [this] { m_keep = picked(); });
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        updateCount();
        std::vector<int> now;
        for (int i = 0; i < m_model->rowCount(); ++i) {
            const QModelIndex root = m_model->index(i, 0);
            now.push_back(m_model->checkpointId(root));
            m_tree->expand(root);
            if (std::find(m_known.begin(), m_known.end(), now.back()) != m_known.end()) continue;
            for (int c = 0; c < m_model->rowCount(root); ++c)
                if (const QModelIndex block = m_model->index(c, 0, root); m_model->kind(block) == CheckpointModel::Kind::Block) {
                    m_tree->expand(block);
                    break;
                }
        }
        m_known = now;
        if (m_keep.size() > 1) setPicked(m_keep);
        else followSelection();
    });
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& now) {
        if (m_following) return;
        if (const TensorRef t = m_model->tensor(now); t.valid()) {
            const QScopedValueRollback guard(m_following, true);
            m_services.selection.setTensor(t);
        }
    });
    connect(m_tree->selectionModel(), &QItemSelectionModel::selectionChanged, this, &CheckpointPanel::pickedChanged);
    connect(m_tree, &QTreeView::doubleClicked, this, [this](const QModelIndex& i) {
        if (m_model->tensor(i).valid()) emit runRequested();
    });
    connect(m_tree, &QTreeView::customContextMenuRequested, this, &CheckpointPanel::menuAt);
    connect(&services.selection, &Selection::tensorChanged, this, &CheckpointPanel::followSelection);
    updateCount();
}

std::vector<TensorRef> CheckpointPanel::picked() const
{
    std::vector<TensorRef> out;
    std::set<std::pair<int, std::ptrdiff_t>> seen;
    for (const QModelIndex& i : m_tree->selectionModel()->selectedRows())
        for (const TensorRef& t : m_model->tensorsUnder(i))
            if (seen.insert({t.checkpoint, t.tensor}).second) out.push_back(t);
    return out;
}

void CheckpointPanel::setPicked(const std::vector<TensorRef>& tensors)
{
    const QScopedValueRollback guard(m_following, true);
    QItemSelection selection;
    for (const TensorRef& t : tensors)
        if (const QModelIndex i = m_model->indexOf(t); i.isValid()) selection.select(i, i);
    m_tree->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    if (const QModelIndex now = m_model->indexOf(m_services.selection.tensor()); now.isValid())
        m_tree->selectionModel()->setCurrentIndex(now, QItemSelectionModel::NoUpdate);
}

void CheckpointPanel::pickShown()
{
    const auto shown = m_model->shown();
    if (shown.empty()) return;
    QItemSelection selection;
    // One range per parent keeps this quick for many tensors.
    for (const TensorRef& t : shown)
        if (const QModelIndex i = m_model->indexOf(t); i.isValid()) selection.append(QItemSelectionRange(i, i));
    m_tree->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_tree->setFocus();
}

void CheckpointPanel::step(int direction)
{
    const TensorRef next = m_model->neighbour(m_services.selection.tensor(), direction);
    if (next.valid()) m_services.selection.setTensor(next);
}

void CheckpointPanel::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void CheckpointPanel::followSelection()
{
    if (m_following) return;
    const QScopedValueRollback guard(m_following, true);
    const QModelIndex i = m_model->indexOf(m_services.selection.tensor());
    if (!i.isValid()) {
        m_tree->selectionModel()->clear();
        return;
    }
    m_tree->setCurrentIndex(i);
    m_tree->scrollTo(i);
}

// The tensor facts below grow with what is selected: its row must not be covered by that.
void CheckpointPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    QTimer::singleShot(0, this, [this] {
        if (const QModelIndex i = m_model->indexOf(m_services.selection.tensor()); i.isValid()) m_tree->scrollTo(i);
    });
}

void CheckpointPanel::expandForFilter()
{
    // A short list is opened; thousands of rows would bury what is sought.
    if (!m_model->filter().isEmpty() && m_model->shownTensors() <= 500) m_tree->expandAll();
    updateCount();
}

void CheckpointPanel::updateCount()
{
    m_count->setText(QStringLiteral("%1/%2").arg(m_model->shownTensors()).arg(m_model->allTensors()));
    const QString error = m_model->filterError();
    m_count->setToolTip(error.isEmpty() ? explain(Figure::Filtered, {}, tr("tensors of the open checkpoints")) : error);
    m_filter->setProperty("invalid", !error.isEmpty());
    m_filter->setAccessibleDescription(error);
    if (!error.isEmpty()) m_count->setText(tr("?"));
}

void CheckpointPanel::menuAt(const QPoint& position)
{
    const QModelIndex i = m_tree->indexAt(position);
    QMenu menu(this);
    if (i.isValid()) {
        const TensorRef t = m_model->tensor(i);
        menu.addAction(tr("Run the recipes on this"), this, &CheckpointPanel::runRequested);
        if (t.valid()) {
            const Checkpoint* c = m_services.workspace.checkpoint(t.checkpoint);
            const io::TensorInfo& info = c->source->tensors[static_cast<std::size_t>(t.tensor)];
            menu.addAction(tr("Copy name"), this, [name = QString::fromStdString(info.name)] { QApplication::clipboard()->setText(name); });
            const auto role = info.place.role;
            const auto name = io::roleName(role);
            const QString text = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
            if (role != io::Role::Other)
                menu.addAction(tr("Pick all %1").arg(text), this, [this, text] {
                    std::vector<TensorRef> all;
                    for (const auto& check : m_services.workspace.checkpoints()) {
                        const std::vector<std::string> globs{"role:" + text.toStdString()};
                        if (const auto list = io::selectTensors(*check.source, globs))
                            for (const std::size_t k : *list) all.push_back({check.id, static_cast<std::ptrdiff_t>(k)});
                    }
                    setPicked(all);
                    emit pickedChanged();
                });
        }
        menu.addSeparator();
        const int id = m_model->checkpointId(i);
        menu.addAction(tr("Reload"), this, [this, id] { emit reloadRequested(id); });
        menu.addAction(tr("Close checkpoint"), this, [this, id] { emit closeRequested(id); });
        menu.addSeparator();
    }
    QMenu* columns = menu.addMenu(tr("Columns"));
    for (int c = CheckpointModel::ShapeColumn; c < CheckpointModel::ColumnCount; ++c) {
        QAction* a = columns->addAction(m_model->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString());
        a->setCheckable(true);
        a->setChecked(!m_tree->isColumnHidden(c));
        connect(a, &QAction::toggled, this, [this, c](bool on) {
            m_tree->setColumnHidden(c, !on);
            int shown = 0;
            for (int k = 0; k < CheckpointModel::ColumnCount; ++k) shown += m_tree->isColumnHidden(k) ? 0 : 1;
            m_tree->setHeaderHidden(shown <= 2);
        });
    }
    menu.exec(m_tree->viewport()->mapToGlobal(position));
}

} // namespace qs::gui
