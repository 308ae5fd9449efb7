// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/gui/workbench.h"

#include <QObject>
#include <functional>

class QMenu;
class QSystemTrayIcon;

namespace qs::gui {

class EditHistory;
class Explainer;
class Hints;
class LogPanel;
class MainWindow;
class NoticeBar;
class Recovery;
class Settings;

/// What keeps the work going around the window's panels: undo, recovery after a crash, hints, the log and the word at the
/// end of jobs, named layouts, recipe files, settings, help. Connects them to the window; no logic of theirs.
class Flow : public QObject {
    Q_OBJECT
public:
    Flow(MainWindow& window, Workbench& workbench, Settings& settings, LogPanel& log, NoticeBar& notice, NoticeBar& hintBar);
    ~Flow() override;

    EditHistory& history() { return *m_history; }
    Hints& hints() { return *m_hints; }
    LogPanel& log() { return m_log; }
    Explainer& explainer() { return *m_explainer; }
    /// Offers (or at once restores) what a dead program left in `folder`, and keeps this one's work there.
    void startRecovery(const QString& folder, bool withoutAsking = false);
    Recovery* recovery() { return m_recovery; }
    /// The window closes for good.
    void finish();

    void openRecipes(const QString& path);
    void saveRecipes(const QString& path);
    /// Opens `path` as recipes where it holds some, else as a checkpoint.
    void openJson(const QString& path);
    void saveLayout(const QString& name);
    void applyLayout(const QString& name);
    void removeLayout(const QString& name);
    void showSettings();
    /// F1: the number under the cursor or in the current cell; else the part, else the page.
    void explain();
    /// Called at the end of a batch while another window has the focus; tests replace it.
    std::function<void(const QString& text)> notify;

    bool eventFilter(QObject* object, QEvent* event) override;

signals:
    void recipesOpened(int count);
    void recipesSaved(const QString& path);

private:
    void connectHistory();
    void connectLog();
    void connectHints();
    void connectLayouts();
    void batchEnded(int done, int failed, int cancelled, double seconds);
    void desktopNotify(const QString& text);
    void fillLayouts();
    void tell(const QString& text);

    MainWindow& m_window;
    Workbench& m_work;
    Settings& m_settings;
    LogPanel& m_log;
    NoticeBar& m_notice;
    EditHistory* m_history = nullptr;
    Explainer* m_explainer = nullptr;
    Hints* m_hints = nullptr;
    Recovery* m_recovery = nullptr;
    QMenu* m_layouts = nullptr;
    QSystemTrayIcon* m_tray = nullptr;
    QString m_untold; ///< the end of a batch that no tray could tell
};

} // namespace qs::gui
