// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diff/foreign_cell.h"

#include "core/diff/compare_values.h"

#include <chrono>

namespace qs::diff {

std::vector<ForeignPair> foreignPairs(const io::ModelSource& original, const io::ModelSource& other)
{
    std::vector<ForeignPair> out;
    for (auto& [ours, theirs] : matchTensors(original, other).pairs) {
        const io::MatrixShape whole = io::matrixShape(*ours.tensor);
        if (ours.row0 != 0 || ours.rows != whole.rows) continue;
        if (!traits(ours.tensor->dtype).decodable || !traits(theirs.tensor->dtype).decodable) continue;
        const bool straight = ours.rows == theirs.rows && ours.cols == theirs.cols;
        const bool turned = ours.rows == theirs.cols && ours.cols == theirs.rows;
        if (!straight && !turned) continue;
        out.push_back({static_cast<std::size_t>(ours.tensor - original.tensors.data()), theirs});
    }
    return out;
}

Result<std::shared_ptr<const study::CellResult>> foreignCell(const io::ModelSource& original, std::size_t tensor,
                                                             std::shared_ptr<const io::ModelSource> other, const Unit& unit,
                                                             const Context& context)
{
    const auto start = std::chrono::steady_clock::now();
    const io::TensorInfo& info = original.tensors[tensor];
    if (context.progress) context.progress->expect(2 * info.shape.elements());
    QS_ASSIGN(const auto ours, original.readMatrix(info, context));
    context.advance(info.shape.elements());
    auto foreign = std::make_shared<study::ForeignTensor>();
    foreign->source = other;
    foreign->tensor = static_cast<std::size_t>(unit.tensor - other->tensors.data());
    foreign->row0 = unit.row0;
    foreign->rows = unit.rows;
    foreign->cols = unit.cols;
    foreign->transposed = unit.rows != ours.rows() || unit.cols != ours.cols();
    QS_ASSIGN(auto theirs, foreign->read(context));
    if (theirs.rows() != ours.rows() || theirs.cols() != ours.cols())
        return fail(Error(ErrorCode::Mismatch, "the other checkpoint's tensor has another shape")
                        .ofTensor(info.name)
                        .wanted(std::to_string(ours.rows()) + "\u00D7" + std::to_string(ours.cols()))
                        .got(std::to_string(theirs.rows()) + "\u00D7" + std::to_string(theirs.cols())));
    QS_ASSIGN(auto error, metrics::weightError(ours, theirs, context));
    // Another order of rows is taken only where it explains most of the difference: a quantized file differs anyway.
    if (!foreign->transposed && error.relativeMse() > 1e-3) {
        const Unit mine{&info, 0, ours.rows(), ours.cols(), info.name};
        for (auto& order : rotaryOrders(original, *other, mine)) {
            const ValueDistance d = distance(ours, theirs, order, context);
            if (context.stopped()) return cancelled();
            if (!d.finite || 4 * d.sumSquaredError >= error.sumSquaredError) continue;
            foreign->order = std::move(order);
            QS_ASSIGN(theirs, foreign->read(context));
            QS_ASSIGN(error, metrics::weightError(ours, theirs, context));
            break;
        }
    }
    context.advance(info.shape.elements());
    auto result = std::make_shared<study::CellResult>();
    result->source = original.path;
    result->tensor = info.name;
    result->place = info.place;
    result->error = error;
    // Bytes of a stacked tensor are shared out evenly among its rows.
    const io::MatrixShape whole = io::matrixShape(*unit.tensor);
    const double share = whole.rows == 0 ? 0 : static_cast<double>(unit.rows) / static_cast<double>(whole.rows);
    result->bits.payload = static_cast<std::uint64_t>(8.0 * static_cast<double>(unit.tensor->bytes) * share + 0.5);
    result->peakBytes = 3 * 4 * info.shape.elements();
    result->foreign = std::move(foreign);
    result->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::shared_ptr<const study::CellResult>(result);
}

} // namespace qs::diff
