// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/ggml_blocks_of.h"

#include "core/blocks/ggml/ggml_blocks.h"
#include "core/blocks/ggml/ggml_parts.h"
#include "core/exec/parallel_for.h"
#include "core/tensor/float_bits.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cmath>

namespace qs::exporting {
namespace {

constexpr Index kBlock = 32;
constexpr std::size_t kBlockSize = 32;

std::string lowerName(DType type)
{
    std::string name(dtypeName(type));
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

tl::unexpected<Error> refuse(const quant::Decoder& decoder, std::string why, std::string remedy)
{
    return fail(Error(ErrorCode::NotRepresentable, "GGUF can't hold this result without loss: " + std::move(why))
                    .ofTensor(decoder.artefact().name)
                    .got(decoder.artefact().recipe.text())
                    .fix(std::move(remedy)));
}

// The scale of every group, as the grid tells it.
Result<std::vector<float>> scalesOf(const quant::Decoder& decoder)
{
    for (auto& map : decoder.grid().maps())
        if (map.name == "scale" && static_cast<Index>(map.values.size()) == decoder.grid().groups()) return std::move(map.values);
    return refuse(decoder, "its levels are no multiples of one scale", "quantize with ggml:type=..., or export decoded weights");
}

// Bounds of the integers value / scale; a block must lie in one group.
struct Span {
    int lo = 0;
    int hi = 0;
    bool whole = true; ///< all of them are whole numbers that give the value again
    bool apart = true; ///< no block lies in two groups
};

void widen(Span& s, const Span& o)
{
    s.lo = std::min(s.lo, o.lo);
    s.hi = std::max(s.hi, o.hi);
    s.whole = s.whole && o.whole;
    s.apart = s.apart && o.apart;
}

Span spanOfRow(const quant::Decoder& decoder, Index row, std::span<const float> scales, std::span<float> values, std::span<std::int16_t> whole)
{
    Span span;
    decoder.decodeRow(row, values);
    for (Index c = 0; c < decoder.cols(); ++c) {
        const Index group = decoder.grid().groupOf(row, c);
        if (group != decoder.grid().groupOf(row, c / kBlock * kBlock)) span.apart = false;
        const float scale = scales[static_cast<std::size_t>(group)];
        const float v = values[static_cast<std::size_t>(c)];
        const float n = scale == 0.0F ? 0.0F : std::nearbyint(v / scale);
        if (!(std::fabs(n) <= 1024.0F) || static_cast<float>(n) * scale != v) {
            span.whole = false;
            return span;
        }
        whole[static_cast<std::size_t>(c)] = static_cast<std::int16_t>(n);
        span.lo = std::min(span.lo, static_cast<int>(n));
        span.hi = std::max(span.hi, static_cast<int>(n));
    }
    return span;
}

/// Types of an integer and an F16 scale: how far the integers reach.
struct Symmetric {
    DType type;
    int lo;
    int hi;
};
constexpr Symmetric kSymmetric[] = {{DType::Q4_0, -8, 7}, {DType::Q5_0, -16, 15}, {DType::Q8_0, -128, 127}};

Result<GgmlBlocks> fromIntegers(const quant::Decoder& decoder, std::optional<DType> wanted, const Context& context)
{
    QS_ASSIGN(const auto scales, scalesOf(decoder));
    for (const float s : scales)
        if (roundToHalf(s) != s) return refuse(decoder, "its scales are no F16 numbers", "quantize with scale=f16, or export decoded weights");
    const auto cols = static_cast<std::size_t>(decoder.cols());
    const auto each = [&](const auto& use) {
        return reduceOrdered(
            context, decoder.rows(), 16, Span{},
            [&](Index b, Index e) {
                Span part;
                std::vector<float> values(cols);
                std::vector<std::int16_t> whole(cols);
                for (Index r = b; r < e; ++r) {
                    widen(part, spanOfRow(decoder, r, scales, values, whole));
                    use(r, std::span<const std::int16_t>(whole));
                }
                return part;
            },
            [](Span& sum, const Span& part) { widen(sum, part); });
    };
    const Span span = each([](Index, std::span<const std::int16_t>) {});
    if (context.stopped()) return cancelled();
    if (!span.whole) return refuse(decoder, "its values are no whole multiples of its scales", "quantize with ggml:type=..., or export decoded weights");
    if (!span.apart) return refuse(decoder, "32 neighbours of a row do not share a scale", "quantize with group=32 or a multiple of it, and without act_order");
    const Symmetric* form = nullptr;
    for (const auto& s : kSymmetric)
        if (!form && span.lo >= s.lo && span.hi <= s.hi && (!wanted || *wanted == s.type)) form = &s;
    if (!form) {
        const std::string found = std::to_string(span.lo) + " to " + std::to_string(span.hi);
        return refuse(decoder, "its integers reach from " + found + " around the zero point" + (wanted ? ", beyond " + lowerName(*wanted) : ""),
                      "leave out type=, quantize with scheme=sym or ggml:type=q4_1, or export decoded weights");
    }
    GgmlBlocks out;
    out.type = form->type;
    const std::size_t blockBytes = traits(form->type).blockBytes;
    out.rowBytes = cols / kBlockSize * blockBytes;
    out.bytes.resize(static_cast<std::size_t>(decoder.rows()) * out.rowBytes);
    const int offset = form->type == DType::Q8_0 ? 0 : -form->lo;
    each([&](Index r, std::span<const std::int16_t> whole) {
        std::array<std::uint8_t, kBlockSize> codes{};
        for (std::size_t b = 0; b < cols / kBlockSize; ++b) {
            std::byte* block = out.bytes.data() + static_cast<std::size_t>(r) * out.rowBytes + b * blockBytes;
            blocks::GgmlScales s;
            s.d = floatToHalf(scales[static_cast<std::size_t>(decoder.grid().groupOf(r, static_cast<Index>(b * kBlockSize)))]);
            blocks::ggmlSetScales(form->type, s, block);
            if (form->type == DType::Q8_0) { // its codes are the integers themselves
                for (std::size_t i = 0; i < kBlockSize; ++i) block[2 + i] = static_cast<std::byte>(static_cast<std::int8_t>(whole[b * kBlockSize + i]));
                continue;
            }
            for (std::size_t i = 0; i < kBlockSize; ++i) codes[i] = static_cast<std::uint8_t>(whole[b * kBlockSize + i] + offset);
            blocks::ggmlSetCodes(form->type, codes.data(), block);
        }
    });
    if (context.stopped()) return cancelled();
    return out;
}

// Blocks of 32 E2M1 numbers with a power of two: the same in both worlds but for the order of bytes.
Result<GgmlBlocks> fromMx(const quant::Decoder& decoder, const Context& context)
{
    QS_ASSIGN(const auto scales, scalesOf(decoder));
    const auto cols = static_cast<std::size_t>(decoder.cols());
    const blocks::GgmlForm& form = *blocks::ggmlForm(DType::MXFP4);
    GgmlBlocks out;
    out.type = DType::MXFP4;
    out.rowBytes = cols / kBlockSize * traits(DType::MXFP4).blockBytes;
    out.bytes.resize(static_cast<std::size_t>(decoder.rows()) * out.rowBytes);
    std::vector<std::uint8_t> failed(static_cast<std::size_t>(decoder.rows()));
    parallelFor(context, decoder.rows(), 16, [&](Index b, Index e) {
        std::vector<float> values(cols);
        std::array<std::uint8_t, kBlockSize> codes{};
        for (Index r = b; r < e; ++r) {
            decoder.decodeRow(r, values);
            for (std::size_t k = 0; k < cols / kBlockSize; ++k) {
                const float scale = scales[static_cast<std::size_t>(decoder.grid().groupOf(r, static_cast<Index>(k * kBlockSize)))];
                for (std::size_t i = 0; i < kBlockSize; ++i) {
                    const float twice = values[k * kBlockSize + i] / scale * 2.0F; // powers of two: exact
                    const bool negative = std::signbit(twice);
                    std::size_t code = 0;
                    while (code < 8 && static_cast<float>(form.levels[code]) != std::fabs(twice)) ++code;
                    if (code == 8) failed[static_cast<std::size_t>(r)] = 1;
                    codes[i] = static_cast<std::uint8_t>((code & 7) | (negative ? 8 : 0));
                }
                std::byte* block = out.bytes.data() + static_cast<std::size_t>(r) * out.rowBytes + k * traits(DType::MXFP4).blockBytes;
                blocks::GgmlScales s;
                s.d = static_cast<std::uint16_t>(std::ilogb(scale) + 127);
                blocks::ggmlSetScales(DType::MXFP4, s, block);
                blocks::ggmlSetCodes(DType::MXFP4, codes.data(), block);
            }
        }
    });
    if (context.stopped()) return cancelled();
    if (std::any_of(failed.begin(), failed.end(), [](std::uint8_t f) { return f != 0; }))
        return refuse(decoder, "its scales leave float's range", "quantize with ggml:type=mxfp4");
    return out;
}

// What was made must decode to the same numbers, whatever was thought of above.
Status check(const quant::Decoder& decoder, const GgmlBlocks& made, const Context& context)
{
    const auto cols = static_cast<std::size_t>(decoder.cols());
    std::vector<std::uint8_t> differs(static_cast<std::size_t>(decoder.rows()));
    parallelFor(context, decoder.rows(), 16, [&](Index b, Index e) {
        std::vector<float> ours(cols), theirs(cols);
        for (Index r = b; r < e; ++r) {
            decoder.decodeRow(r, ours);
            const bool decoded = blocks::ggmlToFloat(made.type, std::span(made.bytes).subspan(static_cast<std::size_t>(r) * made.rowBytes, made.rowBytes), theirs);
            differs[static_cast<std::size_t>(r)] = !decoded || !std::equal(ours.begin(), ours.end(), theirs.begin());
        }
    });
    if (context.stopped()) return cancelled();
    if (std::any_of(differs.begin(), differs.end(), [](std::uint8_t d) { return d != 0; }))
        return refuse(decoder, lowerName(made.type) + " blocks of it decode to other values", "quantize with ggml:type=..., or export decoded weights");
    return {};
}

} // namespace

Result<GgmlBlocks> ggmlBlocksOf(const quant::Decoder& decoder, std::optional<DType> wanted, const Context& context)
{
    const quant::QuantizedTensor& q = decoder.artefact();
    if (q.recipe.transform.name != "none")
        return refuse(decoder, "it is undone after decoding (" + q.recipe.transform.name + ")", "leave it out, or export decoded weights");
    if (q.recipe.residual.name != "none")
        return refuse(decoder, "weights are kept beside the codes (" + q.recipe.residual.name + ")", "leave them out, or export decoded weights");
    GgmlBlocks out;
    if (const auto* stored = q.arrays.find("grid.blocks"); stored && q.recipe.grid.name == "ggml") {
        const auto type = dtypeFromName(q.recipe.grid.values.text("type"));
        if (!type) return fail(Error(ErrorCode::Internal, "no ggml type of this name").ofTensor(q.name));
        if (wanted && *wanted != *type)
            return refuse(decoder, "it is " + lowerName(*type) + ", not " + lowerName(*wanted), "leave out type=, or quantize with ggml:type=" + lowerName(*wanted));
        out.type = *type;
        out.bytes = stored->bytes;
        out.rowBytes = q.rows == 0 ? 0 : out.bytes.size() / static_cast<std::size_t>(q.rows);
        return out; // the very bytes that the grid decodes
    }
    if (decoder.cols() % kBlock != 0)
        return refuse(decoder, "its rows of " + std::to_string(decoder.cols()) + " weights don't fill blocks of 32", "leave this tensor out");
    const bool mx = q.recipe.grid.name == "mx" && q.recipe.grid.values.text("format") == "mxfp4";
    if (mx && wanted && *wanted != DType::MXFP4)
        return refuse(decoder, "it is mxfp4, not " + lowerName(*wanted), "leave out type=");
    if (mx) {
        QS_ASSIGN(out, fromMx(decoder, context));
    } else {
        QS_ASSIGN(out, fromIntegers(decoder, wanted, context));
    }
    QS_TRY(check(decoder, out, context));
    return out;
}

} // namespace qs::exporting
