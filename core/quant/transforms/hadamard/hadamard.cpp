// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/parallel_for.h"
#include "core/quant/registry.h"

#include <bit>
#include <cmath>

namespace qs::quant {
namespace {

/// Unnormalised fast Walsh-Hadamard transform in place; the size is a power of two.
void walshHadamard(std::span<double> v) {
    for (std::size_t half = 1; half < v.size(); half *= 2)
        for (std::size_t i = 0; i < v.size(); i += 2 * half)
            for (std::size_t k = i; k < i + half; ++k) {
                const double a = v[k];
                const double b = v[k + half];
                v[k] = a + b;
                v[k + half] = a - b;
            }
}

class Hadamard : public Transform {
public:
    Hadamard(Index block, std::uint64_t seed) : m_block(block), m_seed(seed) {}

    Status accepts(Index, Index cols) const override {
        if (m_block > 0 && cols % m_block != 0)
            return fail(
                Error(ErrorCode::Lacking, "the Hadamard blocks don't divide the rows of this tensor")
                    .wanted("a multiple of " + std::to_string(m_block) + " input columns")
                    .got(std::to_string(cols))
                    .fix("choose block=" + std::to_string(largest(cols)) + ", or block=0 for the largest that fits"));
        return {};
    }

    Status prepare(const TransformInput&, const Context&, ArrayStore&) const override { return {}; }

    Status applyRows(const ArrayStore&, Index cols, std::span<float> rows) const override {
        const auto n = static_cast<std::size_t>(cols);
        for (std::size_t at = 0; at + n <= rows.size(); at += n)
            turn(rows.subspan(at, n), true);
        return {};
    }

    void undoRow(const ArrayStore&, std::span<float> row) const override { turn(row, false); }

    // x' = H·D·x, so Σ' = H·D·Σ·D·H. What only holds for single channels can't be turned; samples and Σ give it anew.
    Status changeInputs(Calibration& c, const ArrayStore&, const Context& context) const override {
        const auto n = static_cast<std::size_t>(c.inputs);
        const auto rowsOf = [&](auto& data, std::size_t rows) {
            return parallelFor(context, static_cast<Index>(rows), 16, [&](Index b, Index e) {
                for (; b < e; ++b)
                    turn(std::span(data).subspan(static_cast<std::size_t>(b) * n, n), true);
            });
        };
        c.meanAbs.clear();
        c.maxAbs.clear();
        c.meanSquare.clear();
        c.fisher.clear();
        if (c.samples.size() == static_cast<std::size_t>(c.sampleRows) * n)
            if (!rowsOf(c.samples, static_cast<std::size_t>(c.sampleRows))) return cancelled();
        if (n > 0 && c.sigma.size() == n * n) {
            for (int side = 0; side < 2; ++side) {
                if (!rowsOf(c.sigma, n)) return cancelled();
                for (std::size_t i = 0; i < n; ++i)
                    for (std::size_t j = 0; j < i; ++j)
                        std::swap(c.sigma[i * n + j], c.sigma[j * n + i]);
            }
            for (std::size_t i = 0; i < n; ++i) // the same on both sides of the diagonal to the last bit
                for (std::size_t j = 0; j < i; ++j)
                    c.sigma[j * n + i] = c.sigma[i * n + j];
        }
        return {};
    }

private:
    static Index largest(Index cols) {
        return cols <= 0 ? 1 : Index(1) << std::countr_zero(static_cast<std::uint64_t>(cols));
    }

    // SplitMix64 (Steele, Lea, Flood 2014), one draw a column: the same on every machine, for any part of a row.
    double sign(std::size_t column) const {
        std::uint64_t z = m_seed + (static_cast<std::uint64_t>(column) + 1) * 0x9E3779B97F4A7C15ULL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return ((z ^ (z >> 31)) & 1U) != 0 ? -1.0 : 1.0;
    }

    template <class T> void turn(std::span<T> row, bool forward) const {
        const auto size = static_cast<std::size_t>(m_block > 0 ? m_block : largest(static_cast<Index>(row.size())));
        const double norm = 1.0 / std::sqrt(static_cast<double>(size));
        std::vector<double> v(size);
        for (std::size_t at = 0; at + size <= row.size(); at += size) {
            for (std::size_t i = 0; i < size; ++i)
                v[i] = static_cast<double>(row[at + i]) * (forward ? sign(at + i) : 1.0);
            walshHadamard(v);
            for (std::size_t i = 0; i < size; ++i)
                row[at + i] = static_cast<T>(v[i] * norm * (forward ? 1.0 : sign(at + i)));
        }
    }

    Index m_block;
    std::uint64_t m_seed;
};

}  // namespace

void registerHadamard(Registry& registry);
void registerHadamard(Registry& registry) {
    PartInfo info;
    info.kind = PartKind::Transform;
    info.name = "hadamard";
    info.title = "Block Hadamard";
    info.summary = "Random signs and a Hadamard matrix per block of inputs spread outliers before the grid.";
    info.source = "QuaRot, arXiv 2404.00456; QuIP";
    info.params = {ParamSpec::integer("block", 128, 0, 65536, "columns",
                                      "columns of a block, a power of two; 0: the largest that divides the row"),
                   ParamSpec::integer("seed", 0, 0, 9007199254740991.0, "", "seed of the random signs")};
    info.fits = [](std::string_view format, const ParamValues&) {
        return FitAnswer{std::string(format) +
                         " can't undo a Hadamard transform of one layer; leave it out, or export decoded weights"};
    };
    info.makeTransform = [](const ParamValues& v) -> Result<std::unique_ptr<Transform>> {
        const std::int64_t block = v.integer("block");
        if (block > 0 && !std::has_single_bit(static_cast<std::uint64_t>(block)))
            return fail(Error(ErrorCode::Usage, "a Hadamard block is a power of two")
                            .wanted("block=128 or 0")
                            .got(std::to_string(block)));
        return std::make_unique<Hadamard>(block, static_cast<std::uint64_t>(v.integer("seed")));
    };
    registry.add(std::move(info));
}

}  // namespace qs::quant
