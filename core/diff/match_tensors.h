// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"

#include <map>
#include <utility>

/// Which tensor of one checkpoint stands against which of another: by name, then by what the name means (Hugging Face
/// and GGUF names, experts stacked or apart).
namespace qs::diff {

/// A tensor or one expert of a stacked one, as a logical matrix.
struct Unit {
    const io::TensorInfo* tensor = nullptr;
    Index row0 = 0;
    Index rows = 0;
    Index cols = 0;
    std::string label; ///< shown name
};

/// Canonical name and expert (-1: none, or all of them stacked).
using UnitKey = std::pair<std::string, int>;

struct Matching {
    std::vector<std::pair<Unit, Unit>> pairs;
    std::vector<Unit> restA;               ///< without a partner
    std::map<UnitKey, Unit> restB;
};

/// Attention heads whose rows a projection of queries (for `Role::QProj`) or of keys and values (for others) holds, from the
/// metadata; 0 where they do not tell.
Index headCount(const io::ModelSource& source, io::Role role);

Matching matchTensors(const io::ModelSource& a, const io::ModelSource& b);

Result<Matrix> readUnit(const io::ModelSource& source, const Unit& unit, const Context& context);

/// Orders of rows worth a try for a unit of A: row r of A against row order[r] of B. The rotary ones of known and usual
/// head sizes, both ways, where the name or the role is that of q or k; else none.
std::vector<std::vector<Index>> rotaryOrders(const io::ModelSource& a, const io::ModelSource& b, const Unit& unit);

} // namespace qs::diff
