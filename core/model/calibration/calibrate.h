// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/calibration/calibration_writer.h"
#include "core/model/run_model.h"

#include <functional>

namespace qs::model {

struct CalibrateOptions {
    Index samples = 256;        ///< tokens whose inputs are kept, evenly spaced over the text
    bool fisher = false;        ///< Fisher diagonals too (SqueezeLLM, eq. 3), from the full-precision model
    /// The same model with quantized layers: each layer is also fed what it reads behind them, X̃, for Σ x x̃ᵀ and Σ x̃ x̃ᵀ.
    std::shared_ptr<const Model> prefix;
};

/// What was gathered of one layer, for people.
struct CalibratedLayer {
    std::string module;
    Index inputs = 0;
    std::uint64_t tokens = 0;
    double meanSquare = 0; ///< of an input
    float maxAbs = 0;
};

/// The module that a layer's arrays are stored under: its tensor's name in the file without ".weight"; experts that the file
/// stacks get their number.
std::string calibrationModule(const Model& model, const LinearSpec& layer);

/// Runs the model on tokens, one block in memory at a time, and hands over each block's layers when it is done. Σ in double
/// (core/linalg/gram.h). Layers that share their input get the same arrays. Same bits for any number of threads.
/// Memory: the residual stream, one block, and of one block's layers Σ. Progress counts tokens · blocks.
Result<std::vector<CalibratedLayer>> calibrate(const Context& context, const Model& model, const Tokens& tokens, const CalibrateOptions& options,
                                               const std::function<Status(const LayerCalibration&)>& done);

} // namespace qs::model
