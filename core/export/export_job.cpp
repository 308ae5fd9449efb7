// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/export_job.h"

#include "core/base/version.h"
#include "core/export/open_any.h"
#include "core/export/quantoscope_container.h"

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

ExportJob::ExportJob(const ExportRequest& request, const Context& context) : m_request(request), m_context(context)
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

Result<ExportJob::Piece> ExportJob::result(const Item& item) const
{
    Piece piece;
    if (!item.chosen || !m_request.results) return piece;
    QS_ASSIGN(const auto cell, m_request.results(tensor(item)));
    if (!cell) return piece;
    piece.artefact = cell->artefact;
    piece.decoder = cell->decoder;
    piece.seconds = cell->seconds;
    piece.device = cell->device;
    if (piece.artefact && !piece.decoder) {
        QS_ASSIGN(piece.decoder, quant::Decoder::make(piece.artefact));
    }
    const auto shape = io::matrixShape(tensor(item));
    if (piece.artefact && (piece.artefact->rows != shape.rows || piece.artefact->cols != shape.cols))
        return fail(Error(ErrorCode::Internal, "a result has another shape than its tensor").ofTensor(tensor(item).name));
    return piece;
}

Result<ExportJob::Piece> ExportJob::artefact(const Item& item) const
{
    QS_ASSIGN(auto piece, result(item));
    if (piece.artefact) return piece;
    QS_ASSIGN(piece.artefact, artefactOf(tensor(item)));
    if (!piece.artefact) {
        QS_ASSIGN(piece.artefact, artefactOfBlocks(source(), tensor(item)));
    }
    if (piece.artefact) {
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

void ExportJob::describe(ExportedTensor& entry, const quant::QuantizedTensor& artefact)
{
    entry.recipe = artefact.recipe.text();
    entry.seed = artefact.seed;
    nlohmann::ordered_json parts;
    parts["grid"] = describePart(artefact.recipe.grid);
    parts["transform"] = describePart(artefact.recipe.transform);
    parts["assignment"] = describePart(artefact.recipe.assignment);
    parts["residual"] = describePart(artefact.recipe.residual);
    entry.parts = parts.dump();
    entry.bits = artefact.storage();
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
