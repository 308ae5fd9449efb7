// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/jobs/job_runner.h"

#include "core/base/format.h"

#include <QFile>
#include <QPointer>
#include <algorithm>
#include <exception>
#include <new>
#include <utility>

namespace qs::gui {

// What a worker needs. `taken` and `resting` are guarded by the runner's mutex.
struct Job::Task {
    QPointer<Job> job;
    std::shared_ptr<PauseGate> gate;
    Context context;
    std::function<Status(const Context&)> work;
    std::function<void(Status)> finish;
    std::atomic<bool> taken{false};
    bool held = false;    // paused before it began
    bool resting = false; // paused after it began
    bool over = false;    // its work has returned
    double seconds = 0;   // measured by the worker; right where there was no pause
    bool paused = false;  // ever; GUI thread
};

namespace {

// The kernel's peak of resident memory is set back when a job starts and read when it ends.
void resetPeak()
{
    QFile f(QStringLiteral("/proc/self/clear_refs"));
    if (f.open(QIODevice::WriteOnly | QIODevice::Unbuffered)) f.write("5");
}

std::uint64_t peakBytes()
{
    QFile f(QStringLiteral("/proc/self/status"));
    if (!f.open(QIODevice::ReadOnly)) return 0;
    for (const QByteArray& line : f.readAll().split('\n'))
        if (line.startsWith("VmHWM:")) return line.mid(6).trimmed().split(' ').first().toULongLong() * 1024;
    return 0;
}

} // namespace

bool Job::started() const { return m_task && m_task->taken; }
bool Job::resting() const { return m_state == Paused && (!started() || m_gate->waiting() > 0); }

double Job::fraction() const
{
    if (m_state == Done) return 1;
    const auto total = m_progress->total.load(std::memory_order_relaxed);
    const auto done = m_progress->done.load(std::memory_order_relaxed);
    return total == 0 ? 0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
}

double Job::seconds() const
{
    return m_seconds + (m_state == Running && m_clock.isValid() ? static_cast<double>(m_clock.elapsed()) / 1000.0 : 0);
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

void Job::cancel() { m_runner->cancelJob(this); }

JobRunner::JobRunner(QObject* parent, int threads) : QObject(parent), m_arena(makeArena(threads, true))
{
    m_jobPool.setMaxThreadCount(64); // one works; the others are paused jobs at rest
    m_viewPool.setMaxThreadCount(2);
    // Drivers take part in TBB loops, so they step back as well.
    m_jobPool.setThreadPriority(QThread::LowPriority);
    m_timer.setInterval(50);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        bool running = false;
        bool waiting = false;
        for (Job* j : m_jobs) {
            waiting = waiting || j->state() == Job::Queued;
            if (j->state() == Job::Running) {
                running = true;
                emit j->changed();
            }
        }
        if (running) emit progressed();
        else if (!waiting) m_timer.stop();
    });
}

JobRunner::~JobRunner()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
        m_queue.clear();
    }
    for (Job* j : m_jobs) j->m_stop.request_stop();
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
    job->m_runner = this;
    job->m_id = m_nextId++;
    job->m_title = std::move(title);
    m_jobs.push_back(job);
    auto task = std::make_shared<Job::Task>();
    task->job = job;
    task->gate = job->m_gate;
    task->work = std::move(work);
    task->finish = std::move(finish);
    task->context.stop = job->m_stop.get_token();
    task->context.progress = job->m_progress;
    task->context.gate = job->m_gate;
    task->context.log = job->m_log;
    job->m_task = task;
    if (!m_batch.isValid()) m_batch.start();
    {
        const std::lock_guard lock(m_mutex);
        m_queue.push_back(task);
    }
    launch();
    m_timer.start();
    emit jobsChanged();
    return job;
}

JobRunner::TaskPtr JobRunner::take()
{
    if (m_closing || m_active > 0 || m_queue.empty()) return nullptr;
    TaskPtr task = std::move(m_queue.front());
    m_queue.erase(m_queue.begin());
    ++m_active;
    task->taken = true;
    task->context.arena = m_arena;
    task->context.memoryLimit = m_memoryLimit;
    return task;
}

