// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"
#include "tests/support/window_thread.h"
#include "widgets/pages/file/facts_table.h"
#include "widgets/pages/file/file_page.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QToolButton>
#include <QtTest>
#include <random>

using namespace qs;
using namespace qs::gui;

/// The page of the checkpoint itself, by real events.
class TestFilePage : public QObject {
    Q_OBJECT
    struct Desk {
        Theme theme;
        Workspace workspace;
        JobRunner jobs;
        Selection selection{workspace};
        TensorCache cache{workspace, jobs};
        FilePage page{Services{workspace, selection, cache, jobs, theme}, nullptr};
        Desk()
        {
            page.resize(1100, 700);
            page.show();
        }
        void open(const std::filesystem::path& path)
        {
            const AllowWork fixture;
            auto source = io::openModel(path, {});
            if (!source) qFatal("%s", source.error().text().c_str());
            const int id = workspace.addCheckpoint(*source);
            selection.setTensor({id, 0});
        }
        void press(const QString& text)
        {
            for (auto* b : page.findChildren<QAbstractButton*>())
                if (b->text() == text) return QTest::mouseClick(b, Qt::LeftButton);
            qFatal("no button %s", qPrintable(text));
        }
        QTableView* table(const QString& name)
        {
            for (auto* t : page.findChildren<QTableView*>())
                if (t->accessibleName() == name) return t;
            return nullptr;
        }
    };
    static void writeIll(const std::filesystem::path& file)
    {
        std::mt19937 random(3);
        std::normal_distribution<float> draw(0.0F, 0.02F);
        Matrix m(100, 120);
        for (float& v : m.data()) v = draw(random);
        for (Index c = 0; c < 120; ++c) m.data()[static_cast<std::size_t>(63 * 120 + c)] = 0;
        test::writeModel(file, {{"model.layers.0.mlp.up_proj.weight", m}});
    }

private slots:
    void initTestCase() { test::forbidWorkInWindow(); }

    void examine_findingsListed_enterGoesToThePlace()
    {
        const test::Scratch scratch;
        writeIll(scratch.path() / "ill.safetensors");
        Desk d;
        QSignalSpy done(&d.page, &FilePage::examined);
        d.open(scratch.path() / "ill.safetensors"); // small: examined without asking
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 1, 20000);
        auto* table = d.table(QStringLiteral("Findings"));
        QVERIFY(table && table->isVisible());
        QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(table->model()->rowCount(), 1);
        QVERIFY(table->model()->index(0, 2).data().toString().contains(QStringLiteral("first is row 63")));
        table->setFocus();
        table->setCurrentIndex(table->model()->index(0, 0));
        QTest::keyClick(table, Qt::Key_Return);
        QVERIFY(d.selection.cell());
        QCOMPARE(d.selection.cell()->row, Index(63));
        QVERIFY(d.selection.range().contains(QPointF(10, 63)));
        QVERIFY(d.selection.range().height() <= 40);
    }
    void examine_healthySample_saysThatNothingWasFound()
    {
        Desk d;
        d.open(QS_SOURCE_DIR "/resources/sample");
        QSignalSpy done(&d.page, &FilePage::examined);
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 1, 20000);
        d.press(QStringLiteral("Examine")); // once more
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 2, 20000);
        bool said = false;
        for (auto* l : d.page.findChildren<QLabel*>()) said = said || (l->isVisible() && l->text().startsWith(QStringLiteral("Nothing found")));
        QVERIFY(said);
    }
    void tokenizer_isReadWhenShown_andFilters()
    {
        Desk d;
        d.open(QS_SOURCE_DIR "/resources/sample");
        auto* table = d.table(QStringLiteral("Vocabulary"));
        QVERIFY(table);
        QCOMPARE(table->model()->rowCount(), 0);
        d.press(QStringLiteral("tokenizer"));
        QTRY_VERIFY_WITH_TIMEOUT(table->model()->rowCount() > 1000, 20000);
        QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        const int all = table->model()->rowCount();
        for (auto* l : d.page.findChildren<QLineEdit*>())
            if (l->isVisible()) {
                l->setFocus();
                QTest::keyClicks(l, QStringLiteral("the"));
            }
        QTRY_VERIFY_WITH_TIMEOUT(table->model()->rowCount() < all && table->model()->rowCount() > 0, 5000);
        for (int r = 0; r < table->model()->rowCount(); ++r) {
            bool hit = false;
            for (int c = 0; c < table->model()->columnCount(); ++c)
                hit = hit || table->model()->index(r, c).data().toString().contains(QStringLiteral("the"), Qt::CaseInsensitive);
            QVERIFY(hit);
        }
    }
    void metadataAndConfig_areShown()
    {
        Desk d;
        d.open(QS_SOURCE_DIR "/resources/sample");
        d.press(QStringLiteral("metadata"));
        auto* table = d.table(QStringLiteral("Metadata"));
        QVERIFY(table && table->isVisible() && table->model()->rowCount() > 5);
        d.press(QStringLiteral("config.json"));
        bool shown = false;
        for (auto* t : d.page.findChildren<QPlainTextEdit*>()) shown = shown || (t->isVisible() && t->toPlainText().contains(QStringLiteral("num_hidden_layers")));
        QVERIFY(shown);
    }
    void anotherCheckpoint_oldFactsGo()
    {
        const test::Scratch scratch;
        writeIll(scratch.path() / "ill.safetensors");
        Desk d;
        QSignalSpy done(&d.page, &FilePage::examined);
        d.open(scratch.path() / "ill.safetensors"); // small: examined without asking
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 1, 20000);
        d.open(QS_SOURCE_DIR "/resources/sample");
        QCOMPARE(d.table(QStringLiteral("Findings"))->model()->rowCount(), 0);
    }
};

QTEST_MAIN(TestFilePage)
#include "tst_file_page.moc"
