// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <stop_token>
#include <string>
#include <vector>

namespace qs::cli {

/// Exit code of a failure (specs/cli.md, Common); `signal`: the one that stopped the work.
int exitCodeOf(ErrorCode code, int signal);
/// Parses the arguments (without the program's name), runs the command, prints what it says. Returns the exit code.
int runCommandLine(const std::vector<std::string>& arguments, std::stop_token stop);

} // namespace qs::cli
