// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/jobs/job_runner.h"
#include "widgets/theme/theme.h"

#include <QStatusBar>
#include <QTimer>

class QLabel;
class QProgressBar;

namespace qs::gui {

/// The status bar: the value under the cursor, jobs, processor threads, memory.
class StatusLine : public QStatusBar {
    Q_OBJECT
public:
    StatusLine(JobRunner& jobs, QWidget* parent = nullptr);
    void setValueText(const QString& text);
    /// A sentence for some seconds: what was saved, why something failed.
    void tell(const QString& text);
    QString valueText() const;

private:
    void refreshJobs();
    void refreshMemory();

    JobRunner& m_jobs;
    QLabel* m_value = nullptr;
    QLabel* m_jobCount = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_jobText = nullptr;
    QLabel* m_memory = nullptr;
    QTimer m_timer;
    QTimer m_told;
    QTimer m_gather;
    QString m_standing;
};

} // namespace qs::gui
