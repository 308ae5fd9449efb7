// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/mixture.h"

#include "core/tensor/row_source.h"

#include <map>
#include <set>

namespace qs::study {

Result<std::shared_ptr<const model::Model>> mixtureModel(const std::shared_ptr<const model::Model>& original, const std::shared_ptr<const io::ModelSource>& source,
                                                         std::span<const CellPtr> results, const RunOptions& options, const Context& context)
{
    std::set<std::string> seen;
    std::vector<std::size_t> open; // of results without values: their tensors
    for (const auto& r : results) {
        if (!seen.insert(r->tensor).second)
            return fail(Error(ErrorCode::Mismatch, "a mixture has one result for a tensor").ofTensor(r->tensor));
        const auto at = source->find(r->tensor);
        if (at < 0) return fail(Error(ErrorCode::NotFound, "the checkpoint has no such tensor").inFile(source->path.string()).ofTensor(r->tensor));
        if (!r->hasValues() && context.progress) context.progress->expect(3 * source->tensors[static_cast<std::size_t>(at)].shape.elements());
    }
    auto weights = std::make_shared<model::SourceWeights>(source, original->config().architecture);
    for (const auto& r : results) {
        CellPtr cell = r;
        if (!cell->hasValues()) {
            RunOptions run = options;
            run.seed = r->seed;
            run.announce = false;
            QS_ASSIGN(cell, runCell(*source, source->tensors[static_cast<std::size_t>(source->find(r->tensor))], r->recipe, run, context));
        }
        weights->replace(cell->tensor, [cell](const Context& c) -> Result<std::shared_ptr<const Matrix>> {
            QS_ASSIGN(Matrix decoded, cell->decodeAll(c));
            return std::make_shared<const Matrix>(std::move(decoded));
        });
    }
    return original->with(std::move(weights));
}

MixtureBits mixtureBits(const io::ModelSource& source, std::span<const std::size_t> tensors, std::span<const CellPtr> results)
{
    std::map<std::string, const CellResult*> by;
    for (const auto& r : results) by[r->tensor] = r.get();
    MixtureBits out;
    for (const std::size_t t : tensors) {
        const io::TensorInfo& info = source.tensors[t];
        out.weights += info.shape.elements();
        ++out.tensors;
        const auto it = by.find(info.name);
        if (it == by.end()) out.bits += 8 * byteSize(info.dtype, info.shape.elements()).value_or(0);
        else out.bits += it->second->bits.payload + it->second->bits.metadata;
        if (it != by.end()) ++out.quantized;
    }
    return out;
}

Result<CellPtr> withOutputError(const io::ModelSource& source, const CellResult& cell, const quant::Calibration* calibration, const Context& context)
{
    auto out = std::make_shared<CellResult>(cell);
    out->error.outputLayers = 0;
    out->error.sumOutputError = out->error.sumOutput = 0;
    const auto inputs = inputMoments(calibration);
    if (!inputs.known()) return CellPtr(out);
    const auto at = source.find(cell.tensor);
    if (at < 0) return fail(Error(ErrorCode::NotFound, "the checkpoint has no such tensor").inFile(source.path.string()).ofTensor(cell.tensor));
    QS_ASSIGN(const Matrix original, source.readMatrix(source.tensors[static_cast<std::size_t>(at)], context));
    if (cell.decoder) {
        if (cell.decoder->rows() != original.rows() || cell.decoder->cols() != original.cols())
            return fail(Error(ErrorCode::Mismatch, "the result is of a tensor of another shape").ofTensor(cell.tensor));
        QS_TRY(metrics::addOutputError(out->error, MatrixRows(original), *cell.decoder, inputs, context));
    } else {
        QS_ASSIGN(const Matrix decoded, cell.decodeAll(context));
        QS_TRY(metrics::addOutputError(out->error, original.view(), decoded.view(), inputs, context));
    }
    return CellPtr(out);
}

} // namespace qs::study
