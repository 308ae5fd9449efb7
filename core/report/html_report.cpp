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
#include <utility>

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

std::string repeated(const std::string& text, int times)
{
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

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

// What the page keeps of a cell.
struct Figures {
    std::shared_ptr<const study::CellResult> cell; // without artefact
    std::size_t group = 0;
    std::string hash;
};

// A tensor among those of largest error so far, with its plots made.
struct Shown {
    double error = 0;
    std::string tensor;
    std::string html;
};

} // namespace

class ReportBuilder::Page {
public:
    Page(std::shared_ptr<const io::ModelSource> source, std::span<const quant::Recipe> recipes, ReportOptions options, const Context& context)
        : m_source(std::move(source)), m_options(options), m_context(context)
    {
        for (const auto& recipe : recipes) {
            const std::string text = recipe.text();
            if (groupOf(text) < m_groups.size()) continue;
            m_groups.push_back({recipe.label(), text, static_cast<int>(m_groups.size()) + 1, {}});
        }
        std::vector<std::string> labels;
        for (const auto& g : m_groups) labels.push_back(g.name);
        for (auto& g : m_groups) // the same label twice says nothing
            if (std::count(labels.begin(), labels.end(), g.name) > 1) g.name = g.text;
    }

    Status add(std::shared_ptr<const study::CellResult> cell)
    {
        const std::size_t group = groupOf(cell->recipe.text());
        if (group == m_groups.size()) return fail(Error(ErrorCode::Usage, "a cell of a recipe that was not announced").got(cell->recipe.text()));
        if (!m_open.empty() && m_open.front()->tensor != cell->tensor) QS_TRY(closeTensor());
        Figures f;
        f.group = group;
        f.hash = "not kept";
        if (cell->decoder) {
            QS_ASSIGN(f.hash, hashOf(*cell->decoder, m_context));
        }
        f.cell = study::figuresOf(*cell);
        m_figures.push_back(std::move(f));
        m_open.push_back(std::move(cell));
        return {};
    }

    void refuse(const study::Refusal& refusal) { m_refused.push_back(refusal); }

    Result<std::string> finish()
    {
        if (!m_source) return fail(ErrorCode::NotFound, "a report needs a checkpoint");
        if (m_figures.empty()) return fail(Error(ErrorCode::Lacking, "a report needs results").fix("name recipes and tensors"));
        QS_TRY(closeTensor());
        const auto seen = [&](const std::string& tensor) {
            if (std::find(m_tensors.begin(), m_tensors.end(), tensor) == m_tensors.end()) m_tensors.push_back(tensor);
        };
        for (const auto& f : m_figures) seen(f.cell->tensor);
        for (const auto& r : m_refused) seen(m_source->tensors[r.tensor].name);
        std::sort(m_tensors.begin(), m_tensors.end(), io::naturalLess);
        std::vector<std::shared_ptr<const study::CellResult>> all;
        for (std::size_t g = 0; g < m_groups.size(); ++g) // by recipe: legends then have the order of the command line
            for (const auto& f : m_figures)
                if (f.group == g) all.push_back(f.cell);
        const std::string name = m_source->path.filename().empty() ? m_source->path.parent_path().filename().string()
                                                                   : m_source->path.filename().string();
        m_out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
            + xmlText(name) + " \u00B7 Quantoscope</title>\n<style>" + kStyle + "</style>\n</head>\n<body>\n<h1>" + xmlText(name) + "</h1>\n<p>"
            + std::to_string(m_tensors.size()) + (m_tensors.size() == 1 ? " tensor" : " tensors") + " under " + std::to_string(m_groups.size())
            + (m_groups.size() == 1 ? " recipe" : " recipes") + ". Every figure is computed from the decoded artefacts in double precision; every stored array is counted.</p>\n";
        QS_TRY(checkpoint());
        totals();
        QS_TRY(figure("rate_distortion", -1, {}, all));
        heading("Layers and recipes");
        QS_TRY(figure("recipes", -1, {}, all));
        QS_TRY(figure("overview", -1, {{"figure", "relative_mse"}}, all));
        QS_TRY(figure("overview", -1, {{"figure", "std"}}, {}));
        perTensor();
        worst();
        provenance();
        m_out += "</body>\n</html>\n";
        return std::move(m_out);
    }

private:
    void heading(const std::string& text) { m_out += "<h2>" + text + "</h2>\n"; }

