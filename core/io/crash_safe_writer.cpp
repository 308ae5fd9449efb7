// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/crash_safe_writer.h"

#include "core/base/format.h"
#include "core/io/mapped_file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/fs.h>
#include <random>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace qs::io {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBuffer = std::size_t(1) << 20;

Error systemError(int code, const fs::path& path, const char* what, std::uint64_t needed = 0)
{
    Error e(ErrorCode::Io, std::string(what) + ": " + std::strerror(code));
    e.file = path.string();
    if (code == ENOSPC || code == EDQUOT || code == EFBIG) {
        e.message = code == ENOSPC   ? "no space left on the disk"
                    : code == EDQUOT ? "the disk quota is used up"
                                     : "the file would be larger than is allowed here";
        if (needed > 0) e.expected = formatBytes(needed) + " for this file";
        struct statvfs info{};
        if (code == ENOSPC && ::statvfs(path.parent_path().empty() ? "." : path.parent_path().c_str(), &info) == 0)
            e.found = formatBytes(std::uint64_t(info.f_bavail) * info.f_frsize) + " free";
        e.remedy = "free some space or choose a target on another disk; nothing was changed at the target";
    } else if (code == ENOENT) {
        e.code = ErrorCode::NotFound;
    } else if (code == EEXIST) {
        e.code = ErrorCode::Exists;
    }
    return e;
}

fs::path parentOf(const fs::path& path)
{
    const fs::path parent = path.parent_path();
    return parent.empty() ? fs::path(".") : parent;
}

/// "out/" means "out".
fs::path withoutSlash(fs::path path)
{
    while (!path.has_filename() && path.has_relative_path()) path = path.parent_path();
    return path;
}

/// A hidden name beside the target that nobody else uses.
fs::path temporaryName(const fs::path& target)
{
    std::random_device device;
    std::array<char, 17> tail{};
    std::snprintf(tail.data(), tail.size(), "%08x%08x", device(), device());
    std::string name = target.filename().string();
    constexpr std::size_t kRoom = 200; // NAME_MAX is 255
    if (name.size() > kRoom) name.resize(kRoom);
    return parentOf(target) / ("." + name + "." + tail.data() + ".partial");
}

Error existsError(const fs::path& target)
{
    return Error(ErrorCode::Exists, "the target exists")
        .inFile(target.string())
        .fix("choose another name, or --force to replace it");
}

bool isThere(const fs::path& path)
{
    struct stat info{};
    return ::lstat(path.c_str(), &info) == 0;
}

Status checkTarget(const fs::path& target, OnExisting onExisting, bool folder)
{
    if (target.empty() || target.filename().empty() || target.filename() == "." || target.filename() == "..")
        return fail(Error(ErrorCode::Usage, "not the name of a target").inFile(target.string()));
    struct stat info{};
    if (::stat(parentOf(target).c_str(), &info) != 0)
        return fail(systemError(errno, parentOf(target), "the target's folder"));
    if (!S_ISDIR(info.st_mode))
        return fail(
            Error(ErrorCode::NotFound, "the target's parent is not a folder").inFile(parentOf(target).string()));
    if (::lstat(target.c_str(), &info) != 0) return {};
    if (onExisting == OnExisting::Refuse) return fail(existsError(target));
    if (folder ? !S_ISDIR(info.st_mode) : !S_ISREG(info.st_mode))
        return fail(Error(ErrorCode::Exists, folder ? "the target exists and is not a folder"
                                                    : "the target exists and is not a regular file")
                        .inFile(target.string())
                        .fix("choose another name"));
    return {};
}

Status syncPath(const fs::path& path, bool folder)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | (folder ? O_DIRECTORY : 0));
    if (fd < 0) return fail(systemError(errno, path, "can't sync"));
    const int code = ::fsync(fd) == 0 ? 0 : errno;
    ::close(fd);
    // Some file systems have nothing to sync for a folder.
    if (code != 0 && !(folder && (code == EINVAL || code == EROFS))) return fail(systemError(code, path, "can't sync"));
    return {};
}

int rename2(const fs::path& from, const fs::path& to, unsigned flags)
{
    return ::syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) == 0 ? 0 : errno;
}

