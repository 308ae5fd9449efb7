// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/status_line.h"

#include "core/base/format.h"
#include "core/exec/devices.h"
#include "widgets/common/core_text.h"
#include "widgets/common/explain.h"

#include <QFile>
#include <QLabel>
#include <QProgressBar>
#include <algorithm>
#include <cmath>
#include <unistd.h>

namespace qs::gui {
namespace {

// Resident memory of this program; 0 where the system does not tell.
std::uint64_t residentBytes()
{
    QFile f(QStringLiteral("/proc/self/statm"));
    if (!f.open(QIODevice::ReadOnly)) return 0;
    const QList<QByteArray> words = f.readAll().split(' ');
    return words.size() < 2 ? 0 : words[1].toULongLong() * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

} // namespace

StatusLine::StatusLine(JobRunner& jobs, QWidget* parent) : QStatusBar(parent), m_jobs(jobs)
{
    setSizeGripEnabled(false);
    setAccessibleName(tr("Status"));
    m_value = new QLabel(this);
    m_value->setAccessibleName(tr("Value under the cursor"));
    m_value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_value->setMinimumWidth(120);
    m_value->setContentsMargins(8, 0, 0, 0);
    addWidget(m_value, 1);
    m_jobCount = new QLabel(this);
    m_progress = new QProgressBar(this);
    m_progress->setAccessibleName(tr("Progress of all jobs"));
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(110);
    m_progress->setFixedHeight(6);
    m_jobText = new QLabel(this);
    m_jobCount->setToolTip(explain(Figure::Jobs));
    m_jobText->setToolTip(explain({Figure::Progress, Figure::JobTime}, tr("all jobs of this batch")));
    m_progress->setToolTip(explain(Figure::Progress, {}, tr("all jobs of this batch")));
    m_value->setToolTip(explain({Figure::Weight, Figure::Code, Figure::Scale, Figure::DecodedWeight, Figure::ElementError}, tr("the element under the cursor")));
    auto* threads = new QLabel(this);
    threads->setToolTip(explain(Figure::Threads, {coreText(deviceOrCpu({}).title)}));
    const auto showThreads = [this, threads] {
        const int n = threadCount({{}, nullptr, m_jobs.arena(), 0});
        threads->setText(n == 1 ? tr("CPU 1 thread") : tr("CPU %1 threads").arg(n));
    };
    connect(&jobs, &JobRunner::threadsChanged, this, showThreads);
    showThreads();
    m_memory = new QLabel(this);
    m_memory->setToolTip(explain(Figure::ResidentMemory));
    for (QWidget* w : {static_cast<QWidget*>(m_jobCount), static_cast<QWidget*>(m_progress), static_cast<QWidget*>(m_jobText),
                       static_cast<QWidget*>(threads), static_cast<QWidget*>(m_memory)}) {
        w->setProperty("secondary", true);
        addPermanentWidget(w);
    }
    // A label under a style sheet has no contents margins of its own.
    auto* edge = new QWidget(this);
    edge->setFixedWidth(8);
    addPermanentWidget(edge);
    threads->setContentsMargins(8, 0, 0, 0);
    // Small jobs end hundreds of times a second; the eye reads ten.
    m_gather.setSingleShot(true);
    m_gather.setInterval(100);
    connect(&m_gather, &QTimer::timeout, this, &StatusLine::refreshJobs);
    const auto gather = [this] {
        if (!m_gather.isActive()) m_gather.start();
    };
    connect(&jobs, &JobRunner::jobsChanged, this, gather);
    connect(&jobs, &JobRunner::progressed, this, gather);
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, &StatusLine::refreshMemory);
    m_timer.start();
    m_told.setSingleShot(true);
    connect(&m_told, &QTimer::timeout, this, [this] { m_value->setText(m_standing); });
    refreshJobs();
    refreshMemory();
}

void StatusLine::setValueText(const QString& text)
{
    m_standing = text;
    if (!text.isEmpty()) m_told.stop(); // the value under the cursor is what the eye follows
    if (!m_told.isActive()) m_value->setText(text);
}

void StatusLine::tell(const QString& text)
{
    m_value->setText(text);
    m_told.start(8000);
}

QString StatusLine::valueText() const { return m_value->text(); }

void StatusLine::refreshJobs()
{
    const int active = m_jobs.activeJobs();
    m_jobCount->setVisible(active > 0);
    m_progress->setVisible(active > 0);
    m_jobText->setVisible(active > 0);
    if (active == 0) return;
    const auto& all = m_jobs.jobs();
    const auto paused = static_cast<int>(std::count_if(all.begin(), all.end(), [](const Job* j) { return j->state() == Job::Paused; }));
    m_jobCount->setText((active == 1 ? tr("1 job") : tr("%1 jobs").arg(active)) + (paused > 0 ? tr(", %1 paused").arg(paused) : QString()));
    // Finished jobs of this batch count too, so that the bar never runs backwards.
    double done = 0;
    int number = 0;
    double seconds = 0;
    for (const Job* j : m_jobs.jobs()) {
        done += j->fraction();
        if (j->state() == Job::Cancelled || j->state() == Job::Failed) done += 1 - j->fraction();
        seconds += j->seconds();
        ++number;
    }
    const double f = number == 0 ? 0 : done / number;
    m_progress->setValue(static_cast<int>(1000 * f));
    QString text = QStringLiteral("%1 %").arg(static_cast<int>(100 * f));
    if (f > 0.02 && seconds > 0.5)
        text += QStringLiteral(" · ") + tr("%1 left").arg(QString::fromStdString(formatSeconds(std::ceil(seconds * (1 - f) / f))));
    m_jobText->setText(text);
}

void StatusLine::refreshMemory() { m_memory->setText(QString::fromStdString(formatBytes(residentBytes()))); }

} // namespace qs::gui
