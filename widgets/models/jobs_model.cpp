// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/jobs_model.h"

#include "core/base/format.h"
#include "widgets/common/explain.h"
#include "widgets/models/model_roles.h"

#include <QDataStream>
#include <QIODevice>
#include <QMimeData>
#include <algorithm>

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
    // Moved within the queue: rows keep their selection.
    if (!sameStart && now.size() == m_rows.size()
        && std::is_permutation(now.begin(), now.end(), m_rows.begin(), [](const Job* a, const QPointer<Job>& b) { return b == a; })) {
        emit layoutAboutToBeChanged();
        const QModelIndexList before = persistentIndexList();
        QModelIndexList after;
        for (const QModelIndex& i : before) {
            const Job* j = m_rows[static_cast<std::size_t>(i.row())];
            const auto at = std::find(now.begin(), now.end(), j);
            after << createIndex(static_cast<int>(at - now.begin()), i.column());
        }
        m_rows.assign(now.begin(), now.end());
        changePersistentIndexList(before, after);
        emit layoutChanged();
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
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

int JobsModel::rowOf(const Job* job) const
{
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (m_rows[i] == job) return static_cast<int>(i);
    return -1;
}

Qt::ItemFlags JobsModel::flags(const QModelIndex& index) const
{
    if (!index.isValid()) return Qt::ItemIsDropEnabled;
    Qt::ItemFlags f = QAbstractTableModel::flags(index);
    if (m_jobs.canMove(job(index))) f |= Qt::ItemIsDragEnabled;
    return f;
}

QStringList JobsModel::mimeTypes() const { return {QStringLiteral("application/x-quantoscope-jobs")}; }

QMimeData* JobsModel::mimeData(const QModelIndexList& indexes) const
{
    QList<int> ids;
    for (const QModelIndex& i : indexes)
        if (const Job* j = job(i); j && m_jobs.canMove(j) && !ids.contains(j->id())) ids << j->id();
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out << ids;
    auto* data = new QMimeData;
    data->setData(mimeTypes().front(), bytes);
    return data;
}

bool JobsModel::dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int, const QModelIndex& parent)
{
    if (action != Qt::MoveAction || !data->hasFormat(mimeTypes().front())) return false;
    QList<int> ids;
    QDataStream in(data->data(mimeTypes().front()));
    in >> ids;
    int to = row >= 0 ? row : parent.isValid() ? parent.row() : rowCount();
    for (const int id : ids) {
        Job* moved = nullptr;
        for (Job* j : m_jobs.jobs())
            if (j->id() == id) moved = j;
        if (!moved) continue;
        m_jobs.move(moved, to);
        const auto& now = m_jobs.jobs();
        to = static_cast<int>(std::find(now.begin(), now.end(), moved) - now.begin()) + 1;
    }
    refresh();
    return false; // the rows are moved here already: the view must not take them out
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
            case Job::Paused: return j->fraction() > 0 ? tr("paused, %1 %").arg(static_cast<int>(100 * j->fraction())) : tr("paused");
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
    case Qt::AccessibleDescriptionRole: {
        const QString error = j->error() ? QString::fromStdString(j->error()->text()) : QString();
        const QString done = tr("%1 % done").arg(QString::number(100 * j->fraction(), 'f', 1));
        const QString time = tr("running time %1").arg(QString::fromStdString(formatSeconds(j->seconds())));
        switch (index.column()) {
        case ProgressColumn: return explain(Figure::Progress, {done, error}, j->title());
        case RateColumn: return explain(Figure::Rate, {time}, j->title());
        case TimeColumn: return explain(Figure::JobTime, {done, time}, j->title());
        default:
            return explain(Figure::Job, {j->title(), error, j->peakBytes() == 0 ? QString() : tr("peak of resident memory %1").arg(QString::fromStdString(formatBytes(j->peakBytes())))});
        }
    }
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
