// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/exec/context.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QString>
#include <QThreadPool>
#include <QTimer>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace qs::gui {

class JobRunner;

/// A listed piece of work. GUI thread only; workers touch the Progress and the log alone.
class Job : public QObject {
    Q_OBJECT
public:
    enum State { Queued, Running, Done, Failed, Cancelled, Paused };
    int id() const { return m_id; }
    QString title() const { return m_title; }
    State state() const { return m_state; }
    bool active() const { return m_state == Queued || m_state == Running || m_state == Paused; } ///< has not ended
    bool started() const;             ///< a worker has taken it (it may rest now)
    bool resting() const;             ///< paused, and its worker has come to rest between two chunks
    double fraction() const;          ///< 0..1; 0 where the total is unknown
    double seconds() const;           ///< running time without pauses
    double rate() const;              ///< units per second (elements)
    std::optional<double> remaining() const; ///< seconds, once it can be told
    std::optional<Error> error() const { return m_error; }
    std::uint64_t peakBytes() const { return m_peak; } ///< of the whole program while it ran; 0: not known
    /// What happened, by time: started, what ran on which tensor, pauses, how it ended.
    std::vector<RunLog::Line> log() const { return m_log->lines(); }
    void cancel();
    /// What Retry does, where whoever started it knows; may be empty.
    const std::function<void()>& again() const { return m_again; }
    void setAgain(std::function<void()> again) { m_again = std::move(again); }

signals:
    void changed();

private:
    friend class JobRunner;
    struct Task;
    JobRunner* m_runner = nullptr;
    int m_id = 0;
    QString m_title;
    State m_state = Queued;
    std::stop_source m_stop;
    std::shared_ptr<Progress> m_progress = std::make_shared<Progress>();
    std::shared_ptr<PauseGate> m_gate = std::make_shared<PauseGate>();
    std::shared_ptr<RunLog> m_log = std::make_shared<RunLog>();
    std::shared_ptr<Task> m_task;
    std::optional<Error> m_error;
    std::function<void()> m_again;
    QElapsedTimer m_clock;
    double m_seconds = 0;
    std::uint64_t m_peak = 0;
};

/// The one bridge between workers and the window. Core speaks stop tokens, atomics and Result; results come back through
/// one queued call. Two kinds of work: listed jobs (a queue, one runs at a time; they can be moved, paused and
/// cancelled) and view requests, where a newer request with the same key supersedes the older. Destroying the runner cancels and waits; no callback runs after.
class JobRunner : public QObject {
    Q_OBJECT
public:
    explicit JobRunner(QObject* parent = nullptr, int threads = 0);
    ~JobRunner() override;

    /// A listed job. `done` runs in the GUI thread with the result; Cancelled is an error like others there.
    template <class T>
    Job* start(QString title, std::function<Result<T>(const Context&)> work, std::function<void(Result<T>)> done)
    {
        auto holder = std::make_shared<std::optional<Result<T>>>();
        return startJob(
            std::move(title),
            [holder, work = std::move(work)](const Context& c) -> Status {
                holder->emplace(work(c));
                if (!**holder) return fail((*holder)->error());
                return {};
            },
            [holder, done = std::move(done)](Status s) {
                if (holder->has_value()) done(std::move(**holder));
                else done(fail(std::move(s.error())));
            });
    }

    /// A view's request: not listed, low latency. A newer one under the same (owner, key) cancels the older, whose `done`
    /// is not called. `done` is not called after `owner` died.
    template <class T>
    void request(QObject* owner, const QString& key, std::function<Result<T>(const Context&)> work,
                 std::function<void(Result<T>)> done)
    {
        auto holder = std::make_shared<std::optional<Result<T>>>();
        startRequest(
            owner, key,
            [holder, work = std::move(work)](const Context& c) -> Status {
                holder->emplace(work(c));
                return {};
            },
            [holder, done = std::move(done)](Status s) {
                if (holder->has_value()) done(std::move(**holder));
                else done(fail(std::move(s.error())));
            });
    }
    void cancelRequest(QObject* owner, const QString& key);

    const std::vector<Job*>& jobs() const { return m_jobs; }
    int activeJobs() const;
    double overallFraction() const;
    void cancelAll();
    void clearFinished();
    /// A waiting job waits longer; a running one rests between two chunks and the next one starts. Rested work holds no lock.
    void pause(Job* job);
    /// Goes on at once where it had begun, else waits for its turn again.
    void resume(Job* job);
    /// Puts a job that has not begun before another position of jobs(); never before one that has begun.
    bool canMove(const Job* job) const;
    void move(Job* job, int position);
    /// For work that starts from now on; 0: all cores, no limit.
    void setThreads(int threads);
    void setMemoryLimit(std::uint64_t bytes);
    std::uint64_t memoryLimit() const { return m_memoryLimit; }
    /// Requests under way (for tests and indicators).
    int activeRequests() const { return static_cast<int>(m_requests.size()); }
    std::shared_ptr<Arena> arena() const { return m_arena; }

signals:
    void jobEnded(qs::gui::Job* job);
    /// Nothing runs or waits any more; counts since the last time.
    void batchEnded(int done, int failed, int cancelled, double seconds);
    void threadsChanged();
    void jobsChanged();      ///< added, removed, moved, state changed
    void progressed();       ///< at most 20 Hz while something runs
    void requestsChanged();

private:
    using Work = std::function<Status(const Context&)>;
    using Finish = std::function<void(Status)>;
    Job* startJob(QString title, Work work, Finish finish);
    void startRequest(QObject* owner, const QString& key, Work work, Finish finish);
    static Status guarded(const Work& work, const Context& context);

    friend class Job;
    using TaskPtr = std::shared_ptr<Job::Task>;
    void cancelJob(Job* job);
    void rebuildQueue();
    void launch();
    void drive(TaskPtr task);
    void ended(const TaskPtr& task, const Status& status, std::uint64_t peak);
    void tellBatch();
    TaskPtr take(); ///< with m_mutex held

    QThreadPool m_jobPool;
    QThreadPool m_viewPool;
    std::mutex m_mutex;                 ///< of m_queue, m_active, m_arena and the tasks' flags; never held during work
    std::vector<TaskPtr> m_queue;       ///< what waits for its turn, next first
    int m_active = 0;                   ///< tasks that run and do not rest
    bool m_closing = false;
    std::shared_ptr<Arena> m_arena;     ///< low priority: the window comes first
    std::uint64_t m_memoryLimit = 0;
    std::vector<Job*> m_jobs;
    struct Request {
        int generation = 0;
        std::stop_source stop;
    };
    QHash<QString, Request> m_requests;
    QTimer m_timer;
    QElapsedTimer m_batch;
    int m_batchDone = 0;
    int m_batchFailed = 0;
    int m_batchCancelled = 0;
    int m_nextId = 1;
    int m_generation = 0;
};

} // namespace qs::gui
