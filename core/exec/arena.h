// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"

#include <tbb/task_arena.h>
#include <tbb/task_scheduler_observer.h>

namespace qs {

/// Owns the oneTBB arena; included by core/exec/*.cpp only.
class Arena {
public:
    Arena(int threads, bool low);
    ~Arena();
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    tbb::task_arena& arena() { return m_arena; }

private:
    struct Observer : tbb::task_scheduler_observer {
        explicit Observer(tbb::task_arena& a) : tbb::task_scheduler_observer(a) {}
        void on_scheduler_entry(bool isWorker) override;
    };
    tbb::task_arena m_arena;
    bool m_low;
    std::unique_ptr<Observer> m_observer;
};

} // namespace qs
