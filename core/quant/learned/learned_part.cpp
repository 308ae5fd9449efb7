// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/learned_part.h"

#include <algorithm>

namespace qs::quant {
namespace {

LearnScope parseScope(const std::string& text) { return text == "model" ? LearnScope::Model : text == "block" ? LearnScope::Block : LearnScope::Layer; }

LearnScope scopeIn(const PartUse& use) { return use.values.has("scope") ? parseScope(use.values.text("scope")) : LearnScope::Layer; }

} // namespace

const char* learnScopeName(LearnScope scope) { return scope == LearnScope::Model ? "model" : scope == LearnScope::Block ? "block" : "layer"; }

std::vector<ParamSpec> scopeParams()
{
    return {
        ParamSpec::choice("scope", "layer", {"layer", "block", "model"},
                          "what the loss is taken on: the layer's outputs, the block's, or the model's output distribution"),
        ParamSpec::integer("batch", 8, 1, 4096, "texts", "calibration texts in a mini-batch, for the scopes block and model"),
        ParamSpec::integer("warmup", 0, 0, 100000, "steps", "steps over which the learning rate rises"),
        ParamSpec::integer("every", 50, 1, 100000, "steps", "how often all texts are evaluated to keep the best, for the scopes block and model"),
        ParamSpec::real("holdout", 0.1, 0, 0.9, "", "share of the calibration texts that decides which step was the best instead of being learned from; 0: all"),
        ParamSpec::integer("patience", 0, 0, 100000, "steps", "stop after so many steps without a better one; 0: never"),
    };
}

std::vector<ParamSpec> learnParams(int steps, double rate, std::string rateHelp)
{
    std::vector<ParamSpec> out = {
        ParamSpec::integer("steps", steps, 1, 100000, "steps", "steps of Adam"),
        ParamSpec::real("lr", rate, 1e-6, 1, "", std::move(rateHelp)),
    };
    for (auto& p : scopeParams()) out.push_back(std::move(p));
    return out;
}

LearnSettings learnSettings(const ParamValues& v)
{
    LearnSettings s;
    s.scope = parseScope(v.text("scope"));
    if (v.has("steps")) s.train.steps = static_cast<int>(v.integer("steps"));
    if (v.has("lr")) s.train.rate = v.real("lr");
    s.train.warmUp = static_cast<int>(v.integer("warmup"));
    s.train.evaluateEvery = static_cast<int>(v.integer("every"));
    s.train.patience = static_cast<int>(v.integer("patience"));
    s.batch = v.integer("batch");
    s.holdout = v.real("holdout");
    return s;
}

LearnScope scopeOf(const Recipe& recipe) { return std::max(scopeIn(recipe.grid), scopeIn(recipe.assignment)); }

Error needsModel(LearnScope scope)
{
    return Error(ErrorCode::Lacking, std::string("scope=") + learnScopeName(scope) + " learns on a whole model with its calibration text, not on a layer alone")
        .fix("run it over the model with a calibration file that holds its tokens, or use scope=layer");
}

} // namespace qs::quant
