// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grid_kernels.h"

#include <limits>

// One copy of a loop per instruction set, chosen when the program starts. Sanitizers run before such choices can be
// made, so their builds keep the plain copy.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&               \
    !defined(__SANITIZE_THREAD__)
#define QS_MANY_ISAS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define QS_MANY_ISAS
#endif

namespace qs::quant {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kMagic = 12582912.0F; // 1.5·2^23: adding it rounds to a whole number, half to even

} // namespace

Thresholds Thresholds::midpoints(std::span<const float> ascending)
{
    Thresholds t;
    t.at.fill(kInf);
    t.count = ascending.size() <= 8 ? 7 : 15;
    for (std::size_t i = 0; i + 1 < ascending.size() && i < t.at.size(); ++i)
        t.at[i] = (ascending[i] + ascending[i + 1]) / 2.0F;
    return t;
}

QS_MANY_ISAS static void count15(const float* __restrict x, std::size_t n, const float* __restrict at,
                                 std::uint8_t* __restrict codes)
{
    const float a0 = at[0], a1 = at[1], a2 = at[2], a3 = at[3], a4 = at[4], a5 = at[5], a6 = at[6], a7 = at[7];
    const float a8 = at[8], a9 = at[9], a10 = at[10], a11 = at[11], a12 = at[12], a13 = at[13], a14 = at[14];
    for (std::size_t i = 0; i < n; ++i) {
        const float v = x[i];
        const std::int32_t c = (v > a0) + (v > a1) + (v > a2) + (v > a3) + (v > a4) + (v > a5) + (v > a6) + (v > a7) +
                               (v > a8) + (v > a9) + (v > a10) + (v > a11) + (v > a12) + (v > a13) + (v > a14);
        codes[i] = static_cast<std::uint8_t>(c);
    }
}

QS_MANY_ISAS static void count7(const float* __restrict x, std::size_t n, const float* __restrict at,
                                std::uint8_t* __restrict codes)
{
    const float a0 = at[0], a1 = at[1], a2 = at[2], a3 = at[3], a4 = at[4], a5 = at[5], a6 = at[6];
    for (std::size_t i = 0; i < n; ++i) {
        const float v = x[i];
        const std::int32_t c = (v > a0) + (v > a1) + (v > a2) + (v > a3) + (v > a4) + (v > a5) + (v > a6);
        codes[i] = static_cast<std::uint8_t>(c);
    }
}

void countBelow(std::span<const float> x, const Thresholds& t, std::uint8_t* codes)
{
    if (t.count <= 7) count7(x.data(), x.size(), t.at.data(), codes);
    else count15(x.data(), x.size(), t.at.data(), codes);
}

QS_MANY_ISAS static void multiply(const float* __restrict x, std::size_t n, float f, float* __restrict out)
{
    for (std::size_t i = 0; i < n; ++i) out[i] = x[i] * f;
}

QS_MANY_ISAS static void divide(const float* __restrict x, std::size_t n, float d, float* __restrict out)
{
    for (std::size_t i = 0; i < n; ++i) out[i] = x[i] / d;
}

QS_MANY_ISAS static void divideSides(const float* __restrict x, std::size_t n, float p, float m, float* __restrict out)
{
    for (std::size_t i = 0; i < n; ++i) out[i] = x[i] / (x[i] < 0.0F ? m : p);
}

void multiplyBy(std::span<const float> x, float factor, float* out) { multiply(x.data(), x.size(), factor, out); }

void divideBy(std::span<const float> x, float divisor, float* out)
{
    divide(x.data(), x.size(), divisor == 0.0F ? kInf : divisor, out);
}

void divideBySide(std::span<const float> x, float positive, float negative, float* out)
{
    divideSides(x.data(), x.size(), positive == 0.0F ? kInf : positive, negative == 0.0F ? kInf : negative, out);
}

void lookUp(std::span<const std::uint8_t> codes, const float* lut, float* out)
{
    const std::size_t n = codes.size();
    for (std::size_t i = 0; i < n; ++i) out[i] = lut[codes[i]];
}

void lookUpScaled(std::span<const std::uint8_t> codes, const float* table, float scale, float* out)
{
    const std::size_t n = codes.size();
    for (std::size_t i = 0; i < n; ++i) out[i] = table[codes[i]] * scale;
}

QS_MANY_ISAS static void encodeEven(const float* __restrict x, std::size_t n, const MinifloatSpec f,
                                    std::uint8_t* __restrict codes)
{
    for (std::size_t i = 0; i < n; ++i) codes[i] = encodeMinifloat<Ties::Even>(x[i], f);
}

QS_MANY_ISAS static void encodeAway(const float* __restrict x, std::size_t n, const MinifloatSpec f,
                                    std::uint8_t* __restrict codes)
{
    for (std::size_t i = 0; i < n; ++i) codes[i] = encodeMinifloat<Ties::Away>(x[i], f);
}

