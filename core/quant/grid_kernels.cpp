// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grid_kernels.h"

#include <algorithm>
#include <limits>

// One copy of a loop per instruction set, chosen when the program starts. Sanitizers run before such choices can be
// made, so their builds keep the plain copy.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&               \
    !defined(__SANITIZE_THREAD__)
#define QS_MANY_ISAS __attribute__((target_clones("avx512f", "avx2", "default")))
#define QS_X86_TABLES 1
#include <immintrin.h>
#else
#define QS_MANY_ISAS
#endif

namespace qs::quant {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kMagic = 12582912.0F; // 1.5·2^23: adding it rounds to a whole number, half to even

// Runs of a group are short, and between them the machine forgets to read ahead.
inline void readAhead(const float* x, std::size_t n)
{
    constexpr std::size_t kAhead = 768;
    for (std::size_t i = 0; i < n; i += 16) __builtin_prefetch(x + i + kAhead);
}

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

// Codes are found as 32-bit integers and narrowed in a loop of its own: one width a loop is what compilers vectorise on
// every instruction set.
QS_MANY_ISAS static void narrow(const std::int32_t* __restrict in, std::size_t n, std::uint8_t* __restrict out)
{
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::uint8_t>(in[i]);
}

// One comparison with the middle picks the half, seven with its thresholds the place in it.
QS_MANY_ISAS static void count15(const float* __restrict x, std::size_t n, const float* __restrict at,
                                 std::int32_t* __restrict codes)
{
    const float a0 = at[0], a1 = at[1], a2 = at[2], a3 = at[3], a4 = at[4], a5 = at[5], a6 = at[6], a7 = at[7];
    const float a8 = at[8], a9 = at[9], a10 = at[10], a11 = at[11], a12 = at[12], a13 = at[13], a14 = at[14];
    for (std::size_t i = 0; i < n; ++i) {
        const float v = x[i];
        const bool upper = v > a7;
        codes[i] = (upper ? 8 : 0) + (v > (upper ? a8 : a0)) + (v > (upper ? a9 : a1)) + (v > (upper ? a10 : a2)) +
                   (v > (upper ? a11 : a3)) + (v > (upper ? a12 : a4)) + (v > (upper ? a13 : a5)) +
                   (v > (upper ? a14 : a6));
    }
}

QS_MANY_ISAS static void count7(const float* __restrict x, std::size_t n, const float* __restrict at,
                                std::int32_t* __restrict codes)
{
    const float a0 = at[0], a1 = at[1], a2 = at[2], a3 = at[3], a4 = at[4], a5 = at[5], a6 = at[6];
    for (std::size_t i = 0; i < n; ++i) {
        const float v = x[i];
        codes[i] = (v > a0) + (v > a1) + (v > a2) + (v > a3) + (v > a4) + (v > a5) + (v > a6);
    }
}

#ifdef QS_X86_TABLES
// Tables of 16 values fit one register of AVX-512 and two of AVX2, whose permutations look them up: exact, so the same
// bits as the plain loops.
static const bool kAvx512 = __builtin_cpu_supports("avx512f");
static const bool kAvx2 = __builtin_cpu_supports("avx2");

// Places by bisection: 7, then ±4, ±2, ±1.
__attribute__((target("avx512f"))) static std::size_t bisect512(const float* x, std::size_t n, const float* at,
                                                                std::uint8_t* codes)
{
    float padded[16];
    std::copy(at, at + 15, padded);
    padded[15] = kInf;
    const __m512 t = _mm512_loadu_ps(padded);
    std::size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        const __m512 v = _mm512_loadu_ps(x + i);
        __m512i place = _mm512_setzero_si512();
        for (int step = 8; step > 0; step /= 2) {
            const __m512i probe = _mm512_add_epi32(place, _mm512_set1_epi32(step - 1));
            const __mmask16 above = _mm512_cmp_ps_mask(v, _mm512_permutexvar_ps(probe, t), _CMP_GT_OQ);
            place = _mm512_mask_add_epi32(place, above, place, _mm512_set1_epi32(step));
        }
        _mm_storeu_si128(reinterpret_cast<__m128i*>(codes + i), _mm512_cvtepi32_epi8(place));
    }
    return i;
}

__attribute__((target("avx512f"))) static std::size_t lookUp512(const std::uint8_t* codes, std::size_t n, const float* lut,
                                                                float scale, float* out)
{
    const __m512 t = _mm512_mul_ps(_mm512_loadu_ps(lut), _mm512_set1_ps(scale));
    std::size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        const __m512i c = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + i)));
        _mm512_storeu_ps(out + i, _mm512_permutexvar_ps(c, t));
    }
    return i;
}

