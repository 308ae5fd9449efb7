// SPDX-License-Identifier: GPL-3.0-or-later
// "Explain this number", for every number: tables, labels, plots and their read-outs, by mouse and by keyboard.
#include "app/gui/actions.h"
#include "app/gui/explainer.h"
#include "app/gui/flow.h"
#include "app/gui/session_store.h"
#include "app/gui/stage.h"
#include "core/plots/plot_registry.h"
#include "tests/gui/window_fixture.h"
#include "widgets/common/explain.h"
#include "widgets/models/jobs_model.h"
#include "widgets/models/recent_files.h"
#include "widgets/models/results_model.h"
#include "widgets/models/session_diff_model.h"
#include "widgets/pages/evaluate/budget_panel.h"
#include "widgets/pages/evaluate/calibrate_panel.h"
#include "widgets/pages/evaluate/evaluate_page.h"
#include "widgets/pages/evaluate/evaluation_panel.h"
#include "widgets/panels/results_panel.h"
#include "widgets/panels/session_diff_window.h"
#include "widgets/plots/heatmap/heat_map_view.h"
#include "widgets/plots/laboratory/level_editor.h"
#include "widgets/plots/plot_view.h"

#include <QAbstractItemView>
#include <QCheckBox>
#include <QComboBox>
#include <QDockWidget>
#include <QHeaderView>
#include <QLabel>
#include <QMouseEvent>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTextBrowser>
#include <QToolTip>
#include <qcustomplot.h>
#include <set>

using namespace qs::gui;
using qs::test::WindowFixture;

class TestExplain : public QObject {
    Q_OBJECT
    std::unique_ptr<WindowFixture> m_fixture;

private slots:
    void initTestCase()
    {
        m_fixture = std::make_unique<WindowFixture>();
        auto& w = *m_fixture;
        QVERIFY(w.open(QStringLiteral(QS_SAMPLE_DIR)));
        const auto tensors = w.work->defaultTensors();
        w.work->run({tensors.begin(), tensors.begin() + 6}, {WindowFixture::recipe("rtn:bits=3,group=32"), WindowFixture::recipe("nf:group=64")});
        w.work->selection().setTensor(tensors.front());
        QVERIFY(w.settle());
        QVERIFY(w.work->selection().a() && w.work->selection().b());
    }
    void cleanupTestCase() { m_fixture.reset(); }

    void table_everyFigure_saysWhatFormulaAndSource()
    {
        std::set<std::string> ids;
        for (const FigureInfo& f : figures()) {
            QVERIFY2(std::strlen(f.what) > 5 && std::strlen(f.formula) >= 3 && std::strlen(f.source) > 8, f.id);
            QVERIFY2(ids.insert(f.id).second, f.id);
            QVERIFY(figureNamed(f.id) == f.figure);
            const QString words = explain(f.figure, {QStringLiteral("= 1 / 2")}, QStringLiteral("this tensor"));
            QVERIFY2(isExplanation(words), f.id);
            QCOMPARE(words.section(QLatin1Char('\n'), 0, 0), QString::fromUtf8(f.what));
            QVERIFY(words.contains(QStringLiteral("Formula: ") + QString::fromUtf8(f.formula)));
            QVERIFY(words.contains(QStringLiteral("\n= 1 / 2\n")));
            QVERIFY(words.contains(QStringLiteral("Source: this tensor; ")));
        }
        QVERIFY(!figureNamed("") && !figureNamed("nonsense"));
        QVERIFY(!isExplanation(QStringLiteral("rows and columns")));
    }

