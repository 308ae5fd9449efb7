// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace qs::cli {

/// Shows a job's progress on standard error while it lives: a bar with rate and remaining time on a terminal, else a
/// line every 5 seconds.
class ProgressLine {
public:
    ProgressLine(std::shared_ptr<Progress> progress, std::string title);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

private:
    void loop(bool terminal);
    std::shared_ptr<Progress> m_progress;
    std::string m_title;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_end = false;
    std::thread m_thread;
};

} // namespace qs::cli