__attribute__((target("avx2"))) static std::size_t lookUp256(const std::uint8_t* codes, std::size_t n, const float* lut,
                                                             float scale, float* out)
{
    const __m256 low = _mm256_mul_ps(_mm256_loadu_ps(lut), _mm256_set1_ps(scale));
    const __m256 high = _mm256_mul_ps(_mm256_loadu_ps(lut + 8), _mm256_set1_ps(scale));
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const __m256i c = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(codes + i)));
        const __m256 a = _mm256_permutevar8x32_ps(low, c);
        const __m256 b = _mm256_permutevar8x32_ps(high, c);
        _mm256_storeu_ps(out + i, _mm256_blendv_ps(a, b, _mm256_castsi256_ps(_mm256_slli_epi32(c, 28))));
    }
    return i;
}
#endif

void countBelow(std::span<const float> x, const Thresholds& t, std::uint8_t* codes)
{
    std::size_t done = 0;
#ifdef QS_X86_TABLES
    if (kAvx512) done = bisect512(x.data(), x.size(), t.at.data(), codes);
#endif
    std::int32_t wide[kPiece];
    forPieces(x.size() - done, [&](std::size_t at, std::size_t n) {
        (t.count <= 7 ? count7 : count15)(x.data() + done + at, n, t.at.data(), wide);
        narrow(wide, n, codes + done + at);
    });
}

QS_MANY_ISAS static void multiply(const float* __restrict x, std::size_t n, float f, float* __restrict out)
{
    for (std::size_t i = 0; i < n; ++i) out[i] = x[i] * f;
}

QS_MANY_ISAS static void divide(const float* __restrict x, std::size_t n, float d, float* __restrict out)
{
    for (std::size_t i = 0; i < n; ++i) out[i] = x[i] / d;
}

#ifdef QS_X86_TABLES
// Quotients without the divider, a tenth of its time: with the rounded reciprocal, one exact remainder corrects the
// product to the rounded quotient (Markstein 1990), bit for bit, unless the divisor's fraction is all ones or something
// leaves the normal range. Quotients below 2^-40 may be off in the last bit: no threshold or level lies there.
static bool correctable(float d)
{
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(d);
    return d > 0x1p-60F && d < 0x1p60F && (bits & 0x7FFFFFU) != 0x7FFFFFU;
}

__attribute__((target("avx512f"))) static std::size_t divide512(const float* x, std::size_t n, float p, float m, float* out)
{
    const __m512 dp = _mm512_set1_ps(p), dm = _mm512_set1_ps(m);
    const __m512 rp = _mm512_set1_ps(1.0F / p), rm = _mm512_set1_ps(1.0F / m);
    const __m512i most = _mm512_castps_si512(_mm512_set1_ps(0x1p60F));
    std::size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        const __m512 v = _mm512_loadu_ps(x + i);
        const __m512i magnitude = _mm512_and_si512(_mm512_castps_si512(v), _mm512_set1_epi32(INT32_MAX));
        if (_mm512_cmpge_epi32_mask(magnitude, most)) break; // too large, infinite or NaN
        const __mmask16 negative = _mm512_cmp_ps_mask(v, _mm512_setzero_ps(), _CMP_LT_OQ);
        const __m512 d = _mm512_mask_blend_ps(negative, dp, dm);
        const __m512 r = _mm512_mask_blend_ps(negative, rp, rm);
        const __m512 q = _mm512_mul_ps(v, r);
        const __m512i rounded = _mm512_castps_si512(_mm512_fmadd_ps(_mm512_fnmadd_ps(q, d, v), r, q));
        const __m512i sign = _mm512_and_si512(_mm512_castps_si512(v), _mm512_set1_epi32(INT32_MIN)); // of -0
        _mm512_storeu_ps(out + i, _mm512_castsi512_ps(_mm512_or_si512(rounded, sign)));
    }
    return i;
}
#endif

// Elements that divide512 took, from the front.
static std::size_t divideFast([[maybe_unused]] std::span<const float> x, [[maybe_unused]] float p, [[maybe_unused]] float m,
                              [[maybe_unused]] float* out)
{
#ifdef QS_X86_TABLES
    if (kAvx512 && correctable(p) && correctable(m)) return divide512(x.data(), x.size(), p, m, out);
#endif
    return 0;
}

QS_MANY_ISAS static void divideSides(const float* __restrict x, std::size_t n, float p, float m, float* __restrict out)
{
    for (std::size_t i = 0; i < n; ++i) out[i] = x[i] / (x[i] < 0.0F ? m : p);
}

void multiplyBy(std::span<const float> x, float factor, float* out)
{
    readAhead(x.data(), x.size());
    multiply(x.data(), x.size(), factor, out);
}

void divideBy(std::span<const float> x, float divisor, float* out)
{
    readAhead(x.data(), x.size());
    const std::size_t done = divideFast(x, divisor, divisor, out);
    divide(x.data() + done, x.size() - done, divisor == 0.0F ? kInf : divisor, out + done);
}

