// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diff/match_tensors.h"

#include "core/diff/compare_values.h"
#include "core/io/tensor_names.h"

#include <algorithm>
#include <set>

namespace qs::diff {
namespace {

Unit wholeUnit(const io::TensorInfo& t)
{
    const auto m = io::matrixShape(t);
    return {&t, 0, m.rows, m.cols, t.name};
}

// Numbers of heads of q and k, 0 where unknown.
// Units by canonical name; a stacked tensor is split where the other side keeps its experts apart.
std::map<UnitKey, Unit> byMeaning(const io::ModelSource& source, const std::set<const io::TensorInfo*>& taken,
                              const std::set<UnitKey>& wantedExperts)
{
    std::map<UnitKey, Unit> out;
    for (const auto& t : source.tensors) {
        if (taken.contains(&t) || io::isFactorOfAnother(source, t)) continue; // its weight's values hold it
        const auto name = io::canonicalName(t.name, source.architecture);
        const bool stacked = name.expert < 0 && t.shape.rank() == 3 && wantedExperts.contains(UnitKey(name.name, 0));
        if (!stacked) {
            out.emplace(UnitKey(name.name, name.expert), wholeUnit(t));
            continue;
        }
        const Index rows = t.shape[1];
        for (Index e = 0; e < t.shape[0]; ++e)
            out.emplace(UnitKey(name.name, static_cast<int>(e)),
                        Unit{&t, e * rows, rows, t.shape[2], t.name + "[" + std::to_string(e) + "]"});
    }
    return out;
}

std::set<UnitKey> experts(const io::ModelSource& source)
{
    std::set<UnitKey> out;
    for (const auto& t : source.tensors)
        if (const auto n = io::canonicalName(t.name, source.architecture); n.expert >= 0) out.emplace(n.name, n.expert);
    return out;
}

} // namespace

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

Result<Matrix> readUnit(const io::ModelSource& source, const Unit& unit, const Context& context)
{
    const auto whole = io::matrixShape(*unit.tensor);
    if (unit.rows == whole.rows) return source.readMatrix(*unit.tensor, context);
    Matrix m(unit.rows, unit.cols);
    QS_TRY(source.readRows(*unit.tensor, unit.row0, m.data()));
    return m;
}

Matching matchTensors(const io::ModelSource& a, const io::ModelSource& b)
{
    Matching out;
    std::set<const io::TensorInfo*> takenA;
    std::set<const io::TensorInfo*> takenB;
    for (const auto& t : a.tensors)
        if (const auto i = b.find(t.name); i >= 0) {
            const auto& o = b.tensors[static_cast<std::size_t>(i)];
            out.pairs.emplace_back(wholeUnit(t), wholeUnit(o));
            takenA.insert(&t);
            takenB.insert(&o);
        }
    const auto unitsA = byMeaning(a, takenA, experts(b));
    out.restB = byMeaning(b, takenB, experts(a));
    for (const auto& [key, unit] : unitsA) {
        const auto it = out.restB.find(key);
        if (it == out.restB.end()) {
            out.restA.push_back(unit);
            continue;
        }
        out.pairs.emplace_back(unit, it->second);
        out.restB.erase(it);
    }
    return out;
}

std::vector<std::vector<Index>> rotaryOrders(const io::ModelSource& a, const io::ModelSource& b, const Unit& unit)
{
    std::vector<std::vector<Index>> out;
    const io::Role role = unit.tensor->place.role;
    const bool named = unit.label.find("attn_q.") != std::string::npos || unit.label.find("attn_k.") != std::string::npos
                    || unit.label.find("q_proj.") != std::string::npos || unit.label.find("k_proj.") != std::string::npos;
    if (role != io::Role::QProj && role != io::Role::KProj && !named) return out;
    const bool column = unit.rows == 1 && unit.cols > 1; // a bias: its values are the rows
    const Index rows = column ? 0 : unit.rows;
    std::set<Index> heads;
    for (const Index n : {headCount(a, role), headCount(b, role)})
        if (n > 0 && rows % n == 0) heads.insert(rows / n);
    for (const Index h : {32, 64, 80, 96, 128, 256})
        if (heads.empty() && rows > 0 && rows % h == 0) out.push_back(rotaryOrder(rows, h));
    for (const Index h : heads)
        if (h > 0 && h % 2 == 0) out.push_back(rotaryOrder(rows, h));
    const std::size_t n = out.size();
    for (std::size_t i = 0; i < n; ++i) out.push_back(inverseOrder(out[i]));
    return out;
}

} // namespace qs::diff
