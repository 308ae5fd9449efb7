// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/common_options.h"

#include "core/base/version.h"
#include "core/cuda/device_module.h"
#include "core/study/cache_config.h"

#include <algorithm>
#include <limits>

namespace qs::cli {

std::span<const OptionSpec> commonOptions()
{
    static const std::vector<OptionSpec> kOptions = {
        {"--json", "", "one JSON document on standard output", false, false},
        {"--threads", "N", "threads to use; results do not depend on it", false, false},
        {"--device", "auto|cpu|cuda", "where to compute", false, false},
        {"--seed", "N", "seed of what is random (default 0)", false, false},
        {"--memory-limit", "BYTES", "refuse work whose stated peak is above this", false, false},
        {"--quiet", "", "no progress on standard error", false, false},
        {"--force", "", "replace an existing target in one step", false, false},
        {"--cache", "DIR", "folder of kept results (default: as set in the window, else in the user's cache folder)", false, false},
        {"--no-cache", "", "compute everything anew, keep nothing", false, false},
        {"--dry-run", "", "print the plan with peak memory and estimated time, do nothing", false, false},
        {"--help", "", "show this help", false, false},
        {"--version", "", "show the version", false, false},
    };
    return kOptions;
}

Result<CommonOptions> readCommonOptions(const ParsedOptions& options, Context& context)
{
    CommonOptions out;
    out.json = options.has("--json");
    out.quiet = options.has("--quiet");
    out.force = options.has("--force");
    out.dryRun = options.has("--dry-run");
    if (options.has("--threads")) {
        QS_ASSIGN(const auto threads, wholeNumber("--threads", options.value("--threads"), 1, 4096));
        context.arena = makeArena(static_cast<int>(threads));
    }
    if (options.has("--seed")) {
        QS_ASSIGN(out.seed, wholeNumber("--seed", options.value("--seed"), 0, std::numeric_limits<std::uint64_t>::max()));
    }
    if (options.has("--memory-limit")) {
        QS_ASSIGN(context.memoryLimit, wholeNumber("--memory-limit", options.value("--memory-limit"), 1,
                                                   std::numeric_limits<std::uint64_t>::max()));
    }
    study::CacheConfig cache = study::loadCacheConfig();
    if (options.has("--cache")) {
        std::error_code ec;
        cache.folder = std::filesystem::absolute(options.value("--cache"), ec);
        cache.enabled = true;
    }
    if (!options.has("--no-cache")) out.cache = study::openCache(cache);
    if (options.has("--device")) {
        static constexpr std::string_view kDevices[] = {"auto", "cpu", "cuda"};
        QS_ASSIGN(out.device, oneOf("--device", options.value("--device"), kDevices));
        if (out.device == "cuda") QS_TRY(cuda::devices());
    }
    return out;
}

namespace {

std::string optionTable(std::span<const OptionSpec> specs)
{
    std::string out;
    std::size_t width = 0;
    const auto left = [](const OptionSpec& s) { return s.name + (s.value.empty() ? "" : " " + s.value); };
    for (const auto& s : specs) width = std::max(width, left(s).size());
    for (const auto& s : specs) {
        const std::string l = left(s);
        out += "  " + l + std::string(width + 2 - l.size(), ' ') + s.help;
        if (s.required) out += " (required)";
        if (s.repeatable) out += " (repeatable)";
        out += "\n";
    }
    return out;
}

} // namespace

std::string programHelp(const CommandRegistry& registry)
{
    std::string out = "quantoscope-cli " + std::string(version())
                    + ": inspect, quantize and compare the weights of language models\n\n"
                      "Usage: quantoscope-cli COMMAND [ARGUMENT...] [OPTION...]\n\nCommands:\n";
    std::size_t width = 0;
    for (const auto& c : registry.commands()) width = std::max(width, c.name.size() + c.arguments.size() + 1);
    for (const auto& c : registry.commands()) {
        const std::string l = c.name + (c.arguments.empty() ? "" : " " + c.arguments);
        out += "  " + l + std::string(width + 2 - l.size(), ' ') + c.summary + "\n";
    }
    return out + "\nOptions of every command:\n" + optionTable(commonOptions())
         + "\nquantoscope-cli COMMAND --help tells more. Exit status: 0 done, 1 can't be done as asked, 2 wrong usage,\n"
           "3 input refused as malformed or unsafe, 130 and 143 stopped by SIGINT and SIGTERM.\n";
}

std::string commandHelp(const Command& command)
{
    std::string out = command.summary + "\n\nUsage: quantoscope-cli " + command.name
                    + (command.arguments.empty() ? "" : " " + command.arguments) + " [OPTION...]\n";
    if (!command.options.empty()) out += "\nOptions:\n" + optionTable(command.options);
    return out + "\nOptions of every command:\n" + optionTable(commonOptions());
}

} // namespace qs::cli