    // Every plot of the program under every choice of its options: the values and the axes name figures of the table.
    void plots_everyChoice_namesItsFigures()
    {
        auto& w = *m_fixture;
        QStringList bad;
        for (const auto& info : qs::plots::builtinPlots().plots()) {
            std::vector<std::map<std::string, std::string>> choices{{}};
            for (const auto& o : info.options)
                for (const auto& c : o.choices) choices.push_back({{o.name, c}});
            if (info.name == "codebook") choices.push_back({{"map", "usage"}});
            for (auto options : choices) {
                if (options.contains("scope") && options["scope"] == "region") options["region"] = "0:8,0:8";
                qs::plots::PlotInput in;
                in.source = w.work->workspace().checkpoints().front().source;
                in.tensor = info.wholeModel ? -1 : w.work->selection().tensor().tensor;
                in.results = info.wholeModel ? w.work->workspace().results() : w.work->selection().shown();
                in.options = options;
                in.calibrationOf = [](const qs::io::ModelSource&, const qs::io::TensorInfo& t) -> qs::Result<std::shared_ptr<const qs::quant::Calibration>> {
                    auto c = std::make_shared<qs::quant::Calibration>();
                    c->inputs = t.shape[1];
                    c->meanAbs.assign(static_cast<std::size_t>(t.shape[1]), 1.0F);
                    c->meanSquare = c->maxAbs = c->meanAbs;
                    return std::shared_ptr<const qs::quant::Calibration>(c);
                };
                const qs::AllowWork allowed;
                const auto made = info.make(in, {});
                const QString at = QString::fromStdString(info.name + (options.empty() ? std::string() : " " + options.begin()->first + "=" + options.begin()->second));
                // These results were made without a calibration: what their output error would be called, the tables test.
                if (!made && made.error().code == qs::ErrorCode::Lacking && options.size() == 1 && options.begin()->second == "output") continue;
                if (!made) {
                    bad << at + QStringLiteral(": ") + QString::fromStdString(made.error().text());
                    continue;
                }
                const auto& p = **made;
                if (!p.heat.empty() && !figureNamed(p.figure)) bad << at + QStringLiteral(": values");
                const auto named = [&](const qs::plots::Axis& a, bool labels) { return labels || figureNamed(a.figure).has_value(); };
                const bool cols = !p.heat.empty() && !p.heat.front().colLabels.empty();
                const bool rows = !p.heat.empty() && !p.heat.front().rowLabels.empty();
                if (!named(p.x, cols)) bad << at + QStringLiteral(": x ") + QString::fromStdString(p.x.label);
                if (!named(p.y, rows)) bad << at + QStringLiteral(": y ") + QString::fromStdString(p.y.label);
            }
        }
        QVERIFY2(bad.isEmpty(), qPrintable(bad.join(QLatin1Char('\n'))));
    }

    void everyPage_everyNumber_saysFormulaAndSource()
    {
        auto& w = *m_fixture;
        w.work->selection().pinCell(Cell{3, 5});
        w.work->selection().setRegion(Region{0, 64, 0, 128, {}});
        w.window->applyLayout(MainWindow::Layout::Run);
        for (QDockWidget* d : w.window->docks()) d->show();
        QVERIFY(w.settle());
        QStringList bad;
        for (int i = 0; i < w.window->stage().count(); ++i) {
            w.window->stage().setCurrent(i);
            w.settle();
            for (const QString& line : unexplained(w.window.get()))
                if (!bad.contains(line)) bad << w.window->stage().title(i) + QStringLiteral(": ") + line;
        }
        w.work->selection().setRegion(std::nullopt);
        for (const QString& line : bad) std::fprintf(stderr, "  %s\n", qPrintable(line));
        QVERIFY(bad.isEmpty());
    }