void encodeMinifloats(std::span<const float> x, const MinifloatSpec& format, Ties ties, std::uint8_t* codes)
{
    if (ties == Ties::Even) encodeEven(x.data(), x.size(), format, codes);
    else encodeAway(x.data(), x.size(), format, codes);
}

QS_MANY_ISAS static void encodeIntegers(const float* __restrict w, std::size_t n, float scale, float zero, float top,
                                        std::uint8_t* __restrict codes)
{
    const float lo = -zero;
    const float hi = top - zero;
    for (std::size_t i = 0; i < n; ++i) {
        float x = w[i] / scale;
        x = x < lo ? lo : x; // the bounds are whole, so clamping before rounding gives the same codes
        x = x > hi ? hi : x;
        const float q = ((x + kMagic) - kMagic) + zero;
        codes[i] = static_cast<std::uint8_t>(static_cast<std::int32_t>(q));
    }
}

void encodeUniform(std::span<const float> w, float scale, float zero, float top, std::uint8_t* codes)
{
    encodeIntegers(w.data(), w.size(), scale == 0.0F ? kInf : scale, zero, top, codes);
}

QS_MANY_ISAS static void decodeIntegers(const std::uint8_t* __restrict codes, std::size_t n, float scale, float zero,
                                        float* __restrict out)
{
    for (std::size_t i = 0; i < n; ++i)
        out[i] = scale * (static_cast<float>(static_cast<std::int32_t>(codes[i])) - zero);
}

void decodeUniform(std::span<const std::uint8_t> codes, float scale, float zero, float* out)
{
    decodeIntegers(codes.data(), codes.size(), scale, zero, out);
}

QS_MANY_ISAS static void minMax(const float* __restrict w, std::size_t n, float* __restrict range)
{
    float lo[16];
    float hi[16];
    for (int k = 0; k < 16; ++k) {
        lo[k] = range[0];
        hi[k] = range[1];
    }
    std::size_t i = 0;
    for (; i + 16 <= n; i += 16)
        for (std::size_t k = 0; k < 16; ++k) {
            lo[k] = w[i + k] < lo[k] ? w[i + k] : lo[k];
            hi[k] = w[i + k] > hi[k] ? w[i + k] : hi[k];
        }
    for (std::size_t k = 0; i + k < n; ++k) {
        lo[k] = w[i + k] < lo[k] ? w[i + k] : lo[k];
        hi[k] = w[i + k] > hi[k] ? w[i + k] : hi[k];
    }
    for (int k = 0; k < 16; ++k) {
        range[0] = lo[k] < range[0] ? lo[k] : range[0];
        range[1] = hi[k] > range[1] ? hi[k] : range[1];
    }
}

Range widen(Range range, std::span<const float> w)
{
    float r[2] = {range.lo, range.hi};
    minMax(w.data(), w.size(), r);
    return {r[0], r[1]};
}

namespace {

// Eight running sums: a fixed order for every instruction set and run.
constexpr std::size_t kLanes = 8;

// x^(1/5) of x > 0: a guess from the bits of the exponent, then Newton's steps.
inline float fifthRoot(float x)
{
    const float safe = x > 1e-30F ? x : 1e-30F;
    const auto bits = static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(safe));
    float y = std::bit_cast<float>(static_cast<std::uint32_t>(static_cast<std::int32_t>(static_cast<float>(bits) * 0.2F) + 852255129));
    for (int k = 0; k < 3; ++k) {
        const float y2 = y * y;
        y = 0.8F * y + 0.2F * (safe / (y2 * y2));
    }
    return y;
}

} // namespace

QS_MANY_ISAS static void powers(const float* __restrict a, const float* __restrict b, std::size_t n, float* __restrict out)
{
    for (std::size_t i = 0; i < n; ++i) {
        const float d = a[i] - b[i];
        const float s = d * d; // |d|^2.4 = s · s^(1/5)
        out[i] = s * fifthRoot(s);
    }
}

QS_MANY_ISAS static double squares(const float* __restrict a, const float* __restrict b, std::size_t n)
{
    double sum[kLanes] = {};
    std::size_t i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (std::size_t k = 0; k < kLanes; ++k) {
            const double d = static_cast<double>(a[i + k]) - static_cast<double>(b[i + k]);
            sum[k] += d * d;
        }
    for (std::size_t k = 0; i + k < n; ++k) {
        const double d = static_cast<double>(a[i + k]) - static_cast<double>(b[i + k]);
        sum[k] += d * d;
    }
    double total = 0;
    for (const double s : sum) total += s;
    return total;
}

double powerError(std::span<const float> a, std::span<const float> b)
{
    float buffer[kPiece];
    double total = 0;
    forPieces(a.size(), [&](std::size_t at, std::size_t n) {
        powers(a.data() + at, b.data() + at, n, buffer);
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(buffer[i]);
        total += sum;
    });
    return total;
}

double squareError(std::span<const float> a, std::span<const float> b) { return squares(a.data(), b.data(), a.size()); }

} // namespace qs::quant
