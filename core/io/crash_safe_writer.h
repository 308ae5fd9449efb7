// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace qs::io {

/// A new file that is written front to back through a buffer. Full disks, quotas and size limits become an Io error
/// that says how much is needed and what to do. Move-only; the destructor closes, and keeps what is there.
class OutputFile {
public:
    /// Error Exists where the path is taken.
    static Result<OutputFile> create(const std::filesystem::path& path);
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&& other) noexcept;
    ~OutputFile();

    /// Asks the file system for `bytes` before the first is written, where it can promise them.
    Status reserve(std::uint64_t bytes);
    Status write(std::span<const std::byte> bytes);
    Status write(std::string_view text);
    /// Overwrites bytes that were written before (a header that is known last).
    Status writeAt(std::uint64_t offset, std::span<const std::byte> bytes);
    std::uint64_t written() const { return m_written; }
    /// Flushes the buffer, syncs to the device and closes.
    Status finish();
    const std::filesystem::path& path() const { return m_path; }

private:
    OutputFile() = default;
    Status flush();
    Status writeAll(const std::byte* data, std::size_t size);
    std::filesystem::path m_path;
    int m_fd = -1;
    std::uint64_t m_written = 0;
    std::vector<std::byte> m_buffer;
};

/// What happens where the target exists.
enum class OnExisting {
    Refuse, ///< ErrorCode::Exists, the target is left alone
    Replace ///< exchanged in one step (renameat2 RENAME_EXCHANGE), the old one deleted afterwards
};

/// A file that appears under its name complete or not at all: written as a hidden sibling, synced, then renamed or
/// exchanged by commit(). Without commit() the destructor removes it; kill -9 leaves the target as it was (and a hidden
/// file ".NAME.XXXXXXXX.partial" beside it).
class CrashSafeFile {
public:
    /// Error Exists (at once) where the target is there and may not be replaced; NotFound without a parent folder.
    static Result<CrashSafeFile> create(const std::filesystem::path& target, OnExisting onExisting);
    CrashSafeFile(CrashSafeFile&&) noexcept = default;
    CrashSafeFile& operator=(CrashSafeFile&&) = delete;
    ~CrashSafeFile();

    OutputFile& output() { return m_output; }
    /// Where the bytes are until commit(): to read them back after sync().
    const std::filesystem::path& temporary() const { return m_temporary.path; }
    const std::filesystem::path& target() const { return m_target; }
    /// Flushes and syncs; nothing can be written afterwards. commit() does it where it was not done.
    Status sync();
    Status commit();

private:
    struct Temporary { ///< empties when moved from
        std::filesystem::path path;
        Temporary() = default;
        explicit Temporary(std::filesystem::path p) : path(std::move(p)) {}
        Temporary(Temporary&& o) noexcept : path(std::move(o.path)) { o.path.clear(); }
    };
    CrashSafeFile(std::filesystem::path target, OnExisting onExisting, OutputFile output);
    std::filesystem::path m_target;
    OnExisting m_onExisting;
    OutputFile m_output;
    Temporary m_temporary;
    bool m_synced = false;
    friend class CrashSafeFolder;
};

/// The same for a folder: files are written into path(), and commit() puts the whole folder in place.
class CrashSafeFolder {
public:
    static Result<CrashSafeFolder> create(const std::filesystem::path& target, OnExisting onExisting);
    CrashSafeFolder(CrashSafeFolder&&) noexcept = default;
    CrashSafeFolder& operator=(CrashSafeFolder&&) = delete;
    ~CrashSafeFolder();

    /// The temporary folder.
    const std::filesystem::path& path() const { return m_temporary.path; }
    const std::filesystem::path& target() const { return m_target; }
    /// A small file as a whole, synced.
    Status addFile(std::string_view name, std::string_view content);
    /// A copy of a regular file under its own name, synced.
    Status copyFile(const std::filesystem::path& from);
    /// Syncs every file and folder below path(), then renames or exchanges.
    Status commit();

private:
    CrashSafeFolder(std::filesystem::path target, OnExisting onExisting, std::filesystem::path temporary);
    std::filesystem::path m_target;
    OnExisting m_onExisting;
    CrashSafeFile::Temporary m_temporary;
};

} // namespace qs::io
