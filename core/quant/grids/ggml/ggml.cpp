// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grids/ggml/fitted.h"
#include "core/quant/registry.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace qs::quant {
namespace {

using blocks::GgmlForm;

/// What llama.cpp takes instead where rows don't fill a type's blocks (formats.md A2.7).
const char* fallbackOf(DType type)
{
    switch (type) {
    case DType::Q4_K: return "q5_0";
    case DType::Q5_K: return "q5_1";
    case DType::Q6_K: return "q8_0";
    default: return "iq4_nl";
    }
}

std::string lowerName(DType type)
{
    std::string name(dtypeName(type));
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

/// Mean square of every input: the diagonal of Σ where that is all there is. Divided by its own mean, so that sums keep
/// their size; empty where nothing is known.
std::vector<float> diagonalOf(const Calibration& calibration, Index cols)
{
    const auto n = static_cast<std::size_t>(cols);
    std::vector<double> diagonal;
    if (calibration.meanSquare.size() == n)
        diagonal.assign(calibration.meanSquare.begin(), calibration.meanSquare.end());
    else if (calibration.sigma.size() == n * n)
        for (std::size_t i = 0; i < n; ++i) diagonal.push_back(calibration.sigma[i * n + i]);
    double sum = 0;
    for (double& d : diagonal) {
        if (!(d > 0) || !std::isfinite(d)) d = 0;
        sum += d;
    }
    std::vector<float> out(diagonal.size(), 1.0F); // inputs that were never seen to differ from 0 count alike
    if (sum > 0)
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<float>(diagonal[i] / sum * static_cast<double>(n));
    return out;
}

class GgmlGrid : public Grid {
public:
    GgmlGrid(const GgmlForm& form, bool diagonal) : m_form(form), m_traits(traits(form.type)), m_diagonal(diagonal) {}

    Status accepts(Index, Index cols) const override
    {
        const Index elements = m_traits.blockElements;
        if (cols % elements == 0) return {};
        const bool fits32 = cols % 32 == 0;
        return fail(Error(ErrorCode::NotRepresentable,
                          lowerName(m_form.type) + " needs rows of a multiple of " + std::to_string(elements) + " columns")
                        .got(std::to_string(cols) + " columns")
                        .fix(fits32 ? std::string("take ") + fallbackOf(m_form.type)
                                        + ", as llama.cpp does, or leave this tensor out"
                                    : "leave this tensor in f16, as llama.cpp does"));
    }

    StorageBits storage(Index rows, Index cols) const override
    {
        const auto weights = static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols);
        StorageBits s;
        s.payload = weights * static_cast<std::uint64_t>(m_form.codeBits);
        s.metadata = weights / m_traits.blockElements * m_traits.blockBytes * 8 - s.payload;
        return s;
    }

    Result<std::unique_ptr<FittedGrid>> fit(const FitInput& input, const Context& context) const override
    {
        QS_ASSIGN(const ggml::Importance importance, importanceOf(input));
        const ggml::Kernels& kernels = ggml::defaultKernels();
        std::vector<std::byte> fitted = ggml::fitBlocks(m_form, input.weights, importance, kernels, context);
        if (context.stopped()) return cancelled();
        return std::make_unique<ggml::FittedBlocks>(m_form, input.weights.rows, input.weights.cols, std::move(fitted),
                                                    kernels, context);
    }

    Index independentRows(Index, Index) const override { return 1; }
    // Some importance rules look at the row's mean square.
    Index independentColumns(Index, Index) const override
    {
        return m_diagonal ? 0 : static_cast<Index>(m_traits.blockElements);
    }
    bool columnsMayMove() const override { return false; } // a block holds neighbours' codes with their scale
    Result<bool> encodeNearest(const FitInput& input, const Context& context, ArrayStore& out) const override
    {
        QS_ASSIGN(const ggml::Importance importance, importanceOf(input));
        const MatrixView w = input.weights;
        const Index rowBytes = w.cols / m_traits.blockElements * m_traits.blockBytes;
        Array blocks{"grid.blocks", DType::U8, {w.rows, rowBytes}, {}};
        blocks.bytes.resize(static_cast<std::size_t>(w.rows * rowBytes));
        if (!ggml::encodeBlocks(m_form, w, importance, ggml::Fill::Codes, ggml::defaultKernels(), context, blocks.bytes))
            return cancelled();
        out.add(std::move(blocks));
        return true;
    }
    Result<std::unique_ptr<FittedGrid>> load(const ArrayStore& arrays, Index rows, Index cols) const override
    {
        QS_TRY(accepts(rows, cols));
        const Index rowBytes = cols / m_traits.blockElements * m_traits.blockBytes;
        QS_ASSIGN(const Array* a, arrays.get("grid.blocks", DType::U8, {rows, rowBytes}));
        auto grid = std::make_unique<ggml::FittedBlocks>(m_form, rows, cols, a->bytes, ggml::defaultKernels(), Context{});
        if (!grid->finite())
            return fail(ErrorCode::Malformed, "array grid.blocks holds a scale that is not finite");
        return grid;
    }

private:
    Result<ggml::Importance> importanceOf(const FitInput& input) const
    {
        QS_TRY(accepts(input.weights.rows, input.weights.cols));
        ggml::Importance importance;
        importance.removed = input.removed;
        if (!m_diagonal) return importance;
        if (input.calibration) importance.columns = diagonalOf(*input.calibration, input.weights.cols);
        if (importance.columns.empty())
            return fail(Error(ErrorCode::Lacking,
                              "importance=diagonal needs the inputs' mean squares or their covariance (sigma)")
                            .fix("calibrate the model first, or take importance=none"));
        return importance;
    }

    const GgmlForm& m_form;
    const DTypeTraits& m_traits;
    bool m_diagonal;
};

} // namespace

void registerGgml(Registry& registry);
void registerGgml(Registry& registry)
{
    std::vector<std::string> types;
    for (const GgmlForm& form : blocks::ggmlForms()) types.push_back(lowerName(form.type));

    PartInfo info;
    info.kind = PartKind::Grid;
    info.name = "ggml";
    info.title = "ggml blocks";
    info.summary = "The block types of GGUF files, with scales searched for the least error.";
    info.source = "formats.md A2.5, A2.7; ggml";
    info.params = {ParamSpec::choice("type", "q4_k", types, "ggml's block type"),
                   ParamSpec::choice("importance", "none", {"none", "diagonal"},
                                     "what the error counts by: nothing, or each input's mean square")};
    info.fits = [](std::string_view format, const ParamValues&) -> FitAnswer {
        if (format == "gguf") return {};
        return {"ggml blocks are read by GGUF readers alone"};
    };
    info.makeGrid = [](const ParamValues& values) -> Result<std::unique_ptr<Grid>> {
        const auto type = dtypeFromName(values.text("type"));
        const GgmlForm* form = type ? blocks::ggmlForm(*type) : nullptr;
        if (!form) return fail(Error(ErrorCode::Usage, "no ggml type of this name").got(values.text("type")));
        return std::make_unique<GgmlGrid>(*form, values.text("importance") == "diagonal");
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
