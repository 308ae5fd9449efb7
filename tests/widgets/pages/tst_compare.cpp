// SPDX-License-Identifier: GPL-3.0-or-later
// The Compare page by real events: every mode of every view, choosing A and B, worst places, another checkpoint, sessions.
#include "core/io/format_registry.h"
#include "core/session/session.h"
#include "tests/support/small_model.h"
#include "widgets/models/layer_recipe_model.h"
#include "widgets/models/session_diff_model.h"
#include "widgets/pages/compare/compare_page.h"
#include "widgets/pages/layer_table.h"
#include "widgets/pages/compare/worst_list.h"
#include "widgets/pages/heatmap/heatmap_page.h"
#include "widgets/panels/session_diff_window.h"
#include "widgets/plots/compare/curtain.h"
#include "widgets/plots/compare/plot_compare.h"
#include "widgets/plots/heatmap/heat_compare.h"
#include "widgets/selection/checkpoint_comparison.h"

#include <QAbstractButton>
#include <QApplication>
#include <QMenu>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QWheelEvent>
#include <QtTest>
#include <qcustomplot.h>

using namespace qs;
using namespace qs::gui;

class TestCompare : public QObject {
    Q_OBJECT
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<JobRunner> m_jobs;
    std::unique_ptr<Selection> m_selection;
    std::unique_ptr<TensorCache> m_cache;
    std::shared_ptr<const io::ModelSource> m_source;
    TensorRef m_tensor;

    Services services() { return {*m_workspace, *m_selection, *m_cache, *m_jobs, *m_theme}; }

    void settle()
    {
        QTest::qWait(10);
        QTRY_VERIFY_WITH_TIMEOUT(m_jobs->activeRequests() == 0 && m_jobs->activeJobs() == 0, 30000);
        QTest::qWait(30);
        QTRY_VERIFY_WITH_TIMEOUT(m_jobs->activeRequests() == 0, 30000);
        QTest::qWait(20);
    }
    std::unique_ptr<ComparePage> page(QSize size = {1000, 640})
    {
        auto p = std::make_unique<ComparePage>(services(), nullptr);
        p->resize(size);
        p->show();
        settle();
        return p;
    }
    // Pictures for the eye, where asked for.
    static void keep(QWidget* w, const QString& name)
    {
        if (const QString pictures = qEnvironmentVariable("QS_PICTURES"); !pictures.isEmpty()) w->grab().save(pictures + QLatin1Char('/') + name + QStringLiteral(".png"));
    }
    static QByteArray looks(QWidget* w)
    {
        const QImage image = w->grab().toImage();
        return QCryptographicHash::hash(QByteArray(reinterpret_cast<const char*>(image.constBits()), static_cast<qsizetype>(image.sizeInBytes())), QCryptographicHash::Sha1);
    }
    static QPoint pixelOf(PlotView* v, double x, double y)
    {
        auto* rect = v->plot()->axisRect(0);
        return QPointF(rect->axis(QCPAxis::atBottom)->coordToPixel(x), rect->axis(QCPAxis::atLeft)->coordToPixel(y)).toPoint();
    }

private slots:
    void initTestCase()
    {
        m_theme = std::make_unique<Theme>();
        m_theme->setMode(qEnvironmentVariableIsSet("QS_DARK") ? Theme::Dark : Theme::Light);
        m_theme->apply();
        m_workspace = std::make_unique<Workspace>();
        m_jobs = std::make_unique<JobRunner>();
        m_selection = std::make_unique<Selection>(*m_workspace);
        m_cache = std::make_unique<TensorCache>(*m_workspace, *m_jobs);
        auto source = io::openModel(QS_SOURCE_DIR "/resources/sample", {});
        QVERIFY2(source, source ? "" : source.error().text().c_str());
        m_source = *source;
        const int id = m_workspace->addCheckpoint(m_source);
        for (const char* name : {"model.layers.0.mlp.down_proj.weight", "model.layers.1.mlp.down_proj.weight"})
            for (const char* text : {"rtn:bits=3,group=64", "afpq:format=nf3,group=64", "nf:format=nf3,group=64", "rtn:bits=4,group=64", "nf:format=nf4,group=64"}) {
                const auto tensor = m_source->find(name);
                QVERIFY(tensor >= 0);
                auto cell = study::runCell(*m_source, m_source->tensors[static_cast<std::size_t>(tensor)], *quant::parseRecipe(text), {}, {});
                QVERIFY2(cell, cell ? "" : cell.error().text().c_str());
                m_workspace->addResult(*cell);
            }
        m_tensor = {id, m_source->find("model.layers.0.mlp.down_proj.weight")};
    }
    void init()
    {
        m_selection->setTensor(m_tensor);
        const auto shown = m_workspace->resultsOf(*m_source, "model.layers.0.mlp.down_proj.weight");
        m_selection->setA(shown[0]);
        m_selection->setB(shown[1]);
        m_selection->setRange({});
        m_selection->setBrush(std::nullopt);
        m_selection->pinCell(std::nullopt);
    }
    void cleanupTestCase() { m_jobs.reset(); }

