// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/learn/learn.h"
#include "core/study/run_study.h"

namespace qs::study {

/// Cells whose recipes learn on blocks or on the model (scope=block, scope=model), which are made together before any cell is run.
struct LearnedCells {
    std::map<std::pair<std::string, std::string>, std::shared_ptr<const CellResult>> cells; ///< by tensor and recipe text
    std::vector<learn::LossCurve> curves;
    std::shared_ptr<const CellResult> find(const std::string& tensor, const quant::Recipe& recipe) const;
};

/// Whether a request has such recipes.
bool learnsOnModel(const StudyRequest& request);

/// What learning would take, the largest of its runs; steps summed. Usage and Lacking as learn::planLearning; Lacking without
/// options.texts.
Result<learn::LearnPlan> planLearnedCells(const StudyRequest& request);

/// Learns them. With assigned recipes all tensors of the request are one model: layers of other recipes run quantized, too; without,
/// every recipe that learns has a model of its own. With a result cache each block is kept when it is done, and a run that was
/// stopped goes on at the block where it was. `onLoss` may be null.
Result<std::shared_ptr<const LearnedCells>> learnCells(const StudyRequest& request, const Context& context,
                                                       const std::function<void(const learn::LossPoint&)>& onLoss = {});

} // namespace qs::study
