// SPDX-License-Identifier: GPL-3.0-or-later
// Rounding to what is stored, and the arrays (seed_methods.md §3.10, formats.md B8.2).
#include "core/quant/grids/lcq/lcq_fit.h"
#include "core/quant/level_table.h"

#include <algorithm>
#include <cmath>

namespace qs::quant {
namespace {

float decodeAffine(std::uint8_t code, float scale, float offset) {
    return scale * static_cast<float>(code) + offset;
}

// Rows of T numbers to 8 bits with an F16 scale and offset per block. `floorFirst`: a number of row 0 that is not 0
// does not become 0, because its group would lose its shape.
LcqStored::Affine toAffine(std::span<const double> values, Index count, bool floorFirst, std::span<float> decoded) {
    constexpr double kMost = 255;
    const Index rows = static_cast<Index>(values.size()) / std::max<Index>(1, count);
    LcqStored::Affine out;
    out.codes.resize(values.size());
    for (Index r = 0; r < rows; ++r)
        for (Index first = 0; first < count; first += kLcqBlock) {
            const auto at = static_cast<std::size_t>(r * count + first);
            const auto n = static_cast<std::size_t>(std::min(kLcqBlock, count - first));
            const auto [lo, hi] = std::minmax_element(values.begin() + static_cast<std::ptrdiff_t>(at),
                                                      values.begin() + static_cast<std::ptrdiff_t>(at + n));
            const float offset = roundFinite(DType::F16, *lo);
            const double range = *hi - static_cast<double>(offset);
            float scale = roundFinite(DType::F16, range / kMost);
            if (scale == 0 && range > 0) scale = 0x1p-24F;  // the smallest half
            out.scale.push_back(scale);
            out.offset.push_back(offset);
            for (std::size_t i = at; i < at + n; ++i) {
                const double u =
                    scale > 0 ? (values[i] - static_cast<double>(offset)) / static_cast<double>(scale) : 0.0;
                auto code = static_cast<int>(std::clamp(std::nearbyint(u), 0.0, kMost));
                if (floorFirst && r == 0 && values[i] != 0 && scale > 0 &&
                    decodeAffine(static_cast<std::uint8_t>(code), scale, offset) == 0) {
                    const int away = values[i] > 0 ? 1 : -1;
                    code += code + away >= 0 && code + away <= 255 ? away : -away;
                }
                out.codes[i] = static_cast<std::uint8_t>(code);
                decoded[i] = decodeAffine(out.codes[i], scale, offset);
            }
        }
    return out;
}

void fromAffine(const LcqStored::Affine& a, Index count, std::span<float> decoded) {
    const auto blocks = static_cast<std::size_t>(lcqBlocks(count));
    for (std::size_t i = 0; i < a.codes.size(); ++i) {
        const std::size_t row = i / static_cast<std::size_t>(count);
        const std::size_t block =
            row * blocks + i % static_cast<std::size_t>(count) / static_cast<std::size_t>(kLcqBlock);
        decoded[i] = decodeAffine(a.codes[i], a.scale[block], a.offset[block]);
    }
}

void roundTo(LcqStored& out, std::span<const double> values, bool isS) {
    std::vector<float>& to = isS ? out.s : out.b;
    to.resize(values.size());
    if (out.doubled) {
        (isS ? out.sDouble : out.bDouble) = toAffine(values, out.groups, isS, to);
        return;
    }
    for (std::size_t i = 0; i < values.size(); ++i)
        to[i] = roundFinite(out.type, values[i]);
}

void roundLevels(LcqStored& out, const LcqModel& m) {
    out.v.resize(m.v.size());
    for (std::size_t i = 0; i < m.v.size(); ++i)
        out.v[i] = roundFinite(DType::F16, m.v[i]);
}

}  // namespace

void LcqStored::book(Index group, std::span<float> out) const {
    const auto k = static_cast<std::size_t>(levels);
    const auto t = static_cast<std::size_t>(group);
    for (std::size_t q = 0; q < k; ++q) {
        float c = 0;
        for (std::size_t r = 0; r < static_cast<std::size_t>(rank); ++r)
            c += s[r * static_cast<std::size_t>(groups) + t] * v[r * k + q];
        out[q] = c - b[t];
    }
}

LcqStored lcqRounded(const LcqProblem& p, LcqModel m, const LcqOptions& o, bool polish, const Context& context) {
    LcqStored out;
    out.rank = m.rank;
    out.levels = m.levels;
    out.groups = m.groups;
    out.type = o.type;
    out.doubled = o.doubled;
    m.normalise();
    const LcqModel fitted = m;  // its codes hold while the parameters are rounded one after another
    roundLevels(out, m);
    if (polish) {
        std::copy(out.v.begin(), out.v.end(), m.v.begin());
        lcqSolveGroups(p, fitted, m, false, context);
    }
    roundTo(out, m.s, true);
    if (polish) {
        std::copy(out.s.begin(), out.s.end(), m.s.begin());
        lcqSolveGroups(p, fitted, m, true, context);
    }
    roundTo(out, m.b, false);
    if (!polish || context.stopped()) return out;

    // Last, V once more for what S and B have become; kept where it helps.
    std::copy(out.b.begin(), out.b.end(), m.b.begin());
    LcqStored again = out;
    LcqModel solved = m;
    lcqSolveLevels(p, m, solved, context);
    if (context.stopped()) return out;
    for (const double v : solved.v)
        if (!(std::fabs(v) <= 65504)) return out;
    roundLevels(again, solved);
    return lcqObjective(p, again, context) < lcqObjective(p, out, context) ? again : out;
}

void lcqRoundInto(LcqStored& to, std::span<const double> s, std::span<const double> v, std::span<const double> b) {
    roundTo(to, s, true);
    to.v.resize(v.size());
    for (std::size_t i = 0; i < v.size(); ++i)
        to.v[i] = roundFinite(DType::F16, v[i]);
    roundTo(to, b, false);
}

void lcqStore(const LcqStored& m, ArrayStore& out) {
    const Index blocks = lcqBlocks(m.groups);
    if (m.doubled) {
        out.add("grid.s_codes", DType::U8, {m.rank, m.groups}, std::span<const std::uint8_t>(m.sDouble.codes));
        out.addFloats("grid.s_scale", DType::F16, {m.rank, blocks}, m.sDouble.scale);
        out.addFloats("grid.s_offset", DType::F16, {m.rank, blocks}, m.sDouble.offset);
    } else {
        out.addFloats("grid.s", m.type, {m.rank, m.groups}, m.s);
    }
    out.addFloats("grid.v", DType::F16, {m.rank, m.levels}, m.v);
    if (m.doubled) {
        out.add("grid.b_codes", DType::U8, {m.groups}, std::span<const std::uint8_t>(m.bDouble.codes));
        out.addFloats("grid.b_scale", DType::F16, {blocks}, m.bDouble.scale);
        out.addFloats("grid.b_offset", DType::F16, {blocks}, m.bDouble.offset);
    } else {
        out.addFloats("grid.b", m.type, {m.groups}, m.b);
    }
}

Result<LcqStored> lcqLoad(const ArrayStore& arrays, int rank, int levels, Index groups, DType type, bool doubled) {
    LcqStored m;
    m.rank = rank;
    m.levels = levels;
    m.groups = groups;
    m.type = type;
    m.doubled = doubled;
    const auto floats = [&](const char* name, DType t, const Shape& shape, std::vector<float>& to) -> Status {
        QS_TRY(arrays.get(name, t, shape));
        QS_ASSIGN(to, arrays.getFloats(name, shape));
        return {};
    };
    const auto codes = [&](const char* name, const Shape& shape, std::vector<std::uint8_t>& to) -> Status {
        QS_ASSIGN(const Array* a, arrays.get(name, DType::U8, shape));
        const auto bytes = a->as<std::uint8_t>();
        to.assign(bytes.begin(), bytes.end());
        return {};
    };
    QS_TRY(floats("grid.v", DType::F16, {rank, levels}, m.v));
    if (doubled) {
        const Index blocks = lcqBlocks(groups);
        QS_TRY(codes("grid.s_codes", {rank, groups}, m.sDouble.codes));
        QS_TRY(floats("grid.s_scale", DType::F16, {rank, blocks}, m.sDouble.scale));
        QS_TRY(floats("grid.s_offset", DType::F16, {rank, blocks}, m.sDouble.offset));
        QS_TRY(codes("grid.b_codes", {groups}, m.bDouble.codes));
        QS_TRY(floats("grid.b_scale", DType::F16, {blocks}, m.bDouble.scale));
        QS_TRY(floats("grid.b_offset", DType::F16, {blocks}, m.bDouble.offset));
        m.s.resize(m.sDouble.codes.size());
        m.b.resize(m.bDouble.codes.size());
        fromAffine(m.sDouble, groups, m.s);
        fromAffine(m.bDouble, groups, m.b);
    } else {
        QS_TRY(floats("grid.s", type, {rank, groups}, m.s));
        QS_TRY(floats("grid.b", type, {groups}, m.b));
    }
    // Products of finite numbers can still leave the range of floats.
    std::vector<float> book(static_cast<std::size_t>(levels));
    for (Index t = 0; t < groups; ++t) {
        m.book(t, book);
        for (const float v : book)
            if (!std::isfinite(v))
                return fail(ErrorCode::Malformed, "grid.s, grid.v and grid.b give a level that is not finite");
    }
    return m;
}

}  // namespace qs::quant
