// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/jobs/job_runner.h"

#include <QAbstractTableModel>
#include <QPointer>
#include <QTimer>

namespace qs::gui {

/// The job list: title, progress, rate, remaining or running time; the error of a failed one.
class JobsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { TitleColumn, ProgressColumn, RateColumn, TimeColumn, ColumnCount };
    explicit JobsModel(JobRunner& jobs, QObject* parent = nullptr);
    Job* job(const QModelIndex& index) const;
    int rowOf(const Job* job) const;
    void refresh();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    // Waiting jobs are dragged to another place in the queue.
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column, const QModelIndex& parent) override;

private:
    JobRunner& m_jobs;
    std::vector<QPointer<Job>> m_rows;
    QTimer m_gather;
};

} // namespace qs::gui
