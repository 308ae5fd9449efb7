// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/gguf_plan.h"

#include "core/base/format.h"
#include "core/export/tensor_values.h"
#include "core/io/tensor_names.h"
#include "core/model/config.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <set>

namespace qs::exporting {
namespace {

using nlohmann::json;

tl::unexpected<Error> refuse(const io::ModelSource& source, std::string why)
{
    return fail(Error(ErrorCode::NotRepresentable, "this model can't become a GGUF file: " + std::move(why))
                    .inFile(source.path.string())
                    .fix("export decoded weights: safetensors"));
}

/// Architectures of config.json by llama.cpp's names.
struct Family {
    std::string_view modelType;
    std::string_view gguf;
};
constexpr Family kFamilies[] = {{"llama", "llama"},   {"mistral", "llama"}, {"qwen2", "qwen2"}, {"qwen3", "qwen3"},
                                {"gemma2", "gemma2"}, {"phi3", "phi3"},     {"gpt2", "gpt2"},   {"gpt_neox", "gptneox"}};

bool endsWithAny(std::string_view name, std::initializer_list<std::string_view> endings)
{
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view e) { return name.ends_with(e); });
}

// Buffers that old files keep and that every runtime makes anew.
bool isBuffer(std::string_view name)
{
    return endsWithAny(name, {".rotary_emb.inv_freq", ".attention.bias", ".attention.masked_bias", ".attn.masked_bias"});
}

double numberOf(const json& object, const char* key, double fallback)
{
    const auto it = object.find(key);
    return it != object.end() && it->is_number() ? it->get<double>() : fallback;
}

std::uint32_t u32(Index v) { return static_cast<std::uint32_t>(v); }

// rope_theta and what scales it (transformers 4 and 5); kinds that the engine does not know were refused before.
Status addRope(GgufPlan& plan, const io::ModelSource& source, const json& config, const model::ModelConfig& c, const std::string& arch)
{
    if (c.rope.features == 0) return {};
    const json none = json::object();
    const json* scaling = &none;
    double theta = numberOf(config, "rope_theta", numberOf(config, "rotary_emb_base", 10000));
    for (const char* key : {"rope_scaling", "rope_parameters"})
        if (const auto it = config.find(key); it != config.end() && it->is_object()) scaling = &*it;
    theta = numberOf(*scaling, "rope_theta", theta);
    plan.metadata.u32(arch + ".rope.dimension_count", u32(c.rope.features));
    plan.metadata.f32(arch + ".rope.freq_base", static_cast<float>(theta));
    std::string kind = "default";
    for (const char* key : {"type", "rope_type"})
        if (const auto it = scaling->find(key); it != scaling->end() && it->is_string()) kind = it->get<std::string>();
    const double factor = numberOf(*scaling, "factor", kind == "llama3" ? 8 : 1);
    if (kind == "linear") {
        plan.metadata.text(arch + ".rope.scaling.type", "linear");
        plan.metadata.f32(arch + ".rope.scaling.factor", static_cast<float>(factor));
        return {};
    }
    if (kind != "llama3") return {};
    if (arch != "llama") return refuse(source, "rotary scaling llama3 outside of llama");
    const double low = numberOf(*scaling, "low_freq_factor", 1);
    const double high = numberOf(*scaling, "high_freq_factor", 4);
    const double original = numberOf(*scaling, "original_max_position_embeddings", 8192);
    GgufExtra extra{"rope_freqs.weight", {}};
    for (Index i = 0; i < c.rope.features / 2; ++i) {
        const double frequency = std::pow(theta, -2.0 * static_cast<double>(i) / static_cast<double>(c.rope.features));
        const double wave = 2 * std::numbers::pi / frequency;
        if (wave < original / high) {
            extra.values.push_back(1);
        } else if (wave > original / low) {
            extra.values.push_back(static_cast<float>(factor));
        } else {
            const double smooth = (original / wave - low) / (high - low);
            extra.values.push_back(static_cast<float>(1 / ((1 - smooth) / factor + smooth)));
        }
    }
    plan.extras.push_back(std::move(extra));
    return {};
}

