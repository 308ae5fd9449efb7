// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/base/error.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace qs::model {

/// Token ids, all in order: of a NumPy array (.npy, I32 or I64), or of a text file of whole numbers between white space,
/// commas and brackets (a JSON list). Malformed for an id below 0 or above 2^31 - 1 and for anything else.
Result<std::vector<std::int32_t>> readTokenIds(const std::filesystem::path& file, const Context& context);

/// A text file as a whole, checked to be UTF-8: Malformed with the byte where it is not.
Result<std::string> readUtf8File(const std::filesystem::path& file);

} // namespace qs::model