    void everyView_everyMode_looksItsOwn_data()
    {
        QTest::addColumn<int>("view");
        QTest::newRow("maps") << int(ComparePage::Maps);
        QTest::newRow("distribution") << int(ComparePage::Distribution);
        QTest::newRow("codebook") << int(ComparePage::Codebook);
        QTest::newRow("scatter") << int(ComparePage::Scatter);
    }
    void everyView_everyMode_looksItsOwn()
    {
        QFETCH(int, view);
        const auto p = page();
        auto* views = p->findChild<SegmentBar*>(QStringLiteral("compareViews"));
        QVERIFY(views);
        QTest::mouseClick(views->button(view), Qt::LeftButton);
        QCOMPARE(int(p->view()), view);
        CompareView* v = p->compareView(ComparePage::View(view));
        QVERIFY(v->isVisible());
        QSet<QByteArray> seen;
        int modes = 0;
        for (int i = 0; i < 7; ++i) {
            auto* button = p->modes().button(i);
            if (button->isHidden()) continue;
            QVERIFY2(button->isEnabled(), qPrintable(button->text()));
            QTest::mouseClick(button, Qt::LeftButton);
            QVERIFY(button->isChecked());
            settle();
            ++modes;
            seen.insert(looks(v));
            keep(p.get(), QStringLiteral("compare_%1_%2").arg(QString::fromLatin1(QTest::currentDataTag()), button->text()));
            for (PlotView* plot : v->plots()) QVERIFY2(!plot->summary().isEmpty(), qPrintable(button->text()));
        }
        QVERIFY(modes >= 5);
        QVERIFY2(seen.size() >= modes - 1, qPrintable(QStringLiteral("%1 of %2").arg(seen.size()).arg(modes)));
        p->modes().setMode(CompareMode::SideBySide);
    }

    void keys_actOnThePageOnShow_data()
    {
        QTest::addColumn<bool>("compare");
        QTest::newRow("heat map") << false;
        QTest::newRow("compare") << true;
    }
    void keys_actOnThePageOnShow()
    {
        QFETCH(bool, compare);
        std::unique_ptr<Page> p;
        if (compare) p = std::make_unique<ComparePage>(services(), nullptr);
        else p = std::make_unique<HeatmapPage>(services(), nullptr);
        p->resize(900, 600);
        p->show();
        settle();
        auto* bar = p->findChild<CompareBar*>();
        auto* maps = p->findChild<HeatCompare*>();
        QVERIFY(bar && maps);
        QVERIFY(p->trigger(QStringLiteral("blink")));
        QCOMPARE(bar->mode(), CompareMode::Blink);
        QCOMPARE(maps->map(0)->split(), 0.0); // B, while Space is held
        QVERIFY(maps->map(0)->summary().contains(QStringLiteral("B · ")));
        QVERIFY(p->trigger(QStringLiteral("blink-off")));
        QCOMPARE(maps->map(0)->split(), 1.0);
        QVERIFY(p->trigger(QStringLiteral("curtain")));
        QCOMPARE(bar->mode(), CompareMode::Curtain);
        QVERIFY(p->trigger(QStringLiteral("difference")));
        QCOMPARE(bar->mode(), CompareMode::Difference);
        settle();
        QVERIFY(maps->map(0)->summary().contains(QStringLiteral("|eA| − |eB|")));
        QVERIFY(p->trigger(QStringLiteral("difference"))); // again: back
        QCOMPARE(bar->mode(), CompareMode::SideBySide);
        QVERIFY(!p->trigger(QStringLiteral("nothing")));
    }

