// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/signals.h"

#include <atomic>
#include <csignal>
#include <pthread.h>
#include <thread>
#include <unistd.h>

namespace qs::cli {
namespace {

std::atomic<int> g_received{0};

sigset_t watchedSignals()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGUSR1); // wakes the watcher at the end
    return set;
}

} // namespace

struct SignalWatch::State {
    std::stop_source stop;
    std::atomic<bool> end{false};
    std::thread watcher;
};

SignalWatch::SignalWatch() : m_state(new State)
{
    const sigset_t set = watchedSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    m_state->watcher = std::thread([state = m_state, set] {
        for (;;) {
            int signal = 0;
            if (sigwait(&set, &signal) != 0 || state->end.load()) return;
            if (signal == SIGUSR1) continue;
            if (g_received.exchange(signal) != 0) _exit(128 + signal);
            state->stop.request_stop();
        }
    });
}

SignalWatch::~SignalWatch()
{
    m_state->end = true;
    pthread_kill(m_state->watcher.native_handle(), SIGUSR1);
    m_state->watcher.join();
    delete m_state;
}

std::stop_token SignalWatch::token() const { return m_state->stop.get_token(); }

int SignalWatch::received() { return g_received.load(); }

} // namespace qs::cli
