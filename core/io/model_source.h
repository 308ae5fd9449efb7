// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/exec/context.h"
#include "core/io/mapped_file.h"
#include "core/io/roles.h"
#include "core/tensor/dtype.h"
#include "core/tensor/matrix.h"
#include "core/tensor/shape.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace qs::io {

/// How to read a tensor that does not lie as plain little-endian C-order bytes in a mapped file
/// (strided, byte-swapped, Fortran order, deflated).
class TensorReader {
public:
    virtual ~TensorReader() = default;
    /// Writes the C-order little-endian bytes of the flat element range [begin, end) (whole blocks) to `out`.
    virtual Status read(std::uint64_t begin, std::uint64_t end, std::span<std::byte> out) const = 0;
};

/// One tensor of a checkpoint. Small: a million of them must fit (hostile_inputs.md 38).
struct TensorInfo {
    std::string name;                ///< as stored; never a path; show through escapeText
    DType dtype = DType::F32;
    Shape shape;                     ///< row-major, [out, in] (GGUF's reversed)
    std::uint64_t bytes = 0;         ///< stored bytes
    std::uint32_t file = 0;          ///< index into ModelSource::files
    std::uint64_t offset = 0;        ///< absolute offset of the first byte in that file
    std::shared_ptr<const TensorReader> reader; ///< null: plain bytes at offset
    Place place;
    /// What decoded values are multiplied by: one factor for the tensor, or one per slice of the first dimension (stacked
    /// experts); null: none. Not part of `bytes`: the factors are a tensor of their own.
    std::shared_ptr<const std::vector<float>> factors;
};

/// One scalar of metadata.
using MetaScalar = std::variant<bool, std::int64_t, std::uint64_t, double, std::string>;

/// One metadata entry. Long arrays keep their count and first 16 elements only; `offset` says where the array's
/// elements begin in file 0 for those who need all of them (tokenizers).
struct MetaEntry {
    std::string key;
    std::string type;                ///< "string", "u32", "f32", "bool", "json", element type for arrays
    bool isArray = false;
    std::uint64_t count = 1;
    std::vector<MetaScalar> values;  ///< one, or the head of an array
    std::uint64_t offset = 0;
};

/// The logical matrix of a weight: every tensor of rank >= 2 is seen as rows × cols with the rows' leading
/// dimensions folded, transposed where the checkpoint stores [in, out].
struct MatrixShape {
    Index rows = 0;
    Index cols = 0;
};

/// An opened checkpoint: headers only; data are read when asked for. Immutable and thread-safe after opening.
struct ModelSource {
    std::string format;              ///< "safetensors", "gguf", "pytorch", "npy", "npz"
    std::filesystem::path path;      ///< what was asked for
    std::filesystem::path folder;    ///< the model folder (config, tokenizer), or empty
    std::string architecture;        ///< lower-case model_type; empty where unknown
    std::vector<MetaEntry> metadata;
    std::string configJson;          ///< text of config.json; empty where there is none
    std::vector<std::string> warnings;
    std::vector<std::shared_ptr<const MappedFile>> files;
    std::vector<TensorInfo> tensors; ///< in natural order of names

    /// Sum of the sizes of all files.
    std::uint64_t fileBytes() const;
    /// Index of a tensor by name, or -1.
    std::ptrdiff_t find(std::string_view name) const;
    const MetaEntry* meta(std::string_view key) const;

    /// Plain bytes of a tensor where they lie so in the map; empty for tensors that need their reader.
    std::span<const std::byte> mapped(const TensorInfo& tensor) const;
    /// C-order little-endian bytes of the flat element range [begin, end) (whole blocks).
    Status readBytes(const TensorInfo& tensor, std::uint64_t begin, std::uint64_t end, std::span<std::byte> out) const;
    /// The same decoded to float. Fails for types without a float decoding.
    Status readFloats(const TensorInfo& tensor, std::uint64_t begin, std::uint64_t end, std::span<float> out) const;
    /// Rows [row0, row0 + out.size()/cols) of the logical matrix.
    Status readRows(const TensorInfo& tensor, Index row0, std::span<float> out) const;
    /// The whole logical matrix, in parallel row tiles.
    Result<Matrix> readMatrix(const TensorInfo& tensor, const Context& context) const;
};

/// True for a tensor that only holds the factors of another one's values (NVFP4's "<module>.scale" beside
/// "<module>.weight"): who reads that weight has them already.
bool isFactorOfAnother(const ModelSource& source, const TensorInfo& tensor);
/// Logical matrix of a tensor; rank 0 and 1 are one row.
MatrixShape matrixShape(const TensorInfo& tensor);
/// "model.layers.2" before "model.layers.10".
bool naturalLess(std::string_view a, std::string_view b);
/// Fills in places (roles) and sorts by natural order; readers call it last.
void finishCatalog(ModelSource& source);
/// Names selected by GLOBs of the command line (`*` crosses dots; `role:q_proj`, `block:0-3`, `expert:2`; leading `!`
/// excludes; order matters not: all excludes apply to the union of includes). Empty globs: the default selection of
/// specs/cli.md (linear roles inside blocks; where no architecture is known, every 2-D float tensor with both sides >= 8).
/// Error Usage for a malformed selector; an empty result is not an error here.
Result<std::vector<std::size_t>> selectTensors(const ModelSource& source, std::span<const std::string> globs);

} // namespace qs::io
