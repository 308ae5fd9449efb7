// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/run_cell.h"

#include "core/base/format.h"

#include <algorithm>
#include <chrono>
#include <span>

namespace qs::study {
namespace {

/// A tensor's rows, read when they are asked for. Rows that are gathered from columns, or that only a reader which starts
/// at the front can reach, are read once instead: `whole`.
class TensorRows : public RowSource {
public:
    static Result<std::unique_ptr<TensorRows>> open(const io::ModelSource& source, const io::TensorInfo& tensor,
                                                    bool isWhole, const Context& context)
    {
        std::unique_ptr<TensorRows> r(new TensorRows(source, tensor));
        // A type without numbers goes the same way: readMatrix says so.
        if (isWhole || tensor.place.transposed || source.mapped(tensor).empty() || !traits(tensor.dtype).decodable) {
            QS_ASSIGN(r->m_whole, source.readMatrix(tensor, context));
        }
        return r;
    }
    Index rows() const override { return m_shape.rows; }
    Index cols() const override { return m_shape.cols; }
    Status readRows(Index row0, std::span<float> out) const override
    {
        if (m_whole.rows() > 0) return MatrixRows(m_whole).readRows(row0, out);
        return m_source.readRows(m_tensor, row0, out);
    }
    std::span<const float> rowsInMemory(Index row0, Index count) const override
    {
        if (m_whole.rows() > 0) return MatrixRows(m_whole).rowsInMemory(row0, count);
        return {};
    }

private:
    TensorRows(const io::ModelSource& source, const io::TensorInfo& tensor)
        : m_source(source), m_tensor(tensor), m_shape(io::matrixShape(tensor))
    {
    }
    const io::ModelSource& m_source;
    const io::TensorInfo& m_tensor;
    io::MatrixShape m_shape;
    Matrix m_whole;
};

} // namespace

Result<Matrix> ForeignTensor::read(const Context& context) const
{
    const io::TensorInfo& info = source->tensors[tensor];
    const io::MatrixShape whole = io::matrixShape(info);
    Matrix m;
    if (row0 == 0 && rows == whole.rows) {
        QS_ASSIGN(m, source->readMatrix(info, context));
    } else {
        m = Matrix(rows, cols);
        QS_TRY(source->readRows(info, row0, m.data()));
    }
    if (!transposed && order.empty()) return m;
    Matrix out(transposed ? m.cols() : m.rows(), transposed ? m.rows() : m.cols());
    for (Index r = 0; r < out.rows(); ++r) {
        if (context.stopped()) return cancelled();
        if (transposed) {
            for (Index c = 0; c < out.cols(); ++c) out.at(r, c) = m.at(c, r);
        } else {
            const auto from = m.row(order[static_cast<std::size_t>(r)]);
            std::copy(from.begin(), from.end(), out.row(r).begin());
        }
    }
    return out;
}

std::string ForeignTensor::label() const
{
    auto name = source->path.filename();
    if (name.empty()) name = source->path.parent_path().filename();
    return escapeText(name.string());
}

std::string CellResult::key() const { return foreign ? "checkpoint:" + foreign->source->path.string() : recipe.text(); }

Result<Matrix> CellResult::decodeAll(const Context& context) const
{
    if (foreign) return foreign->read(context);
    if (!decoder) return fail(Error(ErrorCode::Lacking, "the result was not kept").ofTensor(tensor).fix("run it again"));
    return decoder->decodeAll(context);
}

std::uint64_t cellPeakBytes(const io::TensorInfo& tensor, const quant::Recipe& recipe)
{
    const io::MatrixShape m = io::matrixShape(tensor);
    const auto n = static_cast<std::uint64_t>(m.rows * m.cols);
    const auto bits = quant::forecastStorage(recipe, m.rows, m.cols);
    const std::uint64_t artefact = bits ? (bits->payload + bits->metadata) / 8 : n;
    // the original is kept for measuring while a second copy is transformed and fitted
    return 2 * 4 * n + n + 2 * artefact + (std::uint64_t(16) << 20);
}

Result<std::shared_ptr<const CellResult>> runCell(const io::ModelSource& source, const io::TensorInfo& tensor,
                                                  const quant::Recipe& recipe, const RunOptions& options,
                                                  const Context& context)
{
    const auto start = std::chrono::steady_clock::now();
    const std::uint64_t peak = cellPeakBytes(tensor, recipe);
    if (context.memoryLimit != 0 && peak > context.memoryLimit)
        return fail(Error(ErrorCode::Lacking, "this job needs more memory than it may use")
                        .ofTensor(tensor.name)
                        .wanted(std::to_string(peak) + " bytes")
                        .got("a limit of " + std::to_string(context.memoryLimit) + " bytes")
                        .fix("raise --memory-limit"));
    if (options.announce && context.progress) context.progress->expect(3 * tensor.shape.elements());
    const io::MatrixShape shape = io::matrixShape(tensor);
    const bool isWhole = !quant::streams(recipe, shape.rows, shape.cols);
    QS_ASSIGN(const auto original, TensorRows::open(source, tensor, isWhole, context));
    context.advance(tensor.shape.elements());
    const quant::QuantizeOptions quantizeOptions{options.seed, options.calibration, options.nonFiniteAsZero};
    QS_ASSIGN(auto artefact, quant::quantize(tensor.name, *original, recipe, quantizeOptions, context));
    auto result = std::make_shared<CellResult>();
    result->source = source.path;
    result->tensor = tensor.name;
    result->place = tensor.place;
    result->recipe = recipe;
    result->seed = options.seed;
    result->artefact = std::make_shared<const quant::QuantizedTensor>(std::move(artefact));
    result->bits = result->artefact->storage();
    QS_ASSIGN(result->decoder, quant::Decoder::make(result->artefact));
    QS_ASSIGN(result->error, metrics::weightError(*original, *result->decoder, context));
    context.advance(tensor.shape.elements());
    result->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result->peakBytes = peak;
    return std::shared_ptr<const CellResult>(result);
}

} // namespace qs::study
