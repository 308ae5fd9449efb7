// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/checkpoint_model.h"
#include "widgets/models/jobs_model.h"
#include "widgets/models/model_roles.h"
#include "widgets/models/recent_files.h"
#include "widgets/models/results_model.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QTest>

using namespace qs::gui;

namespace {

// A checkpoint of headers alone: the models never read data.
std::shared_ptr<const qs::io::ModelSource> source(const char* path, int blocks)
{
    auto s = std::make_shared<qs::io::ModelSource>();
    s->path = path;
    s->architecture = "llama";
    const auto add = [&](std::string name, qs::Shape shape) {
        qs::io::TensorInfo t;
        t.name = std::move(name);
        t.dtype = qs::DType::BF16;
        t.shape = shape;
        t.bytes = 2 * shape.elements();
        s->tensors.push_back(std::move(t));
    };
    add("model.embed_tokens.weight", {2048, 256});
    add("lm_head.weight", {2048, 256});
    for (int b = 0; b < blocks; ++b) {
        const std::string p = "model.layers." + std::to_string(b) + ".";
        for (const char* n : {"self_attn.q_proj.weight", "self_attn.k_proj.weight", "mlp.up_proj.weight"}) add(p + n, {256, 256});
        add(p + "input_layernorm.weight", {256});
    }
    qs::io::finishCatalog(*s);
    return s;
}

ResultPtr result(const char* path, const char* tensor, const char* recipe, double error)
{
    auto r = std::make_shared<qs::study::CellResult>();
    r->source = path;
    r->tensor = tensor;
    r->place = qs::io::classify(tensor, "llama");
    if (auto parsed = qs::quant::parseRecipe(recipe)) r->recipe = *parsed;
    r->error.count = 100;
    r->error.sumSquares = 1;
    r->error.sumSquaresDecoded = 1;
    r->error.sumSquaredError = error;
    r->error.dot = 1 - error / 2;
    r->error.maxAbs = error;
    return r;
}

} // namespace

class TestModels : public QObject {
    Q_OBJECT
private slots:
    void checkpoint_tree_groupsByBlockInNaturalOrder()
    {
        Workspace w;
        CheckpointModel m(w);
        const QAbstractItemModelTester tester(&m, QAbstractItemModelTester::FailureReportingMode::QtTest);
        w.addCheckpoint(source("/a/model", 12));
        QCOMPARE(m.rowCount(), 1);
        const QModelIndex root = m.index(0, 0);
        QCOMPARE(m.rowCount(root), 14); // embedding, 12 blocks, head
        QCOMPARE(m.index(0, 0, root).data().toString(), QStringLiteral("embedding"));
        QCOMPARE(m.index(3, 0, root).data().toString(), QStringLiteral("block 2"));
        QCOMPARE(m.index(11, 0, root).data().toString(), QStringLiteral("block 10"));
        QCOMPARE(m.index(13, 0, root).data().toString(), QStringLiteral("head"));
        const QModelIndex block = m.index(1, 0, root);
        QCOMPARE(m.index(0, 0, block).data().toString(), QStringLiteral("q_proj"));
        QCOMPARE(m.index(0, CheckpointModel::ShapeColumn, block).data().toString(), QStringLiteral("256×256"));
        // A block stands for its layers, not for its norm.
        QCOMPARE(m.tensorsUnder(block).size(), std::size_t(3));
        QCOMPARE(m.tensorsUnder(root).size(), std::size_t(36));
        const TensorRef first = m.tensor(m.index(0, 0, block));
        QVERIFY(m.indexOf(first) == m.index(0, 0, block));
        QVERIFY(m.neighbour(m.neighbour(first, 1), -1) == first);
    }

    void checkpoint_filter_takesWordsAndSelectors()
    {
        Workspace w;
        CheckpointModel m(w);
        const QAbstractItemModelTester tester(&m, QAbstractItemModelTester::FailureReportingMode::QtTest);
        w.addCheckpoint(source("/a/model", 12));
        m.setFilter(QStringLiteral("K_Proj"));
        QCOMPARE(m.shownTensors(), 12);
        m.setFilter(QStringLiteral("role:q_proj"));
        QCOMPARE(m.shownTensors(), 12);
        m.setFilter(QStringLiteral("block:0-2 up"));
        QCOMPARE(m.shownTensors(), 3);
        m.setFilter(QStringLiteral("block:x"));
        QVERIFY(!m.filterError().isEmpty());
        QCOMPARE(m.shownTensors(), 0);
        m.setFilter({});
        QVERIFY(m.filterError().isEmpty());
        QCOMPARE(m.shownTensors(), m.allTensors());
    }

