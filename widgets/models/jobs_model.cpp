// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/jobs_model.h"

#include "core/base/format.h"
#include "widgets/models/model_roles.h"

namespace qs::gui {

JobsModel::JobsModel(JobRunner& jobs, QObject* parent) : QAbstractTableModel(parent), m_jobs(jobs)
{
    m_gather.setSingleShot(true);
    m_gather.setInterval(30);
    connect(&m_gather, &QTimer::timeout, this, &JobsModel::refresh);
    connect(&jobs, &JobRunner::jobsChanged, this, [this] {
        if (!m_gather.isActive()) m_gather.start();
    });
    connect(&jobs, &JobRunner::progressed, this, [this] {
        if (!m_rows.empty()) emit dataChanged(index(0, ProgressColumn), index(rowCount() - 1, TimeColumn));
    });
    refresh();
}

void JobsModel::refresh()
{
    m_gather.stop();
    const auto& now = m_jobs.jobs();
    bool sameStart = now.size() >= m_rows.size();
    for (std::size_t i = 0; sameStart && i < m_rows.size(); ++i) sameStart = m_rows[i] == now[i];
    if (!sameStart) {
        beginResetModel();
        m_rows.assign(now.begin(), now.end());
        endResetModel();
        return;
    }
    if (now.size() > m_rows.size()) {
        beginInsertRows({}, rowCount(), static_cast<int>(now.size()) - 1);
        m_rows.assign(now.begin(), now.end());
        endInsertRows();
    }
    if (!m_rows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

Job* JobsModel::job(const QModelIndex& index) const
{
    return index.isValid() ? m_rows[static_cast<std::size_t>(index.row())].data() : nullptr;
}

int JobsModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
int JobsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant JobsModel::data(const QModelIndex& index, int role) const
{
    const Job* j = job(index);
    if (!j) return {};
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        switch (index.column()) {
        case TitleColumn: return j->title();
        case ProgressColumn:
            switch (j->state()) {
            case Job::Queued: return tr("queued");
            case Job::Running: return QStringLiteral("%1 %").arg(static_cast<int>(100 * j->fraction()));
            case Job::Done: return tr("done");
            case Job::Failed: return tr("failed");
            case Job::Cancelled: return tr("cancelled");
            }
            return {};
        case RateColumn:
            if ((j->state() == Job::Running || j->state() == Job::Done) && j->rate() > 0)
                return QString::fromStdString(formatNumber(j->rate() / 1e6, 3)) + tr(" M/s");
            return {};
        case TimeColumn:
            if (const auto left = j->remaining()) return tr("%1 left").arg(QString::fromStdString(formatSeconds(*left)));
            if (j->state() == Job::Queued) return {};
            return QString::fromStdString(formatSeconds(j->seconds()));
        default: return {};
        }
    case Qt::ToolTipRole:
        if (const auto e = j->error()) return QString::fromStdString(e->text());
        return j->title();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(index.column() == TitleColumn ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    case BarRole:
        return index.column() == ProgressColumn && j->state() == Job::Running ? QVariant(j->fraction()) : QVariant();
    case SecondaryRole: return j->state() != Job::Running && j->state() != Job::Failed;
    case RawRole: return index.column() == ProgressColumn ? QVariant(j->fraction()) : index.data(Qt::DisplayRole);
    case IdRole: return j->id();
    default: return {};
    }
}

QVariant JobsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(section == TitleColumn ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case TitleColumn: return tr("job");
    case ProgressColumn: return tr("progress");
    case RateColumn: return tr("rate");
    case TimeColumn: return tr("time");
    default: return {};
    }
}

} // namespace qs::gui
