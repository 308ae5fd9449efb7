// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/kmeans_1d.h"

#include "core/exec/parallel_for.h"
#include "core/tensor/float_bits.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace qs::quant {
namespace {

constexpr std::size_t kManyValues = 100000;

// Order-preserving integer of a float; −0 counts as 0.
std::uint32_t keyOf(float v) {
    const std::uint32_t u = std::bit_cast<std::uint32_t>(v == 0 ? 0.0F : v);
    return (u & 0x80000000U) ? ~u : u | 0x80000000U;
}

float valueOf(std::uint32_t key) {
    return std::bit_cast<float>((key & 0x80000000U) ? key & 0x7FFFFFFFU : ~key);
}

// Sorts by the upper 32 bits, stable.
void sortKeys(std::vector<std::uint64_t>& data, std::vector<std::uint64_t>& temp) {
    constexpr std::size_t kFew = 256;
    constexpr std::size_t kInPlace = std::size_t(1) << 22;  // a second copy would cost more memory than time is worth
    if (data.size() < kFew || data.size() > kInPlace) {
        std::sort(data.begin(), data.end());  // the index below the key makes it stable
        return;
    }
    temp.resize(data.size());
    constexpr int kBits = 11;
    std::array<std::array<std::uint32_t, 1U << kBits>, 3> count{};
    constexpr std::uint32_t kMask = (1U << kBits) - 1;
    for (const std::uint64_t v : data) {
        const auto key = static_cast<std::uint32_t>(v >> 32);
        ++count[0][key & kMask];
        ++count[1][(key >> kBits) & kMask];
        ++count[2][key >> (2 * kBits)];
    }
    for (std::size_t pass = 0; pass < 3; ++pass) {
        std::uint32_t at = 0;
        for (auto& c : count[pass]) {
            const std::uint32_t n = c;
            c = at;
            at += n;
        }
        const auto shift = static_cast<unsigned>(32 + kBits * static_cast<int>(pass));
        for (const std::uint64_t v : data)
            temp[count[pass][static_cast<std::uint32_t>(v >> shift) & kMask]++] = v;
        data.swap(temp);
    }
}

}  // namespace

void Kmeans1d::setPoints(std::span<const float> values, std::span<const double> weights) {
    m_x.clear();
    m_w.clear();
    m_spread = 0;
    bool weighted = false;
    for (const double w : weights)
        weighted = weighted || w > 0;
    if (!weighted) weights = {};
    if (values.size() < kManyValues || !collectHalves(values, weights)) collect(values, weights);
    makePrefixes();
}

// Takes distinct values in ascending order with their weights and merges runs of neighbours.
class Kmeans1d::Emitter {
public:
    Emitter(Kmeans1d& to, std::size_t distinct)
        : m_to(to), m_run(std::max<std::size_t>(1, (distinct + to.m_limits.points - 1) / to.m_limits.points))
    {
        to.m_x.reserve((distinct + m_run - 1) / m_run);
        to.m_w.reserve((distinct + m_run - 1) / m_run);
    }
    void add(std::uint32_t key, double w) {
        if (m_taken == 0) m_start = static_cast<double>(valueOf(key));
        const double d = static_cast<double>(valueOf(key)) - m_start;
        m_weight += w;
        m_sum += w * d;
        m_squares += w * d * d;
        if (++m_taken == m_run) finish();
    }
    void finish() {
        if (m_taken == 0) return;
        m_to.m_x.push_back(m_start + m_sum / m_weight);
        m_to.m_w.push_back(m_weight);
        m_to.m_spread += std::max(0.0, m_squares - m_sum * m_sum / m_weight);
        m_weight = m_sum = m_squares = 0;
        m_taken = 0;
    }

private:
    Kmeans1d& m_to;
    std::size_t m_run;
    std::size_t m_taken = 0;
    double m_start = 0;
    double m_weight = 0;
    double m_sum = 0;
    double m_squares = 0;
};

void Kmeans1d::collect(std::span<const float> values, std::span<const double> weights) {
    m_sort.clear();
    m_sort.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        if (weights.empty() || weights[i] > 0)
            m_sort.push_back(static_cast<std::uint64_t>(keyOf(values[i])) << 32 | static_cast<std::uint32_t>(i));
    sortKeys(m_sort, m_sortTemp);
    const auto keyAt = [&](std::size_t i) { return static_cast<std::uint32_t>(m_sort[i] >> 32); };
    std::size_t distinct = 0;
    for (std::size_t i = 0; i < m_sort.size(); ++i)
        distinct += i == 0 || keyAt(i) != keyAt(i - 1) ? 1U : 0U;
    Emitter out(*this, distinct);
    for (std::size_t i = 0; i < m_sort.size();) {
        const std::uint32_t key = keyAt(i);
        double w = 0;
        for (; i < m_sort.size() && keyAt(i) == key; ++i)
            w += weights.empty() ? 1.0 : weights[static_cast<std::uint32_t>(m_sort[i])];
        out.add(key, w);
    }
    out.finish();
    if (values.size() > kManyValues) {  // don't hold a large group's memory beyond its use
        m_sort = {};
        m_sortTemp = {};
    }
}

