// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/session/session.h"

#include <optional>
#include <span>

namespace qs::session {

enum class CellChange { Worse, Lost, Better, Added, Same };
const char* cellChangeName(CellChange change); ///< "worse", "lost", ...

/// One tensor under one recipe in an earlier and in a later set of results.
struct CellDiff {
    std::string checkpoint;               ///< file or folder name
    std::string tensor;
    std::string recipe;                   ///< CellResult::key()
    std::uint64_t seed = 0;
    CellChange status = CellChange::Same;
    std::shared_ptr<const study::CellResult> before; ///< null: added
    std::shared_ptr<const study::CellResult> after;  ///< null: lost
    /// Relative MSE after / before − 1; +inf where it was 0. Nothing where one side is missing.
    std::optional<double> change;
};

struct ResultDiff {
    std::vector<CellDiff> cells; ///< worse first, the largest change on top; then lost, better, added, same
    std::size_t worse = 0, lost = 0, better = 0, added = 0, same = 0;
    bool equal() const { return worse + lost + better + added == 0; }
};

/// Changes of relative MSE below this share are arithmetic, not a regression.
inline constexpr double kSameChange = 1e-6;

/// Which cells got worse, and by how much. Cells meet by the checkpoint's name (folders may differ between machines),
/// tensor, recipe and seed. Worse: a larger relative MSE, or the same with more stored bits.
ResultDiff diffResults(std::span<const std::shared_ptr<const study::CellResult>> before,
                       std::span<const std::shared_ptr<const study::CellResult>> after);
ResultDiff diffSessions(const Session& before, const Session& after);

/// Stored bits over weights, also where only figures were kept.
double storedBitsPerWeight(const study::CellResult& cell);

} // namespace qs::session
