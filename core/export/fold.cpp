// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/fold.h"

#include "core/model/config.h"
#include "core/quant/quantize.h"

#include <algorithm>

namespace qs::exporting {
namespace {

// Whether what is written of a quantized tensor are its values and not its codes.
bool writesValues(const ExportFormat& format)
{
    if (format.kind == ExportFormat::Safetensors) return true;
    return format.kind == ExportFormat::Gguf && format.dtype && traits(*format.dtype).kind != DTypeKind::Block;
}

bool sameTransform(const quant::Recipe& a, const quant::Recipe& b)
{
    return a.transform.name == b.transform.name && a.transform.values.all() == b.transform.values.all();
}

} // namespace

FoldPlan::FoldPlan(const ExportRequest& request)
{
    if (!request.results || !request.recipes) return;
    const io::ModelSource& source = *request.source;
    std::map<std::string, const quant::Recipe*> chosen; // null: chosen, and not quantized
    bool any = false;
    for (const std::size_t i : request.chosen) {
        const quant::Recipe* recipe = request.recipes(source.tensors[i]);
        chosen[source.tensors[i].name] = recipe;
        any = any || (recipe && quant::sharesInputs(*recipe));
    }
    if (!any) return;
    std::string unknown;
    if (const auto config = model::readConfig(source)) {
        m_sites = model::inputScaleSites(*config, model::SourceWeights(request.source, config->architecture));
    } else {
        unknown = "the model's architecture is not known, so neither is what precedes it";
    }
    const auto place = [&](const std::string& name) -> Fold {
        Fold out;
        const quant::Recipe& recipe = *chosen.at(name);
        const auto site = std::find_if(m_sites.begin(), m_sites.end(), [&](const model::InputScaleSite& s) {
            return std::find(s.readers.begin(), s.readers.end(), name) != s.readers.end();
        });
        if (!unknown.empty()) out.reason = unknown;
        else if (!request.foldsScales) out.reason = "folding is switched off";
        else if (recipe.residual.name != "none") out.reason = "weights are kept beside the codes, for inputs that are not scaled";
        else if (site == m_sites.end()) out.reason = "it is no linear layer of a block";
        else out.reason = site->reason;
        if (!out.reason.empty()) return out;
        out.site = indexOf(*site);
        for (const std::string& other : site->readers) {
            const auto it = chosen.find(other);
            if (it == chosen.end() || !it->second || !sameTransform(*it->second, recipe) || it->second->residual.name != "none")
                return {"", other + " reads the same inputs and is not scaled with it", out.site};
        }
        for (const std::string& tensor : {site->precedes, site->bias}) {
            if (tensor.empty()) continue;
            const auto at = source.find(tensor);
            if (at < 0) return {"", "the checkpoint has no " + tensor, out.site};
            const DType type = source.tensors[static_cast<std::size_t>(at)].dtype;
            const auto it = chosen.find(tensor);
            if (request.only && it == chosen.end()) return {"", tensor + " precedes it and is left out", out.site};
            if (!isWeightFloat(type) || traits(type).kind == DTypeKind::Block) return {"", tensor + " precedes it and is quantized in the checkpoint", out.site};
            if (it != chosen.end() && it->second && !writesValues(request.format))
                return {"", tensor + " precedes it and is quantized too: its scales would be rounded again", out.site};
        }
        out.into = site->precedes;
        return out;
    };
    for (const auto& [name, recipe] : chosen)
        if (recipe && quant::sharesInputs(*recipe)) m_folds[name] = place(name);
    for (const auto& [name, fold] : m_folds)
        if (fold.folds()) {
            m_divided[m_sites[fold.site].precedes] = fold.site;
            if (!m_sites[fold.site].bias.empty()) m_divided[m_sites[fold.site].bias] = fold.site;
        }
}

const Fold* FoldPlan::of(const std::string& tensor) const
{
    const auto it = m_folds.find(tensor);
    return it == m_folds.end() ? nullptr : &it->second;
}

const model::InputScaleSite* FoldPlan::divides(const std::string& tensor) const
{
    const auto it = m_divided.find(tensor);
    return it == m_divided.end() ? nullptr : &m_sites[it->second];
}

quant::Recipe withoutTransform(quant::Recipe recipe)
{
    recipe.transform = quant::PartUse{};
    recipe.transform.name = "none";
    return recipe;
}

std::shared_ptr<const quant::QuantizedTensor> withoutScales(const quant::QuantizedTensor& artefact, std::vector<float>& scale)
{
    scale.clear();
    auto out = std::make_shared<quant::QuantizedTensor>();
    out->name = artefact.name;
    out->rows = artefact.rows;
    out->cols = artefact.cols;
    out->recipe = withoutTransform(artefact.recipe);
    out->seed = artefact.seed;
    for (const quant::Array& a : artefact.arrays.arrays()) {
        if (a.name != "transform.scale") {
            out->arrays.add(a);
            continue;
        }
        const auto values = a.as<float>();
        scale.assign(values.begin(), values.end());
    }
    return out;
}

void divideBy(Matrix& values, std::span<const float> scale, bool isVector, bool plusOne)
{
    if (isVector) {
        const auto v = values.data();
        const double one = plusOne ? 1 : 0;
        for (std::size_t j = 0; j < v.size() && j < scale.size(); ++j)
            v[j] = static_cast<float>((static_cast<double>(v[j]) + one) / static_cast<double>(scale[j]) - one);
        return;
    }
    for (Index r = 0; r < values.rows() && static_cast<std::size_t>(r) < scale.size(); ++r)
        for (float& v : values.row(r)) v /= scale[static_cast<std::size_t>(r)];
}

void undoFold(const ExportedTensor& entry, std::span<const float> columns, Matrix& values)
{
    if (!columns.empty() && static_cast<Index>(columns.size()) == values.cols())
        for (Index r = 0; r < values.rows(); ++r) {
            const auto row = values.row(r);
            for (std::size_t j = 0; j < columns.size(); ++j) row[j] /= columns[j];
        }
    const auto& by = entry.dividedBy;
    if (by.empty()) return;
    if (entry.shape.elements() == by.size()) { // a vector
        const auto v = values.data();
        const double one = entry.dividedPlusOne ? 1 : 0;
        for (std::size_t j = 0; j < v.size() && j < by.size(); ++j)
            v[j] = static_cast<float>((static_cast<double>(v[j]) + one) * static_cast<double>(by[j]) - one);
        return;
    }
    for (Index r = 0; r < values.rows() && static_cast<std::size_t>(r) < by.size(); ++r)
        for (float& v : values.row(r)) v *= by[static_cast<std::size_t>(r)];
}

} // namespace qs::exporting
