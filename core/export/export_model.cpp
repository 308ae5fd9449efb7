// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/export_model.h"

#include "core/export/export_job.h"
#include "core/export/fold.h"
#include "core/export/gguf_plan.h"
#include "core/export/model_files.h"
#include "core/export/open_any.h"
#include "core/export/representable.h"
#include "core/export/verify_export.h"
#include "core/io/crash_safe_writer.h"
#include "core/io/format_registry.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace qs::exporting {
namespace {

namespace fs = std::filesystem;

// A file that is being written does not have its ending yet, by which readers know an .npz.
Result<std::shared_ptr<const io::ModelSource>> reopen(const fs::path& written, ExportFormat::Kind kind, const Context& context)
{
    if (kind != ExportFormat::Npz && kind != ExportFormat::Gguf) return openAny(written, context);
    for (const auto& format : io::builtinFormats().formats())
        if (format.name == (kind == ExportFormat::Npz ? "npz" : "gguf")) {
            QS_ASSIGN(auto source, format.open(written, context));
            return std::shared_ptr<const io::ModelSource>(std::move(source));
        }
    return fail(ErrorCode::Internal, "there is no reader of this format");
}

Status readBack(const fs::path& written, ExportFormat::Kind kind, const Manifest& manifest, const fs::path& target,
                const Context& context)
{
    const auto source = reopen(written, kind, context);
    Result<Verification> verification = fail(ErrorCode::Internal, "");
    if (source) verification = verifyExport(**source, manifest, nullptr, context);
    else verification = fail(source.error());
    const auto mismatch = [&](const std::string& tensor, const std::string& what) {
        return fail(Error(ErrorCode::Mismatch, "reading the export back gave something else: " + what)
                        .inFile(target.string())
                        .ofTensor(tensor)
                        .fix("the target was left as it was"));
    };
    if (!verification) {
        if (verification.error().code == ErrorCode::Cancelled || verification.error().code == ErrorCode::Io)
            return fail(std::move(verification.error()));
        return mismatch(verification.error().tensor, verification.error().message);
    }
    for (const auto& t : verification->tensors)
        if (!t.ok) return mismatch(t.name, t.problem);
    if (!verification->ok) return mismatch("", verification->problems.empty() ? "" : verification->problems.front());
    return {};
}

Result<std::uint64_t> folderBytes(const fs::path& folder)
{
    std::uint64_t n = 0;
    std::error_code ec;
    for (const auto& entry : fs::recursive_directory_iterator(folder, ec))
        if (entry.is_regular_file(ec)) n += entry.file_size(ec);
    return n;
}

// A block type that is asked for without results: the export quantizes to it.
bool quantizesItself(const ExportRequest& request)
{
    return request.format.kind == ExportFormat::Gguf && !request.results && request.format.dtype
        && traits(*request.format.dtype).kind == DTypeKind::Block;
}

// Tensors that a block type is for.
bool takesBlocks(const io::TensorInfo& t) { return t.shape.rank() >= 2 && isWeightFloat(t.dtype); }

std::optional<quant::Recipe> blockRecipe(DType block)
{
    std::string type(dtypeName(block));
    std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto recipe = quant::parseRecipe("ggml:type=" + type);
    return recipe ? std::optional(std::move(*recipe)) : std::nullopt;
}

// The recipe by which a tensor's result is or will be made, where that is known.
std::optional<quant::Recipe> recipeOf(const ExportRequest& request, const io::TensorInfo& tensor)
{
    if (request.recipes) {
        const quant::Recipe* recipe = request.recipes(tensor);
        return recipe ? std::optional(*recipe) : std::nullopt;
    }
    if (!quantizesItself(request) || !takesBlocks(tensor)) return std::nullopt;
    return blockRecipe(*request.format.dtype);
}

ExportReport reportOf(ExportJob& job, const Manifest& manifest)
{
    ExportReport report;
    report.target = job.request().target;
    report.tensors = manifest.tensors;
    report.warnings = job.warnings();
    return report;
}

Result<ExportReport> exportFolder(ExportJob& job)
{
    const ExportRequest& request = job.request();
    const bool container = request.format.kind == ExportFormat::Quantoscope;
    const auto onExisting = request.force ? io::OnExisting::Replace : io::OnExisting::Refuse;
    std::optional<HuggingFacePlan> names;
    if (request.format.hfNames) {
        QS_ASSIGN(names, planHuggingFace(*request.source));
        for (const auto& w : names->warnings) job.warn(w);
    }
    QS_ASSIGN(auto folder, io::CrashSafeFolder::create(request.target, onExisting));
    const std::string single = request.format.fileInFolder();
    if (!request.only && request.format.kind != ExportFormat::Gguf) { // a .gguf holds its tokenizer and settings
        QS_TRY(copyModelFiles(*request.source, folder, job.context()));
        const std::string config = names ? names->configJson : configFor(*request.source, container);
        if (!config.empty()) QS_TRY(folder.addFile("config.json", config));
    }
    if (container) QS_TRY(writeContainer(job, &folder, nullptr));
    else if (!single.empty()) {
        QS_ASSIGN(auto file, io::OutputFile::create(folder.path() / single));
        QS_TRY(request.format.kind == ExportFormat::Npz ? writeNpz(job, file) : writeGguf(job, file));
        QS_TRY(file.finish());
    } else {
        QS_TRY(writeDecoded(job, folder, names ? &*names : nullptr));
    }
    const Manifest manifest = job.manifest();
    QS_TRY(readBack(single.empty() ? folder.path() : folder.path() / single, request.format.kind, manifest, request.target, job.context()));
    QS_TRY(folder.addFile("quantoscope.json", manifestText(manifest)));
    ExportReport report = reportOf(job, manifest);
    QS_ASSIGN(report.bytes, folderBytes(folder.path()));
    if (job.context().stopped()) return cancelled();
    QS_TRY(folder.commit());
    report.manifest = manifestPath(request.target);
    return report;
}

Result<ExportReport> exportFile(ExportJob& job)
{
    const ExportRequest& request = job.request();
    const auto onExisting = request.force ? io::OnExisting::Replace : io::OnExisting::Refuse;
    fs::path beside = request.target;
    beside += ".quantoscope.json";
    QS_ASSIGN(auto file, io::CrashSafeFile::create(request.target, onExisting));
    // a stale manifest without its file is ours to replace
    QS_ASSIGN(auto manifestFile, io::CrashSafeFile::create(beside, io::OnExisting::Replace));
    if (request.format.kind == ExportFormat::Npz) QS_TRY(writeNpz(job, file.output()));
    else if (request.format.kind == ExportFormat::Gguf) QS_TRY(writeGguf(job, file.output()));
    else QS_TRY(writeContainer(job, nullptr, &file.output()));
    QS_TRY(file.sync());
    const Manifest manifest = job.manifest();
    QS_TRY(readBack(file.temporary(), request.format.kind, manifest, request.target, job.context()));
    QS_TRY(manifestFile.output().write(manifestText(manifest)));
    QS_TRY(manifestFile.sync());
    ExportReport report = reportOf(job, manifest);
    report.bytes = file.output().written() + manifestFile.output().written();
    if (job.context().stopped()) return cancelled();
    QS_TRY(file.commit());
    QS_TRY(manifestFile.commit());
    report.manifest = beside;
    return report;
}

} // namespace

