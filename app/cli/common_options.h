// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/cli/command.h"

namespace qs::cli {

/// Specs of the options that every command takes (specs/cli.md, Common).
std::span<const OptionSpec> commonOptions();
/// Reads them; sets threads and memory limit of the context. A device that is not there is Lacking.
Result<CommonOptions> readCommonOptions(const ParsedOptions& options, Context& context);
/// Help of the program, and of one command.
std::string programHelp(const CommandRegistry& registry);
std::string commandHelp(const Command& command);

} // namespace qs::cli
