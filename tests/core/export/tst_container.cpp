// SPDX-License-Identifier: GPL-3.0-or-later
// Our container: every grid comes back to the same bits; hostile descriptions are refused (hostile_inputs.md 54).
#include "core/export/export_model.h"
#include "core/export/open_any.h"
#include "core/export/quantoscope_container.h"
#include "core/export/verify_export.h"
#include "core/quant/decoder.h"
#include "tests/core/quant/calibrated.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"

#include <QFile>
#include <QTest>
#include <cstring>
#include <functional>
#include <nlohmann/json.hpp>

using namespace qs;
using nlohmann::json;

namespace {

// What is known of layer.weight's inputs: everything.
const quant::Calibration& calibration()
{
    static const quant::Calibration c = [] {
        quant::Calibration out = test::calibrationOf(test::tokens(300, 256, 5));
        out.fisher.assign(32 * 256, 1.0F);
        return out;
    }();
    return c;
}

study::RunOptions calibrated()
{
    study::RunOptions options;
    options.calibration = &calibration();
    return options;
}

// Writes a container of one artefact and returns its path.
std::filesystem::path makeContainer(const test::Scratch& scratch, const std::string& recipe)
{
    const auto path = scratch.path() / "m.safetensors";
    if (!std::filesystem::exists(path))
        test::writeModel(path, {{"layer.weight", test::gaussian(32, 256, 3)}, {"plain", test::gaussian(8, 4, 4)}});
    const auto source = *exporting::openAny(path, {});
    exporting::ExportRequest request;
    request.source = source;
    request.chosen = {static_cast<std::size_t>(source->find("layer.weight"))};
    request.format.kind = exporting::ExportFormat::Quantoscope;
    request.force = true;
    request.target = scratch.path() / "c.safetensors";
    const auto parsed = *quant::parseRecipe(recipe);
    request.results = [&](const io::TensorInfo& t) { return study::runCell(*source, t, parsed, calibrated(), {}); };
    const auto report = exporting::exportModel(request, {});
    if (!report) qWarning("%s", report.error().text().c_str());
    return report ? request.target : std::filesystem::path();
}

// The same file with its description changed, the header padded anew.
std::filesystem::path changed(const test::Scratch& scratch, const std::filesystem::path& container, const std::function<void(json&)>& change)
{
    QFile file(QString::fromStdString(container.string()));
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QByteArray all = file.readAll();
    quint64 n = 0;
    std::memcpy(&n, all.constData(), 8);
    json header = json::parse(all.mid(8, static_cast<int>(n)).toStdString());
    json description = json::parse(header["__metadata__"]["quantoscope"].get<std::string>());
    change(description);
    header["__metadata__"]["quantoscope"] = description.dump();
    std::string text = header.dump();
    text += std::string((8 - text.size() % 8) % 8, ' ');
    std::string out(8, '\0');
    const quint64 m = text.size();
    std::memcpy(out.data(), &m, 8);
    out += text + all.mid(static_cast<int>(8 + n)).toStdString();
    return scratch.file("bad.safetensors", out);
}

} // namespace

class TestContainer : public QObject {
    Q_OBJECT
private slots:
    void everyRecipe_reopened_decodesToTheSameBits_data();
    void everyRecipe_reopened_decodesToTheSameBits();
    void view_hasLogicalTensorAndPlainOnes();
    void description_hostile_isRefused_data();
    void description_hostile_isRefused();
    void transposed_source_comesBackInStoredOrder();
    void manifest_text_readsBack();
    void export_cancelled_leavesNothing();
};

void TestContainer::everyRecipe_reopened_decodesToTheSameBits_data()
{
    QTest::addColumn<QString>("recipe");
    for (const auto& r : quant::builtinRegistry().recipes()) {
        auto parsed = quant::parseRecipe(r.name);
        if (!parsed || (quant::needsOf(*parsed) & quant::NeedModel)) continue;
        for (quant::PartUse* use : {&parsed->grid, &parsed->assignment})
            if (use->values.has("steps")) use->values.set("steps", std::int64_t(3)); // learning has its own tests
        QTest::newRow(r.name.c_str()) << QString::fromStdString(parsed->text());
    }
    for (const char* residual : {"rtn:bits=3+outliers:percent=1", "hadamard+nf", "rtn:bits=3,group=64+awq+gptq+outliers:percent=1"})
        if (quant::parseRecipe(residual)) QTest::newRow(residual) << residual;
}

