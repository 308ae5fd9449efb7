// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "tests/support/window_thread.h"
#include "widgets/pages/heatmap/heatmap_page.h"
#include "widgets/pages/page.h"
#include "widgets/plots/plot_view.h"

#include <QImage>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QWheelEvent>
#include <QtTest>

using namespace qs;
using namespace qs::gui;

/// Every page on the sample with two real results, by real events.
class TestPages : public QObject {
    Q_OBJECT
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<JobRunner> m_jobs;
    std::unique_ptr<Selection> m_selection;
    std::unique_ptr<TensorCache> m_cache;

    Services services() { return {*m_workspace, *m_selection, *m_cache, *m_jobs, *m_theme}; }

    std::unique_ptr<Page> show(const QString& id)
    {
        for (const auto& info : builtinPages().pages())
            if (info.id == id) {
                std::unique_ptr<Page> page(info.create(services(), nullptr));
                page->resize(1100, 700);
                page->show();
                return page;
            }
        return nullptr;
    }
    void settle()
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_jobs->activeRequests() == 0, 20000);
        QTest::qWait(20);
        QTRY_VERIFY_WITH_TIMEOUT(m_jobs->activeRequests() == 0, 20000);
    }

private slots:
    void initTestCase()
    {
        m_theme = std::make_unique<Theme>();
        m_theme->apply();
        m_workspace = std::make_unique<Workspace>();
        m_jobs = std::make_unique<JobRunner>();
        m_selection = std::make_unique<Selection>(*m_workspace);
        m_cache = std::make_unique<TensorCache>(*m_workspace, *m_jobs);
        test::forbidWorkInWindow();
        const AllowWork fixture;
        auto source = io::openModel(QS_SOURCE_DIR "/resources/sample", {});
        QVERIFY2(source, source ? "" : source.error().text().c_str());
        const int id = m_workspace->addCheckpoint(*source);
        const auto tensor = (*source)->find("model.layers.0.mlp.down_proj.weight");
        QVERIFY(tensor >= 0);
        for (const char* text : {"rtn:bits=3,group=128", "nf:format=nf3,group=64", "afpq:format=nf3,group=64"}) {
            const auto recipe = quant::parseRecipe(text);
            QVERIFY2(recipe, text);
            auto cell = study::runCell(**source, (*source)->tensors[static_cast<std::size_t>(tensor)], *recipe, {}, {});
            QVERIFY2(cell, cell ? "" : cell.error().text().c_str());
            m_workspace->addResult(*cell);
        }
        m_selection->setTensor({id, tensor});
        QVERIFY(m_selection->a() && m_selection->b());
    }

    void cleanupTestCase()
    {
        m_jobs.reset();
    }

    void everyPage_withResults_drawsAndExports_data()
    {
        QTest::addColumn<QString>("id");
        for (const auto& info : builtinPages().pages())
            if (info.id != QStringLiteral("file") && info.id != QStringLiteral("evaluate")) QTest::newRow(qPrintable(info.id)) << info.id; // tst_file_page, tst_evaluate_page
    }
    void everyPage_withResults_drawsAndExports()
    {
        QFETCH(QString, id);
        auto page = show(id);
        QVERIFY(page);
        settle();
        QTemporaryDir folder;
        int k = 0;
        QVERIFY(!page->plots().empty());
        for (PlotView* plot : page->plots()) {
            QVERIFY2(!plot->summary().isEmpty(), qPrintable(id));
            QVERIFY2(plot->summary().contains(QRegularExpression(QStringLiteral("[0-9]"))), qPrintable(plot->summary()));
            QVERIFY(plot->csv().count(QLatin1Char('\n')) > 2);
            for (const char* suffix : {"png", "svg", "pdf", "csv"}) {
                const QString path = folder.filePath(QStringLiteral("p%1.%2").arg(k++).arg(QLatin1String(suffix)));
                QVERIFY2(plot->savePicture(path, {800, 500}), qPrintable(path));
                QVERIFY(QFileInfo(path).size() > 100);
            }
            const QImage image = plot->picture({400, 300}).toImage();
            // A picture of one colour is no plot.
            bool varied = false;
            for (int y = 0; y < image.height() && !varied; ++y)
                for (int x = 0; x < image.width() && !varied; ++x) varied = image.pixel(x, y) != image.pixel(0, 0);
            QVERIFY(varied);
        }
        if (const QString pictures = qEnvironmentVariable("QS_PICTURES"); !pictures.isEmpty())
            page->grab().save(pictures + QLatin1Char('/') + id + QStringLiteral(".png"));
        // State goes out and comes back.
        const QJsonObject state = page->saveState();
        page->restoreState(state);
        QCOMPARE(page->saveState(), state);
    }

    void heatMap_hoverAndClick_setTheLinkedCell()
    {
        auto page = show(QStringLiteral("heatmap"));
        settle();
        auto* map = page->findChild<QWidget*>(QStringLiteral("heatmapA"));
        QVERIFY(map);
        QSignalSpy status(page.get(), &Page::statusText);
        QTest::mouseMove(map, map->rect().center());
        QTRY_VERIFY(m_selection->cell().has_value());
        const Cell cell = *m_selection->cell();
        QVERIFY(cell.row >= 0 && cell.row < 256 && cell.col >= 0 && cell.col < 768);
        QTRY_VERIFY(!status.isEmpty());
        // The line tells the original's value and what A makes of it.
        const auto info = m_selection->a()->decoder->element(cell.row, cell.col);
        QVERIFY(status.last().at(0).toString().contains(QStringLiteral("code %1").arg(info.code)));
        QTest::mouseClick(map, Qt::LeftButton, {}, map->rect().center());
        QVERIFY(m_selection->pinned());
        const Cell pinned = *m_selection->cell();
        QTest::keyClick(map, Qt::Key_Right);
        QCOMPARE(m_selection->cell()->col, pinned.col + 1);
        QTest::keyClick(map, Qt::Key_Escape);
        QVERIFY(!m_selection->pinned());
    }

    void heatMap_wheelAndDoubleClick_zoomAllMapsTogether()
    {
        auto page = show(QStringLiteral("heatmap"));
        settle();
        auto* map = page->findChild<QWidget*>(QStringLiteral("heatmapA"));
        const QPointF at = map->rect().center();
        for (int i = 0; i < 12; ++i) {
            QWheelEvent wheel(at, map->mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(map, &wheel);
        }
        QVERIFY(!m_selection->range().isEmpty());
        QVERIFY(m_selection->range().width() < 80);
        settle();
        QTest::mouseDClick(map, Qt::LeftButton, {}, map->rect().center());
        QVERIFY(m_selection->range().isEmpty());
        m_selection->pinCell(std::nullopt);
    }

    void heatMap_modes_haveTheirPictures()
    {
        auto page = show(QStringLiteral("heatmap"));
        auto* heat = qobject_cast<HeatmapPage*>(page.get());
        QVERIFY(heat);
        QStringList seen;
        for (const auto mode : {CompareMode::Single, CompareMode::SideBySide, CompareMode::FourUp, CompareMode::Blink, CompareMode::Curtain, CompareMode::Difference}) {
            heat->modes().setMode(mode);
            settle();
            const QImage image = heat->grab().toImage();
            QByteArray bytes(reinterpret_cast<const char*>(image.constBits()), static_cast<qsizetype>(image.sizeInBytes()));
            seen << QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha1).toHex());
        }
        seen.removeDuplicates();
        QVERIFY(seen.size() >= 5); // blink at rest looks like A alone but for its button
        heat->modes().setMode(CompareMode::SideBySide);
    }

    void distribution_brush_reachesTheSelection()
    {
        auto page = show(QStringLiteral("distribution"));
        settle();
        PlotView* plot = page->plots().front();
        emit plot->brushed(-0.1, 0.1);
        QVERIFY(m_selection->brush().has_value());
        emit plot->brushCleared();
        QVERIFY(!m_selection->brush().has_value());
    }

    void selection_backAndForward_walkTheHistory()
    {
        const auto before = m_selection->tensor();
        const auto other = TensorRef{before.checkpoint, before.tensor + 1};
        m_selection->setTensor(other);
        QVERIFY(m_selection->canGoBack());
        m_selection->back();
        QCOMPARE(m_selection->tensor().tensor, before.tensor);
        QVERIFY(m_selection->canGoForward());
        m_selection->forward();
        QCOMPARE(m_selection->tensor().tensor, other.tensor);
        m_selection->back();
    }
};

QTEST_MAIN(TestPages)
#include "tst_pages.moc"