namespace {

// One weight per pattern of a 16-bit type; false where some value is not of the type.
struct HalfTable {
    std::vector<double> weight = std::vector<double>(65536);
    bool fits = true;
    template <class Encode, class Decode>
    void add(std::span<const float> values, std::span<const double> weights, const Encode& encode, const Decode& decode) {
        for (std::size_t i = 0; fits && i < values.size(); ++i) {
            const float v = values[i] == 0 ? 0.0F : values[i];
            const std::uint16_t h = encode(v);
            fits = decode(h) == v;
            weight[h] += weights.empty() ? 1.0 : weights[i];
        }
    }
    template <class Decode> void points(const Decode& decode, std::vector<double>& x, std::vector<double>& w) const {
        std::vector<std::pair<float, double>> found;
        for (std::size_t h = 0; h < weight.size(); ++h)
            if (weight[h] > 0) found.emplace_back(decode(static_cast<std::uint16_t>(h)), weight[h]);
        std::sort(found.begin(), found.end());
        for (const auto& [value, sum] : found) {
            x.push_back(static_cast<double>(value));
            w.push_back(sum);
        }
    }
};

// Keys [begin, end) of which so many values have one.
struct KeyRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint64_t count = 0;
};

}  // namespace

Status Kmeans1d::setPoints(const PointSource& source) {
    m_x.clear();
    m_w.clear();
    m_spread = 0;
    constexpr std::uint64_t kAtOnce = std::uint64_t(1) << 20;  // values sorted together
    std::uint64_t count = 0;
    bool weighted = false;
    QS_TRY(source([&](std::span<const float> values, std::span<const double> weights) {
        count += values.size();
        for (const double w : weights) weighted = weighted || w > 0;
    }));
    const auto all = [&](const auto& visit) {
        return source([&](std::span<const float> values, std::span<const double> weights) {
            visit(values, weighted ? weights : std::span<const double>{});
        });
    };
    if (count >= kManyValues) {
        HalfTable bf16;
        HalfTable f16;
        QS_TRY(all([&](std::span<const float> values, std::span<const double> weights) {
            bf16.add(values, weights, floatToBf16, bf16ToFloat);
            f16.add(values, weights, floatToHalf, halfToFloat);
        }));
        if (bf16.fits || f16.fits) {
            if (bf16.fits) bf16.points(bf16ToFloat, m_x, m_w);
            else f16.points(halfToFloat, m_x, m_w);
            makePrefixes();
            return {};
        }
    }
    std::vector<std::uint64_t> upper(65536);
    const auto forKeys = [&](const auto& f) {
        return all([&](std::span<const float> values, std::span<const double> weights) {
            for (std::size_t i = 0; i < values.size(); ++i)
                if (weights.empty() || weights[i] > 0) f(keyOf(values[i]), weights.empty() ? 1.0 : weights[i]);
        });
    };
    QS_TRY(forKeys([&](std::uint32_t key, double) { ++upper[key >> 16]; }));
    std::vector<KeyRange> ranges;
    for (std::uint64_t k = 0; k < upper.size(); ++k) {
        if (ranges.empty() || (ranges.back().count > 0 && ranges.back().count + upper[k] > kAtOnce)) ranges.push_back({k << 16, 0, 0});
        ranges.back().end = (k + 1) << 16;
        ranges.back().count += upper[k];
    }
    // The distinct values of one range, ascending: sorted, or where many share their upper bits from a table.
    const auto distinctOf = [&](const KeyRange& range, const auto& f) -> Status {
        if (range.count == 0) return {};
        if (range.count > kAtOnce) {
            std::vector<double> weight(65536);
            QS_TRY(forKeys([&](std::uint32_t key, double w) {
                if (key >= range.begin && key < range.end) weight[key - range.begin] += w;
            }));
            for (std::uint64_t k = 0; k < weight.size(); ++k)
                if (weight[k] > 0) f(static_cast<std::uint32_t>(range.begin + k), weight[k]);
            return {};
        }
        if (!weighted) {
            std::vector<std::uint32_t> keys;
            keys.reserve(range.count);
            QS_TRY(forKeys([&](std::uint32_t key, double) {
                if (key >= range.begin && key < range.end) keys.push_back(key);
            }));
            std::sort(keys.begin(), keys.end());
            for (std::size_t i = 0; i < keys.size();) {
                const std::size_t first = i;
                while (i < keys.size() && keys[i] == keys[first]) ++i;
                f(keys[first], static_cast<double>(i - first));
            }
            return {};
        }
        std::vector<std::pair<std::uint32_t, double>> points;
        points.reserve(range.count);
        QS_TRY(forKeys([&](std::uint32_t key, double w) {
            if (key >= range.begin && key < range.end) points.emplace_back(key, w);
        }));
        // Stable, so that equal values are added up in their order.
        std::stable_sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        for (std::size_t i = 0; i < points.size();) {
            const std::uint32_t key = points[i].first;
            double w = 0;
            for (; i < points.size() && points[i].first == key; ++i) w += points[i].second;
            f(key, w);
        }
        return {};
    };
    std::size_t distinct = static_cast<std::size_t>(count);
    if (count > m_limits.points) {
        distinct = 0;
        for (const KeyRange& range : ranges) QS_TRY(distinctOf(range, [&](std::uint32_t, double) { ++distinct; }));
    }
    Emitter out(*this, distinct);
    for (const KeyRange& range : ranges) QS_TRY(distinctOf(range, [&](std::uint32_t key, double w) { out.add(key, w); }));
    out.finish();
    makePrefixes();
    return {};
}