void divideBySide(std::span<const float> x, float positive, float negative, float* out)
{
    readAhead(x.data(), x.size());
    const std::size_t done = divideFast(x, positive, negative, out);
    divideSides(x.data() + done, x.size() - done, positive == 0.0F ? kInf : positive,
                negative == 0.0F ? kInf : negative, out + done);
}

void lookUp16(std::span<const std::uint8_t> codes, const float* lut, float* out)
{
    const std::size_t n = codes.size();
    std::size_t i = 0;
#ifdef QS_X86_TABLES
    if (kAvx512) i = lookUp512(codes.data(), n, lut, 1.0F, out);
    else if (kAvx2) i = lookUp256(codes.data(), n, lut, 1.0F, out);
#endif
    for (; i < n; ++i) out[i] = lut[codes[i]];
}

void lookUpScaled(std::span<const std::uint8_t> codes, std::span<const float> table, float scale, float* out)
{
    const std::size_t n = codes.size();
    std::size_t i = 0;
#ifdef QS_X86_TABLES
    if (table.size() == 16) {
        if (kAvx512) i = lookUp512(codes.data(), n, table.data(), scale, out);
        else if (kAvx2) i = lookUp256(codes.data(), n, table.data(), scale, out);
    }
#endif
    for (; i < n; ++i) out[i] = table[codes[i]] * scale;
}

QS_MANY_ISAS static void encodeEven(const float* __restrict x, std::size_t n, const MinifloatSpec& format,
                                    std::int32_t* __restrict codes)
{
    const MinifloatSpec f = format; // in registers: the stores can't change it
    for (std::size_t i = 0; i < n; ++i) codes[i] = static_cast<std::int32_t>(minifloatCode<Ties::Even>(x[i], f));
}

QS_MANY_ISAS static void encodeAway(const float* __restrict x, std::size_t n, const MinifloatSpec& format,
                                    std::int32_t* __restrict codes)
{
    const MinifloatSpec f = format;
    for (std::size_t i = 0; i < n; ++i) codes[i] = static_cast<std::int32_t>(minifloatCode<Ties::Away>(x[i], f));
}

void encodeMinifloats(std::span<const float> x, const MinifloatSpec& format, Ties ties, std::uint8_t* codes)
{
    std::int32_t wide[kPiece];
    forPieces(x.size(), [&](std::size_t at, std::size_t n) {
        (ties == Ties::Even ? encodeEven : encodeAway)(x.data() + at, n, format, wide);
        narrow(wide, n, codes + at);
    });
}

QS_MANY_ISAS static void encodeIntegers(const float* __restrict w, std::size_t n, float scale, float zero, float top,
                                        std::int32_t* __restrict codes)
{
    const float lo = -zero;
    const float hi = top - zero;
    for (std::size_t i = 0; i < n; ++i) {
        float x = w[i] / scale;
        x = x < lo ? lo : x; // the bounds are whole, so clamping before rounding gives the same codes
        x = x > hi ? hi : x;
        const float q = ((x + kMagic) - kMagic) + zero;
        codes[i] = static_cast<std::int32_t>(q);
    }
}

void encodeUniform(std::span<const float> w, float scale, float zero, float top, std::uint8_t* codes)
{
    std::int32_t wide[kPiece];
    readAhead(w.data(), w.size());
    forPieces(w.size(), [&](std::size_t at, std::size_t n) {
        encodeIntegers(w.data() + at, n, scale == 0.0F ? kInf : scale, zero, top, wide);
        narrow(wide, n, codes + at);
    });
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

namespace {

// A float's bits as an integer of the same order (−0 below +0), and back: integers have minima that vectorise.
inline std::int32_t orderOf(std::int32_t bits) { return bits ^ ((bits >> 31) & 0x7FFFFFFF); }
inline float fromOrder(std::int32_t key) { return std::bit_cast<float>(orderOf(key)); }

} // namespace

QS_MANY_ISAS static void minMax(const float* __restrict w, std::size_t n, std::int32_t* __restrict range)
{
    std::int32_t lo = range[0];
    std::int32_t hi = range[1];
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t key = orderOf(std::bit_cast<std::int32_t>(w[i]));
        lo = key < lo ? key : lo;
        hi = key > hi ? key : hi;
    }
    range[0] = lo;
    range[1] = hi;
}

Range widen(Range range, std::span<const float> w)
{
    std::int32_t r[2] = {orderOf(std::bit_cast<std::int32_t>(range.lo)), orderOf(std::bit_cast<std::int32_t>(range.hi))};
    readAhead(w.data(), w.size());
    minMax(w.data(), w.size(), r);
    return {fromOrder(r[0]), fromOrder(r[1])};
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
