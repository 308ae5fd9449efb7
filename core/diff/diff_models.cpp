// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diff/diff_models.h"

#include "core/diff/compare_values.h"
#include "core/diff/match_tensors.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace qs::diff {
namespace {

class Comparer {
public:
    Comparer(const io::ModelSource& a, const io::ModelSource& b, const Context& context) : m_a(a), m_b(b), m_context(context) {}

    Result<TensorDiff> compare(const Unit& ua, const Unit& ub)
    {
        TensorDiff out;
        out.a = ua.label;
        out.b = ub.label;
        const bool renamed = ua.label != ub.label;
        if (!traits(ua.tensor->dtype).decodable || !traits(ub.tensor->dtype).decodable) return compareBytes(ua, ub, std::move(out));
        const bool straight = ua.rows == ub.rows && ua.cols == ub.cols;
        const bool turned = ua.rows == ub.cols && ua.cols == ub.rows && ua.rows > 1 && ua.cols > 1;
        if (!straight && !turned) {
            out.status = DiffStatus::Different;
            out.note = "shape " + ua.tensor->shape.text() + " against " + ub.tensor->shape.text();
            return out;
        }
        QS_ASSIGN(const auto a, readUnit(m_a, ua, m_context));
        QS_ASSIGN(auto b, readUnit(m_b, ub, m_context));
        ValueDistance d;
        if (straight) {
            d = distance(a, b, {}, m_context);
            fill(out, d);
            if (d.unequal == 0) {
                out.status = renamed ? DiffStatus::Renamed : DiffStatus::Same;
                return out;
            }
            if (d.zeroA != d.zeroB) {
                out.status = DiffStatus::Zeroed;
                out.note = d.zeroA ? "zero in A" : "zero in B";
                return out;
            }
            if (d.relativeMse() <= kCloseRelativeMse) {
                out.status = DiffStatus::Close;
                return out;
            }
            const auto better = [&](const ValueDistance& p) {
                return p.unequal == 0 || (p.relativeMse() <= 0.05 && 10 * p.relativeMse() < d.relativeMse());
            };
            for (const auto& order : orders(ua, a, b)) {
                const ValueDistance p = distance(a, b, order, m_context);
                if (!better(p)) continue;
                fill(out, p);
                out.status = DiffStatus::Permuted;
                out.note = "rows in another order";
                return out;
            }
            out.status = DiffStatus::Different;
            if (!turned) return out;
        }
        b = transposed(b);
        const ValueDistance t = distance(a, b, {}, m_context);
        if (t.unequal == 0 || t.relativeMse() <= kCloseRelativeMse) {
            fill(out, t);
            out.status = DiffStatus::Permuted;
            out.note = "transposed";
        } else if (!straight) {
            out.status = DiffStatus::Different;
            out.note = "shape " + ua.tensor->shape.text() + " against " + ub.tensor->shape.text();
        }
        return out;
    }

private:
    static void fill(TensorDiff& out, const ValueDistance& d)
    {
        out.maxAbs = d.finite ? std::optional(d.maxAbs) : std::nullopt;
        out.relativeMse = std::isfinite(d.relativeMse()) ? std::optional(d.relativeMse()) : std::nullopt;
    }

    std::vector<std::vector<Index>> orders(const Unit& unit, MatrixView a, MatrixView b) const
    {
        auto out = rotaryOrders(m_a, m_b, unit);
        if (auto order = matchRows(a, b); !order.empty()) out.push_back(std::move(order));
        return out;
    }

