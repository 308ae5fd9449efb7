// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/selection/workspace.h"

#include <algorithm>
#include <utility>

namespace qs::gui {

Workspace::Workspace(QObject* parent) : QObject(parent) {}

const Checkpoint* Workspace::checkpoint(int id) const
{
    for (const auto& c : m_checkpoints)
        if (c.id == id) return &c;
    return nullptr;
}

int Workspace::addCheckpoint(std::shared_ptr<const io::ModelSource> source)
{
    for (const auto& c : m_checkpoints)
        if (c.source->path == source->path) {
            const int id = c.id;
            const_cast<Checkpoint&>(c).source = std::move(source); // reload: same place, new content
            emit checkpointsChanged();
            emit checkpointReloaded(id);
            return id;
        }
    auto name = source->path.filename();
    if (name.empty()) name = source->path.parent_path().filename();
    m_checkpoints.push_back({m_nextCheckpoint++, QString::fromStdString(name.string()), std::move(source)});
    emit checkpointsChanged();
    return m_checkpoints.back().id;
}

void Workspace::removeCheckpoint(int id)
{
    const auto* c = checkpoint(id);
    if (!c) return;
    const auto path = c->source->path;
    std::erase_if(m_results, [&](const ResultPtr& r) { return r->source == path; });
    std::erase_if(m_pinned, [&](const ResultPtr& r) { return r->source == path; });
    std::erase_if(m_outdated, [&](const ResultPtr& r) { return r->source == path; });
    std::erase_if(m_checkpoints, [&](const Checkpoint& x) { return x.id == id; });
    emit checkpointsChanged();
    emit resultsChanged();
}

int Workspace::addRecipe(const quant::Recipe& recipe)
{
    if (const int slot = slotOf(recipe)) return slot;
    m_recipes.push_back({recipe, m_nextSlot++, true});
    emit recipesChanged();
    return m_recipes.back().slot;
}

void Workspace::removeRecipe(int slot)
{
    if (std::erase_if(m_recipes, [&](const RecipeChip& r) { return r.slot == slot; }) > 0) emit recipesChanged();
}

void Workspace::setRecipeEnabled(int slot, bool enabled)
{
    for (auto& r : m_recipes)
        if (r.slot == slot && r.enabled != enabled) {
            r.enabled = enabled;
            emit recipesChanged();
        }
}

bool Workspace::changeRecipe(int slot, const quant::Recipe& recipe)
{
    const auto it = std::find_if(m_recipes.begin(), m_recipes.end(), [&](const RecipeChip& r) { return r.slot == slot; });
    if (it == m_recipes.end()) return false;
    if (it->recipe == recipe) return true;
    if (slotOf(recipe) != 0) return false;
    std::erase(it->former, recipe); // back to what it once was
    it->former.push_back(it->recipe);
    it->recipe = recipe;
    emit recipesChanged();
    emit resultsChanged();
    return true;
}

void Workspace::setRecipes(std::vector<RecipeChip> recipes)
{
    if (recipes == m_recipes) return;
    m_recipes = std::move(recipes);
    for (const auto& r : m_recipes) m_nextSlot = std::max(m_nextSlot, r.slot + 1);
    emit recipesChanged();
    emit resultsChanged();
}

bool Workspace::outdated(const study::CellResult& result) const
{
    return std::any_of(m_outdated.begin(), m_outdated.end(), [&](const ResultPtr& r) { return r.get() == &result; });
}

void Workspace::setOutdated(const std::vector<ResultPtr>& results, bool on)
{
    const auto before = m_outdated;
    for (const auto& r : results) {
        if (on && std::find(m_results.begin(), m_results.end(), r) != m_results.end()) m_outdated.insert(r);
        else m_outdated.erase(r);
    }
    if (m_outdated != before) emit resultsChanged();
}

bool Workspace::stale(const study::CellResult& result) const
{
    if (outdated(result)) return true;
    if (slotOf(result.recipe) != 0) return false;
    return std::any_of(m_recipes.begin(), m_recipes.end(), [&](const RecipeChip& r) {
        return std::find(r.former.begin(), r.former.end(), result.recipe) != r.former.end();
    });
}

int Workspace::slotOf(const quant::Recipe& recipe) const
{
    for (const auto& r : m_recipes)
        if (r.recipe == recipe) return r.slot;
    return 0;
}

int Workspace::slotOf(const study::CellResult& result) const
{
    if (!result.foreign) return slotOf(result.recipe);
    const std::string key = result.key();
    for (const auto& [known, slot] : m_foreign)
        if (known == key) return slot;
    return 0;
}

void Workspace::addResult(ResultPtr result)
{
    // One that was asked for before its chip was edited comes as a stale one.
    if (!result->foreign && !stale(*result)) addRecipe(result->recipe);
    else if (result->foreign && slotOf(*result) == 0) m_foreign.emplace_back(result->key(), m_nextSlot++);
    const auto same = [&](const ResultPtr& r) { // the name first: paths compare slowly
        return r->tensor == result->tensor && r->seed == result->seed && r->recipe == result->recipe && r->source == result->source && ((!r->foreign && !result->foreign) || r->key() == result->key());
    };
    if (const auto it = std::find_if(m_results.begin(), m_results.end(), same); it != m_results.end()) {
        if (m_pinned.erase(*it) > 0) m_pinned.insert(result);
        m_outdated.erase(*it);
        *it = std::move(result);
    } else {
        m_results.push_back(std::move(result));
    }
    emit resultsChanged();
}

void Workspace::removeResults(const std::vector<ResultPtr>& results)
{
    std::vector<ResultPtr> gone;
    for (const ResultPtr& r : results)
        if (!pinned(r) && std::erase(m_results, r) > 0) {
            m_outdated.erase(r);
            gone.push_back(r);
        }
    if (gone.empty()) return;
    emit resultsChanged();
    emit resultsRemoved(gone);
}

void Workspace::setPinned(const std::set<ResultPtr>& results)
{
    if (results == m_pinned) return;
    m_pinned = results;
    emit pinsChanged();
}

QStringList LayerNote::tagsOf(const QString& line)
{
    QStringList out;
    QString words = line;
    for (QString word : words.replace(QLatin1Char(','), QLatin1Char(' ')).simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        while (word.startsWith(QLatin1Char('#'))) word.remove(0, 1);
        if (!word.isEmpty() && !out.contains(word, Qt::CaseInsensitive)) out << word;
    }
    return out;
}

LayerNote Workspace::note(const LayerKey& key) const
{
    const auto it = m_notes.find(key);
    return it == m_notes.end() ? LayerNote() : it->second;
}

void Workspace::setNote(const LayerKey& key, const LayerNote& note)
{
    if (this->note(key) == note) return;
    if (note.empty()) {
        m_notes.erase(key);
    } else {
        m_notes[key] = note;
    }
    emit notesChanged();
}

void Workspace::setNotes(std::map<LayerKey, LayerNote> notes)
{
    if (notes == m_notes) return;
    m_notes = std::move(notes);
    emit notesChanged();
}

std::vector<ResultPtr> Workspace::resultsOf(const io::ModelSource& source, const std::string& tensor) const
{
    std::vector<ResultPtr> out;
    for (const auto& r : m_results)
        if (r->tensor == tensor && r->source == source.path) out.push_back(r);
    return out;
}

void Workspace::clear()
{
    m_checkpoints.clear();
    m_recipes.clear();
    m_results.clear();
    m_pinned.clear();
    m_outdated.clear();
    m_notes.clear();
    m_foreign.clear();
    m_mixture.clear();
    m_budgetPins.clear();
    m_evaluations.clear();
    m_nextSlot = 1;
    emit checkpointsChanged();
    emit recipesChanged();
    emit resultsChanged();
    emit notesChanged();
    emit mixtureChanged();
    emit budgetPinsChanged();
    emit evaluationsChanged();
}

void Workspace::setCalibration(const QString& path, CalibrationOf of)
{
    m_calibrationPath = path;
    m_calibrationOf = std::move(of);
    m_calibrationStale = false;
    emit calibrationChanged();
}

void Workspace::setCalibrationStale(bool on)
{
    if (std::exchange(m_calibrationStale, on) != on) emit calibrationChanged();
}

study::RunOptions Workspace::runOptions() const
{
    study::RunOptions out;
    out.calibrationOf = m_calibrationOf;
    out.cache = m_cache;
    return out;
}

void Workspace::exchangeResults(const std::vector<std::pair<ResultPtr, ResultPtr>>& oldAndNew)
{
    bool any = false;
    for (const auto& [before, after] : oldAndNew) {
        const auto it = std::find(m_results.begin(), m_results.end(), before);
        if (it == m_results.end()) continue;
        if (m_pinned.erase(before) > 0) m_pinned.insert(after);
        if (m_outdated.erase(before) > 0) m_outdated.insert(after);
        *it = after;
        any = true;
    }
    if (any) emit resultsChanged();
}

void Workspace::setMixture(std::map<LayerKey, std::string> mixture)
{
    if (mixture == m_mixture) return;
    m_mixture = std::move(mixture);
    emit mixtureChanged();
}

void Workspace::setBudgetPins(std::map<LayerKey, std::string> pins)
{
    if (pins == m_budgetPins) return;
    m_budgetPins = std::move(pins);
    emit budgetPinsChanged();
}

void Workspace::choose(const LayerKey& layer, const std::string& key)
{
    auto mixture = m_mixture;
    if (key.empty()) mixture.erase(layer);
    else mixture[layer] = key;
    setMixture(std::move(mixture));
}

std::vector<ResultPtr> Workspace::mixtureOf(const io::ModelSource& source) const
{
    std::vector<ResultPtr> out;
    if (m_mixture.empty()) return out;
    std::set<std::string> taken;
    for (const auto& r : m_results) {
        if (r->source != source.path) continue;
        const auto it = m_mixture.find({r->source.string(), r->tensor});
        if (it != m_mixture.end() && it->second == r->key() && taken.insert(r->tensor).second) out.push_back(r);
    }
    return out;
}

void Workspace::addEvaluation(EvaluationPtr evaluation)
{
    m_nextSlot = std::max(m_nextSlot, evaluation->slot + 1);
    m_evaluations.push_back(std::move(evaluation));
    emit evaluationsChanged();
}

void Workspace::setEvaluationsStale(const std::string& source)
{
    bool any = false;
    for (auto& e : m_evaluations)
        if (e->source == source && !e->stale) {
            auto stale = std::make_shared<EvaluationRecord>(*e);
            stale->stale = true;
            e = std::move(stale);
            any = true;
        }
    if (any) emit evaluationsChanged();
}

void Workspace::removeEvaluations(const std::vector<EvaluationPtr>& evaluations)
{
    const auto before = m_evaluations.size();
    std::erase_if(m_evaluations, [&](const EvaluationPtr& e) { return std::find(evaluations.begin(), evaluations.end(), e) != evaluations.end(); });
    if (m_evaluations.size() != before) emit evaluationsChanged();
}

} // namespace qs::gui
