// SPDX-License-Identifier: GPL-3.0-or-later
// Input scales folded into what precedes the layers: the exported model says what the mixture says, and what can't be
// folded is refused or kept with its reason.
#include "core/export/fold.h"
#include "core/export/open_any.h"
#include "core/export/quantoscope_container.h"
#include "core/export/verify_export.h"
#include "core/model/model.h"
#include "core/model/run_model.h"
#include "core/study/mixture.h"
#include "tests/core/quant/calibrated.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

using namespace qs;
namespace fs = std::filesystem;

namespace {

using Source = std::shared_ptr<const io::ModelSource>;

// Inputs of every width, some columns far larger than others; layers that read the same inputs get the same.
struct Inputs {
    std::map<Index, std::shared_ptr<const quant::Calibration>> made;
    const std::shared_ptr<const quant::Calibration>& of(Index width)
    {
        auto& c = made[width];
        if (c) return c;
        Matrix x = test::tokens(64, width, 7);
        for (Index t = 0; t < x.rows(); ++t)
            for (Index j = 0; j < width; j += 5) x.at(t, j) *= 9.0F;
        c = std::make_shared<const quant::Calibration>(test::calibrationOf(x));
        return c;
    }
};

study::RunOptions calibrated(const std::shared_ptr<Inputs>& inputs)
{
    study::RunOptions options;
    options.announce = false;
    options.calibrationOf = [inputs](const io::ModelSource&, const io::TensorInfo& t) -> Result<std::shared_ptr<const quant::Calibration>> {
        return inputs->of(io::matrixShape(t).cols);
    };
    return options;
}

// Cells of the chosen tensors; an empty recipe: the tensor is left alone.
struct Job {
    Source source;
    std::map<std::string, study::CellPtr> cells;
    exporting::ExportRequest request;

    Job(Source s, const std::vector<std::string>& globs, const std::string& recipe, const fs::path& target, const std::string& format,
        const std::map<std::string, std::string>& others = {})
        : source(std::move(s))
    {
        const auto options = calibrated(std::make_shared<Inputs>());
        const auto chosen = io::selectTensors(*source, globs);
        for (const std::size_t i : *chosen) {
            const io::TensorInfo& t = source->tensors[i];
            if (t.shape.rank() < 2) continue;
            std::string text = recipe;
            for (const auto& [part, other] : others)
                if (t.name.find(part) != std::string::npos) text = other;
            auto cell = study::runCell(*source, t, *quant::parseRecipe(text), options, {});
            if (!cell) {
                problem = cell.error().text();
                return;
            }
            cells[t.name] = *cell;
            request.chosen.push_back(i);
        }
        request.source = source;
        request.format = *exporting::ExportFormat::parse(format);
        request.target = target;
        request.results = [this](const io::TensorInfo& t) -> Result<study::CellPtr> { return cells.at(t.name); };
        request.recipes = [this](const io::TensorInfo& t) { return cells.contains(t.name) ? &cells.at(t.name)->recipe : nullptr; };
    }
    std::string problem;
};

Result<Matrix> logitsOf(const model::Model& m)
{
    model::Tokens tokens;
    tokens.sequences = 2;
    tokens.length = 12;
    for (int i = 0; i < 24; ++i) tokens.ids.push_back((i * 37 + 5) % 90);
    model::RunOptions options;
    options.announce = false;
    QS_ASSIGN(const Matrix hidden, model::runModel({}, m, tokens, options));
    QS_ASSIGN(const auto head, m.loadHead({}));
    Matrix final;
    QS_TRY(head.finish({}, hidden, final));
    Matrix logits;
    QS_TRY(head.logits({}, final, logits));
    return logits;
}

Result<Matrix> mixtureLogits(const Job& job)
{
    QS_ASSIGN(const auto original, model::Model::open(job.source));
    std::vector<study::CellPtr> cells;
    for (const auto& [name, cell] : job.cells) cells.push_back(cell);
    QS_ASSIGN(const auto mixture, study::mixtureModel(original, job.source, cells, {}, {}));
    return logitsOf(*mixture);
}

double distance(const Matrix& a, const Matrix& b)
{
    double worst = 0;
    double largest = 0;
    for (std::size_t i = 0; i < a.data().size(); ++i) {
        const double d = std::abs(static_cast<double>(a.data()[i]) - static_cast<double>(b.data()[i]));
        if (!(d <= worst)) worst = d;
        largest = std::max(largest, std::abs(static_cast<double>(b.data()[i])));
    }
    return worst / largest;
}

const char* said(const Result<exporting::ExportReport>& r)
{
    static std::string text;
    text = r ? std::string() : r.error().text();
    return text.c_str();
}

constexpr const char* kAwq = "awq:ratios=6,clip=0+rtn:bits=4,group=8";

} // namespace

