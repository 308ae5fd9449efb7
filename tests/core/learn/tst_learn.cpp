// SPDX-License-Identifier: GPL-3.0-or-later
// Learning on blocks and on the model, on a made-up model.
#include "core/exec/context.h"
#include "core/quant/learned/train_state.h"
#include "core/learn/batches.h"
#include "core/learn/divergence.h"
#include "core/learn/learned_block.h"
#include "core/quant/learned/codebook_learner.h"
#include "core/quant/recipe.h"
#include "tests/core/model/made_up_model.h"

#include <QTest>
#include <cmath>

using namespace qs;

namespace {

struct Fixture {
    model::ModelConfig config;
    std::shared_ptr<const model::Model> model;
    model::Tokens tokens;
};

Fixture fixture(const std::string& architecture = "llama")
{
    Fixture f;
    f.config = test::madeUpConfig(architecture);
    f.model = *model::Model::make(f.config, std::make_shared<model::MemoryWeights>(test::madeUpWeights(f.config, 3)));
    f.tokens = test::madeUpTokens(12, 16, f.config.vocabulary, 4);
    return f;
}

// A calibration with a made Σ of the right width.
std::shared_ptr<const quant::Calibration> calibrationOf(Index in)
{
    auto c = std::make_shared<quant::Calibration>();
    c->inputs = in;
    for (Index i = 0; i < in; ++i)
        for (Index j = 0; j < in; ++j) c->sigma.push_back(i == j ? 2.0 + 0.1 * static_cast<double>(i % 5) : 0.3);
    return c;
}

learn::LearnRequest request(const Fixture& f, const std::string& recipe)
{
    learn::LearnRequest r;
    r.model = f.model;
    r.tokens = f.tokens;
    r.seed = 5;
    std::map<std::string, Index> widths;
    for (Index b = 0; b < f.config.blocks; ++b) {
        const model::Block block = f.model->block(b);
        for (const auto* l : block.description().linears()) {
            r.layers[f.model->tensorName(*l)] = *quant::parseRecipe(recipe);
            widths[f.model->tensorName(*l)] = l->in;
        }
    }
    r.calibrationOf = [widths](const std::string& name) -> Result<std::shared_ptr<const quant::Calibration>> { return calibrationOf(widths.at(name)); };
    return r;
}

std::vector<std::byte> bytesOf(const std::map<std::string, learn::Artefact>& artefacts)
{
    std::vector<std::byte> out;
    for (const auto& [name, a] : artefacts)
        for (const auto& array : a->arrays.arrays()) out.insert(out.end(), array.bytes.begin(), array.bytes.end());
    return out;
}

const char* const kLearned[] = {
    "rtn:bits=3,group=row+lrq:rank=4,", "rtn:bits=3,group=row+flexround:", "rtn:bits=2,group=8+omniquant:", "rtn:bits=2,group=8+rounding:",
    "lcq:bits=2,group=8,rank=1,double=1+rounding:", "afpq:format=nf3,group=8+rounding:", "nf:format=nf3,group=8,scale=f16+rounding:", "kmeans:bits=2+rounding:start=cd,",
    "lcq:bits=2,rank=2,group=8,gradient=a,", "lcq:bits=2,rank=2,group=8,gradient=b,"};

std::string shortRun(const std::string& recipe, const char* scope, int steps = 8)
{
    return recipe + "scope=" + scope + ",steps=" + std::to_string(steps) + ",every=4,batch=3,holdout=0.25";
}

} // namespace

class TestLearn : public QObject {
    Q_OBJECT
private slots:
    void learn_everyRecipeAndScope_isNeverWorseThanItsStart()
    {
        const Fixture f = fixture();
        for (const char* scope : {"block", "model"})
            for (const char* recipe : kLearned) {
                const std::string text = shortRun(recipe, scope);
                const auto out = learn::learn(request(f, text), {});
                QVERIFY2(out.has_value(), (text + ": " + (out ? "" : out.error().text())).c_str());
                QCOMPARE(out->curves.size(), std::size_t(std::string(scope) == "model" ? 1 : f.config.blocks));
                for (const auto& curve : out->curves) {
                    double kept = 0;
                    for (const auto& [step, loss] : curve.evaluated)
                        if (step == curve.best) kept = loss;
                    for (const auto& [step, loss] : curve.evaluated) QVERIFY2(kept <= loss, text.c_str());
                    QVERIFY(std::isfinite(kept) && kept > 0);
                }
                QCOMPARE(out->artefacts.size(), request(f, text).layers.size());
            }
    }

