// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/export_job.h"

#include "core/base/version.h"
#include "core/export/open_any.h"
#include "core/export/quantoscope_container.h"
#include "core/export/tensor_values.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

namespace qs::exporting {
namespace {


// ggml blocks are an artefact already: the grid `ggml` stores the very bytes.
Result<std::shared_ptr<const quant::QuantizedTensor>> artefactOfBlocks(const io::ModelSource& source, const io::TensorInfo& t)
{
    std::shared_ptr<const quant::QuantizedTensor> none;
    if (traits(t.dtype).kind != DTypeKind::Block || t.shape.rank() < 1) return none;
    std::string type(dtypeName(t.dtype));
    std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto recipe = quant::parseRecipe("ggml:type=" + type);
    if (!recipe) return none; // a type that the grid does not write
    const auto shape = io::matrixShape(t);
    const auto rowBytes = byteSize(t.dtype, static_cast<std::uint64_t>(shape.cols));
    if (!rowBytes || shape.rows == 0) return none;
    auto q = std::make_shared<quant::QuantizedTensor>();
    q->name = t.name;
    q->rows = shape.rows;
    q->cols = shape.cols;
    q->recipe = std::move(*recipe);
    quant::Array a{"grid.blocks", DType::U8, {shape.rows, static_cast<Index>(*rowBytes)}, {}};
    a.bytes.resize(t.bytes);
    QS_TRY(source.readBytes(t, 0, t.shape.elements(), a.bytes));
    q->arrays.add(std::move(a));
    if (!quant::Decoder::make(q)) return none;
    return std::shared_ptr<const quant::QuantizedTensor>(q);
}

} // namespace

ExportJob::ExportJob(const ExportRequest& request, const Context& context)
    : m_fold(request), m_places(m_fold.sites().size()), m_request(request), m_context(context)
{
    std::vector<bool> chosen(source().tensors.size());
    for (const std::size_t i : request.chosen) chosen[i] = true;
    const bool ownShards = source().files.size() > 1 && !request.only
                        && (source().format == "safetensors" || source().format == "quantoscope");
    std::uint64_t filled = 0;
    std::size_t shard = 0;
    std::vector<std::size_t> number(source().files.size(), 0);
    if (ownShards) {
        std::vector<bool> used(source().files.size());
        for (const auto& t : source().tensors) used[t.file] = true;
        std::size_t n = 0;
        for (std::size_t f = 0; f < used.size(); ++f)
            if (used[f]) number[f] = n++;
        m_shards = std::max<std::size_t>(1, n);
    }
    for (std::size_t i = 0; i < source().tensors.size(); ++i) {
        if (request.only && !chosen[i]) continue;
        if (request.format.hfNames && io::isFactorOfAnother(source(), source().tensors[i])) continue;
        const auto& t = source().tensors[i];
        if (ownShards) {
            m_items.push_back({i, chosen[i], number[t.file]});
            continue;
        }
        // decoded blocks take more than they did; four bytes a weight is the most
        std::uint64_t size = traits(t.dtype).kind == DTypeKind::Block ? 4 * t.shape.elements() : t.bytes;
        if (chosen[i] && request.format.dtype) size = std::max(size, byteSize(*request.format.dtype, t.shape.elements()).value_or(size));
        if (filled > 0 && filled + size > request.shardBytes) {
            ++shard;
            filled = 0;
        }
        filled += size;
        m_items.push_back({i, chosen[i], shard});
        m_shards = shard + 1;
    }
}

Result<ExportJob::Piece> ExportJob::fetch(const io::TensorInfo& tensor) const
{
    Piece piece;
    QS_ASSIGN(const auto cell, m_request.results(tensor));
    if (!cell) return piece;
    piece.artefact = cell->artefact;
    piece.decoder = cell->decoder;
    piece.seconds = cell->seconds;
    piece.device = cell->device;
    if (piece.artefact && !piece.decoder) {
        QS_ASSIGN(piece.decoder, quant::Decoder::make(piece.artefact));
    }
    if (piece.artefact) piece.recipe = piece.artefact->recipe;
    const auto shape = io::matrixShape(tensor);
    if (piece.artefact && (piece.artefact->rows != shape.rows || piece.artefact->cols != shape.cols))
        return fail(Error(ErrorCode::Internal, "a result has another shape than its tensor").ofTensor(tensor.name));
    return piece;
}

// What precedes the layers may be written before them: their results are asked for then, and kept until their turn.
Status ExportJob::decide(std::size_t site)
{
    Place& place = m_places[site];
    if (place.decided) return {};
    const model::InputScaleSite& s = m_fold.sites()[site];
    bool same = true;
    for (const std::string& reader : s.readers) {
        const auto at = source().find(reader);
        if (at < 0) return fail(Error(ErrorCode::Internal, "a layer is not there").ofTensor(reader));
        QS_ASSIGN(auto piece, fetch(source().tensors[static_cast<std::size_t>(at)]));
        const quant::Array* scale = piece.artefact ? piece.artefact->arrays.find("transform.scale") : nullptr;
        const auto values = scale ? scale->as<float>() : std::span<const float>();
        if (reader == s.readers.front()) place.scale.assign(values.begin(), values.end());
        same = same && std::equal(values.begin(), values.end(), place.scale.begin(), place.scale.end());
        m_held[reader] = std::move(piece);
    }
    place.folds = same && static_cast<Index>(place.scale.size()) == s.width;
    place.decided = true;
    return {};
}

Result<ExportJob::Piece> ExportJob::result(const Item& item)
{
    if (!item.chosen || !m_request.results) return Piece{};
    const std::string& name = tensor(item).name;
    const Fold* fold = m_fold.of(name);
    if (!fold || !fold->folds()) {
        QS_ASSIGN(auto piece, fetch(tensor(item)));
        if (fold) piece.scalesKept = fold->reason;
        return piece;
    }
    QS_TRY(decide(fold->site));
    const auto held = m_held.find(name);
    if (held == m_held.end()) return fail(Error(ErrorCode::Internal, "a result was asked for twice").ofTensor(name));
    Piece piece = std::move(held->second);
    m_held.erase(held);
    if (!m_places[fold->site].folds) {
        piece.scalesKept = "the layers that read the same inputs have different scales";
        warn("input scales of layers are kept that were found with other calibrations than their siblings': quantize them together to fold them");
        return piece;
    }
    piece.artefact = withoutScales(*piece.artefact, piece.scale);
    QS_ASSIGN(piece.decoder, quant::Decoder::make(piece.artefact));
    piece.foldedInto = fold->into;
    return piece;
}

Status ExportJob::divide(const Item& item, Matrix& values, ExportedTensor& entry)
{
    const model::InputScaleSite* site = m_fold.divides(tensor(item).name);
    if (!site) return {};
    const std::size_t index = m_fold.indexOf(*site);
    QS_TRY(decide(index));
    if (!m_places[index].folds) return {};
    const bool isVector = site->isNorm || tensor(item).name == site->bias;
    const auto& scale = m_places[index].scale;
    const Index length = isVector ? static_cast<Index>(values.data().size()) : values.rows();
    if (length != static_cast<Index>(scale.size()))
        return fail(Error(ErrorCode::NotRepresentable, "input scales can't be folded: what precedes the layer has another width").ofTensor(tensor(item).name));
    entry.dividedBy = scale;
    entry.dividedPlusOne = site->isNorm && site->plusOne && tensor(item).name == site->precedes;
    divideBy(values, scale, isVector, entry.dividedPlusOne);
    return {};
}

Result<Matrix> ExportJob::readDivided(const Item& item, ExportedTensor& entry)
{
    QS_ASSIGN(auto values, source().readMatrix(tensor(item), m_context));
    QS_TRY(divide(item, values, entry));
    return values;
}

Result<metrics::WeightError> ExportJob::error(const Item& item, const ExportedTensor& entry, std::span<const float> scale, MatrixView stored) const
{
    if (scale.empty() && entry.dividedBy.empty()) return errorAgainst(source(), tensor(item), stored, m_context);
    Matrix undone(stored.rows, stored.cols);
    std::copy(stored.data.begin(), stored.data.end(), undone.data().begin());
    undoFold(entry, scale, undone);
    return errorAgainst(source(), tensor(item), undone, m_context);
}

Result<ExportJob::Piece> ExportJob::artefact(const Item& item)
{
    QS_ASSIGN(auto piece, result(item));
    if (piece.artefact) return piece;
    QS_ASSIGN(piece.artefact, artefactOf(tensor(item)));
    if (!piece.artefact) {
        QS_ASSIGN(piece.artefact, artefactOfBlocks(source(), tensor(item)));
    }
    if (piece.artefact) {
        piece.recipe = piece.artefact->recipe;
        QS_ASSIGN(piece.decoder, quant::Decoder::make(piece.artefact));
    }
    return piece;
}

ExportedTensor ExportJob::entry(const Item& item) const
{
    const io::TensorInfo& t = tensor(item);
    ExportedTensor e;
    e.name = t.name;
    e.sourceName = t.name;
    e.storedAs = t.name;
    e.dtype = t.dtype;
    e.shape = t.shape;
    e.weights = t.shape.elements();
    e.bytesBefore = t.bytes;
    e.bits.payload = 8 * t.bytes;
    e.chosen = item.chosen;
    return e;
}

void ExportJob::describe(ExportedTensor& entry, const Piece& piece)
{
    const quant::Recipe& recipe = piece.recipe;
    entry.recipe = recipe.text();
    entry.seed = piece.artefact->seed;
    entry.seconds = piece.seconds;
    entry.device = piece.device;
    entry.foldedInto = piece.foldedInto;
    entry.scalesKept = piece.scalesKept;
    nlohmann::ordered_json parts;
    parts["grid"] = describePart(recipe.grid);
    parts["transform"] = describePart(recipe.transform);
    parts["assignment"] = describePart(recipe.assignment);
    parts["residual"] = describePart(recipe.residual);
    entry.parts = parts.dump();
    entry.bits = piece.artefact->storage();
}

void ExportJob::warn(std::string text)
{
    if (std::find(m_warnings.begin(), m_warnings.end(), text) == m_warnings.end()) m_warnings.push_back(std::move(text));
}

Manifest ExportJob::manifest()
{
    std::sort(m_tensors.begin(), m_tensors.end(),
              [](const ExportedTensor& a, const ExportedTensor& b) { return io::naturalLess(a.name, b.name); });
    Manifest m;
    m.producer = "quantoscope " + std::string(version());
    m.format = m_request.format.text();
    m.sourcePath = source().path.filename().string();
    if (m.sourcePath.empty()) m.sourcePath = source().path.parent_path().filename().string();
    m.sourceBytes = source().fileBytes();
    m.seed = m_request.seed;
    m.tensors = m_tensors;
    return m;
}

std::string ExportJob::shardStem(std::size_t shard, std::size_t count)
{
    if (count == 1) return "model";
    std::array<char, 48> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "model-%05zu-of-%05zu", shard + 1, count);
    return buffer.data();
}

} // namespace qs::exporting
