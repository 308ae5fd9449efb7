// SPDX-License-Identifier: GPL-3.0-or-later
// Decoded weights as safetensors in the model's own layout (formats.md B7).
#include "core/export/export_job.h"
#include "core/export/tensor_values.h"
#include "core/io/formats/safetensors/writer.h"

#include <nlohmann/json.hpp>

namespace qs::exporting {
namespace {

bool isPlain(DType type) { return traits(type).kind != DTypeKind::Block; }
bool isWritable(DType type) { return type == DType::F32 || type == DType::F16 || type == DType::BF16; }

// How one tensor is written.
struct Plan {
    ExportJob::Item item;
    ExportedTensor entry;
    bool copied = true;
};

Result<Plan> planTensor(ExportJob& job, const ExportJob::Item& item, const HuggingFacePlan* names)
{
    const io::TensorInfo& t = job.tensor(item);
    const auto& format = job.request().format;
    Plan p{item, job.entry(item), true};
    const bool block = !isPlain(t.dtype);
    if (names) {
        p.entry.name = names->names.at(t.name);
        p.entry.storedAs = p.entry.name;
        if (const auto it = names->rotaryHeadRows.find(t.name); it != names->rotaryHeadRows.end())
            p.entry.rotaryHeadRows = it->second;
    }
    const bool asked = item.chosen && (job.request().results || (format.dtype && *format.dtype != t.dtype));
    const bool divided = job.mayBeDivided(item);
    if (!asked && !block && !divided && p.entry.rotaryHeadRows == 0) return p;
    if (!traits(t.dtype).decodable) {
        if (!block) return p;
        return fail(Error(ErrorCode::NotRepresentable, "safetensors has no type for this tensor, and it has no decoding")
                        .ofTensor(t.name)
                        .got(std::string(dtypeName(t.dtype))));
    }
    p.copied = false;
    const bool own = isWritable(t.dtype);
    p.entry.dtype = (item.chosen || block) && format.dtype ? *format.dtype : own ? t.dtype : DType::F32;
    if (divided && !(item.chosen && format.dtype)) p.entry.dtype = DType::F32; // a quotient has more digits than the tensor's own type
    if (block && !item.chosen)
        job.warn("tensors of ggml's block types are written decoded: safetensors has no type for them");
    return p;
}

Status writeTensor(ExportJob& job, Plan& p, const io::ByteSink& sink)
{
    const io::TensorInfo& t = job.tensor(p.item);
    if (p.copied) {
        QS_ASSIGN(const auto hash, hashTensor(job.source(), t, job.context()));
        p.entry.sha256 = hash.sha256;
        p.entry.hashOfBytes = hash.ofBytes;
        job.done(p.entry);
        job.context().advance(t.shape.elements());
        return emitStored(job.source(), t, job.context(), sink);
    }
    QS_ASSIGN(auto piece, job.result(p.item));
    Matrix values;
    if (piece.decoder) {
        QS_ASSIGN(values, piece.decoder->decodeAll(job.context()));
        ExportJob::describe(p.entry, piece);
        piece.artefact.reset();
        piece.decoder.reset();
    } else {
        QS_ASSIGN(values, job.source().readMatrix(t, job.context()));
    }
    QS_TRY(job.divide(p.item, values, p.entry));
    QS_TRY(roundTo(p.entry.dtype, values, t.name));
    QS_ASSIGN(p.entry.error, job.error(p.item, p.entry, piece.scale, values));
    p.entry.measured = true;
    if (p.entry.recipe.empty()) p.entry.bits = {8 * byteSize(p.entry.dtype, p.entry.weights).value_or(0), 0};
    if (p.entry.rotaryHeadRows > 0) {
        if (t.shape.rank() < 2) { // a bias: every value is a row
            const MatrixView column{values.data(), values.cols(), 1};
            const Matrix moved = unpermuteRotary(column, p.entry.rotaryHeadRows);
            std::copy(moved.data().begin(), moved.data().end(), values.data().begin());
        } else {
            values = unpermuteRotary(values, p.entry.rotaryHeadRows);
        }
    }
    p.entry.sha256 = hashMatrix(values);
    job.done(p.entry);
    job.context().advance(t.shape.elements());
    return emitMatrix(values, t.place.transposed && t.shape.rank() == 2, p.entry.dtype, sink);
}

} // namespace

Status writeDecoded(ExportJob& job, io::CrashSafeFolder& folder, const HuggingFacePlan* names)
{
    std::vector<std::vector<Plan>> shards(job.shards());
    for (const auto& item : job.items()) {
        QS_ASSIGN(auto p, planTensor(job, item, names));
        shards[item.shard].push_back(std::move(p));
    }
    nlohmann::ordered_json map = nlohmann::ordered_json::object();
    std::uint64_t total = 0;
    for (std::size_t s = 0; s < shards.size(); ++s) {
        auto& plans = shards[s];
        std::vector<io::TensorDeclaration> declarations;
        for (const auto& p : plans) declarations.push_back({p.entry.name, p.entry.dtype, p.entry.shape});
        QS_ASSIGN(const auto writer, io::SafetensorsWriter::plan(std::move(declarations), {}, 0, ExportJob::shardStem(s, shards.size())));
        const auto& file = writer.files().front();
        QS_ASSIGN(auto out, io::OutputFile::create(folder.path() / file.name));
        QS_TRY(writer.writeFile(0, out, [&](std::size_t i, const io::ByteSink& sink) { return writeTensor(job, plans[i], sink); },
                                job.context()));
        QS_TRY(out.finish());
        for (const auto& p : plans) map[p.entry.name] = file.name;
        total += writer.tensorBytes();
    }
    if (shards.size() > 1) {
        const nlohmann::ordered_json index = {{"metadata", {{"total_size", total}}}, {"weight_map", std::move(map)}};
        QS_TRY(folder.addFile("model.safetensors.index.json",
                              index.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n"));
    }
    return {};
}

} // namespace qs::exporting
