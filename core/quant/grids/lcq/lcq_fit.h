// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/quant/array_store.h"
#include "core/quant/input_rows.h"
#include "core/quant/kmeans_1d.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <functional>
#include <memory>
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
    const InputRows* rows = nullptr;        ///< must outlive it
    GroupLayout layout;
    std::vector<double> columnWeight;       ///< h per input column; empty: 1
    bool hasRemoved = false;                ///< some weights have h = 0
    std::shared_ptr<FirstError> failure = std::make_shared<FirstError>(); ///< of reading; what is read then is void
    LcqProblem() = default;
    LcqProblem(const InputRows& input, const GroupLayout& groups);
    /// Groups per parallel chunk.
    Index grain() const;
    std::uint64_t size() const { return static_cast<std::uint64_t>(rows->rows()) * static_cast<std::uint64_t>(rows->cols()); }
};

/// Reads groups [begin, end) of a problem, in ascending order best; one for each chunk.
class LcqReader {
public:
    LcqReader(const LcqProblem& p, Index end) : m_p(p), m_reader(*p.rows, p.layout) { if (end > 0) m_reader.endAt(end - 1); }
    bool isWeighted() const { return m_p.hasRemoved || !m_p.columnWeight.empty(); }
    /// Calls f(weight, h) for each weight of a group.
    template <class F> void forEach(Index group, F&& f) {
        m_p.failure->take(m_reader.forEachRun(group, [&](const GroupRun& run) {
            for (std::size_t i = 0; i < run.weights.size(); ++i) f(static_cast<double>(run.weights[i]), weightOf(run, i));
        }));
    }
    /// The group's points for k-means: values and h, which are empty where all are 1.
    Status points(Index group, const std::function<void(std::span<const float>, std::span<const double>)>& visit) {
        return m_reader.forEachRun(group, [&](const GroupRun& run) {
            m_h.clear();
            for (std::size_t i = 0; isWeighted() && i < run.weights.size(); ++i) m_h.push_back(weightOf(run, i));
            visit(run.weights, m_h);
        });
    }

private:
    double weightOf(const GroupRun& run, std::size_t i) const {
        if (!run.removed.empty() && run.removed[i] != 0) return 0.0;
        return m_p.columnWeight.empty() ? 1.0 : m_p.columnWeight[static_cast<std::size_t>(run.col0) + i];
    }
    const LcqProblem& m_p;
    GroupReader m_reader;
    std::vector<double> m_h;
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

/// A group's weights as points of k-means.
void lcqPoints(const LcqProblem& p, LcqReader& reader, Index group, Kmeans1d& solver);
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