/// Puts `from` in the place of `to` in one step. Afterwards `from` is either gone, or the old target (`old` is true).
Status putInPlace(const fs::path& from, const fs::path& to, OnExisting onExisting, bool& old)
{
    old = false;
    int code = rename2(from, to, RENAME_NOREPLACE);
    if (code == EINVAL || code == ENOSYS) // a file system without the flag: the check can only come before
        code = isThere(to) ? EEXIST : (::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno);
    if (code == EEXIST && onExisting == OnExisting::Replace) {
        code = rename2(from, to, RENAME_EXCHANGE);
        old = code == 0;
        if (code == EINVAL || code == ENOSYS)
            return fail(Error(ErrorCode::Io, "this file system can't exchange two names in one step")
                            .inFile(to.string())
                            .fix("write to a new name, or remove the target yourself"));
    }
    if (code == EEXIST) return fail(existsError(to));
    if (code != 0) return fail(systemError(code, to, "can't put the target in place"));
    return syncPath(parentOf(to), true);
}

} // namespace

Result<OutputFile> OutputFile::create(const fs::path& path)
{
    OutputFile file;
    constexpr mode_t kMode = 0666;
    file.m_fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kMode);
    if (file.m_fd < 0) return fail(systemError(errno, path, "can't create"));
    file.m_path = path;
    file.m_buffer.reserve(kBuffer);
    return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : m_path(std::move(other.m_path)), m_fd(std::exchange(other.m_fd, -1)), m_written(other.m_written),
      m_buffer(std::move(other.m_buffer))
{
}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept
{
    std::swap(m_path, other.m_path);
    std::swap(m_fd, other.m_fd);
    std::swap(m_written, other.m_written);
    std::swap(m_buffer, other.m_buffer);
    return *this;
}

OutputFile::~OutputFile()
{
    if (m_fd >= 0) ::close(m_fd);
}

Status OutputFile::reserve(std::uint64_t bytes)
{
    if (bytes == 0) return {};
    if (::fallocate(m_fd, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes)) == 0) return {};
    const int code = errno;
    if (code == ENOSPC || code == EDQUOT || code == EFBIG)
        return fail(systemError(code, m_path, "can't reserve", bytes));
    return {}; // not every file system can promise space
}

Status OutputFile::writeAll(const std::byte* data, std::size_t size)
{
    constexpr std::size_t kLargest = std::size_t(1) << 30;
    while (size > 0) {
        const ssize_t n = ::write(m_fd, data, std::min(size, kLargest));
        if (n < 0) {
            if (errno == EINTR) continue;
            return fail(systemError(errno, m_path, "can't write"));
        }
        data += n;
        size -= static_cast<std::size_t>(n);
    }
    return {};
}

Status OutputFile::flush()
{
    QS_TRY(writeAll(m_buffer.data(), m_buffer.size()));
    m_buffer.clear();
    return {};
}

Status OutputFile::write(std::span<const std::byte> bytes)
{
    if (m_fd < 0) return fail(ErrorCode::Internal, "writing to a finished file");
    m_written += bytes.size();
    if (m_buffer.size() + bytes.size() > kBuffer) QS_TRY(flush());
    if (bytes.size() >= kBuffer) return writeAll(bytes.data(), bytes.size());
    m_buffer.insert(m_buffer.end(), bytes.begin(), bytes.end());
    return {};
}

Status OutputFile::write(std::string_view text) { return write(std::as_bytes(std::span(text))); }

Status OutputFile::writeAt(std::uint64_t offset, std::span<const std::byte> bytes)
{
    if (m_fd < 0 || offset + bytes.size() > m_written)
        return fail(ErrorCode::Internal, "overwriting what was not written");
    QS_TRY(flush());
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t n = ::pwrite(m_fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(systemError(errno, m_path, "can't write"));
        done += static_cast<std::size_t>(n);
    }
    return {};
}

Status OutputFile::finish()
{
    if (m_fd < 0) return {};
    QS_TRY(flush());
    if (::fsync(m_fd) != 0) return fail(systemError(errno, m_path, "can't sync"));
    const int fd = std::exchange(m_fd, -1);
    if (::close(fd) != 0) return fail(systemError(errno, m_path, "can't close"));
    return {};
}

