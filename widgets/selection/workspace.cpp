// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/selection/workspace.h"

#include <algorithm>

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
    if (!result->foreign) addRecipe(result->recipe);
    else if (slotOf(*result) == 0) m_foreign.emplace_back(result->key(), m_nextSlot++);
    const auto same = [&](const ResultPtr& r) {
        return r->source == result->source && r->tensor == result->tensor && r->recipe == result->recipe
            && r->seed == result->seed && ((!r->foreign && !result->foreign) || r->key() == result->key());
    };
    if (const auto it = std::find_if(m_results.begin(), m_results.end(), same); it != m_results.end())
        *it = std::move(result);
    else
        m_results.push_back(std::move(result));
    emit resultsChanged();
}

void Workspace::removeResult(const ResultPtr& result)
{
    if (std::erase(m_results, result) > 0) emit resultsChanged();
}

std::vector<ResultPtr> Workspace::resultsOf(const io::ModelSource& source, const std::string& tensor) const
{
    std::vector<ResultPtr> out;
    for (const auto& r : m_results)
        if (r->source == source.path && r->tensor == tensor) out.push_back(r);
    return out;
}

void Workspace::clear()
{
    m_checkpoints.clear();
    m_recipes.clear();
    m_results.clear();
    m_foreign.clear();
    m_nextSlot = 1;
    emit checkpointsChanged();
    emit recipesChanged();
    emit resultsChanged();
}

} // namespace qs::gui