Status addSettings(GgufPlan& plan, const io::ModelSource& source, const json& config, const model::ModelConfig& c, const std::string& arch)
{
    io::GgufHeader& m = plan.metadata;
    if (c.positions <= 0) return refuse(source, "config.json does not say how many positions it has");
    m.u32(arch + ".context_length", u32(c.positions));
    m.u32(arch + ".embedding_length", u32(c.hidden));
    m.u32(arch + ".block_count", u32(c.blocks));
    m.u32(arch + ".feed_forward_length", u32(c.inner));
    m.u32(arch + ".attention.head_count", u32(c.heads));
    m.u32(arch + ".attention.head_count_kv", u32(c.kvHeads));
    m.f32(arch + (c.norm == model::NormKind::Rms ? ".attention.layer_norm_rms_epsilon" : ".attention.layer_norm_epsilon"),
          static_cast<float>(c.eps));
    if (c.headDim * c.heads != c.hidden || arch == "gemma2" || arch == "qwen3") {
        m.u32(arch + ".attention.key_length", u32(c.headDim));
        m.u32(arch + ".attention.value_length", u32(c.headDim));
    }
    m.u32(arch + ".vocab_size", u32(c.vocabulary));
    QS_TRY(addRope(plan, source, config, c, arch));
    if (arch == "gptneox") m.flag("gptneox.use_parallel_residual", c.parallel);
    Index window = 0;
    for (const Index w : c.windows) window = std::max(window, w);
    if (arch == "gemma2") {
        m.f32("gemma2.attn_logit_softcapping", static_cast<float>(c.attentionCap));
        m.f32("gemma2.final_logit_softcapping", static_cast<float>(c.logitCap));
        m.u32("gemma2.attention.sliding_window", u32(window));
        // The file has no place for query_pre_attn_scalar: llama.cpp takes the head's size, and hidden / heads for 46 blocks.
        const Index divisor = c.blocks == 46 ? c.hidden / c.heads : c.headDim;
        if (std::fabs(c.attentionScale * std::sqrt(static_cast<double>(divisor)) - 1) > 1e-9)
            return refuse(source, "llama.cpp divides its scores by another number than query_pre_attn_scalar says");
        if (c.attentionCap == 0 || c.logitCap == 0) return refuse(source, "llama.cpp always caps Gemma 2's scores and logits");
    } else if (arch == "phi3") {
        m.u32("phi3.attention.sliding_window", u32(window));
        if (c.rope.features != c.headDim) return refuse(source, "its heads turn in part only");
    } else if (window > 0 && window < c.positions) {
        plan.warnings.push_back("llama.cpp lets every token see all before it; the model's window of " + std::to_string(window)
                                + " tokens is left out, so texts beyond it differ");
    }
    return {};
}

