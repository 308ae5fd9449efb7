// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grids/uniform/element.h"

#include "core/blocks/bit_stream.h"
#include "core/quant/grid_kernels.h"
#include "core/quant/grouped_grid.h"
#include "core/quant/ladder_grid.h"
#include "core/quant/learnable_grid.h"
#include "core/quant/registry.h"

namespace qs::quant {
namespace {

struct Options {
    int bits = 4;
    GroupSpec group;
    DType scale = DType::F16;
    UniformScheme scheme = UniformScheme::Asym;
    bool clip = false;
};

constexpr const char* kSchemes[] = {"asym", "asym_minmax", "sym", "sym_absmax", "sym_full", "gptq_official", "awq_official"};

UniformScheme schemeOf(const std::string& name)
{
    for (std::size_t i = 0; i < std::size(kSchemes); ++i)
        if (name == kSchemes[i]) return static_cast<UniformScheme>(i);
    return UniformScheme::Asym;
}

class UniformFitted : public GroupedGrid, public LadderGrid, public LearnableGrid {
public:
    UniformFitted(const GroupLayout& layout, const Options& o, std::vector<float> scale, std::vector<float> zero)
        : GroupedGrid(layout, o.bits), m_options(o), m_scale(std::move(scale)), m_zero(std::move(zero)),
          m_top(static_cast<float>((1 << o.bits) - 1)), m_middle(static_cast<float>(1 << (o.bits - 1)))
    {
    }
    void nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const override
    {
        const GroupKernels& kernels = groupKernels();
        forStretches(row, col0, w.size(), [&](std::size_t g, std::size_t at, std::size_t n, std::size_t size) {
            kernels.encodeUniform(w.data() + at, n, size, m_scale.data() + g, zeros(g), zeroStep(), m_top, codes.data() + at);
        });
    }
    void decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const override
    {
        const GroupKernels& kernels = groupKernels();
        forStretches(row, col0, codes.size(), [&](std::size_t g, std::size_t at, std::size_t n, std::size_t size) {
            kernels.decodeUniform(codes.data() + at, n, size, m_scale.data() + g, zeros(g), zeroStep(), out.data() + at);
        });
    }
    void quantizeColumn(Index row0, Index col, std::span<const float> w, std::span<std::uint8_t> codes,
                        std::span<float> values) const override
    {
        // The kernels' arithmetic with a scale for each row.
        constexpr float kMagic = 12582912.0F; // 1.5·2^23: adding it rounds to a whole number, half to even
        float scale[kPiece];
        float zero[kPiece];
        std::int32_t wide[kPiece];
        forPieces(w.size(), [&](std::size_t at, std::size_t n) {
            for (std::size_t r = 0; r < n; ++r) {
                const auto g = static_cast<std::size_t>(m_layout.group(row0 + static_cast<Index>(at + r), col));
                scale[r] = m_scale[g];
                zero[r] = *zeros(g);
            }
            for (std::size_t r = 0; r < n; ++r) {
                float v = w[at + r] / (scale[r] == 0.0F ? std::numeric_limits<float>::infinity() : scale[r]);
                const float hi = m_top - zero[r];
                v = v < -zero[r] ? -zero[r] : v;
                v = v > hi ? hi : v;
                const float whole = (v + kMagic) - kMagic;
                wide[r] = static_cast<std::int32_t>(whole + zero[r]);
                values[at + r] = scale[r] * (static_cast<float>(wide[r]) - zero[r]);
            }
            for (std::size_t r = 0; r < n; ++r) codes[at + r] = static_cast<std::uint8_t>(wide[r]);
        });
    }
    std::vector<float> levels(Index group) const override
    {
        std::vector<float> out(std::size_t(1) << m_bits);
        std::vector<std::uint8_t> codes(out.size());
        for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::uint8_t>(i);
        const auto g = static_cast<std::size_t>(group);
        decodeUniform(codes, m_scale[g], *zeros(g), out.data());
        return out;
    }
    std::vector<GroupMap> maps() const override
    {
        std::vector<GroupMap> out;
        out.push_back(groupMap("scale", "weight units", m_scale, m_options.scheme == UniformScheme::SymFull));
        if (!m_zero.empty()) out.push_back(groupMap("zero", "codes", m_zero));
        return out;
    }

