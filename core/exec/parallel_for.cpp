// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/parallel_for.h"

#include "core/exec/arena.h"
#include "core/exec/thread_guard.h"
#include "core/exec/thread_sanitizer.h"

#include <algorithm>
#include <mutex>
#include <tbb/parallel_for.h>
#include <vector>

namespace qs {

namespace {

// Chunks inside a chunk are not paused: their thread belongs to the arena, which others use as well.
thread_local int t_inside = 0;

struct Inside {
    Inside() { ++t_inside; }
    ~Inside() { --t_inside; }
};

// One loop over chunks, seen by all its threads.
struct Loop {
    const Context& context;
    const std::vector<std::int64_t>* todo; ///< null: all chunks
    const std::function<void(std::int64_t)>& one;
    std::vector<std::int64_t>* rest; ///< null: nothing holds a chunk back
    tbb::task_group_context group{};
    std::mutex mutex{};

    void run(std::int64_t begin, std::int64_t end)
    {
        for (std::int64_t i = begin; i != end; ++i) {
            if (group.is_group_execution_cancelled()) return;
            const std::int64_t k = todo ? (*todo)[static_cast<std::size_t>(i)] : i;
            if (rest && context.gate->closed()) {
                const std::lock_guard lock(mutex);
                rest->push_back(k);
                continue;
            }
            const Inside inside;
            one(k);
        }
    }
};

// What TBB copies from thread to thread: one address, read where ThreadSanitizer does not look.
struct Chunks {
    Loop* loop;

    QS_UNSEEN_BY_TSAN void operator()(const tbb::blocked_range<std::int64_t>& r) const
    {
        QS_HAPPENS_AFTER(loop);
        loop->run(r.begin(), r.end());
        QS_HAPPENS_BEFORE(loop);
    }
};

// Runs the chunks that `todo` lists (null: all of them); false when it was stopped. With a gate, chunks that it held back
// are left in `rest`.
bool runChunks(const Context& context, std::int64_t chunks, const std::vector<std::int64_t>* todo,
               const std::function<void(std::int64_t)>& one, std::vector<std::int64_t>* rest)
{
    Loop loop{context, todo, one, rest};
    const std::stop_callback onStop(context.stop, [&] { loop.group.cancel_group_execution(); });
    const auto count = todo ? static_cast<std::int64_t>(todo->size()) : chunks;
    const auto all = [&] {
        tbb::parallel_for(tbb::blocked_range<std::int64_t>(0, count, 1), Chunks{&loop}, tbb::simple_partitioner{},
                          loop.group);
    };
    QS_HAPPENS_BEFORE(&loop);
    if (context.arena) context.arena->arena().execute(all);
    else all();
    QS_HAPPENS_AFTER(&loop);
    return !loop.group.is_group_execution_cancelled() && !context.stopped();
}

} // namespace

bool parallelFor(const Context& context, std::int64_t n, std::int64_t grain,
                 const std::function<void(std::int64_t, std::int64_t)>& body)
{
    noteWork("a parallel loop");
    if (n <= 0) return !context.stopped();
    grain = std::max<std::int64_t>(grain, 1);
    const std::int64_t chunks = (n + grain - 1) / grain;
    const auto one = [&](std::int64_t k) { body(k * grain, std::min(n, (k + 1) * grain)); };
    const bool pausable = context.gate && t_inside == 0;
    if (pausable) context.gate->wait(context.stop);
    if (context.stopped()) return false;
    if (chunks == 1) {
        one(0);
        return !context.stopped();
    }
    if (!pausable) return runChunks(context, chunks, nullptr, one, nullptr);
    std::vector<std::int64_t> todo;
    for (bool first = true;; first = false) {
        std::vector<std::int64_t> rest;
        if (!runChunks(context, chunks, first ? nullptr : &todo, one, &rest)) return false;
        if (rest.empty()) return true;
        std::sort(rest.begin(), rest.end());
        todo = std::move(rest);
        context.gate->wait(context.stop);
        if (context.stopped()) return false;
    }
}

} // namespace qs
