// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of a tensor: experts of a mixture in both forms of files, and what a selection leaves in colour on every page.
#include "app/gui/stage.h"
#include "core/base/format.h"
#include "core/metrics/statistics/statistics.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"
#include "tests/support/small_model.h"
#include "widgets/models/checkpoint_model.h"
#include "widgets/panels/checkpoint_panel.h"
#include "widgets/panels/tensor_panel.h"
#include "widgets/plots/plot_view.h"

#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMouseEvent>
#include <QTreeView>
#include <algorithm>
#include <qcustomplot.h>

using namespace qs::gui;
using qs::Index;
using qs::Matrix;
using qs::test::WindowFixture;

namespace {

constexpr Index kHidden = 64;
constexpr Index kInner = 96;
constexpr int kExperts = 4;

Matrix expertOf(int expert, int which)
{
    const bool down = which == 2;
    return qs::test::gaussian(down ? kHidden : kInner, down ? kInner : kHidden, 100 + static_cast<std::uint64_t>(10 * expert + which), 0.05F * static_cast<float>(expert + 1));
}

// A mixture of experts: each expert's matrices under names of their own, as Hugging Face writes them.
QString huggingFace(const QTemporaryDir& dir)
{
    const qs::AllowWork allowed;
    std::map<std::string, Matrix> t;
    const char* names[] = {"w1", "w3", "w2"};
    for (const char* a : {"q_proj", "k_proj", "v_proj", "o_proj"}) t["model.layers.0.self_attn." + std::string(a) + ".weight"] = qs::test::gaussian(kHidden, kHidden, 7);
    t["model.layers.0.block_sparse_moe.gate.weight"] = qs::test::gaussian(kExperts, kHidden, 8);
    for (int e = 0; e < kExperts; ++e)
        for (int m = 0; m < 3; ++m) t["model.layers.0.block_sparse_moe.experts." + std::to_string(e) + "." + names[m] + ".weight"] = expertOf(e, m);
    qs::test::writeModel(dir.filePath(QStringLiteral("model.safetensors")).toStdString(), t, {});
    QFile config(dir.filePath(QStringLiteral("config.json")));
    if (config.open(QIODevice::WriteOnly)) config.write(R"({"model_type": "mixtral", "num_attention_heads": 4, "num_key_value_heads": 4, "num_local_experts": 4, "num_hidden_layers": 1})");
    config.close();
    return dir.path();
}

// The same with all experts of a role in one tensor, as GGUF has them.
QString gguf(const QTemporaryDir& dir)
{
    qs::test::GgufBuilder g;
    g.text("general.architecture", "llama").u32("llama.attention.head_count", 4).u32("llama.attention.head_count_kv", 4).u32("llama.expert_count", kExperts).u32("llama.block_count", 1);
    const char* names[] = {"ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"};
    for (int m = 0; m < 3; ++m) {
        std::vector<float> all;
        for (int e = 0; e < kExperts; ++e) {
            const Matrix one = expertOf(e, m);
            all.insert(all.end(), one.data().begin(), one.data().end());
        }
        const Matrix one = expertOf(0, m);
        g.f32(std::string("blk.0.") + names[m] + ".weight", {static_cast<std::uint64_t>(one.cols()), static_cast<std::uint64_t>(one.rows()), kExperts}, all);
    }
    const QString path = dir.filePath(QStringLiteral("moe.gguf"));
    QFile file(path);
    const auto bytes = g.build();
    if (file.open(QIODevice::WriteOnly)) file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<qint64>(bytes.size()));
    return path;
}

int paleCells(const qs::plots::PlotData& data)
{
    int n = 0;
    for (const auto& g : data.heat) n += static_cast<int>(std::count(g.pale.begin(), g.pale.end(), 1));
    return n;
}

} // namespace

