// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/input_rows.h"
#include "core/quant/registry.h"
#include "core/tensor/convert.h"
#include "core/tensor/float_bits.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>

namespace qs::quant {
namespace {

// The values themselves in a plain type. There are no codes: reading, `decode` copies the stored values.
class Stored : public FittedGrid {
public:
    Stored(Index rows, Index cols, DType type, std::vector<std::byte> bytes)
        : m_rows(rows), m_cols(cols), m_type(type), m_bytes(std::move(bytes))
    {
    }
    Index rows() const override { return m_rows; }
    Index cols() const override { return m_cols; }
    int bits() const override { return 1; }
    Index groups() const override { return 1; }
    Index groupOf(Index, Index) const override { return 0; }
    void nearest(Index, Index, std::span<const float>, std::span<std::uint8_t> codes) const override
    {
        std::fill(codes.begin(), codes.end(), std::uint8_t(0));
    }
    void decode(Index row, Index col0, std::span<const std::uint8_t>, std::span<float> out) const override
    {
        const std::size_t width = traits(m_type).blockBytes;
        const auto at = static_cast<std::size_t>(row * m_cols + col0) * width;
        plainToFloat(m_type, std::span(m_bytes).subspan(at, out.size() * width), out);
    }
    std::vector<float> levels(Index) const override { return {}; }
    std::string describe(Index) const override { return "stored as " + std::string(dtypeName(m_type)); }
    void store(const Codes&, ArrayStore& out) const override { storeParameters(out); }
    void codesOfRow(const ArrayStore&, Index, std::span<std::uint8_t> codes) const override
    {
        std::fill(codes.begin(), codes.end(), std::uint8_t(0));
    }
    Status checkCodes(const ArrayStore&) const override { return {}; }

protected:
    void storeParameters(ArrayStore& out) const override
    {
        out.add(Array{"grid.values", m_type, {m_rows, m_cols}, m_bytes});
    }

private:
    Index m_rows;
    Index m_cols;
    DType m_type;
    std::vector<std::byte> m_bytes;
};

class None : public Grid {
public:
    explicit None(std::optional<DType> type) : m_type(type) {}
    // auto is not known before the values are: F32 is the most that it takes.
    StorageBits storage(Index rows, Index cols) const override
    {
        return {8U * traits(m_type.value_or(DType::F32)).blockBytes * static_cast<std::uint64_t>(rows * cols), 0};
    }
    Result<std::unique_ptr<FittedGrid>> fit(const FitInput& input, const Context& context) const override
    {
        return fitRows(MatrixInput(input), context);
    }
    Result<std::unique_ptr<FittedGrid>> fitRows(const InputRows& rows, const Context& context) const override
    {
        DType type = m_type.value_or(DType::F32);
        if (!m_type) {
            std::atomic<bool> bf16 = true;
            std::atomic<bool> f16 = true;
            QS_TRY(forTiles(rows, tileRows(rows), context, [&](const FitInput& tile, Index) -> Status {
                bool first = bf16;
                bool second = f16;
                for (const float v : tile.weights.data) {
                    first = first && std::bit_cast<std::uint32_t>(roundToBf16(v)) == std::bit_cast<std::uint32_t>(v);
                    second = second && std::bit_cast<std::uint32_t>(roundToHalf(v)) == std::bit_cast<std::uint32_t>(v);
                    if (!first && !second) break;
                }
                if (!first) bf16 = false;
                if (!second) f16 = false;
                return {};
            }));
            type = bf16 ? DType::BF16 : f16 ? DType::F16 : DType::F32;
        }
        const std::size_t width = traits(type).blockBytes;
        std::vector<std::byte> bytes(static_cast<std::size_t>(rows.rows() * rows.cols()) * width);
        QS_TRY(forTiles(rows, tileRows(rows), context, [&](const FitInput& tile, Index row0) -> Status {
            const std::span<const float> w = tile.weights.data;
            const auto to = std::span(bytes).subspan(static_cast<std::size_t>(row0 * rows.cols()) * width, w.size() * width);
            floatToPlain(type, w, to);
            if (type == DType::F32) return {};
            std::vector<float> back(w.size());
            plainToFloat(type, to, back);
            for (const float v : back)
                if (!std::isfinite(v))
                    return fail(Error(ErrorCode::NotRepresentable, "a weight is too large for " + std::string(dtypeName(type)))
                                    .fix("use dtype=auto"));
            return {};
        }));
        return std::make_unique<Stored>(rows.rows(), rows.cols(), type, std::move(bytes));
    }
    Index independentRows(Index, Index) const override { return m_type ? 1 : 0; } // auto looks at every value
    bool readsInTiles(Index, Index) const override { return true; }
    Result<std::unique_ptr<FittedGrid>> load(const ArrayStore& arrays, Index rows, Index cols) const override
    {
        const Array* a = arrays.find("grid.values");
        DType type = m_type.value_or(DType::F32);
        if (!m_type && a && (a->dtype == DType::F16 || a->dtype == DType::BF16)) type = a->dtype;
        const Shape shape{rows, cols};
        QS_TRY(arrays.get("grid.values", type, shape));
        QS_TRY(arrays.getFloats("grid.values", shape));
        return std::make_unique<Stored>(rows, cols, type, a->bytes);
    }

private:
    std::optional<DType> m_type;
};

} // namespace

void registerNone(Registry& registry);
void registerNone(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Grid;
    info.name = "none";
    info.title = "As stored";
    info.summary = "Keeps the values themselves, in the smallest plain type that holds them all exactly.";
    info.source = "the checkpoint";
    info.params = {ParamSpec::choice("dtype", "auto", {"auto", "f32", "f16", "bf16"},
                                     "type of the values; auto: BF16 or F16 where every value is exact, else F32")};
    info.fits = [](std::string_view, const ParamValues&) { return FitAnswer{}; };
    info.makeGrid = [](const ParamValues& v) -> Result<std::unique_ptr<Grid>> {
        const std::string t = v.has("dtype") ? v.text("dtype") : "auto"; // a Recipe made without a text has no values
        std::optional<DType> type;
        if (t != "auto") type = t == "f16" ? DType::F16 : t == "bf16" ? DType::BF16 : DType::F32;
        return std::make_unique<None>(type);
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
