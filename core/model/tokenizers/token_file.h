// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/io/model_source.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace qs::model {

/// Token ids of a file.
struct TokenFile {
    std::vector<std::int32_t> ids;      ///< all, in order
    std::vector<std::uint64_t> shape;   ///< of an array: [T] or [B, T]; of a list: its length
};

/// From a NumPy array (.npy, I32 or I64, any rank), or a text file of whole numbers between white space, commas and
/// brackets (a JSON list). Malformed for an id below 0 or above 2^31 - 1 and for anything else.
Result<TokenFile> readTokenFile(const std::filesystem::path& file, const Context& context);

/// A text file as a whole, checked to be UTF-8: Malformed with the byte where it is not.
Result<std::string> readUtf8File(const std::filesystem::path& file);

} // namespace qs::model