    const GroupLayout& ladderLayout() const override { return m_layout; }
    int ladderTop() const override { return static_cast<int>(m_top); }
    DType ladderScaleType() const override { return m_options.scale; }
    std::span<const float> ladderScales() const override { return m_scale; }
    float ladderZero(Index group) const override { return *zeros(static_cast<std::size_t>(group)); }
    bool hasLadderZeros() const override { return !m_zero.empty(); }
    void setLadders(std::vector<float> scales, std::vector<float> zeros) override
    {
        m_scale = std::move(scales);
        m_zero = std::move(zeros);
    }
    // Zero points stay: they are whole numbers.
    Result<LearnableLevels> learnableLevels() const override
    {
        if (m_options.scheme == UniformScheme::SymFull)
            return fail(Error(ErrorCode::Lacking, "scheme=sym_full has signed scales, which can't be learned").fix("use scheme=asym or sym"));
        LearnableLevels l;
        l.layout = m_layout;
        l.levels = static_cast<Index>(m_top) + 1;
        l.scales.assign(m_scale.begin(), m_scale.end());
        for (Index k = 0; k < l.levels; ++k) l.basis.push_back(static_cast<double>(k));
        l.offsets.assign(m_scale.size(), 0.0);
        for (std::size_t g = 0; g < m_scale.size(); ++g) l.shifts.push_back(static_cast<double>(*zeros(g)));
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
        out.addFloats("grid.scale", m_options.scale, m_layout.mapShape(), m_scale);
        if (m_zero.empty()) return;
        const Index perRow = m_layout.groupsPerRow();
        const std::uint64_t rowBytes = blocks::packedRowBytes(static_cast<std::uint64_t>(perRow), m_bits);
        Array a{"grid.zero", DType::I32, {m_layout.groupRows(), static_cast<Index>(rowBytes / 4)}, {}};
        a.bytes.resize(rowBytes * static_cast<std::uint64_t>(m_layout.groupRows()));
        std::vector<std::uint8_t> codes(static_cast<std::size_t>(perRow));
        for (Index r = 0; r < m_layout.groupRows(); ++r) {
            for (std::size_t k = 0; k < codes.size(); ++k)
                codes[k] = static_cast<std::uint8_t>(m_zero[static_cast<std::size_t>(r * perRow) + k]);
            blocks::packRow(codes, m_bits, std::span(a.bytes).subspan(static_cast<std::size_t>(r) * rowBytes, rowBytes));
        }
        out.add(std::move(a));
    }

private:
    const float* zeros(std::size_t g) const { return m_zero.empty() ? &m_middle : m_zero.data() + g; }
    std::size_t zeroStep() const { return m_zero.empty() ? 0 : 1; }

