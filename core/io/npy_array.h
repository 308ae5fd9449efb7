// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"

#include <functional>

namespace qs::io {

/// The header of a NumPy array file (formats.md A4).
struct NpyHeader {
    static constexpr std::size_t kLongest = 10'000 + 12; ///< bytes that hold any header that is accepted
    DType dtype = DType::F32;
    Shape shape;
    bool fortran = false;         ///< column-major, and it matters (more than one dimension above 1)
    bool swapped = false;         ///< big-endian
    std::uint64_t dataOffset = 0; ///< from the array file's first byte
    std::uint64_t bytes = 0;      ///< of the data
};

/// Parses magic, version and the dictionary. `head` is the file's beginning (min(total, kLongest) bytes), `total` its
/// length. Refuses by formats.md D.4: Unsafe for objects (they need pickle), Unsupported for structured and other
/// types, Malformed for everything else. `file` and `tensor` are for the error.
Result<NpyHeader> parseNpyHeader(std::span<const std::byte> head, std::uint64_t total,
                                 const std::filesystem::path& file, const std::string& tensor);

/// Reads bytes [offset, offset + out.size()) of an array's data.
using NpyBytes = std::function<Status(std::uint64_t offset, std::span<std::byte> out)>;

/// A reader for arrays that are not plain bytes in a map: big-endian, column-major or inside a zip member.
std::shared_ptr<const TensorReader> makeNpyReader(const NpyHeader& header, NpyBytes bytes);

} // namespace qs::io
