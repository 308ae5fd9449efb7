// SPDX-License-Identifier: GPL-3.0-or-later
// A GGUF file for llama.cpp (formats.md A2, B6). Types of results are known only when they are there, but they do not
// change the length of what comes before the data: that is written twice, the second time as it is.
#include "core/blocks/ggml/ggml_blocks.h"
#include "core/blocks/ggml/ggml_parts.h"
#include "core/exec/parallel_for.h"
#include "core/export/export_job.h"
#include "core/export/ggml_blocks_of.h"
#include "core/export/gguf_plan.h"
#include "core/export/open_any.h"
#include "core/export/tensor_values.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <map>

namespace qs::exporting {
namespace {

bool isBlock(DType type) { return traits(type).kind == DTypeKind::Block; }
bool isFloat(DType type) { return type == DType::F32 || type == DType::F16 || type == DType::BF16; }

/// One tensor on its way: what it will be, and from what.
struct Item {
    const ExportJob::Item* source = nullptr; ///< null: an extra
    const GgufTensor* plan = nullptr;
    const GgufExtra* extra = nullptr;
    std::string name;
    DType type = DType::F32;
    Shape shape;
};

// llama.h's LLAMA_FTYPE of a file that is mostly of this type; files of several types are told by their largest share.
std::uint32_t fileType(DType type)
{
    switch (type) {
    case DType::F16: return 1;
    case DType::Q4_0: return 2;
    case DType::Q4_1: return 3;
    case DType::Q8_0: return 7;
    case DType::Q5_0: return 8;
    case DType::Q5_1: return 9;
    case DType::Q2_K: return 10;
    case DType::Q3_K: return 12;
    case DType::Q4_K: return 15;
    case DType::Q5_K: return 17;
    case DType::Q6_K: return 18;
    case DType::IQ4_NL: return 25;
    case DType::IQ4_XS: return 30;
    case DType::BF16: return 32;
    case DType::MXFP4: return 38;
    default: return 0;
    }
}

class GgufJob {
public:
    GgufJob(ExportJob& job, io::OutputFile& file, GgufPlan plan) : m_job(job), m_file(file), m_plan(std::move(plan)) {}

    Status run()
    {
        for (auto& w : m_plan.warnings) m_job.warn(w);
        for (const auto& item : m_job.items()) QS_TRY(add(item));
        for (const auto& extra : m_plan.extras) m_items.push_back({nullptr, nullptr, &extra, extra.name, DType::F32, {static_cast<Index>(extra.values.size())}});
        QS_ASSIGN(const std::string before, header());
        QS_TRY(m_file.write(before));
        for (auto& item : m_items) {
            if (m_job.context().stopped()) return cancelled();
            QS_TRY(item.extra ? writeExtra(item) : write(item));
            QS_TRY(pad());
        }
        QS_ASSIGN(const std::string after, header());
        if (after.size() != before.size()) return fail(ErrorCode::Internal, "the header changed its length");
        return m_file.writeAt(0, std::as_bytes(std::span(after)));
    }

private:
    const io::TensorInfo& info(const Item& item) const { return m_job.tensor(*item.source); }
    const ExportFormat& format() const { return m_job.request().format; }

    Status add(const ExportJob::Item& source)
    {
        const io::TensorInfo& t = m_job.tensor(source);
        const auto it = m_plan.tensors.find(t.name);
        if (it == m_plan.tensors.end()) return {};
        Item item{&source, &it->second, nullptr, it->second.name, t.dtype, t.shape};
        if (t.place.transposed && t.shape.rank() == 2) item.shape = {t.shape[1], t.shape[0]};
        if (item.plan->single) item.type = DType::F32;
        else if (traits(t.dtype).ggmlId < 0 || (!isBlock(t.dtype) && !isFloat(t.dtype))) item.type = traits(t.dtype).decodable ? DType::F32 : t.dtype;
        if (m_job.mayBeDivided(source)) item.type = DType::F32; // a quotient has more digits than the tensor's own type
        if (source.chosen && format().dtype && !item.plan->single) item.type = *format().dtype;
        m_items.push_back(std::move(item));
        return {};
    }

