// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/layer_recipe_model.h"

#include "core/base/format.h"
#include "widgets/models/model_roles.h"
#include "widgets/models/result_explanation.h"
#include "widgets/models/tensor_label.h"

#include <QFont>
#include <QPainter>
#include <QPixmap>
#include <algorithm>
#include <cmath>
#include <map>

namespace qs::gui {

LayerRecipeModel::LayerRecipeModel(Workspace& workspace, Selection& selection, Theme& theme, QObject* parent)
    : QAbstractTableModel(parent), m_workspace(workspace), m_selection(selection), m_theme(theme)
{
    m_gather.setSingleShot(true);
    m_gather.setInterval(50);
    connect(&m_gather, &QTimer::timeout, this, &LayerRecipeModel::refresh);
    const auto later = [this] {
        if (!m_gather.isActive()) m_gather.start();
    };
    connect(&workspace, &Workspace::resultsChanged, this, later);
    connect(&workspace, &Workspace::checkpointsChanged, this, later);
    connect(&selection, &Selection::tensorChanged, this, [this, later] {
        if (m_selection.tensor().checkpoint != m_checkpoint) later();
    });
    connect(&theme, &Theme::changed, this, [this] {
        if (!m_rows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        emit headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
    });
    refresh();
}

double LayerRecipeModel::value(const study::CellResult& r) const
{
    return m_figure == Sqnr ? r.error.sqnrDb() : m_figure == Bits ? r.bitsPerWeight() : r.error.relativeMse();
}

void LayerRecipeModel::setFigure(Figure figure)
{
    if (figure == m_figure) return;
    m_figure = figure;
    refresh();
}

void LayerRecipeModel::refresh()
{
    m_gather.stop();
    const Checkpoint* c = m_selection.checkpoint();
    if (!c && !m_workspace.checkpoints().empty()) c = &m_workspace.checkpoints().front();
    std::vector<Column> columns;
    std::map<std::ptrdiff_t, Row> rows;
    if (c)
        for (const auto& r : m_workspace.results()) {
            if (r->source != c->source->path) continue;
            const auto tensor = c->source->find(r->tensor);
            if (tensor < 0) continue;
            const std::string key = r->key();
            auto column = std::find_if(columns.begin(), columns.end(), [&](const Column& x) { return x.key == key; });
            if (column == columns.end()) {
                columns.push_back({key, QString::fromStdString(r->label()), m_workspace.slotOf(*r)});
                column = columns.end() - 1;
            }
            const auto at = static_cast<std::size_t>(column - columns.begin());
            Row& row = rows[tensor];
            row.tensor = tensor;
            if (row.results.size() <= at) row.results.resize(at + 1);
            row.results[at] = r;
        }
    double low = HUGE_VAL;
    double high = -HUGE_VAL;
    const bool lower = m_figure != Sqnr;
    for (auto& [tensor, row] : rows) {
        row.results.resize(columns.size());
        row.label = placedLabel(c->source->tensors[static_cast<std::size_t>(tensor)].name, c->source->tensors[static_cast<std::size_t>(tensor)].place);
        int known = 0;
        for (std::size_t i = 0; i < row.results.size(); ++i) {
            if (!row.results[i]) continue;
            const double v = value(*row.results[i]);
            if (std::isnan(v)) continue;
            ++known;
            if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
            if (row.best < 0 || (lower ? v < value(*row.results[static_cast<std::size_t>(row.best)]) : v > value(*row.results[static_cast<std::size_t>(row.best)])))
                row.best = static_cast<int>(i);
        }
        if (known < 2) row.best = -1; // one alone is not the best of anything
    }
    beginResetModel();
    m_checkpoint = c ? c->id : 0;
    m_columns = std::move(columns);
    m_rows.clear();
    for (auto& [tensor, row] : rows) m_rows.push_back(std::move(row));
    m_low = low;
    m_high = high;
    endResetModel();
}

ResultPtr LayerRecipeModel::result(const QModelIndex& index) const
{
    if (!index.isValid() || index.column() < 1) return nullptr;
    return m_rows[static_cast<std::size_t>(index.row())].results[static_cast<std::size_t>(index.column() - 1)];
}

std::ptrdiff_t LayerRecipeModel::tensorOf(int row) const
{
    return row < 0 || row >= rowCount() ? -1 : m_rows[static_cast<std::size_t>(row)].tensor;
}

int LayerRecipeModel::rowOf(std::ptrdiff_t tensor) const
{
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (m_rows[i].tensor == tensor) return static_cast<int>(i);
    return -1;
}

int LayerRecipeModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
int LayerRecipeModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_columns.size()) + 1; }

