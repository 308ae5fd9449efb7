// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/tensor_values.h"

#include "core/base/format.h"
#include "core/base/sha256.h"
#include "core/exec/parallel_for.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace qs::exporting {
namespace {

constexpr std::uint64_t kPiece = std::uint64_t(1) << 20; // elements

// Elements of one piece: whole blocks.
std::uint64_t pieceOf(DType type)
{
    const std::uint64_t block = traits(type).blockElements;
    return kPiece / block * block;
}

} // namespace

std::string hashMatrix(MatrixView m) { return sha256Hex(std::as_bytes(m.data)); }

Result<ValueHash> hashTensor(const io::ModelSource& source, const io::TensorInfo& tensor, const Context& context)
{
    Sha256 hash;
    if (!traits(tensor.dtype).decodable) {
        QS_TRY(emitStored(source, tensor, context, [&](std::span<const std::byte> bytes) -> Status {
            hash.update(bytes);
            return {};
        }));
        return ValueHash{hash.finish(), true};
    }
    const io::MatrixShape shape = io::matrixShape(tensor);
    const Index rows = shape.cols == 0 ? 0 : shape.rows;
    const Index tile = std::max<Index>(1, static_cast<Index>(4 * kPiece) / std::max<Index>(1, shape.cols));
    std::vector<float> values;
    for (Index r = 0; r < rows; r += tile) {
        if (context.stopped()) return cancelled();
        values.resize(static_cast<std::size_t>(std::min(tile, rows - r) * shape.cols));
        QS_TRY(source.readRows(tensor, r, values));
        hash.update(std::as_bytes(std::span<const float>(values)));
    }
    return ValueHash{hash.finish(), false};
}

Status roundTo(DType type, Matrix& values, const std::string& tensorName)
{
    if (type == DType::F32) return {};
    std::vector<std::byte> raw;
    auto all = values.data();
    for (std::size_t at = 0; at < all.size(); at += kPiece) {
        const auto part = all.subspan(at, std::min<std::size_t>(kPiece, all.size() - at));
        raw.resize(part.size() * traits(type).blockBytes);
        std::vector<float> before(part.begin(), part.end());
        floatToPlain(type, part, raw);
        plainToFloat(type, raw, part);
        for (std::size_t i = 0; i < part.size(); ++i)
            if (!std::isfinite(part[i]) && std::isfinite(before[i]))
                return fail(Error(ErrorCode::NotRepresentable, "a value is too large for " + std::string(dtypeName(type)))
                                .ofTensor(tensorName)
                                .got(formatNumber(before[i], 6))
                                .fix("export with dtype=bf16 or dtype=f32"));
    }
    return {};
}

Result<metrics::WeightError> errorAgainst(const io::ModelSource& source, const io::TensorInfo& tensor, MatrixView stored,
                                          const Context& context)
{
    std::mutex mutex;
    Status first;
    const Index grain = std::max<Index>(1, (Index(1) << 16) / std::max<Index>(1, stored.cols));
    auto total = reduceOrdered(
        context, stored.rows, grain, metrics::WeightError{},
        [&](Index b, Index e) {
            metrics::WeightError part;
            std::vector<float> original(static_cast<std::size_t>((e - b) * stored.cols));
            if (auto s = source.readRows(tensor, b, original); !s) {
                const std::scoped_lock lock(mutex);
                if (first) first = std::move(s);
                return part;
            }
            for (Index r = b; r < e; ++r)
                part.add(std::span<const float>(original).subspan(static_cast<std::size_t>((r - b) * stored.cols),
                                                                  static_cast<std::size_t>(stored.cols)),
                         stored.row(r));
            return part;
        },
        [](metrics::WeightError& sum, const metrics::WeightError& part) { sum.merge(part); });
    if (!first) return fail(std::move(first.error()));
    if (context.stopped()) return cancelled();
    return total;
}

