// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/common_options.h"
#include "core/quant/registry.h"

#include <algorithm>

namespace qs::cli {

void registerAllCommands(CommandRegistry& registry);

namespace {

std::vector<std::string> choicesOf(const OptionSpec& o)
{
    std::vector<std::string> out;
    if (o.name == "--recipe") {
        for (const auto& r : quant::builtinRegistry().recipes()) out.push_back(r.name);
        return out;
    }
    if (o.name == "--format") return std::vector<std::string>{"safetensors", "quantoscope", "npz"};
    if (o.value.find('|') == std::string::npos) return out;
    for (std::size_t at = 0; at <= o.value.size();) {
        const std::size_t bar = std::min(o.value.find('|', at), o.value.size());
        out.push_back(o.value.substr(at, bar - at));
        at = bar + 1;
    }
    return out;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string out;
    for (const auto& w : words) out += (out.empty() ? "" : " ") + w;
    return out;
}

std::vector<OptionSpec> optionsOf(const Command& c)
{
    std::vector<OptionSpec> out = c.options;
    out.insert(out.end(), commonOptions().begin(), commonOptions().end());
    return out;
}

// A word inside single quotes of a shell.
std::string inQuotes(const std::string& text)
{
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string bash(const CommandRegistry& registry)
{
    std::string names;
    std::string options;
    std::string values;
    std::vector<std::string> seen;
    for (const auto& c : registry.commands()) {
        names += (names.empty() ? "" : " ") + c.name;
        std::vector<std::string> words;
        for (const auto& o : optionsOf(c)) {
            words.push_back(o.name);
            const auto choices = choicesOf(o);
            if (choices.empty() || std::find(seen.begin(), seen.end(), o.name) != seen.end()) continue;
            seen.push_back(o.name);
            values += "    " + o.name + ") COMPREPLY=($(compgen -W '" + joined(choices) + "' -- \"$cur\")); return ;;\n";
        }
        options += "    " + c.name + ") words='" + joined(words) + "' ;;\n";
    }
    return "# SPDX-License-Identifier: GPL-3.0-or-later\n# Made by `quantoscope-cli completion bash`.\n"
           "_quantoscope_cli()\n{\n"
           "  local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command='' words='' i\n"
           "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "    case ${COMP_WORDS[i]} in -*) ;; *) command=${COMP_WORDS[i]}; break ;; esac\n  done\n"
           "  case $previous in\n" + values + "  esac\n"
           "  if [ -z \"$command\" ]; then COMPREPLY=($(compgen -W '" + names + "' -- \"$cur\")); return; fi\n"
           "  if [[ $cur != -* ]]; then COMPREPLY=($(compgen -f -- \"$cur\")); compopt -o filenames 2>/dev/null; return; fi\n"
           "  case $command in\n" + options + "  esac\n"
           "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -F _quantoscope_cli quantoscope-cli\n";
}

std::string zsh(const CommandRegistry& registry)
{
    // In _arguments a colon ends a part and brackets enclose the help.
    const auto help = [](std::string text) {
        std::string out;
        for (const char c : text) out += c == ':' || c == '[' || c == ']' ? std::string("\\") + c : std::string(1, c);
        return out;
    };
    std::string out = "#compdef quantoscope-cli\n# SPDX-License-Identifier: GPL-3.0-or-later\n# Made by `quantoscope-cli completion zsh`.\n"
                      "local -a commands\ncommands=(\n";
    for (const auto& c : registry.commands()) out += "  " + inQuotes(c.name + ":" + help(c.summary)) + "\n";
    out += ")\nif (( CURRENT == 2 )); then _describe command commands; return; fi\ncase $words[2] in\n";
    for (const auto& c : registry.commands()) {
        out += c.name + ") _arguments";
        for (const auto& o : optionsOf(c)) {
            std::string spec = (o.repeatable ? "*" : "") + o.name + "[" + help(o.help) + "]";
            if (!o.value.empty()) {
                const auto choices = choicesOf(o);
                spec += ":" + help(o.value) + ":" + (choices.empty() ? "_files" : "(" + joined(choices) + ")");
            }
            out += " \\\n    " + inQuotes(spec);
        }
        out += " \\\n    '*:file:_files' ;;\n";
    }
    return out + "esac\n";
}

std::string fish(const CommandRegistry& registry)
{
    std::string out = "# SPDX-License-Identifier: GPL-3.0-or-later\n# Made by `quantoscope-cli completion fish`.\n";
    const std::string start = "complete -c quantoscope-cli ";
    for (const auto& c : registry.commands())
        out += start + "-n __fish_use_subcommand -f -a " + c.name + " -d " + inQuotes(c.summary) + "\n";
    for (const auto& c : registry.commands())
        for (const auto& o : optionsOf(c)) {
            out += start + "-n '__fish_seen_subcommand_from " + c.name + "' -l " + o.name.substr(2);
            if (!o.value.empty()) {
                const auto choices = choicesOf(o);
                out += choices.empty() ? " -r" : " -x -a " + inQuotes(joined(choices));
            }
            out += " -d " + inQuotes(o.help) + "\n";
        }
    return out;
}

Result<Outcome> completion(const Invocation& call)
{
    static constexpr std::string_view kShells[] = {"bash", "zsh", "fish"};
    QS_ASSIGN(const auto shell, oneOf("SHELL", call.positional()[0], kShells));
    CommandRegistry registry;
    registerAllCommands(registry);
    Outcome out;
    out.text = shell == "bash" ? bash(registry) : shell == "zsh" ? zsh(registry) : fish(registry);
    out.json = Json{{"shell", shell}, {"script", out.text}};
    return out;
}

} // namespace

void registerCompletion(CommandRegistry& registry);
void registerCompletion(CommandRegistry& registry)
{
    registry.add({"completion", "print a completion script for a shell, made from the tables of --help", "bash|zsh|fish", 1, 1, {},
                  completion});
}

} // namespace qs::cli
