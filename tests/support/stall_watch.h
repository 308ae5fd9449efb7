// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QFile>
#include <QObject>
#include <QTimer>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <execinfo.h>
#include <functional>
#include <pthread.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace qs::test {

/// Notes how late each turn of the window's event loop comes. What the machine's other work costs is told apart: the
/// kernel says how long the window's thread was ready and waited for a processor (schedstat), and `own` is the delay
/// without that, which is what this program made: its computing, its sleeping on locks and files.
/// With QS_STALL_TRACE=MS in the environment a second thread prints where the window's thread is when a turn is that late.
class StallWatch {
public:
    struct Turn {
        double late = 0; ///< ms after it was due, by the clock
        double own = 0;  ///< ms of it that the thread did not wait for a processor
    };
    explicit StallWatch(int period = 1) : m_period(period)
    {
        m_stat.setFileName(QStringLiteral("/proc/self/schedstat")); // of the first thread, which is the window's
        m_stat.open(QIODevice::ReadOnly | QIODevice::Unbuffered);
        m_beat.setTimerType(Qt::PreciseTimer);
        QObject::connect(&m_beat, &QTimer::timeout, [this] { beat(); });
        if (const char* ms = std::getenv("QS_STALL_TRACE")) trace(std::max(1, std::atoi(ms)));
    }
    ~StallWatch()
    {
        m_over = true;
        if (m_tracer.joinable()) m_tracer.join();
    }
    void start()
    {
        m_last = now();
        m_lastWait = waited();
        m_beat.start(m_period);
    }
    void stop()
    {
        m_beat.stop();
        m_lastBeat = 0;
    }
    /// Called for each turn.
    std::function<void(const Turn&)> onTurn;
    const std::vector<Turn>& turns() const { return m_turns; }
    double quantile(double p, double Turn::*what) const
    {
        std::vector<double> v;
        for (const Turn& t : m_turns) v.push_back(t.*what);
        if (v.empty()) return 0;
        std::sort(v.begin(), v.end());
        return v[std::min(v.size() - 1, static_cast<std::size_t>(p * static_cast<double>(v.size())))];
    }

private:
    static double now() { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
    // Milliseconds for which the thread was ready without a processor; 0 where the kernel does not count.
    double waited()
    {
        if (!m_stat.isOpen() || !m_stat.seek(0)) return 0;
        return m_stat.read(128).split(' ').value(1).toDouble() * 1e-6;
    }
    void beat()
    {
        const double at = now();
        const double wait = waited();
        Turn t;
        t.late = std::max(0.0, at - m_last - m_period);
        t.own = std::max(0.0, t.late - (wait - m_lastWait));
        m_last = at;
        m_lastWait = wait;
        m_lastBeat = at;
        m_turns.push_back(t);
        if (onTurn) onTurn(t);
    }
    static void printHere(int)
    {
        void* frames[96];
        const int n = backtrace(frames, 96);
        backtrace_symbols_fd(frames, n, 2);
        if (write(2, "----\n", 5) < 0) return;
    }
    void trace(int ms)
    {
        void* warm[1];
        backtrace(warm, 1); // loads what it needs, outside the handler
        std::signal(SIGUSR2, printHere);
        m_tracer = std::thread([this, ms, window = pthread_self()] {
            double told = 0;
            while (!m_over) {
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
                const double beat = m_lastBeat;
                if (beat == 0 || now() - beat < ms || told == beat) continue;
                told = beat;
                pthread_kill(window, SIGUSR2);
            }
        });
    }

    QTimer m_beat;
    QFile m_stat;
    int m_period;
    double m_last = 0;
    double m_lastWait = 0;
    std::vector<Turn> m_turns;
    std::atomic<double> m_lastBeat{0};
    std::atomic<bool> m_over{false};
    std::thread m_tracer;
};

} // namespace qs::test
