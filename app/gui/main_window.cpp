// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/main_window.h"

#include "app/gui/actions.h"
#include "app/gui/command_palette.h"
#include "app/gui/export_dialog.h"
#include "app/gui/file_dialogs.h"
#include "app/gui/flow.h"
#include "app/gui/help_dialogs.h"
#include "app/gui/picture_export.h"
#include "app/gui/session_store.h"
#include "app/gui/settings.h"
#include "app/gui/stage.h"
#include "core/base/format.h"
#include "widgets/common/core_text.h"
#include "widgets/models/model_roles.h"
#include "widgets/models/tensor_label.h"
#include "widgets/panels/checkpoint_panel.h"
#include "widgets/panels/dock_title.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/log_panel.h"
#include "widgets/panels/notice_bar.h"
#include "widgets/panels/recipe_bar.h"
#include "widgets/panels/recipe_panel.h"
#include "widgets/panels/results_panel.h"
#include "widgets/panels/session_diff_window.h"
#include "widgets/panels/start_page.h"
#include "widgets/panels/status_line.h"
#include "widgets/panels/tensor_panel.h"
#include "widgets/plots/plot_view.h"
#include "widgets/selection/checkpoint_comparison.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDir>
#include <QDockWidget>
#include <QFileInfo>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QShortcut>
#include <QStackedWidget>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

namespace qs::gui {
namespace {
// Raised when docks or tool bars change their names or number.
constexpr int kLayoutVersion = 1;
} // namespace

MainWindow::MainWindow(Workbench& workbench, Settings& settings, QWidget* parent)
    : QMainWindow(parent), m_work(workbench), m_settings(settings)
{
    setWindowTitle(tr("Quantoscope"));
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    m_recent.setEntries(settings.recent());
    m_session = new SessionStore(workbench, this);
    m_actions = new Actions(this, settings);
    m_stage = new Stage(workbench.services(), this);
    m_start = new StartPage(m_recent, workbench.theme(), this);
    m_centre = new QStackedWidget(this);
    m_centre->addWidget(m_start);
    m_centre->addWidget(m_stage);
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_notice = new NoticeBar(workbench.theme(), centre);
    m_hintBar = new NoticeBar(workbench.theme(), centre);
    column->addWidget(m_notice);
    column->addWidget(m_centre, 1);
    column->addWidget(m_hintBar);
    setCentralWidget(centre);
    m_status = new StatusLine(workbench.jobs(), this);
    setStatusBar(m_status);
    makeDocks();
    makeToolBar();
    m_actions->setStage(m_stage);
    for (QWidget* part : std::initializer_list<QWidget*>{m_start, m_notice, m_hintBar, m_status, m_toolBar, menuBar()}) workbench.theme().style(part);
    for (QDockWidget* dock : m_docks) workbench.theme().style(dock);
    connectActions();
    connectFileActions();
    connectWorkbench();
    m_flow = new Flow(*this, workbench, settings, *m_log, *m_notice, *m_hintBar);
    confirmClose = [this](int jobs) {
        return QMessageBox::question(this, tr("Close Quantoscope?"), jobs == 1 ? tr("One job still runs. Close and cancel it?") : tr("%1 jobs still run. Close and cancel them?").arg(jobs),
                                     QMessageBox::Close | QMessageBox::Cancel, QMessageBox::Cancel)
            == QMessageBox::Close;
    };
    resize(1440, 900);
    applyLayout(Layout::Explore);
    if (const QByteArray g = settings.geometry(); !g.isEmpty()) restoreGeometry(g);
    if (const QByteArray s = settings.windowState(); !s.isEmpty()) restoreState(s, kLayoutVersion);
    m_layout = saveState(kLayoutVersion);
    m_staged = true;
    showStage(!workbench.workspace().checkpoints().empty());
    refreshActions();
    fillRecentMenu();
}

MainWindow::~MainWindow() = default;

QDockWidget* MainWindow::addDock(const char* id, const QString& title, QWidget* content, Qt::DockWidgetArea area)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(QString::fromLatin1(id));
    dock->setAccessibleName(title);
    dock->setTitleBarWidget(new DockTitle(title, dock));
    dock->setWidget(content);
    addDockWidget(area, dock);
    m_docks.push_back(dock);
    return dock;
}