    Status checkpoint()
    {
        const auto& s = *m_source;
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

    // A column of its own where a calibration file was at hand.
    bool hasOutputs() const
    {
        return std::any_of(m_figures.begin(), m_figures.end(), [](const auto& f) { return f.cell->error.hasOutput(); });
    }
    std::string outputHeader() const { return hasOutputs() ? "<th class=\"n\">relative output error \u2193</th>" : ""; }
    std::string outputCell(const metrics::WeightError& e) const
    {
        return !hasOutputs() ? "" : number(e.hasOutput() ? formatError(e.outputRelativeMse()) : "\u2013");
    }

    void totals()
    {
        std::vector<Total> all(m_groups.size());
        for (const auto& f : m_figures) {
            Total& t = all[f.group];
            t.error.merge(f.cell->error);
            t.bits += static_cast<double>(f.cell->bits.payload + f.cell->bits.metadata);
            ++t.tensors;
        }
        heading("Recipes");
        m_out += "<div class=\"wide\"><table>\n<tr><th>recipe</th><th class=\"n\">tensors</th><th class=\"n\">bits per weight</th><th class=\"n\">relative MSE \u2193</th>"
                 "<th class=\"n\">SQNR \u2191</th>" + outputHeader() + "<th class=\"n\">cosine \u2191</th><th class=\"n\">max |e| \u2193</th><th>as given to the command line</th></tr>\n";
        // Only recipes that took every tensor are measured on the same weights.
        double least = std::numeric_limits<double>::infinity();
        std::size_t whole = 0;
        for (const auto& t : all)
            if (t.tensors == m_tensors.size()) {
                least = std::min(least, t.error.relativeMse());
                ++whole;
            }
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto& e = all[i].error;
            if (all[i].tensors == 0) {
                m_out += "<tr>" + cell(xmlText(m_groups[i].name)) + number("0") + repeated(number("\u2013"), hasOutputs() ? 6 : 5)
                    + cell("<code>" + xmlText(m_groups[i].text) + "</code>") + "</tr>\n";
                continue;
            }
            const bool best = whole > 1 && all[i].tensors == m_tensors.size() && e.relativeMse() == least;
            m_out += "<tr>" + cell(xmlText(m_groups[i].name)) + number(std::to_string(all[i].tensors)) + number(formatBits(all[i].perWeight()))
                + number(formatError(e.relativeMse()), best) + number(formatDecibel(e.sqnrDb()), best) + outputCell(e) + number(formatNumber(e.cosine(), 6))
                + number(formatError(e.maxAbs)) + cell("<code>" + xmlText(m_groups[i].text) + "</code>") + "</tr>\n";
        }
        m_out += "</table></div>\n";
    }

    void perTensor()
    {
        heading("Tensors");
        m_out += "<div class=\"wide\"><table>\n<tr><th>tensor</th><th>recipe</th><th class=\"n\">bits per weight</th><th class=\"n\">relative MSE \u2193</th><th class=\"n\">SQNR \u2191</th>"
               + outputHeader() + "<th class=\"n\">max |e| \u2193</th></tr>\n";
        for (const auto& tensor : m_tensors) {
            const auto mine = figuresOf(tensor);
            double least = std::numeric_limits<double>::infinity();
            for (const auto* f : mine) least = std::min(least, f->cell->error.relativeMse());
            bool first = true;
            for (std::size_t g = 0; g < m_groups.size(); ++g) {
                for (const auto* f : mine) {
                    if (f->group != g) continue;
                    const auto& e = f->cell->error;
                    const bool best = mine.size() > 1 && e.relativeMse() == least;
                    m_out += "<tr>" + cell(first ? xmlText(tensor) : "") + cell(xmlText(m_groups[g].name)) + number(formatBits(f->cell->bitsPerWeight()))
                        + number(formatError(e.relativeMse()), best) + number(formatDecibel(e.sqnrDb()), best) + outputCell(e) + number(formatError(e.maxAbs)) + "</tr>\n";
                    first = false;
                }
                for (const auto& r : m_refused) {
                    if (m_source->tensors[r.tensor].name != tensor || r.recipe != g) continue;
                    Error reason = r.error;
                    reason.tensor.clear(); // it stands in the first column
                    m_out += "<tr>" + cell(first ? xmlText(tensor) : "") + cell(xmlText(m_groups[g].name))
                        + cell("refused: " + xmlText(reason.text()), hasOutputs() ? " colspan=\"5\"" : " colspan=\"4\"") + "</tr>\n";
                    first = false;
                }
            }
        }
        m_out += "</table></div>\n";
    }

    // The last cell of a tensor has come: its plots where its error is among the largest, then the artefacts go.
    Status closeTensor()
    {
        const auto cells = std::exchange(m_open, {});
        const auto most = static_cast<std::size_t>(std::max(0, m_options.worstTensors));
        if (cells.empty() || most == 0) return {};
        double sum = 0;
        for (const auto& c : cells) sum += c->error.relativeMse();
        Shown shown{sum / static_cast<double>(cells.size()), cells.front()->tensor, {}};
        const auto place = std::find_if(m_worst.begin(), m_worst.end(), [&](const Shown& s) { return worse(shown, s); });
        if (place == m_worst.end() && m_worst.size() == most) return {};
        const auto at = m_source->find(shown.tensor);
        if (at < 0) return {};
        const std::string page = std::exchange(m_out, {});
        Status status;
        for (const char* name : {"distribution", "heatmap", "magnitude", "rate_distortion"})
            if (status && (cells.size() > 1 || std::string_view(name) != "rate_distortion")) status = figure(name, at, {}, cells);
        shown.html = std::exchange(m_out, page);
        QS_TRY(status);
        m_worst.insert(place, std::move(shown));
        if (m_worst.size() > most) m_worst.pop_back();
        return {};
    }