// 16-bit floats: one weight per bit pattern, no sorting. False where some value is neither a BF16 nor an F16.
bool Kmeans1d::collectHalves(std::span<const float> values, std::span<const double> weights) {
    const auto gather = [&](const auto& encode, const auto& decode) {
        HalfTable table;
        table.add(values, weights, encode, decode);
        if (table.fits) table.points(decode, m_x, m_w);
        return table.fits;
    };
    return gather(floatToBf16, bf16ToFloat) || gather(floatToHalf, halfToFloat);
}

void Kmeans1d::makePrefixes() {
    // Outward from the median: every prefix is no larger than what lies between it and the median, so differences of
    // neighbouring prefixes keep their digits even where a far outlier is among the points.
    const std::size_t n = m_x.size();
    m_a.assign(n + 1, 0);
    m_b.assign(n + 1, 0);
    m_c.assign(n + 1, 0);
    const std::size_t middle = n / 2;
    m_origin = n == 0 ? 0 : m_x[middle];
    for (std::size_t i = middle; i < n; ++i) {
        const double d = m_x[i] - m_origin;
        m_a[i + 1] = m_a[i] + m_w[i];
        m_b[i + 1] = m_b[i] + m_w[i] * d;
        m_c[i + 1] = m_c[i] + m_w[i] * d * d;
    }
    for (std::size_t i = middle; i-- > 0;) {
        const double d = m_x[i] - m_origin;
        m_a[i] = m_a[i + 1] - m_w[i];
        m_b[i] = m_b[i + 1] - m_w[i] * d;
        m_c[i] = m_c[i + 1] - m_w[i] * d * d;
    }
}

double Kmeans1d::cost(std::size_t begin, std::size_t end) const {
    const double a = m_a[end] - m_a[begin];
    const double b = m_b[end] - m_b[begin];
    return a > 0 ? std::max(0.0, m_c[end] - m_c[begin] - b * b / a) : 0.0;
}