void MainWindow::makeDocks()
{
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    const Services s = m_work.services();
    m_checkpoints = new CheckpointPanel(s, this);
    m_tensor = new TensorPanel(s, this);
    m_recipe = new RecipePanel(s, this);
    m_results = new ResultsPanel(s, this);
    m_jobs = new JobsPanel(s.jobs, s.theme, this);
    addDock("checkpoints", tr("Checkpoints"), m_checkpoints, Qt::LeftDockWidgetArea);
    addDock("tensor", tr("Tensor"), m_tensor, Qt::LeftDockWidgetArea);
    addDock("recipe", tr("Recipe"), m_recipe, Qt::RightDockWidgetArea);
    auto* results = addDock("results", tr("Results"), m_results, Qt::BottomDockWidgetArea);
    addDock("jobs", tr("Jobs"), m_jobs, Qt::BottomDockWidgetArea);
    m_log = new LogPanel(s.theme, this);
    addDock("log", tr("Log"), m_log, Qt::BottomDockWidgetArea);
    static_cast<DockTitle*>(results->titleBarWidget())->addControl(m_results->filterLine());
}

void MainWindow::makeToolBar()
{
    m_toolBar = addToolBar(tr("Tools"));
    m_toolBar->setObjectName(QStringLiteral("tools"));
    m_toolBar->setMovable(false);
    m_toolBar->setContextMenuPolicy(Qt::PreventContextMenu);
    const auto button = [&](const QString& text, const QString& name) {
        auto* b = new QToolButton(m_toolBar);
        b->setText(text);
        b->setAccessibleName(name);
        b->setToolTip(name);
        return b;
    };
    auto* open = button(tr("Open"), tr("Open checkpoints"));
    open->setPopupMode(QToolButton::MenuButtonPopup);
    auto* menu = new QMenu(open);
    for (const char* id : {"open", "open_folder", "open_recent", "open_sample"}) menu->addAction((*m_actions)[id]);
    open->setMenu(menu);
    connect(open, &QToolButton::clicked, (*m_actions)["open"], &QAction::trigger);
    m_toolBar->addWidget(open);
    m_chips = new RecipeBar(m_work.services(), m_toolBar);
    m_toolBar->addWidget(m_chips);
    auto* run = button(tr("Run ▸"), tr("Run the recipes on the selected tensors"));
    run->setObjectName(QStringLiteral("runButton"));
    run->setProperty("primary", true);
    connect(run, &QToolButton::clicked, this, [this] { this->run(false); });
    m_toolBar->addWidget(run);
    auto* ab = button(tr("A | B"), tr("Swap A and B"));
    connect(ab, &QToolButton::clicked, (*m_actions)["swap_ab"], &QAction::trigger);
    m_toolBar->addWidget(ab);
    auto* exporting = button(tr("Export ▸"), tr("Export results and layers"));
    connect(exporting, &QToolButton::clicked, (*m_actions)["export"], &QAction::trigger);
    m_toolBar->addWidget(exporting);
    auto* spacer = new QWidget(m_toolBar);
    spacer->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_toolBar->addWidget(spacer);
    auto* find = button(tr("Find action or tensor…   %1").arg((*m_actions)["palette"]->shortcut().toString(QKeySequence::NativeText)),
                        tr("Find an action, tensor or recipe"));
    find->setProperty("find", true);
    connect(find, &QToolButton::clicked, this, &MainWindow::showPalette);
    m_toolBar->addWidget(find);
}

