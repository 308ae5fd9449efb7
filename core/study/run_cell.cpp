// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/run_cell.h"

#include "core/base/format.h"
#include "core/base/sha256.h"
#include "core/exec/devices.h"
#include "core/quant/learned/learned_part.h"
#include "core/study/learn_cells.h"
#include "core/study/result_cache.h"
#include "core/study/result_key.h"
#include "core/study/siblings.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>

namespace qs::study {
namespace {

// Whether rows must be read from the front of a file, once, and then lie in memory.
bool isReadOnce(const io::ModelSource& source, const io::TensorInfo& tensor) { return source.mapped(tensor).empty(); }

/// A tensor's rows, read when they are asked for; those that only a reader which starts at the front can reach, once.
class TensorRows : public RowSource {
public:
    static Result<std::unique_ptr<TensorRows>> open(const io::ModelSource& source, const io::TensorInfo& tensor, const Context& context)
    {
        std::unique_ptr<TensorRows> r(new TensorRows(source, tensor));
        // A type without numbers goes the same way: readMatrix says so.
        if (isReadOnce(source, tensor) || !traits(tensor.dtype).decodable) {
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

// From the stored bytes where they lie in the map (nothing is decoded for a result that is there), else from the rows.
Result<std::string> keyOf(const io::ModelSource& source, const io::TensorInfo& tensor, const quant::Recipe& recipe,
                          const RunOptions& options, const quant::Calibration* calibration, const Context& context)
{
    KeyInput key;
    key.recipe = &recipe;
    key.seed = options.seed;
    key.nonFiniteAsZero = options.nonFiniteAsZero;
    key.calibration = calibration;
    const io::MatrixShape shape = io::matrixShape(tensor);
    key.rows = shape.rows;
    key.cols = shape.cols;
    key.stored = source.mapped(tensor);
    if (!key.stored.empty()) {
        key.storedAs = std::string(dtypeName(tensor.dtype)) + (tensor.place.transposed ? " transposed" : "");
        QS_ASSIGN(auto out, resultKey(key, context));
        QS_TRY(source.files[tensor.file]->check());
        return out;
    }
    QS_ASSIGN(const auto rows, TensorRows::open(source, tensor, context));
    key.weights = rows.get();
    return resultKey(key, context);
}

/// The layers that read the same inputs, where the recipe wants them and there are others; this one among them.
struct OpenSiblings {
    std::vector<std::unique_ptr<TensorRows>> rows;
    quant::Siblings siblings;
};

Result<OpenSiblings> openSiblings(const io::ModelSource& source, const io::TensorInfo& tensor, const quant::Recipe& recipe,
                                  const RunOptions& options, const quant::Calibration* calibration, const Context& context)
{
    OpenSiblings out;
    if (!quant::sharesInputs(recipe)) return out;
    const auto shared = sharedInputs(source, tensor);
    if (shared.size() < 2) return out;
    for (const std::size_t t : shared) {
        QS_ASSIGN(auto rows, TensorRows::open(source, source.tensors[t], context));
        out.siblings.layers.push_back(rows.get());
        out.siblings.names.push_back(source.tensors[t].name);
        out.rows.push_back(std::move(rows));
    }
    out.siblings.shared = options.shared.get();
    // What the scales follow from: the weights of all, the recipe, the calibration of their one input.
    for (const std::size_t t : shared) {
        QS_ASSIGN(const auto key, keyOf(source, source.tensors[t], recipe, options, calibration, context));
        out.siblings.key += key;
    }
    return out;
}

// The key of a result that follows from several layers.
Result<std::string> sharedKeyOf(const io::ModelSource& source, const io::TensorInfo& tensor, const quant::Recipe& recipe,
                                const RunOptions& options, const quant::Calibration* calibration, const Context& context)
{
    QS_ASSIGN(std::string key, keyOf(source, tensor, recipe, options, calibration, context));
    if (!quant::sharesInputs(recipe)) return key;
    const auto shared = sharedInputs(source, tensor);
    if (shared.size() < 2) return key;
    for (const std::size_t t : shared) {
        QS_ASSIGN(const auto other, keyOf(source, source.tensors[t], recipe, options, nullptr, context));
        key += other;
    }
    return sha256Hex(std::as_bytes(std::span(key)));
}

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
    // codes or the arrays of tiles, and the arrays
    return std::max(n, artefact) + 2 * artefact + quant::forecastWorkingBytes(recipe, m.rows, m.cols) + (std::uint64_t(16) << 20);
}

std::uint64_t cellPeakBytes(const io::ModelSource& source, const io::TensorInfo& tensor, const quant::Recipe& recipe)
{
    const auto asFloats = [&](const io::TensorInfo& t) -> std::uint64_t {
        const io::MatrixShape m = io::matrixShape(t);
        return isReadOnce(source, t) ? 4 * static_cast<std::uint64_t>(m.rows * m.cols) : 0;
    };
    std::uint64_t bytes = cellPeakBytes(tensor, recipe) + asFloats(tensor);
    if (!quant::sharesInputs(recipe)) return bytes;
    const auto shared = sharedInputs(source, tensor);
    for (const std::size_t t : shared)
        if (shared.size() > 1) bytes += asFloats(source.tensors[t]);
    return bytes;
}

Result<std::shared_ptr<const quant::Calibration>> calibrationFor(const RunOptions& options, const io::ModelSource& source, const io::TensorInfo& tensor)
{
    if (options.calibration) // the caller's, who keeps it
        return std::shared_ptr<const quant::Calibration>(std::shared_ptr<const void>(), options.calibration);
    if (!options.calibrationOf) return std::shared_ptr<const quant::Calibration>();
    return options.calibrationOf(source, tensor);
}

metrics::InputMoments inputMoments(const quant::Calibration* calibration)
{
    if (!calibration) return {};
    if (!calibration->sigma.empty()) return {calibration->sigma, {}};
    return {{}, calibration->meanSquare};
}

std::shared_ptr<const CellResult> figuresOf(const CellResult& cell)
{
    auto out = std::make_shared<CellResult>(cell);
    out->artefact.reset();
    out->decoder.reset();
    return out;
}

bool concernsOneCell(ErrorCode code)
{
    switch (code) {
    case ErrorCode::NonFinite:
    case ErrorCode::NotRepresentable:
    case ErrorCode::Lacking:
    case ErrorCode::Unsupported: return true;
    default: return false;
    }
}

Status fitsShape(const io::TensorInfo& tensor, const quant::Recipe& recipe)
{
    if (!traits(tensor.dtype).decodable)
        return fail(Error(ErrorCode::NotRepresentable, "this type has no decoding to numbers")
                        .ofTensor(tensor.name)
                        .got(std::string(dtypeName(tensor.dtype)))
                        .fix("leave this tensor out; it can be inspected and copied"));
    const io::MatrixShape shape = io::matrixShape(tensor);
    if (auto ok = quant::acceptsMatrix(recipe, shape.rows, shape.cols, nullptr); !ok) {
        if (ok.error().code == ErrorCode::Lacking && quant::needsOf(recipe, quant::builtinRegistry()) != 0) return {};
        return fail(std::move(ok.error()).ofTensor(tensor.name));
    }
    return {};
}

Result<std::string> cellKey(const io::ModelSource& source, const io::TensorInfo& tensor, const quant::Recipe& recipe, const RunOptions& options,
                            const quant::Calibration* calibration, const Context& context)
{
    return sharedKeyOf(source, tensor, recipe, options, calibration, context);
}

std::shared_ptr<CellResult> emptyCell(const io::ModelSource& source, const io::TensorInfo& tensor, const quant::Recipe& recipe, std::uint64_t seed)
{
    auto out = std::make_shared<CellResult>();
    out->source = source.path;
    out->tensor = tensor.name;
    out->place = tensor.place;
    out->recipe = recipe;
    out->seed = seed;
    return out;
}

namespace {

Status measure(CellResult& cell, const RowSource& original, const quant::Calibration* calibration, const Context& context)
{
    cell.bits = cell.artefact->storage();
    QS_ASSIGN(cell.decoder, quant::Decoder::make(cell.artefact));
    QS_ASSIGN(cell.error, metrics::weightError(original, *cell.decoder, context));
    return metrics::addOutputError(cell.error, original, *cell.decoder, inputMoments(calibration), context);
}

} // namespace

Result<std::shared_ptr<CellResult>> measuredCell(const io::ModelSource& source, const io::TensorInfo& tensor,
                                                 std::shared_ptr<const quant::QuantizedTensor> artefact, const quant::Calibration* calibration,
                                                 const Context& context)
{
    const auto start = std::chrono::steady_clock::now();
    auto out = emptyCell(source, tensor, artefact->recipe, artefact->seed);
    out->artefact = std::move(artefact);
    QS_ASSIGN(const auto original, TensorRows::open(source, tensor, context));
    QS_TRY(measure(*out, *original, calibration, context));
    out->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return out;
}

Result<std::shared_ptr<const CellResult>> runCell(const io::ModelSource& source, const io::TensorInfo& tensor,
                                                  const quant::Recipe& recipe, const RunOptions& options,
                                                  const Context& context)
{
    const auto start = std::chrono::steady_clock::now();
    if (const auto scope = quant::scopeOf(recipe); scope != quant::LearnScope::Layer) {
        auto cell = options.learned ? options.learned->find(tensor.name, recipe) : nullptr;
        if (!cell) return fail(quant::needsModel(scope).ofTensor(tensor.name));
        if (options.announce && context.progress) context.progress->expect(3 * tensor.shape.elements());
        context.advance(3 * tensor.shape.elements());
        return cell;
    }
    const std::uint64_t peak = cellPeakBytes(source, tensor, recipe);
    if (context.memoryLimit != 0 && peak > context.memoryLimit)
        return fail(Error(ErrorCode::Lacking, "this job needs more memory than it may use")
                        .ofTensor(tensor.name)
                        .wanted(std::to_string(peak) + " bytes")
                        .got("a limit of " + std::to_string(context.memoryLimit) + " bytes")
                        .fix("raise --memory-limit"));
    if (options.announce && context.progress) context.progress->expect(3 * tensor.shape.elements());
    const io::MatrixShape shape = io::matrixShape(tensor);
    context.note("read " + tensor.name + ", " + std::string(dtypeName(tensor.dtype)) + " " + std::to_string(shape.rows) + " × "
                 + std::to_string(shape.cols) + " of " + source.path.string());
    auto result = emptyCell(source, tensor, recipe, options.seed);
    QS_ASSIGN(const auto calibration, calibrationFor(options, source, tensor));
    if (options.cache) {
        QS_ASSIGN(result->cacheKey, sharedKeyOf(source, tensor, recipe, options, calibration.get(), context));
        if (auto hit = options.cache->find(result->cacheKey, tensor.name, recipe, options.seed, context)) {
            result->artefact = std::move(hit->artefact);
            result->decoder = std::move(hit->decoder);
            result->error = hit->error;
            result->bits = result->artefact->storage();
            result->seconds = hit->seconds;
            result->peakBytes = hit->peakBytes;
            result->device = std::move(hit->device);
            result->cached = true;
            context.note("found in the result cache as " + result->cacheKey.substr(0, 16) + "…, computed in "
                         + formatSeconds(result->seconds) + " when it was new");
            context.advance(3 * tensor.shape.elements());
            return std::shared_ptr<const CellResult>(result);
        }
        if (context.stopped()) return cancelled();
    }
    const DeviceInfo device = deviceOrCpu(options.device);
    if (!hasDevice(options.device)) context.note("there is no device " + options.device + " here; the CPU computes");
    result->device = device.name;
    QS_ASSIGN(const auto original, TensorRows::open(source, tensor, context));
    context.advance(tensor.shape.elements());
    quant::QuantizeOptions quantizeOptions{options.seed, calibration.get(), options.nonFiniteAsZero};
    QS_ASSIGN(const auto others, openSiblings(source, tensor, recipe, options, calibration.get(), context));
    quantizeOptions.siblings = &others.siblings;
    if (!others.rows.empty())
        context.note("its inputs are those of " + std::to_string(others.rows.size()) + " layers, which share one vector of scales");
    context.note("quantize with " + recipe.text() + ", seed " + std::to_string(options.seed) + ", on the CPU"
                 + (quant::streams(recipe, shape.rows, shape.cols) ? ", in tiles of rows" : "") + "; stated working memory " + formatBytes(peak));
    QS_ASSIGN(auto artefact, quant::quantize(tensor.name, *original, recipe, quantizeOptions, context));
    result->artefact = std::make_shared<const quant::QuantizedTensor>(std::move(artefact));
    QS_TRY(measure(*result, *original, calibration.get(), context));
    context.advance(tensor.shape.elements());
    result->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result->peakBytes = peak;
    // A result that can't be kept is still a result.
    if (options.cache)
        if (const auto kept = options.cache->store(result->cacheKey, *result); !kept) context.note("not kept: " + kept.error().text());
    context.note("relative MSE " + formatError(result->error.relativeMse()) + " at " + formatBits(result->bitsPerWeight()));
    return std::shared_ptr<const CellResult>(result);
}

} // namespace qs::study
