// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/io/crash_safe_writer.h"
#include "core/tensor/dtype.h"
#include "core/tensor/shape.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace qs::io {

/// A tensor to be written; its bytes come later.
struct TensorDeclaration {
    std::string name;
    DType dtype = DType::F32; ///< one with a safetensors name
    Shape shape;
};

/// Takes the next bytes of a tensor (C order, little-endian), in chunks of any size.
using ByteSink = std::function<Status(std::span<const std::byte>)>;
/// Delivers the bytes of declaration `index` to the sink, all of them, in order.
using TensorBytes = std::function<Status(std::size_t index, const ByteSink& sink)>;

/// Lays out and writes safetensors files without holding a tensor in memory (formats.md A1.6, A1.7): sizes are known
/// from the declarations, so headers go first. Tensors are sorted by type (widest first), then name; the header is
/// padded to 8 bytes; "__metadata__" always has "format": "pt". More than one shard gets an index.
class SafetensorsWriter {
public:
    /// One file of the plan.
    struct File {
        std::string name;                 ///< "model.safetensors" or "model-00001-of-00003.safetensors"
        std::string header;               ///< 8-byte length and padded JSON
        std::vector<std::size_t> order;   ///< indexes of declarations in the order of their data
        std::uint64_t bytes = 0;          ///< of the whole file
    };

    /// Plans the files. `shardLimit`: bytes of tensors in one shard, 0 for a single file. `stem` is "model" as a rule.
    /// NotRepresentable: a type without a safetensors name, an empty, duplicate or too long name, elements that do not
    /// fill bytes, a header above 100 MB.
    static Result<SafetensorsWriter> plan(std::vector<TensorDeclaration> tensors,
                                          std::map<std::string, std::string> metadata, std::uint64_t shardLimit = 0,
                                          const std::string& stem = "model");

    const std::vector<TensorDeclaration>& tensors() const { return m_tensors; }
    const std::vector<File>& files() const { return m_files; }
    std::uint64_t tensorBytes() const { return m_tensorBytes; }
    /// Text and name of the index; empty for one file.
    const std::string& indexJson() const { return m_indexJson; }
    const std::string& indexName() const { return m_indexName; }

    /// Writes file `i` of the plan into `out`, calling `bytes` once for each of its tensors in order. Internal where a
    /// tensor gets more or fewer bytes than declared; Cancelled between chunks.
    Status writeFile(std::size_t i, OutputFile& out, const TensorBytes& bytes, const Context& context) const;
    /// Writes all files and the index into a folder (as a rule a CrashSafeFolder's), each synced.
    Status writeFolder(const std::filesystem::path& folder, const TensorBytes& bytes, const Context& context) const;

private:
    std::vector<TensorDeclaration> m_tensors;
    std::vector<File> m_files;
    std::uint64_t m_tensorBytes = 0;
    std::string m_indexJson;
    std::string m_indexName;
};

} // namespace qs::io
