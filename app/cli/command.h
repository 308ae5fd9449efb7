// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/cli/json.h"
#include "app/cli/option_parser.h"
#include "core/exec/context.h"
#include "core/study/run_cell.h"

#include <functional>
#include <iosfwd>

namespace qs::cli {

/// The options that every command takes, parsed.
struct CommonOptions {
    bool json = false;
    bool quiet = false;
    bool force = false;
    bool dryRun = false;
    std::uint64_t seed = 0;
    std::string device = "auto";
    std::shared_ptr<study::ResultCache> cache; ///< null: off
};

/// One call of a command.
struct Invocation {
    CommonOptions common;
    ParsedOptions options;
    Context context;
    /// Seed and cache as the common options say.
    study::RunOptions runOptions() const
    {
        study::RunOptions out;
        out.seed = common.seed;
        out.cache = common.cache;
        return out;
    }
    const std::vector<std::string>& positional() const { return options.positional(); }
};

/// What a command has to say; the runner prints one of the two forms.
struct Outcome {
    Json json;
    std::string text;
    /// Set where a document can be larger than memory should hold: writes the JSON or the text itself.
    std::function<void(std::ostream&, bool asJson)> stream;
    int exitCode = 0;
    std::vector<std::string> warnings; ///< to stderr
};

/// A command: a folder under app/cli/commands.
struct Command {
    std::string name;
    std::string summary;
    std::string arguments;            ///< for the usage line: "PATH"
    std::size_t minArguments = 1;
    std::size_t maxArguments = 1;
    std::vector<OptionSpec> options;  ///< beside the common ones
    std::function<Result<Outcome>(const Invocation&)> run;
};

class CommandRegistry {
public:
    void add(Command command) { m_commands.push_back(std::move(command)); }
    std::span<const Command> commands() const { return m_commands; }
    const Command* find(std::string_view name) const
    {
        for (const auto& c : m_commands)
            if (c.name == name) return &c;
        return nullptr;
    }

private:
    std::vector<Command> m_commands;
};

} // namespace qs::cli
