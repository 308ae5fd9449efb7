// SPDX-License-Identifier: GPL-3.0-or-later
// Our container (formats.md B8.2). What arrays an artefact has is known only once it is there, and a safetensors file
// begins with the list of all: artefacts are kept in a file beside the target until the layout stands.
#include "core/base/version.h"
#include "core/export/export_job.h"
#include "core/export/quantoscope_container.h"
#include "core/export/tensor_values.h"
#include "core/io/formats/safetensors/writer.h"
#include "core/io/mapped_file.h"

#include <nlohmann/json.hpp>

namespace qs::exporting {
namespace {

using nlohmann::ordered_json;

// One array to write: from the kept file, or a tensor of the source as it is.
struct Part {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    const io::TensorInfo* copied = nullptr;
};

struct Shard {
    std::vector<io::TensorDeclaration> declarations;
    std::vector<Part> parts;
    ordered_json descriptions = ordered_json::object();
};

Status keepArtefact(ExportJob& job, const ExportJob::Item& item, const ExportJob::Piece& piece, io::OutputFile& kept, Shard& shard)
{
    const io::TensorInfo& t = job.tensor(item);
    ExportedTensor entry = job.entry(item);
    ExportJob::describe(entry, piece);
    QS_ASSIGN(const auto values, piece.decoder->decodeAll(job.context()));
    QS_ASSIGN(entry.error, job.error(item, entry, piece.scale, values));
    entry.measured = true;
    entry.dtype = DType::F32;
    entry.sha256 = hashMatrix(values);
    const bool transposed = t.place.transposed && t.shape.rank() == 2;
    shard.descriptions[t.name] = describeArtefact(*piece.artefact, t.shape, transposed, entry.sha256);
    if (!piece.foldedInto.empty()) { // a reader has nothing to undo; this tells people
        auto& transform = shard.descriptions[t.name]["transform"];
        transform = describePart(piece.recipe.transform);
        transform["folded_into"] = piece.foldedInto;
    }
    const std::string prefix = containerPrefix(t.name);
    for (const auto& a : piece.artefact->arrays.arrays()) {
        shard.declarations.push_back({prefix + a.name, a.dtype, a.shape});
        shard.parts.push_back({kept.written(), a.bytes.size(), nullptr});
        QS_TRY(kept.write(std::span<const std::byte>(a.bytes)));
    }
    job.done(std::move(entry));
    return {};
}

Status keepTensor(ExportJob& job, const ExportJob::Item& item, io::OutputFile& kept, Shard& shard)
{
    const io::TensorInfo& t = job.tensor(item);
    ExportedTensor entry = job.entry(item);
    const bool divided = job.mayBeDivided(item);
    if (divided || traits(t.dtype).kind == DTypeKind::Block) {
        QS_ASSIGN(const auto values, job.readDivided(item, entry));
        entry.dtype = DType::F32;
        entry.bits = {32 * entry.weights, 0};
        entry.sha256 = hashMatrix(values);
        if (divided) {
            QS_ASSIGN(entry.error, job.error(item, entry, {}, values));
            entry.measured = true;
        } else {
            job.warn("tensors of ggml types that no grid writes are decoded to F32");
        }
        shard.declarations.push_back({t.name, DType::F32, t.shape});
        shard.parts.push_back({kept.written(), 4 * entry.weights, nullptr});
        QS_TRY(emitMatrix(values, t.place.transposed && t.shape.rank() == 2, DType::F32, [&](std::span<const std::byte> b) { return kept.write(b); }));
    } else {
        QS_ASSIGN(const auto hash, hashTensor(job.source(), t, job.context()));
        entry.sha256 = hash.sha256;
        entry.hashOfBytes = hash.ofBytes;
        shard.declarations.push_back({t.name, t.dtype, t.shape});
        shard.parts.push_back({0, t.bytes, &t});
    }
    job.done(std::move(entry));
    return {};
}

} // namespace

Status writeContainer(ExportJob& job, io::CrashSafeFolder* folder, io::OutputFile* file)
{
    std::vector<Shard> shards(file ? 1 : job.shards());
    std::filesystem::path beside = job.request().target;
    beside += ".arrays";
    QS_ASSIGN(auto kept, io::CrashSafeFile::create(beside, io::OnExisting::Replace)); // never committed: removed at the end
    for (const auto& item : job.items()) {
        if (job.context().stopped()) return cancelled();
        Shard& shard = shards[file ? 0 : item.shard];
        QS_ASSIGN(const auto piece, job.artefact(item));
        if (piece.artefact) QS_TRY(keepArtefact(job, item, piece, kept.output(), shard));
        else QS_TRY(keepTensor(job, item, kept.output(), shard));
        job.context().advance(job.tensor(item).shape.elements());
    }
    QS_TRY(kept.sync());
    QS_ASSIGN(const auto arrays, io::MappedFile::open(kept.temporary()));
    ordered_json map = ordered_json::object();
    std::uint64_t total = 0;
    for (std::size_t s = 0; s < shards.size(); ++s) {
        Shard& shard = shards[s];
        ordered_json description;
        description["format_version"] = kContainerVersion;
        description["producer"] = "quantoscope " + std::string(version());
        description["tensors"] = std::move(shard.descriptions);
        QS_ASSIGN(const auto writer,
                  io::SafetensorsWriter::plan(shard.declarations,
                                              {{kContainerKey, description.dump(-1, ' ', false, ordered_json::error_handler_t::replace)}},
                                              0, ExportJob::shardStem(s, shards.size())));
        const auto bytes = [&](std::size_t i, const io::ByteSink& sink) -> Status {
            const Part& p = shard.parts[i];
            if (p.copied) return emitStored(job.source(), *p.copied, job.context(), sink);
            QS_TRY(sink(arrays->bytes().subspan(p.offset, p.bytes)));
            arrays->release(p.offset, p.bytes);
            return arrays->check();
        };
        if (file) return writer.writeFile(0, *file, bytes, job.context());
        const std::string& name = writer.files().front().name;
        QS_ASSIGN(auto out, io::OutputFile::create(folder->path() / name));
        QS_TRY(writer.writeFile(0, out, bytes, job.context()));
        QS_TRY(out.finish());
        for (const auto& d : shard.declarations) map[d.name] = name;
        total += writer.tensorBytes();
    }
    if (shards.size() > 1) {
        const ordered_json index = {{"metadata", {{"total_size", total}}}, {"weight_map", std::move(map)}};
        QS_TRY(folder->addFile("model.safetensors.index.json", index.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n"));
    }
    return {};
}

} // namespace qs::exporting