void MainWindow::connectActions()
{
    Actions& a = *m_actions;
    // Pages, theirs are the digits.
    QMenu* view = a.menu("View");
    QAction* first = view->actions().first();
    for (int i = 0; i < m_stage->count(); ++i) {
        auto* page = new QAction(m_stage->title(i), this);
        page->setObjectName(QStringLiteral("page_") + m_stage->id(i));
        page->setShortcut(QKeySequence(Qt::Key_1 + i));
        page->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(page, &QAction::triggered, this, [this, i] { m_stage->setCurrent(i); });
        view->insertAction(first, page);
        m_stage->addAction(page);
    }
    view->insertSeparator(first);
    view->insertSeparator(a["full_screen"]);
    for (QDockWidget* d : m_docks) view->insertAction(a["full_screen"], d->toggleViewAction());
    view->insertSeparator(a["full_screen"]);

    a.on("theme", this, [this] { m_work.theme().setMode(m_work.theme().dark() ? Theme::Light : Theme::Dark); });
    a.on("fit", this, [this] { m_stage->trigger(QStringLiteral("fit")); });
    a.on("log", this, [this] { m_stage->trigger(QStringLiteral("log")); });
    a.on("blink", this, [this] { m_stage->trigger(QStringLiteral("blink"), QStringLiteral("compare")); });
    a.on("curtain", this, [this] { m_stage->trigger(QStringLiteral("curtain"), QStringLiteral("compare")); });
    a.on("difference", this, [this] { m_stage->trigger(QStringLiteral("difference"), QStringLiteral("compare")); });
    a.on("layout_explore", this, [this] { applyLayout(Layout::Explore); });
    a.on("layout_compare", this, [this] { applyLayout(Layout::Compare); });
    a.on("layout_run", this, [this] { applyLayout(Layout::Run); });
    a.on("layout_reset", this, [this] { applyLayout(Layout::Explore); });
    a.on("full_screen", this, [this](bool on) { on ? showFullScreen() : showNormal(); });

    a.on("run", this, [this] { run(false); });
    a.on("run_again", this, [this] { run(false); });
    a.on("run_all", this, [this] { run(true); });
    a.on("add_recipe", this, [this] {
        if (const auto r = m_recipe->recipe()) m_work.workspace().addRecipe(*r);
        else tell(errorText(r.error()));
    });
    a.on("cancel", this, &MainWindow::cancelOrClear);
    a.on("clear_jobs", this, [this] { m_work.jobs().clearFinished(); });

    Selection& s = m_work.selection();
    // The cell of a table under the mouse comes first, then the table of results.
    a.on("set_a", this, [this, &s] {
        if (const auto r = m_results->current(); !m_stage->trigger(QStringLiteral("set-a")) && r) s.setA(r);
    });
    a.on("set_b", this, [this, &s] {
        if (const auto r = m_results->current(); !m_stage->trigger(QStringLiteral("set-b")) && r) s.setB(r);
    });
    a.on("pin_result", this, [this, &s] { if (const auto r = m_results->current()) s.pinResult(r, !s.isPinned(r)); });
    CheckpointComparison* comparison = m_comparison = new CheckpointComparison(m_work.services(), this);
    const auto compareWith = [this, comparison](const QString& path) {
        if (!path.isEmpty()) comparison->start(m_work.selection().tensor().checkpoint, path);
    };
    a.on("compare_checkpoint", this, [this, compareWith] {
        for (const QString& path : askOpenFiles(this, m_settings.lastFolder())) compareWith(path);
    });
    a.on("compare_folder", this, [this, compareWith] { compareWith(askFolder(this, tr("Compare with a model folder"), m_settings.lastFolder())); });
    a.on("compare_sessions", this, [this] { (new SessionDiffWindow(m_work.services(), this))->QDialog::show(); });
    connect(comparison, &CheckpointComparison::failed, this, &MainWindow::tell);
    connect(comparison, &CheckpointComparison::started, this, [this](const QString& path, int tensors) {
        m_stage->showPage(QStringLiteral("compare"));
        tell(tr("Comparing %1 tensors with %2").arg(tensors).arg(path));
    });
    a.on("select_shown", this, [&s] {
        const QRectF r = s.range();
        if (r.isEmpty()) return s.setRegion(std::nullopt);
        s.setRegion(Region{static_cast<Index>(std::floor(r.top())), static_cast<Index>(std::ceil(r.bottom())), static_cast<Index>(std::floor(r.left())),
                           static_cast<Index>(std::ceil(r.right())), {}});
    });
    a.on("swap_ab", &s, [&s] { s.swapAB(); });
    a.on("back", &s, [&s] { s.back(); });
    a.on("forward", &s, [&s] { s.forward(); });
    a.on("next_tensor", this, [this] { m_checkpoints->step(1); });
    a.on("previous_tensor", this, [this] { m_checkpoints->step(-1); });
    a.on("focus_stage", this, [this] { m_stage->setFocus(Qt::ShortcutFocusReason); });
    connect(&s, &Selection::historyChanged, this, &MainWindow::refreshActions);
    connect(&s, &Selection::tensorChanged, this, &MainWindow::refreshActions);

    a.on("find", this, [this] {
        m_docks[0]->show();
        m_docks[0]->raise();
        m_checkpoints->focusFilter();
    });
    a.on("palette", this, &MainWindow::showPalette);
    a.on("pick_shown", m_checkpoints, [this] { m_checkpoints->pickShown(); });
    a.on("explain", this, [this] { m_flow->explain(); });
    a.on("keys", this, [this] { KeysDialog(*m_actions, this).exec(); });
    a.on("about", this, [this] { AboutDialog(this).exec(); });

    connect(m_stage, &Stage::statusText, m_status, &StatusLine::setValueText);
    connect(m_checkpoints, &CheckpointPanel::runRequested, this, [this] { run(false); });
    connect(m_checkpoints, &CheckpointPanel::reloadRequested, &m_work, &Workbench::reload);
    connect(m_checkpoints, &CheckpointPanel::closeRequested, &m_work.workspace(), &Workspace::removeCheckpoint);
    connect(m_jobs, &JobsPanel::retryRequested, &m_work, &Workbench::retry);
    connect(m_recipe, &RecipePanel::addRequested, a["add_recipe"], &QAction::trigger);
    connect(m_recipe, &RecipePanel::runRequested, this, [this] {
        if (const auto r = m_recipe->recipe()) m_work.run(m_checkpoints->picked(), {*r});
    });
    connect(m_chips, &RecipeBar::addRequested, a["add_recipe"], &QAction::trigger);
    const auto recipeOf = [this](int slot) -> const quant::Recipe* {
        for (const auto& r : m_work.workspace().recipes())
            if (r.slot == slot) return &r.recipe;
        return nullptr;
    };
    connect(m_chips, &RecipeBar::editRequested, this, [this](int slot) {
        m_recipe->edit(slot);
        m_docks[2]->show();
    });
    connect(m_recipe, &RecipePanel::updateRequested, this, [this](int slot) {
        if (const auto r = m_recipe->recipe()) m_work.workspace().changeRecipe(slot, *r);
    });
    connect(m_chips, &RecipeBar::runRequested, this, [this, recipeOf](int slot) {
        if (const auto* r = recipeOf(slot)) m_work.run(m_checkpoints->picked(), {quant::Recipe(*r)});
    });
}

