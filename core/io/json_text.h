// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace qs::io {

/// What JSON from a stranger may be (formats.md D.6, hostile_inputs.md 33, 39, 40).
struct JsonLimits {
    std::uint64_t bytes = std::uint64_t(64) << 20;
    int depth = 128;
    std::size_t values = 1'000'000;             ///< of a document that is kept as a tree
    std::size_t stringBytes = std::size_t(16) << 20; ///< one string, as written
};

/// Checks the bytes of a JSON text before a parser sees them: strict UTF-8, no byte order mark, no NUL, no string
/// longer than the limit. `base` is where the text begins in `file`, for the error's position.
Status checkJsonBytes(std::string_view text, const JsonLimits& limits, const std::filesystem::path& file,
                      std::uint64_t base = 0);

/// Parses a whole document within the limits. Malformed for anything that is not JSON, for a key given twice in one
/// object, for deep nesting and for numbers beyond a double.
Result<nlohmann::json> parseJson(std::string_view text, const JsonLimits& limits, const std::filesystem::path& file);

/// A JSON parser's message without its library prefix, cut to a readable length.
std::string jsonComplaint(std::string_view what);

/// A small text file as a whole (config.json, an index). Malformed where it is larger than `limit` or not a regular
/// file.
Result<std::string> readTextFile(const std::filesystem::path& path, std::uint64_t limit);

} // namespace qs::io
