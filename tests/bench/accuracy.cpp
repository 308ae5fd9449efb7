// SPDX-License-Identifier: GPL-3.0-or-later
// What recipes cost a model: true bits, output error, loss per token above full precision with its paired error, perplexity.
// Every linear layer of the blocks is quantized; the rest stays. Windows of 256 tokens, each scored alone. On the bundled
// sample each row stands beside the same recipe of specs/frontier.md, token by token (golden/frontier), where that is known.
// Usage: bench_accuracy MODEL CALIBRATION-TEXT TEXT [--calibration-windows N] [--windows N] [--fisher] [--threads N]
//                       [--peers] [--only PART] [--recipe R]... [--plan PRESET|FILE]... [--steps N] [--artefacts DIR]
// --peers also sets our best row against every row of the frontier at its bits or more. Without --recipe and --plan: the recipes
// below. --plan adds a row for a preset (best-2) or a plan's file. --steps replaces the number of steps of all that learns on
// blocks or on the model. --artefacts keeps each plan's result as a container and takes it from there the next time: the name holds
// a hash of the model's header, the recipes, the calibration text and the windows, so another request never finds it.
#include "core/exec/parallel_for.h"
#include "core/base/format.h"
#include "core/base/sha256.h"
#include "core/export/export_model.h"
#include "core/export/quantoscope_container.h"
#include "core/io/format_registry.h"
#include "core/model/calibration/calibration_file.h"
#include "core/model/evaluation/evaluate.h"
#include "core/plan/presets.h"
#include "core/quant/learned/learned_part.h"
#include "core/study/calibrate_run.h"
#include "core/study/learn_cells.h"
#include "core/study/mixture.h"
#include "core/study/run_study.h"
#include "tests/support/golden.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <unistd.h>

using namespace qs;

