// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/jobs/job_runner.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace qs::gui {

/// One listed job where it was started: how far it is, how long it takes yet, Cancel; why it failed.
class JobStrip : public QWidget {
    Q_OBJECT
public:
    JobStrip(JobRunner& jobs, QWidget* parent);
    void follow(Job* job);
    bool active() const { return m_job && m_job->active(); }
    void setProblem(const QString& text);

signals:
    void activeChanged();

private:
    void refresh();
    JobRunner& m_jobs;
    QPointer<Job> m_job;
    QProgressBar* m_bar;
    QLabel* m_text;
    QLabel* m_problem;
    QPushButton* m_cancel;
    bool m_wasActive = false;
};

} // namespace qs::gui