    Result<TensorDiff> compareBytes(const Unit& ua, const Unit& ub, TensorDiff out) const
    {
        const auto& ta = *ua.tensor;
        const auto& tb = *ub.tensor;
        out.status = DiffStatus::Different;
        out.note = "values of type " + std::string(dtypeName(ta.dtype)) + " and " + std::string(dtypeName(tb.dtype))
                 + " are compared as bytes";
        if (ta.dtype != tb.dtype || !(ta.shape == tb.shape) || ta.bytes != tb.bytes) return out;
        std::vector<std::byte> x(ta.bytes);
        std::vector<std::byte> y(tb.bytes);
        QS_TRY(m_a.readBytes(ta, 0, ta.shape.elements(), x));
        QS_TRY(m_b.readBytes(tb, 0, tb.shape.elements(), y));
        if (x == y) {
            out.status = ua.label == ub.label ? DiffStatus::Same : DiffStatus::Renamed;
            out.note.clear();
        }
        return out;
    }

    const io::ModelSource& m_a;
    const io::ModelSource& m_b;
    const Context& m_context;
};

} // namespace

const char* diffStatusName(DiffStatus status)
{
    switch (status) {
    case DiffStatus::Same: return "same";
    case DiffStatus::Close: return "close";
    case DiffStatus::Different: return "different";
    case DiffStatus::Missing: return "missing";
    case DiffStatus::Renamed: return "renamed";
    case DiffStatus::Zeroed: return "zeroed";
    case DiffStatus::Permuted: return "permuted";
    }
    return "different";
}

Result<ModelDiff> diffModels(const io::ModelSource& a, const io::ModelSource& b, const Context& context)
{
    auto [pairs, restA, unitsB] = matchTensors(a, b);
    ModelDiff out;
    Comparer comparer(a, b, context);
    if (context.progress)
        for (const auto& [ua, ub] : pairs) context.progress->expect(static_cast<std::uint64_t>(ua.rows * ua.cols));
    for (const auto& [ua, ub] : pairs) {
        if (context.stopped()) return cancelled();
        QS_ASSIGN(auto d, comparer.compare(ua, ub));
        out.tensors.push_back(std::move(d));
        context.advance(static_cast<std::uint64_t>(ua.rows * ua.cols));
    }
    // What is left may still hold equal values under another name.
    std::multimap<std::string, Unit> hashes;
    if (!restA.empty())
        for (const auto& [key, unit] : unitsB) {
            const bool candidate = traits(unit.tensor->dtype).decodable
                                && std::any_of(restA.begin(), restA.end(),
                                               [&u = unit](const Unit& o) { return o.rows == u.rows && o.cols == u.cols; });
            if (!candidate) continue;
            if (context.stopped()) return cancelled();
            QS_ASSIGN(const auto m, readUnit(b, unit, context));
            hashes.emplace(valuesHash(m), unit);
        }
    std::set<std::string> renamed;
    for (const Unit& unit : restA) {
        TensorDiff d;
        d.a = unit.label;
        d.status = DiffStatus::Missing;
        if (!hashes.empty() && traits(unit.tensor->dtype).decodable) {
            QS_ASSIGN(const auto m, readUnit(a, unit, context));
            if (const auto it = hashes.find(valuesHash(m)); it != hashes.end()) {
                d.b = it->second.label;
                d.status = DiffStatus::Renamed;
                d.maxAbs = 0;
                d.relativeMse = 0;
                renamed.insert(d.b);
                hashes.erase(it);
            }
        }
        out.tensors.push_back(std::move(d));
    }
    for (const auto& [key, unit] : unitsB)
        if (!renamed.contains(unit.label)) {
            TensorDiff d;
            d.b = unit.label;
            d.status = DiffStatus::Missing;
            out.tensors.push_back(std::move(d));
        }
    std::stable_sort(out.tensors.begin(), out.tensors.end(), [](const TensorDiff& x, const TensorDiff& y) {
        return io::naturalLess(x.a.empty() ? x.b : x.a, y.a.empty() ? y.b : y.a);
    });
    const bool crossFormat = (a.format == "gguf") != (b.format == "gguf");
    for (const auto& d : out.tensors) {
        const bool moved = d.status == DiffStatus::Renamed || (d.status == DiffStatus::Permuted && d.relativeMse == 0.0);
        if (d.status != DiffStatus::Same && !(crossFormat && moved)) out.same = false;
    }
    return out;
}

} // namespace qs::diff
