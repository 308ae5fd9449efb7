// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "core/study/pareto.h"
#include "core/study/run_study.h"
#include "core/study/siblings.h"
#include "core/study/time_estimate.h"
#include "tests/core/quant/calibrated.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"

#include <QTest>
#include <limits>

using namespace qs;

class TestRunStudy : public QObject {
    Q_OBJECT
private slots:
    void pareto_points_keepsWhatNothingBeats();
    void runStudy_totals_areTheMergedCells();
    void runStudy_progress_endsWhereItWasAnnounced();
    void runStudy_stopped_isCancelled();
    void planRun_forecast_equalsTheArtefact();
    void runCell_streamedTensor_equalsTheWholeOne();
    void runCell_layersWithTheSameInputs_shareOneVector();
};

void TestRunStudy::pareto_points_keepsWhatNothingBeats()
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> bits = {4, 3, 4, 2, 3, 5, 1, 4};
    const std::vector<double> error = {0.1, 0.3, 0.2, 0.5, 0.3, 0.1, nan, 0.1};
    const std::vector<std::size_t> wanted = {3, 1, 0};
    QCOMPARE(study::paretoFront(bits, error), wanted);
    QVERIFY(study::paretoFront({}, {}).empty());
}

namespace {

std::shared_ptr<const io::ModelSource> makeModel(const test::Scratch& scratch)
{
    const auto path = scratch.path() / "m.safetensors";
    test::writeModel(path, {{"a", test::gaussian(64, 128, 1)}, {"b", test::gaussian(32, 256, 2)}});
    return *io::openModel(path, {});
}

} // namespace

void TestRunStudy::runStudy_totals_areTheMergedCells()
{
    const test::Scratch scratch;
    study::StudyRequest request;
    request.source = makeModel(scratch);
    request.tensors = {0, 1};
    request.recipes = {*quant::parseRecipe("rtn:bits=3"), *quant::parseRecipe("rtn:bits=8")};
    std::size_t seen = 0;
    request.onCell = [&](const std::shared_ptr<const study::CellResult>& cell) -> Status {
        ++seen;
        return cell->artefact ? Status{} : fail(ErrorCode::Internal, "no artefact");
    };
    const auto result = study::runStudy(request, {});
    QVERIFY(result.has_value());
    QCOMPARE(seen, std::size_t(4));
    QCOMPARE(result->cells.size(), std::size_t(4));
    for (std::size_t r = 0; r < 2; ++r) {
        double squared = 0;
        std::uint64_t bits = 0;
        for (const auto& c : result->cells)
            if (c.recipe == r) {
                squared += c.error.sumSquaredError;
                bits += c.bits.payload + c.bits.metadata;
            }
        QCOMPARE(result->totals[r].error.sumSquaredError, squared);
        QCOMPARE(result->totals[r].bits.payload + result->totals[r].bits.metadata, bits);
        QCOMPARE(result->totals[r].weights, std::uint64_t(2 * 8192));
    }
    QCOMPARE(result->pareto[0], (std::vector<std::size_t>{0, 1}));
}

void TestRunStudy::runStudy_progress_endsWhereItWasAnnounced()
{
    const test::Scratch scratch;
    study::StudyRequest request;
    request.source = makeModel(scratch);
    request.tensors = {0, 1};
    request.recipes = {*quant::parseRecipe("rtn")};
    Context context;
    context.progress = std::make_shared<Progress>();
    QVERIFY(study::runStudy(request, context).has_value());
    QCOMPARE(context.progress->done.load(), context.progress->total.load());
    QCOMPARE(context.progress->total.load(), std::uint64_t(3 * 2 * 8192));
}

void TestRunStudy::runStudy_stopped_isCancelled()
{
    const test::Scratch scratch;
    study::StudyRequest request;
    request.source = makeModel(scratch);
    request.tensors = {0};
    request.recipes = {*quant::parseRecipe("rtn")};
    std::stop_source stop;
    stop.request_stop();
    Context context;
    context.stop = stop.get_token();
    const auto result = study::runStudy(request, context);
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
}

void TestRunStudy::planRun_forecast_equalsTheArtefact()
{
    const test::Scratch scratch;
    const auto source = makeModel(scratch);
    const auto recipe = *quant::parseRecipe("rtn:bits=4,group=64");
    const std::vector<std::size_t> tensors = {0, 1};
    const auto plan = study::planRun(*source, tensors, recipe, {}, {});
    QVERIFY(plan.has_value());
    std::uint64_t bits = 0;
    for (const auto t : tensors) bits += (*study::runCell(*source, source->tensors[t], recipe, {}, {}))->artefact->bits();
    QCOMPARE(plan->bits.payload + plan->bits.metadata, bits);
    QVERIFY(plan->seconds > 0);
    QVERIFY(plan->peakBytes > 4 * 8192);
}

