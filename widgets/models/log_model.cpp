// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/log_model.h"

#include "widgets/common/explain.h"
#include "widgets/models/model_roles.h"

namespace qs::gui {

void LogModel::add(Kind kind, const QString& text)
{
    if (rowCount() >= kMost) {
        beginRemoveRows({}, 0, 0);
        m_lines.pop_front();
        endRemoveRows();
    }
    beginInsertRows({}, rowCount(), rowCount());
    m_lines.push_back({QDateTime::currentDateTime(), kind, text});
    endInsertRows();
}

void LogModel::clear()
{
    beginResetModel();
    m_lines.clear();
    endResetModel();
}

QString LogModel::text() const
{
    QString out;
    for (const Line& l : m_lines)
        out += l.when.toString(Qt::ISODateWithMs) + QLatin1Char('\t') + kindName(l.kind) + QLatin1Char('\t') + l.text + QLatin1Char('\n');
    return out;
}

QString LogModel::kindName(Kind kind)
{
    switch (kind) {
    case Kind::Note: return tr("note");
    case Kind::Job: return tr("job");
    case Kind::Warning: return tr("warning");
    case Kind::Failure: return tr("failure");
    }
    return {};
}

int LogModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_lines.size()); }
int LogModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant LogModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const Line& l = m_lines[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
    case RawRole:
        switch (index.column()) {
        case TimeColumn: return l.when.toString(QStringLiteral("hh:mm:ss"));
        case KindColumn: return kindName(l.kind);
        default: return l.text;
        }
    case Qt::ToolTipRole: return explain(Figure::LogTime, {l.when.toString(Qt::ISODateWithMs), l.text});
    case SecondaryRole: return index.column() != TextColumn || l.kind == Kind::Note || l.kind == Kind::Job;
    default: return {};
    }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    return section == TimeColumn ? tr("time") : section == KindColumn ? tr("kind") : tr("what");
}

} // namespace qs::gui
