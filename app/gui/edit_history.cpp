// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/edit_history.h"

#include "widgets/panels/checkpoint_panel.h"

#include <QScopedValueRollback>
#include <QUndoCommand>
#include <algorithm>
#include <functional>
#include <utility>

namespace qs::gui {
namespace {
constexpr int kMostSteps = 500;
}

// A change that has happened: the first redo, which pushing does, has nothing to do.
struct EditHistory::Change : QUndoCommand {
    Change(EditHistory& history, const QString& text, std::function<void()> undo, std::function<void()> redo)
        : QUndoCommand(text), m_history(history), m_undo(std::move(undo)), m_redo(std::move(redo))
    {
    }
    void undo() override { apply(m_undo); }
    void redo() override
    {
        if (m_done) apply(m_redo);
        m_done = true;
    }
    void apply(const std::function<void()>& what)
    {
        const QScopedValueRollback guard(m_history.m_applying, true);
        what();
    }
    EditHistory& m_history;
    std::function<void()> m_undo;
    std::function<void()> m_redo;
    bool m_done = false;
};

EditHistory::EditHistory(const Services& services, CheckpointPanel& layers, QObject* parent)
    : QObject(parent), m_services(services), m_layers(layers)
{
    m_stack.setUndoLimit(kMostSteps);
    // Rows are picked one by one while the mouse drags: one step for all.
    m_pickWait.setSingleShot(true);
    m_pickWait.setInterval(250);
    connect(&m_pickWait, &QTimer::timeout, this, &EditHistory::pickedChanged);
    Workspace& w = services.workspace;
    connect(&w, &Workspace::recipesChanged, this, &EditHistory::recipesChanged);
    connect(&w, &Workspace::notesChanged, this, &EditHistory::notesChanged);
    connect(&w, &Workspace::pinsChanged, this, &EditHistory::pinsChanged);
    connect(&w, &Workspace::resultsRemoved, this, &EditHistory::resultsRemoved);
    connect(&layers, &CheckpointPanel::pickedChanged, this, [this] {
        if (!m_applying) m_pickWait.start();
    });
    reset();
}

void EditHistory::reset()
{
    m_pickWait.stop();
    m_stack.clear();
    m_recipes = m_services.workspace.recipes();
    m_notes = m_services.workspace.notes();
    m_pins = m_services.workspace.pinned();
    m_picked = m_layers.picked();
}

void EditHistory::settle()
{
    if (!m_pickWait.isActive()) return;
    m_pickWait.stop();
    pickedChanged();
}

void EditHistory::push(const QString& text, std::function<void()> undo, std::function<void()> redo)
{
    m_stack.push(new Change(*this, text, std::move(undo), std::move(redo)));
}

QString EditHistory::recipeText(const std::vector<RecipeChip>& before, const std::vector<RecipeChip>& after) const
{
    const auto has = [](const std::vector<RecipeChip>& list, int slot) {
        return std::any_of(list.begin(), list.end(), [slot](const RecipeChip& c) { return c.slot == slot; });
    };
    for (const auto& c : after)
        if (!has(before, c.slot)) return tr("add %1").arg(QString::fromStdString(c.recipe.label()));
    for (const auto& c : before)
        if (!has(after, c.slot)) return tr("remove %1").arg(QString::fromStdString(c.recipe.label()));
    for (std::size_t i = 0; i < after.size() && i < before.size(); ++i)
        if (!(after[i].recipe == before[i].recipe)) return tr("change %1").arg(QString::fromStdString(before[i].recipe.label()));
    return tr("switch recipes");
}

void EditHistory::recipesChanged()
{
    const auto now = m_services.workspace.recipes();
    if (now == m_recipes) return;
    const auto before = std::exchange(m_recipes, now);
    if (m_applying) return;
    Workspace& w = m_services.workspace;
    push(recipeText(before, now), [&w, before] { w.setRecipes(before); }, [&w, now] { w.setRecipes(now); });
}

void EditHistory::notesChanged()
{
    const auto now = m_services.workspace.notes();
    if (now == m_notes) return;
    const auto before = std::exchange(m_notes, now);
    if (m_applying) return;
    Workspace& w = m_services.workspace;
    push(tr("change note or tags"), [&w, before] { w.setNotes(before); }, [&w, now] { w.setNotes(now); });
}

void EditHistory::pinsChanged()
{
    const auto now = m_services.workspace.pinned();
    if (now == m_pins) return;
    const auto before = std::exchange(m_pins, now);
    if (m_applying) return;
    Workspace& w = m_services.workspace;
    push(now.size() > before.size() ? tr("pin results") : tr("unpin results"), [&w, before] { w.setPinned(before); },
         [&w, now] { w.setPinned(now); });
}

void EditHistory::resultsRemoved(const std::vector<ResultPtr>& results)
{
    if (m_applying) return;
    Workspace& w = m_services.workspace;
    push(results.size() == 1 ? tr("remove a result") : tr("remove %1 results").arg(results.size()),
         [&w, results] {
             const auto open = [&](const ResultPtr& r) {
                 return std::any_of(w.checkpoints().begin(), w.checkpoints().end(), [&](const Checkpoint& c) { return c.source->path == r->source; });
             };
             for (const auto& r : results)
                 if (open(r)) w.addResult(r);
         },
         [&w, results] { w.removeResults(results); });
}

void EditHistory::pickedChanged()
{
    const auto now = m_layers.picked();
    if (now == m_picked) return;
    const auto before = std::exchange(m_picked, now);
    // Walking from tensor to tensor is the history's (Back and Forward); a choice of several is worth a step.
    if (m_applying || (before.size() < 2 && now.size() < 2)) return;
    const auto pick = [this](const std::vector<TensorRef>& list) {
        m_layers.setPicked(list);
        m_picked = m_layers.picked();
        m_pickWait.stop();
    };
    push(tr("pick layers"), [pick, before] { pick(before); }, [pick, now] { pick(now); });
}

} // namespace qs::gui
