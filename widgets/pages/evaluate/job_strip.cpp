// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/evaluate/job_strip.h"

#include "core/base/format.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <utility>

namespace qs::gui {

JobStrip::JobStrip(JobRunner& jobs, QWidget* parent)
    : QWidget(parent), m_jobs(jobs), m_bar(new QProgressBar(this)), m_text(new QLabel(this)), m_problem(new QLabel(this)), m_cancel(new QPushButton(tr("Cancel"), this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    m_bar->setTextVisible(false);
    m_bar->setRange(0, 1000);
    m_bar->setAccessibleName(tr("Progress"));
    column->addWidget(m_bar);
    auto* row = new QHBoxLayout;
    m_text->setProperty("secondary", true);
    m_text->setTextFormat(Qt::PlainText);
    row->addWidget(m_text, 1);
    m_cancel->setAutoDefault(false);
    row->addWidget(m_cancel);
    column->addLayout(row);
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_problem->setFocusPolicy(Qt::NoFocus);
    m_problem->hide();
    column->addWidget(m_problem);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_job) m_job->cancel();
    });
    connect(&jobs, &JobRunner::progressed, this, &JobStrip::refresh);
    connect(&jobs, &JobRunner::jobsChanged, this, &JobStrip::refresh);
    refresh();
}

void JobStrip::follow(Job* job)
{
    m_job = job;
    setProblem({});
    refresh();
}

void JobStrip::setProblem(const QString& text)
{
    m_problem->setText(text);
    m_problem->setVisible(!text.isEmpty());
}

void JobStrip::refresh()
{
    const bool on = active();
    m_bar->setVisible(on);
    m_cancel->setVisible(on);
    m_text->setVisible(on);
    if (on) {
        m_bar->setValue(static_cast<int>(m_job->fraction() * 1000));
        if (m_job->state() == Job::Queued) m_text->setText(tr("waits for its turn"));
        else if (m_job->state() == Job::Paused) m_text->setText(tr("paused"));
        else if (const auto left = m_job->remaining()) m_text->setText(tr("%1 %, %2 to go").arg(static_cast<int>(m_job->fraction() * 100)).arg(QString::fromStdString(formatSeconds(*left))));
        else m_text->setText(tr("%1 %").arg(static_cast<int>(m_job->fraction() * 100)));
    }
    if (std::exchange(m_wasActive, on) != on) emit activeChanged();
}

} // namespace qs::gui
