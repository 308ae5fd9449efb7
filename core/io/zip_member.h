// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/inflater.h"
#include "core/io/zip_archive.h"

#include <mutex>
#include <vector>

namespace qs::io {

/// Random access to the content of one member, stored or deflated, without holding it: the first read walks the stream
/// once, checks size and CRC-32, and keeps a resumable state every few MiB. Thread-safe.
class ZipMember {
public:
    ZipMember(std::shared_ptr<const ZipArchive> archive, const ZipEntry& entry);
    const ZipEntry& entry() const { return m_entry; }
    /// Content bytes [offset, offset + out.size()). Malformed where the member is broken.
    Status read(std::uint64_t offset, std::span<std::byte> out) const;

private:
    static constexpr std::uint64_t kStep = std::uint64_t(4) << 20; ///< content between two states
    Status walk() const;

    std::shared_ptr<const ZipArchive> m_archive;
    ZipEntry m_entry;
    mutable std::once_flag m_once;
    mutable Status m_status;
    mutable std::vector<Inflater> m_states; ///< state i stands at content byte i·kStep
};

} // namespace qs::io
