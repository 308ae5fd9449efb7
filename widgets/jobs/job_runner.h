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
#include <optional>
#include <vector>

namespace qs::gui {

/// A listed piece of work. GUI thread only; workers touch the Progress alone.
class Job : public QObject {
    Q_OBJECT
public:
    enum State { Queued, Running, Done, Failed, Cancelled };
    int id() const { return m_id; }
    QString title() const { return m_title; }
    State state() const { return m_state; }
    double fraction() const;          ///< 0..1; 0 where the total is unknown
    double seconds() const;           ///< running time
    double rate() const;              ///< units per second (elements)
    std::optional<double> remaining() const; ///< seconds, once it can be told
    std::optional<Error> error() const { return m_error; }
    void cancel();

signals:
    void changed();

private:
    friend class JobRunner;
    int m_id = 0;
    QString m_title;
    State m_state = Queued;
    std::stop_source m_stop;
    std::shared_ptr<Progress> m_progress = std::make_shared<Progress>();
    std::optional<Error> m_error;
    QElapsedTimer m_clock;
    double m_seconds = 0;
};

/// The one bridge between workers and the window. Core speaks stop tokens, atomics and Result; results come back through
/// one queued call. Two kinds of work: listed jobs (a queue of `drivers` at a time) and view requests, where a newer
/// request with the same key supersedes the older. Destroying the runner cancels and waits; no callback runs after.
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
    /// Requests under way (for tests and indicators).
    int activeRequests() const { return static_cast<int>(m_requests.size()); }
    std::shared_ptr<Arena> arena() const { return m_arena; }

signals:
    void jobsChanged();      ///< added, removed, state changed
    void progressed();       ///< at most 20 Hz while something runs
    void requestsChanged();

private:
    using Work = std::function<Status(const Context&)>;
    using Finish = std::function<void(Status)>;
    Job* startJob(QString title, Work work, Finish finish);
    void startRequest(QObject* owner, const QString& key, Work work, Finish finish);
    static Status guarded(const Work& work, const Context& context);

    QThreadPool m_jobPool;
    QThreadPool m_viewPool;
    std::shared_ptr<Arena> m_arena;     ///< low priority: the window comes first
    std::vector<Job*> m_jobs;
    struct Request {
        int generation = 0;
        std::stop_source stop;
    };
    QHash<QString, Request> m_requests;
    QTimer m_timer;
    int m_nextId = 1;
    int m_generation = 0;
};

} // namespace qs::gui