QVariant LayerRecipeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    if (index.column() == 0) {
        if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) return row.label;
        if (role == Qt::ToolTipRole) {
            const Checkpoint* c = m_workspace.checkpoint(m_checkpoint);
            if (!c || row.tensor < 0) return explain(gui::Figure::Tensor, {row.label});
            return explain(gui::Figure::Tensor, {QString::fromStdString(escapeText(c->source->tensors[static_cast<std::size_t>(row.tensor)].name))},
                           QString::fromStdString(escapeText(c->source->path.string())));
        }
        return role == Qt::TextAlignmentRole ? QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter) : QVariant();
    }
    const ResultPtr r = result(index);
    if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (!r) return role == Qt::AccessibleTextRole ? QVariant(tr("no result")) : QVariant();
    const double v = value(*r);
    const bool best = row.best == index.column() - 1;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        if (m_figure == Sqnr) return std::isfinite(v) ? QString::number(v, 'f', 1) : tr("exact");
        if (m_figure == Bits) return QString::number(v, 'f', 3);
        return QString::fromStdString(formatError(v));
    case RawRole: return v;
    case BestRole: return best;
    case Qt::FontRole:
        if (best) {
            QFont f;
            f.setBold(true);
            return f;
        }
        return {};
    case Qt::BackgroundRole: {
        if (!std::isfinite(v) || !(m_high > m_low)) return {};
        const double t = (v - m_low) / (m_high - m_low);
        QColor tint = m_theme.accent();
        tint.setAlphaF(static_cast<float>(0.04 + 0.26 * (m_figure == Sqnr ? 1 - t : t))); // deeper: worse
        return tint;
    }
    case Qt::ToolTipRole:
    case Qt::AccessibleDescriptionRole:
        return explainResult(*r, m_figure == Sqnr ? gui::Figure::Sqnr : m_figure == Bits ? gui::Figure::BitsPerWeight : gui::Figure::RelativeMse)
            + QStringLiteral("\n\n") + tr("Click: A · Shift or Ctrl and click: B · right click: menu");
    default: return {};
    }
}

QVariant LayerRecipeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    if (role == Qt::TextAlignmentRole) return QVariant::fromValue((section == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (section == 0) return role == Qt::DisplayRole || role == Qt::AccessibleTextRole ? QVariant(tr("tensor")) : QVariant();
    const Column& c = m_columns[static_cast<std::size_t>(section - 1)];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: return c.label;
    case Qt::ToolTipRole:
        if (const auto recipe = quant::parseRecipe(c.key)) return explainRecipe(*recipe);
        return explain(gui::Figure::Recipe, {QString::fromStdString(escapeText(c.key))});
    case Qt::DecorationRole: {
        QPixmap dot(32, 32); // 16 × 16 at twice the pixels
        dot.setDevicePixelRatio(2);
        dot.fill(Qt::transparent);
        QPainter p(&dot);
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(Qt::NoPen);
        p.setBrush(m_theme.recipe(c.slot));
        p.drawEllipse(QPointF(8, 8), 4, 4);
        return dot;
    }
    default: return {};
    }
}

} // namespace qs::gui
