// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/learned/trainer.h"
#include "core/quant/part.h"
#include "core/quant/recipe.h"

#include <memory>

namespace qs::quant {

/// What the loss of a learned part is taken on.
enum class LearnScope {
    Layer, ///< tr(E Σ Eᵀ) of the layer alone; quantize() does it
    Block, ///< the outputs of the transformer block, block after block (core/learn)
    Model  ///< the model's output distribution, all layers at once (core/learn)
};
const char* learnScopeName(LearnScope scope); ///< "layer", ...

/// How a part learns.
struct LearnSettings {
    LearnScope scope = LearnScope::Layer;
    TrainOptions train;
    Index batch = 8;      ///< texts in a mini-batch, block and model scope
    double holdout = 0.1; ///< share of the calibration texts that is not trained on but decides which step was the best; 0: all decide
};

/// One matrix while it is learned.
class LayerLearning {
public:
    virtual ~LayerLearning() = default;
    virtual Learner& learner() = 0;
    /// Gives the grid what the learner last decoded with; the codes are the learner's.
    virtual void finish(FittedGrid& grid) = 0;
};

/// An assignment, or a grid, that learns. A grid's scope is layer where it fits itself without the model.
class LearnedPart {
public:
    virtual ~LearnedPart() = default;
    virtual LearnSettings learning() const = 0;
    /// `levels` are `grid` fitted to the input; both and the input's weights outlive what it gives.
    virtual Result<std::unique_ptr<LayerLearning>> begin(const FitInput& input, const Grid& grid, FittedGrid& levels, const Context& context) const = 0;
};

/// The values of the shared parameters below, and the specs of them: steps, lr, scope, batch, warmup, every, holdout, patience.
LearnSettings learnSettings(const ParamValues& values);
std::vector<ParamSpec> learnParams(int steps, double rate, std::string rateHelp);
/// The same without steps and lr, for grids that have their own.
std::vector<ParamSpec> scopeParams();

/// The scope of a recipe: of its grid or its assignment, whichever is wider; Layer where nothing is learned.
LearnScope scopeOf(const Recipe& recipe);
/// Lacking: what an assignment or a grid of a wider scope says when it is asked to work on a layer alone.
Error needsModel(LearnScope scope);

} // namespace qs::quant