void TestRunStudy::runCell_streamedTensor_equalsTheWholeOne()
{
    const test::Scratch scratch;
    const auto path = scratch.path() / "large.safetensors";
    const Matrix w = test::gaussian(100, 4096, 3);
    test::writeModel(path, {{"a", w}});
    const auto source = *io::openModel(path, {});
    for (const char* text : {"rtn:bits=4,group=64", "nf:format=nf4,layout=flat,double=1"}) {
        const quant::Recipe recipe = *quant::parseRecipe(text);
        const auto cell = study::runCell(*source, source->tensors[0], recipe, {}, {});
        QVERIFY2(cell.has_value(), text);
        const auto error = metrics::weightError(w.view(), *(*cell)->decoder, {});
        QVERIFY(error.has_value());
        QCOMPARE((*cell)->error.sumSquaredError, error->sumSquaredError);
        QCOMPARE((*cell)->error.sumSquares, error->sumSquares);
        QCOMPARE((*cell)->error.dot, error->dot);
        QCOMPARE((*cell)->error.maxAbs, error->maxAbs);
        QCOMPARE((*cell)->error.count, error->count);
    }
}

void TestRunStudy::runCell_layersWithTheSameInputs_shareOneVector()
{
    const test::Scratch scratch;
    const auto path = scratch.path() / "s.safetensors";
    const auto name = [](int block, const char* part) { return "model.layers." + std::to_string(block) + "." + part + ".weight"; };
    test::writeModel(path, {{name(0, "self_attn.q_proj"), test::gaussian(16, 64, 1)},
                            {name(0, "self_attn.k_proj"), test::gaussian(8, 64, 2)},
                            {name(0, "self_attn.v_proj"), test::gaussian(8, 64, 3)},
                            {name(0, "self_attn.o_proj"), test::gaussian(64, 16, 4)},
                            {name(1, "self_attn.q_proj"), test::gaussian(16, 64, 5)},
                            {name(0, "mlp.gate_proj"), test::gaussian(24, 64, 6)},
                            {name(0, "mlp.up_proj"), test::gaussian(24, 64, 7)}});
    const auto source = *io::openModel(path, {});
    const auto tensor = [&](const std::string& n) -> const io::TensorInfo& { return source->tensors[static_cast<std::size_t>(source->find(n))]; };
    QCOMPARE(study::sharedInputs(*source, tensor(name(0, "self_attn.k_proj"))).size(), std::size_t(3));
    QCOMPARE(study::sharedInputs(*source, tensor(name(0, "mlp.up_proj"))).size(), std::size_t(2));
    QCOMPARE(study::sharedInputs(*source, tensor(name(1, "self_attn.q_proj"))).size(), std::size_t(1));
    QCOMPARE(study::sharedInputs(*source, tensor(name(0, "self_attn.o_proj"))).size(), std::size_t(1));
    const quant::Calibration calibration = test::calibrationOf(test::tokens(120, 64, 8));
    study::RunOptions options;
    options.calibration = &calibration;
    for (const char* recipe : {"rtn:bits=3,group=32+smoothquant", "rtn:bits=3,group=32+awq"}) {
        const auto vector = [&](const std::string& n) {
            const auto cell = study::runCell(*source, tensor(n), *quant::parseRecipe(recipe), options, {});
            return cell ? (*cell)->artefact->arrays.find("transform.scale")->bytes : std::vector<std::byte>{};
        };
        const auto q = vector(name(0, "self_attn.q_proj"));
        QVERIFY(!q.empty());
        QVERIFY(vector(name(0, "self_attn.k_proj")) == q);
        QVERIFY(vector(name(0, "self_attn.v_proj")) == q);
        QVERIFY(vector(name(0, "mlp.gate_proj")) == vector(name(0, "mlp.up_proj")));
        if (recipe == std::string("rtn:bits=3,group=32+smoothquant")) QVERIFY(vector(name(1, "self_attn.q_proj")) != q);
    }
    // One search serves them all, and another calibration has its own.
    options.shared = std::make_shared<quant::SharedArrays>();
    const auto awq = *quant::parseRecipe("rtn:bits=3,group=32+awq");
    const auto searches = [&](const quant::Calibration& c, const char* layer) {
        options.calibration = &c;
        Context context;
        context.log = std::make_shared<RunLog>();
        if (!study::runCell(*source, tensor(name(0, layer)), awq, options, context)) return -1;
        int count = 0;
        for (const RunLog::Line& line : context.log->lines()) count += line.text.starts_with("AWQ: exponent") ? 1 : 0;
        return count;
    };
    QCOMPARE(searches(calibration, "self_attn.q_proj"), 1);
    QCOMPARE(searches(calibration, "self_attn.k_proj"), 0);
    QCOMPARE(searches(calibration, "self_attn.v_proj"), 0);
    QCOMPARE(searches(calibration, "mlp.up_proj"), 1);
    const quant::Calibration another = test::calibrationOf(test::tokens(120, 64, 9));
    QCOMPARE(searches(another, "self_attn.k_proj"), 1);
    // The rows of a mapped file are read in tiles, its own and its siblings'.
    const auto recipe = *quant::parseRecipe("rtn+awq");
    const auto& one = tensor(name(0, "self_attn.q_proj"));
    QVERIFY(study::cellPeakBytes(*source, one, recipe) == study::cellPeakBytes(one, recipe));
}

QTEST_GUILESS_MAIN(TestRunStudy)
#include "tst_run_study.moc"
