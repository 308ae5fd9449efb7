// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grids/nf/element.h"

#include "core/blocks/bit_stream.h"
#include "core/blocks/nf_tables.h"
#include "core/quant/grid_kernels.h"
#include "core/quant/grouped_grid.h"
#include "core/quant/learnable_grid.h"
#include "core/quant/registry.h"

#include <array>
#include <optional>

namespace qs::quant {
namespace {

struct Options {
    std::span<const float> table;
    int bits = 4;
    GroupSpec group;
    bool flat = false;
    bool nested = false;
    DType scale = DType::F32;

    GroupLayout layout(Index rows, Index cols) const
    {
        return flat ? GroupLayout::flat(rows, cols, group.size) : GroupLayout(rows, cols, group);
    }
};

class NfFitted : public GroupedGrid, public LearnableGrid {
public:
    // `encode` are the scales that codes are chosen with, `scale` those that readers get.
    NfFitted(const GroupLayout& layout, const Options& o, std::vector<float> scale, std::vector<float> encode,
             std::optional<NestedScales> nested)
        : GroupedGrid(layout, o.bits), m_options(o), m_scale(std::move(scale)), m_encode(std::move(encode)),
          m_nested(std::move(nested)), m_search(LevelSearch::midpoints(o.table))
    {
        std::copy(o.table.begin(), o.table.end(), m_table.begin());
    }
    void nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const override
    {
        const GroupKernels& kernels = groupKernels();
        const float* scale = m_encode.empty() ? m_scale.data() : m_encode.data();
        forStretches(row, col0, w.size(), [&](std::size_t g, std::size_t at, std::size_t n, std::size_t size) {
            kernels.encodeLevels(w.data() + at, n, size, m_search, Scaling::Inverse, scale + g, nullptr, codes.data() + at);
        });
    }
    void decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const override
    {
        const GroupKernels& kernels = groupKernels();
        forStretches(row, col0, codes.size(), [&](std::size_t g, std::size_t at, std::size_t n, std::size_t size) {
            const float* scale = m_scale.data() + g;
            kernels.decodeLevels(codes.data() + at, n, size, m_table.data(), m_table.size(), scale, scale, out.data() + at);
        });
    }
    std::vector<float> levels(Index group) const override
    {
        std::vector<float> out(m_options.table.begin(), m_options.table.end());
        for (float& v : out) v *= m_scale[static_cast<std::size_t>(group)];
        return out;
    }
    std::vector<GroupMap> maps() const override { return {groupMap("scale", "weight units", m_scale)}; }

