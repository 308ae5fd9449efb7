// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/registry.h"
#include "tests/core/quant/artefact.h"

#include <cmath>
#include <vector>

/// Recipes of every part of the registry, and matrices that are read.
namespace qs::test {

using namespace qs::quant;

/// Everything that a part may need, made up: correlated inputs of different size.
inline Calibration calibrationFor(Index rows, Index cols)
{
    Calibration c;
    c.inputs = cols;
    const auto n = static_cast<std::size_t>(cols);
    c.sigma.resize(n * n);
    for (std::size_t i = 0; i < n; ++i) {
        const double h = 0.5 + static_cast<double>((i * 7) % 11);
        for (std::size_t j = 0; j < n; ++j) c.sigma[i * n + j] = i == j ? h : 0.3 * std::sqrt(h * (0.5 + static_cast<double>((j * 7) % 11)));
        c.meanAbs.push_back(static_cast<float>(std::sqrt(h)));
        c.meanSquare.push_back(static_cast<float>(h));
        c.maxAbs.push_back(static_cast<float>(3 * std::sqrt(h)));
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows) * n; ++i) c.fisher.push_back(0.25F + static_cast<float>(i * 5 % 7));
    const Matrix samples = gaussian(9, cols, 77);
    c.samples.assign(samples.data().begin(), samples.data().end());
    c.sampleRows = 9;
    return c;
}

inline PartUse& slotOf(Recipe& recipe, PartKind kind)
{
    switch (kind) {
    case PartKind::Transform: return recipe.transform;
    case PartKind::Assignment: return recipe.assignment;
    case PartKind::Residual: return recipe.residual;
    default: return recipe.grid;
    }
}

/// The part with its defaults, and once with each choice, flag, edge of bits and each kind of group, where they make sense.
/// Parts that are no grid stand over integers.
inline std::vector<Recipe> variants(const PartInfo& info)
{
    std::vector<Recipe> out;
    const auto with = [&](const std::string& name, const ParamValue& value) {
        Recipe r = *parseRecipe("rtn:bits=3,group=32");
        PartUse& use = slotOf(r, info.kind);
        use = {info.name, ParamValues(info.params)};
        if (use.values.has("steps")) use.values.set("steps", std::int64_t(3)); // learning is slow, and its own tests follow it
        if (!name.empty()) use.values.set(name, value);
        if (info.kind != PartKind::Grid || info.makeGrid(use.values)) out.push_back(std::move(r));
    };
    with("", {});
    for (const ParamSpec& s : info.params) {
        if (s.name == "scope") continue; // blocks and models are no matter of one matrix: tests/core/learn
        if (s.type == ParamType::Choice)
            for (const auto& c : s.choices) {
                if (ParamValue(c) != s.preset) with(s.name, c);
            }
        if (s.type == ParamType::Bool) with(s.name, !std::get<bool>(s.preset));
        if (s.type == ParamType::Group)
            for (const char* g : {"32", "row", "tensor", "4x16"}) with(s.name, std::string(g));
        if (s.type == ParamType::Int && s.name == "bits")
            for (auto b = static_cast<std::int64_t>(s.min); b <= static_cast<std::int64_t>(s.max); ++b) with(s.name, b);
    }
    return out;
}

inline bool sameArrays(const ArrayStore& a, const ArrayStore& b)
{
    if (a.arrays().size() != b.arrays().size()) return false;
    for (std::size_t i = 0; i < a.arrays().size(); ++i) {
        const Array& x = a.arrays()[i];
        const Array& y = b.arrays()[i];
        if (x.name != y.name || x.dtype != y.dtype || !(x.shape == y.shape) || x.bytes != y.bytes) return false;
    }
    return true;
}

/// A matrix that is read and never lies in memory; rows from `broken` on can't be read.
class ReadRows : public RowSource {
public:
    explicit ReadRows(const Matrix& m, Index broken = -1) : m_matrix(m), m_broken(broken) {}
    Index rows() const override { return m_matrix.rows(); }
    Index cols() const override { return m_matrix.cols(); }
    Status readRows(Index row0, std::span<float> out) const override
    {
        if (m_broken >= 0 && row0 + static_cast<Index>(out.size()) / cols() > m_broken) return fail(ErrorCode::Io, "unreadable");
        return MatrixRows(m_matrix).readRows(row0, out);
    }

private:
    const Matrix& m_matrix;
    Index m_broken;
};

} // namespace qs::test
