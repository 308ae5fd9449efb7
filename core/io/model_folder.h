// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/io/model_source.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace qs::io {

/// A name that an index gives for a file beside it: no separator, "..", drive letter, URL, NUL or control character
/// (formats.md A1.7). `from` is the file that gives the name.
Status checkPlainName(std::string_view name, const std::filesystem::path& from);

/// A tensor's name as formats.md D wants it: valid UTF-8 is the parser's part; no NUL, at most 1024 bytes.
Status checkTensorName(std::string_view name, const std::filesystem::path& file);

/// The path of the file `name` in `folder` after checkPlainName. It must be a regular file (Malformed where it is
/// missing, since `from` promises it). A symlink may lead to a file in the same folder, or, inside a Hugging Face
/// cache (.../snapshots/REVISION), to .../blobs; anything else is Unsafe.
Result<std::filesystem::path> fileInFolder(const std::filesystem::path& folder, std::string_view name,
                                           const std::filesystem::path& from);

/// Reads config.json of a folder into `source` (formats.md A6.2): architecture (model_type in lower case, or that of
/// text_config), configJson, folder, and metadata entries "config.KEY" (scalars by their type, everything else as
/// "json" text). Keys of text_config count where the top level has none of that name. Nothing happens where there is
/// no config.json. Malformed by formats.md D.6 and for impossible quantization_config values (hostile_inputs.md 53).
Status readModelConfig(ModelSource& source, const std::filesystem::path& folder);

/// For a checkpoint that was opened as a file: reads the config of its folder, but a bad one is only a warning.
void readNeighbourConfig(ModelSource& source, const std::filesystem::path& folder);

/// Warnings about names that could deceive (control or bidirectional characters, empty names), one for each kind.
/// Readers call it once the catalogue stands.
void warnAboutNames(ModelSource& source);

} // namespace qs::io
