// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/parallel_for.h"

#include "core/exec/arena.h"
#include "core/exec/thread_guard.h"

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

// Runs the chunks that `todo` lists (null: all of them); false when it was stopped. With a gate, chunks that it held back
// are left in `rest`.
bool runChunks(const Context& context, std::int64_t chunks, const std::vector<std::int64_t>* todo,
               const std::function<void(std::int64_t)>& one, std::vector<std::int64_t>* rest)
{
    tbb::task_group_context group;
    const std::stop_callback onStop(context.stop, [&] { group.cancel_group_execution(); });
    std::mutex mutex;
    const auto count = todo ? static_cast<std::int64_t>(todo->size()) : chunks;
    const auto loop = [&] {
        tbb::parallel_for(
            tbb::blocked_range<std::int64_t>(0, count, 1),
            [&](const tbb::blocked_range<std::int64_t>& r) {
                for (std::int64_t i = r.begin(); i != r.end(); ++i) {
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
            },
            tbb::simple_partitioner{}, group);
    };
    if (context.arena) context.arena->arena().execute(loop);
    else loop();
    return !group.is_group_execution_cancelled() && !context.stopped();
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
