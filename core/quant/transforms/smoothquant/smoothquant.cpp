// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/input_scale.h"
#include "core/quant/registry.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace qs::quant {
namespace {

class SmoothQuant : public InputScale {
public:
    explicit SmoothQuant(double alpha) : m_alpha(alpha) {}

protected:
    Result<std::vector<float>> scales(std::span<const InputRows* const> layers, const TransformInput& input,
                                      const Context& context) const override
    {
        const auto n = static_cast<std::size_t>(input.rows.cols());
        const Calibration* c = input.rows.calibration();
        if (!c || c->maxAbs.size() != n)
            return fail(Error(ErrorCode::Lacking, "SmoothQuant needs the inputs' largest magnitudes (max_abs)").fix("calibrate the model first"));
        std::vector<float> most(n, 1e-5F);
        std::mutex mutex;
        for (const InputRows* layer : layers)
            QS_TRY(forTiles(*layer, tileRows(*layer), context, [&](const FitInput& tile, Index) -> Status {
                std::vector<float> here(n);
                for (Index r = 0; r < tile.weights.rows; ++r) {
                    const auto row = tile.weights.row(r);
                    for (std::size_t j = 0; j < n; ++j) here[j] = std::max(here[j], std::fabs(row[j]));
                }
                const std::scoped_lock lock(mutex);
                for (std::size_t j = 0; j < n; ++j) most[j] = std::max(most[j], here[j]);
                return {};
            }));
        std::vector<float> s(n);
        for (std::size_t j = 0; j < n; ++j) {
            const double x = std::pow(static_cast<double>(c->maxAbs[j]), m_alpha);
            s[j] = static_cast<float>(std::max(x / std::pow(static_cast<double>(most[j]), 1 - m_alpha), 1e-5));
            if (!std::isfinite(s[j]))
                return fail(Error(ErrorCode::Lacking, "the inputs' largest magnitudes (max_abs) are damaged")
                                .wanted("finite numbers, not below 0")
                                .fix("calibrate the model again"));
        }
        return s;
    }

private:
    double m_alpha;
};

} // namespace

void registerSmoothquant(Registry& registry);
void registerSmoothquant(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Transform;
    info.name = "smoothquant";
    info.title = "SmoothQuant";
    info.summary = "Divides inputs with outliers and multiplies their weights, so that both can be quantized.";
    info.source = "SmoothQuant, arXiv 2211.10438, equation 4; related_methods.md §4";
    info.needs = NeedMaxAbs;
    info.params = {ParamSpec::real("alpha", 0.5, 0, 1, "", "how much of the difficulty moves into the weights; 0.85 for Llama 2")};
    info.fits = [](std::string_view format, const ParamValues&) -> FitAnswer {
        return {std::string(format) + " has no place for a scale per input column; fold it into what precedes the layer, or export decoded weights"};
    };
    info.makeTransform = [](const ParamValues& v) -> Result<std::unique_ptr<Transform>> {
        return std::make_unique<SmoothQuant>(v.real("alpha"));
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