void JobRunner::launch()
{
    TaskPtr task;
    {
        const std::lock_guard lock(m_mutex);
        task = take();
    }
    if (task) m_jobPool.start([this, task] { drive(task); });
}

// In a worker: this task, and what waits after it, so that small jobs follow each other without the window's thread.
// The runner outlives its pools (the destructor waits), so `this` is valid here; the GUI side checks.
void JobRunner::drive(TaskPtr task)
{
    while (task) {
        const QPointer<Job> guard = task->job;
        QMetaObject::invokeMethod(this, [this, guard] {
            if (!guard || guard->m_state != Job::Queued) return;
            guard->m_state = Job::Running;
            guard->m_clock.start();
            emit guard->changed();
            emit jobsChanged();
        }, Qt::QueuedConnection);
        resetPeak();
        QElapsedTimer clock;
        clock.start();
        task->context.note("started on " + std::to_string(threadCount(task->context)) + " threads");
        auto status = std::make_shared<Status>(task->context.stopped() ? Status(cancelled()) : guarded(task->work, task->context));
        task->seconds = static_cast<double>(clock.nsecsElapsed()) / 1e9;
        task->work = nullptr; // what it holds goes here, not in the window's thread
        const std::uint64_t peak = peakBytes();
        QMetaObject::invokeMethod(this, [this, task, status, peak] { ended(task, *status, peak); }, Qt::QueuedConnection);
        const std::lock_guard lock(m_mutex);
        task->over = true;
        if (!task->resting) --m_active;
        task = take();
    }
}

void JobRunner::ended(const TaskPtr& task, const Status& status, std::uint64_t peak)
{
    const QPointer<JobRunner> self(this);
    if (Job* job = task->job) {
        job->m_seconds = task->paused ? job->seconds() : task->seconds;
        job->m_peak = peak;
        if (status) {
            job->m_state = Job::Done;
            ++m_batchDone;
        } else if (status.error().code == ErrorCode::Cancelled) {
            job->m_state = Job::Cancelled;
            ++m_batchCancelled;
        } else {
            job->m_state = Job::Failed;
            job->m_error = status.error();
            ++m_batchFailed;
        }
        const std::string end = job->m_state == Job::Done ? "done" : job->m_state == Job::Cancelled ? "cancelled" : "failed: " + status.error().text();
        std::string line = end + " after " + formatSeconds(job->m_seconds);
        if (job->m_state == Job::Done && job->rate() > 0) line += ", " + formatNumber(job->rate() / 1e6, 3) + " M elements/s";
        if (peak > 0) line += ", peak of resident memory " + formatBytes(peak);
        job->m_log->add(line);
        job->m_task.reset();
        emit job->changed();
        emit jobEnded(job);
    }
    task->finish(status);
    task->finish = nullptr;
    if (!self) return;
    emit jobsChanged();
    tellBatch();
}

void JobRunner::tellBatch()
{
    const bool busy = std::any_of(m_jobs.begin(), m_jobs.end(), [](const Job* j) { return j->state() == Job::Queued || j->state() == Job::Running; });
    if (busy || m_batchDone + m_batchFailed + m_batchCancelled == 0) return;
    const double seconds = m_batch.isValid() ? static_cast<double>(m_batch.elapsed()) / 1000.0 : 0;
    const int done = std::exchange(m_batchDone, 0);
    const int failed = std::exchange(m_batchFailed, 0);
    const int stopped = std::exchange(m_batchCancelled, 0);
    m_batch.invalidate();
    emit batchEnded(done, failed, stopped, seconds);
}

void JobRunner::cancelJob(Job* job)
{
    if (!job->active()) return;
    job->m_stop.request_stop();
    const TaskPtr task = job->m_task;
    bool waiting = false;
    if (task) {
        const std::lock_guard lock(m_mutex);
        waiting = !task->taken;
        if (waiting) {
            task->taken = true;
            std::erase(m_queue, task);
        }
    }
    if (waiting) {
        task->work = nullptr;
        // as if a worker had found it stopped; never within the caller
        QMetaObject::invokeMethod(this, [this, task] { ended(task, cancelled(), 0); }, Qt::QueuedConnection);
    }
    emit job->changed();
}

