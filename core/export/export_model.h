// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/export/export_format.h"
#include "core/export/manifest.h"
#include "core/io/model_source.h"
#include "core/study/run_cell.h"

#include <functional>
#include <memory>
#include <vector>

namespace qs::exporting {

/// Gives the result of a tensor when its turn comes, so that only one artefact must be in memory at a time. A null
/// pointer: this tensor is written as it is.
using CellProvider = std::function<Result<std::shared_ptr<const study::CellResult>>(const io::TensorInfo&)>;

struct ExportRequest {
    std::shared_ptr<const io::ModelSource> source; ///< as openAny gives it
    std::vector<std::size_t> chosen;  ///< tensors that are quantized or converted; the others are copied
    CellProvider results;             ///< called once for each chosen tensor; null: all are written as they are
    /// What a chosen tensor's result will be of, where that is known before it is there: a result that the format can't
    /// hold is refused before anything is done. Null: unknown.
    std::function<const quant::Recipe*(const io::TensorInfo&)> recipes;
    ExportFormat format;
    bool only = false;                ///< write the chosen tensors alone
    /// Input scales of results (AWQ, SmoothQuant) are divided out of what precedes the layers, where the architecture allows; else they
    /// stay with the artefacts. Needs `recipes`.
    bool foldsScales = true;
    bool force = false;               ///< replace an existing target in one step
    std::uint64_t seed = 0;
    std::filesystem::path target;
    /// A folder's safetensors files end before this many bytes of tensors, except a file of one larger tensor. A source
    /// in shards keeps its own. The default is transformers' own of many years.
    std::uint64_t shardBytes = 5'000'000'000;
};

struct ExportReport {
    std::filesystem::path target;
    std::filesystem::path manifest;
    std::uint64_t bytes = 0;              ///< of the files written
    std::vector<ExportedTensor> tensors;  ///< all of the export; natural order
    std::vector<std::string> warnings;
};

/// A provider of results that are already computed, by tensor name.
CellProvider providerOf(std::vector<std::shared_ptr<const study::CellResult>> results);

/// Says whether the target is free and the format takes the source and the recipes, before any work is done.
/// `quick`: without reading the model's tokenizer and settings, which takes its time.
Status checkExport(const ExportRequest& request, bool quick = false);

/// Writes the export beside its target, syncs, reads it back, compares every decoded value with what was to be written,
/// then puts it in place in one step. Cancelled or failed, the target is as it was. Errors: Exists, NotRepresentable,
/// Io (a full disk says how much is needed), Mismatch, Cancelled.
Result<ExportReport> exportModel(const ExportRequest& request, const Context& context);

} // namespace qs::exporting
