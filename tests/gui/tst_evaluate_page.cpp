// SPDX-License-Identifier: GPL-3.0-or-later
// Calibrate, budget and evaluate in the window, on the sample model with short texts, driven by real events.
#include "app/gui/main_window.h"
#include "app/gui/session_store.h"
#include "app/gui/settings.h"
#include "app/gui/stage.h"
#include "core/model/calibration/calibration_file.h"
#include "core/plan/plan_file.h"
#include "core/study/model_text.h"
#include "tests/support/window_thread.h"
#include "widgets/models/evaluations_model.h"
#include "widgets/models/layer_recipe_model.h"
#include "widgets/models/model_roles.h"
#include "widgets/pages/evaluate/budget_panel.h"
#include "widgets/pages/evaluate/calibrate_panel.h"
#include "widgets/pages/evaluate/evaluate_page.h"
#include "widgets/pages/evaluate/evaluation_panel.h"
#include "widgets/pages/evaluate/form_parts.h"
#include "widgets/pages/layer_table.h"
#include "widgets/plots/live_plot.h"
#include "widgets/plots/plot_view.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <thread>

using namespace qs::gui;

class TestEvaluatePage : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Workbench> m_work;
    std::unique_ptr<MainWindow> m_window;

    void openSample()
    {
        m_window->openPath(QStringLiteral(QS_SAMPLE_DIR));
        QTRY_COMPARE_WITH_TIMEOUT(m_work->workspace().checkpoints().size(), std::size_t(1), 20000);
        settle();
    }
    void settle()
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_work->jobs().activeJobs() == 0 && m_work->jobs().activeRequests() == 0 && !m_work->opening(), 120000);
    }
    EvaluatePage* page(EvaluatePage::Part part)
    {
        m_window->stage().showPage(QStringLiteral("evaluate"));
        auto* p = static_cast<EvaluatePage*>(m_window->stage().currentPage());
        p->setPart(part);
        return p;
    }
    // The first part of one of the sample's texts.
    QString shortText(const char* name, qint64 bytes)
    {
        QFile in(QStringLiteral(QS_SAMPLE_DIR "/text/") + QString::fromLatin1(name));
        if (!in.open(QIODevice::ReadOnly)) return {};
        const QString path = m_dir->filePath(QString::fromLatin1(name));
        QFile out(path);
        if (!out.open(QIODevice::WriteOnly)) return {};
        out.write(in.read(bytes));
        return path;
    }
    static void typeFile(QWidget* panel, const QString& name, const QString& path)
    {
        for (auto* line : panel->findChildren<QLineEdit*>())
            if (line->accessibleName() == name) {
                line->setFocus();
                line->selectAll();
                QTest::keyClicks(line, path);
                QTest::keyClick(line, Qt::Key_Return);
                return;
            }
        qFatal("no line of that name");
    }
    static QSpinBox* spin(QWidget* panel, const QString& name)
    {
        for (auto* s : panel->findChildren<QSpinBox*>())
            if (s->accessibleName() == name) return s;
        qFatal("no box of that name");
    }
    static void setSpin(QSpinBox* spin, int value)
    {
        spin->setFocus();
        spin->selectAll();
        QTest::keyClicks(spin, QString::number(value));
        QTest::keyClick(spin, Qt::Key_Return);
    }
    static void click(QAbstractButton* b) { QTest::mouseClick(b, Qt::LeftButton); }
    void runAll(const std::vector<const char*>& recipes)
    {
        std::vector<qs::quant::Recipe> list;
        for (const char* text : recipes) list.push_back(*qs::quant::parseRecipe(text));
        m_work->run(m_work->defaultTensors(), list);
        settle();
    }
    // A calibration of a short text, made by the page.
    QString calibrate()
    {
        auto* panel = &page(EvaluatePage::Calibrate)->calibrate();
        settle();
        typeFile(panel, QStringLiteral("texts"), shortText("calibration.txt", 6000));
        setSpin(spin(panel, QStringLiteral("window")), 64);
        setSpin(spin(panel, QStringLiteral("tokens")), 512);
        const QString file = m_dir->filePath(QStringLiteral("made.safetensors"));
        typeFile(panel, QStringLiteral("file"), file);
        settle();
        auto* start = panel->findChild<QPushButton*>(QStringLiteral("calibrateButton"));
        if (!start->isEnabled()) return {};
        click(start);
        settle();
        return file;
    }
    void chooseMixture(EvaluationPanel* panel, int index)
    {
        auto* box = panel->findChild<QComboBox*>(QStringLiteral("mixture"));
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < index; ++i) QTest::keyClick(box, Qt::Key_Down);
    }
    void evaluateShort(EvaluationPanel* panel)
    {
        typeFile(panel, QStringLiteral("texts"), shortText("heldout.txt", 5000));
        setSpin(spin(panel, QStringLiteral("window")), 64);
        settle();
        auto* start = panel->findChild<QPushButton*>(QStringLiteral("evaluateButton"));
        QVERIFY(start->isEnabled());
        click(start);
        settle();
    }

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
        m_window->resize(1440, 900);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        openSample();
    }
    void cleanup()
    {
        m_window.reset();
        m_work.reset();
        m_settings.reset();
        m_dir.reset();
    }

    void page_digit_opensItBetweenCompareAndLaboratory()
    {
        Stage& stage = m_window->stage();
        stage.setFocus();
        QTest::keyClick(&stage, Qt::Key_7);
        QCOMPARE(stage.id(stage.current()), QStringLiteral("evaluate"));
        QCOMPARE(stage.id(stage.current() - 1), QStringLiteral("compare"));
        QCOMPARE(stage.id(stage.current() + 1), QStringLiteral("laboratory"));
    }

    void calibrate_shortText_opensFileAndMeasuresOutputs()
    {
        runAll({"rtn:bits=4"});
        const auto before = m_work->workspace().results().front();
        QVERIFY(!before->error.hasOutput());
        const QString file = calibrate();
        QVERIFY(!file.isEmpty() && QFile::exists(file));
        QTRY_COMPARE_WITH_TIMEOUT(m_work->workspace().calibrationPath(), file, 20000);
        settle();
        // Results that were there have the error of their output now, and nothing else changed.
        for (const auto& r : m_work->workspace().results()) {
            QVERIFY(r->error.hasOutput());
            QVERIFY(r->error.outputRelativeMse() > 0 && r->error.outputRelativeMse() < 0.1);
        }
        QCOMPARE(m_work->workspace().results().front()->error.sumSquaredError, before->error.sumSquaredError);
        // The inputs of the layer are drawn, and the cursor is one with the maps.
        auto* panel = &page(EvaluatePage::Calibrate)->calibrate();
        settle();
        QVERIFY(panel->plot()->data());
        QCOMPARE(panel->plot()->data()->series.size(), std::size_t(3));
        QCOMPARE(panel->plot()->data()->series.front().x.size(), static_cast<std::size_t>(qs::io::matrixShape(*m_work->selection().tensorInfo()).cols));
        m_work->selection().hoverCell(Cell{0, 17});
        m_window->stage().showPage(QStringLiteral("heatmap"));
        settle();
        auto* strip = m_window->findChild<QWidget*>(QStringLiteral("inputProfile"));
        QVERIFY(strip && strip->isVisible());
        // The table of layers offers the figure once it is there.
        auto* table = &page(EvaluatePage::Budget)->budget().table();
        table->model().setFigure(LayerRecipeModel::Output);
        QVERIFY(table->model().index(0, 1).data().toString() != QStringLiteral("–"));
    }

    void calibrate_cancelled_leavesNoFile()
    {
        auto* panel = &page(EvaluatePage::Calibrate)->calibrate();
        settle();
        setSpin(spin(panel, QStringLiteral("window")), 256);
        const QString file = m_dir->filePath(QStringLiteral("never.safetensors"));
        typeFile(panel, QStringLiteral("file"), file);
        settle();
        click(panel->findChild<QPushButton*>(QStringLiteral("calibrateButton")));
        QCOMPARE(m_work->jobs().activeJobs(), 1);
        for (auto* b : panel->findChildren<QPushButton*>())
            if (b->isVisible() && b->text() == QStringLiteral("Cancel")) click(b);
        settle();
        QVERIFY(!QFile::exists(file));
        QCOMPARE(m_work->jobs().jobs().back()->state(), Job::Cancelled);
        QVERIFY(m_work->workspace().calibrationPath().isEmpty());
    }

    void evaluate_originalAndMixture_figuresOfTheEngine()
    {
        runAll({"rtn:bits=3,group=64"});
        auto* panel = &page(EvaluatePage::Evaluate)->evaluation();
        settle();
        QAbstractItemModelTester tester(panel->table()->model());
        evaluateShort(panel);
        QCOMPARE(m_work->workspace().evaluations().size(), std::size_t(1));
        const auto original = m_work->workspace().evaluations().front();
        QCOMPARE(original->slot, 0);
        QVERIFY(!original->figures.comparison);
        // The same by the engine alone.
        double expected = 0;
        std::thread worker([&] {
            const auto source = m_work->workspace().checkpoints().front().source;
            const auto model = qs::model::Model::open(source);
            const std::vector<std::filesystem::path> files{m_dir->filePath(QStringLiteral("heldout.txt")).toStdString()};
            const auto text = qs::study::readModelText(*source, files, {});
            qs::model::EvaluateOptions how;
            how.length = 64;
            const auto e = qs::model::evaluate({}, **model, text->ids, how);
            expected = qs::model::figuresOf(*e, 0).perplexity;
        });
        worker.join();
        QCOMPARE(original->figures.perplexity, expected);
        QVERIFY(expected > 5 && expected < 100);

        chooseMixture(panel, 2); // all of the recipe
        QCOMPARE(m_work->workspace().mixture().size(), std::size_t(28));
        click(panel->findChild<QPushButton*>(QStringLiteral("evaluateButton")));
        settle();
        QCOMPARE(m_work->workspace().evaluations().size(), std::size_t(2));
        const auto mixed = m_work->workspace().evaluations().back();
        QCOMPARE(mixed->quantized, 28);
        QVERIFY(mixed->bitsPerWeight > 3 && mixed->bitsPerWeight < 3.6);
        QVERIFY(mixed->figures.comparison.has_value());
        const auto& c = *mixed->figures.comparison;
        QCOMPARE(c.referencePerplexity, expected);
        QVERIFY(c.delta.mean > 0 && c.delta.error > 0 && c.divergence.mean > 0 && c.divergence99 > c.divergence.mean);
        QVERIFY(c.agreement.mean > 0.3 && c.agreement.mean < 1);
        QVERIFY(mixed->figures.perplexity > expected);
        QVERIFY(mixed->sameTokens(*original));
        // Both plots of the newest one are there.
        for (PlotView* p : panel->plots()) {
            QVERIFY(p->data());
            QVERIFY(!p->data()->summary.empty());
        }
        // Two rows are compared, paired; the table goes to the clipboard.
        panel->table()->selectAll();
        settle();
        QString words;
        for (auto* l : panel->findChildren<QLabel*>())
            if (l->accessibleName() == QStringLiteral("Comparison of two evaluations")) words = l->text();
        QVERIFY2(words.contains(QStringLiteral("nats a token, paired")), qPrintable(words));
        panel->table()->setFocus();
        QTest::keySequence(panel->table(), QKeySequence::Copy);
        QCOMPARE(QApplication::clipboard()->text().count(QLatin1Char('\n')), 2);
        const QString csv = static_cast<EvaluationsModel*>(panel->table()->model())->csv();
        QCOMPARE(csv.count(QLatin1Char('\n')), 3);
        QTest::keySequence(panel->table(), QKeySequence::Delete);
        QCOMPARE(m_work->workspace().evaluations().size(), std::size_t(0));
    }

    void budget_dragged_mixtureFollowsWithinBits()
    {
        runAll({"rtn:bits=2,group=64", "rtn:bits=4,group=64"});
        auto* panel = &page(EvaluatePage::Budget)->budget();
        settle();
        QVERIFY(m_work->workspace().mixture().empty()); // looking at it changes nothing
        auto* slider = panel->slider();
        slider->setFocus();
        for (int i = 0; i < 4; ++i) QTest::keyClick(slider, Qt::Key_PageDown);
        settle();
        QTRY_COMPARE(m_work->workspace().mixture().size(), std::size_t(28));
        QVERIFY(panel->planNow().has_value());
        const auto low = *panel->planNow();
        QTest::keyClick(slider, Qt::Key_End);
        settle();
        QTRY_VERIFY(panel->planNow() && panel->planNow()->bits > low.bits);
        QVERIFY(panel->planNow()->cost < low.cost);
        for (const auto& [layer, key] : m_work->workspace().mixture()) QCOMPARE(key, qs::quant::parseRecipe("rtn:bits=4,group=64")->text());
        QTest::keyClick(slider, Qt::Key_Home);
        QTRY_VERIFY(panel->planNow() && panel->planNow()->bits < low.bits);
        for (const auto& p : panel->planNow()->tensors) QCOMPARE(p.recipe, std::size_t(0));
        // In between both are taken, each layer's cell is framed, ties hold.
        panel->setBitsPerWeight(3.3);
        QTRY_VERIFY(panel->planNow() && panel->planNow()->bits > low.bits);
        QVERIFY(panel->planNow()->bitsPerWeight() <= 3.3005);
        QVERIFY(panel->planNow()->bitsPerWeight() > 3.0);
        auto& model = panel->table().model();
        for (int r = 0; r < model.rowCount(); ++r) {
            int framed = 0;
            for (int c = 1; c < model.columnCount(); ++c) framed += model.index(r, c).data(ChosenRole).toInt() == 1 ? 1 : 0;
            QCOMPARE(framed, 1);
        }
        for (auto* tie : panel->findChildren<QCheckBox*>()) {
            tie->setFocus();
            QTest::keyClick(tie, Qt::Key_Space);
        }
        settle();
        std::map<int, std::set<std::size_t>> ofBlock;
        const auto& source = *m_work->workspace().checkpoints().front().source;
        for (const auto& p : panel->planNow()->tensors) {
            const auto& place = source.tensors[p.tensor].place;
            if (place.role == qs::io::Role::QProj || place.role == qs::io::Role::KProj || place.role == qs::io::Role::VProj) ofBlock[place.block].insert(p.recipe);
        }
        for (const auto& [block, recipes] : ofBlock) QCOMPARE(recipes.size(), std::size_t(1));
        // A pin holds whatever the budget.
        const LayerKey layer = model.layerOf(0);
        m_work->workspace().setBudgetPins({{layer, model.keyOf(2)}});
        settle();
        QTest::keyClick(slider, Qt::Key_Home);
        QTRY_VERIFY(panel->planNow() && panel->planNow()->bits < low.bits);
        QCOMPARE(m_work->workspace().mixture().at(layer), model.keyOf(2));
        QCOMPARE(model.index(0, 2).data(ChosenRole).toInt(), 2);
        // The file is what the command line takes.
        const QString path = m_dir->filePath(QStringLiteral("plan.json"));
        QVERIFY(panel->savePlan(path));
        const auto plan = qs::plan::loadPlan(path.toStdString());
        QVERIFY(plan.has_value());
        QCOMPARE(plan->size(), std::size_t(28));
        QCOMPARE(plan->at(layer.tensor).text(), model.keyOf(2));
        // One click evaluates it.
        auto* evaluation = &page(EvaluatePage::Evaluate)->evaluation();
        typeFile(evaluation, QStringLiteral("texts"), shortText("heldout.txt", 3000));
        setSpin(spin(evaluation, QStringLiteral("window")), 64);
        page(EvaluatePage::Budget);
        settle();
        click(panel->findChild<QPushButton*>(QStringLiteral("evaluatePlan")));
        settle();
        QCOMPARE(m_work->workspace().evaluations().size(), std::size_t(1));
        QCOMPARE(m_work->workspace().evaluations().front()->mixture, QStringLiteral("2 recipes"));
        QCOMPARE(page(EvaluatePage::Evaluate)->part(), EvaluatePage::Evaluate);
    }

    void budget_cellsMissing_areMeasuredInOneJob()
    {
        m_work->workspace().addRecipe(*qs::quant::parseRecipe("rtn:bits=3,group=64"));
        m_work->workspace().addRecipe(*qs::quant::parseRecipe("rtn:bits=4,group=64"));
        auto* panel = &page(EvaluatePage::Budget)->budget();
        settle();
        QPushButton* measure = nullptr;
        for (auto* b : panel->findChildren<QPushButton*>())
            if (b->isVisible() && b->text().contains(QStringLiteral("56"))) measure = b;
        QVERIFY(measure);
        click(measure);
        settle();
        QCOMPARE(m_work->workspace().results().size(), std::size_t(56));
        QCOMPARE(m_work->jobs().jobs().size(), std::size_t(1));
        QVERIFY(!measure->isVisible());
        QVERIFY(panel->planNow().has_value());
    }

    void session_calibrationAndEvaluations_comeBackAndGoStale()
    {
        runAll({"rtn:bits=4,group=64"});
        const QString file = calibrate();
        QVERIFY(!file.isEmpty());
        settle();
        auto* panel = &page(EvaluatePage::Evaluate)->evaluation();
        chooseMixture(panel, 2);
        evaluateShort(panel);
        const auto before = m_work->workspace().evaluations().back();
        const double output = m_work->workspace().results().front()->error.outputRelativeMse();
        const auto mixture = m_work->workspace().mixture();
        const QString session = m_dir->filePath(QStringLiteral("kept.qscope"));
        QSignalSpy saved(&m_window->session(), &SessionStore::saved);
        m_window->session().save(session, m_window->windowState());
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, 30000);

        const auto reopen = [&](const QString& path) {
            m_work->workspace().clear();
            m_work->workspace().setCalibration({}, {});
            QSignalSpy opened(&m_window->session(), &SessionStore::opened);
            m_window->openPath(path);
            QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, 30000);
            settle();
        };
        reopen(session);
        QCOMPARE(m_work->workspace().calibrationPath(), file);
        QVERIFY(!m_work->workspace().calibrationStale());
        QCOMPARE(m_work->workspace().results().front()->error.outputRelativeMse(), output);
        QVERIFY(m_work->workspace().mixture() == mixture);
        QCOMPARE(m_work->workspace().evaluations().size(), std::size_t(1));
        const auto after = m_work->workspace().evaluations().front();
        QCOMPARE(after->figures.perplexity, before->figures.perplexity);
        QCOMPARE(after->mixture, before->mixture);
        QVERIFY(!after->stale);
        QVERIFY(after->tokens && after->tokens->nll.size() == before->tokens->nll.size());
        QVERIFY(std::fabs(after->tokens->nll.front() - before->tokens->nll.front()) < 1e-5);

        // Another text and another calibration under the same names: said, not hidden.
        QFile text(before->texts.front());
        QVERIFY(text.open(QIODevice::Append));
        text.write("More words.\n");
        text.close();
        QFile inputs(file);
        QVERIFY(inputs.open(QIODevice::ReadWrite) && inputs.seek(inputs.size() - 3));
        inputs.write("\x01\x02\x03", 3);
        inputs.close();
        reopen(session);
        QVERIFY(m_work->workspace().evaluations().front()->stale);
        QVERIFY(m_work->workspace().calibrationStale());
        QVERIFY(m_work->workspace().stale(*m_work->workspace().results().front()));
    }
};

QTEST_MAIN(TestEvaluatePage)
#include "tst_evaluate_page.moc"
