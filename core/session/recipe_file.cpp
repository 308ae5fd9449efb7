// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/recipe_file.h"

#include "core/io/crash_safe_writer.h"
#include "core/io/json_text.h"

#include <nlohmann/json.hpp>

namespace qs::session {
namespace {

constexpr int kVersion = 1;
constexpr std::uint64_t kMostBytes = std::uint64_t(16) << 20;
constexpr std::size_t kMostText = 4096;

} // namespace

Result<std::vector<NamedRecipe>> loadRecipes(const std::filesystem::path& path)
{
    std::error_code ec;
    if (!std::filesystem::exists(path, ec)) return fail(Error(ErrorCode::NotFound, "no such file").inFile(path.string()));
    const auto bad = [&](std::string what) { return fail(Error(ErrorCode::Malformed, std::move(what)).inFile(path.string())); };
    QS_ASSIGN(const std::string text, io::readTextFile(path, kMostBytes));
    QS_ASSIGN(const nlohmann::json root, io::parseJson(text, io::JsonLimits{}, path));
    if (!root.is_object() || !root.contains("quantoscope_recipes")) return bad("not a file of recipes");
    const auto& version = root["quantoscope_recipes"];
    if (!version.is_number_unsigned()) return bad("the version of the recipe file is not a whole number");
    if (version != kVersion)
        return fail(Error(ErrorCode::Unsupported, "a recipe file of a version that this program does not read")
                        .inFile(path.string())
                        .wanted(std::to_string(kVersion))
                        .got(version.dump()));
    const auto list = root.find("recipes");
    if (list == root.end() || !list->is_array()) return bad("the recipe file has no list of recipes");
    std::vector<NamedRecipe> out;
    for (const auto& item : *list) {
        NamedRecipe r;
        if (!item.is_object() || !item.contains("recipe") || !item["recipe"].is_string()) return bad("an entry has no recipe");
        const std::string recipe = item["recipe"].get<std::string>();
        if (recipe.size() > kMostText) return bad("a recipe is too long");
        auto parsed = quant::parseRecipe(recipe);
        if (!parsed)
            return fail(Error(ErrorCode::Malformed, "a recipe that this program can't read").inFile(path.string()).got(parsed.error().text()));
        r.recipe = std::move(*parsed);
        if (const auto name = item.find("name"); name != item.end()) {
            if (!name->is_string() || name->get_ref<const std::string&>().size() > kMostText) return bad("a name is not a short text");
            r.name = name->get<std::string>();
        }
        if (const auto slot = item.find("slot"); slot != item.end()) {
            if (!slot->is_number_integer() || *slot < 0 || *slot > kMostSlots) return bad("a colour slot is out of range");
            r.slot = slot->get<int>();
        }
        out.push_back(std::move(r));
    }
    return out;
}

Status saveRecipes(const std::filesystem::path& path, const std::vector<NamedRecipe>& recipes)
{
    nlohmann::ordered_json root;
    root["quantoscope_recipes"] = kVersion;
    root["recipes"] = nlohmann::ordered_json::array();
    for (const auto& r : recipes) {
        nlohmann::ordered_json item;
        if (!r.name.empty()) item["name"] = r.name;
        item["recipe"] = r.recipe.text();
        if (r.slot > 0) item["slot"] = r.slot;
        root["recipes"].push_back(std::move(item));
    }
    QS_ASSIGN(auto file, io::CrashSafeFile::create(path, io::OnExisting::Replace));
    QS_TRY(file.output().write(root.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n"));
    return file.commit();
}

} // namespace qs::session