    // By mean relative MSE, then by name, so that the choice does not hang on the order in which cells come.
    static bool worse(const Shown& a, const Shown& b) { return a.error != b.error ? a.error > b.error : io::naturalLess(a.tensor, b.tensor); }

    void worst()
    {
        if (m_worst.empty()) return;
        heading(m_worst.size() == 1 ? "The tensor" : "The tensors of largest error");
        for (const auto& shown : m_worst) m_out += "<h3>" + xmlText(shown.tensor) + "</h3>\n" + shown.html;
    }

    void provenance()
    {
        heading("Provenance");
        m_out += "<dl>\n" + fact("program", "Quantoscope " + std::string(version())) + "</dl>\n<p>SHA-256 of each artefact's decoded values (little-endian F32, row by row).</p>\n"
                 "<div class=\"wide\"><table>\n<tr><th>tensor</th><th>recipe</th><th class=\"n\">seed</th><th>SHA-256</th></tr>\n";
        for (const auto& tensor : m_tensors)
            for (const auto* f : figuresOf(tensor))
                m_out += "<tr>" + cell(xmlText(tensor)) + cell(xmlText(m_groups[f->group].name)) + number(std::to_string(f->cell->seed))
                    + cell("<code>" + f->hash + "</code>") + "</tr>\n";
        m_out += "</table></div>\n";
    }

    // One plot, light and dark, with its sentence below. A plot that these results can't fill is left out with its reason.
    Status figure(const char* name, std::ptrdiff_t tensor, std::map<std::string, std::string> options,
                  std::vector<std::shared_ptr<const study::CellResult>> results)
    {
        const plots::PlotInfo* info = plots::builtinPlots().find(name);
        if (!info) return fail(ErrorCode::Internal, std::string("no plot ") + name);
        plots::PlotInput in;
        in.source = m_source;
        in.tensor = tensor;
        in.options = std::move(options);
        for (const auto& r : results) in.colorSlots.push_back(m_groups[groupOf(r->key())].slot);
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

    // Of one tensor, in the order of recipes.
    std::vector<const Figures*> figuresOf(const std::string& tensor) const
    {
        std::vector<const Figures*> out;
        for (const auto& f : m_figures)
            if (f.cell->tensor == tensor) out.push_back(&f);
        std::stable_sort(out.begin(), out.end(), [](const Figures* a, const Figures* b) { return a->group < b->group; });
        return out;
    }

    std::size_t groupOf(const std::string& text) const
    {
        const auto it = std::find_if(m_groups.begin(), m_groups.end(), [&](const plots::RecipeGroup& g) { return g.text == text; });
        return static_cast<std::size_t>(it - m_groups.begin());
    }

    std::shared_ptr<const io::ModelSource> m_source;
    ReportOptions m_options;
    const Context m_context;
    std::vector<plots::RecipeGroup> m_groups; // name, text and slot; `results` is not used
    std::vector<Figures> m_figures;
    std::vector<study::Refusal> m_refused;
    std::vector<std::shared_ptr<const study::CellResult>> m_open; // of the tensor that is being measured
    std::vector<Shown> m_worst;                                   // largest error first
    std::vector<std::string> m_tensors;
    std::string m_out;
};

ReportBuilder::ReportBuilder(std::shared_ptr<const io::ModelSource> source, std::span<const quant::Recipe> recipes, ReportOptions options,
                             const Context& context)
    : m_page(std::make_unique<Page>(std::move(source), recipes, options, context))
{
}

ReportBuilder::~ReportBuilder() = default;
Status ReportBuilder::add(std::shared_ptr<const study::CellResult> cell) { return m_page->add(std::move(cell)); }
void ReportBuilder::refuse(const study::Refusal& refusal) { m_page->refuse(refusal); }
Result<std::string> ReportBuilder::finish() { return m_page->finish(); }

Result<std::string> makeReport(const ReportInput& input, const Context& context)
{
    std::vector<quant::Recipe> recipes;
    std::vector<std::string> tensors;
    for (const auto& r : input.results) {
        recipes.push_back(r->recipe); // the builder takes each once
        if (std::find(tensors.begin(), tensors.end(), r->tensor) == tensors.end()) tensors.push_back(r->tensor);
    }
    ReportBuilder builder(input.source, recipes, {input.worstTensors}, context);
    for (const auto& tensor : tensors)
        for (const auto& r : input.results)
            if (r->tensor == tensor) QS_TRY(builder.add(r));
    return builder.finish();
}

} // namespace qs::report
