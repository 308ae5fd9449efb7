// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grids/nvfp4/element.h"

#include "core/blocks/bit_stream.h"
#include "core/quant/grid_kernels.h"
#include "core/quant/grouped_grid.h"
#include "core/quant/registry.h"

namespace qs::quant {
namespace {

constexpr Index kBlock = 16;

GroupLayout blocksOf(Index rows, Index cols) { return {rows, cols, GroupSpec{GroupSpec::Columns, kBlock, 1}}; }

class Nvfp4Fitted : public GroupedGrid {
public:
    Nvfp4Fitted(const GroupLayout& layout, std::vector<std::uint8_t> local, float global)
        : GroupedGrid(layout, 4), m_local(std::move(local)), m_global(global), m_levels(minifloatLevels(kE2M1)),
          m_search(LevelSearch::minifloat(kE2M1))
    {
    }
    void nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const override
    {
        forScaled(row, col0, w.size(), [&](const float* scale, std::size_t at, std::size_t n) {
            groupKernels().encodeLevels(w.data() + at, n, kBlock, m_search, Scaling::Quotient, scale, nullptr, codes.data() + at);
        });
    }
    void decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const override
    {
        forScaled(row, col0, codes.size(), [&](const float* scale, std::size_t at, std::size_t n) {
            groupKernels().decodeLevels(codes.data() + at, n, kBlock, m_levels.data(), m_levels.size(), scale, scale,
                                        out.data() + at);
        });
    }
    std::vector<float> levels(Index group) const override
    {
        std::vector<float> out = m_levels;
        for (float& v : out) v *= scale(static_cast<std::size_t>(group));
        return out;
    }
    std::vector<GroupMap> maps() const override
    {
        std::vector<float> scales(m_local.size());
        for (std::size_t g = 0; g < scales.size(); ++g) scales[g] = scale(g);
        return {groupMap("scale", "weight units", std::move(scales))};
    }

protected:
    void storeParameters(ArrayStore& out) const override
    {
        out.add<std::uint8_t>("grid.scale", DType::F8E4M3, m_layout.mapShape(), m_local);
        out.addFloats("grid.global_scale", DType::F32, {1}, {&m_global, 1});
    }

private:
    float scale(std::size_t g) const { return nvfp4Scale(m_local[g], m_global); }
    // Calls f(scales of the blocks, offset, length) for pieces of columns [col0, col0 + n) of a row.
    template <class F>
    void forScaled(Index row, Index col0, std::size_t n, F&& f) const
    {
        constexpr std::size_t kAtOnce = 64; // blocks
        forStretches(row, col0, n, [&](std::size_t g, std::size_t at, std::size_t length, std::size_t size) {
            for (std::size_t from = 0; from < length; from += kAtOnce * size, g += kAtOnce) {
                const std::size_t count = std::min(length - from, kAtOnce * size);
                float scales[kAtOnce];
                for (std::size_t b = 0; b * size < count; ++b) scales[b] = scale(g + b);
                f(scales, at + from, count);
            }
        });
    }
    std::vector<std::uint8_t> m_local; // E4M3
    float m_global;
    std::vector<float> m_levels;
    LevelSearch m_search;
};

class Nvfp4 : public Grid {
public:
    explicit Nvfp4(float fusedAbsmax) : m_fusedAbsmax(fusedAbsmax) {}
    StorageBits storage(Index rows, Index cols) const override
    {
        return {8 * static_cast<std::uint64_t>(rows) * blocks::packedRowBytes(static_cast<std::uint64_t>(cols), 4),
                8 * static_cast<std::uint64_t>(blocksOf(rows, cols).groups()) + 32};
    }
    Result<std::unique_ptr<FittedGrid>> fit(const FitInput& input, const Context& context) const override
    {
        return fitRows(MatrixInput(input), context);
    }
    Result<std::unique_ptr<FittedGrid>> fitRows(const InputRows& rows, const Context& context) const override
    {
        const GroupLayout layout = blocksOf(rows.rows(), rows.cols());
        QS_ASSIGN(const auto ranges, rangesOfRows(rows, layout, true, context));
        std::vector<float> absmax;
        for (const Range& r : ranges) absmax.push_back(r.absmax());
        float most = m_fusedAbsmax;
        for (const float a : absmax) most = std::max(most, a);
        const float global = nvfp4Global(most);
        std::vector<std::uint8_t> local(absmax.size());
        parallelFor(context, static_cast<Index>(local.size()), Index(1) << 14, [&](Index b, Index e) {
            for (auto g = static_cast<std::size_t>(b); g < static_cast<std::size_t>(e); ++g)
                local[g] = nvfp4Local(absmax[g], global);
        });
        if (context.stopped()) return cancelled();
        return std::make_unique<Nvfp4Fitted>(layout, std::move(local), global);
    }
    bool readsInTiles(Index, Index) const override { return true; }
    Result<std::unique_ptr<FittedGrid>> load(const ArrayStore& arrays, Index rows, Index cols) const override
    {
        const GroupLayout layout = blocksOf(rows, cols);
        QS_ASSIGN(const Array* a, arrays.get("grid.scale", DType::F8E4M3, layout.mapShape()));
        QS_ASSIGN(auto global, loadScales(arrays, "grid.global_scale", DType::F32, {1}));
        if (!(global[0] > 0.0F) || !std::isfinite(6.0F * nvfp4Scale(0x7E, global[0])))
            return fail(Error(ErrorCode::Malformed, "array grid.global_scale must be above 0 and give finite values")
                            .got(exactText(global[0])));
        const auto bytes = a->as<std::uint8_t>();
        for (const auto b : bytes)
            if (b >= 0x7F) return fail(ErrorCode::Malformed, "array grid.scale holds a negative scale or NaN");
        return std::make_unique<Nvfp4Fitted>(layout, std::vector<std::uint8_t>(bytes.begin(), bytes.end()), global[0]);
    }

private:
    static std::string exactText(float v) { return valueText(static_cast<double>(v)); }
    float m_fusedAbsmax;
};

FitAnswer fits(std::string_view format, const ParamValues&)
{
    if (format == "compressed-tensors") return {};
    if (format == "gguf") return {"this program writes no NVFP4 blocks into GGUF; nearest: ggml:type=mxfp4, or export decoded values"};
    if (format == "gptq" || format == "awq" || format == "hqq" || format == "bitsandbytes")
        return {std::string(format) + " files hold no NVFP4 blocks; export decoded values"};
    return {};
}

} // namespace

void registerNvfp4(Registry& registry);
void registerNvfp4(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Grid;
    info.name = "nvfp4";
    info.title = "NVFP4";
    info.summary = "Blocks of 16 E2M1 floats with an E4M3 scale each and one float for the tensor.";
    info.source = "NVIDIA ModelOpt, compressed-tensors (formats.md B3.3); related_methods.md §25";
    info.params = {
        ParamSpec::choice("global", "tensor", {"tensor", "fused"},
                          "fused: siblings that a runtime joins (q,k,v; gate,up) share the global scale of `amax`"),
        ParamSpec::real("amax", 0, 0, 3.4e38, "weight units", "global=fused: largest magnitude over the fused tensors"),
    };
    info.fits = fits;
    info.makeGrid = [](const ParamValues& v) -> Result<std::unique_ptr<Grid>> {
        const bool fused = v.text("global") == "fused";
        const double amax = v.real("amax");
        if (fused && !(amax > 0))
            return fail(Error(ErrorCode::Usage, "global=fused needs the largest magnitude of the fused tensors").fix("give amax"));
        if (!fused && amax > 0)
            return fail(Error(ErrorCode::Usage, "amax is for global=fused only").fix("add global=fused"));
        return std::make_unique<Nvfp4>(static_cast<float>(amax));
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
