// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/metrics/weight_error/weight_error.h"
#include "core/quant/part.h"
#include "core/tensor/dtype.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qs::exporting {

/// One tensor of an export, as its manifest tells it.
struct ExportedTensor {
    std::string name;          ///< in the export
    std::string sourceName;    ///< in the checkpoint it came from
    std::string storedAs;      ///< what a reader of the export finds: the name, or "X.decoded" in .npz
    DType dtype = DType::F32;  ///< of the stored values; for artefacts that of the decoded ones (F32)
    Shape shape;
    std::string recipe;        ///< empty: copied as it was
    std::string parts;         ///< JSON object of the parts and their values; empty for copies
    std::uint64_t seed = 0;
    std::uint64_t weights = 0;
    std::uint64_t bytesBefore = 0;
    quant::StorageBits bits;   ///< of the artefact's arrays, or of the stored values
    std::string sha256;        ///< of the values as F32, logical row-major order; of the bytes where there is no float decoding
    bool hashOfBytes = false;
    metrics::WeightError error; ///< of the stored values against the source
    bool measured = false;     ///< false: copied without change
    bool made = false;          ///< of no tensor of the source: rotary factors that a format wants as one
    bool chosen = false;       ///< among the tensors that were asked for
    double seconds = 0;
    std::string device;        ///< that computed the artefact; empty for copies
    Index rotaryHeadRows = 0;  ///< rows per head where rows were brought from GGUF's rotary order to Hugging Face's
    bool rotaryToGguf = false; ///< the other way round
    Index fusedHeads = 0;      ///< heads whose q, k and v rows were brought from one after another to all q, all k, all v
    std::string foldedInto;    ///< source's name of the tensor that was divided by this layer's input scales; empty: none was
    std::string scalesKept;    ///< why the input scales were not folded; empty: folded, or none
    std::vector<float> dividedBy; ///< of each row (of a vector: each element): what it was divided by; empty: nothing
    bool dividedPlusOne = false; ///< a norm that multiplies by 1 + w: that was divided
    double added = 0;          ///< what was added to every value (1: Gemma's norms in GGUF)
};

/// What a manifest says about an export.
struct Manifest {
    std::string producer;
    std::string format;        ///< as `--format` writes it
    std::string sourcePath;    ///< file or folder name of the source, without its folders
    std::uint64_t sourceBytes = 0;
    std::uint64_t seed = 0;
    std::vector<ExportedTensor> tensors;
};

/// OUT/quantoscope.json, or FILE.quantoscope.json beside one file.
std::filesystem::path manifestPath(const std::filesystem::path& exported);
std::string manifestText(const Manifest& manifest);
/// Reads a manifest; Malformed errors for anything that is not one, NotFound where there is none.
Result<Manifest> readManifest(const std::filesystem::path& path);

} // namespace qs::exporting
