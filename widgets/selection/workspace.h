// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/study/run_cell.h"
#include "widgets/selection/evaluation_record.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <map>
#include <memory>
#include <set>
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
    std::vector<quant::Recipe> former = {}; ///< what it was before it was edited: results of these are stale
    bool operator==(const RecipeChip&) const = default;
};

/// A tensor of a checkpoint by its names, whether it is open or not.
struct LayerKey {
    std::string source;
    std::string tensor;
    auto operator<=>(const LayerKey&) const = default;
};

/// One cell of a run by names.
struct CellName {
    std::string source;
    std::string tensor;
    std::string recipe; ///< as text
    bool operator==(const CellName&) const = default;
};

/// What a person wrote down about a layer.
struct LayerNote {
    QString text;
    QStringList tags; ///< without '#', in the order given
    bool empty() const { return text.isEmpty() && tags.isEmpty(); }
    bool operator==(const LayerNote&) const = default;
    /// Words of a line as tags: parted by spaces or commas, a leading '#' dropped, each once.
    static QStringList tagsOf(const QString& line);
};

using ResultPtr = std::shared_ptr<const study::CellResult>;
/// What a calibration file holds of a tensor's layer (RunOptions::calibrationOf); empty: no file.
using CalibrationOf = decltype(study::RunOptions::calibrationOf);

/// What is loaded and computed: checkpoints, recipes, results. Lives in the GUI thread; items are immutable.
class Workspace : public QObject {
    Q_OBJECT
public:
    explicit Workspace(QObject* parent = nullptr);

    const std::vector<Checkpoint>& checkpoints() const { return m_checkpoints; }
    const Checkpoint* checkpoint(int id) const;
    int addCheckpoint(std::shared_ptr<const io::ModelSource> source);
    void removeCheckpoint(int id);

    /// The inputs that runs see; one file for all checkpoints.
    const CalibrationOf& calibrationOf() const { return m_calibrationOf; }
    const QString& calibrationPath() const { return m_calibrationPath; }
    void setCalibration(const QString& path, CalibrationOf of);
    /// Asks for a calibration file to be opened; whoever reads files does it.
    void askForCalibration(const QString& path) { emit calibrationAsked(path); }
    /// Asks for cells to be run.
    void askForRun(const std::vector<CellName>& cells) { emit runAsked(cells); }
    /// The kept calibration file is another one than results were measured with.
    bool calibrationStale() const { return m_calibrationStale; }
    void setCalibrationStale(bool on);

    /// What runs get: the inputs, and where results are kept between runs.
    study::RunOptions runOptions() const;
    void setResultCache(std::shared_ptr<study::ResultCache> cache) { m_cache = std::move(cache); }

    /// The present mixture: the result (its key()) that stands for a layer; the others are the checkpoint's own.
    const std::map<LayerKey, std::string>& mixture() const { return m_mixture; }
    void setMixture(std::map<LayerKey, std::string> mixture);
    /// One layer of it; an empty key: the original.
    void choose(const LayerKey& layer, const std::string& key);
    /// The results that stand for layers of this checkpoint, as far as they are there.
    std::vector<ResultPtr> mixtureOf(const io::ModelSource& source) const;

    /// Layers that take this recipe whatever a budget says: the key of its results.
    const std::map<LayerKey, std::string>& budgetPins() const { return m_budgetPins; }
    void setBudgetPins(std::map<LayerKey, std::string> pins);

    /// Evaluations in the order they were made.
    const std::vector<EvaluationPtr>& evaluations() const { return m_evaluations; }
    void addEvaluation(EvaluationPtr evaluation);
    void removeEvaluations(const std::vector<EvaluationPtr>& evaluations);
    /// Of this checkpoint: its weights, or results that stood in the mixtures, are others now.
    void setEvaluationsStale(const std::string& source);
    /// A colour of its own for a mixture of several recipes.
    int newSlot() { return m_nextSlot++; }

