// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace qs::io {

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& path)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        const int e = errno;
        return fail(Error(e == ENOENT ? ErrorCode::NotFound : ErrorCode::Io, std::string("can't open: ") + std::strerror(e))
                        .inFile(path.string()));
    }
    struct stat info{};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        ::close(fd);
        return fail(Error(ErrorCode::Malformed, "not a regular file").inFile(path.string()));
    }
    std::shared_ptr<MappedFile> file(new MappedFile);
    file->m_path = path;
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size > 0) {
        void* p = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
        if (p == MAP_FAILED) {
            ::close(fd);
            return fail(Error(ErrorCode::Io, std::string("can't map: ") + std::strerror(errno)).inFile(path.string()));
        }
        file->m_bytes = {static_cast<const std::byte*>(p), size};
    }
    ::close(fd);
    return std::shared_ptr<const MappedFile>(file);
}

MappedFile::~MappedFile()
{
    if (!m_bytes.empty()) ::munmap(const_cast<std::byte*>(m_bytes.data()), m_bytes.size());
}

Status MappedFile::check() const
{
    if (healthy()) return {};
    return fail(Error(ErrorCode::Io, "the file changed or shrank while it was being read")
                    .inFile(m_path.string())
                    .fix("reload it"));
}

void MappedFile::release(std::uint64_t offset, std::uint64_t length) const
{
    const std::uint64_t page = 4096;
    const std::uint64_t begin = (offset + page - 1) / page * page;
    const std::uint64_t end = (offset + length) / page * page;
    if (end > begin) ::madvise(const_cast<std::byte*>(m_bytes.data()) + begin, end - begin, MADV_DONTNEED);
}

} // namespace qs::io
