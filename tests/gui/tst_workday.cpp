// SPDX-License-Identifier: GPL-3.0-or-later
// A day's work by real events: parts of a tensor, a file that changes, another checkpoint as B, pictures for print, the
// preview of a recipe, and an explanation behind every number. QS_PICTURES=DIR keeps pictures of it.
#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "app/gui/picture_export.h"
#include "app/gui/session_store.h"
#include "app/gui/settings.h"
#include "app/gui/stage.h"
#include "core/base/format.h"
#include "core/exec/thread_guard.h"
#include "tests/support/small_model.h"
#include "tests/support/window_thread.h"
#include "widgets/models/model_roles.h"
#include "widgets/panels/checkpoint_panel.h"
#include "widgets/panels/recipe_panel.h"
#include "widgets/panels/results_panel.h"
#include "widgets/panels/status_line.h"
#include "widgets/panels/tensor_panel.h"
#include "widgets/plots/heatmap/heat_map_view.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QFile>
#include <QFileDialog>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMouseEvent>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QTreeView>

using namespace qs::gui;

namespace {

qs::quant::Recipe recipe(const char* text) { return *qs::quant::parseRecipe(text); }

qs::Matrix ramp(qs::Index rows, qs::Index cols, float step)
{
    qs::Matrix m(rows, cols);
    for (qs::Index r = 0; r < rows; ++r)
        for (qs::Index c = 0; c < cols; ++c) m.at(r, c) = step * static_cast<float>((r * 7 + c * 13) % 101 - 50);
    return m;
}

} // namespace

