// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/train_state.h"

#include <cmath>
#include <cstring>

namespace qs::quant {
namespace {

void add(ArrayStore& out, std::string name, const std::vector<double>& values)
{
    Array a{std::move(name), DType::F64, {static_cast<Index>(values.size())}, {}};
    a.bytes.resize(8 * values.size());
    if (!values.empty()) std::memcpy(a.bytes.data(), values.data(), a.bytes.size());
    out.add(std::move(a));
}

bool read(const ArrayStore& arrays, const std::string& name, std::vector<double>& out)
{
    for (const Array& a : arrays.arrays()) {
        if (a.name != name) continue;
        if (a.dtype != DType::F64 || a.bytes.size() % 8 != 0) return false;
        out.resize(a.bytes.size() / 8);
        if (!out.empty()) std::memcpy(out.data(), a.bytes.data(), a.bytes.size());
        return true;
    }
    return false;
}

} // namespace

void storeState(const TrainState& state, ArrayStore& out)
{
    add(out, "head", {static_cast<double>(state.step), state.least, static_cast<double>(state.kept)});
    add(out, "losses", state.losses);
    std::vector<double> evaluated;
    for (const auto& [step, loss] : state.evaluated) {
        evaluated.push_back(static_cast<double>(step));
        evaluated.push_back(loss);
    }
    if (!evaluated.empty()) add(out, "evaluated", evaluated);
    for (std::size_t k = 0; k < state.values.size(); ++k) {
        const std::string at = "." + std::to_string(k);
        add(out, "value" + at, state.values[k]);
        add(out, "first" + at, state.moments[k].first);
        add(out, "second" + at, state.moments[k].second);
        if (!state.best.empty()) add(out, "best" + at, state.best[k]);
    }
}

Result<TrainState> loadState(const ArrayStore& arrays)
{
    const auto bad = [] { return fail(ErrorCode::Malformed, "what is kept of a training is not complete"); };
    TrainState state;
    std::vector<double> head;
    std::vector<double> evaluated;
    if (!read(arrays, "head", head) || head.size() != 3 || !read(arrays, "losses", state.losses)) return bad();
    read(arrays, "evaluated", evaluated);
    if (!(head[0] >= 0 && head[0] < 1e9 && head[2] >= 0 && head[2] < 1e9) || evaluated.size() % 2 != 0) return bad();
    state.step = static_cast<int>(head[0]);
    state.least = head[1];
    state.kept = static_cast<std::size_t>(head[2]);
    for (std::size_t i = 0; i < evaluated.size(); i += 2) {
        if (!(evaluated[i] >= 0 && evaluated[i] < 1e9)) return bad();
        state.evaluated.emplace_back(static_cast<int>(evaluated[i]), evaluated[i + 1]);
    }
    std::vector<double> value;
    for (std::size_t k = 0; read(arrays, "value." + std::to_string(k), value); ++k) {
        const std::string at = "." + std::to_string(k);
        state.values.push_back(value);
        auto& m = state.moments.emplace_back();
        if (!read(arrays, "first" + at, m.first) || !read(arrays, "second" + at, m.second)) return bad();
        if (read(arrays, "best" + at, value)) state.best.push_back(value);
    }
    return state;
}

} // namespace qs::quant