    void results_everyColumn_fillsInThisNumber()
    {
        auto* model = m_fixture->window->resultsPanel().table()->model();
        QVERIFY(model->rowCount() > 0);
        for (int c = 0; c < model->columnCount(); ++c) {
            const QString words = model->index(0, c).data(Qt::ToolTipRole).toString();
            QVERIFY2(isExplanation(words), qPrintable(words));
            QVERIFY2(isExplanation(model->headerData(c, Qt::Horizontal, Qt::ToolTipRole).toString()), qPrintable(QString::number(c)));
            QCOMPARE(model->index(0, c).data(Qt::AccessibleDescriptionRole).toString(), words);
        }
        const auto& r = *m_fixture->work->workspace().results().front();
        const auto at = [&](int c) { return model->index(0, c).data(Qt::ToolTipRole).toString(); };
        // bpw: each stored array with its bits.
        QVERIFY(r.artefact);
        for (const auto& a : r.artefact->arrays.arrays()) QVERIFY2(at(ResultsModel::BitsColumn).contains(QString::fromStdString(a.name)), a.name.c_str());
        QVERIFY(at(ResultsModel::BitsColumn).contains(QStringLiteral("weights")));
        QVERIFY(at(ResultsModel::RelMseColumn).contains(QString::fromStdString(r.tensor)));
        QVERIFY(at(ResultsModel::RelMseColumn).contains(QStringLiteral(" / ")));
        QVERIFY(at(ResultsModel::RecipeColumn).contains(QString::fromStdString(r.recipe.text())));
        QVERIFY(at(ResultsModel::TimeColumn).contains(QString::fromStdString(r.device)));
    }

    void headers_ofEveryTable_areWhole()
    {
        // Roles of models that no page shows just now.
        RecentFiles recent;
        recent.add(QStringLiteral("/models/a.safetensors"), 1234567);
        QVERIFY(isExplanation(recent.index(0, 0).data(Qt::ToolTipRole).toString()));
        JobsModel jobs(m_fixture->work->jobs());
        QVERIFY(jobs.rowCount() > 0);
        for (const int c : {JobsModel::ProgressColumn, JobsModel::RateColumn, JobsModel::TimeColumn}) QVERIFY(isExplanation(jobs.index(0, c).data(Qt::ToolTipRole).toString()));
    }

    void plotCells_byMouseAndByKeyboard_areExplained()
    {
        auto& w = *m_fixture;
        QSignalSpy said(&w.window->flow().explainer(), &Explainer::explained);
        int plots = 0;
        for (int i = 0; i < w.window->stage().count(); ++i) {
            w.window->stage().setCurrent(i);
            w.settle();
            for (PlotView* plot : w.window->stage().currentPage()->plots()) {
                if (!plot->isVisible()) continue;
                if (!plot->data() && w.window->stage().title(i) == QStringLiteral("Evaluate")) continue; // nothing was evaluated yet
                const QString where = w.window->stage().title(i) + QStringLiteral(" · ") + plot->accessibleName();
                if (plot->plot()->isVisible()) QVERIFY2(plot->data(), qPrintable(where));
                // By keyboard: the read-out is moved, F1 says what it is.
                plot->setFocus(Qt::TabFocusReason);
                QVERIFY2(QApplication::focusWidget() == plot, qPrintable(where));
                QTest::keyClick(plot, Qt::Key_Right, Qt::ShiftModifier);
                QTest::keyClick(plot, Qt::Key_Right);
                QTest::keyClick(plot, Qt::Key_Left, Qt::ShiftModifier);
                said.clear();
                QTest::keyClick(plot, Qt::Key_F1);
                QVERIFY2(said.count() == 1, qPrintable(where + QStringLiteral(": F1 says nothing")));
                const QString words = said[0][0].toString();
                QVERIFY2(isExplanation(words), qPrintable(where + QLatin1Char('\n') + words));
                if (const auto data = plot->data(); data && !data->heat.empty() && plot->plot()->isVisible())
                    QVERIFY2(words.contains(plot->readOutText()) && !plot->readOutText().isEmpty(), qPrintable(where + QLatin1Char('\n') + words));
                ++plots;
            }
        }
        QToolTip::hideText();
        QVERIFY(plots >= 10);
    }

