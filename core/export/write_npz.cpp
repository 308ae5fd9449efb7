// SPDX-License-Identifier: GPL-3.0-or-later
// Arrays for scripts (specs/cli.md): codes unpacked, every map and codebook as numbers, decoded values.
#include "core/export/export_job.h"
#include "core/export/npz_writer.h"
#include "core/export/tensor_values.h"

#include <set>

namespace qs::exporting {
namespace {

Status writeFloats(NpzWriter& npz, const std::string& name, const Shape& shape, std::span<const float> values)
{
    QS_TRY(npz.begin(name, DType::F32, shape));
    QS_TRY(npz.write(std::as_bytes(values)));
    return npz.end();
}

Status writeArtefact(ExportJob& job, const ExportJob::Item& item, const ExportJob::Piece& piece, NpzWriter& npz)
{
    const io::TensorInfo& t = job.tensor(item);
    const quant::Decoder& decoder = *piece.decoder;
    const quant::QuantizedTensor& q = *piece.artefact;
    ExportedTensor entry = job.entry(item);
    ExportJob::describe(entry, piece);
    entry.storedAs = NpzWriter::memberName(t.name + ".decoded");
    std::set<std::string> written;
    if (q.recipe.grid.name != "none") {
        QS_TRY(npz.begin(t.name + ".codes", DType::U8, {q.rows, q.cols}));
        std::vector<std::uint8_t> row(static_cast<std::size_t>(q.cols));
        for (Index r = 0; r < q.rows; ++r) {
            if (job.context().stopped()) return cancelled();
            decoder.codesRow(r, row);
            QS_TRY(npz.write(std::as_bytes(std::span<const std::uint8_t>(row))));
        }
        QS_TRY(npz.end());
        written.insert("codes");
        for (const auto& map : decoder.grid().maps()) {
            if (!written.insert(map.name).second) continue;
            QS_TRY(writeFloats(npz, t.name + "." + map.name, {map.rows, map.cols}, map.values));
        }
        // A grid whose levels are no multiple of a scale is its codebook.
        const bool scaled = written.contains("scale") || written.contains("scale_pos");
        if (!scaled && !written.contains("codebook")) {
            const Index groups = decoder.grid().groups();
            const auto levels = static_cast<Index>(decoder.grid().levels(0).size());
            std::vector<float> all;
            for (Index g = 0; g < groups; ++g) {
                auto l = decoder.grid().levels(g);
                l.resize(static_cast<std::size_t>(levels));
                all.insert(all.end(), l.begin(), l.end());
            }
            QS_TRY(writeFloats(npz, t.name + ".codebook", {groups, levels}, all));
        }
        for (const auto& a : q.arrays.arrays())
            if ((a.name.starts_with("residual.") || a.name.starts_with("transform.")) && NpzWriter::holds(a.dtype)) {
                QS_TRY(npz.begin(t.name + "." + a.name, a.dtype, a.shape));
                QS_TRY(npz.write(a.bytes));
                QS_TRY(npz.end());
            }
    }
    QS_ASSIGN(const auto values, decoder.decodeAll(job.context()));
    QS_ASSIGN(entry.error, job.error(item, entry, piece.scale, values));
    entry.measured = true;
    entry.dtype = DType::F32;
    entry.shape = {q.rows, q.cols};
    entry.sha256 = hashMatrix(values);
    QS_TRY(writeFloats(npz, t.name + ".decoded", {q.rows, q.cols}, values.data()));
    job.done(std::move(entry));
    return {};
}

Status writePlain(ExportJob& job, const ExportJob::Item& item, NpzWriter& npz)
{
    const io::TensorInfo& t = job.tensor(item);
    ExportedTensor entry = job.entry(item);
    entry.storedAs = NpzWriter::memberName(t.name);
    if (job.mayBeDivided(item)) {
        QS_ASSIGN(const auto values, job.readDivided(item, entry));
        entry.dtype = DType::F32;
        entry.bits = {32 * entry.weights, 0};
        entry.sha256 = hashMatrix(values);
        QS_ASSIGN(entry.error, job.error(item, entry, {}, values));
        entry.measured = true;
        QS_TRY(npz.begin(t.name, DType::F32, t.shape));
        QS_TRY(emitMatrix(values, t.place.transposed && t.shape.rank() == 2, DType::F32,
                          [&](std::span<const std::byte> b) { return npz.write(b); }));
    } else if (NpzWriter::holds(t.dtype)) {
        QS_ASSIGN(const auto hash, hashTensor(job.source(), t, job.context()));
        entry.sha256 = hash.sha256;
        entry.hashOfBytes = hash.ofBytes;
        QS_TRY(npz.begin(t.name, t.dtype, t.shape));
        QS_TRY(emitStored(job.source(), t, job.context(), [&](std::span<const std::byte> b) { return npz.write(b); }));
    } else if (traits(t.dtype).decodable) {
        QS_ASSIGN(const auto values, job.source().readMatrix(t, job.context()));
        entry.dtype = DType::F32;
        entry.bits = {32 * entry.weights, 0};
        entry.sha256 = hashMatrix(values);
        job.warn("NumPy has no type " + std::string(dtypeName(t.dtype)) + ": such tensors are written as F32");
        QS_TRY(npz.begin(t.name, DType::F32, t.shape));
        QS_TRY(emitMatrix(values, t.place.transposed && t.shape.rank() == 2, DType::F32,
                          [&](std::span<const std::byte> b) { return npz.write(b); }));
    } else {
        return fail(Error(ErrorCode::NotRepresentable, "NumPy has no type for this tensor, and it has no decoding")
                        .ofTensor(t.name)
                        .got(std::string(dtypeName(t.dtype)))
                        .fix("leave it out with --only"));
    }
    QS_TRY(npz.end());
    job.done(std::move(entry));
    return {};
}

} // namespace

Status writeNpz(ExportJob& job, io::OutputFile& file)
{
    NpzWriter npz(file);
    for (const auto& item : job.items()) {
        if (job.context().stopped()) return cancelled();
        QS_ASSIGN(const auto piece, job.artefact(item));
        if (piece.artefact) QS_TRY(writeArtefact(job, item, piece, npz));
        else QS_TRY(writePlain(job, item, npz));
        job.context().advance(job.tensor(item).shape.elements());
    }
    return npz.finish();
}

} // namespace qs::exporting
