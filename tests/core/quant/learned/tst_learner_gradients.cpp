// SPDX-License-Identifier: GPL-3.0-or-later
// The gradient of every learner of the registry against differences. Decoded values are steps of their parameters, so differences are
// taken of the smooth function that each convention stands for: what is rounded moves with its argument (straight-through) inside the
// range, bounds included, and stands still outside; codes are held; what is rounded for storing moves with what is rounded.
#include "core/quant/learnable_grid.h"
#include "core/quant/ladder_grid.h"
#include "core/quant/learned/clip_ratio_learner.h"
#include "core/quant/learned/codebook_learner.h"
#include "core/quant/learned/learned_part.h"
#include "core/quant/learned/rounding_factor_learner.h"
#include "tests/core/quant/calibrated.h"

#include <QTest>
#include <cmath>
#include <set>

using namespace qs;
using namespace qs::quant;

namespace {

constexpr Index kRows = 12;
constexpr Index kCols = 64;

/// What a recipe's learner is made from, as a recipe of scope=block begins it.
struct Begun {
    Matrix weights = test::gaussian(kRows, kCols, 3);
    Calibration calibration = test::calibrationOf(test::tokens(200, kCols, 4), false);
    std::unique_ptr<Grid> grid;
    std::unique_ptr<Assignment> assignment;
    std::unique_ptr<FittedGrid> levels;
    std::unique_ptr<LayerLearning> learning;
    Recipe recipe;
    Learner& learner() const { return learning->learner(); }
};

std::unique_ptr<Begun> begin(const std::string& text)
{
    auto out = std::make_unique<Begun>();
    out->recipe = *parseRecipe(text);
    const auto& registry = builtinRegistry();
    out->grid = *registry.part(PartKind::Grid, out->recipe.grid.name)->makeGrid(out->recipe.grid.values);
    out->assignment = *registry.part(PartKind::Assignment, out->recipe.assignment.name)->makeAssignment(out->recipe.assignment.values);
    const auto* part = dynamic_cast<const LearnedPart*>(out->assignment.get());
    if (!part) part = dynamic_cast<const LearnedPart*>(out->grid.get());
    if (!part) return nullptr;
    FitInput input;
    input.weights = out->weights.view();
    input.calibration = &out->calibration;
    input.seed = 7;
    out->levels = *out->grid->fit(input, {});
    auto learning = part->begin(input, *out->grid, *out->levels, {});
    if (!learning) qFatal("%s: %s", text.c_str(), learning.error().text().c_str());
    out->learning = std::move(*learning);
    // away from the start, where factors are 0 and gradients vanish
    double k = 0;
    for (LearnedArray& a : out->learner().arrays())
        for (double& v : a.value) v += 0.02 * std::sin(++k) * (a.name == "L" || a.name == "U" ? 3 : 1);
    return out;
}

const LearnedArray& arrayOf(Learner& learner, const std::string& name)
{
    for (const LearnedArray& a : learner.arrays())
        if (a.name == name) return a;
    static const LearnedArray none;
    return none;
}

/// The smooth function of the parameters, [rows, cols], about the point at which it is made. `array`: the one that moves.
using Smooth = std::function<std::vector<double>(const std::string& array)>;

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

Smooth smoothOf(Begun& b, RoundingFactorLearner& learner, const std::vector<double>& decoded)
{
    const auto layout = dynamic_cast<LadderGrid&>(*b.levels).ladderLayout();
    const auto* zeros = dynamic_cast<LadderGrid*>(b.levels.get());
    const int top = zeros->ladderTop();
    const bool isLow = !arrayOf(learner, "L").value.empty();
    const std::vector<double> steps(learner.scales().begin(), learner.scales().end());
    const std::vector<double> logs = arrayOf(learner, "log_step").value;
    const auto quotient = [&learner, &b, layout, isLow](Index r, Index c) {
        const auto i = static_cast<std::size_t>(r * kCols + c);
        double theta = arrayOf(learner, "log_step").value[static_cast<std::size_t>(layout.group(r, c))] + arrayOf(learner, "row").value[static_cast<std::size_t>(r)];
        if (isLow) {
            const auto& l = arrayOf(learner, "L");
            const auto& u = arrayOf(learner, "U");
            for (Index k = 0; k < l.cols; ++k) theta += l.value[static_cast<std::size_t>(r * l.cols + k)] * u.value[static_cast<std::size_t>(k * kCols + c)];
            theta += arrayOf(learner, "col").value[static_cast<std::size_t>(c)];
        } else {
            theta += arrayOf(learner, "S").value[i];
        }
        return static_cast<double>(b.weights.at(r, c)) / std::exp(theta);
    };
    std::vector<double> first;
    for (Index r = 0; r < kRows; ++r)
        for (Index c = 0; c < kCols; ++c) first.push_back(quotient(r, c));
    return [=, &learner](const std::string&) {
        std::vector<double> out;
        for (Index r = 0; r < kRows; ++r)
            for (Index c = 0; c < kCols; ++c) {
                const auto i = out.size();
                const auto g = static_cast<std::size_t>(layout.group(r, c));
                const double zero = static_cast<double>(zeros->ladderZero(static_cast<Index>(g)));
                const double whole = std::nearbyint(first[i]);
                const bool inside = whole >= -zero && whole <= top - zero;
                const double held = std::clamp(whole, -zero, top - zero);
                const double step = steps[g] * std::exp(arrayOf(learner, "log_step").value[g] - logs[g]);
                out.push_back(step * (held + (inside ? quotient(r, c) - first[i] : 0.0)));
            }
        (void)decoded;
        return out;
    };
}

Smooth smoothOf(Begun& b, ClipRatioLearner& learner, const std::vector<double>&)
{
    const auto& ladders = dynamic_cast<LadderGrid&>(*b.levels);
    const GroupLayout layout = ladders.ladderLayout();
    const int top = ladders.ladderTop();
    const bool symmetric = !ladders.hasLadderZeros();
    std::vector<double> low(static_cast<std::size_t>(layout.groups()), 0.0);
    std::vector<double> high = low;
    for (Index r = 0; r < kRows; ++r)
        for (Index c = 0; c < kCols; ++c) {
            const auto g = static_cast<std::size_t>(layout.group(r, c));
            low[g] = std::min(low[g], static_cast<double>(b.weights.at(r, c)));
            high[g] = std::max(high[g], static_cast<double>(b.weights.at(r, c)));
        }
    const auto raw = [&learner, low, high, top, symmetric](std::size_t g) {
        const double hi = sigmoid(arrayOf(learner, "up").value[g]) * high[g];
        const double lo = sigmoid(arrayOf(learner, "low").value[g]) * low[g];
        return symmetric ? std::max(std::abs(hi), std::abs(lo)) / ((top + 1) / 2 - 1) : (hi - lo) / top;
    };
    std::vector<double> before;
    for (std::size_t g = 0; g < low.size(); ++g) before.push_back(raw(g));
    const std::vector<double> scales(learner.scales().begin(), learner.scales().end());
    const std::vector<double> zeros(learner.zeros().begin(), learner.zeros().end());
    return [=, &b](const std::string&) {
        std::vector<double> out;
        for (Index r = 0; r < kRows; ++r)
            for (Index c = 0; c < kCols; ++c) {
                const auto g = static_cast<std::size_t>(layout.group(r, c));
                const double w = static_cast<double>(b.weights.at(r, c));
                const double scale = scales[g] + raw(g) - before[g];
                const double place = std::nearbyint(w / scales[g]) + zeros[g];
                const bool inside = place >= 0 && place <= top;
                const double held = std::clamp(place, 0.0, static_cast<double>(top)) - zeros[g];
                out.push_back(inside ? scale * (held - w / scales[g]) + w : scale * held);
            }
        return out;
    };
}

Smooth smoothOf(Begun& b, CodebookLearner& learner, const std::vector<double>&)
{
    const auto start = *dynamic_cast<LearnableGrid&>(*b.levels).learnableLevels();
    const auto groups = static_cast<std::size_t>(start.layout.groups());
    const auto k = static_cast<std::size_t>(start.levels);
    const auto rank = static_cast<std::size_t>(start.rank);
    const auto levelOf = [=](std::size_t g, std::size_t code, std::span<const double> s, std::span<const double> v, std::span<const double> o) {
        double level = -o[g] - (start.shifts.empty() ? 0.0 : s[g] * start.shifts[g]);
        for (std::size_t p = 0; p < rank; ++p) level += s[p * groups + g] * v[p * k + code];
        return level;
    };
    std::vector<double> unit; // h: half of a group's first range
    for (std::size_t g = 0; g < groups; ++g) {
        double lo = 1e300;
        double hi = -1e300;
        for (std::size_t q = 0; q < k; ++q) {
            lo = std::min(lo, levelOf(g, q, start.scales, start.basis, start.offsets));
            hi = std::max(hi, levelOf(g, q, start.scales, start.basis, start.offsets));
        }
        unit.push_back(0.5 * (hi - lo));
    }
    const auto copy = [](std::span<const double> v) { return std::vector<double>(v.begin(), v.end()); };
    const auto s0 = copy(learner.scales());
    const auto v0 = copy(learner.basis());
    const auto o0 = copy(learner.offsets());
    const auto S = arrayOf(learner, "S").value;
    const auto V = arrayOf(learner, "V").value;
    const auto B = arrayOf(learner, "B").value;
    const auto D = arrayOf(learner, "D").value;
    const std::vector<std::uint8_t> codes(learner.codes().begin(), learner.codes().end());
    const bool isRounding = b.recipe.assignment.name == "rounding";
    const bool straight = isRounding || (b.recipe.grid.values.has("gradient") && b.recipe.grid.values.text("gradient") == "b");
    return [=, &b, &learner](const std::string& moved) {
        auto s = s0;
        auto v = v0;
        auto o = o0;
        for (std::size_t i = 0; i < S.size(); ++i) s[i] += unit[i % groups] * (arrayOf(learner, "S").value[i] - S[i]);
        for (std::size_t i = 0; i < V.size(); ++i) v[i] += arrayOf(learner, "V").value[i] - V[i];
        for (std::size_t i = 0; i < B.size(); ++i) o[i] += unit[i] * (arrayOf(learner, "B").value[i] - B[i]);
        const bool through = straight && (moved != "V" || !isRounding); // rounding takes rule a for V
        std::vector<double> out;
        for (Index r = 0; r < kRows; ++r)
            for (Index c = 0; c < kCols; ++c) {
                const std::size_t i = out.size();
                const auto g = static_cast<std::size_t>(start.layout.group(r, c));
                std::vector<std::pair<double, std::size_t>> sorted;
                for (std::size_t q = 0; q < k; ++q) sorted.emplace_back(levelOf(g, q, s0, v0, o0), q);
                std::sort(sorted.begin(), sorted.end());
                const double x = static_cast<double>(b.weights.at(r, c)) + (D.empty() ? 0.0 : unit[g] * D[i]);
                double value = levelOf(g, codes[i], s, v, o);
                const bool inside = x >= sorted.front().first && x <= sorted.back().first;
                if (inside && through) { // the line between the neighbours is taken away: it stays where the weight is
                    std::size_t high = 1;
                    while (high + 1 < k && sorted[high].first < x) ++high;
                    const double t = (x - sorted[high - 1].first) / (sorted[high].first - sorted[high - 1].first);
                    value += x - ((1 - t) * levelOf(g, sorted[high - 1].second, s, v, o) + t * levelOf(g, sorted[high].second, s, v, o));
                }
                if (inside && !D.empty()) value += unit[g] * (arrayOf(learner, "D").value[i] - D[i]);
                out.push_back(value);
            }
        return out;
    };
}

Smooth smoothOf(Begun& b, const std::vector<double>& decoded)
{
    Learner& l = b.learner();
    if (auto* x = dynamic_cast<RoundingFactorLearner*>(&l)) return smoothOf(b, *x, decoded);
    if (auto* x = dynamic_cast<ClipRatioLearner*>(&l)) return smoothOf(b, *x, decoded);
    if (auto* x = dynamic_cast<CodebookLearner*>(&l)) return smoothOf(b, *x, decoded);
    return {};
}

// Every part of the registry that learns, over grids that it takes.
std::vector<std::string> learnedRecipes()
{
    std::vector<std::string> out;
    const auto& registry = builtinRegistry();
    for (const PartInfo& p : registry.parts()) {
        if (p.kind == PartKind::Grid) {
            const auto grid = p.makeGrid(ParamValues(p.params));
            if (!grid || !dynamic_cast<const LearnedPart*>(grid->get())) continue;
            for (const char* rule : {"a", "b"})
                for (const char* rank : {"1", "2", "3"}) out.push_back(p.name + ":bits=2,group=32,scale=f32,scope=block,gradient=" + rule + ",rank=" + rank);
        } else if (p.kind == PartKind::Assignment) {
            const auto assignment = p.makeAssignment(ParamValues(p.params));
            if (!assignment || !dynamic_cast<const LearnedPart*>(assignment->get())) continue;
            for (const std::string grid : {"rtn:bits=3,group=row", "rtn:bits=2,group=32", "rtn:bits=3,group=32,scheme=sym", "afpq:format=nf3,group=32", "nf:format=nf3,group=32,scale=f16", "kmeans:bits=2",
                                           "lcq:bits=2,group=32,rank=2,double=1"}) {
                const auto recipe = parseRecipe(grid + "+" + p.name + ":scope=block");
                if (!recipe) continue;
                const auto made = registry.part(PartKind::Grid, recipe->grid.name)->makeGrid(recipe->grid.values);
                if (made && (*assignment)->accepts(**made, kRows, kCols)) out.push_back(recipe->text());
            }
        }
    }
    return out;
}

} // namespace