namespace {

struct Row {
    const char* recipe;
    const char* page; ///< name of the same recipe in golden/frontier, or ""
    bool isPlan = false; ///< `recipe` names a preset, or a plan's file
};

// specs/frontier.md, "group 64, own short implementations": 4, 3 and 2 bits. Then what the papers compose of them.
constexpr Row kRows[] = {
    {"rtn:bits=4,group=64", "rtn_4b_asym"},
    {"hqq:bits=4,group=64", "hqq_4b"},
    {"nf:format=nf4,group=64,scale=f16", "nf4_absmax"},
    {"minifloat:format=fp4,group=64", "fp4_absmax"},
    {"afpq:format=nf4,group=64", "afpq_nf4"},
    {"afpq:format=fp4,group=64", "afpq_fp4"},
    {"awq:bits=4,group=64", "awq_4b_asym"},
    {"gptq:bits=4,group=64,act_order=1", "gptq_4b_asym_act-order"},
    {"gptq:bits=4,group=64,act_order=1,static_groups=1", "gptq_4b_asym_act-order"},
    {"afpq:format=nf4,group=64+gptq:act_order=1", "afpq_nf4+gptq"},
    {"afpq:format=fp4,group=64+gptq:act_order=1", "afpq_fp4+gptq"},
    {"rtn:bits=3,group=64", "rtn_3b_asym"},
    {"hqq:bits=3,group=64", "hqq_3b"},
    {"nf:format=nf3,group=64,scale=f16", "nf3_absmax"},
    {"minifloat:format=fp3,group=64", "fp3_absmax"},
    {"afpq:format=nf3,group=64", "afpq_nf3"},
    {"afpq:format=fp3,group=64", "afpq_fp3"},
    {"awq:bits=3,group=64", "awq_3b_asym"},
    {"afpq:format=nf3,group=64+awq", ""},
    {"gptq:bits=3,group=64,act_order=1", "gptq_3b_asym_act-order"},
    {"gptq:bits=3,group=64,act_order=1,static_groups=1", "gptq_3b_asym_act-order"},
    {"nf:format=nf3,group=64,scale=f16+gptq:act_order=1", ""},
    {"afpq:format=nf3,group=64+gptq:act_order=1", "afpq_nf3+gptq"},
    {"afpq:format=nf3,group=64+gptq:act_order=1,static_groups=1", "afpq_nf3+gptq"},
    {"afpq:format=fp3,group=64+gptq:act_order=1", "afpq_fp3+gptq"},
    {"squeezellm:bits=3", ""},
    {"rtn:bits=2,group=64", "rtn_2b_asym"},
    {"hqq:bits=2,group=64", "hqq_2b"},
    {"awq:bits=2,group=64", "awq_2b_asym"},
    {"gptq:bits=2,group=64,act_order=1", "gptq_2b_asym_act-order"},
    {"gptq:bits=2,group=64,act_order=1,static_groups=1", "gptq_2b_asym_act-order"},
};

constexpr Index kLength = 256;

struct Noise {
    double mean = 0, error = 0;
};

Noise paired(std::span<const double> a, std::span<const double> b)
{
    Noise n;
    for (std::size_t i = 0; i < a.size(); ++i) n.mean += a[i] - b[i];
    n.mean /= static_cast<double>(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) n.error += (a[i] - b[i] - n.mean) * (a[i] - b[i] - n.mean);
    n.error = std::sqrt(n.error / static_cast<double>(a.size() - 1) / static_cast<double>(a.size()));
    return n;
}

template <class T> T take(Result<T> result)
{
    if (result) return std::move(*result);
    std::fprintf(stderr, "%s\n", result.error().text().c_str());
    std::exit(1);
}

/// Losses of our rows, and what they weigh.
struct Done {
    std::string recipe;
    double bits = 0;
    std::vector<double> nll;
};

// A plan's recipes with other steps where they learn beyond their layer; 0: their own.
plan::PlanRecipes planOf(const char* name, const io::ModelSource& source, std::int64_t steps)
{
    auto plan = take(plan::isPreset(name) ? plan::presetPlan(name, source) : plan::loadPlan(name));
    for (auto& [tensor, recipe] : plan) {
        if (steps == 0 || quant::scopeOf(recipe) == quant::LearnScope::Layer) continue;
        for (quant::PartUse* part : {&recipe.grid, &recipe.assignment})
            if (part->values.has("steps")) part->values.set("steps", steps);
    }
    return plan;
}

// Where a plan's result is kept: by all that decides it but the program itself.
std::filesystem::path artefactFile(const std::filesystem::path& folder, const char* name, const plan::PlanRecipes& plan, const io::ModelSource& source,
                                   const model::Tokens& texts)
{
    Sha256 hash;
    const auto add = [&](const std::string& text) { hash.update(std::as_bytes(std::span(text.data(), text.size() + 1))); };
    for (const auto& t : source.tensors) add(t.name + " " + std::to_string(t.shape.elements()) + " " + std::string(dtypeName(t.dtype)));
    for (const auto& [tensor, recipe] : plan) add(tensor + " " + recipe.text());
    add(std::to_string(texts.length));
    hash.update(std::as_bytes(std::span(texts.ids)));
    return folder / (std::filesystem::path(name).stem().string() + "-" + hash.finish().substr(0, 12) + ".safetensors");
}

// What was kept of a plan, measured again on this calibration.
std::vector<study::CellPtr> keptCells(const std::filesystem::path& file, const io::ModelSource& source, const std::shared_ptr<const model::CalibrationFile>& known,
                                      const Context& context)
{
    std::vector<study::CellPtr> cells;
    for (auto& artefact : take(exporting::loadContainer(file, context)))
        for (const auto& tensor : source.tensors) {
            if (tensor.name != artefact.name) continue;
            const auto calibration = take(known->of(source, tensor));
            cells.push_back(take(study::measuredCell(source, tensor, std::make_shared<const quant::QuantizedTensor>(std::move(artefact)), calibration.get(), context)));
            break;
        }
    return cells;
}

void keepCells(const std::filesystem::path& file, const std::shared_ptr<const io::ModelSource>& source, const std::vector<std::size_t>& layers,
               const std::vector<study::CellPtr>& cells, const Context& context)
{
    std::filesystem::create_directories(file.parent_path());
    exporting::ExportRequest request;
    request.source = source;
    request.chosen = layers;
    request.results = exporting::providerOf(cells);
    request.format = take(exporting::ExportFormat::parse("quantoscope"));
    request.only = true;
    request.force = true;
    request.target = file;
    take(exporting::exportModel(request, context));
}

// Each row of the frontier against our best at its bits or fewer.
void againstPeers(const test::Golden& golden, const nlohmann::json& bits, const std::vector<Done>& done, std::span<const double> full)
{
    std::printf("\n| peer | bits | Δ | our best at its bits or fewer | bits | ours − peer's |\n|---|---|---|---|---|---|\n");
    std::vector<std::pair<double, std::string>> peers;
    for (const auto& [name, b] : bits.items())
        if (name != "full_precision") peers.emplace_back(b.get<double>(), name);
    std::sort(peers.rbegin(), peers.rend());
    std::size_t all = 0;
    std::vector<std::string> missed;
    for (const auto& [b, name] : peers) {
        const auto nll = golden.doubles(name);
        const Noise delta = paired(nll, full);
        const Done* best = nullptr;
        double least = 0;
        for (const auto& d : done) {
            // The page rounds to two decimals.
            if (d.bits > b + 0.005) continue;
            const double loss = paired(d.nll, full).mean;
            if (!best || loss < least) { best = &d; least = loss; }
        }
        ++all;
        if (!best) {
            missed.push_back(name + " (" + formatNumber(b, 3) + " bits): none of ours is so small");
            std::printf("| %s | %.2f | %.4f ± %.4f | none so small | | |\n", name.c_str(), b, delta.mean, delta.error);
            continue;
        }
        const Noise n = paired(best->nll, nll);
        if (n.mean >= 0) {
            char text[160];
            std::snprintf(text, sizeof text, " (%.2f bits, %.4f): our best %.4f at %.3f bits, %+.4f ± %.4f", b, delta.mean, least, best->bits, n.mean, n.error);
            missed.push_back(name + text);
        }
        std::printf("| %s | %.2f | %.4f ± %.4f | `%s` | %.3f | %s%+.4f ± %.4f%s |\n", name.c_str(), b, delta.mean, delta.error, best->recipe.c_str(), best->bits,
                    n.mean >= 0 ? "**" : "", n.mean, n.error, n.mean >= 0 ? "**" : "");
    }
    std::printf("\nbelow %zu of %zu rows of the frontier\n", all - missed.size(), all);
    if (!missed.empty()) std::printf("not reached:\n");
    for (const auto& line : missed) std::printf("- %s\n", line.c_str());
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 4) {
        std::fprintf(stderr, "usage: bench_accuracy MODEL CALIBRATION-TEXT TEXT [--calibration-windows N] [--windows N] [--fisher] [--threads N] [--peers] [--only PART] [--recipe R]... [--plan PRESET|FILE]... [--steps N] [--artefacts DIR]\n");
        return 2;
    }
    Index calibrationWindows = 128, windows = 120;
    bool fisher = false, peers = false;
    int threads = 0;
    std::int64_t steps = 0;
    std::string only;
    std::filesystem::path artefacts;
    std::vector<Row> rows;
    for (int i = 4; i < argc; ++i) {
        const std::string option = argv[i];
        const auto value = [&] {
            if (i + 1 >= argc) { std::fprintf(stderr, "%s wants a value\n", argv[i]); std::exit(2); }
            return argv[++i];
        };
        if (option == "--calibration-windows") calibrationWindows = std::atol(value());
        else if (option == "--windows") windows = std::atol(value());
        else if (option == "--threads") threads = std::atoi(value());
        else if (option == "--fisher") fisher = true;
        else if (option == "--peers") peers = true;
        else if (option == "--only") only = value();
        else if (option == "--recipe") rows.push_back({value(), ""});
        else if (option == "--plan") rows.push_back({value(), "", true});
        else if (option == "--steps") steps = std::atol(value());
        else if (option == "--artefacts") artefacts = value();
        else { std::fprintf(stderr, "unknown option %s\n", option.c_str()); return 2; }
    }
    if (rows.empty()) rows.assign(std::begin(kRows), std::end(kRows));