Status placeTensors(GgufPlan& plan, const io::ModelSource& source, const model::ModelConfig& c, const std::string& arch)
{
    std::set<std::string> used;
    for (const auto& t : source.tensors) {
        if (isBuffer(t.name) || io::isFactorOfAnother(source, t)) continue;
        if (arch == "gpt2" && t.name.ends_with(".attn.bias")) continue; // the causal mask
        GgufTensor out;
        out.name = io::canonicalName(t.name, c.architecture).name;
        // A name that no rule knows comes back as it is; llama.cpp refuses a file with a tensor it has no use for.
        const bool known = out.name != t.name && (out.name.starts_with("blk.") || out.name.starts_with("token_embd")
                                                   || out.name.starts_with("output") || out.name.starts_with("position_embd"));
        if (!known) return refuse(source, "llama.cpp has no name for tensor '" + escapeText(t.name) + "'");
        if (arch == "gemma2" && out.name == "output.weight") continue; // always the embedding
        const Index rows = t.shape.rank() < 2 ? static_cast<Index>(t.shape.elements()) : io::matrixShape(t).rows;
        const bool q = out.name.find(".attn_q.") != std::string::npos;
        const bool k = out.name.find(".attn_k.") != std::string::npos;
        if (arch == "llama" && (q || k)) {
            const Index heads = q ? c.heads : c.kvHeads;
            if (heads <= 0 || rows % heads != 0 || rows / heads % 2 != 0) return refuse(source, "rows of '" + escapeText(t.name) + "' are no heads");
            out.rotaryHeadRows = rows / heads;
            out.rowOrder = rotaryOrder(rows, out.rotaryHeadRows);
        }
        if (arch == "gptneox" && out.name.find(".attn_qkv.") != std::string::npos) {
            if (rows % (3 * c.heads) != 0) return refuse(source, "rows of '" + escapeText(t.name) + "' are no heads");
            out.fusedHeads = c.heads;
            out.rowOrder = fusedOrder(rows, c.heads);
        }
        if (arch == "gemma2" && t.name.ends_with("norm.weight")) out.added = 1;
        out.single = t.shape.rank() < 2 || !out.name.ends_with(".weight") || out.name.ends_with("_norm.weight")
                  || out.name.find("ffn_gate_inp") != std::string::npos || out.name.starts_with("position_embd");
        if (!used.insert(out.name).second) return refuse(source, "two tensors would be called '" + out.name + "'");
        plan.tensors.emplace(t.name, std::move(out));
    }
    return {};
}

Result<GgufPlan> planFromFolder(const io::ModelSource& source, const ExportFormat& format, const Context& context)
{
    GgufPlan plan;
    const auto family = std::find_if(std::begin(kFamilies), std::end(kFamilies),
                                     [&](const Family& f) { return f.modelType == source.architecture; });
    if (family == std::end(kFamilies)) {
        std::string list;
        for (const auto& f : kFamilies) list += (list.empty() ? "" : ", ") + std::string(f.modelType);
        return refuse(source, source.architecture == "opt" ? "llama.cpp has no architecture OPT"
                                                           : "architecture '" + escapeText(source.architecture) + "' is not among " + list);
    }
    const std::string arch(family->gguf);
    auto read = model::readConfig(source);
    if (!read) return refuse(source, read.error().message);
    model::ModelConfig config = std::move(*read);
    for (const auto& t : source.tensors)
        if (io::canonicalName(t.name, source.architecture).name == "token_embd.weight" && t.shape.rank() == 2) config.vocabulary = t.shape[0];
    if (config.vocabulary == 0) return refuse(source, "it has no embedding");
    const json document = json::parse(source.configJson, nullptr, false);
    plan.metadata.text("general.architecture", arch);
    plan.metadata.text("general.type", "model");
    std::string name = source.folder.filename().string();
    if (name.empty()) name = source.folder.parent_path().filename().string();
    if (!name.empty()) plan.metadata.text("general.name", escapeText(name));
    QS_TRY(addSettings(plan, source, document, config, arch));
    QS_TRY(placeTensors(plan, source, config, arch));
    QS_TRY(addGgufTokenizer(plan, source, config.vocabulary, format.pre, context));
    return plan;
}

// Metadata of a GGUF source byte for byte, but for what tells of the file itself.
Result<GgufPlan> planFromGguf(const io::ModelSource& source)
{
    GgufPlan plan;
    QS_TRY(plan.metadata.copyMetadata(*source.files.front(), [](std::string_view key) {
        return key != "general.alignment" && key != "general.file_type" && key != "general.quantization_version" && !key.starts_with("split.");
    }));
    for (const auto& t : source.tensors) {
        GgufTensor out;
        out.name = t.name;
        out.single = t.shape.rank() < 2 || !t.name.ends_with(".weight") || t.name.ends_with("_norm.weight");
        plan.tensors.emplace(t.name, std::move(out));
    }
    return plan;
}

} // namespace

Result<GgufPlan> planGguf(const io::ModelSource& source, const ExportFormat& format, const Context& context)
{
    if (source.format == "gguf") return planFromGguf(source);
    if (source.configJson.empty())
        return refuse(source, "there is no config.json that says what model it is");
    return planFromFolder(source, format, context);
}

} // namespace qs::exporting
