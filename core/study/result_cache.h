// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/study/run_cell.h"

#include <mutex>
#include <optional>

namespace qs::study {

/// Results on disk by the hash of all that decides them (resultKey), so that nothing is computed twice. One file per
/// cell: a safetensors file of the artefact's arrays, with the figures and a checksum in its metadata. Files appear under
/// their names complete or not at all; one that is damaged is taken away and counts as absent. The oldest-used go first
/// when the limit is passed. Safe for threads and for several programs at a time: a file that another one deleted is
/// a miss.
class ResultCache {
public:
    /// Nothing is touched before the first use. `folder` is made when something is stored.
    ResultCache(std::filesystem::path folder, std::uint64_t mostBytes);

    /// The figures and the artefact under this key; source, tensor, place and recipe are the caller's. Nothing where
    /// there is none, or a damaged one.
    struct Hit {
        std::shared_ptr<const quant::QuantizedTensor> artefact;
        std::shared_ptr<const quant::Decoder> decoder;
        metrics::WeightError error;
        double seconds = 0;
        std::uint64_t peakBytes = 0;
        std::string device;
    };
    std::optional<Hit> find(const std::string& key, const std::string& tensor, const quant::Recipe& recipe, std::uint64_t seed,
                            const Context& context);
    bool contains(const std::string& key) const;
    /// Keeps a cell. A cell larger than the limit is not kept. An Io error is told and changes nothing.
    Status store(const std::string& key, const CellResult& cell);

    /// Keeps arrays that are no result (what a training needs to go on) under a key of their own; they count and go like results.
    Status storeArrays(const std::string& key, const quant::ArrayStore& arrays);
    /// The arrays, checked; nothing where there are none, or damaged ones.
    std::optional<quant::ArrayStore> findArrays(const std::string& key, const Context& context);
    void remove(const std::string& key);

    struct Usage {
        std::uint64_t bytes = 0;
        std::uint64_t files = 0;
    };
    /// Counted on disk.
    Usage usage() const;
    /// Deletes all results of the folder, and nothing that is not a result.
    Usage clear();
    const std::filesystem::path& folder() const { return m_folder; }
    std::uint64_t mostBytes() const { return m_most; }

private:
    std::filesystem::path fileOf(const std::string& key) const;
    Status write(const std::string& key, const quant::ArrayStore& arrays, const std::string& text);
    void evict();

    std::filesystem::path m_folder;
    std::uint64_t m_most;
    std::mutex m_mutex;                    ///< of m_bytes
    std::optional<std::uint64_t> m_bytes;  ///< on disk, as far as this program knows; absent before it was counted
};

} // namespace qs::study
