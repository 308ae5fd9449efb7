// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/selection/evaluation_record.h"

#include <QJsonArray>
#include <cmath>
#include <cstring>

namespace qs::gui {
namespace {

QString key(const char* name) { return QString::fromLatin1(name); }

// Numbers as packed bytes; a float holds a loss to seven digits, which is more than its noise.
template <class T>
QString packed(const std::vector<T>& values)
{
    const QByteArray bytes(reinterpret_cast<const char*>(values.data()), static_cast<qsizetype>(values.size() * sizeof(T)));
    return QString::fromLatin1(qCompress(bytes, 6).toBase64());
}

template <class T>
std::vector<T> unpacked(const QString& text)
{
    const QByteArray bytes = qUncompress(QByteArray::fromBase64(text.toLatin1()));
    std::vector<T> out(static_cast<std::size_t>(bytes.size()) / sizeof(T));
    if (!out.empty()) std::memcpy(out.data(), bytes.constData(), out.size() * sizeof(T));
    return out;
}

QString packedReals(const std::vector<double>& values)
{
    std::vector<float> f;
    f.reserve(values.size());
    for (const double v : values) f.push_back(static_cast<float>(v));
    return packed(f);
}

std::vector<double> unpackedReals(const QString& text)
{
    const auto f = unpacked<float>(text);
    return {f.begin(), f.end()};
}

QJsonArray json(const model::Estimate& e) { return {e.mean, e.error, e.low, e.high}; }

model::Estimate estimate(const QJsonValue& v)
{
    const QJsonArray a = v.toArray();
    return {a[0].toDouble(), a[1].toDouble(), a[2].toDouble(), a[3].toDouble()};
}

} // namespace

QJsonObject toJson(const EvaluationRecord& r, bool withTokens)
{
    QJsonObject layers;
    for (const auto& [tensor, result] : r.layers) layers[QString::fromStdString(tensor)] = QString::fromStdString(result);
    const auto& f = r.figures;
    QJsonObject figures{{key("nll"), json(f.nll)}, {key("tokens"), static_cast<qint64>(f.tokens)}, {key("windows"), static_cast<qint64>(f.windows)}};
    if (f.comparison)
        figures[key("comparison")] = QJsonObject{{key("divergence"), json(f.comparison->divergence)}, {key("divergence99"), f.comparison->divergence99},
                                                 {key("agreement"), json(f.comparison->agreement)}, {key("delta"), json(f.comparison->delta)},
                                                 {key("reference"), f.comparison->referencePerplexity}};
    QJsonObject out{{key("mixture"), r.mixture}, {key("layers"), layers}, {key("slot"), r.slot}, {key("bits"), r.bitsPerWeight},
                    {key("quantized"), r.quantized}, {key("tensors"), r.tensors}, {key("texts"), QJsonArray::fromStringList(r.texts)},
                    {key("text_sha256"), r.textHash}, {key("length"), r.length}, {key("stride"), r.stride}, {key("activations"), r.activations},
                    {key("kv8"), r.kv8}, {key("when"), r.when.toString(Qt::ISODate)}, {key("seconds"), r.seconds}, {key("figures"), figures}};
    if (withTokens && r.tokens) {
        QJsonArray windows;
        for (const auto w : r.tokens->windows) windows << static_cast<qint64>(w);
        out[key("losses")] = QJsonObject{{key("nll"), packedReals(r.tokens->nll)}, {key("reference"), packedReals(r.tokens->reference)},
                                         {key("divergence"), packedReals(r.tokens->divergence)}, {key("agrees"), packed(r.tokens->agrees)},
                                         {key("windows"), windows}};
    }
    return out;
}

EvaluationPtr evaluationFromJson(const QJsonObject& o)
{
    auto r = std::make_shared<EvaluationRecord>();
    const QJsonObject figures = o[key("figures")].toObject();
    if (!figures.contains(key("nll"))) return nullptr;
    r->mixture = o[key("mixture")].toString();
    const QJsonObject layers = o[key("layers")].toObject();
    for (auto it = layers.begin(); it != layers.end(); ++it) r->layers[it.key().toStdString()] = it.value().toString().toStdString();
    r->slot = o[key("slot")].toInt();
    r->bitsPerWeight = o[key("bits")].toDouble();
    r->quantized = o[key("quantized")].toInt();
    r->tensors = o[key("tensors")].toInt();
    for (const auto& t : o[key("texts")].toArray()) r->texts << t.toString();
    r->textHash = o[key("text_sha256")].toString();
    r->length = static_cast<qint64>(o[key("length")].toDouble());
    r->stride = static_cast<qint64>(o[key("stride")].toDouble());
    r->activations = o[key("activations")].toString();
    r->kv8 = o[key("kv8")].toBool();
    r->when = QDateTime::fromString(o[key("when")].toString(), Qt::ISODate);
    r->seconds = o[key("seconds")].toDouble();
    auto& f = r->figures;
    f.nll = estimate(figures[key("nll")]);
    f.perplexity = std::exp(f.nll.mean);
    f.perplexityError = f.perplexity * f.nll.error;
    f.perplexityLow = std::exp(f.nll.low);
    f.perplexityHigh = std::exp(f.nll.high);
    f.tokens = static_cast<std::uint64_t>(figures[key("tokens")].toDouble());
    f.windows = static_cast<std::uint64_t>(figures[key("windows")].toDouble());
    if (const QJsonObject c = figures[key("comparison")].toObject(); !c.isEmpty())
        f.comparison = model::EvaluationFigures::Comparison{estimate(c[key("divergence")]), c[key("divergence99")].toDouble(), estimate(c[key("agreement")]),
                                                            estimate(c[key("delta")]), c[key("reference")].toDouble()};
    if (const QJsonObject l = o[key("losses")].toObject(); !l.isEmpty()) {
        auto e = std::make_shared<model::Evaluation>();
        e->nll = unpackedReals(l[key("nll")].toString());
        e->reference = unpackedReals(l[key("reference")].toString());
        e->divergence = unpackedReals(l[key("divergence")].toString());
        e->agrees = unpacked<std::uint8_t>(l[key("agrees")].toString());
        bool whole = e->nll.size() == f.tokens && (e->reference.empty() || e->reference.size() == e->nll.size());
        for (const auto& w : l[key("windows")].toArray()) {
            e->windows.push_back(static_cast<std::size_t>(w.toDouble()));
            whole = whole && e->windows.back() <= e->nll.size();
        }
        if (whole) r->tokens = std::move(e);
    }
    return r;
}

std::optional<model::Estimate> pairedDifference(const EvaluationRecord& a, const EvaluationRecord& b)
{
    if (!a.tokens || !b.tokens || !a.sameTokens(b) || a.tokens->nll.size() != b.tokens->nll.size()) return std::nullopt;
    model::Evaluation pair;
    pair.nll = a.tokens->nll;
    pair.reference = b.tokens->nll;
    pair.windows = a.tokens->windows;
    pair.divergence.assign(pair.nll.size(), 0);
    pair.agrees.assign(pair.nll.size(), 0);
    return model::figuresOf(pair, 0).comparison->delta;
}

} // namespace qs::gui