    void plotCell_byMouse_namesTheTensorAndItsSums()
    {
        auto& w = *m_fixture;
        w.window->stage().showPage(QStringLiteral("overview"));
        w.settle();
        PlotView* plot = w.window->stage().currentPage()->plots().front();
        for (auto* box : w.window->stage().currentPage()->findChildren<QComboBox*>()) {
            const int at = box->findData(QStringLiteral("relative_mse"));
            if (at >= 0) box->setCurrentIndex(at);
        }
        w.settle();
        QVERIFY(plot->data() && plot->data()->figure == "relative_mse");
        // Over every cell of the first map: the mouse, read-out, explanation.
        const auto& g = plot->data()->heat.front();
        const auto& source = *w.work->workspace().checkpoints().front().source;
        int explained = 0;
        auto* rect = plot->plot()->axisRectCount() > 0 ? plot->plot()->axisRect(0) : nullptr;
        QVERIFY(rect);
        for (int r = 0; r < g.rows; ++r)
            for (int c = 0; c < g.cols; ++c) {
                const std::size_t k = static_cast<std::size_t>(r * g.cols + c);
                if (std::isnan(g.values[k])) continue;
                const QPointF at(rect->axis(QCPAxis::atBottom)->coordToPixel(g.xMin + (c + 0.5) * (g.xMax - g.xMin) / g.cols),
                                 rect->axis(QCPAxis::atLeft)->coordToPixel(g.yMin + (r + 0.5) * (g.yMax - g.yMin) / g.rows));
                QMouseEvent move(QEvent::MouseMove, at, plot->plot()->mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
                QApplication::sendEvent(plot->plot(), &move);
                const QString words = plot->explanation();
                QVERIFY2(isExplanation(words), qPrintable(words));
                QVERIFY2(words.contains(QString::fromStdString(source.tensors[static_cast<std::size_t>(g.tensors[k])].name)), qPrintable(words));
                QVERIFY2(words.contains(QStringLiteral("= ")) && words.contains(QStringLiteral(" / ")), qPrintable(words)); // its two sums
                ++explained;
            }
        QVERIFY(explained >= 6);
        // Ctrl over it shows the words at once.
        QSignalSpy said(&w.window->flow().explainer(), &Explainer::explained);
        const QPointF centre = rect->center();
        QCursor::setPos(plot->plot()->mapToGlobal(rect->center()));
        QMouseEvent hover(QEvent::MouseMove, centre, plot->plot()->mapToGlobal(centre), Qt::NoButton, Qt::NoButton, Qt::ControlModifier);
        QApplication::sendEvent(plot->plot(), &hover);
        QTRY_COMPARE(said.count(), 1);
        QVERIFY(isExplanation(said[0][0].toString()));
        QToolTip::hideText();
    }

    void returnKey_onThePlotsCursor_opensTheTensor()
    {
        auto& w = *m_fixture;
        w.window->stage().showPage(QStringLiteral("overview"));
        w.settle();
        for (auto* box : w.window->stage().currentPage()->findChildren<QComboBox*>())
            if (const int at = box->findData(QStringLiteral("std")); at >= 0) box->setCurrentIndex(at);
        w.settle();
        PlotView* plot = w.window->stage().currentPage()->plots().front();
        const TensorRef before = w.work->selection().tensor();
        plot->setFocus();
        for (int i = 0; i < 12 && w.work->selection().tensor() == before; ++i) {
            QTest::keyClick(plot, i % 3 == 0 ? Qt::Key_Down : Qt::Key_Right, Qt::ShiftModifier);
            QTest::keyClick(plot, Qt::Key_Return);
        }
        QVERIFY(!(w.work->selection().tensor() == before));
        w.work->selection().setTensor(before);
        w.settle();
    }

    void dialogs_everyNumber_saysFormulaAndSource()
    {
        auto& w = *m_fixture;
        const QString session = w.dir->filePath(QStringLiteral("before.qscope"));
        QSignalSpy saved(&w.window->session(), &SessionStore::saved);
        w.window->session().save(session, {});
        QVERIFY(saved.count() > 0 || saved.wait(20000));
        QStringList bad;
        const auto look = [&](QDialog* dialog) {
            QVERIFY(QTest::qWaitForWindowExposed(dialog));
            QVERIFY(w.settle());
            for (const QString& line : unexplained(dialog)) bad << dialog->windowTitle() + QStringLiteral(": ") + line;
        };
        for (const char* id : {"settings", "export"}) {
            w.window->actions()[id]->trigger();
            QDialog* dialog = nullptr;
            for (QWidget* top : QApplication::topLevelWidgets())
                if (auto* d = qobject_cast<QDialog*>(top); d && d->isVisible()) dialog = d;
            QVERIFY2(dialog, id);
            look(dialog);
            dialog->reject();
        }
        // The difference of sessions: cells, headers, and F1 and Ctrl there as in the window.
        auto* changes = new SessionDiffWindow(w.work->services(), w.window.get());
        changes->QDialog::show();
        changes->setBefore(session);
        look(changes);
        auto* table = changes->findChild<QTableView*>();
        QVERIFY(table && table->model()->rowCount() > 0);
        for (int c = 0; c < table->model()->columnCount(); ++c)
            QVERIFY2(isExplanation(table->model()->headerData(c, Qt::Horizontal, Qt::ToolTipRole).toString()), qPrintable(QString::number(c)));
        changes->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(changes));
        QSignalSpy said(&w.window->flow().explainer(), &Explainer::explained);
        table->setFocus();
        table->setCurrentIndex(table->model()->index(0, SessionDiffModel::BeforeColumn));
        QTest::keyClick(table, Qt::Key_F1);
        QCOMPARE(said.count(), 1);
        QVERIFY(isExplanation(said[0][0].toString()));
        QVERIFY(said[0][0].toString().contains(figureTitle(Figure::SessionMse)));
        QToolTip::hideText();
        changes->close();
        for (const QString& line : bad) std::fprintf(stderr, "  %s\n", qPrintable(line));
        QVERIFY(bad.isEmpty());
    }