    const std::vector<RecipeChip>& recipes() const { return m_recipes; }
    /// Adds a recipe, or finds the equal one; returns its slot.
    int addRecipe(const quant::Recipe& recipe);
    void removeRecipe(int slot);
    void setRecipeEnabled(int slot, bool enabled);
    /// Another recipe for the same chip: it keeps its colour, and results of the old one become stale. False where another
    /// chip has that recipe, or there is no such chip.
    bool changeRecipe(int slot, const quant::Recipe& recipe);
    /// The whole list as it was (undo, session).
    void setRecipes(std::vector<RecipeChip> recipes);
    /// Whether a result was made with a recipe that its chip no longer has, or of weights that have changed since.
    bool stale(const study::CellResult& result) const;
    /// Results whose weights are other ones now in the checkpoint's file.
    bool outdated(const study::CellResult& result) const;
    void setOutdated(const std::vector<ResultPtr>& results, bool on);
    /// Slot of a recipe, 0 where it is unknown.
    int slotOf(const quant::Recipe& recipe) const;
    /// Slot of a result's recipe, or of the checkpoint that a foreign result's values come from.
    int slotOf(const study::CellResult& result) const;

    const std::vector<ResultPtr>& results() const { return m_results; }
    /// Replaces an earlier result of the same checkpoint, tensor, recipe and seed.
    void addResult(ResultPtr result);
    /// The same results with other figures; a new one comes in the place of the old. One signal for all.
    void exchangeResults(const std::vector<std::pair<ResultPtr, ResultPtr>>& oldAndNew);
    void removeResult(const ResultPtr& result) { removeResults({result}); }
    /// By the user: pinned ones stay. resultsRemoved() tells which went.
    void removeResults(const std::vector<ResultPtr>& results);
    /// A pinned result stands first in the table and is not removed.
    bool pinned(const ResultPtr& result) const { return m_pinned.contains(result); }
    const std::set<ResultPtr>& pinned() const { return m_pinned; }
    void setPinned(const std::set<ResultPtr>& results);

    const std::map<LayerKey, LayerNote>& notes() const { return m_notes; }
    LayerNote note(const LayerKey& key) const;
    void setNote(const LayerKey& key, const LayerNote& note); ///< an empty one is taken away
    void setNotes(std::map<LayerKey, LayerNote> notes);

    std::vector<ResultPtr> resultsOf(const io::ModelSource& source, const std::string& tensor) const;
    void clear();

signals:
    void calibrationChanged();
    void calibrationAsked(const QString& path);
    void runAsked(const std::vector<qs::gui::CellName>& cells);
    void mixtureChanged();
    void budgetPinsChanged();
    void evaluationsChanged();
    void checkpointsChanged();
    /// One was read anew from its place, after checkpointsChanged(): tensors may be others, or stand elsewhere in the list.
    void checkpointReloaded(int id);
    void recipesChanged();
    void resultsChanged();
    void resultsRemoved(const std::vector<qs::gui::ResultPtr>& results); ///< by removeResults()
    void pinsChanged();
    void notesChanged();

private:
    std::vector<Checkpoint> m_checkpoints;
    std::vector<RecipeChip> m_recipes;
    std::vector<ResultPtr> m_results;
    std::set<ResultPtr> m_pinned;
    std::set<ResultPtr> m_outdated;
    std::map<LayerKey, LayerNote> m_notes;
    std::vector<std::pair<std::string, int>> m_foreign; ///< key and colour slot of other checkpoints that are compared
    int m_nextCheckpoint = 1;
    int m_nextSlot = 1;
    CalibrationOf m_calibrationOf;
    QString m_calibrationPath;
    bool m_calibrationStale = false;
    std::shared_ptr<study::ResultCache> m_cache;
    std::map<LayerKey, std::string> m_mixture;
    std::map<LayerKey, std::string> m_budgetPins;
    std::vector<EvaluationPtr> m_evaluations;
};

} // namespace qs::gui