    Result<LearnableLevels> learnableLevels() const override
    {
        if (m_nested)
            return fail(Error(ErrorCode::Lacking, "double=1 rounds scales to a table, which is not learned").fix("use double=0, or the grid lcq with double=1"));
        LearnableLevels l;
        l.layout = m_layout;
        l.levels = static_cast<Index>(m_options.table.size());
        l.scales.assign(m_scale.begin(), m_scale.end());
        l.basis.assign(m_options.table.begin(), m_options.table.end());
        l.offsets.assign(m_scale.size(), 0.0);
        l.round = [type = m_options.scale](auto& scales, auto&, auto&) {
            for (double& s : scales) s = static_cast<double>(roundLearned(type, s, true));
        };
        return l;
    }
    void takeLevels(const std::vector<double>& scales, const std::vector<double>&, const std::vector<double>&) override
    {
        for (std::size_t g = 0; g < m_scale.size(); ++g) m_scale[g] = roundLearned(m_options.scale, scales[g], true);
    }

protected:
    void storeParameters(ArrayStore& out) const override
    {
        const Shape shape = scaleShape(m_layout, m_options.flat);
        if (!m_nested) {
            out.addFloats("grid.scale", m_options.scale, shape, m_scale);
            return;
        }
        out.add<std::uint8_t>("grid.scale_codes", DType::U8, shape, m_nested->codes);
        out.addFloats("grid.scale_scale", DType::F32, {static_cast<Index>(m_nested->scale.size())}, m_nested->scale);
        out.addFloats("grid.scale_offset", DType::F32, {1}, {&m_nested->offset, 1});
        out.addFloats("grid.scale_map", DType::F32, {256}, m_nested->map);
    }

private:
    Options m_options;
    std::vector<float> m_scale;
    std::vector<float> m_encode; // empty: m_scale
    std::optional<NestedScales> m_nested;
    LevelSearch m_search;
    std::array<float, 16> m_table{}; // levels by code, at scale 1
};

class Nf : public Grid, public LearnableSource {
public:
    explicit Nf(const Options& o) : m_options(o) {}
    StorageBits storage(Index rows, Index cols) const override
    {
        const auto groups = static_cast<std::uint64_t>(m_options.layout(rows, cols).groups());
        StorageBits s;
        s.payload = 8 * static_cast<std::uint64_t>(rows) *
                    blocks::packedRowBytes(static_cast<std::uint64_t>(cols), m_options.bits);
        constexpr std::uint64_t kBlock = NestedScales::kBlock;
        s.metadata = m_options.nested ? 8 * groups + 32 * ((groups + kBlock - 1) / kBlock) + 32 + 32 * 256
                                      : groups * scaleBits(m_options.scale);
        return s;
    }
    Result<std::unique_ptr<FittedGrid>> fit(const FitInput& input, const Context& context) const override
    {
        const MatrixView w = input.weights;
        const GroupLayout layout = m_options.layout(w.rows, w.cols);
        std::vector<float> absmax(static_cast<std::size_t>(layout.groups()));
        const bool done = forRanges(context, layout, w, true, [&](std::size_t first, std::span<const Range> ranges) {
            for (std::size_t k = 0; k < ranges.size(); ++k) absmax[first + k] = ranges[k].absmax();
            roundScales(m_options.scale, std::span(absmax).subspan(first, ranges.size()));
        });
        if (!done) return cancelled();
        return fitted(layout, std::move(absmax));
    }
    Result<std::unique_ptr<FittedGrid>> fitRows(const InputRows& rows, const Context& context) const override
    {
        const GroupLayout layout = m_options.layout(rows.rows(), rows.cols());
        QS_ASSIGN(const auto ranges, rangesOfRows(rows, layout, true, context));
        std::vector<float> absmax;
        for (const Range& r : ranges) absmax.push_back(r.absmax());
        roundScales(m_options.scale, absmax);
        return fitted(layout, std::move(absmax));
    }
    bool readsInTiles(Index, Index) const override { return true; }
    Index independentRows(Index rows, Index cols) const override
    {
        return m_options.nested ? 0 : m_options.layout(rows, cols).independentRows(); // scales of scales are of all groups
    }
    Index independentColumns(Index rows, Index cols) const override
    {
        return m_options.nested ? 0 : m_options.layout(rows, cols).independentColumns();
    }
    Result<std::unique_ptr<FittedGrid>> load(const ArrayStore& arrays, Index rows, Index cols) const override
    {
        const GroupLayout layout = m_options.layout(rows, cols);
        const Shape shape = scaleShape(layout, m_options.flat);
        if (!m_options.nested) {
            QS_ASSIGN(auto scale, loadScales(arrays, "grid.scale", m_options.scale, shape));
            return std::make_unique<NfFitted>(layout, m_options, std::move(scale), std::vector<float>{}, std::nullopt);
        }
        NestedScales nested;
        QS_ASSIGN(const Array* codes, arrays.get("grid.scale_codes", DType::U8, shape));
        const auto bytes = codes->as<std::uint8_t>();
        nested.codes.assign(bytes.begin(), bytes.end());
        const Index blocks = (layout.groups() + Index(NestedScales::kBlock) - 1) / Index(NestedScales::kBlock);
        QS_ASSIGN(nested.scale, loadScales(arrays, "grid.scale_scale", DType::F32, {blocks}));
        QS_ASSIGN(auto offset, loadScales(arrays, "grid.scale_offset", DType::F32, {1}));
        QS_ASSIGN(auto map, loadScales(arrays, "grid.scale_map", DType::F32, {256}));
        nested.offset = offset[0];
        std::copy(map.begin(), map.end(), nested.map.begin());
        std::vector<float> scale = values(nested);
        for (const float s : scale)
            if (!std::isfinite(s)) return fail(ErrorCode::Malformed, "array grid.scale_codes decodes to a value that is not finite");
        return std::make_unique<NfFitted>(layout, m_options, std::move(scale), std::vector<float>{}, std::move(nested));
    }

private:
    Result<std::unique_ptr<FittedGrid>> fitted(const GroupLayout& layout, std::vector<float> absmax) const
    {
        QS_TRY(finiteScales(absmax, m_options.scale));
        if (!m_options.nested)
            return std::make_unique<NfFitted>(layout, m_options, std::move(absmax), std::vector<float>{}, std::nullopt);
        NestedScales nested = NestedScales::quantize(absmax);
        // As bitsandbytes: codes are chosen with the scales as they were, readers get the nested ones.
        std::vector<float> scale = values(nested);
        return std::make_unique<NfFitted>(layout, m_options, std::move(scale), std::move(absmax), std::move(nested));
    }
    static std::vector<float> values(const NestedScales& nested)
    {
        std::vector<float> out(nested.codes.size());
        for (std::size_t k = 0; k < out.size(); ++k) out[k] = nested.value(k);
        return out;
    }
    Options m_options;
};

FitAnswer fits(std::string_view format, const ParamValues& v)
{
    if (format == "bitsandbytes") {
        if (v.text("format") != "nf4") return {"bitsandbytes holds NF4 and FP4; NF3 has no place"};
        if (v.text("layout") != "flat") return {"bitsandbytes blocks run over the flattened matrix; use layout=flat"};
        if (v.text("scale") != "f32") return {"bitsandbytes scales are F32; use scale=f32"};
        const Index size = GroupSpec::parse(v.text("group"))->size;
        if (size < 32 || size > 4096 || (size & (size - 1)) != 0)
            return {"bitsandbytes blocks are powers of two from 32 to 4096"};
        return {};
    }
    if (format == "gguf")
        return {"GGUF has no NormalFloat type; nearest: ggml:type=iq4_nl, or export decoded values"};
    if (format == "gptq" || format == "awq" || format == "hqq")
        return {std::string(format) + " files hold integers; export decoded values, or use uniform"};
    if (format == "compressed-tensors")
        return {"compressed-tensors has no NormalFloat format; nearest: nvfp4, or export decoded values"};
    return {};
}

} // namespace

void registerNf(Registry& registry);
void registerNf(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Grid;
    info.name = "nf";
    info.title = "NormalFloat";
    info.summary = "Levels at the quantiles of a normal distribution, one absmax scale a group.";
    info.source = "QLoRA, arXiv 2305.14314; bitsandbytes (formats.md B4.1)";
    info.params = {
        ParamSpec::choice("format", "nf4", {"nf4", "nf3"}, "table of levels"),
        ParamSpec::group("64"),
        ParamSpec::scaleType("f32"),
        ParamSpec::choice("layout", "row", {"row", "flat"}, "groups within rows, or blocks of the flattened matrix (bitsandbytes)"),
        ParamSpec::flag("double", false, "store the scales in 8 bits, as bitsandbytes does"),
    };
    info.fits = fits;
    info.makeGrid = [](const ParamValues& v) -> Result<std::unique_ptr<Grid>> {
        Options o;
        const bool four = v.text("format") == "nf4";
        o.table = four ? std::span<const float>(blocks::kNf4) : std::span<const float>(blocks::kNf3);
        o.bits = four ? 4 : 3;
        const auto group = GroupSpec::parse(v.text("group"));
        if (!group) return fail(ErrorCode::Usage, "nf: group can't be read");
        o.group = *group;
        o.flat = v.text("layout") == "flat";
        o.nested = v.flag("double");
        o.scale = scaleDType(v);
        if (o.flat && o.group.kind != GroupSpec::Columns)
            return fail(Error(ErrorCode::Usage, "layout=flat takes a group of a number of weights").got(v.text("group")));
        if (o.nested && o.scale != DType::F32)
            return fail(Error(ErrorCode::Usage, "double=1 stores scales in its own types").fix("leave scale=f32"));
        return std::make_unique<Nf>(o);
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
