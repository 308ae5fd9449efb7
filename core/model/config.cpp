// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/config.h"

#include "core/base/format.h"
#include "core/model/config_settings.h"

#include <cmath>
#include <numbers>

namespace qs::model {

std::vector<std::string> knownArchitectures()
{
    return {"gemma2", "gpt2", "gpt_neox", "llama", "mistral", "mixtral", "opt", "phi3", "qwen2", "qwen3"};
}

std::optional<Index> Settings::count(std::initializer_list<std::string_view> keys)
{
    for (const auto key : keys)
        if (const auto v = number(key)) {
            if (*v >= 0 && *v < 2147483648.0 && *v == std::floor(*v)) return static_cast<Index>(*v);
            wrong(key, "a whole number");
            return std::nullopt;
        }
    return std::nullopt;
}

void Settings::wrong(std::string_view key, std::string expected)
{
    if (!m_error)
        m_error =
            Error(ErrorCode::Malformed, "setting '" + escapeText(std::string(key)) + "' of the model can't be used")
                .wanted(std::move(expected));
}

tl::unexpected<Error> refuse(const io::ModelSource& source, std::string what)
{
    return fail(Error(ErrorCode::Unsupported, "this model can't be run: " + std::move(what))
                    .inFile(source.path.string())
                    .fix("quantizing, comparing and exporting it without running it still work"));
}

std::vector<float> ropeFrequencies(Index features, double theta, const RopeScaling& scaling)
{
    std::vector<float> out;
    for (Index i = 0; i + 1 < features; i += 2) {
        const float f =
            1.0F / std::pow(static_cast<float>(theta), static_cast<float>(i) / static_cast<float>(features));
        const double d = static_cast<double>(f);
        if (scaling.kind == "linear") {
            out.push_back(static_cast<float>(d / scaling.factor));
        } else if (scaling.kind == "llama3") {
            const double length = 2 * std::numbers::pi / d;
            const double t =
                std::clamp((scaling.original / length - scaling.low) / (scaling.high - scaling.low), 0.0, 1.0);
            out.push_back(static_cast<float>((1 - t) * d / scaling.factor + t * d));
        } else {
            out.push_back(f);
        }
    }
    return out;
}

Result<Activation> activationFromName(const std::string& name)
{
    if (name == "silu" || name == "swish") return Activation::Silu;
    if (name == "relu") return Activation::Relu;
    if (name == "gelu") return Activation::Gelu;
    if (name == "gelu_new" || name == "gelu_pytorch_tanh" || name == "gelu_fast") return Activation::GeluTanh;
    return fail(Error(ErrorCode::Unsupported, "this model can't be run: the engine does not know its activation")
                    .got("'" + escapeText(name) + "'")
                    .wanted("silu, relu, gelu, gelu_new or gelu_pytorch_tanh"));
}

Status checkConfig(const io::ModelSource& source, const ModelConfig& c)
{
    const auto bad = [&](const std::string& what, Index found) {
        return fail(Error(ErrorCode::Malformed, "the model's settings contradict each other: " + what)
                        .inFile(source.path.string())
                        .got(std::to_string(found)));
    };
    constexpr Index kMost = Index(1) << 24;
    struct Size {
        const char* name;
        Index value;
    };
    for (const auto& [name, value] :
         {Size{"hidden size", c.hidden}, Size{"number of blocks", c.blocks}, Size{"number of heads", c.heads},
          Size{"number of key heads", c.kvHeads}, Size{"head size", c.headDim}, Size{"size of the MLP", c.inner},
          Size{"width of the embedding", c.embedWidth}})
        if (value <= 0 || value > kMost) return bad(std::string("the ") + name + " is not a usable number", value);
    if (c.blocks > 100'000) return bad("there are too many blocks", c.blocks);
    if (c.heads * c.headDim > kMost) return bad("the heads are too wide together", c.heads * c.headDim);
    if (c.heads % c.kvHeads != 0) return bad("the key heads don't divide the query heads", c.kvHeads);
    if (c.qkv == QkvLayout::PerHead && c.heads != c.kvHeads) return bad("fused heads share no keys", c.kvHeads);
    if (c.rope.features % 2 != 0 || c.rope.features > c.headDim)
        return bad("rotary features don't fit the head", c.rope.features);
    for (const float f : c.rope.frequencies)
        if (!std::isfinite(f)) return bad("a rotary frequency is not finite", c.rope.features);
    if (!(c.eps >= 0) || !std::isfinite(c.attentionScale))
        return bad("the norm's epsilon or the attention's scale is no number", 0);
    if (c.experts > 0 && (c.expertsPerToken <= 0 || c.expertsPerToken > c.experts))
        return bad("a token can't use that many experts", c.expertsPerToken);
    if (c.experts > 65536) return bad("there are too many experts", c.experts);
    return {};
}

Result<ModelConfig> readConfig(const io::ModelSource& source)
{
    if (source.format != "gguf" && source.configJson.empty())
        return fail(Error(ErrorCode::NotFound, "there is no config.json: weights alone don't say how the model runs")
                        .inFile(source.path.string())
                        .fix("open the model's folder"));
    auto config = source.format == "gguf" ? configFromGguf(source) : configFromJson(source);
    if (!config) {
        if (config.error().file.empty()) config.error().file = source.path.string();
        return config;
    }
    QS_TRY(checkConfig(source, *config));
    return config;
}

} // namespace qs::model