    Context context;
    if (threads > 0) context.arena = makeArena(threads);
    const auto source = take(io::openModel(argv[1], context));
    const auto model = take(model::Model::open(source));
    const auto textOf = [&](const char* file) { return take(study::readModelText(*source, std::array{std::filesystem::path(file)}, context)); };
    const auto text = textOf(argv[3]);
    auto ids = text.ids;
    ids.resize(std::min(ids.size(), static_cast<std::size_t>(windows * kLength)));
    const auto lossesOf = [&](const model::Model& m) {
        model::EvaluateOptions how;
        how.length = kLength;
        return take(model::evaluate(context, m, ids, how)).nll;
    };

    const auto folder = std::filesystem::temp_directory_path() / ("bench_accuracy." + std::to_string(getpid()));
    std::filesystem::create_directory(folder);
    struct Remove {
        std::filesystem::path folder;
        ~Remove() { std::error_code ec; std::filesystem::remove_all(folder, ec); }
    } remove{folder};
    study::CalibrateRequest calibration;
    calibration.source = source;
    calibration.model = model;
    calibration.text = std::make_shared<const study::ModelText>(textOf(argv[2]));
    calibration.mostTokens = static_cast<std::size_t>(calibrationWindows * kLength);
    calibration.length = kLength;
    calibration.fisher = fisher;
    calibration.target = folder / "calibration.safetensors";
    take(study::calibrateToFile(calibration, context));
    const auto known = take(model::CalibrationFile::open(calibration.target, context));