void JobRunner::rebuildQueue()
{
    {
        const std::lock_guard lock(m_mutex);
        m_queue.clear();
        for (Job* j : m_jobs)
            if (j->m_task && !j->m_task->taken && !j->m_task->held) m_queue.push_back(j->m_task);
    }
    launch();
}

void JobRunner::pause(Job* job)
{
    if (!job->m_task || (job->m_state != Job::Queued && job->m_state != Job::Running)) return;
    {
        const std::lock_guard lock(m_mutex);
        Job::Task& task = *job->m_task;
        if (!task.taken) {
            task.held = true;
            std::erase(m_queue, job->m_task);
        } else if (!task.over) {
            task.resting = true;
            --m_active;
            job->m_gate->close();
        } else {
            return; // its end is on the way
        }
    }
    job->m_seconds = job->seconds();
    job->m_task->paused = true;
    job->m_state = Job::Paused;
    job->m_log->add("paused");
    launch();
    emit job->changed();
    emit jobsChanged();
    tellBatch();
}

void JobRunner::resume(Job* job)
{
    if (!job->m_task || job->m_state != Job::Paused) return;
    bool begun = false;
    {
        const std::lock_guard lock(m_mutex);
        Job::Task& task = *job->m_task;
        begun = task.taken;
        if (begun && task.resting && !task.over) {
            task.resting = false;
            ++m_active;
        }
        task.held = false;
    }
    job->m_log->add("resumed");
    job->m_state = begun ? Job::Running : Job::Queued;
    if (begun) {
        job->m_clock.start();
        job->m_gate->open();
    } else {
        rebuildQueue();
    }
    if (!m_batch.isValid()) m_batch.start();
    m_timer.start();
    emit job->changed();
    emit jobsChanged();
}

bool JobRunner::canMove(const Job* job) const { return job && job->active() && !job->started(); }

void JobRunner::move(Job* job, int position)
{
    if (!canMove(job)) return;
    const auto from = std::find(m_jobs.begin(), m_jobs.end(), job);
    if (from == m_jobs.end()) return;
    // what has begun or ended stays in front
    int first = 0;
    for (std::size_t i = 0; i < m_jobs.size(); ++i)
        if (!canMove(m_jobs[i])) first = static_cast<int>(i) + 1;
    const int old = static_cast<int>(from - m_jobs.begin());
    if (old < first) first = old;
    int to = std::clamp(position, first, static_cast<int>(m_jobs.size()));
    if (to > old) --to;
    if (to == old) return;
    m_jobs.erase(from);
    m_jobs.insert(m_jobs.begin() + to, job);
    rebuildQueue();
    emit jobsChanged();
}

void JobRunner::setThreads(int threads)
{
    auto arena = makeArena(threads, true);
    {
        const std::lock_guard lock(m_mutex);
        m_arena = std::move(arena);
    }
    emit threadsChanged();
}

void JobRunner::setMemoryLimit(std::uint64_t bytes)
{
    const std::lock_guard lock(m_mutex);
    m_memoryLimit = bytes;
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
    return static_cast<int>(std::count_if(m_jobs.begin(), m_jobs.end(), [](const Job* j) { return j->active(); }));
}

double JobRunner::overallFraction() const
{
    double sum = 0;
    int n = 0;
    for (const Job* j : m_jobs)
        if (j->active()) {
            sum += j->fraction();
            ++n;
        }
    return n == 0 ? 0 : sum / n;
}

void JobRunner::cancelAll()
{
    const auto all = m_jobs; // a cancelled job may end, and the list change
    // the last first: the queue is shortened from its end
    for (auto it = all.rbegin(); it != all.rend(); ++it)
        if ((*it)->active()) (*it)->cancel();
}

void JobRunner::clearFinished()
{
    std::erase_if(m_jobs, [](Job* j) {
        if (j->active()) return false;
        j->deleteLater();
        return true;
    });
    emit jobsChanged();
}

} // namespace qs::gui
