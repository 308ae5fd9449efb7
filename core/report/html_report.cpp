// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/html_report.h"

#include "core/base/format.h"
#include "core/base/sha256.h"
#include "core/base/version.h"
#include "core/plots/plot_registry.h"
#include "core/plots/plot_support.h"
#include "core/plots/svg_canvas.h"

#include <algorithm>
#include <limits>
#include <map>

namespace qs::report {
namespace {

using plots::xmlText;

// Files up to this size are hashed whole; of larger ones the first MiB and the size, which the report says.
constexpr std::uint64_t kHashWhole = std::uint64_t(4) << 30;
constexpr std::uint64_t kHashHead = std::uint64_t(1) << 20;

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --base: #FFFFFF; --window: #F6F7F9; --text: #1B1F24; --second: #5B6470; --line: #D9DDE3; --accent: #2F6FDE; }
@media (prefers-color-scheme: dark) { :root { --base: #16181C; --window: #1E2126; --text: #E6E8EB; --second: #9AA3AE; --line: #333840; --accent: #6EA2F5; } }
body { margin: 0 auto; padding: 32px 24px; max-width: 1080px; background: var(--base); color: var(--text); font: 14px/1.5 system-ui, "Noto Sans", sans-serif; }
h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 16px; margin: 40px 0 8px; padding-top: 12px; border-top: 1px solid var(--line); } h3 { font-size: 14px; margin: 24px 0 8px; overflow-wrap: anywhere; }
p, figcaption { color: var(--second); margin: 4px 0 12px; } figure { margin: 12px 0 24px; } figure svg { max-width: 100%; height: auto; }
.night { display: none; } @media (prefers-color-scheme: dark) { .day { display: none; } .night { display: block; } }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th, td { padding: 3px 16px 3px 0; text-align: left; white-space: nowrap; }
th { color: var(--second); font-weight: 600; border-bottom: 1px solid var(--line); } td.n, th.n { text-align: right; } td.best { font-weight: 700; }
code { font-size: 12px; overflow-wrap: anywhere; } dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 24px; } dt { color: var(--second); } dd { margin: 0; overflow-wrap: anywhere; }
@media print { .night { display: none; } .day { display: block; } }
)";

std::string cell(const std::string& text, const char* kind = "") { return std::string("<td") + kind + ">" + text + "</td>"; }
std::string number(const std::string& text, bool best = false) { return cell(text, best ? " class=\"n best\"" : " class=\"n\""); }

std::string fact(const std::string& name, const std::string& value) { return "<dt>" + name + "</dt><dd>" + value + "</dd>\n"; }

Result<std::string> hashOf(const io::MappedFile& file, const Context& context)
{
    Sha256 sha;
    const std::uint64_t n = file.size() <= kHashWhole ? file.size() : kHashHead;
    for (std::uint64_t at = 0; at < n; at += kHashHead) {
        if (context.stopped()) return cancelled();
        sha.update(file.bytes().subspan(at, std::min(kHashHead, n - at)));
    }
    QS_TRY(file.check());
    return sha.finish();
}

// SHA-256 of the decoded values as little-endian F32, rows in order: whoever decodes the artefact gets this.
Result<std::string> hashOf(const quant::Decoder& decoder, const Context& context)
{
    Sha256 sha;
    std::vector<float> row(static_cast<std::size_t>(decoder.cols()));
    for (Index r = 0; r < decoder.rows(); ++r) {
        if (context.stopped()) return cancelled();
        decoder.decodeRow(r, row);
        sha.update(std::as_bytes(std::span(row)));
    }
    return sha.finish();
}

class Page {
public:
    Page(const ReportInput& input, const Context& context) : m_input(input), m_context(context)
    {
        m_all.source = input.source;
        m_all.results = input.results;
        m_groups = plots::recipesOf(m_all);
        for (const auto& r : input.results)
            if (std::find(m_tensors.begin(), m_tensors.end(), r->tensor) == m_tensors.end()) m_tensors.push_back(r->tensor);
        std::sort(m_tensors.begin(), m_tensors.end(), io::naturalLess);
    }

    Result<std::string> make()
    {
        const std::string name = m_input.source->path.filename().empty() ? m_input.source->path.parent_path().filename().string()
                                                                         : m_input.source->path.filename().string();
        m_out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
            + xmlText(name) + " \u00B7 Quantoscope</title>\n<style>" + kStyle + "</style>\n</head>\n<body>\n<h1>" + xmlText(name) + "</h1>\n<p>"
            + std::to_string(m_tensors.size()) + (m_tensors.size() == 1 ? " tensor" : " tensors") + " under " + std::to_string(m_groups.size())
            + (m_groups.size() == 1 ? " recipe" : " recipes") + ". Every figure is computed from the decoded artefacts in double precision; every stored array is counted.</p>\n";
        QS_TRY(checkpoint());
        totals();
        QS_TRY(figure("rate_distortion", -1, {}, m_all.results));
        heading("Layers and recipes");
        QS_TRY(figure("recipes", -1, {}, m_all.results));
        QS_TRY(figure("overview", -1, {{"figure", "relative_mse"}}, m_all.results));
        QS_TRY(figure("overview", -1, {{"figure", "std"}}, {}));
        perTensor();
        QS_TRY(worst());
        QS_TRY(provenance());
        m_out += "</body>\n</html>\n";
        return std::move(m_out);
    }

private:
    void heading(const std::string& text) { m_out += "<h2>" + text + "</h2>\n"; }