    void learn_moreSteps_lowersTheLoss()
    {
        const Fixture f = fixture();
        for (const char* scope : {"block", "model"}) {
            const auto out = learn::learn(request(f, shortRun("lcq:bits=2,group=8,rank=1+rounding:offset_lr=0.03,lr=0.01,warmup=1,", scope, 60)), {});
            QVERIFY(out.has_value());
            for (const auto& curve : out->curves)
                QVERIFY2(curve.evaluated[static_cast<std::size_t>(curve.best) / 4].second < 0.95 * curve.evaluated.front().second,
                         qPrintable(QString("%1 %2: %3 to %4").arg(scope).arg(curve.block).arg(curve.evaluated.front().second).arg(curve.evaluated[static_cast<std::size_t>(curve.best) / 4].second)));
        }
    }

    void learn_anyNumberOfThreads_sameBits()
    {
        const Fixture f = fixture();
        for (const char* scope : {"block", "model"}) {
            std::vector<std::byte> first;
            for (const int threads : {1, 2, 4}) {
                Context context;
                context.arena = makeArena(threads);
                const auto out = learn::learn(request(f, shortRun("lcq:bits=2,group=8,rank=1,double=1+rounding:", scope)), context);
                QVERIFY(out.has_value());
                if (first.empty()) first = bytesOf(out->artefacts);
                QVERIFY(bytesOf(out->artefacts) == first);
            }
        }
    }

    void learn_activationsMadeAgain_sameBits()
    {
        const Fixture f = fixture();
        auto r = request(f, shortRun("rtn:bits=3,group=8+rounding:", "model"));
        QVERIFY(!learn::planLearning(r)->recomputes);
        const auto kept = learn::learn(r, {});
        r.traceBytes = 0;
        QVERIFY(learn::planLearning(r)->recomputes);
        const auto again = learn::learn(r, {});
        QVERIFY(kept && again);
        QVERIFY(bytesOf(kept->artefacts) == bytesOf(again->artefacts));
        QVERIFY(kept->curves[0].losses == again->curves[0].losses);
    }

    void learn_stoppedAndResumed_equalsUninterrupted()
    {
        const Fixture f = fixture();
        auto r = request(f, shortRun("rtn:bits=2,group=8+rounding:", "block"));
        const auto whole = learn::learn(r, {});
        QVERIFY(whole.has_value());
        std::map<std::string, learn::Artefact> kept;
        std::stop_source stop;
        Context context;
        context.stop = stop.get_token();
        const std::size_t perBlock = whole->artefacts.size() / static_cast<std::size_t>(f.config.blocks);
        r.keep = [&](const learn::Artefact& a) -> Status {
            kept[a->name] = a;
            if (kept.size() == perBlock) stop.request_stop();
            return {};
        };
        const auto stopped = learn::learn(r, context);
        QVERIFY(!stopped.has_value());
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        QCOMPARE(kept.size(), perBlock);
        r.find = [&](const std::string& name) -> Result<learn::Artefact> {
            const auto it = kept.find(name);
            return it == kept.end() ? nullptr : it->second;
        };
        const auto resumed = learn::learn(r, {});
        QVERIFY(resumed.has_value());
        QCOMPARE(resumed->curves.size(), std::size_t(f.config.blocks - 1)); // the first was found
        QVERIFY(bytesOf(resumed->artefacts) == bytesOf(whole->artefacts));
    }

