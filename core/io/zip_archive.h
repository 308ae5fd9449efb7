// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/io/mapped_file.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qs::io {

/// One member of a zip archive.
struct ZipEntry {
    static constexpr std::uint16_t kStored = 0;
    static constexpr std::uint16_t kDeflated = 8;
    std::string name;               ///< as stored; a plain relative path without ".."
    std::uint16_t method = kStored;
    std::uint32_t crc = 0;          ///< CRC-32 of the content; 0 where the writer left it out
    std::uint64_t compressed = 0;   ///< bytes in the file
    std::uint64_t size = 0;         ///< bytes of the content
    std::uint64_t offset = 0;       ///< absolute offset of the first (compressed) byte
    bool isFolder = false;          ///< the name ends in '/'
};

/// What an archive may be (formats.md D.3, D.4).
struct ZipLimits {
    std::size_t entries = 100'000;
    std::uint64_t ratio = 200;      ///< content : compressed bytes of a member
};

/// The directory of a zip file in a map, read once and checked before anything is used (formats.md A3.2;
/// hostile_inputs.md §1): zip64, local against central headers, duplicate names, overlapping members, encrypted or
/// unknown methods, names that lead out, sizes beyond the file, expansion ratio. No content is read by open().
/// Immutable, thread-safe.
class ZipArchive {
public:
    static Result<ZipArchive> open(std::shared_ptr<const MappedFile> file, const ZipLimits& limits = {});

    /// Members in the order of the central directory.
    std::span<const ZipEntry> entries() const { return m_entries; }
    /// A member by its name, or null.
    const ZipEntry* find(std::string_view name) const;
    const std::shared_ptr<const MappedFile>& file() const { return m_file; }

    /// Bytes of a member as they lie in the map (compressed where it is deflated).
    std::span<const std::byte> raw(const ZipEntry& entry) const;
    /// The whole content of a stored or deflated member into `out` (exactly entry.size bytes). Malformed where the
    /// stream is broken or longer or shorter than declared. The CRC is checked unless it is 0.
    Status inflate(const ZipEntry& entry, std::span<std::byte> out) const;
    /// The first out.size() bytes of the content (at most entry.size), without a CRC check.
    Status inflateHead(const ZipEntry& entry, std::span<std::byte> out) const;
    /// Reads a member through and compares size and CRC-32 (the latter not where it is 0). Holds little memory.
    Status checkCrc(const ZipEntry& entry) const;
    /// checkCrc of members in order as long as the sum of their sizes stays within `budget` bytes; larger ones are
    /// passed over. Tells which were checked: readers check the others when they first read them.
    Result<std::vector<bool>> checkCrcs(std::uint64_t budget) const;

private:
    std::shared_ptr<const MappedFile> m_file;
    std::vector<ZipEntry> m_entries;
    std::vector<std::uint32_t> m_byName; ///< indexes in order of names
};

} // namespace qs::io
