// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/time_estimate.h"

#include "core/quant/learned/learned_part.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <tuple>
#include <vector>

namespace qs::study {

Result<double> estimateSeconds(const io::ModelSource& source, const io::TensorInfo& tensor, const quant::Recipe& recipe,
                               const RunOptions& options, const Context& context)
{
    const io::MatrixShape shape = io::matrixShape(tensor);
    if (shape.rows == 0 || shape.cols == 0) return 0.0;
    const Index wanted = std::max<Index>(64, (Index(1) << 18) / shape.cols);
    const Index rows = std::min(shape.rows, wanted);
    const auto readStart = std::chrono::steady_clock::now();
    Matrix sample(rows, shape.cols);
    // rows of the middle: the first ones of an embedding are often special tokens
    QS_TRY(source.readRows(tensor, (shape.rows - rows) / 2, sample.data()));
    const double readSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - readStart).count();
    QS_ASSIGN(const auto calibration, calibrationFor(options, source, tensor));
    Context quiet = context;
    quiet.progress = nullptr;
    const auto measure = [&](Index count) -> Result<double> {
        const auto start = std::chrono::steady_clock::now();
        Matrix part(count, shape.cols);
        std::copy_n(sample.data().begin(), part.data().size(), part.data().begin());
        quant::Calibration cut;
        if (calibration && !calibration->fisher.empty()) { // as many rows as the sample has
            cut = *calibration;
            cut.fisher.resize(static_cast<std::size_t>(count * shape.cols));
        }
        const quant::QuantizeOptions quantizeOptions{options.seed, cut.fisher.empty() ? calibration.get() : &cut, true};
        // A shape that only the whole matrix has (blocks of rows) may be refused on the sample: then nothing is known.
        auto artefact = quant::quantize(tensor.name, part, recipe, quantizeOptions, quiet);
        if (!artefact) return fail(std::move(artefact.error()));
        QS_ASSIGN(const auto decoder, quant::Decoder::make(std::make_shared<const quant::QuantizedTensor>(std::move(*artefact))));
        QS_TRY(metrics::weightError(part, *decoder, quiet));
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    QS_ASSIGN(const double seconds, measure(rows));
    const double rest = static_cast<double>(shape.rows - rows);
    const double readAll = readSeconds * static_cast<double>(shape.rows) / static_cast<double>(rows);
    if (rest == 0 || quant::forecastWorkingBytes(recipe, shape.rows, shape.cols) == 0)
        return readAll + seconds * static_cast<double>(shape.rows) / static_cast<double>(rows);
    // Part of the work is the same for any number of rows (factoring Σ): fewer rows tell how much.
    const Index fewer = std::max<Index>(1, rows / 2);
    QS_ASSIGN(const double less, measure(fewer));
    const double each = std::max(0.0, seconds - less) / static_cast<double>(std::max<Index>(1, rows - fewer));
    return readAll + seconds + each * rest;
}

Result<RunPlan> planRun(const io::ModelSource& source, std::span<const std::size_t> tensors, const quant::Recipe& recipe,
                        const RunOptions& options, const Context& context, bool keepGoing)
{
    RunPlan plan;
    std::map<std::tuple<int, Index, Index>, double> measured;
    for (const std::size_t t : tensors) {
        const io::TensorInfo& tensor = source.tensors[t];
        const io::MatrixShape shape = io::matrixShape(tensor);
        if (keepGoing)
            if (auto fits = fitsShape(tensor, recipe); !fits && concernsOneCell(fits.error().code)) {
                plan.refused.push_back({t, 0, std::move(fits.error()), true});
                continue;
            }
        QS_ASSIGN(const auto calibration, calibrationFor(options, source, tensor));
        if (auto ok = quant::acceptsMatrix(recipe, shape.rows, shape.cols, calibration.get()); !ok)
            return fail(std::move(ok.error()).ofTensor(tensor.name));
        const bool isLearned = quant::scopeOf(recipe) != quant::LearnScope::Layer; // planLearnedCells tells its memory
        const auto key = std::tuple(static_cast<int>(tensor.dtype), shape.rows, shape.cols);
        auto it = measured.find(key);
        if (it == measured.end()) {
            double seconds = 0;
            if (!isLearned) {
                QS_ASSIGN(seconds, estimateSeconds(source, tensor, recipe, options, context));
            }
            it = measured.emplace(key, seconds).first;
        }
        plan.seconds += it->second;
        plan.peakBytes = std::max(plan.peakBytes, cellPeakBytes(source, tensor, recipe));
        plan.weights += tensor.shape.elements();
        QS_ASSIGN(const auto bits, quant::forecastStorage(recipe, shape.rows, shape.cols));
        plan.bits += bits;
    }
    return plan;
}

Result<double> estimateReadSeconds(const io::ModelSource& source, std::uint64_t weights)
{
    const io::TensorInfo* largest = nullptr;
    for (const auto& t : source.tensors)
        if (traits(t.dtype).decodable && (!largest || t.shape.elements() > largest->shape.elements())) largest = &t;
    if (!largest || largest->shape.elements() == 0) return 0.0;
    const io::MatrixShape shape = io::matrixShape(*largest);
    const Index rows = std::min(shape.rows, std::max<Index>(1, (Index(1) << 20) / std::max<Index>(1, shape.cols)));
    std::vector<float> values(static_cast<std::size_t>(rows * shape.cols));
    const auto start = std::chrono::steady_clock::now();
    QS_TRY(source.readRows(*largest, 0, values));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return seconds * static_cast<double>(weights) / static_cast<double>(values.size());
}

} // namespace qs::study
