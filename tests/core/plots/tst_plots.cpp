// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "core/plots/color_palette.h"
#include "core/plots/plot_registry.h"
#include "core/plots/plot_support.h"
#include "core/study/run_cell.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>

using namespace qs;
using namespace qs::plots;

/// Every registered plot on the sample model, through each of its choices.
class TestPlots : public QObject {
    Q_OBJECT

private:
    std::shared_ptr<const io::ModelSource> m_source;
    std::vector<std::shared_ptr<const study::CellResult>> m_results;  // of one tensor
    std::vector<std::shared_ptr<const study::CellResult>> m_all;      // of two tensors
    std::ptrdiff_t m_tensor = -1;

    // Made-up inputs of a layer: some columns are larger than others.
    static Result<std::shared_ptr<const quant::Calibration>> inputsOf(const io::ModelSource&, const io::TensorInfo& tensor)
    {
        auto c = std::make_shared<quant::Calibration>();
        c->inputs = tensor.shape[1];
        for (Index i = 0; i < tensor.shape[1]; ++i) {
            const float size = 1.0F + static_cast<float>(i % 7);
            c->meanAbs.push_back(0.8F * size);
            c->meanSquare.push_back(size * size);
            c->maxAbs.push_back(4.0F * size);
        }
        return std::shared_ptr<const quant::Calibration>(c);
    }

    PlotInput inputFor(const PlotInfo& info) const
    {
        PlotInput input;
        input.source = m_source;
        input.tensor = info.wholeModel ? -1 : m_tensor;
        input.results = info.wholeModel ? m_all : m_results;
        input.calibrationOf = inputsOf;
        if (!info.wholeModel) input.colorSlots = {2, 5};
        return input;
    }

    static void save(const std::string& name, const std::string& text)
    {
        const QString folder = qEnvironmentVariable("QS_PLOT_DUMP"); // pictures for people, on wish
        if (folder.isEmpty()) return;
        QDir().mkpath(folder);
        QFile f(folder + "/" + QString::fromStdString(name));
        QVERIFY(f.open(QIODevice::WriteOnly));
        f.write(text.data(), static_cast<qint64>(text.size()));
    }

    static void checkData(const PlotData& plot, const PlotInfo& info)
    {
        QCOMPARE(plot.id, info.name);
        QVERIFY(!plot.title.empty());
        QVERIFY2(QString::fromStdString(plot.summary).contains(QRegularExpression("[0-9]")), plot.summary.c_str());
        QVERIFY2(plot.summary.ends_with("."), plot.summary.c_str());
        QVERIFY(!plot.x.label.empty() && !plot.y.label.empty());
        QVERIFY(!plot.series.empty() || !plot.heat.empty());
        for (const auto& s : plot.series) {
            const bool edges = s.kind == SeriesKind::Steps || s.kind == SeriesKind::Bars;
            QCOMPARE(s.x.size(), s.y.size() + (edges ? 1 : 0));
            QVERIFY(!s.y.empty());
            QVERIFY(s.labels.empty() || s.labels.size() == s.y.size());
            for (const double v : s.x) QVERIFY(std::isfinite(v));
            if (s.kind == SeriesKind::Stems)
                for (const double v : s.y) QVERIFY(v >= 0 && v <= 1);
        }
        for (const auto& g : plot.heat) {
            QVERIFY(g.rows > 0 && g.cols > 0);
            QCOMPARE(g.values.size(), static_cast<std::size_t>(g.rows) * static_cast<std::size_t>(g.cols));
            QVERIFY(std::any_of(g.values.begin(), g.values.end(), [](float v) { return std::isfinite(v); }));
            QVERIFY(g.xMin != g.xMax && g.yMin != g.yMax);
            QVERIFY(g.rowLabels.empty() || g.rowLabels.size() == static_cast<std::size_t>(g.rows));
            QVERIFY(g.colLabels.empty() || g.colLabels.size() == static_cast<std::size_t>(g.cols));
        }
        if (plot.scale == ColorScale::Diverging && !plot.heat.empty()) {
            const ValueRange r = valueRange(plot);
            QCOMPARE(r.low, -r.high);
        }
    }

