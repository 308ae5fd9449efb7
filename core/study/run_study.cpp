// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/run_study.h"

#include "core/study/learn_cells.h"
#include "core/study/pareto.h"

#include <algorithm>
#include <limits>
#include <variant>

namespace qs::study {
namespace {

double perWeight(const quant::StorageBits& bits, std::uint64_t weights)
{
    return weights == 0 ? 0.0 : static_cast<double>(bits.payload + bits.metadata) / static_cast<double>(weights);
}

using CellPtr = std::shared_ptr<const CellResult>;

Result<std::variant<CellPtr, Refusal>> runCellOrRefuse(const StudyRequest& request, std::size_t t, std::size_t r,
                                                       const RunOptions& options, const Context& context)
{
    const io::TensorInfo& tensor = request.source->tensors[t];
    const quant::Recipe& recipe = request.recipes[r];
    auto fits = fitsShape(tensor, recipe); // asked first: nothing is read for a recipe that can't take the shape
    if (!fits && request.keepGoing && concernsOneCell(fits.error().code)) return Refusal{t, r, std::move(fits.error()), true};
    auto cell = runCell(*request.source, tensor, recipe, options, context);
    if (cell) return std::move(*cell);
    if (!request.keepGoing || !concernsOneCell(cell.error().code)) return fail(std::move(cell.error()));
    return Refusal{t, r, std::move(cell.error()), false};
}

} // namespace

double CellSummary::bitsPerWeight() const { return perWeight(bits, weights); }
double RecipeTotals::bitsPerWeight() const { return perWeight(bits, weights); }

void RecipeTotals::add(const CellSummary& cell)
{
    ++cells;
    weights += cell.weights;
    bytesBefore += cell.bytesBefore;
    bytesAfter += cell.bytesAfter();
    bits += cell.bits;
    error.merge(cell.error);
    seconds += cell.seconds;
    peakBytes = std::max(peakBytes, cell.peakBytes);
}

RecipeTotals totalsOf(std::span<const CellSummary> cells)
{
    RecipeTotals totals;
    for (const CellSummary& cell : cells) totals.add(cell);
    return totals;
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
    RunOptions options = request.options;
    options.announce = false;
    if (!options.learned && learnsOnModel(request)) {
        QS_ASSIGN(options.learned, learnCells(request, context, request.onLoss));
    }
    study.learned = options.learned;
    std::uint64_t announced = 0;
    if (context.progress) {
        announced = context.progress->done.load();
        for (const std::size_t t : request.tensors)
            context.progress->expect(3 * request.source->tensors[t].shape.elements()
                                     * (request.assigned.empty() ? request.recipes.size() : 1));
    }
    for (std::size_t k = 0; k < request.tensors.size(); ++k) {
        const std::size_t t = request.tensors[k];
        const io::TensorInfo& tensor = request.source->tensors[t];
        std::vector<double> bits;
        std::vector<double> error;
        for (std::size_t r = 0; r < request.recipes.size(); ++r) {
            if (!request.assigned.empty() && request.assigned[k] != r) {
                bits.push_back(std::numeric_limits<double>::quiet_NaN());
                error.push_back(std::numeric_limits<double>::quiet_NaN());
                continue;
            }
            if (context.stopped()) return cancelled();
            auto result = runCellOrRefuse(request, t, r, options, context);
            if (!result) return fail(std::move(result.error()));
            if (auto* refusal = std::get_if<Refusal>(&*result)) {
                study.refused.push_back(std::move(*refusal));
                bits.push_back(std::numeric_limits<double>::quiet_NaN()); // never on the front
                error.push_back(std::numeric_limits<double>::quiet_NaN());
            } else {
                const auto& cell = std::get<CellPtr>(*result);
                if (request.onCell) QS_TRY(request.onCell(cell));
                study.cells.push_back(summarize(*cell, *request.source, t, r));
                study.totals[r].add(study.cells.back());
                bits.push_back(study.cells.back().bitsPerWeight());
                error.push_back(study.cells.back().error.relativeMse());
            }
            // parts count what they like in between; at a cell's end the sum is exact again
            announced += 3 * tensor.shape.elements();
            if (context.progress) context.progress->done.store(announced);
        }
        study.pareto.push_back(paretoFront(bits, error));
    }
    if (study.cells.empty() && !study.refused.empty()) return fail(std::move(study.refused.front().error));
    return study;
}

} // namespace qs::study
