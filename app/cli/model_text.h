// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/cli/command.h"
#include "core/model/model.h"
#include "core/study/run_study.h"

namespace qs::cli {

/// --text and --ids: what a model is run on.
struct ModelText {
    std::vector<std::int32_t> ids;
    std::string sha256; ///< of the text's or the ids' file
    std::string file;
};
std::vector<OptionSpec> modelTextOptions();
/// Usage error where not exactly one is given; NotFound, Lacking (no tokenizer), Malformed of the files.
Result<ModelText> chosenText(const Invocation& invocation, const io::ModelSource& source);
/// --length, at most what the model has positions for; default 2048 or that. Usage errors.
Result<Index> chosenLength(const Invocation& invocation, const model::ModelConfig& config);

/// The model with the study's tensors quantized: every artefact is made here and decoded when the engine asks for it.
/// `seconds` and figures of the cells come back in `study`.
Result<std::shared_ptr<const model::Model>> quantizedModel(const std::shared_ptr<const model::Model>& original, study::StudyRequest request,
                                                           study::Study& study, const Context& context);

} // namespace qs::cli