    static void checkSvg(const std::string& svg)
    {
        QXmlStreamReader xml(QByteArray::fromStdString(svg));
        int shapes = 0;
        while (!xml.atEnd()) {
            if (xml.readNext() == QXmlStreamReader::StartElement) ++shapes;
            for (const auto& a : xml.attributes())
                QVERIFY2(a.value().startsWith(QLatin1String("data:"))
                         || (!a.value().contains(QLatin1String("nan")) && !a.value().contains(QLatin1String("inf"))),
                         qPrintable(a.value().toString().left(80)));
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QVERIFY(shapes > 10);
    }

    // Every line of a block has as many fields as its head.
    static void checkCsv(const std::string& csv, const PlotData& plot)
    {
        const auto lines = QString::fromStdString(csv).split('\n');
        const auto fields = [](const QString& line) {
            int n = 1;
            bool quoted = false;
            for (const QChar c : line) {
                if (c == '"') quoted = !quoted;
                if (c == ',' && !quoted) ++n;
            }
            return quoted ? -1 : n;
        };
        std::size_t blocks = 0;
        qsizetype rows = 0;
        for (qsizetype i = 0; i < lines.size(); ++i) {
            if (!lines[i].startsWith("# series") && !lines[i].startsWith("# grid")) continue;
            ++blocks;
            const int head = fields(lines[i + 1]);
            QVERIFY(head >= 2);
            for (i += 2; i < lines.size() && !lines[i].isEmpty(); ++i, ++rows) QCOMPARE(fields(lines[i]), head);
        }
        QCOMPARE(blocks, plot.series.size() + plot.heat.size());
        std::size_t wanted = 0;
        for (const auto& s : plot.series) wanted += s.y.size();
        for (const auto& g : plot.heat) wanted += static_cast<std::size_t>(g.rows);
        QCOMPARE(static_cast<std::size_t>(rows), wanted);
    }

private slots:
    void initTestCase()
    {
        auto source = io::openModel(QS_SOURCE_DIR "/resources/sample", {});
        QVERIFY2(source, source ? "" : source.error().text().c_str());
        m_source = *source;
        m_tensor = m_source->find("model.layers.1.self_attn.q_proj.weight");
        QVERIFY(m_tensor >= 0);
        const auto other = m_source->find("model.layers.0.mlp.down_proj.weight");
        QVERIFY(other >= 0);
        study::RunOptions options;
        options.calibrationOf = inputsOf;
        for (const char* text : {"nf:format=nf4,group=64", "rtn:bits=3,group=128"}) {
            auto recipe = quant::parseRecipe(text);
            QVERIFY2(recipe, recipe ? "" : recipe.error().text().c_str());
            for (const auto t : {m_tensor, other}) {
                auto r = study::runCell(*m_source, m_source->tensors[static_cast<std::size_t>(t)], *recipe, options, {});
                QVERIFY2(r, r ? "" : r.error().text().c_str());
                m_all.push_back(*r);
                if (t == m_tensor) m_results.push_back(*r);
            }
        }
    }

    void plots_sampleAndEveryChoice_validDataSvgCsv_data()
    {
        QTest::addColumn<QString>("plot");
        QTest::addColumn<QString>("option");
        QTest::addColumn<QString>("value");
        for (const auto& p : builtinPlots().plots()) {
            const QString name = QString::fromStdString(p.name);
            QTest::newRow(qPrintable(name)) << name << QString() << QString();
            for (const auto& o : p.options)
                for (std::size_t i = 1; i < o.choices.size(); ++i)
                    QTest::newRow(qPrintable(name + " " + QString::fromStdString(o.name + "=" + o.choices[i])))
                        << name << QString::fromStdString(o.name) << QString::fromStdString(o.choices[i]);
        }
        for (const char* map : {"usage", "scale"}) QTest::newRow(qPrintable(QString("codebook map=%1").arg(map))) << "codebook" << "map" << map;
    }

    void plots_sampleAndEveryChoice_validDataSvgCsv()
    {
        QFETCH(QString, plot);
        QFETCH(QString, option);
        QFETCH(QString, value);
        const PlotInfo* info = builtinPlots().find(plot.toStdString());
        QVERIFY(info);
        QVERIFY(!info->title.empty() && info->question.ends_with("?"));
        PlotInput input = inputFor(*info);
        if (!option.isEmpty()) input.options[option.toStdString()] = value.toStdString();

        const auto made = info->make(input, {});

        QVERIFY2(made, made ? "" : made.error().text().c_str());
        checkData(**made, *info);
        for (const bool dark : {false, true}) {
            const std::string svg = toSvg(**made, {960, 600, dark});
            checkSvg(svg);
            save(plot.toStdString() + (option.isEmpty() ? "" : "-" + option.toStdString() + "-" + value.toStdString()) + (dark ? "-dark.svg" : ".svg"), svg);
        }
        checkCsv(toCsv(**made), **made);
    }

    void plots_oneThreadAndThree_sameNumbers()
    {
        for (const auto& info : builtinPlots().plots()) {
            Context one;
            one.arena = makeArena(1);
            Context three;
            three.arena = makeArena(3);
            const auto a = info.make(inputFor(info), one);
            const auto b = info.make(inputFor(info), three);
            QVERIFY(a && b);
            QCOMPARE(toCsv(**a), toCsv(**b));
        }
    }

    void plots_stopped_cancelledOrDone()
    {
        std::stop_source stop;
        stop.request_stop();
        Context context;
        context.stop = stop.get_token();
        for (const auto& info : builtinPlots().plots()) {
            const auto made = info.make(inputFor(info), context);
            if (!made) QCOMPARE(made.error().code, ErrorCode::Cancelled);
        }
    }

    void plots_withoutResults_sayWhatIsLacking()
    {
        for (const auto& info : builtinPlots().plots()) {
            PlotInput input = inputFor(info);
            input.results.clear();
            const auto made = info.make(input, {});
            if (info.needsResults) {
                QVERIFY2(!made, info.name.c_str());
                QCOMPARE(made.error().code, ErrorCode::Lacking);
            } else {
                QVERIFY2(made, made ? "" : made.error().text().c_str());
            }
        }
    }

    void plots_unknownChoice_isAUsageError()
    {
        for (const auto& info : builtinPlots().plots())
            for (const auto& o : info.options) {
                PlotInput input = inputFor(info);
                input.options[o.name] = "no such thing";
                const auto made = info.make(input, {});
                if (o.name == "index" || o.name == "region") continue; // looked at where the scope asks for them
                QVERIFY2(!made, (info.name + " " + o.name).c_str());
                QCOMPARE(made.error().code, ErrorCode::Usage);
            }
    }

    void distribution_tensor_countsEveryElementAndScalesReferences()
    {
        const PlotInfo* info = builtinPlots().find("distribution");
        for (const char* reference : {"gaussian", "student"}) {
            PlotInput input = inputFor(*info);
            input.options["reference"] = reference;
            const auto made = info->make(input, {});
            QVERIFY(made);
            const auto& plot = **made;
            const double elements = static_cast<double>(m_source->tensors[static_cast<std::size_t>(m_tensor)].shape.elements());
            double counted = 0;
            for (const double v : plot.series[0].y) counted += v;
            QCOMPARE(counted, elements);
            for (std::size_t i = 1; i <= 2; ++i) {
                double decoded = 0;
                for (const double v : plot.series[i].y) decoded += v;
                QCOMPARE(decoded, elements);
            }
            const Series& r = plot.series.back();
            QCOMPARE(r.slot, -1);
            const double width = plot.series[0].x[1] - plot.series[0].x[0];
            double area = 0; // by trapezoids, in elements
            for (std::size_t i = 1; i < r.x.size(); ++i) area += (r.y[i] + r.y[i - 1]) / 2 * (r.x[i] - r.x[i - 1]) / width;
            QVERIFY2(std::fabs(area / elements - 1) < 0.02, qPrintable(QString::number(area / elements)));
        }
    }

    void distribution_group_showsTheGroupsLevels()
    {
        const PlotInfo* info = builtinPlots().find("distribution");
        PlotInput input = inputFor(*info);
        input.results.resize(1);
        input.options = {{"scope", "group"}, {"index", "3"}};
        const auto made = info->make(input, {});
        QVERIFY(made);
        const Series& stems = (*made)->series.back();
        QCOMPARE(stems.kind, SeriesKind::Stems);
        QCOMPARE(stems.x.size(), std::size_t(16));
        QCOMPARE(static_cast<float>(stems.x[15]), m_results[0]->decoder->grid().levels(3)[15]);
        double counted = 0;
        for (const double v : (*made)->series[0].y) counted += v;
        QCOMPARE(counted, 64.0);
    }

    void distribution_region_countsItsElementsAlone()
    {
        const PlotInfo* info = builtinPlots().find("distribution");
        PlotInput input = inputFor(*info);
        input.options = {{"scope", "region"}, {"region", "2:5,10:17"}};
        const auto made = info->make(input, {});
        QVERIFY(made);
        double counted = 0;
        for (const double v : (*made)->series[0].y) counted += v;
        QCOMPARE(counted, 21.0);
        QVERIFY((*made)->title.find("rows 2–4, columns 10–16") != std::string::npos);
        for (const char* bad : {"", "2:5", "5:2,0:1", "0:1,3:3", "-1:2,0:1", "0:1,0:1x", "0:9999999,0:1"}) {
            input.options["region"] = bad;
            QVERIFY2(!info->make(input, {}), bad);
        }
    }

    void svg_print_isBlackOnWhite()
    {
        const PlotInfo* info = builtinPlots().find("distribution");
        const auto made = info->make(inputFor(*info), {});
        QVERIFY(made);
        SvgOptions options;
        options.dark = true;
        options.print = true;
        const std::string svg = toSvg(**made, options);
        QVERIFY(svg.find("#FFFFFF") != std::string::npos && svg.find("#000000") != std::string::npos);
        for (const Rgb c : {themeColors(true).base, themeColors(true).text, themeColors(false).text}) QVERIFY(svg.find(hex(c)) == std::string::npos);
    }

    void rateDistortion_twoRecipes_trueBitsAndErrors()
    {
        const PlotInfo* info = builtinPlots().find("rate_distortion");
        const auto made = info->make(inputFor(*info), {});
        QVERIFY(made);
        int points = 0;
        for (const auto& s : (*made)->series) {
            if (s.kind != SeriesKind::Points) continue;
            const auto& r = m_results[s.slot == 2 ? 0 : 1];
            QCOMPARE(s.x[0], r->bitsPerWeight());
            QCOMPARE(s.y[0], r->error.relativeMse());
            ++points;
        }
        QCOMPARE(points, 2);
    }

    void compare_sameResultTwice_isZeroEverywhere()
    {
        const PlotInfo* info = builtinPlots().find("compare");
        PlotInput input = inputFor(*info);
        input.options["b"] = "0";
        const auto made = info->make(input, {});
        QVERIFY(made);
        for (const float v : (*made)->heat[0].values) QCOMPARE(v, 0.0F);
    }
};

QTEST_GUILESS_MAIN(TestPlots)
#include "tst_plots.moc"