    // A run that is stopped within its steps goes on from the last state, through the arrays that are kept of it.
    void learn_stoppedWithinItsSteps_goesOnWithTheSameBits()
    {
        const Fixture f = fixture();
        for (const char* scope : {"block", "model"})
            for (const char* recipe : {"lcq:bits=2,group=8,rank=1,double=1+rounding:", "rtn:bits=3,group=row+lrq:rank=4,", "rtn:bits=2,group=8+omniquant:"}) {
                auto r = request(f, shortRun(recipe, scope, 14));
                const auto whole = learn::learn(r, {});
                QVERIFY(whole.has_value());
                std::map<Index, quant::ArrayStore> kept;
                std::map<std::string, learn::Artefact> done;
                std::stop_source stop;
                Context context;
                context.stop = stop.get_token();
                r.checkpointEvery = 3;
                r.checkpoint = [&](Index block, const quant::TrainState& state) -> Status {
                    kept[block] = {};
                    quant::storeState(state, kept[block]);
                    if (state.step == 9) stop.request_stop();
                    return {};
                };
                QVERIFY(!learn::learn(r, context).has_value());
                QCOMPARE(kept.size(), std::size_t(1));
                int resumed = 0;
                r.checkpoint = {};
                r.resume = [&](Index block) -> std::optional<quant::TrainState> {
                    const auto it = kept.find(block);
                    if (it == kept.end()) return std::nullopt;
                    ++resumed;
                    return *quant::loadState(it->second);
                };
                const auto again = learn::learn(r, {});
                QVERIFY2(again.has_value(), recipe);
                QCOMPARE(resumed, 1);
                QVERIFY2(bytesOf(again->artefacts) == bytesOf(whole->artefacts), recipe);
                QVERIFY(again->curves[0].losses == whole->curves[0].losses && again->curves[0].evaluated == whole->curves[0].evaluated);
                QCOMPARE(again->curves[0].best, whole->curves[0].best);
            }
    }

    void learn_stateOfAnotherTraining_isRefused()
    {
        const Fixture f = fixture();
        auto r = request(f, shortRun("rtn:bits=2,group=8+rounding:", "model"));
        r.resume = [](Index) -> std::optional<quant::TrainState> {
            quant::TrainState s;
            s.step = 3;
            s.losses.assign(3, 1.0);
            return s;
        };
        const auto out = learn::learn(r, {});
        QVERIFY(!out.has_value());
        QCOMPARE(out.error().code, ErrorCode::Mismatch);
        quant::ArrayStore nothing;
        QCOMPARE(quant::loadState(nothing).error().code, ErrorCode::Malformed);
    }

    void learn_layersThatDoNotLearn_runQuantized()
    {
        const Fixture f = fixture();
        auto r = request(f, shortRun("rtn:bits=3,group=8+rounding:", "block"));
        const std::string first = r.layers.begin()->first;
        r.layers.begin()->second = *quant::parseRecipe("rtn:bits=4,group=8");
        const auto out = learn::learn(r, {});
        QVERIFY(out.has_value());
        QCOMPARE(out->artefacts.at(first)->recipe.text(), r.layers.at(first).text());
        for (const auto& curve : out->curves)
            for (const auto& name : curve.tensors) QVERIFY(name != first);
    }

    // The gradient of the divergence by the stream, against differences.
    void divergence_gradient_isTheDifference()
    {
        const Fixture f = fixture();
        const model::Head head = *f.model->loadHead({});
        const Matrix full = *f.model->embed(f.tokens, {});
        Matrix other(full);
        for (std::size_t i = 0; i < other.data().size(); ++i) other.data()[i] += 0.3F * std::sin(static_cast<float>(i));
        Matrix slope;
        const double rows = static_cast<double>(full.rows());
        QVERIFY(*learn::divergence({}, head, full, full, nullptr) < 1e-4 * rows);
        QVERIFY(*learn::divergence({}, head, full, other, &slope) > 0);
        // along the gradient itself, where the difference is largest
        double square = 0;
        for (const float v : slope.data()) square += static_cast<double>(v) * static_cast<double>(v);
        const double step = 1e-2 / std::sqrt(square);
        const auto at = [&](double sign) {
            Matrix moved(other);
            for (std::size_t i = 0; i < moved.data().size(); ++i) moved.data()[i] += static_cast<float>(sign * step * static_cast<double>(slope.data()[i]));
            return *learn::divergence({}, head, full, moved, nullptr) / rows;
        };
        const double found = (at(1) - at(-1)) / (2 * step);
        QVERIFY2(std::abs(found - square) < 0.01 * square, qPrintable(QString("%1 %2").arg(found).arg(square)));
    }

