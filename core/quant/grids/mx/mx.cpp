// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grids/mx/element.h"

#include "core/blocks/bit_stream.h"
#include "core/quant/grouped_grid.h"
#include "core/quant/registry.h"

namespace qs::quant {
namespace {

struct Options {
    MxFormat format;
    MxScale rule = MxScale::Floor;
    Ties ties = Ties::Even;
};

std::vector<float> elementLevels(const MxFormat& format)
{
    if (!format.integer) return minifloatLevels(format.spec);
    std::vector<float> out(256);
    for (int c = 0; c < 256; ++c)
        out[static_cast<std::size_t>(c)] = static_cast<float>(static_cast<std::int8_t>(c)) / 64.0F;
    return out;
}

GroupLayout blocksOf(Index rows, Index cols) { return {rows, cols, GroupSpec{GroupSpec::Columns, kMxBlock, 1}}; }

class MxFitted : public GroupedGrid {
public:
    MxFitted(const GroupLayout& layout, const Options& o, std::vector<std::uint8_t> scale)
        : GroupedGrid(layout, o.format.bits()), m_options(o), m_scale(std::move(scale)), m_levels(elementLevels(o.format)),
          m_encoder(o.format, o.rule, o.ties)
    {
    }
    void nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const override
    {
        forStretches(row, col0, w.size(), [&](std::size_t g, std::size_t at, std::size_t n, std::size_t) {
            m_encoder.encode(w.data() + at, n, m_scale.data() + g, codes.data() + at);
        });
    }
    void decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const override
    {
        constexpr std::size_t kAtOnce = 64; // blocks
        const GroupKernels& kernels = groupKernels();
        forStretches(row, col0, codes.size(), [&](std::size_t g, std::size_t at, std::size_t n, std::size_t size) {
            for (std::size_t from = 0; from < n; from += kAtOnce * size, g += kAtOnce) {
                const std::size_t count = std::min(n - from, kAtOnce * size);
                float scale[kAtOnce];
                for (std::size_t b = 0; b * size < count; ++b) scale[b] = e8m0ToFloat(m_scale[g + b]);
                kernels.decodeLevels(codes.data() + at + from, count, size, m_levels.data(), m_levels.size(), scale, scale,
                                     out.data() + at + from);
            }
        });
    }
    std::vector<float> levels(Index group) const override
    {
        std::vector<float> out = m_levels;
        for (float& v : out) v *= e8m0ToFloat(m_scale[static_cast<std::size_t>(group)]);
        return out;
    }
    std::vector<GroupMap> maps() const override
    {
        std::vector<float> scale;
        for (const auto b : m_scale) scale.push_back(e8m0ToFloat(b));
        return {groupMap("scale", "weight units", std::move(scale))};
    }
    Status checkCodes(const ArrayStore& arrays) const override
    {
        QS_TRY(FittedGrid::checkCodes(arrays));
        if (m_bits != 8 || m_options.format.integer) return {};
        std::vector<std::uint8_t> codes(static_cast<std::size_t>(cols()));
        for (Index r = 0; r < rows(); ++r) {
            codesOfRow(arrays, r, codes);
            for (const auto c : codes)
                if ((c & 0x7FU) > m_options.format.spec.maxCode)
                    return fail(Error(ErrorCode::Malformed, "array codes holds the code of Inf or NaN in row " + std::to_string(r)));
        }
        return {};
    }

protected:
    void storeParameters(ArrayStore& out) const override
    {
        out.add<std::uint8_t>("grid.scale", DType::U8, m_layout.mapShape(), m_scale);
    }

private:
    Options m_options;
    std::vector<std::uint8_t> m_scale; // E8M0
    std::vector<float> m_levels;       // by code, at scale 1
    MxEncoder m_encoder;
};

class Mx : public Grid {
public:
    explicit Mx(const Options& o) : m_options(o) {}
    StorageBits storage(Index rows, Index cols) const override
    {
        return {8 * static_cast<std::uint64_t>(rows) *
                    blocks::packedRowBytes(static_cast<std::uint64_t>(cols), m_options.format.bits()),
                8 * static_cast<std::uint64_t>(blocksOf(rows, cols).groups())};
    }
    Result<std::unique_ptr<FittedGrid>> fit(const FitInput& input, const Context& context) const override
    {
        const MatrixView w = input.weights;
        const GroupLayout layout = blocksOf(w.rows, w.cols);
        const std::vector<float> levels = elementLevels(m_options.format);
        std::vector<std::uint8_t> scale(static_cast<std::size_t>(layout.groups()));
        const MxEncoder encoder(m_options.format, m_options.rule, m_options.ties);
        const bool done = forRanges(context, layout, w, true, [&](std::size_t first, std::span<const Range> ranges) {
            for (std::size_t k = 0; k < ranges.size(); ++k) {
                const auto g = static_cast<Index>(first + k);
                std::uint8_t byte = mxScaleByte(ranges[k].absmax(), m_options.format.emax(), m_options.rule);
                if (m_options.rule == MxScale::Best && byte < mxLargestByte(m_options.format.emax()) &&
                    error(layout, g, w, levels, encoder, static_cast<std::uint8_t>(byte + 1)) <
                        error(layout, g, w, levels, encoder, byte))
                    ++byte;
                scale[first + k] = byte;
            }
        });
        if (!done) return cancelled();
        return std::make_unique<MxFitted>(layout, m_options, std::move(scale));
    }
    Index independentRows(Index rows, Index cols) const override { return blocksOf(rows, cols).independentRows(); }
    Index independentColumns(Index rows, Index cols) const override { return blocksOf(rows, cols).independentColumns(); }
    Result<std::unique_ptr<FittedGrid>> load(const ArrayStore& arrays, Index rows, Index cols) const override
    {
        const GroupLayout layout = blocksOf(rows, cols);
        QS_ASSIGN(const Array* a, arrays.get("grid.scale", DType::U8, layout.mapShape()));
        const auto bytes = a->as<std::uint8_t>();
        for (const auto b : bytes)
            if (b > mxLargestByte(m_options.format.emax()))
                return fail(Error(ErrorCode::Malformed, "array grid.scale holds an E8M0 byte whose values are not finite")
                                .got(std::to_string(b)));
        return std::make_unique<MxFitted>(layout, m_options, std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
    }

private:
    double error(const GroupLayout& layout, Index g, MatrixView w, const std::vector<float>& levels,
                 const MxEncoder& encoder, std::uint8_t byte) const
    {
        double sum = 0;
        forEachSpan(layout, g, w, [&](std::span<const float> run) {
            std::uint8_t codes[kMxBlock];
            float decoded[kMxBlock];
            encoder.encode(run.data(), run.size(), &byte, codes);
            decodeLevels({codes, run.size()}, levels, e8m0ToFloat(byte), decoded);
            sum += squareError({decoded, run.size()}, run);
        });
        return sum;
    }
    Options m_options;
};

FitAnswer fits(std::string_view format, const ParamValues& v)
{
    const std::string& name = v.text("format");
    if (format == "compressed-tensors") {
        if (name == "mxfp4" || name == "mxfp8_e4m3") return {};
        return {"compressed-tensors holds MXFP4 and MXFP8 E4M3; use format=mxfp4 or format=mxfp8_e4m3"};
    }
    if (format == "gguf")
        return {name == "mxfp4" ? "" : "GGUF has only MXFP4 of these; use format=mxfp4, or export decoded values"};
    if (format == "gptq" || format == "awq" || format == "hqq" || format == "bitsandbytes")
        return {std::string(format) + " files hold no MX blocks; export decoded values"};
    return {};
}

} // namespace

void registerMx(Registry& registry);
void registerMx(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Grid;
    info.name = "mx";
    info.title = "Microscaling (MX)";
    info.summary = "Blocks of 32 small floats or integers that share a power of two.";
    info.source = "OCP Microscaling Formats 1.0; microxcaling; compressed-tensors; related_methods.md §24";
    std::vector<std::string> names;
    for (const auto& f : kMxFormats) names.emplace_back(f.name);
    info.params = {
        ParamSpec::choice("format", "mxfp4", std::move(names), "element format"),
        ParamSpec::choice("scale_rule", "floor", {"floor", "three_quarters", "ggml", "best"},
                          "how the shared exponent follows from the largest weight of a block"),
        ParamSpec::choice("ties", "even", {"even", "away"}, "rounding of exact halves; away from zero is microxcaling's"),
    };
    info.fits = fits;
    info.makeGrid = [](const ParamValues& v) -> Result<std::unique_ptr<Grid>> {
        Options o;
        for (const auto& f : kMxFormats)
            if (f.name == v.text("format")) o.format = f;
        if (o.format.name.empty()) return fail(ErrorCode::Usage, "mx: unknown format");
        const std::string& rule = v.text("scale_rule");
        o.rule = rule == "three_quarters" ? MxScale::ThreeQuarters
               : rule == "ggml"           ? MxScale::Ggml
               : rule == "best"           ? MxScale::Best
                                          : MxScale::Floor;
        o.ties = v.text("ties") == "away" ? Ties::Away : Ties::Even;
        if (o.rule == MxScale::Ggml && o.format.name != "mxfp4")
            return fail(Error(ErrorCode::Usage, "scale_rule=ggml is for MXFP4 only").fix("use scale_rule=floor"));
        return std::make_unique<Mx>(o);
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