class TestLearnerGradients : public QObject {
    Q_OBJECT
private slots:
    void registry_partsThatLearn_areAllHere()
    {
        std::set<std::string> names;
        for (const auto& text : learnedRecipes()) {
            const Recipe r = *parseRecipe(text);
            names.insert(r.assignment.name == "nearest" ? r.grid.name : r.assignment.name);
        }
        for (const char* name : {"lcq", "flexround", "lrq", "omniquant", "rounding"}) QVERIFY2(names.contains(name), name);
        QVERIFY(learnedRecipes().size() >= 18);
    }
    void gradient_everyLearner_isTheDifferenceOfItsConvention()
    {
        for (const std::string& text : learnedRecipes()) {
            const auto begun = begin(text);
            QVERIFY2(begun, text.c_str());
            Learner& learner = begun->learner();
            const auto size = static_cast<std::size_t>(kRows * kCols);
            std::vector<double> decoded(size);
            std::vector<double> slope(size);
            for (std::size_t i = 0; i < size; ++i) slope[i] = std::cos(static_cast<double>(3 * i + 1));
            QVERIFY(learner.decode(decoded, {}));
            const Smooth smooth = smoothOf(*begun, decoded);
            QVERIFY2(smooth, ("no smooth function is known of the learner of " + text).c_str());
            // at the point itself it is what is decoded
            const auto here = smooth("");
            for (std::size_t i = 0; i < size; ++i) QVERIFY2(std::abs(here[i] - decoded[i]) < 1e-5, (text + " " + std::to_string(here[i]) + " " + std::to_string(decoded[i])).c_str());
            QVERIFY(learner.backward(slope, {}));
            std::size_t moving = 0;
            for (LearnedArray& a : learner.arrays())
                for (std::size_t i = 0; i < a.value.size(); i += 1 + a.value.size() / 24) {
                    const double before = a.value[i];
                    const double step = 1e-5;
                    const auto at = [&](double v) {
                        a.value[i] = v;
                        const auto values = smooth(a.name);
                        double sum = 0;
                        for (std::size_t k = 0; k < size; ++k) sum += slope[k] * values[k];
                        return sum;
                    };
                    const double found = (at(before + step) - at(before - step)) / (2 * step);
                    a.value[i] = before;
                    moving += a.gradient[i] != 0 ? 1U : 0U;
                    QVERIFY2(std::abs(found - a.gradient[i]) <= 1e-6 * std::max(1.0, std::abs(found)),
                             (text + " " + a.name + "[" + std::to_string(i) + "]: " + std::to_string(found) + " " + std::to_string(a.gradient[i])).c_str());
                }
            QVERIFY2(moving > 4, text.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestLearnerGradients)
#include "tst_learner_gradients.moc"
