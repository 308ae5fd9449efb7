// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/progress_line.h"

#include "core/base/format.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <unistd.h>

namespace qs::cli {
namespace {

using Clock = std::chrono::steady_clock;

std::string state(const std::string& title, std::uint64_t done, std::uint64_t total, double seconds, bool bar)
{
    const double share = total == 0 ? 0.0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    std::string out = title + " ";
    if (bar) {
        constexpr int kWidth = 30;
        const int filled = static_cast<int>(share * kWidth);
        out += "[" + std::string(static_cast<std::size_t>(filled), '#')
             + std::string(static_cast<std::size_t>(kWidth - filled), '.') + "] ";
    }
    out += formatNumber(100 * share, 3) + " %";
    const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
    if (rate > 0) {
        out += ", " + formatNumber(rate / 1e6, 3) + " M/s";
        if (total > done) out += ", " + formatSeconds(static_cast<double>(total - done) / rate) + " left";
    }
    return out;
}

} // namespace

ProgressLine::ProgressLine(std::shared_ptr<Progress> progress, std::string title)
    : m_progress(std::move(progress)), m_title(std::move(title))
{
    m_thread = std::thread([this, terminal = isatty(STDERR_FILENO) == 1] { loop(terminal); });
}

ProgressLine::~ProgressLine()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_end = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

void ProgressLine::loop(bool terminal)
{
    const auto start = Clock::now();
    bool shown = false;
    std::unique_lock lock(m_mutex);
    while (!m_wake.wait_for(lock, terminal ? std::chrono::milliseconds(200) : std::chrono::seconds(5),
                            [this] { return m_end; })) {
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
        const std::string text = state(m_title, m_progress->done.load(), m_progress->total.load(), seconds, terminal);
        std::fprintf(stderr, terminal ? "\r\033[K%s" : "%s\n", text.c_str());
        std::fflush(stderr);
        shown = true;
    }
    if (terminal && shown) std::fputs("\r\033[K", stderr);
}

} // namespace qs::cli