class TestFold : public QObject {
    Q_OBJECT
private slots:
    void export_golden_saysWhatTheMixtureSays_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("layers"); // that fold, of one block
        for (const char* format : {"safetensors:dtype=f32", "quantoscope"}) {
            const bool codes = format == std::string("quantoscope");
            const auto row = [&](const char* folder, int layers) { QTest::newRow((std::string(folder) + " " + format).c_str()) << folder << format << layers; };
            row("llama", codes ? 5 : 6); // o reads grouped queries
            row("qwen2", codes ? 5 : 6);
            row("gemma2", codes ? 5 : 6);
            row("opt", codes ? 4 : 6);      // out_proj from v_proj, fc2 through ReLU
            row("gpt2", 2);                  // fused q, k, v; GELU
            row("phi3", 2);
            row("gptneox", 2);
            row("opt_post", codes ? 0 : 2);  // norms after the sum
        }
    }
    void export_golden_saysWhatTheMixtureSays()
    {
        QFETCH(QString, folder);
        QFETCH(QString, format);
        QFETCH(int, layers);
        const test::Golden golden("transformers/" + folder.toStdString() + "/expected.safetensors");
        QS_NEED_GOLDEN(golden);
        const auto source = exporting::openAny(std::string(QS_SHARED_DIR) + "/golden/transformers/" + folder.toStdString(), {});
        QVERIFY(source.has_value());
        const test::Scratch scratch;
        const fs::path target = scratch.path() / "out";
        Job job(*source, {}, kAwq, target, format.toStdString());
        QVERIFY2(job.problem.empty(), job.problem.c_str());
        const auto report = exporting::exportModel(job.request, {});
        QVERIFY2(report.has_value(), said(report));
        int folded = 0;
        std::size_t divided = 0;
        for (const auto& t : report->tensors) {
            folded += t.name.find("s.0.") != std::string::npos || t.name.find("h.0.") != std::string::npos ? !t.foldedInto.empty() : 0;
            divided += t.dividedBy.empty() ? 0 : 1;
            QVERIFY(t.foldedInto.empty() || t.scalesKept.empty());
            if (!t.recipe.empty()) QVERIFY2(!t.foldedInto.empty() || !t.scalesKept.empty(), t.name.c_str());
            if (!t.foldedInto.empty()) { // s is counted no more
                const auto& cell = *job.cells.at(t.sourceName);
                QCOMPARE(t.bits.payload + t.bits.metadata + 32 * static_cast<std::uint64_t>(cell.artefact->cols), cell.bits.payload + cell.bits.metadata);
            }
        }
        QCOMPARE(folded, layers);
        QVERIFY(layers == 0 || divided > 0);
        const auto out = exporting::openAny(target, {});
        QVERIFY(out.has_value());
        const auto exported = model::Model::open(*out);
        QVERIFY2(exported.has_value(), exported ? "" : exported.error().text().c_str());
        const auto a = logitsOf(**exported);
        const auto b = mixtureLogits(job);
        QVERIFY(a.has_value() && b.has_value());
        QVERIFY2(distance(*a, *b) < 1e-4, std::to_string(distance(*a, *b)).c_str());
        // The manifest says enough to measure the error against the original again.
        const auto manifest = exporting::readManifest(report->manifest);
        QVERIFY(manifest.has_value());
        const auto verified = exporting::verifyExport(**out, *manifest, source->get(), {});
        QVERIFY(verified.has_value());
        for (const auto& t : verified->tensors) QVERIFY2(t.ok, (t.name + ": " + t.problem).c_str());
        QVERIFY(verified->ok);
        for (const auto& t : verified->tensors)
            if (!t.foldedInto.empty()) QVERIFY(*t.relativeMse < 0.2); // of the weights as they were, not as they are scaled
    }

    void export_sample_ggufHoldsFoldedCodes()
    {
        const auto source = exporting::openAny(fs::path(QS_SAMPLE_DIR), {});
        QVERIFY(source.has_value());
        const test::Scratch scratch;
        Job job(*source, {"block:0-1"}, "awq:ratios=4,clip=0+rtn:bits=4,group=32,scheme=sym", scratch.path() / "out.gguf", "gguf",
                {{"o_proj", "rtn:bits=4,group=32,scheme=sym"}, {"down_proj", "rtn:bits=4,group=32,scheme=sym"}});
        QVERIFY2(job.problem.empty(), job.problem.c_str());
        const auto report = exporting::exportModel(job.request, {});
        QVERIFY2(report.has_value(), said(report));
        const auto out = exporting::openAny(scratch.path() / "out.gguf", {});
        QVERIFY(out.has_value());
        QCOMPARE((*out)->tensors[static_cast<std::size_t>((*out)->find("blk.0.attn_q.weight"))].dtype, DType::Q4_0);
        const auto exported = model::Model::open(*out);
        QVERIFY2(exported.has_value(), exported ? "" : exported.error().text().c_str());
        const auto a = logitsOf(**exported);
        const auto b = mixtureLogits(job);
        QVERIFY(a.has_value() && b.has_value());
        QVERIFY2(distance(*a, *b) < 1e-3, std::to_string(distance(*a, *b)).c_str());
        const auto manifest = exporting::readManifest(report->manifest);
        const auto verified = exporting::verifyExport(**out, *manifest, source->get(), {});
        QVERIFY(verified && verified->ok);
    }

    void check_gguf_refusesWhatCantBeFolded_data()
    {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<QStringList>("globs");
        QTest::addColumn<bool>("folds");
        QTest::addColumn<QString>("says"); // empty: accepted
        const QString awq = "awq:ratios=2,clip=0+rtn:bits=4,group=32,scheme=sym";
        QTest::newRow("siblings") << awq << QStringList{"role:q_proj", "role:k_proj", "role:v_proj"} << true << "";
        QTest::newRow("smoothquant") << "smoothquant+rtn:bits=4,group=32,scheme=sym" << QStringList{"role:gate_proj", "role:up_proj"} << true << "";
        QTest::newRow("alone") << awq << QStringList{"role:q_proj"} << true << "reads the same inputs";
        QTest::newRow("grouped queries") << awq << QStringList{"role:o_proj"} << true << "grouped queries";
        QTest::newRow("down alone") << awq << QStringList{"role:down_proj"} << true << "";
        QTest::newRow("down behind quantized") << awq << QStringList{"role:gate_proj", "role:up_proj", "role:down_proj"} << true << "quantized too";
        QTest::newRow("switched off") << awq << QStringList{"role:q_proj", "role:k_proj", "role:v_proj"} << false << "switched off";
    }
    void check_gguf_refusesWhatCantBeFolded()
    {
        QFETCH(QString, recipe);
        QFETCH(QStringList, globs);
        QFETCH(bool, folds);
        QFETCH(QString, says);
        const auto source = exporting::openAny(fs::path(QS_SAMPLE_DIR), {});
        QVERIFY(source.has_value());
        const test::Scratch scratch;
        exporting::ExportRequest r;
        r.source = *source;
        r.format = *exporting::ExportFormat::parse("gguf");
        r.target = scratch.path() / "out.gguf";
        r.foldsScales = folds;
        std::vector<std::string> asked;
        for (const QString& g : globs) asked.push_back(g.toStdString());
        const auto selected = io::selectTensors(**source, asked);
        QVERIFY(selected.has_value());
        for (const std::size_t i : *selected)
            if ((*source)->tensors[i].place.block == 0) r.chosen.push_back(i);
        const quant::Recipe known = *quant::parseRecipe(recipe.toStdString());
        r.recipes = [&](const io::TensorInfo&) { return &known; };
        r.results = [](const io::TensorInfo&) -> Result<study::CellPtr> { return study::CellPtr(); };
        const Status checked = exporting::checkExport(r, true);
        QCOMPARE(checked.has_value(), says.isEmpty());
        if (checked) return;
        QCOMPARE(checked.error().code, ErrorCode::NotRepresentable);
        QVERIFY2(QString::fromStdString(checked.error().message).contains(says), checked.error().message.c_str());
    }

    void export_scalesOfOtherCalibrations_areKept()
    {
        const auto source = exporting::openAny(fs::path(QS_SAMPLE_DIR), {});
        QVERIFY(source.has_value());
        const test::Scratch scratch;
        Job job(*source, {"block:0", "!role:o_proj", "!role:down_proj"}, kAwq, scratch.path() / "out", "quantoscope");
        QVERIFY2(job.problem.empty(), job.problem.c_str());
        // k alone, with other inputs
        const std::string k = "model.layers.0.self_attn.k_proj.weight";
        const quant::Calibration other = test::calibrationOf(test::tokens(40, 256, 3));
        study::RunOptions options;
        options.calibration = &other;
        const auto cell = study::runCell(**source, (*source)->tensors[static_cast<std::size_t>((*source)->find(k))], *quant::parseRecipe(kAwq), options, {});
        QVERIFY(cell.has_value());
        job.cells[k] = *cell;
        const auto report = exporting::exportModel(job.request, {});
        QVERIFY2(report.has_value(), said(report));
        for (const auto& t : report->tensors) {
            if (t.name.find("self_attn") != std::string::npos && !t.recipe.empty()) QVERIFY(t.foldedInto.empty() && t.scalesKept.find("different scales") != std::string::npos);
            if (t.name.find("0.mlp.up_proj") != std::string::npos) QCOMPARE(t.foldedInto, std::string("model.layers.0.post_attention_layernorm.weight"));
            if (t.name == "model.layers.0.input_layernorm.weight") QVERIFY(t.dividedBy.empty());
        }
        QVERIFY(!report->warnings.empty());
        const auto out = exporting::openAny(scratch.path() / "out", {});
        const auto exported = model::Model::open(*out);
        const auto a = logitsOf(**exported);
        const auto b = mixtureLogits(job);
        QVERIFY(a && b && distance(*a, *b) < 1e-4);
    }

    void verify_damagedScales_isRefused()
    {
        const auto source = exporting::openAny(fs::path(QS_SAMPLE_DIR), {});
        const test::Scratch scratch;
        Job job(*source, {"block:0", "!role:o_proj", "!role:down_proj", "!role:gate_proj", "!role:up_proj"}, "smoothquant+rtn:bits=8,group=row", scratch.path() / "out",
                "safetensors:dtype=f32");
        QVERIFY2(job.problem.empty(), job.problem.c_str());
        const auto report = exporting::exportModel(job.request, {});
        QVERIFY2(report.has_value(), said(report));
        auto manifest = *exporting::readManifest(report->manifest);
        const auto out = exporting::openAny(scratch.path() / "out", {});
        QVERIFY(exporting::verifyExport(**out, manifest, source->get(), {})->ok);
        for (auto& t : manifest.tensors)
            if (!t.dividedBy.empty()) t.dividedBy[3] *= 2;
        QVERIFY(!exporting::verifyExport(**out, manifest, source->get(), {})->ok);
        for (auto& t : manifest.tensors) t.dividedBy.clear();
        QVERIFY(!exporting::verifyExport(**out, manifest, source->get(), {})->ok);
    }
};

QTEST_GUILESS_MAIN(TestFold)
#include "tst_fold.moc"