class TestDimming : public QObject {
    Q_OBJECT
private slots:
    void experts_ofTheirOwnNames_areChosenInTheTree()
    {
        WindowFixture w;
        const QTemporaryDir dir;
        QVERIFY(w.open(huggingFace(dir)));
        auto* tree = w.window->checkpointPanel().findChild<QTreeView*>();
        const auto* model = tree->model();
        const QModelIndex block = model->index(0, 0, model->index(0, 0));
        QModelIndex expert;
        for (int r = 0; r < model->rowCount(block); ++r)
            if (model->index(r, 0, block).data().toString() == QStringLiteral("expert 2")) expert = model->index(r, 0, block);
        QVERIFY(expert.isValid());
        QCOMPARE(model->rowCount(expert), 3);

        // The whole expert runs from its node, by keyboard.
        tree->expand(block);
        tree->setFocus();
        tree->setCurrentIndex(expert);
        tree->selectionModel()->select(expert, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        w.work->workspace().addRecipe(WindowFixture::recipe("rtn:bits=4,group=32"));
        QTest::keyClick(tree, Qt::Key_R, Qt::ControlModifier);
        QVERIFY(w.settle());
        QCOMPARE(w.work->workspace().results().size(), std::size_t(3));
        for (const auto& r : w.work->workspace().results()) {
            QCOMPARE(r->place.expert, 2);
            QCOMPARE(r->place.block, 0);
        }
        // The filter names experts too.
        auto* filter = w.window->checkpointPanel().findChild<QLineEdit*>();
        filter->setFocus();
        QTest::keyClicks(filter, QStringLiteral("expert:3"));
        QTRY_COMPARE(w.window->checkpointPanel().model().shownTensors(), 3);
        // One expert of its own name is not cut again; its attention is cut into heads.
        auto* parts = partsOf(w);
        QVERIFY(w.choose("model.layers.0.block_sparse_moe.experts.3.w1.weight"));
        QVERIFY(!parts->isVisible());
        QVERIFY(w.choose("model.layers.0.self_attn.q_proj.weight"));
        QCOMPARE(parts->count(), 4 + 1);
    }

    void experts_ofAStackedTensor_areParts()
    {
        WindowFixture w;
        const QTemporaryDir dir;
        QVERIFY(w.open(gguf(dir)));
        auto* parts = partsOf(w);
        QVERIFY(w.choose("blk.0.ffn_up_exps.weight"));
        w.work->run({w.work->selection().tensor()}, {WindowFixture::recipe("rtn:bits=3,group=32")});
        QVERIFY(w.settle());
        QVERIFY(w.work->selection().a());
        QVERIFY(parts->isVisible());
        QCOMPARE(parts->count(), kExperts + 1);
        for (int e = 0; e < kExperts; ++e) QCOMPARE(parts->itemText(e + 1), QStringLiteral("expert %1").arg(e));

        parts->setFocus();
        for (int i = 0; i < 3; ++i) QTest::keyClick(parts, Qt::Key_Down);
        const auto part = w.work->selection().region();
        QVERIFY(part.has_value());
        QCOMPARE(part->label, QStringLiteral("expert 2"));
        QCOMPARE(part->row0, 2 * kInner);
        QCOMPARE(part->row1, 3 * kInner);
        QCOMPARE(part->col1 - part->col0, kHidden);
        QVERIFY(w.settle());

        // Its figures are those of that expert's matrix, and of no other's.
        const auto stds = [] {
            const qs::AllowWork allowed;
            std::vector<std::string> out;
            for (int e = 0; e < kExperts; ++e) out.push_back(qs::formatError(qs::metrics::momentsOnly(expertOf(e, 1).view(), {})->std));
            return out;
        }();
        QTRY_COMPARE(w.window->tensorPanel().partFact(QStringLiteral("std")).toStdString(), stds[2]);
        QVERIFY(stds[2] != stds[1]);
        QVERIFY(!w.window->tensorPanel().partFact(QStringLiteral("mse")).isEmpty());
        w.window->stage().showPage(QStringLiteral("distribution"));
        QVERIFY(w.settle());
        const auto data = w.window->stage().currentPage()->plots().front()->data();
        QVERIFY(data && data->title.find("rows 192–287") != std::string::npos);
        // On the other pages the other experts are pale.
        w.window->stage().showPage(QStringLiteral("codebook"));
        QVERIFY(w.settle());
        const auto codebook = w.window->stage().currentPage()->plots().front()->data();
        QVERIFY(codebook && !codebook->heat.empty());
        const auto& g = codebook->heat.front();
        QCOMPARE(g.pale.size(), g.values.size());
        // One column a group: a quarter of them is the expert's.
        const auto full = std::count(g.pale.begin(), g.pale.begin() + g.cols, 0);
        QCOMPARE(static_cast<int>(full), g.cols / kExperts);
    }

    void brush_onTheHistogram_dimsEveryPage()
    {
        WindowFixture w;
        QVERIFY(w.open(QStringLiteral(QS_SAMPLE_DIR)));
        QVERIFY(w.choose("model.layers.0.self_attn.q_proj.weight"));
        w.work->run({w.work->selection().tensor()}, {WindowFixture::recipe("rtn:bits=4,group=64"), WindowFixture::recipe("nf:group=64")});
        QVERIFY(w.settle());
        const auto pale = [&](const char* page) {
            w.window->stage().showPage(QString::fromLatin1(page));
            w.settle();
            std::vector<int> out;
            for (PlotView* p : w.window->stage().currentPage()->plots()) {
                if (!p->data()) continue;
                int n = paleCells(*p->data());
                for (const auto& s : p->data()->series) n += s.isPale ? 1 : static_cast<int>(std::count(s.pale.begin(), s.pale.end(), 1));
                out.push_back(n);
            }
            return out;
        };
        for (const char* page : {"scatter", "codebook"})
            for (const int n : pale(page)) QCOMPARE(n, 0);

        // A range in the right half of the histogram, by Ctrl and drag.
        w.window->stage().showPage(QStringLiteral("distribution"));
        w.settle();
        QCustomPlot* plot = w.window->stage().currentPage()->plots().front()->plot();
        const QRect area = plot->axisRect(0)->rect();
        const QPoint from(area.left() + area.width() * 6 / 10, area.center().y());
        const QPoint to(area.left() + area.width() * 8 / 10, area.center().y() + 30);
        QTest::mousePress(plot, Qt::LeftButton, Qt::ControlModifier, from);
        for (int i = 1; i <= 4; ++i) {
            const QPointF at(from + (to - from) * i / 4);
            QMouseEvent move(QEvent::MouseMove, at, plot->mapToGlobal(at), Qt::NoButton, Qt::LeftButton, Qt::ControlModifier);
            QApplication::sendEvent(plot, &move);
        }
        QTest::mouseRelease(plot, Qt::LeftButton, Qt::ControlModifier, to);
        const auto brush = w.work->selection().brush();
        QVERIFY(brush && brush->first > 0);

        const auto scatter = pale("scatter");
        QCOMPARE(scatter.size(), std::size_t(4));
        for (const int n : scatter) QVERIFY(n > 0);
        const PlotView* view = w.window->stage().currentPage()->plots().front();
        const auto& g = view->data()->heat.front();
        // What is in colour lies in the range, what is pale does not; and the picture shows it.
        const double cell = (g.xMax - g.xMin) / g.cols;
        for (int r = 0; r < g.rows; ++r)
            for (int c = 0; c < g.cols; ++c) {
                const std::size_t k = static_cast<std::size_t>(r * g.cols + c);
                if (std::isnan(g.values[k])) continue;
                const double x = g.xMin + (c + 0.5) * cell;
                if (x > brush->first + cell && x < brush->second - cell) QCOMPARE(int(g.pale[k]), 0);
                if (x < brush->first - cell || x > brush->second + cell) QCOMPARE(int(g.pale[k]), 1);
            }
        // In the picture, of errors over magnitudes: left of the range it is faint, in the range it is not.
        view = w.window->stage().currentPage()->plots()[1];
        const auto& errors = view->data()->heat.front();
        const QImage picture = view->plot()->toPixmap().toImage();
        QCPAxisRect* rect = view->plot()->axisRect(0);
        const QColor paper = w.work->theme().window();
        int strongest = 0;
        int palest = 0;
        const double side = (errors.xMax - errors.xMin) / errors.cols;
        for (int r = 0; r < errors.rows; ++r)
            for (int c = 0; c < errors.cols; ++c) {
                if (std::isnan(errors.values[static_cast<std::size_t>(r * errors.cols + c)])) continue;
                const double x = errors.xMin + (c + 0.5) * side;
                const QPointF at(rect->axis(QCPAxis::atBottom)->coordToPixel(x), rect->axis(QCPAxis::atLeft)->coordToPixel(errors.yMin + (r + 0.5) * (errors.yMax - errors.yMin) / errors.rows));
                // Off the axes and the line without error, and not where one pixel stands for both sides of the range's end.
                if (std::abs(at.y() - rect->axis(QCPAxis::atLeft)->coordToPixel(0)) < 5 || at.x() < rect->left() + 4 || std::abs(x - brush->first) < 12 * side || x > brush->second - 12 * side) continue;
                const QColor drawn = picture.pixelColor(at.toPoint());
                int& most = x < brush->first ? palest : strongest;
                most = std::max(most, std::abs(drawn.red() - paper.red()) + std::abs(drawn.green() - paper.green()) + std::abs(drawn.blue() - paper.blue()));
            }
        if (const QString folder = qEnvironmentVariable("QS_PICTURES"); !folder.isEmpty()) w.window->grab().save(folder + QStringLiteral("/dimming_scatter.png"));
        QVERIFY2(palest > 0 && 2 * palest < strongest, qPrintable(QStringLiteral("%1 %2").arg(palest).arg(strongest)));

        const auto codebook = pale("codebook");
        if (const QString folder = qEnvironmentVariable("QS_PICTURES"); !folder.isEmpty()) w.window->grab().save(folder + QStringLiteral("/dimming_codebook.png"));
        QCOMPARE(codebook.size(), std::size_t(3));
        QVERIFY(codebook[0] > 0);  // levels outside the range
        QVERIFY(codebook[2] > 0);  // and in the strip of one group
        // A part of the matrix: its groups alone.
        w.work->selection().setBrush(std::nullopt);
        w.work->selection().setRegion(Region{0, 32, 0, 64, {}});
        w.settle();
        const auto part = pale("codebook");
        QVERIFY(part[0] > 0 && part[1] > 0);
        for (const int n : pale("scatter")) QVERIFY(n > 0);
        w.window->stage().setFocus();
        QTest::keyClick(&w.window->stage(), Qt::Key_Escape);
        w.settle();
        for (const char* page : {"scatter", "codebook"})
            for (const int n : pale(page)) QCOMPARE(n, 0);
    }

private:
    static QComboBox* partsOf(WindowFixture& w)
    {
        w.window->stage().showPage(QStringLiteral("heatmap"));
        w.settle();
        return w.window->stage().currentPage()->findChild<QComboBox*>(QStringLiteral("parts"));
    }
};

QTEST_MAIN(TestDimming)
#include "tst_dimming.moc"
