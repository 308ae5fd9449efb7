// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/study/run_cell.h"
#include "widgets/common/explain.h"

namespace qs::gui {

/// What went into a figure of this very result, a line each: the two sums of an error, each stored array with its bits.
QStringList figureInputs(const study::CellResult& result, Figure figure);
/// "model.layers.0.mlp.up_proj.weight of /models/x, recipe rtn:bits=3"
QString resultOrigin(const study::CellResult& result);
/// The whole explanation of a result's figure.
QString explainResult(const study::CellResult& result, Figure figure);
/// Of a recipe: its text, its parts with their papers.
QString explainRecipe(const quant::Recipe& recipe, const QStringList& here = {});

} // namespace qs::gui
