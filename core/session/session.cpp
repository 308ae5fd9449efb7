// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session.h"

#include "core/base/bytes.h"
#include "core/base/sha256.h"

#include <algorithm>
#include <array>
#include <sys/stat.h>

namespace qs::session {

Result<Checkpoint> describeCheckpoint(const io::ModelSource& source)
{
    constexpr std::uint64_t kHead = std::uint64_t(64) << 10;
    Checkpoint c;
    std::error_code ec;
    c.path = std::filesystem::absolute(source.path, ec).lexically_normal();
    c.bytes = source.fileBytes();
    Sha256 hash;
    for (const auto& file : source.files) {
        const std::string name = file->path().filename().string();
        hash.update(std::as_bytes(std::span(name)));
        std::array<std::byte, 8> size;
        storeLe(size.data(), file->size());
        hash.update(size);
        hash.update(file->bytes().first(std::min(kHead, file->size())));
        QS_TRY(file->check());
        struct stat info{};
        if (::stat(file->path().c_str(), &info) == 0)
            c.modified = std::max<std::int64_t>(c.modified, std::int64_t(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec);
    }
    c.headerHash = hash.finish();
    return c;
}

CheckpointState compareCheckpoint(const Checkpoint& remembered, const io::ModelSource* source)
{
    if (!source) return CheckpointState::Missing;
    const auto now = describeCheckpoint(*source);
    if (!now) return CheckpointState::Changed;
    return now->bytes == remembered.bytes && now->headerHash == remembered.headerHash ? CheckpointState::Same
                                                                                      : CheckpointState::Changed;
}

} // namespace qs::session
