// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/run_cell.h"

#include <chrono>

namespace qs::study {

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
    QS_ASSIGN(auto original, source.readMatrix(tensor, context));
    context.advance(tensor.shape.elements());
    const quant::QuantizeOptions quantizeOptions{options.seed, options.calibration, options.nonFiniteAsZero};
    QS_ASSIGN(auto artefact, quant::quantize(tensor.name, original, recipe, quantizeOptions, context));
    auto result = std::make_shared<CellResult>();
    result->source = source.path;
    result->tensor = tensor.name;
    result->place = tensor.place;
    result->recipe = recipe;
    result->seed = options.seed;
    result->artefact = std::make_shared<const quant::QuantizedTensor>(std::move(artefact));
    result->bits = result->artefact->storage();
    QS_ASSIGN(result->decoder, quant::Decoder::make(result->artefact));
    QS_ASSIGN(result->error, metrics::weightError(original, *result->decoder, context));
    context.advance(tensor.shape.elements());
    result->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result->peakBytes = peak;
    return std::shared_ptr<const CellResult>(result);
}

} // namespace qs::study
