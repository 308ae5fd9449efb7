// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/models/jobs_model.h"
#include "widgets/theme/theme.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;

namespace qs::gui {

/// The job list: cancel what runs, read why something failed, retry it.
class JobsPanel : public QWidget {
    Q_OBJECT
public:
    JobsPanel(JobRunner& jobs, Theme& theme, QWidget* parent = nullptr);
    QTableView* table() const { return m_table; }
    JobsModel& model() { return *m_model; }

signals:
    void retryRequested(int jobId);

private:
    void refresh();
    std::vector<Job*> selected() const;

    JobRunner& m_jobs;
    JobsModel* m_model = nullptr;
    QTableView* m_table = nullptr;
    QLabel* m_error = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_retry = nullptr;
    QPushButton* m_clear = nullptr;
};

} // namespace qs::gui
