// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/jobs/job_runner.h"
#include "widgets/selection/selection.h"
#include "widgets/selection/tensor_cache.h"
#include "widgets/theme/theme.h"

namespace qs::gui {

/// What every page, plot and panel works with; owned by the window.
struct Services {
    Workspace& workspace;
    Selection& selection;
    TensorCache& cache;
    JobRunner& jobs;
    Theme& theme;
};

} // namespace qs::gui