void MainWindow::connectFileActions()
{
    Actions& a = *m_actions;
    a.on("open", this, &MainWindow::openDialog);
    a.on("open_folder", this, &MainWindow::openFolderDialog);
    a.on("open_sample", this, &MainWindow::openSample);
    a.on("reload", this, [this] { m_work.reload(m_work.selection().tensor().checkpoint); });
    a.on("close_checkpoint", this, [this] { m_work.workspace().removeCheckpoint(m_work.selection().tensor().checkpoint); });
    a.on("save_session", this, [this] { saveSession(false); });
    a.on("save_session_as", this, [this] { saveSession(true); });
    a.on("export", this, [this] { showExport({}); });
    connect(m_results, &ResultsPanel::exportRequested, this, &MainWindow::showExport);
    connect(m_session, &SessionStore::saved, this, [this](const QString& path) { tell(tr("Saved %1").arg(path)); });
    connect(m_session, &SessionStore::failed, this, [this](const QString& text) {
        m_start->setProblem(text);
        tell(text);
    });
    connect(m_session, &SessionStore::opened, this, [this](const QString& path, const QJsonObject& state, const QStringList& warnings) {
        if (!path.isEmpty()) m_recent.add(path, static_cast<quint64>(QFileInfo(path).size()));
        restoreWindow(state);
        if (!warnings.isEmpty()) tell(warnings.join(QStringLiteral("; ")));
    });
    a.on("save_picture", this, &MainWindow::savePicture);
    a.on("save_all_plots", this, &MainWindow::saveAllPlots);
    a.on("save_numbers", this, &MainWindow::saveNumbers);
    a.on("save_table", this, &MainWindow::saveTable);
    a["print_theme"]->setChecked(m_settings.printPictures());
    a.on("print_theme", this, [this](bool on) { m_settings.setPrintPictures(on); });
    a.on("quit", this, &QWidget::close);
    a.on("copy_picture", this, [this] {
        if (PlotView* p = m_stage->focusedPlot()) {
            QApplication::clipboard()->setPixmap(p->picture(p->size() * 2));
            tell(tr("Picture copied"));
        }
    });
    const auto copyCommand = [this](const ResultPtr& r) {
        const QString text = m_work.commandLine(r);
        if (text.isEmpty()) return;
        QApplication::clipboard()->setText(text);
        tell(tr("Copied: %1").arg(text));
    };
    a.on("copy_command", this, [copyCommand] { copyCommand(nullptr); });
    connect(m_results, &ResultsPanel::commandLineRequested, this, copyCommand);
    connect(m_results, &ResultsPanel::saveCsvRequested, this, &MainWindow::saveTable);
    connect(m_start, &StartPage::openRequested, this, &MainWindow::openDialog);
    connect(m_start, &StartPage::openFolderRequested, this, &MainWindow::openFolderDialog);
    connect(m_start, &StartPage::sampleRequested, this, &MainWindow::openSample);
    connect(m_start, &StartPage::pathRequested, this, &MainWindow::openPath);
    connect(&m_recent, &RecentFiles::changed, this, [this] {
        m_settings.setRecent(m_recent.entries());
        fillRecentMenu();
    });
}

