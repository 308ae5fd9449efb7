// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/pause_gate.h"
#include "core/exec/run_log.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>

namespace qs {

class Arena;

/// Progress of one job: workers add, a timer reads. Units are whatever the job counts (elements as a rule).
struct Progress {
    std::atomic<std::uint64_t> done{0};
    std::atomic<std::uint64_t> total{0};
    void add(std::uint64_t n) { done.fetch_add(n, std::memory_order_relaxed); }
    void expect(std::uint64_t n) { total.fetch_add(n, std::memory_order_relaxed); }
};

/// What a piece of work runs with: how to stop it, where to report, on how many threads, within which memory.
/// Cheap to copy. A default Context never stops, reports nowhere and uses all cores.
struct Context {
    std::stop_token stop;
    std::shared_ptr<Progress> progress;
    std::shared_ptr<Arena> arena;      ///< null: the process-wide default arena
    std::uint64_t memoryLimit = 0;     ///< bytes; 0: none
    std::shared_ptr<PauseGate> gate = nullptr; ///< closed: loops rest between two chunks; null: never
    std::shared_ptr<RunLog> log = nullptr;     ///< what is worth telling; null: nobody listens
    bool stopped() const { return stop.stop_requested(); }
    void advance(std::uint64_t n) const { if (progress) progress->add(n); }
    void note(std::string text) const { if (log) log->add(std::move(text)); }
};

/// A set of worker threads of fixed width; nested loops stay inside it.
/// `low` asks the system to prefer other threads (the window) over these.
std::shared_ptr<Arena> makeArena(int threads, bool low = false);
/// Threads of the context's arena.
int threadCount(const Context& context);

} // namespace qs
