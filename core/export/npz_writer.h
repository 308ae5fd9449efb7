// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/crash_safe_writer.h"
#include "core/tensor/dtype.h"
#include "core/tensor/shape.h"

#include <string>
#include <string_view>

namespace qs::exporting {

/// Writes a NumPy .npz: a zip archive of stored .npy members (formats.md A4), zip64 where sizes ask for it.
/// Data of a member are aligned to 64 bytes as NumPy does it within the member.
class NpzWriter {
public:
    /// Sizes and offsets a classic zip record holds; from here on they stand in zip64 records.
    static constexpr std::uint64_t kZip64From = 0xFFFFFFFFU;
    /// `zip64From`: lower than kZip64From only to try the large form on small data.
    explicit NpzWriter(io::OutputFile& file, std::uint64_t zip64From = kZip64From) : m_file(file), m_zip64From(zip64From) {}
    /// True where NumPy has this type.
    static bool holds(DType type);
    /// A tensor's name as a member: '/', '\\', '%' and control characters as %XX, since members are paths to some.
    static std::string memberName(std::string_view name);
    /// Begins a member; exactly byteSize(dtype, shape) bytes must follow by write(), then end().
    Status begin(std::string_view name, DType type, const Shape& shape);
    Status write(std::span<const std::byte> bytes);
    Status end();
    /// Writes the central directory; the file stays open.
    Status finish();

private:
    struct Member {
        std::string name;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
        std::uint32_t crc = 0;
    };
    io::OutputFile& m_file;
    std::uint64_t m_zip64From;
    std::vector<Member> m_members;
    std::uint64_t m_expected = 0;
};

} // namespace qs::exporting