void MainWindow::connectWorkbench()
{
    connect(&m_work, &Workbench::opened, this, [this](int, const QString& path, quint64 bytes) {
        m_recent.add(path, bytes);
        m_start->setProblem({});
    });
    connect(&m_work, &Workbench::openFailed, this, [this](const QString& path, const QString& text) {
        m_start->setProblem(text);
        tell(text);
        if (!QFileInfo::exists(path)) m_recent.remove(path);
    });
    connect(&m_work, &Workbench::runFailed, this, &MainWindow::tell);
    connect(&m_work, &Workbench::outdated, this, [this](int, int stale) {
        if (stale > 0) tell(stale == 1 ? tr("1 result is stale: its weights have changed") : tr("%1 results are stale: their weights have changed").arg(stale));
    });
    connect(m_session, &SessionStore::compareRequested, m_comparison, &CheckpointComparison::start);
    connect(&m_work.workspace(), &Workspace::checkpointsChanged, this, [this] {
        showStage(!m_work.workspace().checkpoints().empty());
        refreshActions();
    });
    connect(&m_work.theme(), &Theme::changed, this, [this] { m_settings.setThemeMode(m_work.theme().mode()); });
}

void MainWindow::showStage(bool on)
{
    if (on == m_staged) return;
    m_staged = on;
    if (!on) {
        m_layout = saveState(kLayoutVersion);
        for (QDockWidget* d : m_docks) d->hide();
    } else {
        restoreState(m_layout, kLayoutVersion);
    }
    m_toolBar->setVisible(on);
    m_centre->setCurrentWidget(on ? static_cast<QWidget*>(m_stage) : m_start);
    if (on) m_stage->setFocus();
}

void MainWindow::refreshActions()
{
    Actions& a = *m_actions;
    const Selection& s = m_work.selection();
    const bool open = !m_work.workspace().checkpoints().empty();
    a["back"]->setEnabled(s.canGoBack());
    a["forward"]->setEnabled(s.canGoForward());
    for (const char* id : {"reload", "close_checkpoint", "save_session", "save_session_as", "export", "save_picture", "save_all_plots",
                           "save_numbers", "save_table", "compare_checkpoint", "compare_folder", "run", "run_again", "run_all", "copy_command", "pick_shown"})
        a[id]->setEnabled(open);
}

void MainWindow::applyLayout(Layout layout)
{
    for (QDockWidget* d : m_docks) {
        d->setFloating(false);
        removeDockWidget(d);
    }
    QDockWidget *checkpoints = m_docks[0], *tensor = m_docks[1], *recipe = m_docks[2], *results = m_docks[3], *jobs = m_docks[4], *log = m_docks[5];
    addDockWidget(Qt::LeftDockWidgetArea, checkpoints);
    splitDockWidget(checkpoints, tensor, Qt::Vertical);
    addDockWidget(Qt::RightDockWidgetArea, recipe);
    addDockWidget(Qt::BottomDockWidgetArea, results);
    splitDockWidget(results, jobs, Qt::Horizontal);
    splitDockWidget(jobs, log, Qt::Vertical);
    for (QDockWidget* d : m_docks) d->show();
    jobs->setVisible(layout == Layout::Run);
    log->hide();
    tensor->setVisible(layout != Layout::Compare);
    recipe->setVisible(layout != Layout::Compare);
    const int w = width();
    const int h = height();
    resizeDocks({checkpoints, recipe}, {248, 292}, Qt::Horizontal);
    resizeDocks({checkpoints, tensor}, {h * 2 / 5, 236}, Qt::Vertical);
    resizeDocks({results}, {layout == Layout::Run ? h * 2 / 5 : layout == Layout::Compare ? 160 : 208}, Qt::Vertical);
    resizeDocks({results, jobs}, {w * 3 / 5, w * 2 / 5}, Qt::Horizontal);
    if (layout == Layout::Compare) m_stage->showPage(QStringLiteral("compare"));
}

