// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cell_output.h"

#include "core/base/format.h"

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

Json totalsJson(const study::RecipeTotals& totals, const quant::Recipe& recipe)
{
    Json t;
    t["recipe"] = recipe.text();
    t["bits_per_weight"] = totals.bitsPerWeight();
    t["bytes_before"] = totals.bytesBefore;
    t["bytes_after"] = totals.bytesAfter;
    t["seconds"] = totals.seconds;
    t["peak_bytes"] = totals.peakBytes;
    t["metrics"] = metricsJson(totals.error);
    return t;
}

Table cellTable()
{
    return Table({{"tensor", Table::Left},
                  {"recipe", Table::Left},
                  {"bits", Table::Right},
                  {"size", Table::Right},
                  {"rel. MSE", Table::Right},
                  {"SQNR", Table::Right},
                  {"max |ŵ−w|", Table::Right},
                  {"time", Table::Right}});
}

void addCell(Table& table, const std::string& name, const std::string& recipe, double bits, std::uint64_t bytes,
             const metrics::WeightError& error, double seconds, bool cached)
{
    table.row({escapeText(name), recipe, formatBits(bits), formatBytes(bytes), formatError(error.relativeMse()),
               formatDecibel(error.sqnrDb()), formatError(error.maxAbs), formatSeconds(seconds) + (cached ? " (cached)" : "")});
}

Json planJson(const study::RunPlan& plan, const quant::Recipe& recipe, std::size_t tensors)
{
    Json p;
    p["recipe"] = recipe.text();
    p["tensors"] = tensors;
    p["weights"] = plan.weights;
    p["bits_per_weight"] = plan.weights == 0 ? 0.0
                                             : static_cast<double>(plan.bits.payload + plan.bits.metadata)
                                                   / static_cast<double>(plan.weights);
    p["bytes_after"] = (plan.bits.payload + plan.bits.metadata) / 8;
    p["peak_bytes"] = plan.peakBytes;
    p["estimated_seconds"] = plan.seconds;
    return p;
}

std::string planText(const study::RunPlan& plan, const quant::Recipe& recipe, std::size_t tensors)
{
    const double bits = plan.weights == 0 ? 0.0
                                          : static_cast<double>(plan.bits.payload + plan.bits.metadata)
                                                / static_cast<double>(plan.weights);
    return recipe.text() + ": " + formatCount(tensors) + " tensors, " + formatCount(plan.weights) + " weights, "
         + formatBits(bits) + ", peak memory " + formatBytes(plan.peakBytes) + ", about " + formatSeconds(plan.seconds)
         + "\n";
}

} // namespace qs::cli
