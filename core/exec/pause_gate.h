// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace qs {

/// Holds work between its chunks: parallelFor stops handing out chunks while the gate is closed, and the thread that
/// called it sleeps here, outside of any arena and without a lock, until the gate opens or the work is stopped.
class PauseGate {
public:
    void close() { m_closed.store(true, std::memory_order_relaxed); }
    void open()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_closed.store(false, std::memory_order_relaxed);
        }
        m_changed.notify_all();
    }
    bool closed() const { return m_closed.load(std::memory_order_relaxed); }
    /// Threads asleep here now: the work is really at rest.
    int waiting() const { return m_waiting.load(std::memory_order_relaxed); }
    /// Sleeps while the gate is closed; returns at once when the token is stopped.
    void wait(const std::stop_token& stop)
    {
        if (!closed()) return;
        std::unique_lock lock(m_mutex);
        ++m_waiting;
        m_changed.wait(lock, stop, [this] { return !closed(); });
        --m_waiting;
    }

private:
    std::atomic<bool> m_closed{false};
    std::atomic<int> m_waiting{0};
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
};

} // namespace qs
