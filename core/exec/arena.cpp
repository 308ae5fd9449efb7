// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/arena.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace qs {
namespace {

// On Linux a nice value belongs to a thread: workers step back, the window's thread does not.
void lowerThisThread() { setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), 10); }

} // namespace

Arena::Arena(int threads, bool low) : m_arena(threads > 0 ? threads : tbb::task_arena::automatic), m_low(low)
{
    m_arena.initialize();
    if (m_low) {
        m_observer = std::make_unique<Observer>(m_arena);
        m_observer->observe(true);
    }
}

Arena::~Arena()
{
    if (m_observer) m_observer->observe(false);
}

void Arena::Observer::on_scheduler_entry(bool isWorker)
{
    if (isWorker) lowerThisThread();
}

std::shared_ptr<Arena> makeArena(int threads, bool low) { return std::make_shared<Arena>(threads, low); }

int threadCount(const Context& context)
{
    return context.arena ? context.arena->arena().max_concurrency() : tbb::this_task_arena::max_concurrency();
}

} // namespace qs
