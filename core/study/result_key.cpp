// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/result_key.h"

#include "core/base/sha256.h"
#include "core/exec/parallel_for.h"

#include <algorithm>
#include <vector>

namespace qs::study {
namespace {

constexpr std::int64_t kGrain = std::int64_t(4) << 20; // bytes in a piece

void add(Sha256& hash, std::string_view text)
{
    // the length first, so that two texts never run into each other
    const std::string head = std::to_string(text.size()) + ":";
    hash.update(std::as_bytes(std::span(head)));
    hash.update(std::as_bytes(std::span(text)));
}

template <class T>
void addArray(Sha256& hash, const std::vector<T>& values)
{
    add(hash, std::to_string(values.size()));
    hash.update(std::as_bytes(std::span(values)));
}

Result<std::vector<std::string>> hashStored(const KeyInput& input, const Context& context)
{
    const auto n = static_cast<std::int64_t>(input.stored.size());
    std::vector<std::string> pieces(static_cast<std::size_t>((n + kGrain - 1) / kGrain));
    const bool all = parallelFor(context, n, kGrain, [&](std::int64_t begin, std::int64_t end) {
        pieces[static_cast<std::size_t>(begin / kGrain)] =
            sha256Hex(input.stored.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
    });
    if (!all) return cancelled();
    return pieces;
}

// In pieces of whole rows.
Result<std::vector<std::string>> hashRows(const KeyInput& input, const Context& context)
{
    const std::int64_t grain = std::max<std::int64_t>(1, kGrain / 4 / std::max<std::int64_t>(1, input.cols));
    std::vector<std::string> pieces(static_cast<std::size_t>((input.rows + grain - 1) / grain));
    std::vector<Status> states(pieces.size());
    const bool all = parallelFor(context, input.rows, grain, [&](std::int64_t begin, std::int64_t end) {
        const auto at = static_cast<std::size_t>(begin / grain);
        std::vector<float> read;
        auto rows = input.weights->rowsInMemory(begin, end - begin);
        if (rows.empty()) {
            read.resize(static_cast<std::size_t>((end - begin) * input.cols));
            states[at] = input.weights->readRows(begin, read);
            rows = read;
        }
        pieces[at] = sha256Hex(std::as_bytes(rows));
    });
    if (!all) return cancelled();
    for (auto& s : states) QS_TRY(std::move(s));
    return pieces;
}

} // namespace

std::string canonicalRecipe(const quant::Recipe& recipe)
{
    std::string out;
    const auto part = [&](const char* kind, const quant::PartUse& use) {
        out += std::string(kind) + "=" + use.name + "{";
        for (const auto& [name, value] : use.values.all()) out += name + "=" + quant::valueText(value) + ";";
        out += "}";
    };
    part("transform", recipe.transform);
    part("grid", recipe.grid);
    part("assignment", recipe.assignment);
    part("residual", recipe.residual);
    return out;
}

Result<std::string> resultKey(const KeyInput& input, const Context& context)
{
    QS_ASSIGN(const auto pieces, input.stored.empty() ? hashRows(input, context) : hashStored(input, context));
    Sha256 hash;
    add(hash, "quantoscope result 1");
    add(hash, input.fingerprint);
    add(hash, canonicalRecipe(*input.recipe));
    add(hash, std::to_string(input.seed));
    add(hash, input.nonFiniteAsZero ? "nonfinite=0" : "nonfinite=refused");
    add(hash, std::to_string(input.rows) + "x" + std::to_string(input.cols));
    add(hash, input.stored.empty() ? "floats" : input.storedAs);
    for (const auto& piece : pieces) add(hash, piece);
    if (const auto* c = input.calibration) {
        add(hash, "calibration " + std::to_string(c->inputs));
        addArray(hash, c->sigma);
        addArray(hash, c->meanAbs);
        addArray(hash, c->meanSquare);
        addArray(hash, c->maxAbs);
        addArray(hash, c->fisher);
        addArray(hash, c->samples);
    }
    return hash.finish();
}

} // namespace qs::study