    Result<std::string> header() const
    {
        io::GgufHeader h = m_plan.metadata;
        std::map<DType, std::uint64_t> share;
        for (const auto& item : m_items) {
            share[item.type] += item.shape.elements();
            QS_TRY(h.tensor(item.name, item.type, item.shape));
        }
        const auto most = std::max_element(share.begin(), share.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        h.u32("general.quantization_version", 2);
        h.u32("general.file_type", most == share.end() ? 0 : fileType(most->first));
        return h.bytes();
    }

    Status pad()
    {
        static constexpr std::array<std::byte, io::GgufHeader::kAlignment> kZeros{};
        const std::uint64_t over = m_file.written() % io::GgufHeader::kAlignment;
        return over == 0 ? Status() : m_file.write(std::span(kZeros).first(io::GgufHeader::kAlignment - over));
    }

    ExportedTensor entry(const Item& item) const
    {
        ExportedTensor e = m_job.entry(*item.source);
        e.name = e.storedAs = item.name;
        e.shape = item.shape;
        e.rotaryHeadRows = item.plan->rotaryHeadRows;
        e.rotaryToGguf = e.rotaryHeadRows > 0;
        e.fusedHeads = item.plan->fusedHeads;
        e.added = static_cast<double>(item.plan->added);
        return e;
    }

    Status writeExtra(const Item& item)
    {
        ExportedTensor e;
        e.name = e.sourceName = e.storedAs = item.name;
        e.shape = item.shape;
        e.weights = item.shape.elements();
        e.bits.payload = 32 * e.weights;
        const MatrixView values{item.extra->values, 1, static_cast<Index>(item.extra->values.size())};
        e.sha256 = hashMatrix(values);
        e.made = true;
        m_job.done(std::move(e));
        return m_file.write(std::as_bytes(std::span(item.extra->values)));
    }

    Status write(Item& item)
    {
        const io::TensorInfo& t = info(item);
        // A plain type asks for decoded values.
        const bool decoded = item.source->chosen && format().dtype && isFloat(*format().dtype);
        const bool plain = !item.plan->single && !decoded;
        QS_ASSIGN(auto piece, m_job.result(*item.source));
        const bool divided = m_job.mayBeDivided(*item.source);
        if (!piece.artefact && !divided && asIs(item, t) && !artefactOf(t).value_or(nullptr)) return copy(item, t);
        if (!piece.artefact && plain && !divided) {
            QS_ASSIGN(piece, m_job.artefact(*item.source));
        }
        if (piece.artefact && piece.artefact->recipe.grid.name != "none" && plain) return writeArtefact(item, piece);
        return writeValues(item, t, piece);
    }

    bool asIs(const Item& item, const io::TensorInfo& t) const
    {
        return item.type == t.dtype && item.plan->rowOrder.empty() && item.plan->added == 0 && !(t.place.transposed && t.shape.rank() == 2);
    }

    Status copy(const Item& item, const io::TensorInfo& t)
    {
        ExportedTensor e = entry(item);
        QS_ASSIGN(const auto hash, hashTensor(m_job.source(), t, m_job.context()));
        e.sha256 = hash.sha256;
        e.hashOfBytes = hash.ofBytes;
        m_job.done(std::move(e));
        m_job.context().advance(t.shape.elements());
        return emitStored(m_job.source(), t, m_job.context(), [&](std::span<const std::byte> bytes) { return m_file.write(bytes); });
    }

    Status writeArtefact(Item& item, const ExportJob::Piece& piece)
    {
        const io::TensorInfo& t = info(item);
        const auto wanted = item.source->chosen ? format().dtype : std::nullopt;
        QS_ASSIGN(const GgmlBlocks blocks, ggmlBlocksOf(*piece.decoder, wanted, m_job.context()));
        item.type = blocks.type;
        ExportedTensor e = entry(item);
        e.dtype = blocks.type;
        ExportJob::describe(e, piece);
        if (piece.artefact->recipe.grid.name != "ggml") { // bits as they are stored here
            const auto* form = qs::blocks::ggmlForm(blocks.type);
            e.bits.payload = form ? e.weights * static_cast<std::uint64_t>(form->codeBits) : 8 * blocks.bytes.size();
            e.bits.metadata = 8 * blocks.bytes.size() - e.bits.payload;
        }
        // Of what the file decodes to: a zero may have lost its sign.
        Matrix values(piece.artefact->rows, piece.artefact->cols);
        std::vector<std::uint8_t> bad(static_cast<std::size_t>(values.rows()));
        parallelFor(m_job.context(), values.rows(), 16, [&](Index b, Index end) {
            for (Index r = b; r < end; ++r)
                bad[static_cast<std::size_t>(r)] = !qs::blocks::ggmlToFloat(blocks.type, rowOf(blocks, r), values.row(r));
        });
        if (m_job.context().stopped()) return cancelled();
        if (std::any_of(bad.begin(), bad.end(), [](std::uint8_t b) { return b != 0; }))
            return fail(Error(ErrorCode::Internal, "blocks of another size than the tensor").ofTensor(t.name));
        QS_ASSIGN(e.error, m_job.error(*item.source, e, piece.scale, values));
        e.measured = true;
        const auto& order = item.plan->rowOrder;
        if (!order.empty()) values = takeRows(values, order);
        e.sha256 = hashMatrix(values);
        m_job.done(std::move(e));
        m_job.context().advance(t.shape.elements());
        if (order.empty()) return m_file.write(blocks.bytes);
        for (const Index r : order) QS_TRY(m_file.write(rowOf(blocks, r)));
        return {};
    }

    static std::span<const std::byte> rowOf(const GgmlBlocks& blocks, Index r)
    {
        return std::span(blocks.bytes).subspan(static_cast<std::size_t>(r) * blocks.rowBytes, blocks.rowBytes);
    }

    Status writeValues(Item& item, const io::TensorInfo& t, const ExportJob::Piece& piece)
    {
        if (!isFloat(item.type)) // blocks that were asked for, without a result to write
            return fail(Error(ErrorCode::NotRepresentable, "there is no result of this tensor in that type").ofTensor(t.name).got(std::string(dtypeName(item.type))));
        ExportedTensor e = entry(item);
        e.dtype = item.type;
        Matrix values;
        if (piece.decoder) {
            QS_ASSIGN(values, piece.decoder->decodeAll(m_job.context()));
            ExportJob::describe(e, piece);
        } else {
            QS_ASSIGN(values, m_job.source().readMatrix(t, m_job.context()));
        }
        QS_TRY(m_job.divide(*item.source, values, e));
        QS_TRY(roundTo(e.dtype, values, t.name));
        if (e.added != 0) { // measured as it will be read
            for (float& v : values.data()) v += item.plan->added;
            Matrix less(values);
            for (float& v : less.data()) v = static_cast<float>(static_cast<double>(v) - e.added);
            QS_ASSIGN(e.error, m_job.error(*item.source, e, piece.scale, less));
        } else {
            QS_ASSIGN(e.error, m_job.error(*item.source, e, piece.scale, values));
        }
        e.measured = true;
        e.bits = {8 * byteSize(e.dtype, e.weights).value_or(0), 0};
        const auto& order = item.plan->rowOrder;
        if (!order.empty()) { // of a bias every value is a row
            const auto rows = static_cast<Index>(order.size());
            const Matrix moved = takeRows(MatrixView{values.data(), rows, values.rows() * values.cols() / rows}, order);
            std::copy(moved.data().begin(), moved.data().end(), values.data().begin());
        }
        e.sha256 = hashMatrix(values);
        m_job.done(std::move(e));
        m_job.context().advance(t.shape.elements());
        return emitMatrix(values, false, item.type, [&](std::span<const std::byte> bytes) { return m_file.write(bytes); });
    }

    ExportJob& m_job;
    io::OutputFile& m_file;
    GgufPlan m_plan;
    std::vector<Item> m_items;
};

} // namespace

Status writeGguf(ExportJob& job, io::OutputFile& file)
{
    QS_ASSIGN(auto plan, planGguf(job.source(), job.request().format, job.context()));
    return GgufJob(job, file, std::move(plan)).run();
}

} // namespace qs::exporting
