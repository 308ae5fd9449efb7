// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/calibration/calibrate.h"
#include "core/study/model_text.h"
#include "core/study/run_cell.h"

#include <optional>

namespace qs::study {

/// Tokens that `calibrate` takes where nothing else is asked for: 128 windows of 2048, as GPTQ and AWQ do.
constexpr std::size_t kCalibrationTokens = std::size_t(128) * 2048;

/// A whole calibration: what is run, and where it is written.
struct CalibrateRequest {
    std::shared_ptr<const io::ModelSource> source;
    std::shared_ptr<const model::Model> model;
    std::shared_ptr<const ModelText> text;
    std::size_t mostTokens = kCalibrationTokens;
    Index length = 2048;                  ///< tokens of a window
    Index samples = 256;
    bool fisher = false;
    std::optional<quant::Recipe> prefix;  ///< also what each layer reads behind the default tensors quantized so
    RunOptions options;                   ///< for the prefix
    std::filesystem::path target;
    bool replace = false;
};

/// What it will take, from sizes alone.
struct CalibrateNeeds {
    Index tokens = 0;                     ///< in whole windows
    Index windows = 0;
    std::size_t layers = 0;
    std::uint64_t peakBytes = 0;
    std::uint64_t fileBytes = 0;
};
/// Lacking where the text does not fill one window.
Result<CalibrateNeeds> calibrateNeeds(const CalibrateRequest& request);

/// Runs it and writes the file with the hashes of checkpoint and text. Lacking where the stated peak is above the context's
/// memory limit; Exists, Io, Cancelled, and what the engine says.
Result<std::vector<model::CalibratedLayer>> calibrateToFile(const CalibrateRequest& request, const Context& context);

/// What the engine takes on this machine, measured on a few tokens of the first block.
struct EngineSpeed {
    double load = 0;    ///< seconds to read one block
    double block = 0;   ///< of a token in a block
    double moments = 0; ///< to add what a token's layers read in a block to their Σ
    double head = 0;    ///< of a token's logits, by the head's size
};
Result<EngineSpeed> measureEngine(const model::Model& model, Index length, const Context& context);
/// Seconds of a calibration; of the prefix its quantization too.
Result<double> estimateCalibrateSeconds(const CalibrateRequest& request, const EngineSpeed& speed, const Context& context);
/// Seconds of an evaluation of `tokens`, beside a reference or alone.
double estimateEvaluateSeconds(const model::Model& model, const EngineSpeed& speed, Index tokens, bool reference);

} // namespace qs::study
