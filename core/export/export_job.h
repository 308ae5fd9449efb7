// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/export/export_model.h"
#include "core/export/hf_model.h"
#include "core/io/crash_safe_writer.h"
#include "core/quant/decoder.h"

namespace qs::exporting {

/// One export while it runs: what the three kinds of target share.
class ExportJob {
public:
    ExportJob(const ExportRequest& request, const Context& context);

    const ExportRequest& request() const { return m_request; }
    const Context& context() const { return m_context; }
    const io::ModelSource& source() const { return *m_request.source; }

    /// A tensor of the export.
    struct Item {
        std::size_t tensor = 0;
        bool chosen = false;
        std::size_t shard = 0;
    };
    const std::vector<Item>& items() const { return m_items; }
    std::size_t shards() const { return m_shards; }
    const io::TensorInfo& tensor(const Item& item) const { return source().tensors[item.tensor]; }

    /// An artefact that stands for a tensor: the result of the request, or what the checkpoint itself holds (our
    /// container's artefact, ggml blocks as they are). Empty where there is none.
    struct Piece {
        std::shared_ptr<const quant::QuantizedTensor> artefact;
        std::shared_ptr<const quant::Decoder> decoder;
        double seconds = 0;
        std::string device; ///< that computed it; empty for what the checkpoint itself holds
    };
    Result<Piece> result(const Item& item) const;   ///< of the request only
    Result<Piece> artefact(const Item& item) const; ///< of the request, else of the checkpoint

    /// The manifest's entry of a tensor, with what is known without its values.
    ExportedTensor entry(const Item& item) const;
    static void describe(ExportedTensor& entry, const quant::QuantizedTensor& artefact);
    void done(ExportedTensor entry) { m_tensors.push_back(std::move(entry)); }

    void warn(std::string text);
    std::vector<std::string> warnings() const { return m_warnings; }
    /// The manifest of everything that is done, in natural order.
    Manifest manifest();

    static std::string shardStem(std::size_t shard, std::size_t count);

private:
    const ExportRequest& m_request;
    const Context& m_context;
    std::vector<Item> m_items;
    std::size_t m_shards = 1;
    std::vector<ExportedTensor> m_tensors;
    std::vector<std::string> m_warnings;
};

/// Decoded weights as safetensors into a folder.
Status writeDecoded(ExportJob& job, io::CrashSafeFolder& folder, const HuggingFacePlan* names);
/// Our container into a folder, or into one file.
Status writeContainer(ExportJob& job, io::CrashSafeFolder* folder, io::OutputFile* file);
/// A model for llama.cpp into one .gguf.
Status writeGguf(ExportJob& job, io::OutputFile& file);
/// Arrays for scripts into one .npz.
Status writeNpz(ExportJob& job, io::OutputFile& file);

} // namespace qs::exporting