    void checkpoint_tenThousandTensors_areQuick()
    {
        Workspace w;
        CheckpointModel m(w);
        const auto big = source("/a/big", 2500);
        QElapsedTimer clock;
        clock.start();
        w.addCheckpoint(big);
        QVERIFY2(clock.elapsed() < 300, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(m.allTensors(), 10002);
    }

    void results_best_isMarkedPerTensorAndSortsByNumber()
    {
        Workspace w;
        ResultsModel m(w);
        ResultsSorter sorter;
        sorter.setSourceModel(&m);
        const QAbstractItemModelTester tester(&m, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QAbstractItemModelTester sorted(&sorter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        w.addResult(result("/a", "model.layers.10.mlp.up_proj.weight", "rtn:bits=3", 0.002));
        w.addResult(result("/a", "model.layers.10.mlp.up_proj.weight", "rtn:bits=4", 0.0009));
        w.addResult(result("/a", "model.layers.2.mlp.up_proj.weight", "rtn:bits=3", 0.01));
        m.refresh();
        QCOMPARE(m.rowCount(), 3);
        const auto at = [&](int row, int column) { return m.index(row, column); };
        QVERIFY(!at(0, ResultsModel::RelMseColumn).data(BestRole).toBool());
        QVERIFY(at(1, ResultsModel::RelMseColumn).data(BestRole).toBool());
        QVERIFY(at(1, ResultsModel::SqnrColumn).data(BestRole).toBool());
        QVERIFY2(!at(2, ResultsModel::RelMseColumn).data(BestRole).toBool(), "one result alone is not the best of anything");
        QCOMPARE(at(2, ResultsModel::RelMseColumn).data(BarRole).toDouble(), 1.0);
        sorter.sort(ResultsModel::RelMseColumn);
        QCOMPARE(sorter.index(0, ResultsModel::RelMseColumn).data(RawRole).toDouble(), 0.0009);
        sorter.sort(ResultsModel::TensorColumn);
        QVERIFY(sorter.index(0, 0).data(RawRole).toString().contains(QStringLiteral("layers.2.")));
        sorter.setWords(QStringLiteral("layers.10"));
        QCOMPARE(sorter.rowCount(), 2);
        // Replaced in place, removed, cleared.
        w.addResult(result("/a", "model.layers.2.mlp.up_proj.weight", "rtn:bits=3", 0.02));
        m.refresh();
        QCOMPARE(m.rowCount(), 3);
        w.removeResult(w.results().front());
        m.refresh();
        QCOMPARE(m.rowCount(), 2);
        w.clear();
        m.refresh();
        QCOMPARE(m.rowCount(), 0);
    }

    void results_csv_hasFullPrecision()
    {
        Workspace w;
        ResultsModel m(w);
        w.addResult(result("/a", "x,y", "rtn:bits=3", 0.1234567890123));
        m.refresh();
        const QString csv = m.csv({0});
        QVERIFY(csv.contains(QStringLiteral("0.1234567890123")));
        QVERIFY(csv.contains(QStringLiteral("\"x,y\"")));
    }

    void jobs_model_followsTheRunner()
    {
        JobRunner jobs(nullptr, 1);
        JobsModel m(jobs);
        const QAbstractItemModelTester tester(&m, QAbstractItemModelTester::FailureReportingMode::QtTest);
        for (int i = 0; i < 3; ++i)
            jobs.start<int>(
                QStringLiteral("job %1").arg(i),
                [i](const qs::Context&) -> qs::Result<int> {
                    if (i == 1) return qs::fail(qs::ErrorCode::Io, "disk on fire");
                    return i;
                },
                [](qs::Result<int>) {});
        QTRY_COMPARE(jobs.activeJobs(), 0);
        m.refresh();
        QCOMPARE(m.rowCount(), 3);
        QCOMPARE(m.index(0, JobsModel::ProgressColumn).data().toString(), QStringLiteral("done"));
        QCOMPARE(m.index(1, JobsModel::ProgressColumn).data().toString(), QStringLiteral("failed"));
        QVERIFY(m.index(1, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("disk on fire")));
        jobs.clearFinished();
        m.refresh();
        QCOMPARE(m.rowCount(), 0);
    }

    void recent_files_newestFirstAndLimited()
    {
        RecentFiles m;
        const QAbstractItemModelTester tester(&m, QAbstractItemModelTester::FailureReportingMode::QtTest);
        for (int i = 0; i < 20; ++i) m.add(QStringLiteral("/f%1").arg(i), 1024);
        QCOMPARE(m.rowCount(), RecentFiles::kMost);
        m.add(QStringLiteral("/f15"), 2048);
        QCOMPARE(m.rowCount(), RecentFiles::kMost);
        QCOMPARE(m.index(0).data(RawRole).toString(), QStringLiteral("/f15"));
        QVERIFY(m.index(0).data().toString().contains(QStringLiteral("2.0 KiB")));
    }
};

QTEST_MAIN(TestModels)
#include "tst_models.moc"