CrashSafeFile::CrashSafeFile(fs::path target, OnExisting onExisting, OutputFile output)
    : m_target(std::move(target)), m_onExisting(onExisting), m_output(std::move(output)), m_temporary(m_output.path())
{
}

Result<CrashSafeFile> CrashSafeFile::create(const fs::path& target, OnExisting onExisting)
{
    QS_TRY(checkTarget(target, onExisting, false));
    QS_ASSIGN(auto output, OutputFile::create(temporaryName(target)));
    return CrashSafeFile(target, onExisting, std::move(output));
}

CrashSafeFile::~CrashSafeFile()
{
    if (!m_temporary.path.empty()) ::unlink(m_temporary.path.c_str());
}

Status CrashSafeFile::sync()
{
    if (m_synced) return {};
    QS_TRY(m_output.finish());
    m_synced = true;
    return {};
}

Status CrashSafeFile::commit()
{
    if (m_temporary.path.empty()) return fail(ErrorCode::Internal, "committing twice");
    QS_TRY(sync());
    bool old = false;
    QS_TRY(putInPlace(m_temporary.path, m_target, m_onExisting, old));
    if (old) ::unlink(m_temporary.path.c_str());
    m_temporary.path.clear();
    return {};
}

CrashSafeFolder::CrashSafeFolder(fs::path target, OnExisting onExisting, fs::path temporary)
    : m_target(std::move(target)), m_onExisting(onExisting), m_temporary(std::move(temporary))
{
}

Result<CrashSafeFolder> CrashSafeFolder::create(const fs::path& asked, OnExisting onExisting)
{
    const fs::path target = withoutSlash(asked);
    QS_TRY(checkTarget(target, onExisting, true));
    fs::path temporary = temporaryName(target);
    constexpr mode_t kMode = 0777;
    if (::mkdir(temporary.c_str(), kMode) != 0) return fail(systemError(errno, temporary, "can't create the folder"));
    return CrashSafeFolder(target, onExisting, std::move(temporary));
}

CrashSafeFolder::~CrashSafeFolder()
{
    std::error_code ec;
    if (!m_temporary.path.empty()) fs::remove_all(m_temporary.path, ec);
}

Status CrashSafeFolder::addFile(std::string_view name, std::string_view content)
{
    QS_ASSIGN(auto out, OutputFile::create(m_temporary.path / fs::path(std::string(name))));
    QS_TRY(out.write(content));
    return out.finish();
}

Status CrashSafeFolder::copyFile(const fs::path& from)
{
    QS_ASSIGN(const auto file, MappedFile::open(from));
    QS_ASSIGN(auto out, OutputFile::create(m_temporary.path / from.filename()));
    QS_TRY(out.reserve(file->size()));
    constexpr std::uint64_t kStep = std::uint64_t(1) << 24;
    for (std::uint64_t at = 0; at < file->size(); at += kStep) {
        const std::uint64_t n = std::min(kStep, file->size() - at);
        QS_TRY(out.write(file->bytes().subspan(at, n)));
        file->release(at, n);
    }
    QS_TRY(file->check());
    return out.finish();
}

Status CrashSafeFolder::commit()
{
    if (m_temporary.path.empty()) return fail(ErrorCode::Internal, "committing twice");
    std::error_code ec;
    for (fs::recursive_directory_iterator it(m_temporary.path, ec), end; !ec && it != end; it.increment(ec)) {
        const auto type = it->symlink_status(ec).type();
        if (type == fs::file_type::regular || type == fs::file_type::directory)
            QS_TRY(syncPath(it->path(), type == fs::file_type::directory));
    }
    if (ec) return fail(systemError(ec.value(), m_temporary.path, "can't sync"));
    QS_TRY(syncPath(m_temporary.path, true));
    bool old = false;
    QS_TRY(putInPlace(m_temporary.path, m_target, m_onExisting, old));
    if (old) fs::remove_all(m_temporary.path, ec); // the new one stands: an old one that can't go is no failure
    m_temporary.path.clear();
    return {};
}

} // namespace qs::io
