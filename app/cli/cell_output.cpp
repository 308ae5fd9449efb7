// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cell_output.h"

#include "core/base/format.h"
#include "core/metrics/worst/worst_places.h"

#include <charconv>

#include <algorithm>
#include <map>
#include <set>

namespace qs::cli {

Json metricsJson(const metrics::WeightError& error)
{
    Json m;
    m["mse"] = error.mse();
    m["rmse"] = error.rmse();
    m["max_abs"] = error.maxAbs;
    m["relative_mse"] = error.relativeMse();
    m["sqnr_db"] = error.sqnrDb();
    m["cosine"] = error.cosine();
    if (error.hasOutput()) {
        m["output_relative_mse"] = error.outputRelativeMse();
        m["output_sqnr_db"] = error.outputSqnrDb();
    }
    return m;
}

Json cellJson(const study::CellSummary& cell, const io::ModelSource& source, const quant::Recipe& recipe)
{
    const io::TensorInfo& tensor = source.tensors[cell.tensor];
    Json c;
    c["name"] = tensor.name;
    c["recipe"] = recipe.text();
    c["bits_per_weight"] = cell.bitsPerWeight();
    c["payload_bits"] = cell.bits.payload;
    c["metadata_bits"] = cell.bits.metadata;
    c["seconds"] = cell.seconds;
    c["cached"] = cell.cached;
    c["metrics"] = metricsJson(cell.error);
    return c;
}

Json refusedJson(const study::Refusal& refusal, const io::ModelSource& source, const quant::Recipe& recipe)
{
    Json c;
    c["name"] = source.tensors[refusal.tensor].name;
    c["recipe"] = recipe.text();
    for (const char* key : {"bits_per_weight", "payload_bits", "metadata_bits", "seconds"}) c[key] = nullptr;
    Json none = metricsJson({});
    for (auto& [key, value] : none.items()) value = nullptr;
    c["metrics"] = std::move(none);
    c["error"] = std::move(errorJson(refusal.error)["error"]);
    return c;
}

OptionSpec worstOption()
{
    return {"--worst", "N", "list the N rows, columns and groups with the largest error of each tensor", false, false};
}

Result<std::size_t> worstCount(const Invocation& invocation)
{
    if (!invocation.options.has("--worst")) return std::size_t(0);
    const std::string text = invocation.options.value("--worst");
    std::size_t n = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), n);
    if (r.ec != std::errc{} || r.ptr != text.data() + text.size() || n == 0 || n > 100000)
        return fail(Error(ErrorCode::Usage, "--worst needs a number").wanted("1 to 100000").got("'" + text + "'"));
    return n;
}

Result<Json> worstJson(const io::ModelSource& source, const study::CellResult& cell, std::size_t most, const Context& context)
{
    const auto at = source.find(cell.tensor);
    if (at < 0) return fail(Error(ErrorCode::NotFound, "no such tensor").ofTensor(cell.tensor));
    QS_ASSIGN(const auto original, source.readMatrix(source.tensors[static_cast<std::size_t>(at)], context));
    QS_ASSIGN(const auto decoded, cell.decodeAll(context));
    QS_ASSIGN(const auto worst, metrics::worstPlaces(original, decoded, cell.decoder ? &cell.decoder->grid() : nullptr, most, context));
    const auto list = [](const std::vector<metrics::WorstPlace>& places) {
        Json out = Json::array();
        for (const auto& p : places) {
            Json j;
            j["index"] = p.index;
            j["rows"] = {p.row0, p.row1};
            j["columns"] = {p.col0, p.col1};
            j["count"] = p.count;
            j["rmse"] = p.rmse;
            j["max_abs"] = p.maxAbs;
            j["share"] = p.share;
            j["relative_mse"] = p.relativeMse;
            out.push_back(std::move(j));
        }
        return out;
    };
    Json out;
    out["rows"] = list(worst.rows);
    out["columns"] = list(worst.columns);
    out["groups"] = list(worst.groups);
    return out;
}

std::string worstText(const std::string& title, const Json& worst)
{
    Table table({{"place", Table::Left}, {"rms error", Table::Right}, {"max |ŵ−w|", Table::Right}, {"rel. MSE", Table::Right},
                 {"of the squared error", Table::Right}});
    for (const auto& [key, name] : {std::pair("rows", "row"), std::pair("columns", "column"), std::pair("groups", "group")})
        for (const auto& p : worst.at(key))
            table.row({std::string(name) + " " + std::to_string(p.at("index").get<std::int64_t>()), formatError(p.at("rmse").get<double>()),
                       formatError(p.at("max_abs").get<double>()), formatError(p.at("relative_mse").get<double>()),
                       formatNumber(100 * p.at("share").get<double>(), 3) + " %"});
    return "\n" + escapeText(title) + ": largest error\n" + table.text();
}

