// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/gui/workbench.h"
#include "widgets/models/recent_files.h"

#include <QMainWindow>

class QDockWidget;
class QStackedWidget;
class QToolButton;

namespace qs::gui {

class Actions;
class CheckpointComparison;
class CheckpointPanel;
class Flow;
class JobsPanel;
class LogPanel;
class NoticeBar;
class RecipeBar;
class RecipePanel;
class ResultsPanel;
class SessionStore;
class Settings;
class Stage;
class StartPage;
class StatusLine;
class TensorPanel;

/// The window: puts stage, docks, tool bar and status line together, and connects actions. No logic of its own.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    enum class Layout { Explore, Compare, Run };
    MainWindow(Workbench& workbench, Settings& settings, QWidget* parent = nullptr);
    ~MainWindow() override;

    void openPath(const QString& path);
    void openSample();
    void applyLayout(Layout layout);
    /// Runs the enabled recipes (or, where there are none, the recipe of the panel) on the picked tensors.
    void run(bool everywhere);

    Actions& actions() { return *m_actions; }
    Stage& stage() { return *m_stage; }
    CheckpointPanel& checkpointPanel() { return *m_checkpoints; }
    RecipePanel& recipePanel() { return *m_recipe; }
    ResultsPanel& resultsPanel() { return *m_results; }
    SessionStore& session() { return *m_session; }
    JobsPanel& jobsPanel() { return *m_jobs; }
    StatusLine& statusLine() { return *m_status; }
    Flow& flow() { return *m_flow; }
    TensorPanel& tensorPanel() { return *m_tensor; }
    NoticeBar& notice() { return *m_notice; }
    NoticeBar& hintBar() { return *m_hintBar; }
    /// Layout and pages, as a session keeps them.
    QJsonObject windowState() const;
    QByteArray layoutState() const;
    void setLayoutState(const QByteArray& state);
    const std::vector<QDockWidget*>& docks() const { return m_docks; }
    /// Asked before closing while jobs run; tests replace it.
    std::function<bool(int jobs)> confirmClose;

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QDockWidget* addDock(const char* id, const QString& title, QWidget* content, Qt::DockWidgetArea area);
    void makeDocks();
    void makeToolBar();
    void connectActions();
    void connectFileActions();
    void connectWorkbench();
    void fillRecentMenu();
    void showStage(bool on);
    void refreshActions();
    void openDialog();
    void openFolderDialog();
    void savePicture();
    void saveAllPlots();
    void saveNumbers();
    void saveTable();
    void showPalette();
    void showExport(std::vector<ResultPtr> results);
    void saveSession(bool as);
    void restoreWindow(const QJsonObject& state);
    void cancelOrClear();
    void tell(const QString& text);

    Workbench& m_work;
    Settings& m_settings;
    RecentFiles m_recent;
    Actions* m_actions = nullptr;
    QStackedWidget* m_centre = nullptr;
    StartPage* m_start = nullptr;
    Stage* m_stage = nullptr;
    CheckpointPanel* m_checkpoints = nullptr;
    TensorPanel* m_tensor = nullptr;
    RecipePanel* m_recipe = nullptr;
    ResultsPanel* m_results = nullptr;
    JobsPanel* m_jobs = nullptr;
    RecipeBar* m_chips = nullptr;
    StatusLine* m_status = nullptr;
    LogPanel* m_log = nullptr;
    NoticeBar* m_notice = nullptr;
    NoticeBar* m_hintBar = nullptr;
    Flow* m_flow = nullptr;
    SessionStore* m_session = nullptr;
    CheckpointComparison* m_comparison = nullptr;
    QToolBar* m_toolBar = nullptr;
    std::vector<QDockWidget*> m_docks;
    QByteArray m_layout; ///< of the docks, while the start page hides them
    bool m_staged = false;
};

} // namespace qs::gui
