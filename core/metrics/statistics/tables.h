// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace qs::metrics::detail {

/// Tables that workers take for the time of a chunk: there are as many as workers, whatever the tensor's length. What
/// they hold may depend on who took which chunk, so only sums of integers over all() are the same for any threads.
template <class Table>
class Tables {
public:
    explicit Tables(std::function<std::unique_ptr<Table>()> make) : m_make(std::move(make)) {}
    template <class Use>
    void with(Use&& use)
    {
        std::unique_ptr<Table> table;
        {
            const std::scoped_lock lock(m_mutex);
            if (!m_free.empty()) {
                table = std::move(m_free.back());
                m_free.pop_back();
            }
        }
        if (!table) table = m_make();
        use(*table);
        const std::scoped_lock lock(m_mutex);
        m_free.push_back(std::move(table));
    }
    const std::vector<std::unique_ptr<Table>>& all() const { return m_free; }

private:
    std::function<std::unique_ptr<Table>()> m_make;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Table>> m_free;
};

} // namespace qs::metrics::detail