Json totalsJson(const study::RecipeTotals& totals, const quant::Recipe& recipe, std::size_t refused)
{
    Json t;
    t["recipe"] = recipe.text();
    t["tensors"] = totals.cells;
    t["refused"] = refused;
    t["bits_per_weight"] = totals.weights == 0 ? Json(nullptr) : Json(totals.bitsPerWeight());
    t["bytes_before"] = totals.bytesBefore;
    t["bytes_after"] = totals.bytesAfter;
    t["seconds"] = totals.seconds;
    t["peak_bytes"] = totals.peakBytes;
    t["metrics"] = metricsJson(totals.error);
    if (totals.cells == 0)
        for (auto& [key, value] : t["metrics"].items()) value = nullptr;
    return t;
}

Table cellTable(bool output)
{
    std::vector<Table::Column> columns = {{"tensor", Table::Left},
                  {"recipe", Table::Left},
                  {"bits", Table::Right},
                  {"size", Table::Right},
                  {"rel. MSE", Table::Right},
                  {"SQNR", Table::Right},
                  {"max |ŵ−w|", Table::Right},
                  {"time", Table::Right}};
    if (output) columns.push_back({"rel. output MSE", Table::Right});
    return Table(std::move(columns));
}

void addCell(Table& table, const std::string& name, const std::string& recipe, double bits, std::uint64_t bytes,
             const metrics::WeightError& error, double seconds, bool cached)
{
    std::vector<std::string> fields = {escapeText(name), recipe, formatBits(bits), formatBytes(bytes), formatError(error.relativeMse()),
                                       formatDecibel(error.sqnrDb()), formatError(error.maxAbs), formatSeconds(seconds) + (cached ? " (cached)" : "")};
    if (error.hasOutput()) fields.push_back(formatError(error.outputRelativeMse()));
    table.row(std::move(fields));
}

void addRefused(Table& table, const std::string& name, const std::string& recipe)
{
    table.row({escapeText(name), recipe, "refused", "–", "–", "–", "–", "–"});
}

std::string refusedText(std::span<const study::Refusal> refused, const io::ModelSource& source, std::span<const quant::Recipe> recipes)
{
    if (refused.empty()) return {};
    std::string out = "\nRefused\n";
    for (const auto& r : refused) {
        Error reason = r.error;
        reason.tensor.clear(); // it stands at the line's start
        out += "  " + escapeText(source.tensors[r.tensor].name) + ", " + recipes[r.recipe].text() + ": " + reason.text() + "\n";
    }
    return out;
}

void tellRefused(Outcome& outcome, std::span<const study::Refusal> refused, std::span<const quant::Recipe> recipes)
{
    std::map<std::pair<std::size_t, std::string>, std::size_t> times;
    for (const auto& r : refused) {
        ++times[{r.recipe, r.error.message}];
        if (!r.misfit) outcome.exitCode = 1;
    }
    std::set<std::pair<std::size_t, std::string>> told;
    for (const auto& r : refused) { // in the order of the cells; the first of each kind speaks for all
        const std::pair<std::size_t, std::string> key{r.recipe, r.error.message};
        if (!told.insert(key).second) continue;
        const std::size_t more = times[key] - 1;
        outcome.warnings.push_back(recipes[r.recipe].text() + " left out: " + r.error.text()
                                   + (more == 0 ? "" : "; so it is with " + formatCount(more) + " more"));
    }
}

void tellLearned(Outcome& outcome, const std::shared_ptr<const study::LearnedCells>& learned)
{
    if (!learned) return;
    Json list = Json::array();
    std::string lines;
    for (const auto& c : learned->curves) {
        Json j;
        j["scope"] = quant::learnScopeName(c.scope);
        j["block"] = c.block < 0 ? Json(nullptr) : Json(c.block);
        j["tensors"] = c.tensors;
        j["losses"] = c.losses;
        j["evaluated"] = c.evaluated;
        j["best_step"] = c.best;
        j["seconds"] = c.seconds;
        double least = c.evaluated.front().second;
        for (const auto& [step, loss] : c.evaluated) least = std::min(least, loss);
        lines += (c.block < 0 ? std::string("model, KL per token ") : "block " + std::to_string(c.block) + ", relative output error ") + formatError(c.evaluated.front().second)
               + " to " + formatError(least) + ", best at step " + std::to_string(c.best) + ", " + formatSeconds(c.seconds) + "\n";
        list.push_back(std::move(j));
    }
    outcome.json["learning"] = std::move(list);
    if (!lines.empty()) outcome.text += "\nLearned\n" + lines;
}

