// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/models/jobs_model.h"
#include "widgets/theme/theme.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QSplitter;
class QTableView;

namespace qs::gui {

/// The job list: move, pause, cancel what waits or runs, read why something failed, retry it; the log of the chosen job.
class JobsPanel : public QWidget {
    Q_OBJECT
public:
    JobsPanel(JobRunner& jobs, Theme& theme, QWidget* parent = nullptr);
    QTableView* table() const { return m_table; }
    JobsModel& model() { return *m_model; }
    void showLog(bool on);
    QString logText() const; ///< on show
    static QString logOf(const Job& job);

signals:
    void retryRequested(int jobId);

private:
    void refresh();
    void refreshLog();
    void moveSelected(int step);
    void pauseOrResume();
    void menuAt(const QPoint& position);
    std::vector<Job*> selected() const;

    JobRunner& m_jobs;
    JobsModel* m_model = nullptr;
    QTableView* m_table = nullptr;
    QLabel* m_error = nullptr;
    QSplitter* m_split = nullptr;
    QPlainTextEdit* m_log = nullptr;
    QPushButton* m_pause = nullptr;
    QPushButton* m_showLog = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_retry = nullptr;
    QPushButton* m_clear = nullptr;
};

} // namespace qs::gui