void TestContainer::everyRecipe_reopened_decodesToTheSameBits()
{
    QFETCH(QString, recipe);
    const test::Scratch scratch;
    const auto path = makeContainer(scratch, recipe.toStdString());
    QVERIFY(!path.empty());
    const auto artefacts = exporting::loadContainer(path, {});
    QVERIFY2(artefacts.has_value(), artefacts ? "" : artefacts.error().text().c_str());
    QCOMPARE(artefacts->size(), std::size_t(1));
    const auto source = *exporting::openAny(scratch.path() / "m.safetensors", {});
    const auto cell = *study::runCell(*source, source->tensors[static_cast<std::size_t>(source->find("layer.weight"))],
                                      *quant::parseRecipe(recipe.toStdString()), calibrated(), {});
    const auto a = *cell->decoder->decodeAll({});
    const auto b = *(*quant::Decoder::make(std::make_shared<const quant::QuantizedTensor>(artefacts->front())))->decodeAll({});
    QVERIFY(std::memcmp(a.data().data(), b.data().data(), a.data().size_bytes()) == 0);
    QCOMPARE(artefacts->front().bits(), cell->artefact->bits());
}

void TestContainer::view_hasLogicalTensorAndPlainOnes()
{
    const test::Scratch scratch;
    const auto view = *exporting::openAny(makeContainer(scratch, "rtn:bits=4,group=64"), {});
    QCOMPARE(view->format, std::string("quantoscope"));
    QCOMPARE(view->tensors.size(), std::size_t(2));
    const auto& t = view->tensors[static_cast<std::size_t>(view->find("layer.weight"))];
    QCOMPARE(t.dtype, DType::F32);
    QVERIFY(t.shape == (Shape{32, 256}));
    QVERIFY(8.0 * double(t.bytes) / (32 * 256) < 5);
    std::vector<float> part(300);
    QVERIFY(view->readFloats(t, 100, 400, part).has_value());
    const auto whole = *view->readMatrix(t, {});
    for (std::size_t i = 0; i < part.size(); ++i) QCOMPARE(part[i], whole.data()[100 + i]);
}

void TestContainer::description_hostile_isRefused_data()
{
    QTest::addColumn<int>("which");
    const char* names[] = {"no version", "newer version", "tensors no object", "no shape", "empty shape", "negative dimension", "float dimension",
                           "huge dimension", "product wraps", "zero dimension", "nine dimensions", "no recipe", "unknown recipe", "bits 99",
                           "recipe of 1 MB", "seed text", "sha256 short", "name without arrays", "other grid", "other shape", "transposed text"};
    for (int i = 0; i < int(std::size(names)); ++i) QTest::newRow(names[i]) << i;
}

void TestContainer::description_hostile_isRefused()
{
    QFETCH(int, which);
    const test::Scratch scratch;
    const auto good = makeContainer(scratch, "rtn:bits=4,group=64");
    const auto bad = changed(scratch, good, [which](json& d) {
        json& t = d["tensors"]["layer.weight"];
        switch (which) {
        case 0: d.erase("format_version"); break;
        case 1: d["format_version"] = 2; break;
        case 2: d["tensors"] = 7; break;
        case 3: t.erase("shape"); break;
        case 4: t["shape"] = json::array(); break;
        case 5: t["shape"] = {-32, 256}; break;
        case 6: t["shape"] = {32.5, 256}; break;
        case 7: t["shape"] = {std::uint64_t(1) << 62, 256}; break;
        case 8: t["shape"] = {std::uint64_t(1) << 32, std::uint64_t(1) << 32, 2}; break;
        case 9: t["shape"] = {0, 256}; break;
        case 10: t["shape"] = {1, 1, 1, 1, 1, 1, 1, 32, 256}; break;
        case 11: t.erase("recipe"); break;
        case 12: t["recipe"] = "no_such_grid"; break;
        case 13: t["recipe"] = "rtn:bits=99"; break;
        case 14: t["recipe"] = std::string(1 << 20, 'x'); break;
        case 15: t["seed"] = "0"; break;
        case 16: t["sha256"] = "abc"; break;
        case 17: d["tensors"]["another.weight"] = t; break;
        case 18: t["recipe"] = "nf:format=nf4,group=64"; break;
        case 19: t["shape"] = {64, 256}; break;
        default: t["transposed"] = "yes"; break;
        }
    });
    const auto result = exporting::loadContainer(bad, {});
    QVERIFY(!result);
    const auto code = result.error().code;
    QVERIFY2(code == ErrorCode::Malformed || code == ErrorCode::Unsupported, result.error().text().c_str());
}

