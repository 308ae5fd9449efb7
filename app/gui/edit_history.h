// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/selection/services.h"

#include <QTimer>
#include <QUndoStack>
#include <functional>

namespace qs::gui {

class CheckpointPanel;

/// Undo and redo of what a person changes: recipes (added, edited, switched, removed), picked layers, notes and tags,
/// pinned and removed results. It watches the workspace, so that whoever makes a change need not know of it.
class EditHistory : public QObject {
    Q_OBJECT
public:
    EditHistory(const Services& services, CheckpointPanel& layers, QObject* parent = nullptr);
    QUndoStack& stack() { return m_stack; }
    /// Forgets everything: another session is open.
    void reset();
    /// A change of picked layers is taken in after a moment; this takes it in now.
    void settle();

private:
    struct Change;
    void push(const QString& text, std::function<void()> undo, std::function<void()> redo);
    void recipesChanged();
    void notesChanged();
    void pinsChanged();
    void resultsRemoved(const std::vector<ResultPtr>& results);
    void pickedChanged();
    QString recipeText(const std::vector<RecipeChip>& before, const std::vector<RecipeChip>& after) const;

    Services m_services;
    CheckpointPanel& m_layers;
    QUndoStack m_stack;
    QTimer m_pickWait;
    std::vector<RecipeChip> m_recipes;
    std::map<LayerKey, LayerNote> m_notes;
    std::set<ResultPtr> m_pins;
    std::vector<TensorRef> m_picked;
    bool m_applying = false; ///< an undo is at work: its changes are none of the user's
};

} // namespace qs::gui