    const auto texts = std::make_shared<const model::Tokens>(model::windowsOf(take(known->ids()), known->windowLength()));

    const auto full = lossesOf(*model);
    const Noise zero = paired(full, std::vector<double>(full.size(), 0.0));
    const auto layers = take(io::selectTensors(*source, {}));
    std::printf("%s: %zu layers, %zu scored tokens, full precision %.4f (perplexity %.3f)\n\n", argv[1], layers.size(), full.size(), zero.mean, std::exp(zero.mean));
    // The page's losses are of these very tokens.
    const test::Golden golden("frontier/sample_nll.safetensors");
    const bool hasPage = golden.ok() && full.size() == golden.doubles("full_precision").size() && paired(full, golden.doubles("full_precision")).error < 1e-4;
    const auto pageBits = hasPage ? nlohmann::json::parse(golden.meta("bits")) : nlohmann::json::object();

    std::printf("| recipe | true bits | output error | Δ ± paired error | perplexity | time |%s\n|---|---|---|---|---|---|%s\n",
                hasPage ? " page: bits | Δ | ours − page's |" : "", hasPage ? "---|---|---|" : "");
    std::vector<Done> done;
    for (const auto& row : rows) {
        if (!only.empty() && std::string(row.recipe).find(only) == std::string::npos) continue;
        const auto start = std::chrono::steady_clock::now();
        study::StudyRequest request;
        request.source = source;
        request.tensors = layers;
        request.options.calibrationOf = [&](const io::ModelSource& s, const io::TensorInfo& t) { return known->of(s, t); };
        std::filesystem::path kept;
        if (row.isPlan) {
            const auto plan = planOf(row.recipe, *source, steps);
            request.options.texts = texts;
            request.tensors.clear();
            for (const std::size_t t : layers)
                if (const auto it = plan.find(source->tensors[t].name); it != plan.end()) {
                    request.tensors.push_back(t);
                    request.assigned.push_back(request.recipes.size());
                    request.recipes.push_back(it->second);
                }
            if (!artefacts.empty()) kept = artefactFile(artefacts, row.recipe, plan, *source, *texts);
        } else {
            request.recipes.push_back(take(quant::parseRecipe(row.recipe)));
        }
        std::vector<study::CellPtr> cells;
        request.onCell = [&](const study::CellPtr& cell) -> Status {
            cells.push_back(cell);
            return {};
        };
        if (!kept.empty() && std::filesystem::exists(kept)) {
            cells = keptCells(kept, *source, known, context);
        } else {
            const auto study = study::runStudy(request, context);
            if (!study) {
                std::printf("| `%s` | | %s |\n", row.recipe, study.error().text().c_str());
                continue;
            }
            if (study->learned)
                for (const auto& c : study->learned->curves)
                    std::fprintf(stderr, "%s: best at step %d of %zu, %s to %s\n", row.recipe, c.best, c.losses.size(), formatError(c.evaluated.front().second).c_str(),
                                 formatError(std::min_element(c.evaluated.begin(), c.evaluated.end(), [](auto& x, auto& y) { return x.second < y.second; })->second).c_str());
            if (!kept.empty()) keepCells(kept, source, request.tensors, cells, context);
        }
        std::vector<study::CellSummary> summaries;
        for (const auto& cell : cells) {
            const auto at = source->find(cell->tensor);
            summaries.push_back(study::summarize(*cell, *source, static_cast<std::size_t>(at), 0));
        }
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        const auto totals = study::totalsOf(summaries);
        Done d{row.recipe, totals.bitsPerWeight(), lossesOf(*take(study::mixtureModel(model, source, cells, request.options, context)))};
        const Noise delta = paired(d.nll, full);
        std::printf("| `%s` | %.3f | %.5f | %.4f ± %.4f | %.4g | %.0f s |", row.recipe, d.bits, totals.error.outputRelativeMse(), delta.mean, delta.error,
                    std::exp(zero.mean + delta.mean), seconds);
        if (hasPage && row.page[0] != 0) {
            const auto page = golden.doubles(row.page);
            const Noise n = paired(d.nll, page);
            std::printf(" %.2f | %.4f | %+.4f ± %.4f |", pageBits[row.page].get<double>(), paired(page, full).mean, n.mean, n.error);
        } else if (hasPage) {
            std::printf(" | | |");
        }
        std::printf("\n");
        std::fflush(stdout);
        done.push_back(std::move(d));
    }
    if (peers && hasPage) againstPeers(golden, pageBits, done, full);
    return 0;
}