    Options m_options;
    std::vector<float> m_scale;
    std::vector<float> m_zero; // empty: symmetric
    float m_top;
    float m_middle;
};

class Uniform : public Grid, public LadderSource, public LearnableSource {
public:
    explicit Uniform(const Options& o) : m_options(o) {}
    StorageBits storage(Index rows, Index cols) const override
    {
        const GroupLayout layout(rows, cols, m_options.group);
        StorageBits s;
        s.payload = 8 * static_cast<std::uint64_t>(rows) *
                    blocks::packedRowBytes(static_cast<std::uint64_t>(cols), m_options.bits);
        s.metadata = static_cast<std::uint64_t>(layout.groups()) * scaleBits(m_options.scale);
        if (isAsymmetric(m_options.scheme))
            s.metadata += 8 * static_cast<std::uint64_t>(layout.groupRows()) *
                          blocks::packedRowBytes(static_cast<std::uint64_t>(layout.groupsPerRow()), m_options.bits);
        return s;
    }
    Result<std::unique_ptr<FittedGrid>> fit(const FitInput& input, const Context& context) const override
    {
        const MatrixView w = input.weights;
        const GroupLayout layout(w.rows, w.cols, m_options.group);
        const auto groups = static_cast<std::size_t>(layout.groups());
        std::vector<float> scale(groups);
        std::vector<float> zero(isAsymmetric(m_options.scheme) ? groups : 0);
        const bool done = forRanges(context, layout, w, withZero(), [&](std::size_t first, std::span<const Range> ranges) {
            chooseLevels(first, ranges, scale, zero, context, [&](std::size_t g, auto&& f) { forEachSpan(layout, static_cast<Index>(g), w, f); });
        });
        if (!done) return cancelled();
        QS_TRY(finiteScales(scale, m_options.scale, furthest()));
        return std::make_unique<UniformFitted>(layout, m_options, std::move(scale), std::move(zero));
    }
    Result<std::unique_ptr<FittedGrid>> fitRows(const InputRows& rows, const Context& context) const override
    {
        const GroupLayout layout(rows.rows(), rows.cols(), m_options.group);
        const auto groups = static_cast<std::size_t>(layout.groups());
        std::vector<float> scale(groups);
        std::vector<float> zero(isAsymmetric(m_options.scheme) ? groups : 0);
        QS_ASSIGN(const auto ranges, rangesOfRows(rows, layout, withZero(), context));
        std::vector<Status> states(groups);
        parallelFor(context, layout.groups(), 1, [&](Index b, Index e) {
            for (auto g = static_cast<std::size_t>(b); g < static_cast<std::size_t>(e); ++g) {
                GroupReader reader(rows, layout);
                reader.endAt(static_cast<Index>(g));
                chooseLevels(g, std::span(ranges).subspan(g, 1), scale, zero, context, [&](std::size_t k, auto&& f) {
                    auto ok = reader.forEachRun(static_cast<Index>(k), [&](const GroupRun& run) { f(run.weights); });
                    if (!ok) states[g] = std::move(ok);
                });
            }
        });
        if (context.stopped()) return cancelled();
        for (Status& s : states) QS_TRY(std::move(s));
        QS_TRY(finiteScales(scale, m_options.scale, furthest()));
        return std::make_unique<UniformFitted>(layout, m_options, std::move(scale), std::move(zero));
    }
    bool readsInTiles(Index, Index) const override { return true; }
    Index independentRows(Index rows, Index cols) const override
    {
        return GroupLayout(rows, cols, m_options.group).independentRows();
    }
    Status learnsLevels() const override
    {
        if (m_options.scheme != UniformScheme::SymFull) return {};
        return fail(Error(ErrorCode::Lacking, "scheme=sym_full has signed scales, which can't be learned").fix("use scheme=asym or sym"));
    }
    Status learnable() const override
    {
        if (m_options.scheme == UniformScheme::SymFull)
            return fail(Error(ErrorCode::Lacking, "scheme=sym_full has signed scales, whose logarithms can't be learned").fix("use scheme=asym or sym"));
        const bool alongRows = m_options.group.kind == GroupSpec::Columns || m_options.group.kind == GroupSpec::Row;
        if (!alongRows) return fail(Error(ErrorCode::Lacking, "learned rounding needs groups within rows").fix("use group=row or a number of columns"));
        return {};
    }
    Index independentColumns(Index rows, Index cols) const override
    {
        return GroupLayout(rows, cols, m_options.group).independentColumns();
    }
    Result<std::unique_ptr<FittedGrid>> load(const ArrayStore& arrays, Index rows, Index cols) const override
    {
        const GroupLayout layout(rows, cols, m_options.group);
        QS_ASSIGN(auto scale, loadScales(arrays, "grid.scale", m_options.scale, layout.mapShape(), furthest()));
        std::vector<float> zero;
        if (isAsymmetric(m_options.scheme)) {
            const auto perRow = static_cast<std::size_t>(layout.groupsPerRow());
            const std::uint64_t rowBytes = blocks::packedRowBytes(perRow, m_options.bits);
            QS_ASSIGN(const Array* a, arrays.get("grid.zero", DType::I32,
                                                 {layout.groupRows(), static_cast<Index>(rowBytes / 4)}));
            std::vector<std::uint8_t> codes(perRow);
            zero.reserve(scale.size());
            for (Index r = 0; r < layout.groupRows(); ++r) {
                blocks::unpackRow(std::span(a->bytes).subspan(static_cast<std::size_t>(r) * rowBytes, rowBytes),
                                  m_options.bits, codes);
                zero.insert(zero.end(), codes.begin(), codes.end());
            }
        }
        return std::make_unique<UniformFitted>(layout, m_options, std::move(scale), std::move(zero));
    }

private:
    bool withZero() const { return m_options.scheme != UniformScheme::AwqOfficial; }
    // Scales and zero points of consecutive groups from their ranges; spans(g, f) calls f(run) for each run of group g.
    template <class Spans>
    void chooseLevels(std::size_t first, std::span<const Range> ranges, std::span<float> scale, std::span<float> zero,
                      const Context& context, const Spans& spans) const
    {
        const auto scales = scale.subspan(first, ranges.size());
        for (std::size_t k = 0; k < ranges.size(); ++k) {
            const Range r = ranges[k];
            scales[k] = uniformScale(m_options.scheme, m_options.bits, r.lo, r.hi, signedPeak(first + k, r, spans), 1.0F);
        }
        roundScales(m_options.scale, scales);
        if (!zero.empty())
            for (std::size_t k = 0; k < ranges.size(); ++k)
                zero[first + k] = uniformZero(m_options.scheme, m_options.bits, ranges[k].lo, ranges[k].hi, 1.0F, scales[k]);
        if (!m_options.clip) return;
        for (std::size_t k = 0; k < ranges.size(); ++k) {
            if (!std::isfinite(scales[k])) continue;
            const UniformLevels best = shrink(first + k, ranges[k], signedPeak(first + k, ranges[k], spans), spans, context);
            scales[k] = best.scale;
            if (!zero.empty()) zero[first + k] = best.zero;
        }
    }
    // Steps from the zero point to the furthest level.
    float furthest() const
    {
        return static_cast<float>(isAsymmetric(m_options.scheme) ? (1 << m_options.bits) - 1 : 1 << (m_options.bits - 1));
    }
    // The weight of largest magnitude with its sign; the first one where both ends are equally far.
    template <class Spans>
    float signedPeak(std::size_t g, const Range& r, const Spans& spans) const
    {
        if (m_options.scheme != UniformScheme::SymFull) return 0;
        if (-r.lo != r.hi) return -r.lo > r.hi ? r.lo : r.hi;
        float peak = 0;
        spans(g, [&](std::span<const float> run) {
            for (std::size_t i = 0; i < run.size() && peak == 0.0F; ++i)
                if (std::fabs(run[i]) == r.hi) peak = run[i];
        });
        return peak;
    }
    // GPTQ's search: shrink the range by 0 to 79 %, least Σ|ŵ − w|^2.4, the widest on ties.
    template <class Spans>
    UniformLevels shrink(std::size_t g, const Range& r, float peak, const Spans& spans, const Context& context) const
    {
        const auto top = static_cast<float>((1 << m_options.bits) - 1);
        UniformLevels best;
        double least = 0;
        std::uint8_t codes[kPiece];
        float decoded[kPiece];
        for (int i = 0; i < 80 && !context.stopped(); ++i) {
            const auto p = static_cast<float>(1.0 - i / 100.0);
            const UniformLevels l = uniformLevels(m_options.scheme, m_options.bits, r.lo, r.hi, peak, p, m_options.scale);
            double error = 0;
            spans(g, [&](std::span<const float> run) {
                forPieces(run.size(), [&](std::size_t at, std::size_t n) {
                    encodeUniform(run.subspan(at, n), l.scale, l.zero, top, codes);
                    decodeUniform({codes, n}, l.scale, l.zero, decoded);
                    error += powerError({decoded, n}, run.subspan(at, n));
                });
            });
            if (i == 0 || error < least) {
                least = error;
                best = l;
            }
        }
        return best;
    }

