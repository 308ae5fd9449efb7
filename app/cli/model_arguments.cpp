// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_arguments.h"

#include "core/export/open_any.h"
#include "core/model/calibration/calibration_file.h"

namespace qs::cli {

OptionSpec tensorOption()
{
    return {"--tensor", "GLOB", "tensors by name (* crosses dots), role:q_proj, block:0-3, expert:2; a leading ! excludes",
            true, false};
}

OptionSpec recipeOption(bool repeatable, bool required)
{
    return {"--recipe", "R", "name[:key=value,...], parts joined by +", repeatable, required};
}

OptionSpec calibrationOption()
{
    return {"--calibration", "FILE", "what calibrate wrote, an imatrix of llama.cpp (.dat, .gguf), or an .npz with the same names; recipes with scope=block or scope=model learn from the tokens that calibrate keeps in it", false, false};
}

std::vector<OptionSpec> exportOptions()
{
    return {{"--out", "P", "where to write: a new folder, or a file for gguf, npz and quantoscope", false, false},
            {"--format", "F", "output format: safetensors[:dtype=f32|f16|bf16,names=keep|hf], gguf[:type=TYPE,pre=NAME], quantoscope, npz", false, false},
            {"--fold", "MODE", "auto: input scales of awq and smoothquant are divided out of the norm or layer before, where the architecture allows; never: they stay with the codes", false, false},
            {"--only", "", "write the chosen tensors alone", false, false}};
}

Result<std::shared_ptr<const io::ModelSource>> openArgument(const Invocation& invocation, std::size_t n)
{
    return exporting::openAny(invocation.positional().at(n), invocation.context);
}

Result<std::vector<std::size_t>> chosenTensors(const Invocation& invocation, const io::ModelSource& source)
{
    const auto globs = invocation.options.all("--tensor");
    QS_ASSIGN(auto tensors, io::selectTensors(source, globs));
    if (tensors.empty()) {
        std::string asked;
        for (const auto& g : globs) asked += (asked.empty() ? "" : " ") + g;
        return fail(Error(ErrorCode::NotFound, "no tensor matches")
                        .inFile(source.path.string())
                        .got(globs.empty() ? "no linear layer inside a block" : "'" + asked + "'")
                        .fix("see the names with inspect"));
    }
    return tensors;
}

Result<std::vector<std::size_t>> chosenWeights(const Invocation& invocation, const io::ModelSource& source)
{
    QS_ASSIGN(auto tensors, chosenTensors(invocation, source));
    for (const auto& glob : invocation.options.all("--tensor"))
        if (!glob.starts_with("!") && !glob.starts_with("block:") && !glob.starts_with("expert:")) return tensors;
    std::erase_if(tensors, [&](std::size_t i) { return source.tensors[i].shape.rank() < 2; });
    if (tensors.empty())
        return fail(Error(ErrorCode::NotFound, "no matrix matches").inFile(source.path.string()).fix("see the shapes with inspect"));
    return tensors;
}

Result<std::vector<quant::Recipe>> chosenRecipes(const Invocation& invocation)
{
    std::vector<quant::Recipe> out;
    for (const auto& text : invocation.options.all("--recipe")) {
        QS_ASSIGN(auto recipe, quant::parseRecipe(text));
        out.push_back(std::move(recipe));
    }
    return out;
}

Result<CalibrationOf> chosenCalibration(const Invocation& invocation)
{
    if (!invocation.options.has("--calibration")) return CalibrationOf();
    QS_ASSIGN(auto file, model::CalibrationFile::open(invocation.options.value("--calibration"), invocation.context));
    return CalibrationOf([file = std::move(file)](const io::ModelSource& source, const io::TensorInfo& tensor) { return file->of(source, tensor); });
}

Result<std::shared_ptr<const model::Tokens>> calibrationTexts(const Invocation& invocation)
{
    if (!invocation.options.has("--calibration")) return std::shared_ptr<const model::Tokens>();
    QS_ASSIGN(const auto file, model::CalibrationFile::open(invocation.options.value("--calibration"), invocation.context));
    QS_ASSIGN(const auto ids, file->ids());
    if (ids.empty() || file->windowLength() < 2) return std::shared_ptr<const model::Tokens>();
    return std::make_shared<const model::Tokens>(model::windowsOf(ids, file->windowLength()));
}

} // namespace qs::cli
