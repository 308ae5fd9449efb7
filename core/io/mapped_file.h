// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace qs::io {

/// A regular file mapped read-only. If it shrinks while mapped, the SIGBUS is caught once, zeros are mapped over the
/// page, the file is flagged, and healthy() turns false: readers check it after they touched the bytes.
/// Thread-safe. FIFOs, devices, sockets and folders are refused.
class MappedFile {
public:
    static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::span<const std::byte> bytes() const { return m_bytes; }
    std::uint64_t size() const { return m_bytes.size(); }
    /// False once a page could not be read.
    bool healthy() const { return !m_broken.load(std::memory_order_relaxed); }
    /// An error that says the file changed, where it did; else nothing.
    Status check() const;
    /// Tells the kernel that [offset, offset+length) is not needed any more (keeps resident memory small).
    void release(std::uint64_t offset, std::uint64_t length) const;

private:
    MappedFile() = default;
    friend struct MappedFileAccess;
    std::filesystem::path m_path;
    std::span<const std::byte> m_bytes;
    mutable std::atomic<bool> m_broken{false};
};

} // namespace qs::io
