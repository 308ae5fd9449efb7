// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <chrono>
#include <mutex>
#include <string>
#include <vector>

namespace qs {

/// What a piece of work has to tell beside its result: which tensor, what was found in the cache, what it fell back to.
/// Any thread adds; sentences are short, for people.
class RunLog {
public:
    struct Line {
        std::chrono::system_clock::time_point when;
        std::string text;
    };
    void add(std::string text)
    {
        const std::lock_guard lock(m_mutex);
        if (m_lines.size() < kMost) m_lines.push_back({std::chrono::system_clock::now(), std::move(text)});
    }
    std::vector<Line> lines() const
    {
        const std::lock_guard lock(m_mutex);
        return m_lines;
    }

private:
    static constexpr std::size_t kMost = 2000;
    mutable std::mutex m_mutex;
    std::vector<Line> m_lines;
};

} // namespace qs
