// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/study/run_cell.h"

#include <QObject>
#include <QString>
#include <memory>
#include <vector>

namespace qs::gui {

/// An opened checkpoint. The id is stable while the program runs.
struct Checkpoint {
    int id = 0;
    QString title;
    std::shared_ptr<const io::ModelSource> source;
};

/// A recipe keeps one colour slot (1-based) everywhere from its creation: chip, curve, bar, row.
struct RecipeChip {
    quant::Recipe recipe;
    int slot = 0;
    bool enabled = true; ///< Run uses enabled chips
};

using ResultPtr = std::shared_ptr<const study::CellResult>;

/// What is loaded and computed: checkpoints, recipes, results. Lives in the GUI thread; items are immutable.
class Workspace : public QObject {
    Q_OBJECT
public:
    explicit Workspace(QObject* parent = nullptr);

    const std::vector<Checkpoint>& checkpoints() const { return m_checkpoints; }
    const Checkpoint* checkpoint(int id) const;
    int addCheckpoint(std::shared_ptr<const io::ModelSource> source);
    void removeCheckpoint(int id);

    const std::vector<RecipeChip>& recipes() const { return m_recipes; }
    /// Adds a recipe, or finds the equal one; returns its slot.
    int addRecipe(const quant::Recipe& recipe);
    void removeRecipe(int slot);
    void setRecipeEnabled(int slot, bool enabled);
    /// Slot of a recipe, 0 where it is unknown.
    int slotOf(const quant::Recipe& recipe) const;
    /// Slot of a result's recipe, or of the checkpoint that a foreign result's values come from.
    int slotOf(const study::CellResult& result) const;

    const std::vector<ResultPtr>& results() const { return m_results; }
    /// Replaces an earlier result of the same checkpoint, tensor, recipe and seed.
    void addResult(ResultPtr result);
    void removeResult(const ResultPtr& result);
    std::vector<ResultPtr> resultsOf(const io::ModelSource& source, const std::string& tensor) const;
    void clear();

signals:
    void checkpointsChanged();
    void recipesChanged();
    void resultsChanged();

private:
    std::vector<Checkpoint> m_checkpoints;
    std::vector<RecipeChip> m_recipes;
    std::vector<ResultPtr> m_results;
    std::vector<std::pair<std::string, int>> m_foreign; ///< key and colour slot of other checkpoints that are compared
    int m_nextCheckpoint = 1;
    int m_nextSlot = 1;
};

} // namespace qs::gui
