// SPDX-License-Identifier: GPL-3.0-or-later
// The window on the sample model, driven by real events.
#include "app/gui/actions.h"
#include "app/gui/export_dialog.h"
#include "app/gui/main_window.h"
#include "app/gui/session_store.h"
#include "app/gui/settings.h"
#include "app/gui/stage.h"
#include "core/export/open_any.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"
#include "tests/support/window_thread.h"
#include "widgets/panels/checkpoint_panel.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/recipe_panel.h"
#include "widgets/panels/results_panel.h"
#include "widgets/plots/plot_view.h"

#include <QTableWidget>
#include <QCheckBox>
#include <QComboBox>
#include <QDockWidget>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace qs::gui;

class TestMainWindow : public QObject {
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
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanup()
    {
        m_window.reset();
        m_work.reset();
        m_settings.reset();
        m_dir.reset();
    }

    void window_nothingOpen_showsStartPageAndHidesDocks()
    {
        for (const QDockWidget* d : m_window->docks()) QVERIFY(!d->isVisible());
        bool sample = false;
        for (const auto* b : m_window->findChildren<QPushButton*>()) sample = sample || (b->isVisible() && b->text().contains(QStringLiteral("sample")));
        QVERIFY(sample);
    }

    void sample_openSelectRun_resultsAppear()
    {
        openSample();
        auto* tree = m_window->checkpointPanel().tree();
        auto& model = m_window->checkpointPanel().model();
        QVERIFY(model.allTensors() > 20);
        // A click in the tree selects the tensor everywhere.
        const auto& source = *m_work->workspace().checkpoints().front().source;
        const auto list = qs::io::selectTensors(source, std::vector<std::string>{"role:k_proj"});
        QVERIFY(list && !list->empty());
        const TensorRef k{m_work->workspace().checkpoints().front().id, static_cast<std::ptrdiff_t>(list->front())};
        const QModelIndex at = model.indexOf(k);
        tree->scrollTo(at);
        QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->visualRect(at).center());
        QVERIFY(m_work->selection().tensor() == k);
        // R in the stage runs the recipe of the panel.
        m_window->stage().setFocus();
        QTest::keyClick(&m_window->stage(), Qt::Key_R);
        QTRY_COMPARE_WITH_TIMEOUT(m_work->workspace().results().size(), std::size_t(1), 30000);
        const auto r = m_work->workspace().results().front();
        QCOMPARE(r->tensor, source.tensors[list->front()].name);
        QVERIFY(r->error.relativeMse() > 0 && r->error.relativeMse() < 0.2);
        QTRY_COMPARE(m_window->resultsPanel().table()->model()->rowCount(), 1);
        QVERIFY(m_work->selection().a() == r);
        QVERIFY(m_window->resultsPanel().csv().contains(QString::fromStdString(r->tensor)));
    }

    void roles_pickedByFilterLine_runOnAllOfThem()
    {
        openSample();
        auto* line = m_window->checkpointPanel().filterLine();
        line->setFocus();
        QTest::keyClicks(line, QStringLiteral("role:v_proj"));
        QTest::keyClick(line, Qt::Key_Return);
        const auto picked = m_window->checkpointPanel().picked();
        QCOMPARE(picked.size(), std::size_t(4));
        m_window->run(false);
        QTRY_COMPARE_WITH_TIMEOUT(m_work->workspace().results().size(), std::size_t(4), 30000);
    }

    void filters_everyLetterTyped_nothingElseHappens()
    {
        openSample();
        // Whatever a letter could trigger is counted.
        int triggered = 0;
        for (QAction* a : m_window->findChildren<QAction*>())
            if (!a->objectName().isEmpty()) connect(a, &QAction::triggered, this, [&] { ++triggered; });
        int lines = 0;
        for (QLineEdit* line : m_window->findChildren<QLineEdit*>()) {
            // Lines of combo and spin boxes take only their own characters; the free ones take every letter.
            if (!line->isVisible() || qobject_cast<QAbstractSpinBox*>(line->parentWidget()) || qobject_cast<QComboBox*>(line->parentWidget()))
                continue;
            ++lines;
            const TensorRef before = m_work->selection().tensor();
            const int page = m_window->stage().current();
            const bool dark = m_work->theme().dark();
            line->setFocus();
            line->clear();
            const QString letters = QStringLiteral("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ");
            QTest::keyClicks(line, letters);
            QCOMPARE(line->text(), letters);
            QCOMPARE(triggered, 0);
            QVERIFY(m_work->selection().tensor() == before);
            QCOMPARE(m_window->stage().current(), page);
            QCOMPARE(m_work->theme().dark(), dark);
            QCOMPARE(m_work->jobs().activeJobs(), 0);
            line->clear();
        }
        QVERIFY(lines >= 2);
    }

    void letters_stageHasFocus_act()
    {
        openSample();
        m_window->stage().setFocus();
        const bool dark = m_work->theme().dark();
        QTest::keyClick(&m_window->stage(), Qt::Key_G);
        QCOMPARE(m_work->theme().dark(), !dark);
        const TensorRef before = m_work->selection().tensor();
        QTest::keyClick(&m_window->stage(), Qt::Key_J);
        QVERIFY(!(m_work->selection().tensor() == before));
        QTest::keyClick(&m_window->stage(), Qt::Key_K);
        QVERIFY(m_work->selection().tensor() == before);
        for (int i = 0; i < m_window->stage().count(); ++i) {
            m_window->stage().setFocus();
            QTest::keyClick(&m_window->stage(), static_cast<Qt::Key>(Qt::Key_1 + i));
            QCOMPARE(m_window->stage().current(), i);
        }
    }

    void actions_everyOne_standsInAMenuWithItsKeys()
    {
        QSet<QAction*> inMenus;
        std::function<void(const QList<QAction*>&)> walk = [&](const QList<QAction*>& list) {
            for (QAction* a : list) {
                inMenus.insert(a);
                if (a->menu()) walk(a->menu()->actions());
            }
        };
        walk(m_window->menuBar()->actions());
        QSet<QString> keys;
        for (QAction* a : m_window->actions().all()) {
            QVERIFY2(inMenus.contains(a), qPrintable(a->objectName()));
            if (a->shortcut().isEmpty()) continue;
            const QString k = a->shortcut().toString();
            QVERIFY2(!keys.contains(k), qPrintable(QStringLiteral("two actions have ") + k));
            keys.insert(k);
        }
    }

    void widgets_interactive_haveAccessibleNames()
    {
        openSample();
        for (int i = 0; i < m_window->stage().count(); ++i) m_window->stage().setCurrent(i);
        for (QDockWidget* d : m_window->docks()) d->show();
        QStringList nameless;
        for (const QWidget* w : m_window->findChildren<QWidget*>()) {
            const auto* button = qobject_cast<const QAbstractButton*>(w);
            const bool interactive = qobject_cast<const QComboBox*>(w) || qobject_cast<const QLineEdit*>(w)
                || qobject_cast<const QAbstractItemView*>(w) || qobject_cast<const QAbstractSpinBox*>(w) || (button && button->text().isEmpty());
            if (!interactive || !w->isVisible() || w->objectName().startsWith(QLatin1String("qt_"))) continue;
            // Inner parts of a compound control speak through it.
            if (qobject_cast<const QComboBox*>(w->parentWidget()) || qobject_cast<const QAbstractSpinBox*>(w->parentWidget())
                || qobject_cast<const QLineEdit*>(w->parentWidget()) || qobject_cast<const QAbstractItemView*>(w->parentWidget()))
                continue;
            if (w->accessibleName().isEmpty() && w->toolTip().isEmpty())
                nameless << QLatin1String(w->metaObject()->className()) + QLatin1Char(' ') + w->objectName() + QLatin1String(" in ")
                        + QLatin1String(w->parentWidget()->metaObject()->className());
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QStringLiteral("; "))));
    }

    void docks_floatCloseReturn_layoutIsRemembered()
    {
        openSample();
        QDockWidget* recipe = m_window->docks()[2];
        recipe->setFloating(true);
        QVERIFY(recipe->isFloating());
        recipe->close();
        QVERIFY(!recipe->isVisible());
        recipe->toggleViewAction()->trigger();
        QVERIFY(recipe->isVisible());
        m_window->applyLayout(MainWindow::Layout::Compare);
        QVERIFY(!recipe->isVisible());
        m_window->close();
        m_window = std::make_unique<MainWindow>(*m_work, *m_settings);
        m_window->show();
        QVERIFY(!m_window->docks()[2]->isVisible());
        m_window->applyLayout(MainWindow::Layout::Explore);
        QVERIFY(m_window->docks()[2]->isVisible());
    }

    void close_jobsRun_asksOnce()
    {
        openSample();
        int asked = 0;
        m_window->confirmClose = [&](int jobs) {
            ++asked;
            return jobs <= 0;
        };
        const auto r = qs::quant::parseRecipe("afpq");
        QVERIFY(r);
        m_work->run(m_work->defaultTensors(), {*r});
        QVERIFY(!m_window->close());
        QCOMPARE(asked, 1);
        m_work->jobs().cancelAll();
        QTRY_COMPARE_WITH_TIMEOUT(m_work->jobs().activeJobs(), 0, 20000);
        QVERIFY(m_window->close());
        QCOMPARE(asked, 1);
    }

    void job_failed_saysWhyAndCanBeRetried()
    {
        openSample();
        QSignalSpy failed(m_work.get(), &Workbench::runFailed);
        const auto r = qs::quant::parseRecipe("mx:format=mxfp4");
        QVERIFY(r);
        // A norm of 256 elements as one row is fine for MX; 2 columns are not: take any tensor and an impossible group.
        auto bad = *r;
        bad.grid.name = "no such grid";
        m_work->run({m_work->selection().tensor()}, {bad});
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 20000);
        auto* table = m_window->jobsPanel().table();
        QTRY_COMPARE(table->model()->rowCount(), 1);
        table->selectRow(0);
        QPushButton* retry = nullptr;
        for (auto* b : m_window->jobsPanel().findChildren<QPushButton*>())
            if (b->text() == QStringLiteral("Retry")) retry = b;
        QVERIFY(retry && retry->isEnabled());
        retry->click();
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 2, 20000);
    }

    void run_oneRecipeRefused_listsTheReasonAndKeepsTheOther()
    {
        const qs::test::Scratch scratch;
        const auto path = scratch.path() / "odd.safetensors"; // 576 columns are no whole super-blocks of 256
        qs::test::writeModel(path, {{"odd.weight", qs::test::gaussian(16, 576, 1)}, {"wide.weight", qs::test::gaussian(16, 512, 2)}});
        m_window->openPath(QString::fromStdString(path.string()));
        QTRY_COMPARE_WITH_TIMEOUT(m_work->workspace().checkpoints().size(), std::size_t(1), 20000);
        const int id = m_work->workspace().checkpoints().front().id;

        m_work->run({{id, 0}, {id, 1}}, {*qs::quant::parseRecipe("ggml:type=q4_k"), *qs::quant::parseRecipe("rtn")});

        QTRY_COMPARE_WITH_TIMEOUT(m_work->jobs().activeJobs(), 0, 20000);
        QTRY_COMPARE_WITH_TIMEOUT(m_work->workspace().results().size(), std::size_t(3), 20000);
        int failed = 0;
        for (const auto* job : m_work->jobs().jobs())
            if (job->state() == Job::Failed) {
                ++failed;
                QVERIFY(job->error());
                const QString reason = QString::fromStdString(job->error()->text());
                QVERIFY2(reason.contains(QStringLiteral("odd.weight")) && reason.contains(QStringLiteral("256")), qPrintable(reason));
                bool shown = false;
                for (const auto* label : m_window->jobsPanel().findChildren<QLabel*>()) shown = shown || label->text() == reason;
                QVERIFY2(shown, "the jobs panel tells the latest failure");
            }
        QCOMPARE(failed, 1);
    }

    void export_results_isWrittenVerifiedAndOpensAgain()
    {
        openSample();
        const auto recipe = qs::quant::parseRecipe("rtn:bits=4,group=128");
        QVERIFY(recipe);
        m_work->run({m_work->selection().tensor()}, {*recipe});
        QTRY_COMPARE_WITH_TIMEOUT(m_work->workspace().results().size(), std::size_t(1), 30000);
        const auto result = m_work->workspace().results().front();
        for (const QString& format : {QStringLiteral("safetensors:dtype=f16"), QStringLiteral("quantoscope"), QStringLiteral("npz"), QStringLiteral("gguf")}) {
            auto* dialog = new ExportDialog(*m_work, {}, m_window.get());
            dialog->setFormat(format);
            dialog->setWholeModel(false);
            const QString target = m_dir->filePath(QStringLiteral("out_") + format.left(4) + (format == QStringLiteral("npz") ? QStringLiteral(".npz") : format == QStringLiteral("gguf") ? QStringLiteral(".gguf") : QString()));
            dialog->setTarget(target);
            QCOMPARE(dialog->refused(), 0);
            QVERIFY(dialog->commandLine().contains(QStringLiteral("--format ") + format) && dialog->commandLine().contains(target));
            QSignalSpy done(dialog, &ExportDialog::exported);
            dialog->start();
            QTRY_COMPARE_WITH_TIMEOUT(done.count(), 1, 60000);
            QVERIFY2(done[0][0].toBool(), qPrintable(dialog->message()));
            const qs::AllowWork look;
            const auto again = qs::exporting::openAny(target.toStdString(), {});
            QVERIFY2(again.has_value(), again ? "" : again.error().text().c_str());
            dialog->close();
        }
    }

    void exportDialog_inputScales_sayWhereTheyGo()
    {
        openSample();
        std::vector<ResultPtr> results;
        {
            const qs::AllowWork look;
            const auto& source = m_work->selection().checkpoint()->source;
            qs::quant::Calibration inputs;
            inputs.inputs = 256;
            for (int j = 0; j < 256; ++j) inputs.maxAbs.push_back(1.0F + static_cast<float>(j % 7));
            qs::study::RunOptions options;
            options.calibration = &inputs;
            for (const char* role : {"q_proj", "k_proj", "v_proj", "o_proj"}) {
                const auto at = source->find("model.layers.0.self_attn." + std::string(role) + ".weight");
                const auto cell = qs::study::runCell(*source, source->tensors[static_cast<std::size_t>(at)], *qs::quant::parseRecipe("smoothquant+rtn:bits=8,group=row"), options, {});
                QVERIFY2(cell.has_value(), cell ? "" : cell.error().text().c_str());
                results.push_back(*cell);
            }
        }
        auto* dialog = new ExportDialog(*m_work, results, m_window.get());
        dialog->setFormat(QStringLiteral("quantoscope"));
        dialog->setTarget(m_dir->filePath(QStringLiteral("folded")));
        const auto* table = dialog->findChild<QTableWidget*>();
        QVERIFY(table);
        QCOMPARE(table->rowCount(), 4);
        int folded = 0;
        for (int row = 0; row < 4; ++row) {
            const QString fits = table->item(row, 1)->text();
            if (table->item(row, 0)->text().contains(QLatin1String("o_proj"))) QVERIFY2(fits.contains(QLatin1String("grouped queries")), qPrintable(fits));
            else folded += fits.contains(QLatin1String("model.layers.0.input_layernorm.weight")) ? 1 : 0;
        }
        QCOMPARE(folded, 3);
        QVERIFY(!dialog->commandLine().contains(QLatin1String("--fold")));
        QCheckBox* fold = nullptr;
        for (QCheckBox* box : dialog->findChildren<QCheckBox*>())
            if (box->isChecked()) fold = box;
        QVERIFY(fold);
        fold->click();
        QVERIFY(dialog->commandLine().contains(QLatin1String("--fold never")));
        QVERIFY(table->item(0, 1)->text().contains(QLatin1String("switched off")) || table->item(0, 1)->text().contains(QLatin1String("grouped")));
        fold->click();
        QSignalSpy done(dialog, &ExportDialog::exported);
        dialog->start();
        QTRY_COMPARE_WITH_TIMEOUT(done.count(), 1, 60000);
        QVERIFY2(done[0][0].toBool(), qPrintable(dialog->message()));
        dialog->close();
    }

    void session_savedAndOpened_isTheSame()
    {
        openSample();
        const auto recipe = qs::quant::parseRecipe("rtn:bits=3,group=128");
        QVERIFY(recipe);
        m_work->run({m_work->selection().tensor()}, {*recipe});
        QTRY_COMPARE_WITH_TIMEOUT(m_work->workspace().results().size(), std::size_t(1), 30000);
        const std::string tensor = m_work->selection().tensorInfo()->name;
        const double error = m_work->workspace().results().front()->error.relativeMse();
        const QString path = m_dir->filePath(QStringLiteral("a.qscope"));
        QSignalSpy saved(&m_window->session(), &SessionStore::saved);
        QSignalSpy failed(&m_window->session(), &SessionStore::failed);
        m_window->session().save(path, {});
        QTRY_VERIFY_WITH_TIMEOUT(saved.count() + failed.count() == 1, 30000);
        QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed[0][0].toString()));
        m_work->workspace().clear();
        QVERIFY(m_work->workspace().results().empty());
        QSignalSpy opened(&m_window->session(), &SessionStore::opened);
        m_window->openPath(path);
        QTRY_VERIFY_WITH_TIMEOUT(opened.count() + failed.count() == 1, 30000);
        QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed[0][0].toString()));
        QCOMPARE(m_work->workspace().checkpoints().size(), std::size_t(1));
        QCOMPARE(m_work->workspace().recipes().size(), std::size_t(1));
        QCOMPARE(m_work->workspace().results().size(), std::size_t(1));
        QCOMPARE(m_work->workspace().results().front()->error.relativeMse(), error);
        QVERIFY(m_work->selection().tensorInfo());
        QCOMPARE(m_work->selection().tensorInfo()->name, tensor);
        QVERIFY(m_work->selection().a());
    }

    void open_missingFile_saysSoOnTheStartPage()
    {
        QSignalSpy failed(m_work.get(), &Workbench::openFailed);
        m_window->openPath(m_dir->filePath(QStringLiteral("nothing.safetensors")));
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 10000);
        QVERIFY(failed[0][1].toString().contains(QStringLiteral("nothing.safetensors")));
    }

    void settings_newerSchema_areLeftAlone()
    {
        const QString file = m_dir->filePath(QStringLiteral("future.ini"));
        {
            QSettings s(file, QSettings::IniFormat);
            s.setValue(QStringLiteral("schema"), Settings::kSchema + 1);
            s.setValue(QStringLiteral("theme"), QStringLiteral("dark"));
        }
        Settings settings(file);
        QVERIFY(!settings.readable());
        QCOMPARE(settings.themeMode(), Theme::System);
        settings.setThemeMode(Theme::Light);
        QCOMPARE(QSettings(file, QSettings::IniFormat).value(QStringLiteral("theme")).toString(), QStringLiteral("dark"));
    }

private:
    void openSample()
    {
        m_window->openPath(QStringLiteral(QS_SAMPLE_DIR));
        QTRY_COMPARE_WITH_TIMEOUT(m_work->workspace().checkpoints().size(), std::size_t(1), 20000);
        QTRY_VERIFY_WITH_TIMEOUT(m_work->selection().tensor().valid(), 5000);
        QTRY_VERIFY_WITH_TIMEOUT(m_work->jobs().activeRequests() == 0, 20000);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Workbench> m_work;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
