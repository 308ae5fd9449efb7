// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/run_study.h"

#include "core/study/pareto.h"

#include <algorithm>

namespace qs::study {
namespace {

double perWeight(const quant::StorageBits& bits, std::uint64_t weights)
{
    return weights == 0 ? 0.0 : static_cast<double>(bits.payload + bits.metadata) / static_cast<double>(weights);
}

} // namespace

double CellSummary::bitsPerWeight() const { return perWeight(bits, weights); }
double RecipeTotals::bitsPerWeight() const { return perWeight(bits, weights); }

void RecipeTotals::add(const CellSummary& cell)
{
    weights += cell.weights;
    bytesBefore += cell.bytesBefore;
    bytesAfter += cell.bytesAfter();
    bits += cell.bits;
    error.merge(cell.error);
    seconds += cell.seconds;
    peakBytes = std::max(peakBytes, cell.peakBytes);
}

CellSummary summarize(const CellResult& cell, const io::ModelSource& source, std::size_t tensor, std::size_t recipe)
{
    const io::TensorInfo& info = source.tensors[tensor];
    CellSummary s;
    s.tensor = tensor;
    s.recipe = recipe;
    s.weights = info.shape.elements();
    s.bytesBefore = info.bytes;
    s.bits = cell.bits;
    s.error = cell.error;
    s.seconds = cell.seconds;
    s.peakBytes = cell.peakBytes;
    s.cached = cell.cached;
    return s;
}

Result<Study> runStudy(const StudyRequest& request, const Context& context)
{
    Study study;
    study.totals.resize(request.recipes.size());
    std::uint64_t announced = 0;
    if (context.progress) {
        announced = context.progress->done.load();
        for (const std::size_t t : request.tensors)
            context.progress->expect(3 * request.source->tensors[t].shape.elements() * request.recipes.size());
    }
    RunOptions options = request.options;
    options.announce = false;
    for (const std::size_t t : request.tensors) {
        const io::TensorInfo& tensor = request.source->tensors[t];
        std::vector<double> bits;
        std::vector<double> error;
        for (std::size_t r = 0; r < request.recipes.size(); ++r) {
            if (context.stopped()) return cancelled();
            QS_ASSIGN(const auto cell, runCell(*request.source, tensor, request.recipes[r], options, context));
            if (request.onCell) QS_TRY(request.onCell(*cell));
            study.cells.push_back(summarize(*cell, *request.source, t, r));
            study.totals[r].add(study.cells.back());
            bits.push_back(study.cells.back().bitsPerWeight());
            error.push_back(study.cells.back().error.relativeMse());
            // parts count what they like in between; at a cell's end the sum is exact again
            announced += 3 * tensor.shape.elements();
            if (context.progress) context.progress->done.store(announced);
        }
        study.pareto.push_back(paretoFront(bits, error));
    }
    return study;
}

} // namespace qs::study
