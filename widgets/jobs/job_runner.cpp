// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/jobs/job_runner.h"

#include <QPointer>
#include <algorithm>
#include <exception>
#include <new>

namespace qs::gui {

double Job::fraction() const
{
    if (m_state == Done) return 1;
    const auto total = m_progress->total.load(std::memory_order_relaxed);
    const auto done = m_progress->done.load(std::memory_order_relaxed);
    return total == 0 ? 0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
}

double Job::seconds() const
{
    return m_state == Running ? static_cast<double>(m_clock.elapsed()) / 1000.0 : m_seconds;
}

double Job::rate() const
{
    const double s = seconds();
    return s <= 0 ? 0 : static_cast<double>(m_progress->done.load(std::memory_order_relaxed)) / s;
}

std::optional<double> Job::remaining() const
{
    const double f = fraction();
    if (m_state != Running || f < 0.02 || seconds() < 0.3) return std::nullopt;
    return seconds() * (1 - f) / f;
}

void Job::cancel()
{
    m_stop.request_stop();
    emit changed();
}

JobRunner::JobRunner(QObject* parent, int threads) : QObject(parent), m_arena(makeArena(threads, true))
{
    m_jobPool.setMaxThreadCount(1);
    m_viewPool.setMaxThreadCount(2);
    // Drivers take part in TBB loops, so they step back as well.
    m_jobPool.setThreadPriority(QThread::LowPriority);
    m_timer.setInterval(50);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        bool running = false;
        for (Job* j : m_jobs)
            if (j->state() == Job::Running) {
                running = true;
                emit j->changed();
            }
        if (running) emit progressed();
        else if (activeJobs() == 0) m_timer.stop();
    });
}

JobRunner::~JobRunner()
{
    cancelAll();
    for (auto& r : m_requests) r.stop.request_stop();
    m_jobPool.clear();
    m_viewPool.clear();
    m_jobPool.waitForDone();
    m_viewPool.waitForDone();
}

// The job boundary: library exceptions end here.
Status JobRunner::guarded(const Work& work, const Context& context)
{
    try {
        return work(context);
    } catch (const std::bad_alloc&) {
        return fail(Error(ErrorCode::Lacking, "out of memory").fix("close other work, or choose fewer layers"));
    } catch (const std::exception& e) {
        return fail(ErrorCode::Internal, e.what());
    }
}

Job* JobRunner::startJob(QString title, Work work, Finish finish)
{
    auto* job = new Job;
    job->setParent(this);
    job->m_id = m_nextId++;
    job->m_title = std::move(title);
    m_jobs.push_back(job);
    Context context;
    context.stop = job->m_stop.get_token();
    context.progress = job->m_progress;
    context.arena = m_arena;
    const QPointer<JobRunner> self(this);
    const QPointer<Job> guard(job);
    // The runner outlives its pools (the destructor waits), so `this` is valid in the worker; the GUI side checks.
    m_jobPool.start([this, self, guard, context, work = std::move(work), finish = std::move(finish)]() mutable {
        QMetaObject::invokeMethod(this, [self, guard] {
            if (!self || !guard) return;
            guard->m_state = Job::Running;
            guard->m_clock.start();
            emit guard->changed();
            emit self->jobsChanged();
        }, Qt::QueuedConnection);
        auto status = std::make_shared<Status>(context.stopped() ? Status(cancelled()) : guarded(work, context));
        QMetaObject::invokeMethod(this, [self, guard, status, finish = std::move(finish)] {
            if (!self) return;
            if (guard) {
                guard->m_seconds = guard->m_clock.isValid() ? static_cast<double>(guard->m_clock.elapsed()) / 1000.0 : 0;
                if (*status) guard->m_state = Job::Done;
                else if (status->error().code == ErrorCode::Cancelled) guard->m_state = Job::Cancelled;
                else {
                    guard->m_state = Job::Failed;
                    guard->m_error = status->error();
                }
                emit guard->changed();
            }
            finish(*status);
            if (self) emit self->jobsChanged();
        }, Qt::QueuedConnection);
    });
    m_timer.start();
    emit jobsChanged();
    return job;
}

void JobRunner::startRequest(QObject* owner, const QString& key, Work work, Finish finish)
{
    const QString full = QString::number(reinterpret_cast<quintptr>(owner), 16) + QLatin1Char('/') + key;
    if (const auto it = m_requests.find(full); it != m_requests.end()) it->stop.request_stop();
    Request request;
    request.generation = ++m_generation;
    m_requests[full] = request;
    Context context;
    context.stop = request.stop.get_token();
    context.arena = m_arena;
    const QPointer<JobRunner> self(this);
    const QPointer<QObject> alive(owner);
    m_viewPool.start([this, self, alive, full, generation = request.generation, context, work = std::move(work),
                      finish = std::move(finish)]() mutable {
        auto status = std::make_shared<Status>(context.stopped() ? Status(cancelled()) : guarded(work, context));
        QMetaObject::invokeMethod(this, [self, alive, full, generation, status, finish = std::move(finish)] {
            if (!self) return;
            const auto it = self->m_requests.find(full);
            const bool current = it != self->m_requests.end() && it->generation == generation;
            if (current) self->m_requests.erase(it);
            if (current && alive) finish(*status);
            if (self) emit self->requestsChanged();
        }, Qt::QueuedConnection);
    });
    emit requestsChanged();
}

void JobRunner::cancelRequest(QObject* owner, const QString& key)
{
    const QString full = QString::number(reinterpret_cast<quintptr>(owner), 16) + QLatin1Char('/') + key;
    if (const auto it = m_requests.find(full); it != m_requests.end()) {
        it->stop.request_stop();
        m_requests.erase(it);
        emit requestsChanged();
    }
}

int JobRunner::activeJobs() const
{
    return static_cast<int>(std::count_if(m_jobs.begin(), m_jobs.end(), [](const Job* j) {
        return j->state() == Job::Queued || j->state() == Job::Running;
    }));
}

double JobRunner::overallFraction() const
{
    double sum = 0;
    int n = 0;
    for (const Job* j : m_jobs)
        if (j->state() == Job::Queued || j->state() == Job::Running) {
            sum += j->fraction();
            ++n;
        }
    return n == 0 ? 0 : sum / n;
}

void JobRunner::cancelAll()
{
    for (Job* j : m_jobs)
        if (j->state() == Job::Queued || j->state() == Job::Running) j->cancel();
}

void JobRunner::clearFinished()
{
    std::erase_if(m_jobs, [](Job* j) {
        if (j->state() == Job::Queued || j->state() == Job::Running) return false;
        j->deleteLater();
        return true;
    });
    emit jobsChanged();
}

} // namespace qs::gui