    Status checkpoint()
    {
        const auto& s = *m_input.source;
        std::uint64_t parameters = 0;
        std::uint64_t bytes = 0;
        std::map<std::string, int> types;
        for (const auto& t : s.tensors) {
            parameters += t.shape.elements();
            bytes += t.bytes;
            ++types[std::string(dtypeName(t.dtype))];
        }
        std::string typeText;
        for (const auto& [type, n] : types) typeText += (typeText.empty() ? "" : ", ") + type + " \u00D7 " + std::to_string(n);
        heading("Checkpoint");
        m_out += "<dl>\n" + fact("format", xmlText(s.format)) + fact("architecture", s.architecture.empty() ? "not stated" : xmlText(s.architecture))
            + fact("parameters", formatCount(parameters) + " in " + formatCount(s.tensors.size()) + " tensors") + fact("stored", formatBytes(bytes)) + fact("types", typeText)
            + "</dl>\n<div class=\"wide\"><table>\n<tr><th>file</th><th class=\"n\">bytes</th><th>SHA-256</th></tr>\n";
        for (const auto& f : s.files) {
            QS_ASSIGN(const std::string hash, hashOf(*f, m_context));
            m_out += "<tr>" + cell(xmlText(f->path().filename().string())) + number(formatCount(f->size()))
                + cell("<code>" + hash + "</code>" + (f->size() > kHashWhole ? " (first MiB)" : "")) + "</tr>\n";
        }
        m_out += "</table></div>\n";
        return {};
    }

    struct Total {
        metrics::WeightError error;
        double bits = 0;
        std::size_t tensors = 0;
        double perWeight() const { return error.count == 0 ? 0 : bits / static_cast<double>(error.count); }
    };

    void totals()
    {
        std::vector<Total> all;
        for (const auto& g : m_groups) {
            Total t;
            for (const std::size_t i : g.results) {
                t.error.merge(m_input.results[i]->error);
                t.bits += static_cast<double>(m_input.results[i]->bits.payload + m_input.results[i]->bits.metadata);
                ++t.tensors;
            }
            all.push_back(t);
        }
        heading("Recipes");
        m_out += "<div class=\"wide\"><table>\n<tr><th>recipe</th><th class=\"n\">tensors</th><th class=\"n\">bits per weight</th><th class=\"n\">relative MSE \u2193</th>"
                 "<th class=\"n\">SQNR \u2191</th><th class=\"n\">cosine \u2191</th><th class=\"n\">max |e| \u2193</th><th>as given to the command line</th></tr>\n";
        const auto least = std::min_element(all.begin(), all.end(), [](const Total& a, const Total& b) { return a.error.relativeMse() < b.error.relativeMse(); });
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto& e = all[i].error;
            const bool best = all.size() > 1 && e.relativeMse() == least->error.relativeMse();
            m_out += "<tr>" + cell(xmlText(m_groups[i].name)) + number(std::to_string(all[i].tensors)) + number(formatBits(all[i].perWeight()))
                + number(formatError(e.relativeMse()), best) + number(formatDecibel(e.sqnrDb()), best) + number(formatNumber(e.cosine(), 6))
                + number(formatError(e.maxAbs)) + cell("<code>" + xmlText(m_groups[i].text) + "</code>") + "</tr>\n";
        }
        m_out += "</table></div>\n";
    }

    void perTensor()
    {
        heading("Tensors");
        m_out += "<div class=\"wide\"><table>\n<tr><th>tensor</th><th>recipe</th><th class=\"n\">bits per weight</th><th class=\"n\">relative MSE \u2193</th><th class=\"n\">SQNR \u2191</th>"
                 "<th class=\"n\">max |e| \u2193</th></tr>\n";
        for (const auto& tensor : m_tensors) {
            const auto mine = resultsOf(tensor);
            double least = std::numeric_limits<double>::infinity();
            for (const auto& r : mine) least = std::min(least, r->error.relativeMse());
            bool first = true;
            for (const auto& r : mine) {
                const bool best = mine.size() > 1 && r->error.relativeMse() == least;
                m_out += "<tr>" + cell(first ? xmlText(tensor) : "") + cell(xmlText(nameOf(*r))) + number(formatBits(r->bitsPerWeight()))
                    + number(formatError(r->error.relativeMse()), best) + number(formatDecibel(r->error.sqnrDb()), best) + number(formatError(r->error.maxAbs)) + "</tr>\n";
                first = false;
            }
        }
        m_out += "</table></div>\n";
    }

