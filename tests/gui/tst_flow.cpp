// SPDX-License-Identifier: GPL-3.0-or-later
// What keeps the work going, by real events on the sample: undo, notes, recipes as files, jobs, cache, settings, layouts,
// hints, log, help.
#include "app/gui/actions.h"
#include "app/gui/edit_history.h"
#include "app/gui/flow.h"
#include "app/gui/help_dialogs.h"
#include "app/gui/help_text.h"
#include "app/gui/hints.h"
#include "app/gui/main_window.h"
#include "app/gui/session_store.h"
#include "app/gui/settings.h"
#include "app/gui/settings_dialog.h"
#include "app/gui/stage.h"
#include "core/session/recipe_file.h"
#include "core/study/result_cache.h"
#include "tests/support/golden.h"
#include "tests/support/small_model.h"
#include "tests/support/window_thread.h"
#include "widgets/models/model_roles.h"
#include "widgets/panels/checkpoint_panel.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/log_panel.h"
#include "widgets/panels/notice_bar.h"
#include "widgets/panels/recipe_bar.h"
#include "widgets/panels/recipe_panel.h"
#include "widgets/panels/results_panel.h"
#include "widgets/panels/status_line.h"
#include "widgets/panels/tensor_panel.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDockWidget>
#include <QDoubleSpinBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <QTreeView>

using namespace qs::gui;

namespace {

qs::quant::Recipe recipe(const char* text) { return *qs::quant::parseRecipe(text); }

void drop(QWidget* target, const QList<QUrl>& urls)
{
    QMimeData data;
    data.setUrls(urls);
    QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &enter); // the application delivers a drop where one was let in
    QVERIFY(enter.isAccepted());
    QDropEvent event(QPointF(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &event);
}

} // namespace

