// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/model.h"
#include "core/quant/learned/learned_tensor.h"

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>

/// Learns quantized layers on what the transformer does with them: on block outputs (scope=block) or on the model's output
/// distribution (scope=model).
namespace qs::learn {

using Artefact = std::shared_ptr<const quant::QuantizedTensor>;

/// One step as it is made, for curves that are drawn while it runs.
struct LossPoint {
    quant::LearnScope scope = quant::LearnScope::Block;
    Index block = -1; ///< -1: all of them
    int step = 0;
    int steps = 0;
    double loss = 0; ///< of the mini-batch
    double evaluated = std::numeric_limits<double>::quiet_NaN(); ///< of the texts that decide, where they were run
};

/// How the loss fell, of one block or of the model. Block: mean square of the output's error over that of what the full-precision
/// block adds to its input. Model: KL(full ‖ quantized) in nats per token.
struct LossCurve {
    quant::LearnScope scope = quant::LearnScope::Block;
    Index block = -1;
    std::vector<std::string> tensors;            ///< that were learned together
    std::vector<double> losses;                  ///< by step, of its mini-batch
    std::vector<std::pair<int, double>> evaluated; ///< step, loss of the texts that decide
    int best = 0;                                ///< step whose parameters were kept
    double seconds = 0;
};

struct LearnRequest {
    std::shared_ptr<const model::Model> model; ///< full precision
    model::Tokens tokens;                      ///< of the calibration text
    /// By the tensor's stored name (Model::tensorName). Layers whose recipe does not learn on the model are quantized by
    /// themselves and run quantized; layers that are not named stay as they are.
    std::map<std::string, quant::Recipe> layers;
    std::uint64_t seed = 0;
    bool nonFiniteAsZero = false;
    /// What is known of a tensor's inputs; null where nothing. May be empty.
    std::function<Result<std::shared_ptr<const quant::Calibration>>(const std::string& tensor)> calibrationOf;
    /// Asked before anything is learned: an artefact of an earlier run with the same request, or null. A block that has all of its
    /// artefacts is not learned again. May be empty.
    std::function<Result<Artefact>(const std::string& tensor)> find;
    /// Given each block's artefacts when the block is done, scope=model all of them at the end. An error ends the run. May be empty.
    std::function<Status(const Artefact& artefact)> keep;
    std::function<void(const LossPoint&)> onLoss; ///< may be empty
    /// Every so many steps `checkpoint` is given what a run that was stopped needs to go on inside a block (−1: the model);
    /// `resume` is asked for it before the first step. Such a run ends with the same bits. 0: never; the functions may be empty.
    int checkpointEvery = 0;
    std::function<Status(Index block, const quant::TrainState& state)> checkpoint;
    std::function<std::optional<quant::TrainState>(Index block)> resume;
    std::uint64_t traceBytes = std::uint64_t(1) << 30; ///< scope=model: activations are kept up to here, else recomputed block by block
};

struct LearnOutcome {
    std::map<std::string, Artefact> artefacts; ///< of every named layer
    std::vector<LossCurve> curves;             ///< of what was learned in this run
};

/// What a run takes, before it is run.
struct LearnPlan {
    quant::LearnScope scope = quant::LearnScope::Block;
    std::uint64_t peakBytes = 0;
    Index learned = 0;      ///< layers that learn
    Index steps = 0;        ///< in all
    Index trainedTexts = 0; ///< that mini-batches are drawn from
    Index decidingTexts = 0;
    bool recomputes = false;///< scope=model: activations of the backward pass are made again, block by block
};

/// Errors: Usage where scopes are mixed, or layers that learn together have other steps, rates or batches; NotFound for a layer that
/// the blocks do not have; Unsupported for a stack of experts; Lacking for too few tokens.
Result<LearnPlan> planLearning(const LearnRequest& request);

/// Runs it. Same numbers for any number of threads. Lacking where the stated memory is above the context's limit; Cancelled
/// when it was stopped: what was kept until then stays.
Result<LearnOutcome> learn(const LearnRequest& request, const Context& context);

} // namespace qs::learn
