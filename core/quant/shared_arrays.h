// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/array_store.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace qs::quant {

/// Arrays that several layers have in common (the scales of layers that read the same inputs), for the time of a run: the
/// layer that comes first makes them. Thread-safe; two layers at the same time may both make them, alike.
class SharedArrays {
public:
    std::optional<ArrayStore> find(const std::string& key) const
    {
        const std::scoped_lock lock(m_mutex);
        const auto at = m_arrays.find(key);
        return at == m_arrays.end() ? std::nullopt : std::optional(at->second);
    }
    void add(const std::string& key, const ArrayStore& arrays)
    {
        const std::scoped_lock lock(m_mutex);
        m_arrays.emplace(key, arrays);
    }

private:
    mutable std::mutex m_mutex;
    std::map<std::string, ArrayStore> m_arrays;
};

} // namespace qs::quant
