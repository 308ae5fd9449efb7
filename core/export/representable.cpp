// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/representable.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace qs::exporting {
namespace {

constexpr std::array<std::string_view, 6> kForeign = {"gguf", "compressed-tensors", "gptq", "awq", "bitsandbytes", "hqq"};
constexpr std::array<std::string_view, 3> kOwn = {"safetensors", "quantoscope", "npz"};
constexpr Index kSmallestBlock = 32;

std::string lowerName(DType type)
{
    std::string name(dtypeName(type));
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

} // namespace

std::span<const std::string_view> foreignFormats() { return kForeign; }
std::span<const std::string_view> ownFormats() { return kOwn; }

Representability representable(const quant::Recipe& recipe, std::string_view name, const quant::Registry& registry)
{
    using quant::PartKind;
    if (std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end()) return {};
    if (std::find(kForeign.begin(), kForeign.end(), name) == kForeign.end()) return {"", "there is no such format"};
    // What changes coordinates or keeps weights apart says more than the grid below it.
    const std::pair<PartKind, const quant::PartUse*> uses[] = {{PartKind::Transform, &recipe.transform},
                                                               {PartKind::Residual, &recipe.residual},
                                                               {PartKind::Grid, &recipe.grid},
                                                               {PartKind::Assignment, &recipe.assignment}};
    for (const auto& [kind, use] : uses) {
        const bool optional = kind == PartKind::Transform || kind == PartKind::Residual;
        if (optional && use->name == "none") continue;
        const quant::PartInfo* part = registry.part(kind, use->name);
        if (!part) return {use->name, "there is no such part"};
        if (!part->fits) return {use->name, part->title + " has no place in " + std::string(name)};
        if (const auto answer = part->fits(name, use->values); !answer.fits()) return {use->name, answer.reason};
    }
    return {};
}

Representability representable(const quant::Recipe& recipe, const ExportFormat& format, Index, Index cols,
                               const quant::Registry& registry)
{
    if (format.kind != ExportFormat::Gguf || recipe.grid.name == "none") return representable(recipe, format.name(), registry);
    const bool decoded = format.dtype && traits(*format.dtype).kind != DTypeKind::Block;
    if (decoded) return {}; // rounded to a plain type, which the error shown includes
    if (auto answer = representable(recipe, format.name(), registry); !answer.fits()) return answer;
    if (cols % kSmallestBlock != 0)
        return {recipe.grid.name, "rows of " + std::to_string(cols) + " weights don't fill ggml's blocks of 32; leave this tensor out"};
    if (!format.dtype || recipe.grid.name != "ggml") return {};
    const std::string wanted = lowerName(*format.dtype);
    const std::string& type = recipe.grid.values.text("type");
    if (type == wanted) return {};
    return {recipe.grid.name, "makes " + type + " blocks, and type=" + wanted + " is asked for; quantize with ggml:type=" + wanted + ", or leave out type="};
}

} // namespace qs::exporting
