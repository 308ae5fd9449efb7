// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grids/minifloat/element.h"

#include "core/blocks/bit_stream.h"
#include "core/quant/grouped_grid.h"
#include "core/quant/registry.h"

namespace qs::quant {
namespace {

struct Options {
    MinifloatFormat format;
    GroupSpec group;
    bool flat = false;
    DType scale = DType::F16;

    GroupLayout layout(Index rows, Index cols) const
    {
        return flat ? GroupLayout::flat(rows, cols, group.size) : GroupLayout(rows, cols, group);
    }
};

class MinifloatFitted : public GroupedGrid {
public:
    MinifloatFitted(const GroupLayout& layout, const Options& o, std::vector<float> scale)
        : GroupedGrid(layout, o.format.spec.bits()), m_options(o), m_scale(std::move(scale))
    {
        if (o.format.table) m_table.assign(blocks::kBnbFp4.begin(), blocks::kBnbFp4.end());
        else m_table = minifloatLevels(o.format.spec);
        m_levels = m_table.size();
        m_table.resize(std::max<std::size_t>(16, m_levels));
        m_search = o.format.table ? bnbFp4Search() : LevelSearch::minifloat(o.format.spec);
    }
    void nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const override
    {
        const GroupKernels& kernels = groupKernels();
        forStretches(row, col0, w.size(), [&](std::size_t g, std::size_t at, std::size_t n, std::size_t size) {
            const float* x = w.data() + at;
            const float* scale = m_scale.data() + g;
            std::uint8_t* out = codes.data() + at;
            if (m_options.format.table)
                kernels.encodeLevels(x, n, size, m_search, Scaling::Inverse, scale, nullptr, out);
            else if (m_bits <= 4)
                kernels.encodeLevels(x, n, size, m_search, Scaling::Quotient, scale, nullptr, out);
            else
                kernels.encodeMinifloats(x, n, size, m_options.format.spec, Ties::Even, Scaling::Quotient, scale, out);
        });
    }
    void decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const override
    {
        const GroupKernels& kernels = groupKernels();
        forStretches(row, col0, codes.size(), [&](std::size_t g, std::size_t at, std::size_t n, std::size_t size) {
            const float* scale = m_scale.data() + g;
            kernels.decodeLevels(codes.data() + at, n, size, m_table.data(), m_levels, scale, scale, out.data() + at);
        });
    }
    std::vector<float> levels(Index group) const override
    {
        std::vector<float> out(m_table.begin(), m_table.begin() + static_cast<std::ptrdiff_t>(m_levels));
        for (float& v : out) v *= m_scale[static_cast<std::size_t>(group)];
        return out;
    }
    std::vector<GroupMap> maps() const override { return {groupMap("scale", "weight units", m_scale)}; }
    Status checkCodes(const ArrayStore& arrays) const override
    {
        QS_TRY(FittedGrid::checkCodes(arrays));
        if (!m_options.format.specials) return {};
        const std::uint32_t most = m_options.format.spec.maxCode;
        std::vector<std::uint8_t> codes(static_cast<std::size_t>(cols()));
        for (Index r = 0; r < rows(); ++r) {
            codesOfRow(arrays, r, codes);
            for (const auto c : codes)
                if ((c & 0x7FU) > most)
                    return fail(Error(ErrorCode::Malformed, "array codes holds the code of Inf or NaN in row " + std::to_string(r)));
        }
        return {};
    }

protected:
    void storeParameters(ArrayStore& out) const override
    {
        out.addFloats("grid.scale", m_options.scale, scaleShape(m_layout, m_options.flat), m_scale);
    }

private:
    Options m_options;
    std::vector<float> m_scale;
    std::vector<float> m_table; // level by code, at scale 1; room for sixteen
    std::size_t m_levels = 0;
    LevelSearch m_search;
};

class Minifloat : public Grid {
public:
    explicit Minifloat(const Options& o) : m_options(o) {}
    StorageBits storage(Index rows, Index cols) const override
    {
        const auto groups = static_cast<std::uint64_t>(m_options.layout(rows, cols).groups());
        return {8 * static_cast<std::uint64_t>(rows) *
                    blocks::packedRowBytes(static_cast<std::uint64_t>(cols), m_options.format.spec.bits()),
                groups * scaleBits(m_options.scale)};
    }
    Result<std::unique_ptr<FittedGrid>> fit(const FitInput& input, const Context& context) const override
    {
        const GroupLayout layout = m_options.layout(input.weights.rows, input.weights.cols);
        std::vector<float> scale(static_cast<std::size_t>(layout.groups()));
        const bool done = forRanges(context, layout, input.weights, true, [&](std::size_t first, std::span<const Range> ranges) {
            for (std::size_t k = 0; k < ranges.size(); ++k)
                scale[first + k] = ranges[k].absmax() / m_options.format.spec.max;
            roundScales(m_options.scale, std::span(scale).subspan(first, ranges.size()));
        });
        if (!done) return cancelled();
        QS_TRY(finiteScales(scale, m_options.scale, m_options.format.spec.max));
        return std::make_unique<MinifloatFitted>(layout, m_options, std::move(scale));
    }
    Result<std::unique_ptr<FittedGrid>> fitRows(const InputRows& rows, const Context& context) const override
    {
        const GroupLayout layout = m_options.layout(rows.rows(), rows.cols());
        QS_ASSIGN(const auto ranges, rangesOfRows(rows, layout, true, context));
        std::vector<float> scale;
        for (const Range& r : ranges) scale.push_back(r.absmax() / m_options.format.spec.max);
        roundScales(m_options.scale, scale);
        QS_TRY(finiteScales(scale, m_options.scale, m_options.format.spec.max));
        return std::make_unique<MinifloatFitted>(layout, m_options, std::move(scale));
    }
    bool readsInTiles(Index, Index) const override { return true; }
    Index independentRows(Index rows, Index cols) const override
    {
        return m_options.layout(rows, cols).independentRows();
    }
    Index independentColumns(Index rows, Index cols) const override
    {
        return m_options.layout(rows, cols).independentColumns();
    }
    Result<std::unique_ptr<FittedGrid>> load(const ArrayStore& arrays, Index rows, Index cols) const override
    {
        const GroupLayout layout = m_options.layout(rows, cols);
        QS_ASSIGN(auto scale, loadScales(arrays, "grid.scale", m_options.scale, scaleShape(layout, m_options.flat),
                                         m_options.format.spec.max));
        return std::make_unique<MinifloatFitted>(layout, m_options, std::move(scale));
    }

private:
    Options m_options;
};

FitAnswer fits(std::string_view format, const ParamValues& v)
{
    const std::string& name = v.text("format");
    const GroupSpec group = *GroupSpec::parse(v.text("group"));
    const bool flat = v.text("layout") == "flat";
    if (format == "bitsandbytes") {
        if (name != "fp4_bnb") return {"bitsandbytes' FP4 has its own table; use format=fp4_bnb"};
        if (!flat) return {"bitsandbytes blocks run over the flattened matrix; use layout=flat"};
        if (v.text("scale") != "f32") return {"bitsandbytes scales are F32; use scale=f32"};
        if (group.size < 32 || group.size > 4096 || (group.size & (group.size - 1)) != 0)
            return {"bitsandbytes blocks are powers of two from 32 to 4096"};
        return {};
    }
    if (format == "compressed-tensors") {
        if (name != "fp8_e4m3") return {"float-quantized holds FP8 E4M3 only; nearest for 4 bits: nvfp4 or mx:format=mxfp4"};
        const bool block = group.kind == GroupSpec::Block && group.size == 128 && group.blockRows == 128;
        if (flat || (group.kind == GroupSpec::Columns) || (group.kind == GroupSpec::Block && !block))
            return {"float-quantized has one scale per row, tensor or 128x128 block; use group=row"};
        return {};
    }
    if (format == "gguf") return {"GGUF has no such type; nearest: ggml:type=mxfp4 or q8_0, or export decoded values"};
    if (format == "gptq" || format == "awq" || format == "hqq")
        return {std::string(format) + " files hold integers; export decoded values, or use uniform"};
    return {};
}

} // namespace

void registerMinifloat(Registry& registry);
void registerMinifloat(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Grid;
    info.name = "minifloat";
    info.title = "Minifloat";
    info.summary = "Floats of 3 to 8 bits times one absmax scale a group.";
    info.source = "OCP FP8 and MX element formats; bitsandbytes FP4; related_methods.md §10, §11, §23";
    std::vector<std::string> names;
    for (const auto& f : kMinifloats) names.emplace_back(f.name);
    info.params = {
        ParamSpec::choice("format", "fp4", std::move(names), "fp4 is E2M1, fp3 is E2M0"),
        ParamSpec::group("64"),
        ParamSpec::scaleType("f16"),
        ParamSpec::choice("layout", "row", {"row", "flat"}, "groups within rows, or blocks of the flattened matrix (bitsandbytes)"),
    };
    info.fits = fits;
    info.makeGrid = [](const ParamValues& v) -> Result<std::unique_ptr<Grid>> {
        Options o;
        for (const auto& f : kMinifloats)
            if (f.name == v.text("format")) o.format = f;
        const auto group = GroupSpec::parse(v.text("group"));
        if (!group || o.format.name.empty()) return fail(ErrorCode::Usage, "minifloat: format or group can't be read");
        o.group = *group;
        o.flat = v.text("layout") == "flat";
        o.scale = scaleDType(v);
        if (o.flat && o.group.kind != GroupSpec::Columns)
            return fail(Error(ErrorCode::Usage, "layout=flat takes a group of a number of weights").got(v.text("group")));
        return std::make_unique<Minifloat>(o);
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
