// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/quant/array_store.h"
#include "core/quant/group_layout.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

/// Low-rank codebooks C = SᵀV − B (seed_methods.md §3): the fits. All in double; objective J = Σ h·(Ŵ − W)² with a
/// weight h per element (1, or Σ's diagonal; 0 for weights kept elsewhere).
namespace qs::quant {

/// Codebooks of T groups: level k of group t is Σ_ρ s[ρ·T + t]·v[ρ·K + k] − b[t].
struct LcqModel {
    int rank = 1;
    int levels = 16;        ///< K
    Index groups = 0;       ///< T
    std::vector<double> s;  ///< [rank, T]
    std::vector<double> v;  ///< [rank, K]
    std::vector<double> b;  ///< [T]
    LcqModel() = default;
    LcqModel(int r, int k, Index t)
        : rank(r),
          levels(k),
          groups(t),
          s(static_cast<std::size_t>(r * t)),
          v(static_cast<std::size_t>(r * k)),
          b(static_cast<std::size_t>(t)) {}
    /// The K levels of one group.
    void book(Index group, std::span<double> out) const;
    /// Scales V's rows to largest magnitude 1, dividing into S: the codebooks stay (S → SD, V → D⁻¹V).
    void normalise();
};

/// The same as it is stored: rounded parameters, decoded in float as every reader does.
struct LcqStored {
    int rank = 1;
    int levels = 16;
    Index groups = 0;
    DType type = DType::F16;     ///< of s and b
    bool doubled = false;        ///< s and b as 8-bit codes with scale and offset per block of 256 groups
    std::vector<float> s, v, b;  ///< decoded
    struct Affine {
        std::vector<std::uint8_t> codes;   ///< [rows, T]
        std::vector<float> scale, offset;  ///< [rows, blocks], F16 values
    };
    Affine sDouble, bDouble;  ///< where doubled
    /// Codebook of one group, summed ρ ascending in float (formats.md B8.2).
    void book(Index group, std::span<float> out) const;
};

inline constexpr Index kLcqBlock = 256;  ///< groups that share one scale and offset of the double quantization
inline Index lcqBlocks(Index groups) {
    return (groups + kLcqBlock - 1) / kLcqBlock;
}

/// What is fitted.
struct LcqProblem {
    MatrixView weights;
    GroupLayout layout;
    std::vector<double> columnWeight;       ///< h per input column; empty: 1
    std::span<const std::uint8_t> removed;  ///< elements with h = 0; empty: none
    /// Weights and h of a group, appended to cleared vectors; `h` stays empty where all are 1.
    void read(Index group, std::vector<double>& w, std::vector<double>& h) const;
    /// Groups per parallel chunk.
    Index grain() const;
};

struct LcqOptions {
    int bits = 3;
    int rank = 2;
    int iterations = 15;           ///< rounds of the alternation
    bool gradient = false;         ///< Adam instead of the alternation
    bool straightThrough = false;  ///< gradient rule B (§3.5) instead of A
    int steps = 100;               ///< of Adam
    double rate = 0.01;            ///< of Adam for S and B; V takes a fifth of it
    DType type = DType::F16;
    bool doubled = false;
};

/// J of a model with the nearest code for each weight.
double lcqObjective(const LcqProblem& p, const LcqModel& m, const Context& context);
/// J of what is stored.
double lcqObjective(const LcqProblem& p, const LcqStored& m, const Context& context);
/// Free codebooks' J: the exact k-means optimum of every group, a bound for every rank.
double lcqFreeObjective(const LcqProblem& p, int levels, const Context& context);

/// One round: nearest codes, then (S, B) of each group, then V, by least squares. Returns J of the codes step, before
/// the parameters moved; no step raises J.
double lcqRound(const LcqProblem& p, LcqModel& m, const Context& context);
/// (S, B) alone for nearest codes of `codesFrom`, with V (and where `keepS` S) held.
void lcqSolveGroups(const LcqProblem& p, const LcqModel& codesFrom, LcqModel& m, bool keepS, const Context& context);
/// V alone for nearest codes of `codesFrom`.
void lcqSolveLevels(const LcqProblem& p, const LcqModel& codesFrom, LcqModel& m, const Context& context);

/// The starts of §3.7: free codebooks and their truncated decomposition, a Gaussian table with two signs (AFPQ),
/// uniform.
std::vector<LcqModel> lcqStarts(const LcqProblem& p, int levels, int rank, const Context& context);
/// Adam on dimensionless parameters (§3.6, §3.8); returns the best model seen.
LcqModel lcqGradient(const LcqProblem& p, const LcqModel& start, const LcqOptions& o, const Context& context);
/// Rounds a model to what is stored, in the order of §3.10. `polish`: parameters that come later in the order are
/// solved again around those already rounded; without it each is rounded as it is.
LcqStored lcqRounded(const LcqProblem& p, LcqModel m, const LcqOptions& o, bool polish, const Context& context);
/// Rounds numbers that were learned to what is stored: V, S and B, each as it is. `to` has its sizes and types.
void lcqRoundInto(LcqStored& to, std::span<const double> s, std::span<const double> v, std::span<const double> b);
/// The whole fit: every start, the best by J of what is stored; never worse than the best start itself.
LcqStored lcqFit(const LcqProblem& p, const LcqOptions& o, const Context& context);

/// Arrays of formats.md B8.2, row LCQ.
void lcqStore(const LcqStored& m, ArrayStore& out);
Result<LcqStored> lcqLoad(const ArrayStore& arrays, int rank, int levels, Index groups, DType type, bool doubled);

/// Levels sorted with thresholds between them, for the codes step in double; ties to the lower code.
class LcqSorted {
public:
    void build(std::span<const double> levels);
    /// Position of the nearest level in the sorted order.
    std::size_t position(double w) const;
    std::size_t code(double w) const { return m_code[position(w)]; }
    std::size_t codeAt(std::size_t position) const { return m_code[position]; }
    double levelAt(std::size_t position) const { return m_level[position]; }
    std::size_t size() const { return m_level.size(); }

private:
    std::vector<std::size_t> m_order;
    std::vector<double> m_level, m_threshold;
    std::vector<std::size_t> m_code;
    std::vector<bool> m_tieUp;
};

/// Solves the symmetric positive semidefinite n × n system in place by Cholesky with a small ridge; x holds the right
/// side, then the solution. False where it is not finite.
bool lcqSolve(std::vector<double>& a, std::vector<double>& x, std::size_t n);

}  // namespace qs::quant
