// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/flow.h"

#include "app/gui/actions.h"
#include "app/gui/edit_history.h"
#include "app/gui/explainer.h"
#include "app/gui/file_dialogs.h"
#include "app/gui/help_text.h"
#include "app/gui/hints.h"
#include "app/gui/language.h"
#include "app/gui/main_window.h"
#include "app/gui/recovery.h"
#include "app/gui/session_store.h"
#include "app/gui/settings.h"
#include "app/gui/settings_dialog.h"
#include "app/gui/stage.h"
#include "core/base/format.h"
#include "core/session/recipe_file.h"
#include "widgets/common/core_text.h"
#include "widgets/panels/checkpoint_panel.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/log_panel.h"
#include "widgets/panels/notice_bar.h"
#include "widgets/panels/recipe_panel.h"
#include "widgets/panels/results_panel.h"
#include "widgets/panels/status_line.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QFileInfo>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QSystemTrayIcon>
#include <QToolTip>
#include <algorithm>
#include <utility>

namespace qs::gui {
namespace {

constexpr double kWorthTelling = 1.0;    // seconds: the end of a shorter batch is seen anyway
constexpr int kTold = 6000;              // ms that a desktop notification stands

QString text(const std::string& s) { return QString::fromStdString(s); }

} // namespace

Flow::Flow(MainWindow& window, Workbench& workbench, Settings& settings, LogPanel& log, NoticeBar& notice, NoticeBar& hintBar)
    : QObject(&window), m_window(window), m_work(workbench), m_settings(settings), m_log(log), m_notice(notice)
{
    m_history = new EditHistory(workbench.services(), window.checkpointPanel(), this);
    m_explainer = new Explainer(window);
    m_hints = new Hints(settings, hintBar, this);
    window.installEventFilter(this);
    notify = [this](const QString& words) { desktopNotify(words); };
    workbench.jobs().setMemoryLimit(settings.memoryLimit());
    if (settings.threads() > 0) workbench.jobs().setThreads(settings.threads());
    if (!workbench.setDevice(settings.device()))
        m_log.model().add(LogModel::Kind::Warning, tr("There is no device “%1” here; jobs compute on the CPU").arg(settings.device()));
    connectHistory();
    connectLog();
    connectHints();
    connectLayouts();
    Actions& a = window.actions();
    a.on("settings", this, &Flow::showSettings);
    a.on("explain_all", this, [this] { showHelp(tr("Numbers on show"), m_explainer->everything(), &m_window); });
    a.on("open_recipes", this, [this] {
        const QString path = askOpenFile(&m_window, tr("Open recipes"), m_settings.lastFolder(), tr("Recipes (*.json)"));
        if (!path.isEmpty()) openRecipes(path);
    });
    a.on("open_calibration", this, [this] {
        const QString path = askOpenFile(&m_window, tr("Open calibration"), m_settings.lastFolder(), tr("Calibration files (*.safetensors *.dat *.gguf *.npz)"));
        if (!path.isEmpty()) m_work.openCalibration(path);
    });
    connect(&m_work, &Workbench::calibrationOpened, this, [this](const QString& path, int layers) {
        tell(tr("%1: inputs of %2 layers, for all runs from now on").arg(QFileInfo(path).fileName()).arg(layers));
    });
    a.on("save_recipes", this, [this] {
        if (m_work.workspace().recipes().empty()) return tell(tr("There are no recipes in the tool bar"));
        QString path = askSaveFile(&m_window, tr("Save recipes"), QStringLiteral("recipes.json"), tr("Recipes (*.json)"));
        if (path.isEmpty()) return;
        if (!path.endsWith(QLatin1String(".json"))) path += QLatin1String(".json");
        saveRecipes(path);
    });
    a.on("pause_jobs", this, [this] {
        JobRunner& jobs = m_work.jobs();
        const auto all = jobs.jobs();
        const bool go = std::any_of(all.begin(), all.end(), [](const Job* j) { return j->active() && j->state() != Job::Paused; });
        // the waiting ones first, so that none starts in between
        for (auto it = all.rbegin(); it != all.rend(); ++it)
            if ((*it)->active()) go ? jobs.pause(*it) : jobs.resume(*it);
    });
    a.on("retry_failed", this, [this] {
        const auto all = m_work.jobs().jobs();
        for (const Job* j : all)
            if (j->state() == Job::Failed || j->state() == Job::Cancelled) m_work.retry(j->id());
    });
}

Flow::~Flow() = default;

void Flow::tell(const QString& words) { m_window.statusLine().tell(words); }

void Flow::connectHistory()
{
    Actions& a = m_window.actions();
    QUndoStack& stack = m_history->stack();
    QAction* undo = a["undo"];
    QAction* redo = a["redo"];
    const QString undoText = undo->text();
    const QString redoText = redo->text();
    const auto refresh = [&stack, undo, redo, undoText, redoText] {
        undo->setEnabled(stack.canUndo());
        redo->setEnabled(stack.canRedo());
        undo->setText(stack.canUndo() ? undoText + QStringLiteral(": ") + stack.undoText() : undoText);
        redo->setText(stack.canRedo() ? redoText + QStringLiteral(": ") + stack.redoText() : redoText);
    };
    connect(&stack, &QUndoStack::indexChanged, this, refresh);
    connect(&stack, &QUndoStack::cleanChanged, this, refresh);
    connect(&stack, &QUndoStack::canUndoChanged, this, refresh);
    connect(&stack, &QUndoStack::canRedoChanged, this, refresh);
    refresh();
    a.on("undo", this, [this, &stack] {
        m_history->settle();
        stack.undo();
    });
    a.on("redo", this, [&stack] { stack.redo(); });
    // Another session: what was undone there has no place here.
    connect(&m_window.session(), &SessionStore::opened, m_history, &EditHistory::reset);
}

void Flow::connectLog()
{
    LogModel& log = m_log.model();
    connect(&m_work.jobs(), &JobRunner::jobEnded, this, [&log](const Job* job) {
        const auto lines = job->log();
        const QString end = lines.empty() ? QString() : coreText(lines.back().text);
        log.add(job->state() == Job::Failed ? LogModel::Kind::Failure : LogModel::Kind::Job, job->title() + QStringLiteral(": ") + end);
    });
    connect(&m_work.jobs(), &JobRunner::batchEnded, this, &Flow::batchEnded);
    connect(&m_work, &Workbench::openFailed, this, [&log](const QString&, const QString& words) { log.add(LogModel::Kind::Failure, words); });
    connect(&m_work, &Workbench::opened, this, [this, &log](int id, const QString& path, quint64 bytes) {
        log.add(LogModel::Kind::Note, tr("opened %1, %2").arg(path, text(formatBytes(bytes))));
        if (const Checkpoint* c = m_work.workspace().checkpoint(id))
            for (const auto& w : c->source->warnings) log.add(LogModel::Kind::Warning, c->title + QStringLiteral(": ") + coreText(escapeText(w)));
    });
    SessionStore& session = m_window.session();
    connect(&session, &SessionStore::failed, this, [&log](const QString& words) { log.add(LogModel::Kind::Failure, words); });
    connect(&session, &SessionStore::saved, this, [&log](const QString& path) { log.add(LogModel::Kind::Note, tr("saved %1").arg(path)); });
    connect(&session, &SessionStore::opened, this, [&log](const QString& path, const QJsonObject&, const QStringList& warnings) {
        log.add(LogModel::Kind::Note, path.isEmpty() ? tr("restored what was open") : tr("opened session %1").arg(path));
        for (const QString& w : warnings) log.add(LogModel::Kind::Warning, w);
    });
}

void Flow::batchEnded(int done, int failed, int cancelled, double seconds)
{
    QStringList parts;
    if (done > 0) parts << (done == 1 ? tr("1 job done") : tr("%1 jobs done").arg(done));
    if (failed > 0) parts << tr("%1 failed").arg(failed);
    if (cancelled > 0) parts << tr("%1 cancelled").arg(cancelled);
    const QString words = tr("%1 in %2").arg(parts.join(QStringLiteral(", ")), text(formatSeconds(seconds)));
    m_log.model().add(LogModel::Kind::Note, words);
    // a failure's own sentence stays on show
    if (seconds >= kWorthTelling && failed == 0) tell(words);
    if (seconds >= kWorthTelling && !m_window.isActiveWindow()) notify(words);
}

void Flow::desktopNotify(const QString& words)
{
    QApplication::alert(&m_window); // the task bar's mark, where there is one
    if (!QSystemTrayIcon::isSystemTrayAvailable() || !QSystemTrayIcon::supportsMessages()) {
        m_untold = words; // no place outside the window: told when it is looked at again
        return;
    }
    if (!m_tray) {
        m_tray = new QSystemTrayIcon(QApplication::windowIcon(), this);
        connect(m_tray, &QSystemTrayIcon::messageClicked, &m_window, [this] {
            m_window.raise();
            m_window.activateWindow();
        });
    }
    m_tray->show();
    m_tray->showMessage(tr("Quantoscope"), words, QSystemTrayIcon::Information, kTold);
}

bool Flow::eventFilter(QObject* object, QEvent* event)
{
    if (object == &m_window && event->type() == QEvent::WindowActivate && !m_untold.isEmpty()) tell(std::exchange(m_untold, {}));
    return QObject::eventFilter(object, event);
}

void Flow::connectHints()
{
    Workspace& w = m_work.workspace();
    connect(&m_work, &Workbench::opened, this, [this] { m_hints->offer(Hints::Pick); });
    connect(&w, &Workspace::resultsChanged, this, [this, &w] {
        if (w.results().empty()) return;
        m_hints->done(Hints::Pick);
        if (m_work.selection().a() && m_work.selection().b()) m_hints->offer(Hints::Compare);
        else if (w.results().size() == 1) m_hints->offer(Hints::Palette);
    });
    Actions& a = m_window.actions();
    for (const char* id : {"blink", "curtain", "difference"}) a.on(id, this, [this] { m_hints->done(Hints::Compare); });
    a.on("palette", this, [this] { m_hints->done(Hints::Palette); });
}

void Flow::connectLayouts()
{
    Actions& a = m_window.actions();
    QMenu* view = a.menu("View");
    m_layouts = new QMenu(tr("Saved layouts"), view);
    view->insertMenu(a["layout_save"], m_layouts);
    a.on("layout_save", this, [this] {
        bool ok = false;
        const QString name = QInputDialog::getText(&m_window, tr("Save this layout"), tr("Name"), QLineEdit::Normal, {}, &ok).trimmed();
        if (ok) saveLayout(name);
    });
    fillLayouts();
}

void Flow::fillLayouts()
{
    m_layouts->clear();
    const auto all = m_settings.layouts();
    for (const auto& [name, state] : all) m_layouts->addAction(name, this, [this, layout = name] { applyLayout(layout); });
    if (!all.empty()) {
        m_layouts->addSeparator();
        QMenu* remove = m_layouts->addMenu(tr("Remove"));
        for (const auto& [name, state] : all) remove->addAction(name, this, [this, layout = name] { removeLayout(layout); });
    }
    m_layouts->menuAction()->setEnabled(!all.empty());
}

void Flow::saveLayout(const QString& name)
{
    if (name.isEmpty()) return;
    m_settings.setLayout(name, m_window.layoutState());
    fillLayouts();
    tell(tr("Layout “%1” is saved").arg(name));
}

void Flow::applyLayout(const QString& name)
{
    const auto all = m_settings.layouts();
    if (const auto it = all.find(name); it != all.end()) m_window.setLayoutState(it->second);
}

void Flow::removeLayout(const QString& name)
{
    m_settings.setLayout(name, std::nullopt);
    fillLayouts();
}

void Flow::startRecovery(const QString& folder, bool withoutAsking)
{
    if (m_recovery) return;
    m_recovery = new Recovery(m_work, m_window.session(), [this] { return m_window.windowState(); }, folder, this);
    connect(m_recovery, &Recovery::found, this, [this, withoutAsking](const SessionStore::RecoverySummary& s) {
        if (withoutAsking) return m_recovery->restore();
        const QString when = s.when.date() == QDate::currentDate() ? dateLocale().toString(s.when.time(), QLocale::ShortFormat)
                                                                   : dateLocale().toString(s.when, QLocale::ShortFormat);
        QString words = s.results == 1 ? tr("Restore what was open at %1: 1 result").arg(when) : tr("Restore what was open at %1: %2 results").arg(when).arg(s.results);
        if (s.pending > 0) words += s.pending == 1 ? tr(", 1 tensor to go") : tr(", %1 tensors to go").arg(s.pending);
        m_notice.setText(words);
        m_notice.setChoices({tr("Restore"), tr("Discard")});
        m_notice.show();
    });
    connect(&m_notice, &NoticeBar::chosen, m_recovery, [this](int choice) { choice == 0 ? m_recovery->restore() : m_recovery->discard(); });
    m_recovery->look();
    m_recovery->start();
}

void Flow::finish()
{
    if (m_recovery) m_recovery->finish();
}

void Flow::openRecipes(const QString& path)
{
    using List = std::vector<session::NamedRecipe>;
    m_work.jobs().request<List>(
        this, QStringLiteral("recipes"), [file = path.toStdString()](const Context&) { return session::loadRecipes(file); },
        [this](Result<List> r) {
            if (!r) {
                tell(errorText(r.error()));
                m_log.model().add(LogModel::Kind::Failure, errorText(r.error()));
                return;
            }
            int added = 0;
            const auto before = m_work.workspace().recipes().size();
            auto chips = m_work.workspace().recipes();
            int slot = 0;
            for (const auto& c : chips) slot = std::max(slot, c.slot);
            // all at once: one step back takes them away again
            for (const auto& named : *r)
                if (std::none_of(chips.begin(), chips.end(), [&](const RecipeChip& c) { return c.recipe == named.recipe; })) {
                    chips.push_back({named.recipe, ++slot, true, {}});
                    ++added;
                }
            if (chips.size() != before) m_work.workspace().setRecipes(std::move(chips));
            if (!r->empty()) m_window.recipePanel().setRecipe(r->front().recipe);
            tell(added == 1 ? tr("1 recipe added") : tr("%1 recipes added").arg(added));
            emit recipesOpened(added);
        });
}

void Flow::openJson(const QString& path)
{
    using List = std::vector<session::NamedRecipe>;
    m_work.jobs().request<List>(
        this, QStringLiteral("json/") + path, [file = path.toStdString()](const Context&) { return session::loadRecipes(file); },
        [this, path](Result<List> r) {
            // A file that means to hold recipes and can't be read says why; anything else may be a checkpoint's index.
            const bool other = !r && (r.error().message == "not a file of recipes" || r.error().message.find("recipe") == std::string::npos);
            if (other) m_work.open(path);
            else openRecipes(path);
        });
}

void Flow::saveRecipes(const QString& path)
{
    std::vector<session::NamedRecipe> list;
    for (const auto& c : m_work.workspace().recipes()) list.push_back({c.recipe.label(), c.recipe, std::min(c.slot, session::kMostSlots)});
    m_work.jobs().request<bool>(
        this, QStringLiteral("save"),
        [list, file = path.toStdString()](const Context&) -> Result<bool> {
            QS_TRY(session::saveRecipes(file, list));
            return true;
        },
        [this, path](Result<bool> r) {
            if (!r) {
                m_log.model().add(LogModel::Kind::Failure, errorText(r.error()));
                return tell(errorText(r.error()));
            }
            tell(tr("Saved %1").arg(path));
            emit recipesSaved(path);
        });
}

void Flow::showSettings()
{
    if (m_window.findChild<SettingsDialog*>()) return; // it is open
    auto* dialog = new SettingsDialog(m_work, m_settings, study::cacheConfigFile(), &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &SettingsDialog::hintsRequested, m_hints, &Hints::forget);
    dialog->open();
}

void Flow::explain()
{
    if (m_explainer->explain()) return;
    QWidget* focus = QApplication::focusWidget();
    // A part of the recipe whose choice or parameters have the focus.
    RecipePanel& recipe = m_window.recipePanel();
    if (focus && recipe.isAncestorOf(focus)) {
        if (const auto* part = recipe.partAt(focus)) return showHelp(coreText(part->title), partHelp(*part), &m_window);
    }
    if (focus && !m_window.stage().isAncestorOf(focus) && focus != &m_window.stage() && !focus->toolTip().isEmpty())
        return QToolTip::showText(focus->mapToGlobal(QPoint(0, focus->height())), focus->toolTip(), focus);
    Stage& stage = m_window.stage();
    if (stage.isVisible() && stage.count() > 0)
        return showHelp(stage.title(stage.current()), pageHelp(stage.id(stage.current()), stage.title(stage.current())), &m_window);
    m_window.actions()["keys"]->trigger();
}

} // namespace qs::gui
