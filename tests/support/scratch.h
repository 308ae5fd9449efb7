// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace qs::test {

/// A temporary folder that goes with the object.
class Scratch {
public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const std::filesystem::path& path() const { return m_path; }
    /// Writes a file below the folder (making folders on the way) and returns its path.
    std::filesystem::path file(const std::string& name, std::string_view bytes) const;

private:
    std::filesystem::path m_path;
};

/// Peak of memory that one piece of work adds: the resident peak since construction minus what was resident then.
class MemoryProbe {
public:
    MemoryProbe();
    /// Bytes by which the resident peak rose since construction; 0 under a sanitizer, whose own memory would count.
    std::uint64_t addedBytes() const;

private:
    std::uint64_t m_before = 0;
};

} // namespace qs::test
