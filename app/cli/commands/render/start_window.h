// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <stop_token>
#include <string>
#include <vector>

namespace qs::cli {

/// Starts `quantoscope --render ARGUMENTS...` and waits for it. The program is looked for beside this one, in the build
/// tree's ../gui, and in PATH. Lacking where it is not installed; Io with its exit code where it fails.
Status startWindow(const std::vector<std::string>& arguments, const std::stop_token& stop);

} // namespace qs::cli
