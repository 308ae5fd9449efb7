// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/base/format.h"
#include "core/model/tokenizers/load_tokenizer.h"
#include "core/model/tokenizers/text_file.h"

namespace qs::cli {
namespace {

Result<Outcome> tokenize(const Invocation& invocation)
{
    const auto& options = invocation.options;
    if (options.has("--text") == options.has("--ids"))
        return fail(Error(ErrorCode::Usage, "one of --text and --ids says what to do").fix("give --text FILE for ids, or --ids FILE for text"));
    if (options.has("--ids") && options.has("--special")) return fail(Error(ErrorCode::Usage, "--special goes with --text"));
    constexpr std::string_view kFlags[] = {"0", "1"};
    QS_ASSIGN(const std::string special, oneOf("--special", options.value("--special", "0"), kFlags));
    QS_ASSIGN(const auto tokenizer, model::openTokenizer(invocation.positional()[0], invocation.context));
    Outcome out;
    if (options.has("--ids")) {
        QS_ASSIGN(const auto ids, model::readTokenIds(options.value("--ids"), invocation.context));
        QS_ASSIGN(out.text, tokenizer->decode(ids));
        out.json["text"] = out.text;
        return out;
    }
    const std::string path = options.value("--text");
    QS_ASSIGN(const std::string text, model::readUtf8File(path));
    QS_ASSIGN(auto encoding, tokenizer->encode(text, special == "1", true));
    for (std::size_t i = 0; i < encoding.ids.size(); ++i)
        out.text += std::to_string(encoding.ids[i]) + "\t" + escapeText(encoding.tokens[i]) + "\n";
    out.json["ids"] = std::move(encoding.ids);
    out.json["tokens"] = std::move(encoding.tokens);
    return out;
}

} // namespace

void registerTokenize(CommandRegistry& registry);
void registerTokenize(CommandRegistry& registry)
{
    registry.add({"tokenize", "Turns a text into token ids, or ids back into text", "PATH", 1, 1,
                  {{"--text", "FILE", "a text file in UTF-8, taken as a whole", false, false},
                   {"--ids", "FILE", "ids to turn back into text: a .npy array, or whole numbers as text", false, false},
                   {"--special", "0|1", "with the tokens that the tokenizer adds at the ends (default 0)", false, false}},
                  tokenize});
}

} // namespace qs::cli