    // Calibration, a plan and an evaluation of few tokens: their tables, lines and plots.
    void evaluatePage_withResults_everyNumberSaysFormulaAndSource()
    {
        auto& w = *m_fixture;
        w.window->stage().showPage(QStringLiteral("evaluate"));
        auto* page = dynamic_cast<EvaluatePage*>(w.window->stage().currentPage());
        QVERIFY(page);
        const auto set = [](QWidget* panel, int value) {
            for (auto* spin : panel->findChildren<QSpinBox*>())
                if (spin->objectName() == QStringLiteral("tokens")) spin->setValue(value);
        };
        QStringList bad;
        const auto look = [&](const char* part) {
            for (const QString& line : unexplained(w.window.get())) bad << QLatin1String(part) + QStringLiteral(": ") + line;
            for (PlotView* plot : w.window->stage().currentPage()->plots()) {
                if (!plot->isVisible() || !plot->data()) continue;
                const QString where = QLatin1String(part) + QStringLiteral(" · ") + plot->accessibleName();
                plot->setFocus(Qt::TabFocusReason);
                QTest::keyClick(plot, Qt::Key_Right, Qt::ShiftModifier);
                QTest::keyClick(plot, Qt::Key_Left, Qt::ShiftModifier);
                if (!isExplanation(plot->explanation())) bad << where + QStringLiteral(": ") + plot->explanation();
                ++m_plotsSeen;
            }
        };
        m_plotsSeen = 0;
        page->setPart(EvaluatePage::Calibrate);
        QVERIFY(w.settle());
        set(&page->calibrate(), 512);
        QVERIFY(w.settle());
        page->calibrate().start();
        QVERIFY(w.settle(120000));
        look("calibrate");
        page->setPart(EvaluatePage::Evaluate);
        QVERIFY(w.settle());
        set(&page->evaluation(), 1024);
        page->evaluation().start();
        QVERIFY(w.settle(120000));
        auto* mixture = page->evaluation().findChild<QComboBox*>(QStringLiteral("mixture"));
        QVERIFY(mixture && mixture->count() > 2);
        mixture->setCurrentIndex(2); // one recipe everywhere: there is something to compare with the original
        Q_EMIT mixture->activated(2);
        page->evaluation().start();
        QVERIFY(w.settle(240000));
        QCOMPARE(page->evaluation().table()->model()->rowCount(), 2);
        look("evaluate");
        for (int c = 0; c < page->evaluation().table()->model()->columnCount(); ++c)
            QVERIFY(isExplanation(page->evaluation().table()->model()->headerData(c, Qt::Horizontal, Qt::ToolTipRole).toString()));
        page->setPart(EvaluatePage::Budget);
        QVERIFY(w.settle());
        for (auto* b : page->budget().findChildren<QPushButton*>())
            if (b->isVisible() && b->text().startsWith(QStringLiteral("Measure"))) b->click();
        QVERIFY(w.settle(240000));
        look("budget");
        QToolTip::hideText();
        for (const QString& line : bad) std::fprintf(stderr, "  %s\n", qPrintable(line));
        QVERIFY(bad.isEmpty());
        QCOMPARE(m_plotsSeen, 4); // inputs, how often and where the loss moves, plans
    }