void TestContainer::transposed_source_comesBackInStoredOrder()
{
    const test::Scratch scratch;
    const auto folder = scratch.path() / "gpt2";
    std::filesystem::create_directory(folder);
    const Matrix stored = test::gaussian(24, 40, 5); // [in, out]
    test::writeModel(folder / "model.safetensors", {{"transformer.h.0.mlp.c_fc.weight", stored}});
    scratch.file("gpt2/config.json", R"({"model_type": "gpt2", "n_embd": 24, "n_layer": 1, "n_head": 2})");
    const auto source = exporting::openAny(folder, {});
    QVERIFY2(source.has_value(), source ? "" : source.error().text().c_str());
    QVERIFY((*source)->tensors[0].place.transposed);
    exporting::ExportRequest request;
    request.source = *source;
    request.chosen = {0};
    const auto recipe = *quant::parseRecipe("none");
    request.results = [&](const io::TensorInfo& t) { return study::runCell(**source, t, recipe, {}, {}); };
    for (const auto kind : {exporting::ExportFormat::Quantoscope, exporting::ExportFormat::Safetensors}) {
        request.format.kind = kind;
        request.target = scratch.path() / (kind == exporting::ExportFormat::Quantoscope ? "c" : "s");
        const auto report = exporting::exportModel(request, {});
        QVERIFY2(report.has_value(), report ? "" : report.error().text().c_str());
        const auto view = *exporting::openAny(request.target, {});
        QVERIFY(view->tensors[0].shape == (Shape{24, 40}));
        std::vector<float> back(24 * 40);
        QVERIFY(view->readFloats(view->tensors[0], 0, back.size(), back).has_value());
        QVERIFY(std::memcmp(back.data(), stored.data().data(), 4 * back.size()) == 0);
    }
}

void TestContainer::manifest_text_readsBack()
{
    const test::Scratch scratch;
    const auto path = makeContainer(scratch, "rtn");
    const auto manifest = exporting::readManifest(exporting::manifestPath(path));
    QVERIFY2(manifest.has_value(), manifest ? "" : manifest.error().text().c_str());
    QCOMPARE(manifest->tensors.size(), std::size_t(2));
    QVERIFY(exporting::verifyExport(**exporting::openAny(path, {}), *manifest, nullptr, {})->ok);
    for (const char* bad : {"", "[]", "{}", "{\"format_version\":1}", "{\"format_version\":1,\"tensors\":{\"x\":{}}}",
                            "{\"format_version\":1,\"tensors\":{\"x\":{\"dtype\":\"F32\",\"shape\":[-1],\"sha256\":\"\"}}}"})
        QVERIFY2(!exporting::readManifest(scratch.file("m.json", bad)), bad);
}

void TestContainer::export_cancelled_leavesNothing()
{
    const test::Scratch scratch;
    test::writeModel(scratch.path() / "m.safetensors", {{"layer.weight", test::gaussian(32, 256, 3)}});
    const auto source = *exporting::openAny(scratch.path() / "m.safetensors", {});
    std::stop_source stop;
    Context context;
    context.stop = stop.get_token();
    exporting::ExportRequest request;
    request.source = source;
    request.chosen = {0};
    request.format.kind = exporting::ExportFormat::Quantoscope;
    request.target = scratch.path() / "c.safetensors";
    request.results = [&](const io::TensorInfo& t) {
        stop.request_stop();
        return study::runCell(*source, t, *quant::parseRecipe("rtn"), {}, context);
    };
    const auto report = exporting::exportModel(request, context);
    QVERIFY(!report);
    QCOMPARE(report.error().code, ErrorCode::Cancelled);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(scratch.path())) files += entry.exists() ? 1 : 0;
    QCOMPARE(files, std::size_t(1));
}

QTEST_GUILESS_MAIN(TestContainer)
#include "tst_container.moc"
