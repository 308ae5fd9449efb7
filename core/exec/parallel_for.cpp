// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/parallel_for.h"

#include "core/exec/arena.h"
#include "core/exec/thread_guard.h"

#include <algorithm>
#include <tbb/parallel_for.h>

namespace qs {

bool parallelFor(const Context& context, std::int64_t n, std::int64_t grain,
                 const std::function<void(std::int64_t, std::int64_t)>& body)
{
    noteWork("a parallel loop");
    if (n <= 0) return !context.stopped();
    grain = std::max<std::int64_t>(grain, 1);
    const std::int64_t chunks = (n + grain - 1) / grain;
    const auto one = [&](std::int64_t k) { body(k * grain, std::min(n, (k + 1) * grain)); };
    if (context.stopped()) return false;
    if (chunks == 1) {
        one(0);
        return !context.stopped();
    }
    tbb::task_group_context group;
    const std::stop_callback onStop(context.stop, [&] { group.cancel_group_execution(); });
    const auto loop = [&] {
        tbb::parallel_for(
            tbb::blocked_range<std::int64_t>(0, chunks, 1),
            [&](const tbb::blocked_range<std::int64_t>& r) {
                for (std::int64_t k = r.begin(); k != r.end(); ++k) {
                    if (group.is_group_execution_cancelled()) return;
                    one(k);
                }
            },
            tbb::simple_partitioner{}, group);
    };
    if (context.arena) context.arena->arena().execute(loop);
    else loop();
    return !group.is_group_execution_cancelled() && !context.stopped();
}

} // namespace qs
