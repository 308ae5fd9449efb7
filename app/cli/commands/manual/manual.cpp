// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/common_options.h"
#include "core/base/version.h"
#include "core/quant/registry.h"

namespace qs::cli {

void registerAllCommands(CommandRegistry& registry);

namespace {

// Text for troff: backslashes and dashes are escaped, a leading dot or quote can't start a request.
std::string troff(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '\\') out += "\\e";
        else if (c == '-') out += "\\-";
        else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += std::string("\\&") + c;
        else out += c;
    }
    return out;
}

std::string sentence(std::string text)
{
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 32);
    if (!text.empty() && text.back() != '.') text += '.';
    return text;
}

std::string optionEntry(const OptionSpec& o)
{
    std::string out = ".TP\n\\fB" + troff(o.name) + "\\fR";
    if (!o.value.empty()) out += " \\fI" + troff(o.value) + "\\fR";
    out += "\n" + troff(sentence(o.help));
    if (o.required) out += " Required.";
    if (o.repeatable) out += " May be repeated.";
    return out + "\n";
}

std::string page()
{
    CommandRegistry registry;
    registerAllCommands(registry);
    std::string out = ".\\\" SPDX-License-Identifier: GPL-3.0-or-later\n.\\\" Made by `quantoscope-cli manual` from the tables of --help.\n"
                      ".TH QUANTOSCOPE-CLI 1 \"\" \"Quantoscope " + std::string(version()) + "\" \"User Commands\"\n"
                      ".SH NAME\nquantoscope\\-cli \\- inspect, quantize and compare the weights of language models\n"
                      ".SH SYNOPSIS\n.B quantoscope\\-cli\n.I COMMAND\n.RI [ ARGUMENT ...]\n.RI [ OPTION ...]\n"
                      ".SH DESCRIPTION\nWhat the pages of\n.BR quantoscope (1)\nshow, printed. A\n.I PATH\n"
                      "is a file (.safetensors, .gguf, .pt, .pth, .bin, .npz, .npy), an index.json or a model folder. "
                      "Files are mapped and never executed.\n.SH COMMANDS\n";
    for (const auto& c : registry.commands()) {
        out += ".SS " + troff(c.name) + (c.arguments.empty() ? "" : " " + troff(c.arguments)) + "\n" + troff(sentence(c.summary)) + "\n";
        for (const auto& o : c.options) out += optionEntry(o);
    }
    out += ".SH OPTIONS OF EVERY COMMAND\n";
    for (const auto& o : commonOptions()) out += optionEntry(o);
    out += ".SH SELECTING TENSORS\n.B \\-\\-tensor\ntakes a glob on names\n.RB ( *\ncrosses dots) and may be repeated.\n"
           ".BR role:q_proj ,\n.BR block:0\\-3 ,\n.B expert:2\nalso select; a leading\n.B !\nexcludes. Default: linear layers "
           "inside blocks; where no architecture is known, every two\\-dimensional float tensor with both sides at least 8.\n"
           ".SH RECIPES\n.IR name [: key = value ,...],\nparts joined by\n.BR + ,\nfor example\n"
           ".BR hadamard+afpq:format=nf4+outliers:percent=0.5 .\n";
    const auto& parts = quant::builtinRegistry();
    for (const auto& recipe : parts.recipes()) {
        out += ".TP\n.B " + troff(recipe.name) + "\n" + troff(sentence(recipe.title)) + "\n";
        for (const auto& use : recipe.parts) {
            const quant::PartInfo* part = parts.part(use.part);
            if (!part || part->params.empty()) continue;
            std::string names;
            for (const auto& p : part->params) names += (names.empty() ? "" : ", ") + p.name;
            out += "Parameters: " + troff(names) + ".\n";
        }
    }
    return out + ".PP\n.B quantoscope\\-cli recipes\nlists defaults, ranges and sources.\n"
                 ".SH FORMATS\n.TP\n.BR safetensors:dtype= f32|f16|bf16\nDecoded weights in the model's own layout.\n"
                 ".TP\n.B quantoscope\nThe artefact itself, every array as stored.\n"
                 ".TP\n.B npz\nCodes, scales, codebooks and decoded values for scripts.\n"
                 ".SH EXIT STATUS\n.TP\n.B 0\ndone\n.TP\n.B 1\nthe work cannot be done as asked\n.TP\n.B 2\nwrong usage\n"
                 ".TP\n.B 3\nthe input was refused as malformed or unsafe\n.TP\n.B 130, 143\nafter SIGINT, SIGTERM; nothing is left half\\-written\n"
                 ".SH EXAMPLES\n.nf\nquantoscope\\-cli inspect model.gguf\n"
                 "quantoscope\\-cli compare model/ \\-\\-recipe nf:group=64 \\-\\-recipe afpq:format=nf4,group=64 \\-\\-tensor 'block:0\\-3'\n"
                 "quantoscope\\-cli quantize model/ \\-\\-recipe lcq:bits=3,group=64,rank=2 \\-\\-out out/ \\-\\-format safetensors:dtype=f16\n"
                 "quantoscope\\-cli verify out/ \\-\\-against model/\n.fi\n.SH SEE ALSO\n.BR quantoscope (1)\n";
}

} // namespace

void registerManual(CommandRegistry& registry);
void registerManual(CommandRegistry& registry)
{
    registry.add({"manual", "print the manual page in troff, made from the tables of --help", "", 0, 0, {},
                  [](const Invocation&) -> Result<Outcome> {
                      Outcome out;
                      out.text = page();
                      out.json = Json{{"troff", out.text}};
                      return out;
                  }});
}

} // namespace qs::cli
