// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plan_file.h"

#include "core/io/crash_safe_writer.h"
#include "core/io/json_text.h"

#include <nlohmann/json.hpp>

namespace qs::plan {
namespace {

constexpr int kVersion = 1;
constexpr std::uint64_t kMostBytes = std::uint64_t(64) << 20;

} // namespace

Result<PlanRecipes> loadPlan(const std::filesystem::path& path)
{
    std::error_code ec;
    if (!std::filesystem::exists(path, ec)) return fail(Error(ErrorCode::NotFound, "no such file").inFile(path.string()));
    const auto bad = [&](std::string what) {
        return fail(Error(ErrorCode::Malformed, std::move(what))
                        .inFile(path.string())
                        .wanted("{\"version\": 1, \"tensors\": {NAME: RECIPE}}")
                        .fix("write one with: quantoscope-cli plan PATH --bits B --candidate R --out FILE"));
    };
    QS_ASSIGN(const std::string text, io::readTextFile(path, kMostBytes));
    QS_ASSIGN(const nlohmann::json root, io::parseJson(text, io::JsonLimits{}, path));
    if (!root.is_object() || !root.contains("version") || !root.contains("tensors")) return bad("not a plan");
    if (root["version"] != kVersion)
        return fail(Error(ErrorCode::Unsupported, "a plan of a version that this program does not read")
                        .inFile(path.string())
                        .wanted(std::to_string(kVersion))
                        .got(root["version"].dump()));
    if (!root["tensors"].is_object()) return bad("the plan's tensors are no object");
    PlanRecipes out;
    for (const auto& [name, recipe] : root["tensors"].items()) {
        if (!recipe.is_string()) return bad("a tensor's recipe is not a text");
        auto parsed = quant::parseRecipe(recipe.get<std::string>());
        if (!parsed)
            return fail(Error(ErrorCode::Malformed, "a recipe that this program can't read")
                            .inFile(path.string())
                            .ofTensor(name)
                            .got(parsed.error().text()));
        out[name] = std::move(*parsed);
    }
    return out;
}

Status savePlan(const std::filesystem::path& path, const PlanRecipes& plan, bool force)
{
    nlohmann::ordered_json root;
    root["version"] = kVersion;
    root["tensors"] = nlohmann::ordered_json::object();
    for (const auto& [name, recipe] : plan) root["tensors"][name] = recipe.text();
    QS_ASSIGN(auto file, io::CrashSafeFile::create(path, force ? io::OnExisting::Replace : io::OnExisting::Refuse));
    QS_TRY(file.output().write(root.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n"));
    return file.commit();
}

} // namespace qs::plan
