// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace qs::test {

/// One member of a zip that a test makes. The optional fields tell lies.
struct ZipMemberSpec {
    std::string name;
    std::string content;
    bool deflate = false;
    std::optional<std::uint16_t> method;       ///< written instead of the true one
    std::optional<std::uint16_t> flags;        ///< in both headers
    std::optional<std::uint32_t> crc;          ///< in both headers
    std::optional<std::string> localName;      ///< in the local header only
    std::optional<std::uint64_t> size;         ///< content size in both headers
    std::optional<std::uint64_t> localSize;    ///< content size in the local header only
    std::optional<std::uint64_t> localOffset;  ///< in the directory
    bool zip64 = false;                        ///< sizes in zip64 fields
    bool descriptor = false;                   ///< sizes after the data, bit 3 (as torch writes)
    std::size_t localExtra = 0;                ///< padding in the local header's extra field
};

struct ZipSpec {
    std::vector<ZipMemberSpec> members;
    bool zip64End = false;                     ///< zip64 end record and locator
    std::optional<std::uint64_t> count;        ///< number of entries, in the end record(s)
    std::optional<std::uint64_t> directorySize;
    std::optional<std::uint64_t> directoryOffset;
    std::string comment;
};

/// The bytes of the archive.
std::string makeZip(const ZipSpec& spec);
inline std::string makeZip(std::vector<ZipMemberSpec> members)
{
    ZipSpec spec;
    spec.members = std::move(members);
    return makeZip(spec);
}

/// The bytes of a .npy file: version 1.0 with this dictionary text, then `data`.
std::string makeNpy(const std::string& dictionary, const std::string& data);

/// The bytes of a safetensors file: length, header text (padded to 8 bytes with spaces where `pad`), data.
std::string makeSafetensors(std::string json, const std::string& data, bool pad = true);

/// The bytes of values as they lie in memory.
template <class T>
std::string rawBytes(const std::vector<T>& values)
{
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

} // namespace qs::test
