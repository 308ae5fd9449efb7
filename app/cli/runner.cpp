// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/runner.h"

#include "app/cli/command.h"
#include "app/cli/common_options.h"
#include "app/cli/signals.h"
#include "core/base/format.h"
#include "core/base/version.h"

#include <algorithm>
#include <csignal>
#include <iostream>
#include <new>

namespace qs::cli {

void registerAllCommands(CommandRegistry& registry);

int exitCodeOf(ErrorCode code, int signal)
{
    switch (code) {
    case ErrorCode::Malformed:
    case ErrorCode::Unsafe:
    case ErrorCode::Unsupported: return 3;
    case ErrorCode::Usage: return 2;
    case ErrorCode::Cancelled: return signal == SIGTERM ? 143 : 130;
    default: return 1;
    }
}

namespace {

int report(const Error& error, bool json)
{
    std::cerr << "quantoscope-cli: " << error.text() << "\n";
    if (json) std::cout << dumpJson(errorJson(error)) << std::endl;
    return exitCodeOf(error.code, SignalWatch::received());
}

// The command is the first argument that is neither an option nor the value of a common one.
std::size_t commandPosition(const std::vector<std::string>& arguments)
{
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (!arguments[i].starts_with("-")) return i;
        for (const auto& spec : commonOptions())
            if (spec.name == arguments[i] && !spec.value.empty()) ++i;
    }
    return arguments.size();
}

Result<int> run(const std::vector<std::string>& arguments, std::stop_token stop, bool json)
{
    CommandRegistry registry;
    registerAllCommands(registry);
    std::vector<std::string> rest = arguments;
    const std::size_t at = commandPosition(arguments);
    const bool hasCommand = at < arguments.size();
    const Command* command = nullptr;
    std::vector<OptionSpec> specs(commonOptions().begin(), commonOptions().end());
    if (hasCommand) {
        command = registry.find(arguments[at]);
        if (!command)
            return fail(Error(ErrorCode::Usage, "there is no command '" + arguments[at] + "'").fix("see --help"));
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
        specs.insert(specs.end(), command->options.begin(), command->options.end());
    }
    QS_ASSIGN(auto options, parseOptions(specs, rest));
    const auto say = [&](const char* key, const std::string& text) {
        if (json) std::cout << dumpJson(Json{{key, text}}) << std::endl;
        else std::cout << text << std::flush;
        return 0;
    };
    if (options.has("--help")) return say("help", command ? commandHelp(*command) : programHelp(registry));
    if (options.has("--version"))
        return json ? say("version", std::string(version()))
                    : say("version", "quantoscope-cli " + std::string(version()) + "\n");
    if (!command) return fail(Error(ErrorCode::Usage, "no command is given").fix("see --help"));
    const std::size_t n = options.positional().size();
    if (n < command->minArguments || n > command->maxArguments)
        return fail(Error(ErrorCode::Usage, n < command->minArguments ? "an argument is missing" : "too many arguments")
                        .wanted("quantoscope-cli " + command->name + " " + command->arguments)
                        .got(std::to_string(n) + " arguments"));
    for (const auto& spec : command->options)
        if (spec.required && !options.has(spec.name))
            return fail(Error(ErrorCode::Usage, "option " + spec.name + " is missing").wanted(spec.name + " " + spec.value));
    Invocation invocation;
    invocation.context.stop = std::move(stop);
    invocation.context.progress = std::make_shared<Progress>();
    QS_ASSIGN(invocation.common, readCommonOptions(options, invocation.context));
    const bool onDevice = invocation.common.device == "cuda";
    invocation.options = std::move(options);
    QS_ASSIGN(const Outcome outcome, command->run(invocation));
    if (onDevice)
        std::cerr << "quantoscope-cli: warning: the recipes have no device form yet; computed on the CPU\n";
    for (const auto& w : outcome.warnings) std::cerr << "quantoscope-cli: warning: " << escapeText(w) << "\n";
    if (outcome.stream) outcome.stream(std::cout, json);
    else if (json) std::cout << dumpJson(outcome.json) << "\n";
    else std::cout << outcome.text;
    std::cout.flush();
    if (!std::cout) return fail(ErrorCode::Io, "standard output can't be written");
    return outcome.exitCode;
}

} // namespace

int runCommandLine(const std::vector<std::string>& arguments, std::stop_token stop)
{
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    const bool json = std::find(arguments.begin(), end, "--json") != end;
    try {
        auto result = run(arguments, std::move(stop), json);
        return result ? *result : report(result.error(), json);
    } catch (const std::bad_alloc&) {
        return report(Error(ErrorCode::Lacking, "there is not enough memory for this").fix("choose fewer or smaller tensors"), json);
    } catch (const std::exception& e) {
        return report(Error(ErrorCode::Internal, std::string("unexpected failure: ") + e.what()), json);
    }
}

} // namespace qs::cli