    Status worst()
    {
        std::vector<std::pair<double, std::string>> order;
        for (const auto& tensor : m_tensors) {
            const auto mine = resultsOf(tensor);
            double sum = 0;
            for (const auto& r : mine) sum += r->error.relativeMse();
            order.emplace_back(sum / static_cast<double>(mine.size()), tensor);
        }
        std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
        if (order.size() > static_cast<std::size_t>(std::max(0, m_input.worstTensors))) order.resize(static_cast<std::size_t>(std::max(0, m_input.worstTensors)));
        if (order.empty()) return {};
        heading(order.size() == 1 ? "The tensor" : "The tensors of largest error");
        for (const auto& [error, tensor] : order) {
            const auto at = m_input.source->find(tensor);
            if (at < 0) continue;
            m_out += "<h3>" + xmlText(tensor) + "</h3>\n";
            const auto mine = resultsOf(tensor);
            QS_TRY(figure("distribution", at, {}, mine));
            QS_TRY(figure("heatmap", at, {}, mine));
            QS_TRY(figure("magnitude", at, {}, mine));
            if (mine.size() > 1) QS_TRY(figure("rate_distortion", at, {}, mine));
        }
        return {};
    }

    Status provenance()
    {
        heading("Provenance");
        m_out += "<dl>\n" + fact("program", "Quantoscope " + std::string(version())) + "</dl>\n<p>SHA-256 of each artefact's decoded values (little-endian F32, row by row).</p>\n"
                 "<div class=\"wide\"><table>\n<tr><th>tensor</th><th>recipe</th><th class=\"n\">seed</th><th>SHA-256</th></tr>\n";
        for (const auto& tensor : m_tensors)
            for (const auto& r : resultsOf(tensor)) {
                std::string hash = "not kept";
                if (r->decoder) {
                    QS_ASSIGN(hash, hashOf(*r->decoder, m_context));
                }
                m_out += "<tr>" + cell(xmlText(tensor)) + cell(xmlText(nameOf(*r))) + number(std::to_string(r->seed)) + cell("<code>" + hash + "</code>") + "</tr>\n";
            }
        m_out += "</table></div>\n";
        return {};
    }

    // One plot, light and dark, with its sentence below. A plot that these results can't fill is left out with its reason.
    Status figure(const char* name, std::ptrdiff_t tensor, std::map<std::string, std::string> options,
                  std::vector<std::shared_ptr<const study::CellResult>> results)
    {
        const plots::PlotInfo* info = plots::builtinPlots().find(name);
        if (!info) return fail(ErrorCode::Internal, std::string("no plot ") + name);
        plots::PlotInput in;
        in.source = m_input.source;
        in.tensor = tensor;
        in.options = std::move(options);
        for (const auto& r : results)
            for (const auto& g : m_groups)
                if (g.text == r->key()) in.colorSlots.push_back(g.slot);
        in.results = std::move(results);
        auto plot = info->make(in, m_context);
        if (!plot && plot.error().code == ErrorCode::Cancelled) return fail(std::move(plot.error()));
        if (!plot) {
            m_out += "<p>" + xmlText(info->title) + ": " + xmlText(plot.error().message) + ".</p>\n";
            return {};
        }
        m_out += "<figure>\n<div class=\"day\">" + plots::toSvg(**plot, {1032, 520, false}) + "</div>\n<div class=\"night\">" + plots::toSvg(**plot, {1032, 520, true})
            + "</div>\n<figcaption>" + xmlText((*plot)->summary) + "</figcaption>\n</figure>\n";
        return {};
    }

    std::vector<std::shared_ptr<const study::CellResult>> resultsOf(const std::string& tensor) const
    {
        std::vector<std::shared_ptr<const study::CellResult>> out;
        for (const auto& g : m_groups)
            for (const std::size_t i : g.results)
                if (m_input.results[i]->tensor == tensor) out.push_back(m_input.results[i]);
        return out;
    }

    std::string nameOf(const study::CellResult& r) const
    {
        for (const auto& g : m_groups)
            if (g.text == r.key()) return g.name;
        return r.label();
    }

    const ReportInput& m_input;
    const Context& m_context;
    plots::PlotInput m_all;
    std::vector<plots::RecipeGroup> m_groups;
    std::vector<std::string> m_tensors;
    std::string m_out;
};

} // namespace

Result<std::string> makeReport(const ReportInput& input, const Context& context)
{
    if (!input.source) return fail(ErrorCode::NotFound, "a report needs a checkpoint");
    if (input.results.empty()) return fail(Error(ErrorCode::Lacking, "a report needs results").fix("name recipes and tensors"));
    return Page(input, context).make();
}

} // namespace qs::report
