// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/export/export_model.h"
#include "core/export/fold.h"
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
        quant::Recipe recipe;         ///< by which it was made; the artefact's own lacks a transform that was folded
        std::string foldedInto;       ///< see ExportedTensor
        std::string scalesKept;
        std::vector<float> scale;     ///< what was folded
    };
    Result<Piece> result(const Item& item);   ///< of the request only, with its input scales folded where that can be
    Result<Piece> artefact(const Item& item); ///< of the request, else of the checkpoint

    /// Whether this tensor may be divided by the input scales of layers that it precedes.
    bool mayBeDivided(const Item& item) const { return m_fold.divides(tensor(item).name) != nullptr; }
    /// Divides its values [as readMatrix gives them] where its place is folded, and says so in the entry.
    Status divide(const Item& item, Matrix& values, ExportedTensor& entry);
    /// Its values divided, where they may be; else as they are.
    Result<Matrix> readDivided(const Item& item, ExportedTensor& entry);
    /// Error of what is written against the source, folds undone. `scale`: what was folded out of it, or empty.
    Result<metrics::WeightError> error(const Item& item, const ExportedTensor& entry, std::span<const float> scale, MatrixView stored) const;

    /// The manifest's entry of a tensor, with what is known without its values.
    ExportedTensor entry(const Item& item) const;
    static void describe(ExportedTensor& entry, const Piece& piece);
    void done(ExportedTensor entry) { m_tensors.push_back(std::move(entry)); }

    void warn(std::string text);
    std::vector<std::string> warnings() const { return m_warnings; }
    /// The manifest of everything that is done, in natural order.
    Manifest manifest();

    static std::string shardStem(std::size_t shard, std::size_t count);

private:
    /// A place that is folded, or not: known when the results of all its readers are there.
    struct Place {
        bool decided = false;
        bool folds = false;
        std::vector<float> scale;
    };
    Result<Piece> fetch(const io::TensorInfo& tensor) const;
    Status decide(std::size_t site);

    FoldPlan m_fold;
    std::vector<Place> m_places;
    std::map<std::string, Piece> m_held; ///< results that were asked for before their turn
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
