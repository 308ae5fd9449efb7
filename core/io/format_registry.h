// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"

#include <functional>

namespace qs::io {

/// A reader of one format: a folder under core/io/formats.
struct Format {
    std::string name;                     ///< "safetensors"
    std::string title;                    ///< for people: "safetensors (single file or sharded)"
    std::vector<std::string> extensions;  ///< ".safetensors"; for file dialogs
    int priority = 0;                     ///< folders: the reader with the highest priority that finds its files wins
    /// True where this file is (or claims to be) of the format; looks at the first bytes and the name.
    std::function<bool(const std::filesystem::path& file, std::span<const std::byte> head)> probeFile;
    /// True where this reader can open the model folder (it finds its weights or index there). May be null.
    std::function<bool(const std::filesystem::path& folder)> probeFolder;
    /// Opens a file, an index.json or a folder. Headers only.
    std::function<Result<std::shared_ptr<ModelSource>>(const std::filesystem::path&, const Context&)> open;
};

class FormatRegistry {
public:
    void add(Format format);
    std::span<const Format> formats() const { return m_formats; }

private:
    std::vector<Format> m_formats;
};

/// All built-in readers; made once.
const FormatRegistry& builtinFormats();

/// Opens any checkpoint: a file, an index.json, or a model folder (symlinks inside a Hugging Face cache are followed).
/// Adds config.json (architecture, metadata) of the folder where there is one. Errors name the file and the rule.
Result<std::shared_ptr<const ModelSource>> openModel(const std::filesystem::path& path, const Context& context);

} // namespace qs::io
