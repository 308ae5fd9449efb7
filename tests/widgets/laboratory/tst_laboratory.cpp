// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "core/study/run_cell.h"
#include "tests/support/window_thread.h"
#include "widgets/pages/laboratory/laboratory_page.h"
#include "widgets/plots/laboratory/level_editor.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QWheelEvent>
#include <QtTest>

using namespace qs;
using namespace qs::gui;

/// The codebook laboratory by real events; what it says against what the quantizer does.
class TestLaboratory : public QObject {
    Q_OBJECT
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<JobRunner> m_jobs;
    std::unique_ptr<Selection> m_selection;
    std::unique_ptr<TensorCache> m_cache;
    std::unique_ptr<LaboratoryPage> m_page;
    std::shared_ptr<const io::ModelSource> m_source;
    std::ptrdiff_t m_tensor = -1;

    LevelEditor* editor() { return m_page->findChild<LevelEditor*>(); }
    void press(const QString& text)
    {
        for (auto* b : m_page->findChildren<QPushButton*>())
            if (b->text() == text) return QTest::mouseClick(b, Qt::LeftButton);
        qFatal("no button");
    }
    // Where a level's handle lies: found by the cursor that the editor shows over it.
    QPoint handle(int level)
    {
        LevelEditor* e = editor();
        e->choose(-1);
        for (int x = 0; x < e->width(); ++x) {
            QMouseEvent move(QEvent::MouseMove, QPointF(x, 60), e->mapToGlobal(QPointF(x, 60)), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
            QApplication::sendEvent(e, &move);
            if (e->cursor().shape() != Qt::SizeHorCursor) continue;
            QTest::mouseClick(e, Qt::LeftButton, {}, QPoint(x, 60));
            if (e->chosen() == level) return {x + 5, 60};
        }
        return {};
    }

private slots:
    void initTestCase() { test::forbidWorkInWindow(); }
    void init()
    {
        m_theme = std::make_unique<Theme>();
        m_workspace = std::make_unique<Workspace>();
        m_jobs = std::make_unique<JobRunner>();
        m_selection = std::make_unique<Selection>(*m_workspace);
        m_cache = std::make_unique<TensorCache>(*m_workspace, *m_jobs);
        m_page = std::make_unique<LaboratoryPage>(Services{*m_workspace, *m_selection, *m_cache, *m_jobs, *m_theme}, nullptr);
        m_page->resize(1000, 600);
        m_page->show();
        {
            const AllowWork fixture;
            auto source = io::openModel(QS_SOURCE_DIR "/resources/sample", {});
            QVERIFY(source);
            m_source = *source;
        }
        const int id = m_workspace->addCheckpoint(m_source);
        m_tensor = m_source->find("model.layers.0.mlp.down_proj.weight");
        m_selection->setTensor({id, m_tensor});
        QTRY_VERIFY_WITH_TIMEOUT(editor()->levels().size() == 16, 20000);
    }
    void cleanup()
    {
        m_page.reset();
        m_jobs.reset();
    }

    void keptRecipe_hasTheErrorThatWasShown()
    {
        press(QStringLiteral("Remove")); // nothing is chosen: nothing happens
        QCOMPARE(editor()->levels().size(), std::size_t(16));
        editor()->setFocus();
        QTest::keyClick(editor(), Qt::Key_Right);
        QTest::keyClick(editor(), Qt::Key_Right, Qt::ShiftModifier);
        const double shown = editor()->figures().relativeMse;
        press(QStringLiteral("Keep as recipe"));
        QCOMPARE(m_workspace->recipes().size(), std::size_t(1));
        const AllowWork fixture;
        const auto cell = study::runCell(*m_source, m_source->tensors[static_cast<std::size_t>(m_tensor)], m_workspace->recipes()[0].recipe, {}, {});
        QVERIFY2(cell, cell ? "" : cell.error().text().c_str());
        // The recipe stores its levels in half precision.
        const double run = (*cell)->error.relativeMse();
        QVERIFY2(std::fabs(run - shown) < 2e-3 * run, qPrintable(QStringLiteral("%1 shown, %2 run").arg(shown).arg(run)));
        bool said = false;
        const QString bits = QString::number((*cell)->bitsPerWeight(), 'f', 3) + QStringLiteral(" bpw");
        for (auto* l : m_page->findChildren<QLabel*>()) said = said || l->text().contains(bits);
        QVERIFY2(said, qPrintable(bits));
    }
    void drag_movesTheLevelAndTheFiguresFollow()
    {
        const std::vector<float> before = editor()->levels();
        const double best = editor()->figures().squaredError;
        const QPoint at = handle(8);
        QVERIFY(!at.isNull());
        QSignalSpy moved(editor(), &LevelEditor::levelsChanged);
        QTest::mousePress(editor(), Qt::LeftButton, {}, at);
        QMouseEvent move(QEvent::MouseMove, QPointF(at + QPoint(12, 0)), editor()->mapToGlobal(QPointF(at + QPoint(12, 0))), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(editor(), &move);
        QTest::mouseRelease(editor(), Qt::LeftButton, {}, at + QPoint(12, 0));
        QVERIFY(!moved.isEmpty());
        QVERIFY(editor()->levels() != before);
        QCOMPARE(editor()->levels().size(), before.size());
        QVERIFY(std::is_sorted(editor()->levels().begin(), editor()->levels().end()));
        QVERIFY(editor()->figures().squaredError > best); // k-means was the best
        press(QStringLiteral("Undo"));
        QCOMPARE(editor()->levels(), before);
        press(QStringLiteral("Redo"));
        QVERIFY(editor()->levels() != before);
    }
    void addRemoveImprove_changeTheError()
    {
        const double before = editor()->figures().squaredError;
        press(QStringLiteral("Add level"));
        QCOMPARE(editor()->levels().size(), std::size_t(17));
        press(QStringLiteral("Improve"));
        QVERIFY(editor()->figures().squaredError < before);
        QTest::keyClick(editor(), Qt::Key_Delete);
        QCOMPARE(editor()->levels().size(), std::size_t(16));
        QTest::mouseClick(editor(), Qt::LeftButton, Qt::ControlModifier, QPoint(editor()->width() / 2 + 3, 80));
        QCOMPARE(editor()->levels().size(), std::size_t(17));
        const auto usage = editor()->figures().usage;
        std::uint64_t sum = 0;
        for (const auto u : usage) sum += u;
        QCOMPARE(sum, editor()->ledger()->count());
    }
    void everyStart_hasItsLevels()
    {
        m_page->startFrom(LaboratoryPage::Uniform, 3);
        QCOMPARE(editor()->levels().size(), std::size_t(8));
        m_page->startFrom(LaboratoryPage::Nf4, 4);
        QCOMPARE(editor()->levels().size(), std::size_t(16));
        m_page->startFrom(LaboratoryPage::Nf3, 4);
        QCOMPARE(editor()->levels().size(), std::size_t(8));
        m_page->startFrom(LaboratoryPage::Fp4, 4);
        QCOMPARE(editor()->levels().size(), std::size_t(15)); // two zeros are one level
        m_page->startFrom(LaboratoryPage::Kmeans, 2);
        QTRY_COMPARE_WITH_TIMEOUT(editor()->levels().size(), std::size_t(4), 10000);
    }
    void typedValue_movesTheChosenLevel()
    {
        editor()->choose(15);
        auto* line = m_page->findChild<QLineEdit*>();
        QVERIFY(line);
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, QStringLiteral("0.5"));
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(editor()->levels().back(), 0.5F);
    }
    void pictureAndNumbers_areExported()
    {
        QTemporaryDir dir;
        for (const char* suffix : {"png", "svg", "pdf", "csv"}) {
            const QString path = dir.filePath(QStringLiteral("lab.") + QLatin1String(suffix));
            QVERIFY(editor()->savePicture(path, QSize(800, 500)));
            QVERIFY(QFileInfo(path).size() > 200);
        }
        QCOMPARE(editor()->csv().count(QLatin1Char('\n')), 17);
    }
    void state_comesBack()
    {
        m_page->startFrom(LaboratoryPage::Uniform, 2);
        const auto levels = editor()->levels();
        const QJsonObject state = m_page->saveState();
        m_page->startFrom(LaboratoryPage::Nf4, 4);
        m_page->restoreState(state);
        QCOMPARE(editor()->levels(), levels);
    }
};

QTEST_MAIN(TestLaboratory)
#include "tst_laboratory.moc"
