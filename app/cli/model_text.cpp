// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_text.h"

#include "core/base/sha256.h"
#include "core/io/mapped_file.h"
#include "core/model/tokenizers/load_tokenizer.h"
#include "core/model/tokenizers/text_file.h"

#include <algorithm>
#include <limits>

namespace qs::cli {

std::vector<OptionSpec> modelTextOptions()
{
    return {{"--text", "FILE", "a text file in UTF-8; the model's own tokenizer makes the tokens, none is added", false, false},
            {"--ids", "FILE", "tokens in place of a text: a .npy array, or whole numbers as text", false, false}};
}

Result<ModelText> chosenText(const Invocation& invocation, const io::ModelSource& source)
{
    const auto& options = invocation.options;
    if (options.has("--text") == options.has("--ids"))
        return fail(Error(ErrorCode::Usage, "one of --text and --ids says what the model reads"));
    ModelText out;
    out.file = options.value(options.has("--text") ? "--text" : "--ids");
    if (options.has("--text")) {
        QS_ASSIGN(const std::string text, model::readUtf8File(out.file));
        QS_ASSIGN(const auto tokenizer, model::tokenizerOf(source, invocation.context));
        QS_ASSIGN(auto encoding, tokenizer->encode(text));
        out.ids = std::move(encoding.ids);
        out.sha256 = sha256Hex(std::as_bytes(std::span(text)));
    } else {
        QS_ASSIGN(out.ids, model::readTokenIds(out.file, invocation.context));
        out.sha256 = sha256Hex(std::as_bytes(std::span(out.ids)));
    }
    return out;
}

Result<Index> chosenLength(const Invocation& invocation, const model::ModelConfig& config)
{
    constexpr Index kDefault = 2048;
    const Index most = config.positions > 0 ? config.positions : std::numeric_limits<std::int32_t>::max();
    if (!invocation.options.has("--length")) return std::min(kDefault, most);
    const std::string text = invocation.options.value("--length");
    QS_ASSIGN(const auto length, wholeNumber("--length", text, 2, static_cast<std::uint64_t>(std::max<Index>(2, most))));
    return static_cast<Index>(length);
}

Result<std::shared_ptr<const model::Model>> quantizedModel(const std::shared_ptr<const model::Model>& original, study::StudyRequest request,
                                                           study::Study& study, const Context& context)
{
    auto weights = std::make_shared<model::SourceWeights>(request.source, original->config().architecture);
    request.keepGoing = false;
    request.onCell = [&weights](const std::shared_ptr<const study::CellResult>& cell) -> Status {
        // The artefact stays packed; a block is decoded when it runs.
        weights->replace(cell->tensor, [decoder = cell->decoder](const Context& c) -> Result<std::shared_ptr<const Matrix>> {
            QS_ASSIGN(Matrix decoded, decoder->decodeAll(c));
            return std::make_shared<const Matrix>(std::move(decoded));
        });
        return {};
    };
    QS_ASSIGN(study, study::runStudy(request, context));
    return original->with(std::move(weights));
}

} // namespace qs::cli
