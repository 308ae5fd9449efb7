// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/pages/page.h"

#include <QObject>
#include <map>
#include <optional>
#include <vector>

namespace qs::gui {

/// A word of a shell command, quoted where it must be.
QString shellWord(const QString& word);

/// What the window works with and does: opens checkpoints, runs recipes on tensors. Nothing here blocks; no widgets.
class Workbench : public QObject {
    Q_OBJECT
public:
    explicit Workbench(QObject* parent = nullptr, int threads = 0);
    ~Workbench() override;

    Services services() { return {m_workspace, m_selection, m_cache, m_jobs, m_theme}; }
    Workspace& workspace() { return m_workspace; }
    Selection& selection() { return m_selection; }
    JobRunner& jobs() { return m_jobs; }
    Theme& theme() { return m_theme; }

    /// Where results are kept between runs; null (as at first): nowhere.
    void setCache(std::shared_ptr<study::ResultCache> cache)
    {
        m_cacheOfResults = cache;
        m_workspace.setResultCache(std::move(cache));
    }
    const std::shared_ptr<study::ResultCache>& resultCache() const { return m_cacheOfResults; }

    /// Where jobs compute from now on, by name. False where this machine has no such device: then the CPU does.
    bool setDevice(const QString& name);
    QString device() const { return QString::fromStdString(m_device); }

    /// Opens a checkpoint in a worker; opened() or openFailed() follows.
    void open(const QString& path);
    void reload(int checkpoint);
    /// Measures the results of a checkpoint against its weights as they are now, in a worker, and marks those stale whose
    /// figures no longer hold; outdated() follows.
    void checkResults(int checkpoint);
    /// Opens a calibration file in a worker, for all runs from then on; calibrationOpened() or runFailed() follows.
    /// Results that are there get the error of their layer's output on these inputs, as a listed job; not with
    /// `measure` off (a session, whose results have it).
    void openCalibration(const QString& path, bool measure = true);
    bool opening() const { return m_opening > 0; }
    /// Folder of the bundled sample model; empty where it is not installed.
    static QString samplePath();

    /// One job per tensor and recipe; the number of jobs.
    int run(const std::vector<TensorRef>& tensors, const std::vector<quant::Recipe>& recipes);
    /// Recipes that are switched on in the tool bar.
    std::vector<quant::Recipe> enabledRecipes() const;
    /// All tensors that are quantized by default (linear roles inside blocks), of all checkpoints.
    std::vector<TensorRef> defaultTensors() const;
    void retry(int jobId);
    using PendingCell = CellName; ///< by names, so that it outlives the program
    /// One cell of a run.
    struct Cell {
        std::shared_ptr<const io::ModelSource> source;
        std::size_t tensor = 0;
        std::shared_ptr<const quant::Recipe> recipe; ///< shared by all cells of a run
    };
    /// Cells whose jobs have not ended.
    std::vector<Cell> pending() const;
    /// Runs those whose checkpoint and tensor are open; their number.
    int resume(const std::vector<PendingCell>& cells);
    /// The command line that computes what is selected.
    QString commandLine(const ResultPtr& result) const;

signals:
    void opened(int checkpoint, const QString& path, quint64 bytes);
    void openFailed(const QString& path, const QString& text);
    void runFailed(const QString& text);
    void outdated(int checkpoint, int stale);
    void calibrationOpened(const QString& path, int layers);

private:
    void start(const Cell& cell);
    void measureOutputs();

    std::shared_ptr<study::ResultCache> m_cacheOfResults;
    Workspace m_workspace;
    Theme m_theme;
    Selection m_selection;
    // The runner is destroyed first (it waits for its workers), so it stands below what its callbacks touch.
    JobRunner m_jobs;
    TensorCache m_cache;
    std::string m_device = "cpu";
    std::map<int, Cell> m_cells; ///< by job id, for Retry
    int m_opening = 0;
};

} // namespace qs::gui
