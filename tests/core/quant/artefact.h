// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/decoder.h"
#include "core/quant/quantize.h"
#include "tests/support/golden.h"

#include <memory>
#include <string>
#include <vector>

namespace qs::test {

/// A matrix quantized by a recipe's text, and read back from its arrays.
struct Artefact {
    std::shared_ptr<quant::QuantizedTensor> tensor;
    std::shared_ptr<const quant::Decoder> decoder;
    Matrix decoded;
    std::string error; ///< empty: everything went well

    bool ok() const { return error.empty(); }
    std::vector<std::uint8_t> codes() const
    {
        std::vector<std::uint8_t> out(static_cast<std::size_t>(tensor->rows * tensor->cols));
        const auto n = static_cast<std::size_t>(tensor->cols);
        for (Index r = 0; r < tensor->rows; ++r) decoder->codesRow(r, std::span(out).subspan(static_cast<std::size_t>(r) * n, n));
        return out;
    }
    std::vector<float> map(std::string_view name) const
    {
        for (const auto& m : decoder->grid().maps())
            if (m.name == name) return m.values;
        return {};
    }
    const quant::Array* array(std::string_view name) const { return tensor->arrays.find(name); }
};

inline Artefact make(const std::string& recipe, const Matrix& weights, const quant::QuantizeOptions& options = {},
                     const Context& context = {})
{
    Artefact a;
    auto parsed = quant::parseRecipe(recipe);
    if (!parsed) {
        a.error = parsed.error().text();
        return a;
    }
    auto q = quant::quantize("w", weights, *parsed, options, context);
    if (!q) {
        a.error = q.error().text();
        return a;
    }
    a.tensor = std::make_shared<quant::QuantizedTensor>(std::move(*q));
    auto d = quant::Decoder::make(a.tensor);
    if (!d) {
        a.error = d.error().text();
        return a;
    }
    a.decoder = *d;
    auto m = a.decoder->decodeAll(context);
    if (!m) a.error = m.error().text();
    else a.decoded = std::move(*m);
    return a;
}

inline double squaredError(const Matrix& a, const Matrix& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.data().size(); ++i) {
        const double d = static_cast<double>(a.data()[i]) - static_cast<double>(b.data()[i]);
        sum += d * d;
    }
    return sum;
}

inline double relativeError(const Matrix& decoded, const Matrix& weights)
{
    double sum = 0;
    for (const float v : weights.data()) sum += static_cast<double>(v) * static_cast<double>(v);
    return sum > 0 ? squaredError(decoded, weights) / sum : squaredError(decoded, weights);
}

/// One row of the given numbers.
inline Matrix row(const std::vector<float>& values)
{
    Matrix m(1, static_cast<Index>(values.size()));
    std::copy(values.begin(), values.end(), m.data().begin());
    return m;
}

/// x of related_methods.md §0.
inline Matrix handVector() { return row({.1F, -.35F, .72F, 1.9F, -2.6F, .02F, 1.2F, -.5F}); }

/// First n of the input of formats.md E: ((37·i mod 101) − 50)/64.
inline Matrix formatsInput(Index n)
{
    Matrix m(1, n);
    for (Index i = 0; i < n; ++i) m.at(0, i) = static_cast<float>((37 * i) % 101 - 50) / 64.0F;
    return m;
}

/// Bytes as hex digits.
inline std::string hex(std::span<const std::uint8_t> bytes)
{
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    for (const auto b : bytes) {
        out += kDigits[b >> 4];
        out += kDigits[b & 15];
    }
    return out;
}

/// Two codes a byte; the even one in the low or in the high half.
inline std::vector<std::uint8_t> nibbles(const std::vector<std::uint8_t>& codes, bool evenLow)
{
    std::vector<std::uint8_t> out;
    for (std::size_t i = 0; i + 1 < codes.size(); i += 2)
        out.push_back(static_cast<std::uint8_t>(evenLow ? codes[i] | codes[i + 1] << 4 : codes[i] << 4 | codes[i + 1]));
    return out;
}

inline bool within(double value, double target, double tolerance) { return std::abs(value - target) <= tolerance * target; }

} // namespace qs::test