// m_t[j] = m_prev[j] − m_c[j], so the best value for an end is min_j(m_t[j] − ΔB²/ΔA) + m_c[end].
// Two lanes at a time: the division is what costs. Each lane keeps its first best, so ties still go to the smaller j.
void Kmeans1d::scan(std::size_t end, std::size_t jLo, std::size_t jHi, double& best, std::size_t& at) const {
    using Pair = double __attribute__((vector_size(16)));
    using Mask = long long __attribute__((vector_size(16)));
    const double ae = m_a[end];
    const double be = m_b[end];
    const double* a = m_a.data();
    const double* b = m_b.data();
    const double* t = m_t.data();
    constexpr double kNone = std::numeric_limits<double>::infinity();
    best = kNone;
    at = jLo;
    std::size_t j = jLo;
    if (jHi - jLo >= 7) {
        const auto load = [](const double* p) {
            Pair v;
            std::memcpy(&v, p, sizeof v);
            return v;
        };
        const auto value = [&](std::size_t k) {
            const Pair db = be - load(b + k);
            const Pair da = ae - load(a + k);
            const Pair drop = db * db / da;
            return load(t + k) - (da > Pair{0, 0} ? drop : Pair{0, 0});
        };
        Pair least0{kNone, kNone};
        Pair least1 = least0;
        const auto first = static_cast<long long>(jLo);
        Mask at0{first, first};
        Mask at1 = at0;
        Mask now{first, first + 1};
        for (; j + 3 <= jHi; j += 4) {
            const Pair v0 = value(j);
            const Pair v1 = value(j + 2);
            const Mask better0 = v0 < least0;
            const Mask better1 = v1 < least1;
            least0 = better0 ? v0 : least0;
            least1 = better1 ? v1 : least1;
            at0 = better0 ? now : at0;
            at1 = better1 ? now + 2 : at1;
            now += 4;
        }
        const auto take = [&](double v, long long k) {
            const auto position = static_cast<std::size_t>(k);
            if (v < best || (v == best && position < at)) {
                best = v;
                at = position;
            }
        };
        take(least0[0], at0[0]);
        take(least0[1], at0[1]);
        take(least1[0], at1[0]);
        take(least1[1], at1[1]);
    }
    for (; j <= jHi; ++j) {
        const double db = be - b[j];
        const double da = ae - a[j];
        const double v = t[j] - (da > 0 ? db * db / da : 0.0);  // weights too small for the sum count for nothing
        if (v < best) {
            best = v;
            at = j;
        }
    }
}

// The argmin grows with the end (the cost is concave Monge): the middle end first, both halves within its bounds.
void Kmeans1d::fill(std::size_t endLo, std::size_t endHi, std::size_t jLo, std::size_t jHi, std::uint32_t* from) {
    constexpr std::size_t kShort = 4;  // candidates that are tried quicker than halved
    while (endLo <= endHi) {
        const bool straight = jHi - jLo < kShort;
        const std::size_t end = straight ? endLo : endLo + (endHi - endLo) / 2;
        double best = 0;
        std::size_t at = 0;
        scan(end, jLo, std::min(jHi, end - 1), best, at);
        m_next[end] = best + m_c[end];
        from[end] = static_cast<std::uint32_t>(at);
        if (end > endLo) fill(endLo, end - 1, jLo, at, from);
        endLo = end + 1;
        jLo = at;
    }
}

bool Kmeans1d::layer(std::size_t lo, std::size_t hi, int q, const Context& context, std::uint32_t* from) {
    const std::size_t first = lo + static_cast<std::size_t>(q);  // cluster q begins here at the earliest
    for (std::size_t j = first; j < hi; ++j)
        m_t[j] = m_prev[j] - m_c[j];
    if (hi - first < m_limits.parallel) {
        fill(first + 1, hi, first, hi - 1, from);
        return !context.stopped();
    }
    // Ends at block borders first, halving; long scans in fixed pieces, combined in order. Then the blocks by
    // themselves.
    constexpr std::size_t kBlock = 4096;
    constexpr std::size_t kPiece = 16384;
    struct Node {
        std::size_t block, jLo, jHi;
    };
    const std::size_t blocks = (hi - first) / kBlock;  // borders at first + b·kBlock, b = 1..blocks
    std::vector<std::size_t> argmin(blocks + 2, hi - 1);
    argmin[0] = first;
    struct Span {
        std::size_t lo, hi;
    };
    std::vector<Span> open{{1, blocks}};
    while (!open.empty()) {
        struct Task {
            std::size_t end, jLo, jHi, at;
            double best;
        };
        std::vector<Task> tasks;
        std::vector<std::pair<Span, std::size_t>> owners;  // span, its first task
        for (const Span& s : open) {
            const std::size_t b = s.lo + (s.hi - s.lo) / 2;
            const std::size_t end = first + b * kBlock;
            const std::size_t jHi = std::min(argmin[s.hi + 1], end - 1);
            owners.emplace_back(s, tasks.size());
            for (std::size_t j = argmin[s.lo - 1]; j <= jHi; j += kPiece)
                tasks.push_back({end, j, std::min(jHi, j + kPiece - 1), j, 0});
        }
        if (!parallelFor(context, static_cast<std::int64_t>(tasks.size()), 1, [&](std::int64_t b, std::int64_t e) {
                for (; b < e; ++b) {
                    Task& t = tasks[static_cast<std::size_t>(b)];
                    scan(t.end, t.jLo, t.jHi, t.best, t.at);
                }
            }))
            return false;
        std::vector<Span> deeper;
        for (std::size_t o = 0; o < owners.size(); ++o) {
            const Span s = owners[o].first;
            const std::size_t stop = o + 1 < owners.size() ? owners[o + 1].second : tasks.size();
            const Task* best = &tasks[owners[o].second];
            for (std::size_t t = owners[o].second; t < stop; ++t)
                if (tasks[t].best < best->best) best = &tasks[t];
            const std::size_t b = s.lo + (s.hi - s.lo) / 2;
            argmin[b] = best->at;
            m_next[best->end] = best->best + m_c[best->end];
            from[best->end] = static_cast<std::uint32_t>(best->at);
            if (b > s.lo) deeper.push_back({s.lo, b - 1});
            if (b < s.hi) deeper.push_back({b + 1, s.hi});
        }
        open = std::move(deeper);
    }
    return parallelFor(context, static_cast<std::int64_t>(blocks + 1), 1, [&](std::int64_t from0, std::int64_t to) {
        for (auto b = static_cast<std::size_t>(from0); b < static_cast<std::size_t>(to); ++b) {
            const std::size_t begin = first + b * kBlock + 1;
            const std::size_t end = b < blocks ? first + (b + 1) * kBlock - 1 : hi;
            if (begin <= end) fill(begin, end, argmin[b], b < blocks ? argmin[b + 1] : hi - 1, from);
        }
    });
}

