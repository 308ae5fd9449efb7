// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"
#include "core/metrics/weight_error/weight_error.h"

#include <functional>
#include <string>

namespace qs::exporting {

/// SHA-256 of the logical matrix as little-endian F32, row-major [out, in]; of the stored bytes where the type has no
/// float decoding (`ofBytes`).
struct ValueHash {
    std::string sha256;
    bool ofBytes = false;
};
Result<ValueHash> hashTensor(const io::ModelSource& source, const io::TensorInfo& tensor, const Context& context);
std::string hashMatrix(MatrixView m);

/// Rounds every value to what `type` (F32, F16, BF16) stores. NotRepresentable where a finite value overflows.
Status roundTo(DType type, Matrix& values, const std::string& tensorName);

/// Error of `stored` against the source's own values, by row tiles.
Result<metrics::WeightError> errorAgainst(const io::ModelSource& source, const io::TensorInfo& tensor, MatrixView stored,
                                          const Context& context);

/// Rows of GGUF's rotary order brought to Hugging Face's (formats.md A6.3): out[h·hd + p·hd/2 + i] = in[h·hd + 2i + p].
Matrix unpermuteRotary(MatrixView m, Index headRows);
Matrix permuteRotary(MatrixView m, Index headRows);
/// Where each row of one order lies in the other: row r of the result is row order[r] of the argument.
std::vector<Index> rotaryOrder(Index rows, Index headRows); ///< of a result in GGUF's order, from Hugging Face's
/// GPT-NeoX's fused rows, by head in Hugging Face's files: of a result with all q, then all k, then all v.
std::vector<Index> fusedOrder(Index rows, Index heads);
std::vector<Index> inverseOrder(std::span<const Index> order);
Matrix takeRows(MatrixView m, std::span<const Index> order);

/// Delivers the matrix in stored order (transposed back where asked) encoded as `type`, in pieces.
Status emitMatrix(MatrixView m, bool transposed, DType type, const std::function<Status(std::span<const std::byte>)>& sink);
/// Delivers a tensor's stored bytes as they are, in pieces.
Status emitStored(const io::ModelSource& source, const io::TensorInfo& tensor, const Context& context,
                  const std::function<Status(std::span<const std::byte>)>& sink);

} // namespace qs::exporting