    // Through a block: with the codes held fixed the loss is smooth in S, V and B.
    void block_gradientOfCodebooks_isTheDifference()
    {
        const Fixture f = fixture();
        auto r = request(f, "lcq:bits=2,rank=2,group=8,scope=block,gradient=a");
        auto block = learn::LearnedBlock::make(r, 0, {});
        QVERIFY(block.has_value());
        const auto learners = block->learners();
        const model::RopeTable rope = f.model->rope(f.tokens.length);
        model::BlockTrace trace;
        trace.sequences = f.tokens.sequences;
        trace.length = f.tokens.length;
        trace.input = *f.model->embed(f.tokens, {});
        std::vector<std::vector<double>> decoded;
        std::vector<std::vector<double>> gradients;
        for (auto* l : learners) {
            decoded.emplace_back(static_cast<std::size_t>(l->rows() * l->cols()));
            gradients.emplace_back(decoded.back().size());
            QVERIFY(l->decode(decoded.back(), {}));
        }
        // loss: Σ output · fixed direction
        const auto direction = [](std::size_t i) { return std::cos(static_cast<double>(i)); };
        const auto loss = [&] {
            if (!block->apply(decoded, {}) || !block->block().forward({}, block->quantized(), rope, {}, trace)) return 0.0;
            double sum = 0;
            for (std::size_t i = 0; i < trace.output.data().size(); ++i) sum += direction(i) * static_cast<double>(trace.output.data()[i]);
            return sum;
        };
        loss();
        Matrix slope(trace.output.rows(), trace.output.cols());
        for (std::size_t i = 0; i < slope.data().size(); ++i) slope.data()[i] = static_cast<float>(direction(i));
        model::BlockWeights raw;
        QVERIFY(block->block().backward({}, block->quantized(), rope, trace, slope, nullptr, &raw, block->wanted()).has_value());
        QVERIFY(block->takeGradients(raw, gradients, {}));
        std::size_t checked = 0;
        for (std::size_t l = 0; l < learners.size(); ++l) {
            auto* learner = dynamic_cast<quant::CodebookLearner*>(learners[l]);
            QVERIFY(learner && learner->backward(gradients[l], {}));
            const std::vector<std::uint8_t> codes(learner->codes().begin(), learner->codes().end());
            const auto start = decoded[l];
            const Index groups = learner->arrays()[2].cols;
            const Index perRow = groups / learner->rows();
            for (std::size_t a = 0; a < 3; ++a) {
                quant::LearnedArray& array = learner->arrays()[a];
                // along the array's own gradient
                double square = 0;
                for (const double g : array.gradient) square += g * g;
                if (square == 0) continue;
                const double step = 2e-2 / std::sqrt(square);
                const auto before = array.value;
                const auto at = [&](double sign) {
                    for (std::size_t i = 0; i < before.size(); ++i) array.value[i] = before[i] + sign * step * array.gradient[i];
                    std::vector<double> ignored(start.size());
                    if (!learner->decode(ignored, {})) return 0.0;
                    const auto levels = static_cast<std::size_t>(learner->arrays()[1].cols);
                    for (std::size_t i = 0; i < start.size(); ++i) {
                        const auto row = static_cast<Index>(i) / learner->cols();
                        const auto g = static_cast<std::size_t>(row * perRow + (static_cast<Index>(i) - row * learner->cols()) / 8);
                        double level = -learner->offsets()[g];
                        for (std::size_t p = 0; p < 2; ++p) level += learner->scales()[p * static_cast<std::size_t>(groups) + g] * learner->basis()[p * levels + codes[i]];
                        decoded[l][i] = level;
                    }
                    return loss();
                };
                const double found = (at(1) - at(-1)) / (2 * step);
                array.value = before;
                decoded[l] = start;
                QVERIFY2(std::abs(found - square) < 0.03 * square, qPrintable(QString("layer %1 array %2: %3 %4").arg(l).arg(a).arg(found).arg(square)));
                ++checked;
            }
        }
        QVERIFY(checked > 15);
    }

