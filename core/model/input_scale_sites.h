// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/config.h"
#include "core/model/weight_source.h"

namespace qs::model {

/// A place of the model at which inputs x of linear layers can be divided by a vector s > 0, while the layers' columns are
/// multiplied by it, so that the model says the same (AWQ, SmoothQuant: related_methods.md §3, §4).
struct InputScaleSite {
    std::vector<std::string> readers; ///< every linear layer that reads x: its weight's stored name
    std::string precedes;             ///< stored name of the weight that gives x: a norm's, or a linear layer's
    std::string bias;                 ///< its bias, divided with it; empty: none
    bool isNorm = false;              ///< element j is divided by s[j]; else row j
    bool plusOne = false;             ///< a norm that multiplies by 1 + w
    Index width = 0;                  ///< of x
    std::string reason;               ///< why s can't be folded there; empty: it can
};

/// Every place of the blocks and the head. From q, k, v: the norm before them; o: v_proj, where each head has its own v;
/// gate, up: the norm; down: up_proj behind a gate, fc1 where ReLU lies between (positive factors pass it, others not).
std::vector<InputScaleSite> inputScaleSites(const ModelConfig& config, const WeightSource& weights);

} // namespace qs::model