    void curtain_draggedByItsLine_movesIt()
    {
        const auto p = page();
        p->modes().setMode(CompareMode::Curtain);
        settle();
        auto* map = static_cast<HeatCompare*>(p->compareView(ComparePage::Maps))->map(0);
        QCOMPARE(map->split(), 0.5);
        // The line lies in the middle of the map; the cursor tells where.
        int at = -1;
        for (int x = 0; x < map->width() && at < 0; ++x) {
            QTest::mouseMove(map, {x, map->height() / 2});
            QMouseEvent move(QEvent::MouseMove, QPointF(x, map->height() / 2), map->mapToGlobal(QPointF(x, map->height() / 2)), Qt::NoButton, Qt::NoButton, {});
            QApplication::sendEvent(map, &move);
            if (map->cursor().shape() == Qt::SplitHCursor) at = x + 7;
        }
        QVERIFY(at > 0);
        QTest::mousePress(map, Qt::LeftButton, {}, {at, map->height() / 2});
        QMouseEvent drag(QEvent::MouseMove, QPointF(at - 120, map->height() / 2), map->mapToGlobal(QPointF(at - 120, map->height() / 2)), Qt::NoButton, Qt::LeftButton, {});
        QApplication::sendEvent(map, &drag);
        QTest::mouseRelease(map, Qt::LeftButton, {}, {at - 120, map->height() / 2});
        QVERIFY(map->split() < 0.45);
        p->modes().setMode(CompareMode::SideBySide);
    }

    void curtain_overADistribution_isDraggedToo()
    {
        const auto p = page();
        p->setView(ComparePage::Distribution);
        p->modes().setMode(CompareMode::Curtain);
        settle();
        auto* v = static_cast<PlotCompare*>(p->compareView(ComparePage::Distribution));
        Curtain& c = v->curtain();
        QVERIFY(c.isVisible());
        const double before = c.split();
        const QPoint middle(c.width() / 2, c.height() / 2);
        QTest::mousePress(&c, Qt::LeftButton, {}, middle);
        QMouseEvent drag(QEvent::MouseMove, middle + QPoint(-100, 0), c.mapToGlobal(middle + QPoint(-100, 0)), Qt::NoButton, Qt::LeftButton, {});
        QApplication::sendEvent(&c, &drag);
        QTest::mouseRelease(&c, Qt::LeftButton, {}, middle);
        QVERIFY(c.split() < before - 0.05);
        QTest::keyClick(&c, Qt::Key_Right);
        QVERIFY(c.split() < before);
    }