class TestFlow : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { qs::test::forbidWorkInWindow(); }
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_settings = std::make_unique<Settings>(m_dir->filePath(QStringLiteral("settings.ini")));
        m_work = std::make_unique<Workbench>(nullptr, 2);
        m_work->theme().setMode(Theme::Light);
        m_window = std::make_unique<MainWindow>(*m_work, *m_settings);
        m_window->confirmClose = [](int) { return true; };
        m_window->flow().notify = [this](const QString& text) { m_notified << text; };
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanup()
    {
        m_window.reset();
        m_work.reset();
        m_settings.reset();
        m_dir.reset();
        m_notified.clear();
    }

    void undo_recipes_goBackAndForthWithTheirColours()
    {
        openSample();
        auto& w = m_work->workspace();
        const int a = w.addRecipe(recipe("rtn"));
        const int b = w.addRecipe(recipe("nf"));
        w.setRecipeEnabled(a, false);
        w.removeRecipe(b);
        QCOMPARE(w.recipes().size(), std::size_t(1));
        const auto undo = [&] { QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier); };
        const auto redo = [&] { QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier); };
        undo();
        QCOMPARE(w.slotOf(recipe("nf")), b);
        undo();
        QVERIFY(w.recipes()[0].enabled);
        undo();
        undo();
        QVERIFY(w.recipes().empty());
        QVERIFY(!m_window->actions()["undo"]->isEnabled());
        redo();
        redo();
        QCOMPARE(w.slotOf(recipe("rtn")), a);
        QCOMPARE(w.slotOf(recipe("nf")), b);
        QVERIFY(m_window->actions()["undo"]->text().contains(QStringLiteral("add")));
    }

    void chip_edited_resultsBecomeStaleAndUndoMakesThemFresh()
    {
        openSample();
        auto& w = m_work->workspace();
        const int slot = w.addRecipe(recipe("rtn:bits=4"));
        m_work->run({m_work->selection().tensor()}, {recipe("rtn:bits=4")});
        QTRY_COMPARE_WITH_TIMEOUT(w.results().size(), std::size_t(1), 30000);
        const auto result = w.results().front();
        // The chip is edited in the panel, and put back by the button.
        m_window->recipePanel().edit(slot);
        QPushButton* update = button(&m_window->recipePanel(), QStringLiteral("Update chip"));
        QVERIFY(update && update->isVisible() && !update->isEnabled());
        m_window->recipePanel().setRecipe(recipe("rtn:bits=3"));
        QVERIFY(update->isEnabled());
        QTest::mouseClick(update, Qt::LeftButton);
        QCOMPARE(w.recipes().size(), std::size_t(1));
        QCOMPARE(w.slotOf(recipe("rtn:bits=3")), slot);
        QCOMPARE(w.results().size(), std::size_t(1)); // kept
        QVERIFY(w.stale(*result));
        m_window->resultsPanel().model().refresh();
        const auto& model = m_window->resultsPanel().model();
        QVERIFY(model.index(0, ResultsModel::RecipeColumn).data().toString().contains(QStringLiteral("stale")));
        // A late result of the old recipe does not bring the old chip back.
        w.addResult(std::make_shared<qs::study::CellResult>(*result));
        QCOMPARE(w.recipes().size(), std::size_t(1));
        m_window->actions()["undo"]->trigger();
        QVERIFY(!w.stale(*result));
        QCOMPARE(w.slotOf(recipe("rtn:bits=4")), slot);
        m_window->actions()["redo"]->trigger();
        QVERIFY(w.stale(*result));
    }

    void results_removedAndPinned_undoBringsThemBack()
    {
        openSample();
        auto& w = m_work->workspace();
        m_work->run({m_work->selection().tensor()}, {recipe("rtn"), recipe("nf")});
        QTRY_COMPARE_WITH_TIMEOUT(w.results().size(), std::size_t(2), 30000);
        auto& panel = m_window->resultsPanel();
        QTRY_COMPARE(panel.table()->model()->rowCount(), 2);
        panel.pin({w.results()[0]}, true);
        panel.table()->selectAll();
        panel.table()->setFocus();
        QTest::keyClick(panel.table(), Qt::Key_Delete);
        QCOMPARE(w.results().size(), std::size_t(1)); // the pinned one stays
        m_window->actions()["undo"]->trigger();
        QCOMPARE(w.results().size(), std::size_t(2));
        m_window->actions()["redo"]->trigger();
        QCOMPARE(w.results().size(), std::size_t(1));
        m_window->actions()["undo"]->trigger();
        m_window->actions()["undo"]->trigger();
        QVERIFY(w.pinned().empty());
    }

    void layers_severalPicked_undoPicksWhatWasPicked()
    {
        openSample();
        auto& panel = m_window->checkpointPanel();
        auto* line = panel.filterLine();
        line->setFocus();
        QTest::keyClicks(line, QStringLiteral("role:q_proj"));
        QTest::keyClick(line, Qt::Key_Return);
        const auto q = panel.picked();
        QVERIFY(q.size() > 1);
        m_window->flow().history().settle();
        line->clear();
        QTest::keyClicks(line, QStringLiteral("role:k_proj"));
        QTest::keyClick(line, Qt::Key_Return);
        m_window->flow().history().settle();
        line->clear();
        const auto k = panel.picked();
        QVERIFY(k.size() > 1 && !(k == q));
        m_window->stage().setFocus();
        for (int i = 0; i < 4 && !(panel.picked() == q); ++i) m_window->actions()["undo"]->trigger();
        QVERIFY(panel.picked() == q);
    }

    void note_typed_isMarkedFilteredSavedAndUndone()
    {
        openSample();
        auto& panel = m_window->tensorPanel();
        const auto& source = *m_work->workspace().checkpoints().front().source;
        const std::string name = m_work->selection().tensorInfo()->name;
        panel.tagsLine()->setFocus();
        QTest::keyClicks(panel.tagsLine(), QStringLiteral("#odd, check"));
        QTest::keyClick(panel.tagsLine(), Qt::Key_Return);
        panel.noteEdit()->setFocus();
        QTest::keyClicks(panel.noteEdit(), QStringLiteral("heavy tail"));
        m_window->stage().setFocus(); // leaving the field keeps it
        const LayerKey key{source.path.string(), name};
        const LayerNote note = m_work->workspace().note(key);
        QCOMPARE(note.tags, (QStringList{QStringLiteral("odd"), QStringLiteral("check")}));
        QCOMPARE(note.text, QStringLiteral("heavy tail"));
        auto& model = m_window->checkpointPanel().model();
        const QString shown = model.indexOf(m_work->selection().tensor()).data().toString();
        QVERIFY2(shown.contains(QStringLiteral("✎")) && shown.contains(QStringLiteral("#odd")), qPrintable(shown));
        auto* line = m_window->checkpointPanel().filterLine();
        line->setFocus();
        QTest::keyClicks(line, QStringLiteral("tag:ODD"));
        QCOMPARE(model.shownTensors(), 1);
        line->clear();
        QTest::keyClicks(line, QStringLiteral("!tag:odd"));
        QCOMPARE(model.shownTensors(), model.allTensors() - 1);
        line->clear();
        QTest::keyClicks(line, QStringLiteral("tag:none"));
        QCOMPARE(model.shownTensors(), 0);
        line->clear();
        // Another tensor has no note; coming back shows it.
        const TensorRef here = m_work->selection().tensor();
        m_window->checkpointPanel().step(1);
        QVERIFY(panel.tagsLine()->text().isEmpty() && panel.noteEdit()->toPlainText().isEmpty());
        m_work->selection().setTensor(here);
        QCOMPARE(panel.noteEdit()->toPlainText(), QStringLiteral("heavy tail"));
        // Saved with the session.
        const QString path = m_dir->filePath(QStringLiteral("n.qscope"));
        QSignalSpy saved(&m_window->session(), &SessionStore::saved);
        m_window->session().save(path, {});
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, 20000);
        m_window->actions()["undo"]->trigger();
        QVERIFY(m_work->workspace().note(key).text.isEmpty());
        QCOMPARE(panel.noteEdit()->toPlainText(), QString());
        QSignalSpy opened(&m_window->session(), &SessionStore::opened);
        m_window->openPath(path);
        QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, 20000);
        QCOMPARE(m_work->workspace().note(key).text, QStringLiteral("heavy tail"));
        QCOMPARE(m_work->workspace().note(key).tags.size(), 2);
    }

    void session_chipsPinsAndStale_comeBack()
    {
        openSample();
        auto& w = m_work->workspace();
        w.addRecipe(recipe("nf"));
        const int slot = w.addRecipe(recipe("rtn:bits=4"));
        w.removeRecipe(w.slotOf(recipe("nf"))); // slot 1 is free: colours must not move up
        m_work->run({m_work->selection().tensor()}, {recipe("rtn:bits=4")});
        QTRY_COMPARE_WITH_TIMEOUT(w.results().size(), std::size_t(1), 30000);
        w.setPinned({w.results().front()});
        QVERIFY(w.changeRecipe(slot, recipe("rtn:bits=3")));
        w.setRecipeEnabled(slot, false);
        const QString path = m_dir->filePath(QStringLiteral("s.qscope"));
        QSignalSpy saved(&m_window->session(), &SessionStore::saved);
        m_window->session().save(path, {});
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, 20000);
        w.clear();
        QSignalSpy opened(&m_window->session(), &SessionStore::opened);
        m_window->openPath(path);
        QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, 20000);
        QCOMPARE(w.recipes().size(), std::size_t(1));
        QCOMPARE(w.recipes()[0].slot, slot);
        QVERIFY(!w.recipes()[0].enabled);
        QCOMPARE(w.results().size(), std::size_t(1));
        QVERIFY(w.stale(*w.results().front()));
        QVERIFY(w.pinned(w.results().front()));
        QVERIFY(!m_window->actions()["undo"]->isEnabled());
    }

    void recipes_savedAndDropped_areAddedInOneStep()
    {
        openSample();
        auto& w = m_work->workspace();
        w.addRecipe(recipe("rtn:bits=3,group=row"));
        w.addRecipe(recipe("hadamard+nf"));
        const QString path = m_dir->filePath(QStringLiteral("mine.json"));
        QSignalSpy saved(&m_window->flow(), &Flow::recipesSaved);
        m_window->flow().saveRecipes(path);
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, 5000);
        const auto read = qs::session::loadRecipes(path.toStdString());
        QVERIFY(read && read->size() == 2);
        w.setRecipes({});
        const int steps = m_window->flow().history().stack().count();
        QSignalSpy opened(&m_window->flow(), &Flow::recipesOpened);
        drop(m_window.get(), {QUrl::fromLocalFile(path)});
        QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, 5000);
        QCOMPARE(w.recipes().size(), std::size_t(2));
        QCOMPARE(m_window->flow().history().stack().count(), steps + 1);
        m_window->actions()["undo"]->trigger();
        QVERIFY(w.recipes().empty());
        // A file that is none says so and changes nothing.
        QFile bad(m_dir->filePath(QStringLiteral("bad.json")));
        QVERIFY(bad.open(QIODevice::WriteOnly));
        bad.write(R"({"quantoscope_recipes": 1, "recipes": [{"recipe": "no such thing"}]})");
        bad.close();
        drop(m_window.get(), {QUrl::fromLocalFile(bad.fileName())});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->statusLine().valueText().contains(QStringLiteral("bad.json")), 5000);
        QVERIFY(w.recipes().empty());
    }

    void drop_severalFilesAndAFolder_allOpen()
    {
        const QString copy = m_dir->filePath(QStringLiteral("copy.safetensors"));
        QVERIFY(QFile::copy(QStringLiteral(QS_SAMPLE_DIR "/model.safetensors"), copy));
        drop(m_window.get(), {QUrl::fromLocalFile(QStringLiteral(QS_SAMPLE_DIR)), QUrl::fromLocalFile(copy)});
        QTRY_COMPARE_WITH_TIMEOUT(m_work->workspace().checkpoints().size(), std::size_t(2), 20000);
    }

    void calibration_opened_runsSeeTheInputs()
    {
        openSample();
        auto& panel = m_window->recipePanel();
        panel.setRecipe(recipe("gptq:bits=3,group=64"));
        auto* run = named<QPushButton>(panel, "Run this recipe on the selected tensors");
        QVERIFY(!run->isEnabled()); // it says what is lacking
        const auto* info = m_work->selection().tensorInfo();
        const auto n = qs::io::matrixShape(*info).cols;
        qs::Matrix sigma = qs::test::gaussian(n, n, 1, 0.001F);
        for (qs::Index i = 0; i < n; ++i)
            for (qs::Index j = 0; j < i; ++j) sigma.at(i, j) = sigma.at(j, i);
        for (qs::Index i = 0; i < n; ++i) sigma.at(i, i) = 1.0F + static_cast<float>(i % 7);
        QString module = QString::fromStdString(info->name);
        module.chop(7); // .weight
        const QString file = m_dir->filePath(QStringLiteral("inputs.safetensors"));
        qs::test::writeModel(file.toStdString(), {{module.toStdString() + ".sigma", sigma}});

        QSignalSpy opened(m_work.get(), &Workbench::calibrationOpened);
        m_work->openCalibration(file);
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, 20000);
        QCOMPARE(opened.front()[1].toInt(), 1);
        QVERIFY(run->isEnabled());
        run->click();
        auto& w = m_work->workspace();
        QTRY_COMPARE_WITH_TIMEOUT(w.results().size(), std::size_t(1), 30000);
        const auto& r = *w.results().front();
        QCOMPARE(r.recipe.assignment.name, std::string("gptq"));
        QVERIFY(r.error.hasOutput() && r.error.outputRelativeMse() > 0);
        auto& model = m_window->resultsPanel().model();
        model.refresh();
        QCOMPARE(model.index(0, ResultsModel::OutputColumn).data(RawRole).toDouble(), r.error.outputRelativeMse());
        QVERIFY(m_work->commandLine(w.results().front()).contains(QStringLiteral("--calibration")));

        QSignalSpy failed(m_work.get(), &Workbench::runFailed);
        const QString bad = m_dir->filePath(QStringLiteral("bad.npz"));
        QFile out(bad);
        QVERIFY(out.open(QIODevice::WriteOnly) && out.write("no archive") > 0);
        out.close();
        m_work->openCalibration(bad);
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 20000);
        QCOMPARE(w.calibrationPath(), file); // the good one stays
    }

    void cache_sameCellAgain_isFoundAndSaysSo()
    {
        m_work->setCache(std::make_shared<qs::study::ResultCache>(m_dir->filePath(QStringLiteral("cache")).toStdString(), std::uint64_t(1) << 30));
        openSample();
        auto& w = m_work->workspace();
        m_work->run({m_work->selection().tensor()}, {recipe("rtn")});
        QTRY_COMPARE_WITH_TIMEOUT(w.results().size(), std::size_t(1), 30000);
        QVERIFY(!w.results().front()->cached);
        w.removeResult(w.results().front());
        m_work->run({m_work->selection().tensor()}, {recipe("rtn")});
        QTRY_COMPARE_WITH_TIMEOUT(w.results().size(), std::size_t(1), 30000);
        QVERIFY(w.results().front()->cached);
        auto& model = m_window->resultsPanel().model();
        model.refresh();
        QCOMPARE(model.index(0, ResultsModel::TimeColumn).data().toString(), QStringLiteral("cached"));
        QVERIFY(model.index(0, ResultsModel::TimeColumn).data(Qt::ToolTipRole).toString().contains(QStringLiteral("cache")));
        const Job* last = m_work->jobs().jobs().back();
        QVERIFY(JobsPanel::logOf(*last).contains(QStringLiteral("found in the result cache")));
    }

    void jobs_movedPausedAndLogged_byKeysAndButtons()
    {
        openSample();
        m_window->applyLayout(MainWindow::Layout::Run);
        const QAbstractItemModelTester tester(&m_window->jobsPanel().model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        std::atomic<bool> go{false};
        std::vector<Job*> jobs;
        for (int i = 0; i < 4; ++i)
            jobs.push_back(m_work->jobs().start<int>(
                QStringLiteral("job %1").arg(i),
                [&go](const qs::Context& c) -> qs::Result<int> {
                    while (!go && !c.stopped()) QThread::msleep(1);
                    return 0;
                },
                [](qs::Result<int>) {}));
        auto& panel = m_window->jobsPanel();
        panel.model().refresh();
        QTRY_COMPARE(jobs[0]->state(), Job::Running);
        auto* table = panel.table();
        table->setFocus();
        table->selectRow(3);
        QTest::keyClick(table, Qt::Key_Up, Qt::AltModifier);
        QTest::keyClick(table, Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(m_work->jobs().jobs()[1], jobs[3]);
        QCOMPARE(panel.model().job(table->currentIndex()), jobs[3]); // the selection goes along
        QTest::keyClick(table, Qt::Key_Up, Qt::AltModifier);         // not before the one that runs
        QCOMPARE(m_work->jobs().jobs()[1], jobs[3]);
        QTest::keyClick(table, Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(m_work->jobs().jobs()[2], jobs[3]);
        // Dragged: the model's own drop.
        const std::unique_ptr<QMimeData> data(panel.model().mimeData({panel.model().index(2, 0)}));
        panel.model().dropMimeData(data.get(), Qt::MoveAction, 4, 0, {});
        QCOMPARE(m_work->jobs().jobs()[3], jobs[3]);
        table->selectRow(3);
        QTest::mouseClick(button(&panel, QStringLiteral("Pause")), Qt::LeftButton);
        QCOMPARE(jobs[3]->state(), Job::Paused);
        QTest::mouseClick(button(&panel, QStringLiteral("Log")), Qt::LeftButton);
        QVERIFY(panel.logText().contains(QStringLiteral("paused")));
        go = true;
        QTRY_COMPARE(jobs[2]->state(), Job::Done);
        QTest::qWait(40);
        QCOMPARE(jobs[3]->state(), Job::Paused);
        QTest::mouseClick(button(&panel, QStringLiteral("Resume")), Qt::LeftButton);
        QTRY_COMPARE(jobs[3]->state(), Job::Done);
        QTRY_VERIFY(panel.logText().contains(QStringLiteral("done after")));
    }

    void batch_endsWhileAway_isToldAndLogged()
    {
        const QAbstractItemModelTester tester(&m_window->flow().log().model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QDialog other; // takes the focus from the window
        other.show();
        other.activateWindow();
        QTRY_VERIFY(!m_window->isActiveWindow());
        m_work->jobs().start<int>(
            QStringLiteral("long"),
            [](const qs::Context&) -> qs::Result<int> {
                QThread::msleep(1100);
                return 0;
            },
            [](qs::Result<int>) {});
        QTRY_COMPARE_WITH_TIMEOUT(m_notified.size(), 1, 8000);
        QVERIFY(m_notified.first().contains(QStringLiteral("1 job done")));
        QVERIFY(m_window->statusLine().valueText().contains(QStringLiteral("1 job done")));
        QVERIFY(m_window->flow().log().model().text().contains(QStringLiteral("long: done after")));
    }

    void log_failures_standThere()
    {
        auto& log = m_window->flow().log().model();
        m_window->openPath(m_dir->filePath(QStringLiteral("nothing.safetensors")));
        QTRY_VERIFY_WITH_TIMEOUT(log.text().contains(QStringLiteral("nothing.safetensors")), 10000);
        QVERIFY(log.text().contains(QStringLiteral("failure")));
        for (int i = 0; i < LogModel::kMost + 10; ++i) log.add(LogModel::Kind::Note, QString::number(i));
        QCOMPARE(log.rowCount(), LogModel::kMost);
    }

    void settings_dialog_keepsAndAppliesEverything()
    {
        const auto file = m_dir->filePath(QStringLiteral("config/cache.json")).toStdString();
        const QString place = m_dir->filePath(QStringLiteral("kept"));
        qunsetenv("QUANTOSCOPE_CACHE");
        {
            SettingsDialog dialog(*m_work, *m_settings, file);
            dialog.show();
            named<QSpinBox>(dialog, "Threads")->setValue(3);
            named<QDoubleSpinBox>(dialog, "Memory limit")->setValue(2);
            auto* device = named<QComboBox>(dialog, "Device");
            QCOMPARE(device->count(), 1);
            QVERIFY(device->currentText().startsWith(QStringLiteral("CPU")));
            auto* theme = named<QComboBox>(dialog, "Theme");
            theme->setCurrentIndex(theme->findText(QStringLiteral("dark")));
            auto* language = named<QComboBox>(dialog, "Language");
            language->setCurrentIndex(language->findText(QStringLiteral("Deutsch")));
            named<QSpinBox>(dialog, "Scale")->setValue(150);
            named<QLineEdit>(dialog, "Folder of the cache")->setText(place);
            named<QDoubleSpinBox>(dialog, "Size")->setValue(0.5);
            bool told = false;
            for (const auto* l : dialog.findChildren<QLabel*>()) told = told || l->text().contains(QStringLiteral("started again"));
            QVERIFY(told);
            QTest::mouseClick(dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok), Qt::LeftButton);
        }
        qputenv("QUANTOSCOPE_CACHE", "off");
        Settings again(m_dir->filePath(QStringLiteral("settings.ini")));
        QCOMPARE(again.threads(), 3);
        QCOMPARE(again.memoryLimit(), std::uint64_t(2) << 30);
        QCOMPARE(again.language(), QStringLiteral("de"));
        QCOMPARE(again.scale(), 150);
        QCOMPARE(again.device(), QStringLiteral("cpu"));
        QVERIFY(m_work->theme().dark());
        QCOMPARE(m_work->jobs().memoryLimit(), std::uint64_t(2) << 30);
        QVERIFY(m_work->resultCache());
        QCOMPARE(m_work->resultCache()->folder().string(), place.toStdString());
        QCOMPARE(m_work->resultCache()->mostBytes(), std::uint64_t(1) << 29);
        // Cleared from the dialog.
        openSample();
        m_work->jobs().setMemoryLimit(0);
        m_work->run({m_work->selection().tensor()}, {recipe("rtn")});
        QTRY_COMPARE_WITH_TIMEOUT(m_work->workspace().results().size(), std::size_t(1), 30000);
        QCOMPARE(m_work->resultCache()->usage().files, std::uint64_t(1));
        qunsetenv("QUANTOSCOPE_CACHE");
        SettingsDialog dialog(*m_work, *m_settings, file);
        qputenv("QUANTOSCOPE_CACHE", "off");
        dialog.show();
        auto* clear = named<QPushButton>(dialog, "Delete all kept results");
        QTRY_VERIFY_WITH_TIMEOUT(clear->isEnabled(), 5000);
        QTest::mouseClick(clear, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(m_work->resultCache()->usage().files, std::uint64_t(0), 5000);
        dialog.reject();
    }

    void memoryLimit_tooSmall_refusesInWords()
    {
        openSample();
        m_work->jobs().setMemoryLimit(1000);
        m_work->run({m_work->selection().tensor()}, {recipe("rtn")});
        QTRY_VERIFY_WITH_TIMEOUT(m_work->jobs().jobs().back()->state() == Job::Failed, 10000);
        QVERIFY(m_work->jobs().jobs().back()->error()->text().find("memory") != std::string::npos);
    }

    void settings_firstSchema_isBroughtUpToDate()
    {
        const QString file = m_dir->filePath(QStringLiteral("old.ini"));
        {
            QSettings s(file, QSettings::IniFormat);
            s.setValue(QStringLiteral("schema"), 1);
            s.setValue(QStringLiteral("theme"), QStringLiteral("dark"));
            s.setValue(QStringLiteral("last_folder"), QStringLiteral("/here"));
            s.setValue(QStringLiteral("keys/run"), QStringLiteral("Ctrl+9"));
        }
        {
            Settings settings(file);
            QVERIFY(settings.readable());
            QCOMPARE(settings.themeMode(), Theme::Dark);
            QCOMPARE(settings.lastFolder(), QStringLiteral("/here"));
            QCOMPARE(settings.shortcuts().at(QStringLiteral("run")), QKeySequence(QStringLiteral("Ctrl+9")));
            QCOMPARE(settings.scale(), 100);
        }
        QSettings now(file, QSettings::IniFormat);
        QCOMPARE(now.value(QStringLiteral("schema")).toInt(), Settings::kSchema);
        QVERIFY(!now.contains(QStringLiteral("theme")));
        now.setValue(QStringLiteral("appearance/scale"), 9000);
        now.setValue(QStringLiteral("appearance/language"), QStringLiteral("xx"));
        now.sync();
        Settings settings(file);
        QCOMPARE(settings.scale(), 300);
        QCOMPARE(settings.language(), QString());
    }

    void layout_saved_isThereAgainAndGoes()
    {
        openSample();
        QDockWidget* recipeDock = m_window->docks()[2];
        QDockWidget* log = m_window->docks()[5];
        QVERIFY(!log->isVisible());
        recipeDock->hide();
        log->show();
        m_window->flow().saveLayout(QStringLiteral("mine"));
        m_window->applyLayout(MainWindow::Layout::Explore);
        QVERIFY(recipeDock->isVisible() && !log->isVisible());
        QAction* entry = nullptr;
        for (QMenu* menu : m_window->findChildren<QMenu*>())
            for (QAction* a : menu->actions())
                if (a->text() == QStringLiteral("mine") && !entry) entry = a;
        QVERIFY(entry);
        entry->trigger();
        QVERIFY(!recipeDock->isVisible() && !log->isHidden());
        QCOMPARE(Settings(m_dir->filePath(QStringLiteral("settings.ini"))).layouts().size(), std::size_t(1));
        m_window->flow().removeLayout(QStringLiteral("mine"));
        QVERIFY(m_settings->layouts().empty());
    }

    void hints_seenOnce_neverComeBack()
    {
        NoticeBar& bar = m_window->hintBar();
        QVERIFY(!bar.isVisible());
        openSample();
        QVERIFY(bar.isVisible());
        const QString first = bar.text();
        QVERIFY(first.contains(QStringLiteral("Run")));
        // Doing it is as good as closing it.
        m_work->run({m_work->selection().tensor()}, {recipe("rtn")});
        QTRY_VERIFY_WITH_TIMEOUT(bar.text() != first, 20000);
        QVERIFY(bar.isVisible()); // the next one
        QTest::mouseClick(bar.findChild<QPushButton*>(), Qt::LeftButton);
        QVERIFY(!bar.isVisible());
        m_window->flow().hints().offer(Hints::Pick);
        m_window->flow().hints().offer(Hints::Palette);
        QVERIFY(!bar.isVisible());
        m_window->flow().hints().offer(Hints::Compare);
        QVERIFY(bar.isVisible());
        m_window->actions()["curtain"]->trigger();
        QVERIFY(!bar.isVisible());
        m_window->flow().hints().forget();
        m_window->flow().hints().offer(Hints::Pick);
        QVERIFY(bar.isVisible());
    }

    void explain_partAndPage_showTheirHelp()
    {
        openSample();
        const auto helpText = [this] {
            QString out;
            for (auto* d : m_window->findChildren<QDialog*>(QStringLiteral("help")))
                if (d->isVisible()) {
                    out = d->findChild<QTextBrowser*>()->toPlainText();
                    d->close();
                }
            return out;
        };
        QComboBox* grid = nullptr;
        for (auto* c : m_window->recipePanel().findChildren<QComboBox*>())
            if (c->accessibleName() == QStringLiteral("grid")) grid = c;
        QVERIFY(grid);
        grid->setFocus();
        QTest::keyClick(grid, Qt::Key_F1);
        const QString part = helpText();
        QVERIFY2(part.contains(QStringLiteral("Source")) && part.contains(QStringLiteral("parameter")), qPrintable(part));
        m_window->stage().setFocus();
        m_window->stage().showPage(QStringLiteral("heatmap"));
        QTest::keyClick(&m_window->stage(), Qt::Key_F1);
        QVERIFY(helpText().contains(QStringLiteral("colour bar")));
        // Every part has a help with its source.
        for (const auto& p : qs::quant::builtinRegistry().parts()) QVERIFY2(!p.title.empty() && partHelp(p).contains(QStringLiteral("<h3>")), p.name.c_str());
    }

    void about_namesEveryLibraryWithItsVersion()
    {
        AboutDialog about;
        const QString text = about.findChild<QTextBrowser*>()->toPlainText();
        for (const char* name : {"Qt", "QCustomPlot", "oneTBB", "Eigen", "nlohmann-json", "zlib", "OpenSSL", "SQLite", "MPL-2.0", "LGPL-3.0"})
            QVERIFY2(text.contains(QLatin1String(name)), name);
        QVERIFY(text.contains(QLatin1String(qVersion())));
    }

    // QS_PICTURES=folder: what it looks like, in both themes.
    void pictures_ofEveryPanel()
    {
        const QString folder = qEnvironmentVariable("QS_PICTURES");
        if (folder.isEmpty()) QSKIP("QS_PICTURES is not set");
        m_window->resize(1440, 900);
        openSample();
        m_window->applyLayout(MainWindow::Layout::Run);
        m_window->docks()[5]->show();
        m_work->run({m_work->selection().tensor()}, {recipe("rtn"), recipe("nf"), recipe("kmeans:bits=3")});
        QTRY_COMPARE_WITH_TIMEOUT(m_work->workspace().results().size(), std::size_t(3), 30000);
        m_work->workspace().setPinned({m_work->workspace().results()[1]});
        m_work->workspace().changeRecipe(m_work->workspace().slotOf(recipe("nf")), recipe("nf:group=32"));
        m_window->recipePanel().edit(1);
        m_window->recipePanel().setRecipe(recipe("rtn:bits=3"));
        m_work->workspace().setNote({m_work->selection().checkpoint()->source->path.string(), m_work->selection().tensorInfo()->name},
                                    {QStringLiteral("heavy tail, look at the outlier columns"), {QStringLiteral("odd"), QStringLiteral("check")}});
        std::atomic<bool> go{false};
        for (int i = 0; i < 3; ++i)
            m_work->jobs().start<int>(
                QStringLiteral("block %1 · q_proj · RTN 4b g128").arg(i),
                [&go](const qs::Context& c) -> qs::Result<int> {
                    c.progress->expect(100);
                    c.advance(43);
                    while (!go && !c.stopped()) QThread::msleep(1);
                    return 0;
                },
                [](qs::Result<int>) {});
        m_work->jobs().pause(m_work->jobs().jobs().back());
        m_window->jobsPanel().model().refresh();
        m_window->jobsPanel().table()->selectRow(1);
        m_window->jobsPanel().showLog(true);
        m_window->notice().setText(QStringLiteral("Restore what was open at 14:07: 212 results, 38 tensors to go"));
        m_window->notice().setChoices({QStringLiteral("Restore"), QStringLiteral("Discard")});
        m_window->notice().show();
        SettingsDialog settings(*m_work, *m_settings, m_dir->filePath(QStringLiteral("c.json")).toStdString(), m_window.get());
        AboutDialog about(m_window.get());
        settings.show();
        about.show();
        const auto* grid = qs::quant::builtinRegistry().part(qs::quant::PartKind::Grid, recipe("rtn").grid.name);
        QVERIFY(grid);
        showHelp(QStringLiteral("Grid"), partHelp(*grid), m_window.get());
        for (const auto mode : {Theme::Light, Theme::Dark}) {
            m_work->theme().setMode(mode);
            QTest::qWait(400);
            const QString suffix = mode == Theme::Light ? QStringLiteral("_light.png") : QStringLiteral("_dark.png");
            QVERIFY(m_window->grab().save(folder + QStringLiteral("/window") + suffix));
            settings.grab().save(folder + QStringLiteral("/settings") + suffix);
            about.grab().save(folder + QStringLiteral("/about") + suffix);
            if (auto* help = m_window->findChild<QDialog*>(QStringLiteral("help"))) help->grab().save(folder + QStringLiteral("/help") + suffix);
        }
        go = true;
        m_work->jobs().cancelAll();
        QTRY_COMPARE(m_work->jobs().activeJobs(), 0);
    }

private:
    void openSample()
    {
        m_window->openPath(QStringLiteral(QS_SAMPLE_DIR));
        QTRY_COMPARE_WITH_TIMEOUT(m_work->workspace().checkpoints().size(), std::size_t(1), 20000);
        QTRY_VERIFY_WITH_TIMEOUT(m_work->selection().tensor().valid(), 5000);
        QTRY_VERIFY_WITH_TIMEOUT(m_work->jobs().activeRequests() == 0, 20000);
    }
    static QPushButton* button(QWidget* parent, const QString& text)
    {
        for (auto* b : parent->findChildren<QPushButton*>())
            if (b->text() == text) return b;
        return nullptr;
    }
    template <class T>
    static T* named(QWidget& parent, const char* name)
    {
        for (T* w : parent.findChildren<T*>())
            if (w->accessibleName() == QLatin1String(name)) return w;
        qFatal("no control %s", name);
        return nullptr;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Workbench> m_work;
    std::unique_ptr<MainWindow> m_window;
    QStringList m_notified;
};

QTEST_MAIN(TestFlow)
#include "tst_flow.moc"
