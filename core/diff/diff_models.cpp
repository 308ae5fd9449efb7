// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diff/diff_models.h"

#include "core/diff/compare_values.h"
#include "core/io/tensor_names.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace qs::diff {
namespace {

// A tensor or one expert of a stacked one, as a logical matrix.
struct Unit {
    const io::TensorInfo* tensor = nullptr;
    Index row0 = 0;
    Index rows = 0;
    Index cols = 0;
    std::string label; ///< shown name
};

Unit wholeUnit(const io::TensorInfo& t)
{
    const auto m = io::matrixShape(t);
    return {&t, 0, m.rows, m.cols, t.name};
}

Result<Matrix> read(const io::ModelSource& source, const Unit& unit, const Context& context)
{
    const auto whole = io::matrixShape(*unit.tensor);
    if (unit.rows == whole.rows) return source.readMatrix(*unit.tensor, context);
    Matrix m(unit.rows, unit.cols);
    QS_TRY(source.readRows(*unit.tensor, unit.row0, m.data()));
    return m;
}

// Numbers of heads of q and k, 0 where unknown.
Index headCount(const io::ModelSource& source, io::Role role)
{
    const auto number = [&](const std::string& key) -> Index {
        const io::MetaEntry* m = source.meta(key);
        if (!m || m->isArray || m->values.empty()) return 0;
        const auto& v = m->values.front();
        if (const auto* i = std::get_if<std::int64_t>(&v)) return *i;
        if (const auto* u = std::get_if<std::uint64_t>(&v)) return static_cast<Index>(*u);
        return 0;
    };
    const Index heads = std::max(number("config.num_attention_heads"), number(source.architecture + ".attention.head_count"));
    if (role == io::Role::QProj) return heads;
    const Index kv = std::max(number("config.num_key_value_heads"), number(source.architecture + ".attention.head_count_kv"));
    return kv > 0 ? kv : heads;
}

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
        QS_ASSIGN(const auto a, read(m_a, ua, m_context));
        QS_ASSIGN(auto b, read(m_b, ub, m_context));
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

    // Orders of rows worth a try: the rotary ones of known and usual head sizes, both ways; then any.
    std::vector<std::vector<Index>> orders(const Unit& unit, MatrixView a, MatrixView b) const
    {
        std::vector<std::vector<Index>> out;
        const io::Role role = unit.tensor->place.role;
        const bool named = unit.label.find("attn_q.") != std::string::npos || unit.label.find("attn_k.") != std::string::npos
                        || unit.label.find("q_proj.") != std::string::npos || unit.label.find("k_proj.") != std::string::npos;
        if (role == io::Role::QProj || role == io::Role::KProj || named) {
            const bool column = unit.rows == 1 && unit.cols > 1; // a bias: its values are the rows
            const Index rows = column ? 0 : unit.rows;
            std::set<Index> heads;
            for (const Index n : {headCount(m_a, role), headCount(m_b, role)})
                if (n > 0 && rows % n == 0) heads.insert(rows / n);
            for (const Index h : {32, 64, 80, 96, 128, 256})
                if (heads.empty() && rows > 0 && rows % h == 0) out.push_back(rotaryOrder(rows, h));
            for (const Index h : heads)
                if (h > 0 && h % 2 == 0) out.push_back(rotaryOrder(rows, h));
            const std::size_t n = out.size();
            for (std::size_t i = 0; i < n; ++i) out.push_back(inverseOrder(out[i]));
        }
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

using Key = std::pair<std::string, int>;

// Units by canonical name; a stacked tensor is split where the other side keeps its experts apart.
std::map<Key, Unit> byMeaning(const io::ModelSource& source, const std::set<const io::TensorInfo*>& taken,
                              const std::set<Key>& wantedExperts)
{
    std::map<Key, Unit> out;
    for (const auto& t : source.tensors) {
        if (taken.contains(&t) || io::isFactorOfAnother(source, t)) continue; // its weight's values hold it
        const auto name = io::canonicalName(t.name, source.architecture);
        const bool stacked = name.expert < 0 && t.shape.rank() == 3 && wantedExperts.contains(Key(name.name, 0));
        if (!stacked) {
            out.emplace(Key(name.name, name.expert), wholeUnit(t));
            continue;
        }
        const Index rows = t.shape[1];
        for (Index e = 0; e < t.shape[0]; ++e)
            out.emplace(Key(name.name, static_cast<int>(e)),
                        Unit{&t, e * rows, rows, t.shape[2], t.name + "[" + std::to_string(e) + "]"});
    }
    return out;
}

std::set<Key> experts(const io::ModelSource& source)
{
    std::set<Key> out;
    for (const auto& t : source.tensors)
        if (const auto n = io::canonicalName(t.name, source.architecture); n.expert >= 0) out.emplace(n.name, n.expert);
    return out;
}

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
    std::vector<std::pair<Unit, Unit>> pairs;
    std::set<const io::TensorInfo*> takenA;
    std::set<const io::TensorInfo*> takenB;
    for (const auto& t : a.tensors)
        if (const auto i = b.find(t.name); i >= 0) {
            const auto& o = b.tensors[static_cast<std::size_t>(i)];
            pairs.emplace_back(wholeUnit(t), wholeUnit(o));
            takenA.insert(&t);
            takenB.insert(&o);
        }
    const auto unitsA = byMeaning(a, takenA, experts(b));
    auto unitsB = byMeaning(b, takenB, experts(a));
    std::vector<Unit> restA;
    for (const auto& [key, unit] : unitsA) {
        const auto it = unitsB.find(key);
        if (it == unitsB.end()) {
            restA.push_back(unit);
            continue;
        }
        pairs.emplace_back(unit, it->second);
        unitsB.erase(it);
    }

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
            QS_ASSIGN(const auto m, read(b, unit, context));
            hashes.emplace(valuesHash(m), unit);
        }
    std::set<std::string> renamed;
    for (const Unit& unit : restA) {
        TensorDiff d;
        d.a = unit.label;
        d.status = DiffStatus::Missing;
        if (!hashes.empty() && traits(unit.tensor->dtype).decodable) {
            QS_ASSIGN(const auto m, read(a, unit, context));
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