class TestWorkday : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { qs::test::forbidWorkInWindow(); }
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_settings = std::make_unique<Settings>(m_dir->filePath(QStringLiteral("settings.ini")));
        open();
    }
    void cleanup()
    {
        m_window.reset();
        m_work.reset();
        m_settings.reset();
        m_dir.reset();
    }

    void part_dragOnTheMap_isMeasuredAgainstTheWhole()
    {
        openSample();
        choose("model.layers.0.self_attn.q_proj.weight");
        m_work->run({m_work->selection().tensor()}, {recipe("rtn:bits=3,group=32")});
        settle();
        m_window->stage().showPage(QStringLiteral("heatmap"));
        settle();
        auto* map = m_window->stage().currentPage()->findChild<HeatMapView*>(QStringLiteral("heatmapA"));
        QVERIFY(map && map->isVisible());
        const QString whole = m_window->tensorPanel().fact(QStringLiteral("std"));

        drag(map, {0.3, 0.3}, {0.6, 0.7}, Qt::ControlModifier);

        const auto part = m_work->selection().region();
        QVERIFY(part.has_value());
        QVERIFY(part->row0 > 0 && part->row1 < 256 && part->col0 > 0 && part->col1 < 256);
        settle();
        QTRY_VERIFY(!m_window->tensorPanel().partFact(QStringLiteral("std")).isEmpty());
        QVERIFY(!m_window->tensorPanel().partFact(QStringLiteral("mse")).isEmpty());
        QCOMPARE(m_window->tensorPanel().fact(QStringLiteral("std")), whole);
        QVERIFY(visibleText(m_window->stage().currentPage()).contains(QStringLiteral("selected: rows %1–%2").arg(part->row0).arg(part->row1 - 1)));
        keep(QStringLiteral("part_heatmap"));
        m_window->stage().showPage(QStringLiteral("distribution"));
        settle();
        QVERIFY(m_window->stage().currentPage()->plots().front()->data());
        QVERIFY(QString::fromStdString(m_window->stage().currentPage()->plots().front()->data()->title).contains(QStringLiteral("rows %1").arg(part->row0)));
        keep(QStringLiteral("part_distribution"));

        QTest::keyClick(m_window.get(), Qt::Key_Left, Qt::AltModifier); // the way back holds parts
        QVERIFY(!m_work->selection().region());
        QTest::keyClick(m_window.get(), Qt::Key_Right, Qt::AltModifier);
        QVERIFY(m_work->selection().region() == part);
        m_window->stage().setFocus();
        QTest::keyClick(&m_window->stage(), Qt::Key_Escape);
        QVERIFY(!m_work->selection().region());
        settle();
        QVERIFY(m_window->tensorPanel().partFact(QStringLiteral("std")).isEmpty());
    }

    void part_head_isCutByTheConfig()
    {
        openSample();
        m_window->stage().showPage(QStringLiteral("heatmap"));
        auto* box = m_window->stage().currentPage()->findChild<QComboBox*>(QStringLiteral("parts"));
        QVERIFY(box);
        const struct {
            const char* tensor;
            int heads;
            bool rows;
        } cases[] = {{"q_proj", 4, true}, {"k_proj", 2, true}, {"v_proj", 2, true}, {"o_proj", 4, false}};
        for (const auto& c : cases) {
            choose((std::string("model.layers.1.self_attn.") + c.tensor + ".weight").c_str());
            settle();
            QVERIFY(box->isVisible());
            QCOMPARE(box->count(), c.heads + 1);
            box->setFocus();
            QTest::keyClick(box, Qt::Key_Down);
            QTest::keyClick(box, Qt::Key_Down); // head 1, of 64 rows or columns
            const auto part = m_work->selection().region();
            QVERIFY2(part.has_value(), c.tensor);
            QCOMPARE(c.rows ? part->row0 : part->col0, qs::Index(64));
            QCOMPARE(c.rows ? part->row1 : part->col1, qs::Index(128));
            QCOMPARE(part->label, QStringLiteral("head 1"));
        }
        keep(QStringLiteral("part_head"));
        choose("model.layers.1.mlp.up_proj.weight");
        settle();
        QVERIFY(!box->isVisible());
        QVERIFY(!m_work->selection().region());
    }

    void reload_changedTensor_marksItsResultsStale()
    {
        const QString path = m_dir->filePath(QStringLiteral("model.safetensors"));
        write(path, {{"model.layers.0.mlp.up_proj.weight", ramp(64, 64, 0.01F)}, {"model.layers.0.mlp.down_proj.weight", ramp(64, 64, 0.02F)}});
        m_window->openPath(path);
        QTRY_VERIFY_WITH_TIMEOUT(m_work->selection().tensor().valid(), 10000);
        m_work->run(m_work->defaultTensors(), {recipe("rtn:bits=3,group=32")});
        settle();
        QCOMPARE(m_work->workspace().results().size(), std::size_t(2));
        choose("model.layers.0.mlp.up_proj.weight");
        settle();
        const QString before = m_window->tensorPanel().fact(QStringLiteral("std"));
        write(path, {{"model.layers.0.mlp.up_proj.weight", ramp(64, 64, 0.05F)}, {"model.layers.0.mlp.down_proj.weight", ramp(64, 64, 0.02F)}});

        QSignalSpy checked(m_work.get(), &Workbench::outdated);
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_COMPARE_WITH_TIMEOUT(checked.count(), 1, 10000);
        settle();

        QCOMPARE(checked[0][1].toInt(), 1);
        for (const auto& r : m_work->workspace().results()) QCOMPARE(m_work->workspace().stale(*r), r->tensor == "model.layers.0.mlp.up_proj.weight");
        QCOMPARE(QString::fromStdString(m_work->selection().tensorInfo()->name), QStringLiteral("model.layers.0.mlp.up_proj.weight"));
        QTRY_VERIFY(m_window->tensorPanel().fact(QStringLiteral("std")) != before);
        const auto words = [this] {
            QString out;
            const auto* model = m_window->resultsPanel().table()->model();
            for (int i = 0; i < model->rowCount(); ++i) out += model->index(i, ResultsModel::RecipeColumn).data().toString() + QLatin1Char('\n');
            return out;
        };
        QTRY_COMPARE(words().count(QStringLiteral("stale")), 1);
        QVERIFY(m_window->statusLine().valueText().contains(QStringLiteral("stale")));
        keep(QStringLiteral("stale"));

        m_window->stage().setFocus();
        QTest::keyClick(&m_window->stage(), Qt::Key_R); // made anew
        settle();
        QTRY_COMPARE(words().count(QStringLiteral("stale")), 0);
        QCOMPARE(m_work->workspace().results().size(), std::size_t(2));
    }

    void otherCheckpoint_byTheMenu_isBAndComesBackWithTheSession()
    {
        const char* name = "model.layers.0.mlp.up_proj.weight";
        const QString path = m_dir->filePath(QStringLiteral("model.safetensors"));
        const QString other = m_dir->filePath(QStringLiteral("other.safetensors"));
        qs::Matrix theirs = ramp(64, 64, 0.01F);
        theirs.at(3, 5) += 0.25F;
        write(path, {{name, ramp(64, 64, 0.01F)}});
        write(other, {{name, std::move(theirs)}});
        m_window->openPath(path);
        QTRY_VERIFY_WITH_TIMEOUT(m_work->selection().tensor().valid(), 10000);
        m_work->run(m_work->defaultTensors(), {recipe("rtn:bits=3,group=32")});
        settle();

        chooseFile(other);
        clickMenu(QStringLiteral("compare_checkpoint"));
        QTRY_VERIFY_WITH_TIMEOUT(m_work->selection().b() && m_work->selection().b()->foreign, 10000);
        settle();

        QCOMPARE(m_window->stage().id(m_window->stage().current()), QStringLiteral("compare"));
        const double error = m_work->selection().b()->error.relativeMse();
        QVERIFY(error > 0);
        keep(QStringLiteral("other_checkpoint"));
        const std::string a = m_work->selection().a()->key();
        const std::string b = m_work->selection().b()->key();
        m_work->selection().swapAB(); // the other one as A
        const QString session = m_dir->filePath(QStringLiteral("work.qscope"));
        QSignalSpy saved(&m_window->session(), &SessionStore::saved);
        m_window->session().save(session, m_window->windowState());
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, 10000);

        open(); // another window
        m_window->openPath(session);
        QTRY_VERIFY_WITH_TIMEOUT(m_work->selection().a() && m_work->selection().a()->foreign, 15000);
        settle();
        QCOMPARE(m_work->selection().a()->key(), b);
        QVERIFY(m_work->selection().b());
        QCOMPARE(m_work->selection().b()->key(), a);
        QCOMPARE(m_work->selection().a()->error.relativeMse(), error);
    }

    void otherCheckpoint_ofTheEnvironment_isCompared()
    {
        // QS_COMPARE=ORIGINAL:OTHER takes real files.
        const QStringList words = qEnvironmentVariable("QS_COMPARE").split(QLatin1Char(':'));
        if (words.size() != 2) QSKIP("QS_COMPARE names no checkpoints");
        m_window->openPath(words[0]);
        QTRY_VERIFY_WITH_TIMEOUT(m_work->selection().tensor().valid(), 60000);
        m_work->run({m_work->selection().tensor()}, {recipe("ggml:type=q4_k")});
        settle();
        chooseFile(words[1]);
        clickMenu(QFileInfo(words[1]).isDir() ? QStringLiteral("compare_folder") : QStringLiteral("compare_checkpoint"));
        QTRY_VERIFY_WITH_TIMEOUT(m_work->selection().b() && m_work->selection().b()->foreign, 120000);
        settle(600000);
        int foreign = 0;
        for (const auto& r : m_work->workspace().results()) {
            if (!r->foreign) continue;
            ++foreign;
            QVERIFY2(r->error.relativeMse() < 0.2, r->tensor.c_str());
        }
        qInfo("%d tensors compared; %s: rel. MSE %g", foreign, m_work->selection().b()->label().c_str(), m_work->selection().b()->error.relativeMse());
        keep(QStringLiteral("real_checkpoint"));
    }

    void picture_forPrint_isBlackOnWhite()
    {
        openSample();
        m_work->run({m_work->selection().tensor()}, {recipe("rtn:bits=3,group=32"), recipe("nf:group=64")});
        settle();
        m_work->theme().setMode(Theme::Dark);
        settle();
        QAction* print = m_window->actions()["print_theme"];
        QVERIFY(print->isCheckable() && !print->isChecked());
        print->trigger();
        QVERIFY(m_settings->printPictures());
        for (const char* page : {"distribution", "heatmap", "codebook", "compare"}) {
            m_window->stage().showPage(QString::fromLatin1(page));
            settle();
            PlotView* plot = m_window->stage().focusedPlot();
            QVERIFY(plot);
            const QString stem = pictures().filePath(QStringLiteral("print_%1").arg(QLatin1String(page)));
            for (const char* suffix : {".png", ".svg", ".pdf"}) QVERIFY2(plot->exportPicture(stem + QLatin1String(suffix), {960, 600}, true), page);
            const QImage white(stem + QStringLiteral(".png"));
            QCOMPARE(white.pixelColor(1, 1), QColor(Qt::white));
            int black = 0;
            for (int y = 0; y < white.height(); ++y)
                for (int x = 0; x < white.width(); ++x) black += white.pixelColor(x, y).lightness() < 60;
            QVERIFY2(black > 300, page); // axes and letters
            QFile svg(stem + QStringLiteral(".svg"));
            QVERIFY(svg.open(QIODevice::ReadOnly));
            const QString text = QString::fromUtf8(svg.readAll());
            QVERIFY(!text.contains(QStringLiteral("#16181C"), Qt::CaseInsensitive) && !text.contains(QStringLiteral("#1E2126"), Qt::CaseInsensitive));
            // What is on show keeps its colours.
            QVERIFY(!m_work->theme().printing());
            QVERIFY(plot->grab().toImage().pixelColor(1, 1).lightness() < 60);
        }
        const QString folder = m_dir->filePath(QStringLiteral("all"));
        QVERIFY(QDir().mkpath(folder));
        const auto n = saveAllPlots(m_window->stage(), folder, true);
        QVERIFY(n && *n >= 4);
        for (const QFileInfo& f : QDir(folder).entryInfoList({QStringLiteral("*.png")}))
            QVERIFY2(QImage(f.filePath()).pixelColor(1, 1) == QColor(Qt::white), qPrintable(f.fileName()));
    }

    void preview_restingParameter_showsTheFigureOfTheWholeTensor()
    {
        openSample();
        choose("model.layers.0.mlp.up_proj.weight"); // 768 rows: more than the sample
        settle();
        const auto line = [this] {
            for (const auto* l : m_window->recipePanel().findChildren<QLabel*>())
                if (l->text().contains(QStringLiteral("rel. MSE"))) return l->text();
            return QString();
        };
        m_window->recipePanel().setRecipe(recipe("rtn:bits=4,group=64"));
        m_window->recipePanel().setRecipe(recipe("rtn:bits=3,group=64")); // drops what the last one asked for
        QTRY_VERIFY_WITH_TIMEOUT(line().contains(QStringLiteral("≈")), 5000);
        QTRY_VERIFY_WITH_TIMEOUT(line().contains(QStringLiteral("rel. MSE ")) && !line().contains(QStringLiteral("of 768 rows")), 8000);
        m_work->run({m_work->selection().tensor()}, {recipe("rtn:bits=3,group=64")});
        settle();
        QVERIFY(m_work->selection().a());
        QVERIFY(line().contains(QString::fromStdString(qs::formatError(m_work->selection().a()->error.relativeMse()))));
        QCOMPARE(m_work->selection().a()->device, m_settings->device().toStdString());
    }

