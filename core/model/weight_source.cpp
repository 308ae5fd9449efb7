// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/weight_source.h"

#include "core/exec/parallel_for.h"
#include "core/io/tensor_names.h"

#include <algorithm>

namespace qs::model {
namespace {

tl::unexpected<Error> missing(const std::string& name)
{
    return fail(Error(ErrorCode::NotFound, "the model has no such tensor").ofTensor(name));
}

// Of a stack [experts, out, in] (or a matrix), what one expert has.
std::optional<io::MatrixShape> shapeOf(const io::TensorInfo& tensor, int expert)
{
    io::MatrixShape m = io::matrixShape(tensor);
    if (expert < 0) return m;
    if (tensor.shape.rank() != 3 || expert >= tensor.shape[0]) return std::nullopt;
    m.rows = tensor.shape[1];
    return m;
}

} // namespace

SourceWeights::SourceWeights(std::shared_ptr<const io::ModelSource> source, std::string architecture)
    : m_source(std::move(source)),
      m_architecture(std::move(architecture))
{
}

void SourceWeights::replace(const std::string& tensor, std::shared_ptr<const Matrix> values)
{
    replace(tensor,
            [values = std::move(values)](const Context&) -> Result<std::shared_ptr<const Matrix>> { return values; });
}

std::optional<SourceWeights::Place> SourceWeights::find(const std::string& name) const
{
    const auto at = [&](std::string_view n) -> const io::TensorInfo* {
        const auto i = m_source->find(n);
        return i < 0 ? nullptr : &m_source->tensors[static_cast<std::size_t>(i)];
    };
    if (m_source->format == "gguf") {
        const auto canonical = io::canonicalName(name, m_architecture);
        const auto* t = at(canonical.name);
        if (!t) return std::nullopt;
        return Place{t, canonical.expert};
    }
    if (const auto* t = at(name)) return Place{t, -1};
    for (const std::string_view prefix : {"transformer.", "model."}) {
        if (!name.starts_with(prefix)) continue;
        if (const auto* t = at(std::string_view(name).substr(prefix.size()))) return Place{t, -1};
    }
    return std::nullopt;
}

std::optional<io::MatrixShape> SourceWeights::shape(const std::string& name) const
{
    const auto place = find(name);
    return place ? shapeOf(*place->tensor, place->expert) : std::nullopt;
}

std::string SourceWeights::storedName(const std::string& name) const
{
    const auto place = find(name);
    return place ? place->tensor->name : name;
}

Result<std::shared_ptr<const Matrix>> SourceWeights::replacement(const std::string& tensor, const MatrixLoader& loader,
                                                                 const Context& context) const
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_last && m_lastName == tensor) return m_last;
    }
    QS_ASSIGN(auto loaded, loader(context));
    if (!loaded) return fail(Error(ErrorCode::Internal, "a replaced tensor has no values").ofTensor(tensor));
    return loaded;
}

Result<Matrix> SourceWeights::read(const std::string& name, const Context& context) const
{
    const auto place = find(name);
    const auto want = place ? shapeOf(*place->tensor, place->expert) : std::nullopt;
    if (!want) return missing(name);
    const io::TensorInfo& tensor = *place->tensor;
    if (const auto it = m_replaced.find(tensor.name); it != m_replaced.end()) {
        QS_ASSIGN(const auto whole, replacement(tensor.name, it->second, context));
        const io::MatrixShape stored = io::matrixShape(tensor);
        if (whole->rows() != stored.rows || whole->cols() != stored.cols)
            return fail(Error(ErrorCode::Mismatch, "the values that replace this tensor have another shape")
                            .ofTensor(tensor.name));
        if (place->expert < 0) return Matrix(*whole);
        {
            const std::lock_guard lock(m_mutex);
            m_last = whole;
            m_lastName = tensor.name;
        }
        Matrix out(want->rows, want->cols);
        const auto from =
            whole->data().subspan(static_cast<std::size_t>(place->expert * want->rows * want->cols), out.data().size());
        std::copy(from.begin(), from.end(), out.data().begin());
        return out;
    }
    auto read = [&]() -> Result<Matrix> {
        if (place->expert < 0) return m_source->readMatrix(tensor, context);
        Matrix out(want->rows, want->cols);
        QS_TRY(m_source->readRows(tensor, place->expert * want->rows, out.data()));
        return out;
    }();
    if (!read) {
        if (read.error().tensor.empty()) read.error().tensor = tensor.name;
        if (read.error().file.empty()) read.error().file = m_source->path.string();
    }
    return read;
}

Status SourceWeights::readRow(const std::string& name, Index row, std::span<float> out) const
{
    const auto place = find(name);
    const auto want = place ? shapeOf(*place->tensor, place->expert) : std::nullopt;
    if (!want) return missing(name);
    if (row < 0 || row >= want->rows || static_cast<Index>(out.size()) != want->cols)
        return fail(Error(ErrorCode::Internal, "row is not of the tensor").ofTensor(name));
    const Index stored = row + (place->expert < 0 ? 0 : place->expert * want->rows);
    if (const auto it = m_replaced.find(place->tensor->name); it != m_replaced.end()) {
        QS_ASSIGN(const auto whole, replacement(place->tensor->name, it->second, Context{}));
        {
            const std::lock_guard lock(m_mutex);
            m_last = whole;
            m_lastName = place->tensor->name;
        }
        if (stored >= whole->rows() || whole->cols() != want->cols)
            return fail(
                Error(ErrorCode::Mismatch, "the values that replace this tensor have another shape").ofTensor(name));
        const auto from = whole->row(stored);
        std::copy(from.begin(), from.end(), out.begin());
        return {};
    }
    return m_source->readRows(*place->tensor, stored, out);
}

std::optional<io::MatrixShape> MemoryWeights::shape(const std::string& name) const
{
    const auto it = m_weights.find(name);
    if (it == m_weights.end()) return std::nullopt;
    return io::MatrixShape{it->second.rows(), it->second.cols()};
}

Result<Matrix> MemoryWeights::read(const std::string& name, const Context&) const
{
    const auto it = m_weights.find(name);
    if (it == m_weights.end()) return missing(name);
    return Matrix(it->second);
}

Status MemoryWeights::readRow(const std::string& name, Index row, std::span<float> out) const
{
    const auto it = m_weights.find(name);
    if (it == m_weights.end()) return missing(name);
    if (row < 0 || row >= it->second.rows())
        return fail(Error(ErrorCode::Internal, "row is not of the tensor").ofTensor(name));
    const auto from = it->second.row(row);
    std::copy(from.begin(), from.end(), out.begin());
    return {};
}

} // namespace qs::model