Status tellLearnPlan(Outcome& outcome, const study::StudyRequest& request)
{
    if (!study::learnsOnModel(request)) return {};
    QS_ASSIGN(const auto plan, study::planLearnedCells(request));
    Json j;
    j["scope"] = quant::learnScopeName(plan.scope);
    j["layers"] = plan.learned;
    j["steps"] = plan.steps;
    j["trained_texts"] = plan.trainedTexts;
    j["deciding_texts"] = plan.decidingTexts;
    j["peak_bytes"] = plan.peakBytes;
    j["recomputes"] = plan.recomputes;
    outcome.json["learning"] = std::move(j);
    if (!outcome.json.contains("peak_bytes") || outcome.json["peak_bytes"].get<std::uint64_t>() < plan.peakBytes) outcome.json["peak_bytes"] = plan.peakBytes;
    outcome.text += "learns " + formatCount(static_cast<std::uint64_t>(plan.learned)) + " layers with scope=" + quant::learnScopeName(plan.scope) + " in "
                  + formatCount(static_cast<std::uint64_t>(plan.steps)) + " steps on " + formatCount(static_cast<std::uint64_t>(plan.trainedTexts)) + " texts, "
                  + formatCount(static_cast<std::uint64_t>(plan.decidingTexts)) + " decide; peak memory " + formatBytes(plan.peakBytes) + "\n";
    return {};
}

Json planJson(const study::RunPlan& plan, const quant::Recipe& recipe, std::size_t tensors)
{
    Json p;
    p["recipe"] = recipe.text();
    p["tensors"] = tensors - plan.refused.size();
    p["weights"] = plan.weights;
    p["bits_per_weight"] = plan.weights == 0 ? 0.0
                                             : static_cast<double>(plan.bits.payload + plan.bits.metadata)
                                                   / static_cast<double>(plan.weights);
    p["bytes_after"] = (plan.bits.payload + plan.bits.metadata) / 8;
    p["peak_bytes"] = plan.peakBytes;
    p["estimated_seconds"] = plan.seconds;
    p["refused"] = plan.refused.size();
    return p;
}

std::string planText(const study::RunPlan& plan, const quant::Recipe& recipe, std::size_t tensors)
{
    const double bits = plan.weights == 0 ? 0.0
                                          : static_cast<double>(plan.bits.payload + plan.bits.metadata)
                                                / static_cast<double>(plan.weights);
    return recipe.text() + ": " + formatCount(tensors - plan.refused.size())
         + (plan.refused.empty() ? "" : " of " + formatCount(tensors)) + " tensors, " + formatCount(plan.weights) + " weights, "
         + formatBits(bits) + ", peak memory " + formatBytes(plan.peakBytes) + ", about " + formatSeconds(plan.seconds)
         + "\n";
}

Result<Outcome> planOutcome(const Invocation& invocation, const io::ModelSource& source, std::span<const std::size_t> tensors,
                            std::span<const quant::Recipe> recipes, const study::RunOptions& options)
{
    Outcome out;
    out.json["dry_run"] = true;
    out.json["plans"] = Json::array();
    double seconds = 0;
    std::uint64_t peak = 0;
    std::vector<study::Refusal> refused;
    for (std::size_t r = 0; r < recipes.size(); ++r) {
        QS_ASSIGN(const auto plan, study::planRun(source, tensors, recipes[r], options, invocation.context, true));
        out.json["plans"].push_back(planJson(plan, recipes[r], tensors.size()));
        out.text += planText(plan, recipes[r], tensors.size());
        for (const auto& one : plan.refused) refused.push_back({one.tensor, r, one.error, one.misfit});
        seconds += plan.seconds;
        peak = std::max(peak, plan.peakBytes);
    }
    if (!refused.empty() && refused.size() == tensors.size() * recipes.size()) return fail(std::move(refused.front().error));
    out.json["peak_bytes"] = peak;
    out.json["estimated_seconds"] = seconds;
    tellRefused(out, refused, recipes);
    return out;
}

} // namespace qs::cli