private:
    void open()
    {
        m_window.reset();
        m_work = std::make_unique<Workbench>(nullptr, 2);
        m_work->theme().setMode(Theme::Light);
        m_window = std::make_unique<MainWindow>(*m_work, *m_settings);
        m_window->confirmClose = [](int) { return true; };
        m_window->resize(1440, 900);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void openSample()
    {
        m_window->openPath(QStringLiteral(QS_SAMPLE_DIR));
        QTRY_VERIFY_WITH_TIMEOUT(m_work->selection().tensor().valid(), 20000);
        settle();
    }
    void settle(int milliseconds = 30000)
    {
        int calm = 0;
        QElapsedTimer clock;
        clock.start();
        while (calm < 5 && clock.elapsed() < milliseconds) {
            QTest::qWait(20);
            const bool now = m_work->jobs().activeJobs() == 0 && m_work->jobs().activeRequests() == 0 && !m_work->opening() && !m_work->theme().restyling();
            calm = now ? calm + 1 : 0;
        }
    }
    void choose(const char* tensor)
    {
        const auto& c = m_work->workspace().checkpoints().front();
        m_work->selection().setTensor({c.id, c.source->find(tensor)});
    }
    static void write(const QString& path, const std::map<std::string, qs::Matrix>& tensors)
    {
        const qs::AllowWork allowed;
        QFile::remove(path); // what is mapped stays as it was
        qs::test::writeModel(path.toStdString(), tensors, {});
    }
    static void drag(QWidget* w, QPointF from, QPointF to, Qt::KeyboardModifiers modifiers)
    {
        const auto at = [w](QPointF p) { return QPoint(static_cast<int>(p.x() * w->width()), static_cast<int>(p.y() * w->height())); };
        QTest::mousePress(w, Qt::LeftButton, modifiers, at(from));
        for (int i = 1; i <= 4; ++i) {
            const QPointF p(at(from + (to - from) * i / 4.0));
            QMouseEvent move(QEvent::MouseMove, p, w->mapToGlobal(p), Qt::NoButton, Qt::LeftButton, modifiers);
            QApplication::sendEvent(w, &move);
        }
        QTest::mouseRelease(w, Qt::LeftButton, modifiers, at(to));
    }
    // Answers the next file dialog by its line.
    void chooseFile(const QString& path)
    {
        auto* timer = new QTimer(this);
        connect(timer, &QTimer::timeout, this, [timer, path] {
            auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            if (!dialog) return;
            timer->deleteLater();
            timer->stop();
            auto* line = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
            line->setText(path);
            QTest::keyClick(line, Qt::Key_Return);
            if (dialog->isVisible()) static_cast<QDialog*>(dialog)->accept();
        });
        timer->start(100);
    }
    void clickMenu(const QString& id)
    {
        QAction* action = m_window->actions()[id.toLatin1().constData()];
        for (QAction* title : m_window->menuBar()->actions()) {
            QMenu* menu = title->menu();
            if (!menu || !menu->actions().contains(action)) continue;
            QTest::mouseClick(m_window->menuBar(), Qt::LeftButton, {}, m_window->menuBar()->actionGeometry(title).center());
            QTRY_VERIFY(menu->isVisible());
            QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
            return;
        }
        QFAIL(qPrintable(id + QStringLiteral(" stands in no menu")));
    }
    static QString visibleText(const QWidget* in)
    {
        QString out;
        for (const auto* l : in->findChildren<QLabel*>())
            if (l->isVisible()) out += l->text() + QLatin1Char('\n');
        return out;
    }
    QDir pictures() const
    {
        const QString folder = qEnvironmentVariable("QS_PICTURES");
        if (folder.isEmpty()) return QDir(m_dir->path());
        QDir().mkpath(folder);
        return QDir(folder);
    }
    void keep(const QString& name) const
    {
        if (!qEnvironmentVariable("QS_PICTURES").isEmpty()) m_window->grab().save(pictures().filePath(name + QStringLiteral(".png")));
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Workbench> m_work;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestWorkday)
#include "tst_workday.moc"