    void plan_statesMemory_andLimitRefuses()
    {
        const Fixture f = fixture();
        const auto r = request(f, shortRun("rtn:bits=3,group=8+rounding:", "model"));
        const auto plan = learn::planLearning(r);
        QVERIFY(plan.has_value());
        QVERIFY(plan->peakBytes > 0);
        QCOMPARE(plan->trainedTexts + plan->decidingTexts, f.tokens.sequences);
        QCOMPARE(plan->decidingTexts, Index(3));
        Context context;
        context.memoryLimit = plan->peakBytes - 1;
        const auto refused = learn::learn(r, context);
        QVERIFY(!refused.has_value());
        QCOMPARE(refused.error().code, ErrorCode::Lacking);
        auto bigger = r;
        for (auto& [name, recipe] : bigger.layers) recipe.assignment.values.set("batch", std::int64_t(9));
        QVERIFY(learn::planLearning(bigger)->peakBytes > plan->peakBytes);
    }

    void learn_wrongRequests_areRefusedInWords()
    {
        const Fixture f = fixture();
        auto mixed = request(f, shortRun("rtn:bits=3,group=8+rounding:", "model"));
        mixed.layers.begin()->second = *quant::parseRecipe(shortRun("rtn:bits=3,group=8+rounding:", "block"));
        QCOMPARE(learn::planLearning(mixed).error().code, ErrorCode::Usage);
        auto unknown = request(f, shortRun("rtn:bits=3,group=8+rounding:", "model"));
        unknown.layers["lm_head.weight"] = unknown.layers.begin()->second;
        QCOMPARE(learn::planLearning(unknown).error().code, ErrorCode::NotFound);
        const auto transformed = learn::learn(request(f, "hadamard+" + shortRun("rtn:bits=3,group=8+rounding:", "block")), {});
        QVERIFY(!transformed.has_value());
        QCOMPARE(transformed.error().code, ErrorCode::Lacking);
        const auto blocks = learn::learn(request(f, "mx+" + shortRun("rounding:", "block")), {});
        QVERIFY(!blocks.has_value());
        // a layer alone is no place for it
        quant::Calibration c = *calibrationOf(8);
        quant::QuantizeOptions o;
        o.calibration = &c;
        for (const char* recipe : {"rtn:bits=3,group=8+rounding:scope=block", "rtn:bits=3,group=row+lrq:scope=model", "rtn:bits=3,group=8+omniquant:scope=block", "lcq:bits=2,group=8,scope=block"}) {
            const auto alone = quant::quantize("w", Matrix(8, 8), *quant::parseRecipe(recipe), o, {});
            QVERIFY2(!alone.has_value(), recipe);
            QCOMPARE(alone.error().code, ErrorCode::Lacking);
        }
    }

    void batches_seeAllTextsOnce_beforeAnyTwice()
    {
        const learn::Split split = learn::splitTexts(20, 0.1);
        QCOMPARE(split.deciding.size(), std::size_t(2));
        QCOMPARE(split.trained.size(), std::size_t(18));
        QCOMPARE(learn::splitTexts(4, 0.0).deciding.size(), std::size_t(4));
        learn::Batches batches(split.trained, 6, 1);
        std::vector<Index> seen;
        for (int k = 0; k < 3; ++k)
            for (const Index t : batches.next()) seen.push_back(t);
        std::sort(seen.begin(), seen.end());
        QVERIFY(seen == split.trained);
        learn::Batches same(split.trained, 6, 1);
        learn::Batches other(split.trained, 6, 2);
        QVERIFY(same.next() != other.next());
    }
};

QTEST_GUILESS_MAIN(TestLearn)
#include "tst_learn.moc"
