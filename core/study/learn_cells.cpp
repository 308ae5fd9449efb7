// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/learn_cells.h"

#include "core/base/format.h"
#include "core/base/sha256.h"
#include "core/quant/learned/train_state.h"
#include "core/study/result_cache.h"
#include "core/study/result_key.h"

#include <algorithm>
#include <chrono>
#include <set>

namespace qs::study {
namespace {

using CellPtr = std::shared_ptr<const CellResult>;

constexpr int kCheckpointSteps = 50;

/// The layers that are learned together.
struct Run {
    learn::LearnRequest request;
    std::map<std::string, std::size_t> tensors; ///< by name: index in the source
};

Result<std::vector<Run>> runsOf(const StudyRequest& study, const std::shared_ptr<const model::Model>& model)
{
    if (!study.options.texts || study.options.texts->sequences == 0)
        return fail(Error(ErrorCode::Lacking, "learning on blocks or on the model needs the calibration text").fix("give a calibration file that calibrate wrote: it holds the tokens"));
    std::vector<Run> out;
    const auto add = [&](std::size_t only, bool all) {
        Run run;
        run.request.model = model;
        run.request.tokens = *study.options.texts;
        run.request.seed = study.options.seed;
        run.request.nonFiniteAsZero = study.options.nonFiniteAsZero;
        for (std::size_t k = 0; k < study.tensors.size(); ++k) {
            const std::size_t t = study.tensors[k];
            const std::string& name = study.source->tensors[t].name;
            run.request.layers[name] = study.recipes[all ? study.assigned[k] : only];
            run.tensors[name] = t;
        }
        run.request.calibrationOf = [&study, tensors = run.tensors](const std::string& name) {
            return calibrationFor(study.options, *study.source, study.source->tensors[tensors.at(name)]);
        };
        out.push_back(std::move(run));
    };
    if (!study.assigned.empty()) {
        add(0, true);
        return out;
    }
    for (std::size_t r = 0; r < study.recipes.size(); ++r)
        if (quant::scopeOf(study.recipes[r]) != quant::LearnScope::Layer) add(r, false);
    return out;
}

void add(Sha256& hash, const std::string& text)
{
    const std::string head = std::to_string(text.size()) + ":";
    hash.update(std::as_bytes(std::span(head)));
    hash.update(std::as_bytes(std::span(text)));
}

// Everything that decides what is learned: all weights, how the model runs them, the texts, each layer's recipe and calibration.
Result<std::string> keyOfRun(const StudyRequest& study, const Run& run, const Context& context)
{
    Sha256 hash;
    add(hash, "quantoscope learned 1");
    const model::ModelConfig& c = run.request.model->config();
    for (const double v : {c.eps, c.attentionScale, c.attentionCap, c.logitCap, c.embedScale}) hash.update(std::as_bytes(std::span(&v, 1)));
    for (const Index v : {c.hidden, c.blocks, c.heads, c.kvHeads, c.headDim, c.rope.features, c.positionOffset, Index(c.rope.neighbours), Index(c.activation)})
        add(hash, std::to_string(v));
    hash.update(std::as_bytes(std::span(c.rope.frequencies)));
    for (const io::TensorInfo& tensor : study.source->tensors) {
        add(hash, tensor.name);
        add(hash, std::string(dtypeName(tensor.dtype)));
        if (const auto bytes = study.source->mapped(tensor); !bytes.empty()) {
            hash.update(bytes);
        } else if (traits(tensor.dtype).decodable) {
            QS_ASSIGN(const Matrix values, study.source->readMatrix(tensor, context));
            hash.update(std::as_bytes(values.data()));
        }
        if (context.stopped()) return cancelled();
    }
    for (const auto& file : study.source->files) QS_TRY(file->check());
    add(hash, std::to_string(run.request.tokens.length));
    hash.update(std::as_bytes(std::span(run.request.tokens.ids)));
    for (const auto& [name, recipe] : run.request.layers) {
        const io::TensorInfo& tensor = study.source->tensors[run.tensors.at(name)];
        QS_ASSIGN(const auto calibration, calibrationFor(study.options, *study.source, tensor));
        QS_ASSIGN(const auto key, cellKey(*study.source, tensor, recipe, study.options, calibration.get(), context));
        add(hash, key);
    }
    return hash.finish();
}

std::string keyOfTensor(const std::string& run, const std::string& tensor)
{
    const std::string text = run + "/" + tensor;
    return sha256Hex(std::as_bytes(std::span(text)));
}

} // namespace

CellPtr LearnedCells::find(const std::string& tensor, const quant::Recipe& recipe) const
{
    const auto it = cells.find({tensor, recipe.text()});
    return it == cells.end() ? nullptr : it->second;
}

bool learnsOnModel(const StudyRequest& request)
{
    return std::any_of(request.recipes.begin(), request.recipes.end(), [](const quant::Recipe& r) { return quant::scopeOf(r) != quant::LearnScope::Layer; });
}

Result<learn::LearnPlan> planLearnedCells(const StudyRequest& request)
{
    QS_ASSIGN(const auto model, model::Model::open(request.source));
    QS_ASSIGN(const auto runs, runsOf(request, model));
    learn::LearnPlan out;
    for (const Run& run : runs) {
        QS_ASSIGN(const auto plan, learn::planLearning(run.request));
        const Index steps = out.steps + plan.steps;
        if (plan.peakBytes >= out.peakBytes) out = plan;
        out.steps = steps;
    }
    return out;
}

Result<std::shared_ptr<const LearnedCells>> learnCells(const StudyRequest& request, const Context& context,
                                                       const std::function<void(const learn::LossPoint&)>& onLoss)
{
    QS_ASSIGN(const auto model, model::Model::open(request.source));
    QS_ASSIGN(auto runs, runsOf(request, model));
    auto out = std::make_shared<LearnedCells>();
    for (Run& run : runs) {
        const auto start = std::chrono::steady_clock::now();
        QS_ASSIGN(const auto plan, learn::planLearning(run.request));
        ResultCache* cache = request.options.cache.get();
        std::string key;
        if (cache) {
            QS_ASSIGN(key, keyOfRun(request, run, context));
        }
        std::map<std::string, CellPtr> cells;
        const auto measure = [&](const learn::Artefact& artefact, double seconds) -> Status {
            const io::TensorInfo& tensor = request.source->tensors[run.tensors.at(artefact->name)];
            QS_ASSIGN(const auto calibration, calibrationFor(request.options, *request.source, tensor));
            QS_ASSIGN(auto cell, measuredCell(*request.source, tensor, artefact, calibration.get(), context));
            cell->seconds += seconds;
            cell->peakBytes = plan.peakBytes;
            if (cache) {
                cell->cacheKey = keyOfTensor(key, tensor.name);
                if (const auto kept = cache->store(cell->cacheKey, *cell); !kept) context.note("not kept: " + kept.error().text());
            }
            cells[tensor.name] = std::move(cell);
            return {};
        };
        if (cache)
            run.request.find = [&](const std::string& name) -> Result<learn::Artefact> {
                const quant::Recipe& recipe = run.request.layers.at(name);
                if (quant::scopeOf(recipe) == quant::LearnScope::Layer) return learn::Artefact();
                auto hit = cache->find(keyOfTensor(key, name), name, recipe, request.options.seed, context);
                if (!hit) return learn::Artefact();
                const io::TensorInfo& tensor = request.source->tensors[run.tensors.at(name)];
                auto cell = emptyCell(*request.source, tensor, recipe, request.options.seed);
                cell->artefact = hit->artefact;
                cell->decoder = std::move(hit->decoder);
                cell->error = hit->error;
                cell->bits = hit->artefact->storage();
                cell->seconds = hit->seconds;
                cell->peakBytes = hit->peakBytes;
                cell->cacheKey = keyOfTensor(key, name);
                cell->cached = true;
                cells[name] = std::move(cell);
                return hit->artefact;
            };
        auto last = start;
        run.request.keep = [&](const learn::Artefact& artefact) -> Status {
            const auto now = std::chrono::steady_clock::now();
            const double seconds = std::chrono::duration<double>(now - last).count();
            last = now;
            if (quant::scopeOf(artefact->recipe) == quant::LearnScope::Layer) return {};
            return measure(artefact, seconds);
        };
        run.request.onLoss = onLoss;
        std::set<std::string> checkpoints; // of this run
        const auto keyOfState = [&](Index block) { return keyOfTensor(key, "state/" + std::to_string(block)); };
        if (cache) {
            run.request.checkpointEvery = kCheckpointSteps;
            run.request.checkpoint = [&](Index block, const quant::TrainState& state) -> Status {
                quant::ArrayStore arrays;
                quant::storeState(state, arrays);
                checkpoints.insert(keyOfState(block));
                // A state is a help, not a result: where it is too large or the disk full, the run goes on without.
                if (2 * arrays.totalBytes() > cache->mostBytes()) return {};
                if (const auto kept = cache->storeArrays(keyOfState(block), arrays); !kept) context.note("not kept: " + kept.error().text());
                return {};
            };
            run.request.resume = [&](Index block) -> std::optional<quant::TrainState> {
                const auto arrays = cache->findArrays(keyOfState(block), context);
                if (!arrays) return std::nullopt;
                auto state = quant::loadState(*arrays);
                if (!state) return std::nullopt;
                checkpoints.insert(keyOfState(block));
                return std::move(*state);
            };
        }
        QS_ASSIGN(auto learned, learn::learn(run.request, context));
        for (const auto& k : checkpoints) cache->remove(k);
        for (auto& [name, cell] : cells) out->cells[{name, cell->recipe.text()}] = cell;
        for (auto& curve : learned.curves) out->curves.push_back(std::move(curve));
    }
    return std::shared_ptr<const LearnedCells>(std::move(out));
}

} // namespace qs::study