    Options m_options;
};

FitAnswer fits(std::string_view format, const ParamValues& v)
{
    const auto bits = v.integer("bits");
    const GroupSpec group = *GroupSpec::parse(v.text("group"));
    const bool asym = isAsymmetric(schemeOf(v.text("scheme")));
    const std::string& scale = v.text("scale");
    const bool alongRows = group.kind == GroupSpec::Columns || group.kind == GroupSpec::Row;
    if (format == "gguf") { // as Q4_0, Q5_0 or Q8_0: an integer around 0 and an F16 scale for 32 neighbours
        const std::string nearest = std::string("; nearest: ggml:type=")
                                  + (bits <= 2 ? "q2_k" : bits == 3 ? "q3_k" : bits == 4 ? (asym ? "q4_1" : "q4_0")
                                     : bits == 5 ? (asym ? "q5_1" : "q5_0") : bits == 6 ? "q6_k" : "q8_0");
        if (scale != "f16") return {"GGUF's integer blocks have F16 scales; use scale=f16"};
        if (!alongRows && group.kind != GroupSpec::Tensor) return {"GGUF's blocks run along the inputs" + nearest};
        if (group.kind == GroupSpec::Columns && group.size % 32 != 0)
            return {"GGUF's blocks have 32 weights; use group=32 or a multiple of it" + nearest};
        if (asym && bits == 8) return {"8 bits and a zero point leave GGUF's Q8_0; use scheme=sym, or bits=7"};
        return {};
    }
    if (format == "gptq") {
        if (bits != 2 && bits != 3 && bits != 4 && bits != 8) return {"GPTQ files hold 2, 3, 4 or 8 bits"};
        if (!alongRows) return {"GPTQ files hold groups of input columns or whole rows"};
        if (scale != "f16") return {"GPTQ scales are F16; use scale=f16"};
        return {};
    }
    if (format == "awq") {
        if (bits != 4) return {"AWQ files hold 4 bits"};
        if (group.kind != GroupSpec::Columns) return {"AWQ files hold groups of input columns; use group=128"};
        if (scale != "f16") return {"AWQ scales are F16; use scale=f16"};
        return {};
    }
    if (format == "compressed-tensors") {
        if (!alongRows) return {"pack-quantized holds groups of input columns or whole rows"};
        if (asym && bits != 4 && bits != 8) return {"pack-quantized with zero points holds 4 or 8 bits; use scheme=sym"};
        if (bits < 2) return {"pack-quantized holds 2 to 8 bits"};
        if (scale == "f32") return {"pack-quantized scales have the model's type; use scale=f16 or scale=bf16"};
        return {};
    }
    if (format == "bitsandbytes")
        return {"bitsandbytes stores NF4 and FP4 blocks; nearest: nf:format=nf4,layout=flat"};
    if (format == "hqq") return {"HQQ files hold a float zero point per group; nearest: hqq"};
    return {};
}

} // namespace

void registerUniform(Registry& registry);
void registerUniform(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Grid;
    info.name = "uniform";
    info.title = "Integers";
    info.summary = "Evenly spaced levels: scale times an integer, with or without a zero point.";
    info.source = "related_methods.md §1: GPTQ (arXiv 2210.17323), AWQ (arXiv 2306.00978), AutoRound; llama.cpp";
    info.params = {
        ParamSpec::integer("bits", 4, 1, 8, "bits", "bits of a code"),
        ParamSpec::group("128"),
        ParamSpec::scaleType("f16"),
        ParamSpec::choice("scheme", "asym", std::vector<std::string>(std::begin(kSchemes), std::end(kSchemes)),
                          "how scale and zero point follow from the group's weights"),
        ParamSpec::choice("clip", "none", {"none", "mse"}, "mse: shrink the range by 0 to 79 %, least sum of |error|^2.4"),
    };
    info.fits = fits;
    info.makeGrid = [](const ParamValues& v) -> Result<std::unique_ptr<Grid>> {
        Options o;
        o.bits = static_cast<int>(v.integer("bits"));
        const auto group = GroupSpec::parse(v.text("group"));
        if (!group) return fail(ErrorCode::Usage, "uniform: group can't be read");
        o.group = *group;
        o.scale = scaleDType(v);
        o.scheme = schemeOf(v.text("scheme"));
        o.clip = v.text("clip") == "mse";
        if (o.bits == 1 && o.scheme == UniformScheme::SymAbsmax)
            return fail(Error(ErrorCode::Usage, "scheme=sym_absmax has no level but 0 at 1 bit").fix("use bits=2 or more, or sym_full"));
        return std::make_unique<Uniform>(o);
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