    void everything_byShiftF1_isOneList()
    {
        auto& w = *m_fixture;
        w.window->stage().showPage(QStringLiteral("compare"));
        w.settle();
        w.window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(w.window.get()));
        QTest::keyClick(w.window.get(), Qt::Key_F1, Qt::ShiftModifier);
        auto* help = w.window->findChild<QDialog*>(QStringLiteral("help"));
        QVERIFY(help && help->isVisible());
        const QString text = help->findChild<QTextBrowser*>()->toPlainText();
        help->close();
        for (const Figure f : {Figure::RelativeMse, Figure::BitsPerWeight, Figure::StandardDeviation, Figure::ForecastBits, Figure::ResidentMemory, Figure::Shape})
            QVERIFY2(text.contains(figureTitle(f)), qPrintable(figureTitle(f)));
        QVERIFY(text.count(QStringLiteral("Formula: ")) > 15);
        QCOMPARE(text.count(QStringLiteral("Formula: ")), text.count(QStringLiteral("Source: ")));
    }

private:
    int m_plotsSeen = 0;

    // Numbers on show in the window that do not explain themselves: cells of tables and labels.
    static QStringList unexplained(QWidget* window)
    {
        static const QRegularExpression kNumber(QStringLiteral("(?<![\\w.#])[−+<≈]?\\s?-?\\d"));
        QStringList out;
        for (auto* view : window->findChildren<QAbstractItemView*>()) {
            if (!view->isVisible() || view->window() != window || !view->model() || qobject_cast<QHeaderView*>(view)) continue;
            if (view->parentWidget() && view->parentWidget()->inherits("QComboBoxPrivateContainer")) continue;
            const auto walk = [&](const auto& self, const QModelIndex& parent, int depth) -> void {
                for (int r = 0; r < std::min(view->model()->rowCount(parent), 20); ++r) {
                    for (int c = 0; c < view->model()->columnCount(parent); ++c) {
                        const QModelIndex at = view->model()->index(r, c, parent);
                        const QString shown = at.data().toString();
                        if (!shown.contains(kNumber)) continue;
                        const QString words = at.data(Qt::ToolTipRole).toString();
                        if (isExplanation(words)) continue;
                        out << QStringLiteral("%1, column %2: %3 | %4").arg(view->accessibleName(), view->model()->headerData(c, Qt::Horizontal).toString(), shown, words);
                    }
                    if (depth < 4) self(self, view->model()->index(r, 0, parent), depth + 1);
                }
            };
            walk(walk, view->rootIndex(), 0);
        }
        for (const auto* label : window->findChildren<QLabel*>()) {
            if (!label->isVisible() || label->window() != window || !label->text().contains(kNumber)) continue;
            if (isExplanation(label->toolTip()) || label->buddy() || label->parentWidget()->inherits("qs::gui::PlotView")) continue;
            out << QStringLiteral("label %1 in %2: %3 | %4").arg(label->accessibleName(), QLatin1String(label->parentWidget()->metaObject()->className()), label->text(), label->toolTip());
        }
        return out;
    }
};

QTEST_MAIN(TestExplain)
#include "tst_explain.moc"