void MainWindow::run(bool everywhere)
{
    auto recipes = m_work.enabledRecipes();
    if (recipes.empty()) {
        const auto r = m_recipe->recipe();
        if (!r) return tell(errorText(r.error()));
        recipes.push_back(*r);
    }
    auto tensors = everywhere ? m_work.defaultTensors() : m_checkpoints->picked();
    if (tensors.empty() && m_work.selection().tensor().valid()) tensors.push_back(m_work.selection().tensor());
    if (tensors.empty()) return tell(tr("Choose tensors in the tree first"));
    m_work.run(tensors, recipes);
}

void MainWindow::openPath(const QString& path)
{
    if (path.endsWith(QLatin1String(".qscope"), Qt::CaseInsensitive)) m_session->open(path);
    else if (path.endsWith(QLatin1String(".json"), Qt::CaseInsensitive) && !path.endsWith(QLatin1String(".index.json"))) m_flow->openJson(path);
    else m_work.open(path);
}

void MainWindow::showExport(std::vector<ResultPtr> results) { (new ExportDialog(m_work, std::move(results), this))->show(); }

void MainWindow::saveSession(bool as)
{
    QString path = m_session->path();
    if (as || path.isEmpty()) path = askSaveFile(this, tr("Save session"), path.isEmpty() ? QStringLiteral("session.qscope") : path, tr("Sessions (*.qscope)"));
    if (path.isEmpty()) return;
    if (!path.endsWith(QLatin1String(".qscope"))) path += QLatin1String(".qscope");
    m_session->save(path, windowState());
}

QByteArray MainWindow::layoutState() const { return m_staged ? saveState(kLayoutVersion) : m_layout; }

void MainWindow::setLayoutState(const QByteArray& state)
{
    if (m_staged) restoreState(state, kLayoutVersion);
    else m_layout = state;
}

QJsonObject MainWindow::windowState() const
{
    QJsonObject pages;
    for (int i = 0; i < m_stage->count(); ++i)
        if (const Page* page = m_stage->madePage(i)) pages[m_stage->id(i)] = page->saveState();
    QJsonObject out;
    out[QStringLiteral("layout")] = QString::fromLatin1(saveState(kLayoutVersion).toBase64());
    out[QStringLiteral("page")] = m_stage->id(m_stage->current());
    out[QStringLiteral("pages")] = pages;
    return out;
}

void MainWindow::restoreWindow(const QJsonObject& state)
{
    restoreState(QByteArray::fromBase64(state[QStringLiteral("layout")].toString().toLatin1()), kLayoutVersion);
    const QJsonObject pages = state[QStringLiteral("pages")].toObject();
    for (int i = 0; i < m_stage->count(); ++i)
        if (pages.contains(m_stage->id(i))) m_stage->page(i)->restoreState(pages[m_stage->id(i)].toObject());
    m_stage->showPage(state[QStringLiteral("page")].toString());
}

void MainWindow::openSample()
{
    const QString path = Workbench::samplePath();
    if (path.isEmpty()) return tell(tr("The sample model is not installed"));
    openPath(path);
}

void MainWindow::openDialog()
{
    const QStringList files = askOpenFiles(this, m_settings.lastFolder());
    if (!files.isEmpty()) m_settings.setLastFolder(QFileInfo(files.first()).absolutePath());
    for (const QString& f : files) openPath(f);
}

void MainWindow::openFolderDialog()
{
    const QString folder = askFolder(this, tr("Open a model folder"), m_settings.lastFolder());
    if (folder.isEmpty()) return;
    m_settings.setLastFolder(QFileInfo(folder).absolutePath());
    openPath(folder);
}