    void twoUp_oneScale_zoomAndCursorAreLinked()
    {
        const auto p = page();
        p->modes().setMode(CompareMode::FourUp);
        settle();
        auto* v = static_cast<HeatCompare*>(p->compareView(ComparePage::Maps));
        QCOMPARE(v->plots().size(), std::size_t(4));
        auto* map = v->map(3);
        const QPointF at = map->rect().center();
        for (int i = 0; i < 5; ++i) {
            QWheelEvent wheel(at, map->mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(map, &wheel);
        }
        settle();
        QVERIFY(!m_selection->range().isEmpty());
        for (int i = 0; i < 4; ++i) // every map tells the same rows, columns and colours
            QCOMPARE(v->map(i)->summary().section(QStringLiteral(", rows"), 1).section(QLatin1Char('.'), 0, -2).section(QStringLiteral("rel."), 0, 0),
                     v->map(0)->summary().section(QStringLiteral(", rows"), 1).section(QLatin1Char('.'), 0, -2).section(QStringLiteral("rel."), 0, 0));
        QTest::mouseClick(map, Qt::LeftButton, {}, map->rect().center());
        QVERIFY(m_selection->pinned());
        // Values, not errors: the original comes first, on the same scale.
        v->setWhat(HeatCompare::Decoded);
        settle();
        QVERIFY(v->map(0)->summary().contains(QStringLiteral("original")));
        QVERIFY(v->map(1)->summary().contains(QStringLiteral("A · ")));
        v->setWhat(HeatCompare::Signed);
    }

    void fourUp_pinnedResult_comesThird()
    {
        const auto p = page();
        const auto shown = m_selection->shown();
        const auto last = shown.back();
        m_selection->pinResult(last, true);
        p->modes().setMode(CompareMode::FourUp);
        settle();
        auto* v = static_cast<HeatCompare*>(p->compareView(ComparePage::Maps));
        QVERIFY(v->map(2)->summary().contains(QString::fromStdString(last->label())));
        QVERIFY(v->map(2)->summary().contains(QStringLiteral("pinned")));
        m_selection->pinResult(last, false);
    }

    void distribution_twoUp_zoomAndBrushAreLinked()
    {
        const auto p = page();
        p->setView(ComparePage::Distribution);
        p->modes().setMode(CompareMode::SideBySide);
        settle();
        auto* v = static_cast<PlotCompare*>(p->compareView(ComparePage::Distribution));
        QCOMPARE(v->plots().size(), std::size_t(2));
        v->panel(1)->setView(-0.1, 0.1, 0, 5000);
        QCPRange before = v->panel(0)->plot()->axisRect(0)->axis(QCPAxis::atBottom)->range();
        v->panel(1)->plot()->axisRect(0)->axis(QCPAxis::atBottom)->setRange(-0.05, 0.05);
        const QCPRange after = v->panel(0)->plot()->axisRect(0)->axis(QCPAxis::atBottom)->range();
        QVERIFY(before.lower != after.lower);
        QCOMPARE(after.lower, -0.05);
        // Ctrl+drag brushes; Esc clears.
        auto* plot = v->panel(1)->plot();
        const QPoint from = pixelOf(v->panel(1), -0.02, 2000);
        const QPoint to = pixelOf(v->panel(1), 0.02, 1000);
        QTest::mousePress(plot, Qt::LeftButton, Qt::ControlModifier, from);
        for (const QPoint at : {(from + to) / 2, to}) {
            QMouseEvent drag(QEvent::MouseMove, at, plot->mapToGlobal(at), Qt::NoButton, Qt::LeftButton, Qt::ControlModifier);
            QApplication::sendEvent(plot, &drag);
        }
        QTest::mouseRelease(plot, Qt::LeftButton, Qt::ControlModifier, to);
        QVERIFY(m_selection->brush().has_value());
        QVERIFY(m_selection->brush()->first < -0.01 && m_selection->brush()->second > 0.01);
        QTest::keyClick(v->panel(1), Qt::Key_Escape);
        QVERIFY(!m_selection->brush());
    }

    void ratePoints_clickIsA_shiftClickIsB()
    {
        const auto p = page();
        PlotView* v = p->rate().view();
        QVERIFY(v->toolTip().contains(QStringLiteral("Shift")));
        const auto data = v->data();
        QVERIFY(data);
        const auto all = m_selection->shown();
        const auto click = [&](const ResultPtr& r, Qt::KeyboardModifiers modifiers) {
            for (const auto& s : data->series)
                if (s.kind == plots::SeriesKind::Points && s.slot == m_workspace->slotOf(*r)) QTest::mouseClick(v->plot(), Qt::LeftButton, modifiers, pixelOf(v, s.x[0], s.y[0]));
        };
        click(all[3], {});
        QVERIFY(m_selection->a() == all[3]);
        click(all[4], Qt::ShiftModifier);
        QVERIFY(m_selection->b() == all[4]);
        click(all[2], Qt::ControlModifier);
        QVERIFY(m_selection->b() == all[2]);
        QVERIFY(m_selection->a() == all[3]);
    }

    void layerTable_clickOpensTensorAndResult()
    {
        const auto p = page();
        QTableView* t = p->layers().table();
        QVERIFY(t->isVisible());
        QTRY_COMPARE(t->model()->rowCount(), 2);
        const QModelIndex cell = t->model()->index(1, 3);
        t->scrollTo(cell);
        QTest::mouseClick(t->viewport(), Qt::LeftButton, {}, t->visualRect(cell).center());
        QCOMPARE(m_selection->tensor().tensor, m_source->find("model.layers.1.mlp.down_proj.weight"));
        QVERIFY(m_selection->a() == p->layers().model().result(cell));
        settle();
        const QModelIndex other = t->model()->index(1, 1);
        t->scrollTo(other);
        QTest::keyClick(t, Qt::Key_Left); // reachable by keyboard: Return opens
        QTest::keyClick(t, Qt::Key_Return);
        QVERIFY(m_selection->a() == p->layers().model().result(t->currentIndex()));
    }

    void worstList_clickZoomsTheMapThere()
    {
        const auto p = page();
        p->tabs().setCurrentWidget(&p->worst());
        settle();
        QTableView* t = p->worst().table();
        QTRY_VERIFY(t->model()->rowCount() > 10);
        keep(p.get(), QStringLiteral("compare_worst"));
        QTest::mouseClick(t->viewport(), Qt::LeftButton, {}, t->visualRect(t->model()->index(2, 0)).center());
        QVERIFY(m_selection->pinned());
        const QString row = t->model()->index(2, 0).data().toString();
        QCOMPARE(row, QStringLiteral("row %1").arg(m_selection->cell()->row));
        QVERIFY(m_selection->range().height() <= 32);
        for (const int kind : {1, 2}) {
            QTest::mouseClick(p->worst().kinds().button(kind), Qt::LeftButton);
            QVERIFY(t->model()->rowCount() > 10);
            QTest::mouseClick(t->viewport(), Qt::LeftButton, {}, t->visualRect(t->model()->index(0, 0)).center());
            const QString first = t->model()->index(0, 0).data().toString();
            if (kind == 1) QCOMPARE(first, QStringLiteral("column %1").arg(m_selection->cell()->col));
            else QCOMPARE(first, QStringLiteral("group %1").arg(m_selection->a()->decoder->grid().groupOf(m_selection->cell()->row, m_selection->cell()->col)));
        }
    }

    void overview_cells_navigateAndAssign()
    {
        std::unique_ptr<Page> p;
        for (const auto& info : builtinPages().pages())
            if (info.id == QLatin1String("overview")) p.reset(info.create(services(), nullptr));
        QVERIFY(p);
        p->restoreState({{QStringLiteral("figure"), QStringLiteral("relative_mse")}});
        p->resize(1100, 700);
        p->show();
        settle();
        PlotView* v = p->plots().front();
        const auto data = v->data();
        QVERIFY(data && data->heat.size() == 5);
        keep(p.get(), QStringLiteral("overview_multiples"));
        const auto target = m_source->find("model.layers.1.mlp.down_proj.weight");
        const auto& g = data->heat[1];
        int at = -1;
        for (std::size_t i = 0; i < g.tensors.size(); ++i)
            if (g.tensors[i] == target) at = static_cast<int>(i);
        QVERIFY(at >= 0);
        auto* rect = v->plot()->axisRect(1);
        const QPoint pixel(static_cast<int>(rect->axis(QCPAxis::atBottom)->coordToPixel(at % g.cols + 0.5)), static_cast<int>(rect->axis(QCPAxis::atLeft)->coordToPixel(at / g.cols + 0.5)));
        QTest::mouseClick(v->plot(), Qt::LeftButton, {}, pixel);
        QCOMPARE(m_selection->tensor().tensor, target);
        QCOMPARE(m_workspace->slotOf(*m_selection->a()), g.slot);
        settle();
        const auto& other = v->data()->heat[2];
        rect = v->plot()->axisRect(2);
        const QPoint second(static_cast<int>(rect->axis(QCPAxis::atBottom)->coordToPixel(at % g.cols + 0.5)), static_cast<int>(rect->axis(QCPAxis::atLeft)->coordToPixel(at / g.cols + 0.5)));
        QTest::mouseClick(v->plot(), Qt::LeftButton, Qt::ShiftModifier, second);
        QCOMPARE(m_workspace->slotOf(*m_selection->b()), other.slot);
        QCOMPARE(m_workspace->slotOf(*m_selection->a()), g.slot);
        // The menu says the same.
        QTest::mouseClick(v->plot(), Qt::RightButton, {}, second);
        auto* menu = v->findChild<QMenu*>(QStringLiteral("cellMenu"));
        QVERIFY(menu);
        for (QAction* a : menu->actions())
            if (a->text() == QStringLiteral("Result as A")) a->trigger();
        menu->close();
        QCOMPARE(m_workspace->slotOf(*m_selection->a()), other.slot);
    }

    void otherCheckpoint_actsAsB()
    {
        QTemporaryDir dir;
        // A quantized form of two of our tensors under their GGUF names.
        std::map<std::string, Matrix> tensors;
        for (const auto& [ours, theirs] : {std::pair("model.layers.0.mlp.down_proj.weight", "blk.0.ffn_down.weight"), std::pair("model.layers.1.mlp.down_proj.weight", "blk.1.ffn_down.weight")}) {
            const auto& info = m_source->tensors[static_cast<std::size_t>(m_source->find(ours))];
            const auto cell = study::runCell(*m_source, info, *quant::parseRecipe("rtn:bits=2,group=32"), {}, {});
            QVERIFY(cell.has_value());
            tensors.emplace(theirs, *(*cell)->decodeAll({}));
        }
        const QString path = dir.filePath(QStringLiteral("other.safetensors"));
        test::writeModel(path.toStdString(), tensors, {}, DType::F16);
        const auto p = page();
        CheckpointComparison comparison(services());
        QSignalSpy started(&comparison, &CheckpointComparison::started);
        QSignalSpy failed(&comparison, &CheckpointComparison::failed);
        comparison.start(m_tensor.checkpoint, path);
        settle();
        QTRY_COMPARE(started.count(), 1);
        settle();
        QCOMPARE(failed.count(), 0);
        QCOMPARE(started[0][1].toInt(), 2);
        const ResultPtr b = m_selection->b();
        QVERIFY(b && b->foreign);
        QCOMPARE(b->bitsPerWeight(), 16.0);
        QVERIFY(b->error.relativeMse() > m_selection->a()->error.relativeMse());
        QVERIFY(m_workspace->slotOf(*b) > 0);
        for (const auto mode : {CompareMode::SideBySide, CompareMode::Difference}) {
            p->modes().setMode(mode);
            settle();
            keep(p.get(), QStringLiteral("compare_checkpoint_%1").arg(static_cast<int>(mode)));
        }
        auto* v = static_cast<HeatCompare*>(p->compareView(ComparePage::Maps));
        QVERIFY(v->map(0)->summary().contains(QStringLiteral("other.safetensors")));
        for (const auto view : {ComparePage::Distribution, ComparePage::Scatter, ComparePage::Codebook}) {
            p->setView(view);
            settle();
            keep(p.get(), QStringLiteral("compare_checkpoint_view%1").arg(int(view)));
        }
        // It stays B on the next tensor.
        m_selection->setTensor({m_tensor.checkpoint, m_source->find("model.layers.1.mlp.down_proj.weight")});
        QVERIFY(m_selection->b() && m_selection->b()->foreign);
        // The checkpoint itself, and something else altogether, are refused with a reason.
        comparison.start(m_tensor.checkpoint, QStringLiteral(QS_SOURCE_DIR "/resources/sample"));
        settle();
        QCOMPARE(failed.count(), 1);
        comparison.start(m_tensor.checkpoint, dir.filePath(QStringLiteral("absent.gguf")));
        settle();
        QCOMPARE(failed.count(), 2);
        for (const auto& r : std::vector<ResultPtr>(m_workspace->results()))
            if (r->foreign) m_workspace->removeResult(r);
    }

    void sessions_window_listsWhatGotWorseAndGoesThere()
    {
        QTemporaryDir dir;
        session::Session s;
        s.checkpoints.push_back(*session::describeCheckpoint(*m_source));
        const auto now = m_workspace->resultsOf(*m_source, "model.layers.1.mlp.down_proj.weight");
        for (const auto& r : m_workspace->results()) {
            auto cell = std::make_shared<study::CellResult>(*r);
            if (r == now[2]) cell->error.sumSquaredError *= 0.5; // it was better
            s.results.push_back({0, cell});
        }
        const QString path = dir.filePath(QStringLiteral("before.qscope"));
        QVERIFY(session::saveSession(path.toStdString(), s).has_value());
        auto* window = new SessionDiffWindow(services());
        window->QDialog::show();
        window->setBefore(path);
        settle();
        auto* t = window->table();
        QTRY_COMPARE(t->model()->rowCount(), static_cast<int>(m_workspace->results().size()));
        QVERIFY2(window->summary().startsWith(QStringLiteral("1 worse")), qPrintable(window->summary()));
        keep(window, QStringLiteral("sessions"));
        QCOMPARE(t->model()->index(0, SessionDiffModel::ChangeColumn).data().toString(), QStringLiteral("+100 %"));
        t->setCurrentIndex(t->model()->index(0, 0));
        QTest::keyClick(t, Qt::Key_Return);
        QCOMPARE(m_selection->tensor().tensor, m_source->find("model.layers.1.mlp.down_proj.weight"));
        QVERIFY(m_selection->a() == now[2]);
        window->setAfter(path); // with itself: nothing changed
        settle();
        QTRY_VERIFY2(window->summary().contains(QStringLiteral("No cell changed")), qPrintable(window->summary()));
        window->close();
    }

    void state_goesOutAndComesBack()
    {
        const auto p = page();
        p->setView(ComparePage::Scatter);
        p->modes().setMode(CompareMode::Curtain);
        const QJsonObject state = p->saveState();
        const auto q = page();
        q->restoreState(state);
        QCOMPARE(q->view(), ComparePage::Scatter);
        QCOMPARE(q->modes().mode(), CompareMode::Curtain);
        QCOMPARE(q->saveState(), state);
    }
};

QTEST_MAIN(TestCompare)
#include "tst_compare.moc"
