// SPDX-License-Identifier: GPL-3.0-or-later
// The bundled sample with its calibration text: what the scopes are worth, in short runs.
#include "core/io/format_registry.h"
#include "core/learn/divergence.h"
#include "core/learn/learn.h"
#include "core/model/calibration/calibrate.h"
#include "core/model/run_model.h"
#include "core/model/tokenizers/load_tokenizer.h"
#include "core/model/tokenizers/text_file.h"
#include "core/quant/decoder.h"
#include "core/quant/recipe.h"

#include <QTest>

using namespace qs;

namespace {

std::string sample() { return std::string(QS_SOURCE_DIR) + "/resources/sample"; }

struct Sample {
    std::shared_ptr<const io::ModelSource> source;
    std::shared_ptr<const model::Model> model;
    model::Tokens learned; ///< windows that are learned from
    model::Tokens judged;  ///< other windows of the calibration text
    std::map<std::string, std::shared_ptr<const quant::Calibration>> calibration;
};

Sample load()
{
    Sample s;
    s.source = *io::openModel(sample(), {});
    s.model = *model::Model::open(s.source);
    const auto text = model::readUtf8File(sample() + "/text/calibration.txt");
    const auto tokenizer = model::tokenizerOf(*s.source, {});
    auto ids = (*tokenizer)->encode(text->substr(0, 60000))->ids;
    constexpr Index kLength = 128;
    const model::Tokens all = model::windowsOf(ids, kLength);
    const Index learned = 32;
    const auto part = [&](Index first, Index count) {
        model::Tokens t;
        t.sequences = count;
        t.length = kLength;
        t.ids.assign(all.ids.begin() + first * kLength, all.ids.begin() + (first + count) * kLength);
        return t;
    };
    s.learned = part(0, learned);
    s.judged = part(learned, 16);
    (void)model::calibrate({}, *s.model, s.learned, {}, [&](const model::LayerCalibration& l) -> Status {
        auto c = std::make_shared<quant::Calibration>();
        c->inputs = l.inputs;
        c->sigma = l.sigma;
        s.calibration[l.module + ".weight"] = std::move(c);
        return {};
    });
    return s;
}

learn::LearnRequest requestOf(const Sample& s, const std::string& recipe)
{
    learn::LearnRequest r;
    r.model = s.model;
    r.tokens = s.learned;
    for (const auto& [name, c] : s.calibration) r.layers[name] = *quant::parseRecipe(recipe);
    r.calibrationOf = [&s](const std::string& name) -> Result<std::shared_ptr<const quant::Calibration>> { return s.calibration.at(name); };
    return r;
}

// KL per token on windows that nothing has seen.
double divergenceOf(const Sample& s, const std::map<std::string, learn::Artefact>& artefacts)
{
    auto weights = std::make_shared<model::SourceWeights>(s.source, s.model->config().architecture);
    for (const auto& [name, a] : artefacts) weights->replace(name, std::make_shared<const Matrix>(*(*quant::Decoder::make(a))->decodeAll({})));
    const auto mixture = *s.model->with(weights);
    const Matrix full = *model::runModel({}, *s.model, s.judged, {});
    const Matrix quantized = *model::runModel({}, *mixture, s.judged, {});
    return *learn::divergence({}, *s.model->loadHead({}), full, quantized, nullptr) / static_cast<double>(s.judged.count());
}

} // namespace

class TestLearnSample : public QObject {
    Q_OBJECT
private slots:
    // On blocks, what errors do is seen behind the block, and what went wrong before it can be made good.
    void blockScope_atTheSameBits_isBelowLayerScope()
    {
        const Sample s = load();
        QCOMPARE(s.calibration.size(), std::size_t(28));
        const std::string grid = "lcq:bits=2,group=128,rank=1,double=1";
        std::map<std::string, learn::Artefact> layer;
        for (const auto& [name, c] : s.calibration) {
            quant::QuantizeOptions o;
            o.calibration = c.get();
            const auto& tensor = s.source->tensors[static_cast<std::size_t>(s.source->find(name))];
            auto a = quant::quantize(name, *s.source->readMatrix(tensor, {}), *quant::parseRecipe(grid + "+rounding:steps=40,offset_lr=0.02"), o, {});
            QVERIFY(a.has_value());
            layer[name] = std::make_shared<const quant::QuantizedTensor>(std::move(*a));
        }
        const auto block = learn::learn(requestOf(s, grid + "+rounding:scope=block,steps=40,every=20,batch=4,offset_lr=0.02"), {});
        QVERIFY(block.has_value());
        const double ofLayer = divergenceOf(s, layer);
        const double ofBlock = divergenceOf(s, block->artefacts);
        const auto found = QString("layer %1, block %2").arg(ofLayer).arg(ofBlock);
        QVERIFY2(ofBlock < ofLayer, qPrintable(found));
        qInfo("%s", qPrintable(found));
    }
};

QTEST_GUILESS_MAIN(TestLearnSample)
#include "tst_learn_sample.moc"
