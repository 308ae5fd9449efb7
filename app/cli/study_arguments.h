// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/cli/command.h"
#include "core/study/run_study.h"

namespace qs::cli {

/// What --recipe or --plan asks for, with --calibration where it is given: the tensors, and which recipe each takes. A plan's
/// tensors are those that it names, of them those that --tensor chooses where it is given.
Result<study::StudyRequest> chosenStudy(const Invocation& invocation);

} // namespace qs::cli
