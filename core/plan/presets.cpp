// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/presets.h"

#include <algorithm>
#include <array>

namespace qs::plan {
namespace {

constexpr std::array<Preset, 3> kPresets = {{
    {"best-2", "2 bits: one shape of levels, scales and offsets of 8 bits, learned on the model", 2.13},
    {"best-3", "3 bits: the same", 3.13},
    {"best-4", "4 bits and less: the same, with 3 bits where keys and the first queries are made", 4.0},
}};

std::string learnedRecipe(int bits, const char* group, const char* learning)
{
    return "lcq:bits=" + std::to_string(bits) + ",group=" + group + ",rank=1,double=1,codes=sigma+rounding:scope=model," + learning;
}

// Rates fall with the width of a level's cell. All layers of a preset learn together, so they share these.
std::string recipeOf(std::string_view preset, const io::Place& place)
{
    if (preset == "best-2") return learnedRecipe(2, "128", "steps=600,lr=0.002,offset_lr=0.004");
    if (preset == "best-3") return learnedRecipe(3, "128", "steps=500,lr=0.001,offset_lr=0.002,start=cd");
    const bool few = place.role == io::Role::KProj || (place.role == io::Role::QProj && place.block == 0);
    return learnedRecipe(few ? 3 : 4, "row", "steps=450,lr=0.0005,offset_lr=0.001,start=cd");
}

} // namespace

std::span<const Preset> presets() { return kPresets; }

bool isPreset(std::string_view name)
{
    return std::any_of(kPresets.begin(), kPresets.end(), [&](const Preset& p) { return p.name == name; });
}

Result<PlanRecipes> presetPlan(std::string_view name, const io::ModelSource& source)
{
    if (!isPreset(name)) return fail(Error(ErrorCode::Usage, "no preset of this name").wanted("best-2, best-3 or best-4").got("'" + std::string(name) + "'"));
    QS_ASSIGN(const auto tensors, io::selectTensors(source, {}));
    PlanRecipes out;
    for (const std::size_t t : tensors) {
        const io::TensorInfo& tensor = source.tensors[t];
        if (!io::isLinearRole(tensor.place.role)) continue;
        QS_ASSIGN(out[tensor.name], quant::parseRecipe(recipeOf(name, tensor.place)));
    }
    if (out.empty()) return fail(Error(ErrorCode::NotFound, "no linear layer inside a block").inFile(source.path.string()).fix("see the names with inspect"));
    return out;
}

} // namespace qs::plan