CellProvider providerOf(std::vector<std::shared_ptr<const study::CellResult>> results)
{
    auto map = std::make_shared<std::map<std::string, std::shared_ptr<const study::CellResult>>>();
    for (auto& r : results) (*map)[r->tensor] = r;
    return [map](const io::TensorInfo& tensor) -> Result<std::shared_ptr<const study::CellResult>> {
        const auto it = map->find(tensor.name);
        return it == map->end() ? nullptr : it->second;
    };
}

Status checkExport(const ExportRequest& request, bool quick)
{
    std::error_code ec;
    fs::path target = request.target;
    while (!target.has_filename() && target.has_relative_path()) target = target.parent_path();
    if (fs::symlink_status(target, ec).type() != fs::file_type::not_found && !request.force)
        return fail(Error(ErrorCode::Exists, "the target exists").inFile(target.string()).fix("choose another name, or --force to replace it"));
    const fs::path parent = target.parent_path().empty() ? fs::path(".") : target.parent_path();
    if (!fs::is_directory(parent, ec))
        return fail(Error(ErrorCode::NotFound, "the target's folder does not exist").inFile(parent.string()));
    const fs::path whole = fs::weakly_canonical(target, ec);
    for (const auto& file : request.source->files) {
        const fs::path own = fs::weakly_canonical(file->path(), ec);
        if (own == whole || own.parent_path() == whole)
            return fail(Error(ErrorCode::Exists, "the target is the checkpoint itself").inFile(target.string()).fix("choose another name"));
    }
    if (request.format.hfNames) QS_TRY(planHuggingFace(*request.source));
    if (request.format.kind == ExportFormat::Gguf && !quick) QS_TRY(planGguf(*request.source, request.format, {}));
    const FoldPlan folds(request);
    for (const std::size_t i : request.chosen) {
        const io::TensorInfo& t = request.source->tensors[i];
        const auto recipe = recipeOf(request, t);
        if (!recipe) continue;
        const auto shape = io::matrixShape(t);
        if (!request.recipes) QS_TRY(study::fitsShape(t, *recipe)); // others were asked by who knows their calibration
        const Fold* fold = folds.of(t.name);
        const auto answer = representable(fold && fold->folds() ? withoutTransform(*recipe) : *recipe, request.format, shape.rows, shape.cols);
        if (!answer.fits() && fold && !fold->folds())
            return fail(Error(ErrorCode::NotRepresentable, std::string(request.format.name()) + " has no place for a scale per input column, and it can't be folded: " + fold->reason)
                            .ofTensor(t.name)
                            .got(recipe->text())
                            .fix("give this layer a recipe without " + recipe->transform.name + " (--plan), or export decoded weights"));
        if (!answer.fits())
            return fail(Error(ErrorCode::NotRepresentable, std::string(request.format.name()) + " can't hold this result: " + answer.text())
                            .ofTensor(t.name)
                            .got(recipe->text()));
    }
    if (request.chosen.empty() && request.only) return fail(ErrorCode::NotFound, "no tensor is chosen");
    return {};
}

Result<ExportReport> exportModel(const ExportRequest& request, const Context& context)
{
    QS_TRY(checkExport(request));
    if (quantizesItself(request)) {
        ExportRequest own = request;
        const auto known = blockRecipe(*request.format.dtype);
        if (!known) return fail(ErrorCode::Internal, "no grid writes this type");
        const quant::Recipe recipe = *known;
        own.results = [&](const io::TensorInfo& tensor) -> Result<std::shared_ptr<const study::CellResult>> {
            if (!takesBlocks(tensor)) return nullptr;
            study::RunOptions options;
            options.seed = request.seed;
            options.announce = false;
            return study::runCell(*request.source, tensor, recipe, options, context);
        };
        return exportModel(own, context);
    }
    ExportJob job(request, context);
    if (context.progress)
        for (const auto& item : job.items()) context.progress->expect(2 * job.tensor(item).shape.elements());
    return request.format.isFileTarget(request.target) ? exportFile(job) : exportFolder(job);
}

} // namespace qs::exporting