namespace {

Matrix moveRotary(MatrixView m, Index headRows, bool toHuggingFace)
{
    Matrix out(m.rows, m.cols);
    for (Index h = 0; h < m.rows / headRows; ++h)
        for (Index i = 0; i < headRows / 2; ++i)
            for (Index p = 0; p < 2; ++p) {
                const Index interleaved = h * headRows + 2 * i + p;
                const Index split = h * headRows + p * headRows / 2 + i;
                const auto from = m.row(toHuggingFace ? interleaved : split);
                std::copy(from.begin(), from.end(), out.row(toHuggingFace ? split : interleaved).begin());
            }
    return out;
}

} // namespace

std::vector<Index> rotaryOrder(Index rows, Index headRows)
{
    std::vector<Index> order(static_cast<std::size_t>(rows));
    for (Index r = 0; r < rows; ++r) {
        const Index i = r % headRows;
        order[static_cast<std::size_t>(r)] = r - i + (i % 2) * headRows / 2 + i / 2;
    }
    return order;
}

std::vector<Index> fusedOrder(Index rows, Index heads)
{
    std::vector<Index> order(static_cast<std::size_t>(rows));
    const Index size = rows / (3 * heads);
    for (Index r = 0; r < rows; ++r) {
        const Index part = r / (heads * size);
        const Index head = r / size % heads;
        order[static_cast<std::size_t>(r)] = (head * 3 + part) * size + r % size;
    }
    return order;
}

std::vector<Index> inverseOrder(std::span<const Index> order)
{
    std::vector<Index> out(order.size());
    for (std::size_t r = 0; r < order.size(); ++r) out[static_cast<std::size_t>(order[r])] = static_cast<Index>(r);
    return out;
}

Matrix takeRows(MatrixView m, std::span<const Index> order)
{
    Matrix out(m.rows, m.cols);
    for (Index r = 0; r < m.rows; ++r) {
        const auto from = m.row(order[static_cast<std::size_t>(r)]);
        std::copy(from.begin(), from.end(), out.row(r).begin());
    }
    return out;
}

Matrix unpermuteRotary(MatrixView m, Index headRows) { return moveRotary(m, headRows, true); }
Matrix permuteRotary(MatrixView m, Index headRows) { return moveRotary(m, headRows, false); }

Status emitMatrix(MatrixView m, bool transposed, DType type, const std::function<Status(std::span<const std::byte>)>& sink)
{
    std::vector<std::byte> raw;
    const auto send = [&](std::span<const float> values) -> Status {
        raw.resize(values.size() * traits(type).blockBytes);
        if (!floatToPlain(type, values, raw)) return fail(ErrorCode::Internal, "no encoding of this type");
        return sink(raw);
    };
    if (!transposed) {
        for (std::size_t at = 0; at < m.data.size(); at += kPiece)
            QS_TRY(send(m.data.subspan(at, std::min<std::size_t>(kPiece, m.data.size() - at))));
        return {};
    }
    std::vector<float> column(static_cast<std::size_t>(m.rows));
    for (Index c = 0; c < m.cols; ++c) {
        for (Index r = 0; r < m.rows; ++r) column[static_cast<std::size_t>(r)] = m.at(r, c);
        QS_TRY(send(column));
    }
    return {};
}

Status emitStored(const io::ModelSource& source, const io::TensorInfo& tensor, const Context& context,
                  const std::function<Status(std::span<const std::byte>)>& sink)
{
    const std::uint64_t n = tensor.shape.elements();
    const std::uint64_t piece = pieceOf(tensor.dtype);
    std::vector<std::byte> raw;
    for (std::uint64_t at = 0; at < n; at += piece) {
        if (context.stopped()) return cancelled();
        const std::uint64_t end = std::min(n, at + piece);
        const auto b = byteSize(tensor.dtype, at);
        const auto e = byteSize(tensor.dtype, end);
        if (!b || !e) return fail(Error(ErrorCode::Malformed, "the tensor does not fill whole blocks").ofTensor(tensor.name));
        raw.resize(*e - *b);
        QS_TRY(source.readBytes(tensor, at, end, raw));
        QS_TRY(sink(raw));
    }
    return {};
}

} // namespace qs::exporting