bool Kmeans1d::path(std::size_t lo, std::size_t hi, int k, const Context& context) {
    if (k <= 1) return true;
    const std::size_t n = m_x.size() + 1;
    for (std::size_t i = lo + 1; i <= hi; ++i)
        m_prev[i] = cost(lo, i);
    m_prev[lo] = 0;
    const std::size_t layers = static_cast<std::size_t>(k) - 1;
    const bool halving = layers > 1 && layers * n > m_limits.tableEntries;
    const int middle = (k + 1) / 2;  // halving: where cluster `middle` begins is carried along
    std::vector<std::uint32_t> carried, nextCarried;
    if (halving) {
        carried.resize(n);
        nextCarried.resize(n);
        m_from.resize(n);
    } else {
        m_from.resize(layers * n);
    }
    for (int q = 1; q < k; ++q) {
        std::uint32_t* from = halving ? m_from.data() : m_from.data() + static_cast<std::size_t>(q - 1) * n;
        if (q == k - 1) {  // only the last end counts
            for (std::size_t j = lo + static_cast<std::size_t>(q); j < hi; ++j)
                m_t[j] = m_prev[j] - m_c[j];
            double best = 0;
            std::size_t at = 0;
            scan(hi, lo + static_cast<std::size_t>(q), hi - 1, best, at);
            from[hi] = static_cast<std::uint32_t>(at);
        } else if (!layer(lo, hi, q, context, from)) {
            return false;
        }
        if (halving && q >= middle) {
            const std::size_t begin = q == k - 1 ? hi : lo + static_cast<std::size_t>(q) + 1;
            for (std::size_t i = begin; i <= hi; ++i)
                nextCarried[i] = q == middle ? from[i] : carried[from[i]];
            carried.swap(nextCarried);
        }
        m_prev.swap(m_next);
    }
    if (halving) {
        const std::size_t cut = carried[hi];
        carried = {};
        nextCarried = {};
        if (!path(lo, cut, middle, context)) return false;
        m_starts.push_back(cut);
        return path(cut, hi, k - middle, context);
    }
    const std::size_t at = m_starts.size();
    m_starts.resize(at + layers);
    std::size_t end = hi;
    for (std::size_t q = layers; q >= 1; --q) {
        end = m_from[(q - 1) * n + end];
        m_starts[at + q - 1] = end;
    }
    return true;
}

bool Kmeans1d::solve(int k, const Context& context, Solution& out) {
    out.centres.clear();
    out.cost = m_spread;
    const std::size_t n = m_x.size();
    if (n == 0) return true;
    if (n <= static_cast<std::size_t>(k)) {
        out.centres = m_x;
        return true;
    }
    m_prev.resize(n + 1);
    m_next.resize(n + 1);
    m_t.resize(n + 1);
    m_starts.clear();
    if (!path(0, n, k, context)) return false;
    m_starts.push_back(n);
    std::size_t begin = 0;
    for (const std::size_t end : m_starts) {  // the centres and the cost anew, without differences of long sums
        double w = 0;
        double sum = 0;
        for (std::size_t i = begin; i < end; ++i) {
            w += m_w[i];
            sum += m_w[i] * (m_x[i] - m_x[begin]);
        }
        const double centre = m_x[begin] + sum / w;
        for (std::size_t i = begin; i < end; ++i)
            out.cost += m_w[i] * (m_x[i] - centre) * (m_x[i] - centre);
        out.centres.push_back(centre);
        begin = end;
    }
    if (n > kManyValues) m_from = {};
    return true;
}

}  // namespace qs::quant
