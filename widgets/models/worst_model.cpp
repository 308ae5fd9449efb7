// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/worst_model.h"

#include "core/base/format.h"
#include "widgets/common/explain.h"
#include "widgets/models/model_roles.h"

namespace qs::gui {

void WorstModel::setPlaces(std::vector<metrics::WorstPlace> places, const QString& origin, bool outputs)
{
    beginResetModel();
    m_origin = origin;
    m_outputs = outputs;
    m_places = std::move(places);
    endResetModel();
}

const metrics::WorstPlace* WorstModel::place(const QModelIndex& index) const
{
    if (!index.isValid() || index.row() >= static_cast<int>(m_places.size())) return nullptr;
    return &m_places[static_cast<std::size_t>(index.row())];
}

int WorstModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_places.size()); }
int WorstModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : m_outputs ? ColumnCount : ColumnCount - 1; }

QVariant WorstModel::data(const QModelIndex& index, int role) const
{
    const metrics::WorstPlace* p = place(index);
    if (!p) return {};
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        switch (column) {
        case PlaceColumn:
            return p->kind == metrics::PlaceKind::Row      ? tr("row %1").arg(p->index)
                   : p->kind == metrics::PlaceKind::Column ? tr("column %1").arg(p->index)
                                                           : tr("group %1").arg(p->index);
        case RmseColumn: return QString::fromStdString(formatError(p->rmse));
        case MaxColumn: return QString::fromStdString(formatError(p->maxAbs));
        case RelativeColumn: return QString::fromStdString(formatError(p->relativeMse));
        case ShareColumn: return tr("%1 %").arg(QString::fromStdString(formatNumber(100 * p->share, 3)));
        case OutputColumn: return tr("%1 %").arg(QString::fromStdString(formatNumber(100 * p->outputShare, 3)));
        default: return {};
        }
    case RawRole:
        switch (column) {
        case PlaceColumn: return static_cast<qlonglong>(p->index);
        case RmseColumn: return p->rmse;
        case MaxColumn: return p->maxAbs;
        case RelativeColumn: return p->relativeMse;
        case ShareColumn: return p->share;
        case OutputColumn: return p->outputShare;
        default: return {};
        }
    case BarRole:
        // Relative to the worst of the list.
        if (column != RmseColumn || m_places.front().rmse <= 0) return {};
        return p->rmse / m_places.front().rmse;
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(column == PlaceColumn ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    case Qt::ToolTipRole:
    case Qt::AccessibleDescriptionRole: {
        const QString at = tr("rows %1–%2, columns %3–%4").arg(p->row0).arg(p->row1 - 1).arg(p->col0).arg(p->col1 - 1);
        const auto value = [](double v) { return QStringLiteral("= %1").arg(QString::fromStdString(formatNumber(v, 6))); };
        const QString weights = tr("%1 weights").arg(QString::fromStdString(formatCount(p->count)));
        switch (column) {
        case PlaceColumn: return explain(Figure::Place, {at}, m_origin) + QStringLiteral("\n\n") + tr("Press Return or click: the heat map goes there");
        case RmseColumn: return explain(Figure::PlaceRms, {value(p->rmse), weights, at}, m_origin);
        case MaxColumn: return explain(Figure::MaxError, {value(p->maxAbs), weights, at}, m_origin);
        case RelativeColumn: return explain(Figure::RelativeMse, {value(p->relativeMse), weights, at}, m_origin);
        case ShareColumn: return explain(Figure::PlaceShare, {value(p->share), at}, m_origin);
        case OutputColumn: return explain(Figure::PlaceOutput, {value(p->outputShare), at}, m_origin);
        default: return {};
        }
    }
    default: return {};
    }
}

QVariant WorstModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(section == PlaceColumn ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole) return {};
    switch (section) {
    case PlaceColumn: return tr("place");
    case RmseColumn: return tr("rms error ↓");
    case MaxColumn: return tr("max |e|");
    case RelativeColumn: return tr("rel. MSE");
    case ShareColumn: return tr("of the error");
    case OutputColumn: return tr("of the output error");
    default: return {};
    }
}

} // namespace qs::gui