void MainWindow::fillRecentMenu()
{
    QMenu* menu = (*m_actions)["open_recent"]->menu();
    menu->clear();
    for (const auto& e : m_recent.entries())
        menu->addAction(QStringLiteral("%1    %2").arg(QDir::toNativeSeparators(e.path), QString::fromStdString(formatBytes(e.bytes))), this,
                        [this, path = e.path] { openPath(path); });
    if (m_recent.entries().empty()) menu->addAction(tr("Nothing yet"))->setEnabled(false);
}

void MainWindow::savePicture()
{
    PlotView* plot = m_stage->focusedPlot();
    if (!plot) return tell(tr("This page shows no plot"));
    const QString path = askSaveFile(this, tr("Save picture"), m_stage->id(m_stage->current()) + QStringLiteral(".png"),
                                     tr("Pictures (*.png *.svg *.pdf)"));
    if (path.isEmpty()) return;
    tell(plot->exportPicture(path, plot->size(), m_settings.printPictures()) ? tr("Saved %1").arg(path) : tr("Can't write %1").arg(path));
}

void MainWindow::saveAllPlots()
{
    const QString folder = askFolder(this, tr("Folder for all plots"), m_settings.lastFolder());
    if (folder.isEmpty()) return;
    const auto n = gui::saveAllPlots(*m_stage, folder, m_settings.printPictures());
    tell(n ? tr("Saved %1 plots with their numbers").arg(*n) : errorText(n.error()));
}

void MainWindow::saveNumbers()
{
    PlotView* plot = m_stage->focusedPlot();
    if (!plot) return tell(tr("This page shows no plot"));
    const QString path = askSaveFile(this, tr("Save numbers"), m_stage->id(m_stage->current()) + QStringLiteral(".csv"), tr("CSV (*.csv)"));
    if (path.isEmpty()) return;
    const Status ok = saveText(path, plot->csv());
    tell(ok ? tr("Saved %1").arg(path) : errorText(ok.error()));
}

void MainWindow::saveTable()
{
    const QString path = askSaveFile(this, tr("Save the results table"), QStringLiteral("results.csv"), tr("CSV (*.csv)"));
    if (path.isEmpty()) return;
    const Status ok = saveText(path, m_results->csv());
    tell(ok ? tr("Saved %1").arg(path) : errorText(ok.error()));
}

void MainWindow::showPalette()
{
    std::vector<CommandPalette::Entry> entries;
    for (QAction* a : m_actions->all())
        if (a->isEnabled() && !a->menu())
            entries.push_back({a->text().remove(QLatin1Char('&')), a->shortcut().toString(QKeySequence::NativeText), [a] { a->trigger(); }});
    for (int i = 0; i < m_stage->count(); ++i)
        entries.push_back({m_stage->title(i), tr("page"), [this, i] { m_stage->setCurrent(i); }});
    for (const auto& r : quant::builtinRegistry().recipes())
        entries.push_back({coreText(r.title), tr("recipe"), [this, name = r.name] {
                               if (auto recipe = quant::parseRecipe(name)) m_recipe->setRecipe(*recipe);
                           }});
    for (const auto& c : m_work.workspace().checkpoints())
        for (std::size_t i = 0; i < c.source->tensors.size(); ++i)
            entries.push_back({QString::fromStdString(escapeText(c.source->tensors[i].name)), tr("tensor"), [this, id = c.id, i] {
                                   m_work.selection().setTensor({id, static_cast<std::ptrdiff_t>(i)});
                               }});
    auto* palette = new CommandPalette(std::move(entries), this);
    palette->move(mapToGlobal(QPoint((width() - palette->width()) / 2, 80)));
    palette->show();
}

void MainWindow::cancelOrClear()
{
    Selection& s = m_work.selection();
    if (s.brush()) s.setBrush({});
    else if (s.region()) s.setRegion({});
    else if (s.pinned()) s.pinCell({});
    else m_work.jobs().cancelAll();
}

void MainWindow::tell(const QString& text) { m_status->tell(text); }

void MainWindow::closeEvent(QCloseEvent* event)
{
    const int jobs = m_work.jobs().activeJobs();
    if (jobs > 0 && !confirmClose(jobs)) {
        event->ignore();
        return;
    }
    m_flow->finish();
    m_work.jobs().cancelAll();
    m_settings.setGeometry(saveGeometry());
    m_settings.setWindowState(m_staged ? saveState(kLayoutVersion) : m_layout);
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile()) openPath(url.toLocalFile());
    event->acceptProposedAction();
}

} // namespace qs::gui
