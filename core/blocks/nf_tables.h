// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <array>

/// Fixed value tables of code-book formats (bitsandbytes functional.py; formats.md B4.1, B8.1).
namespace qs::blocks {

/// NF4 in F32, by code; ascending.
inline constexpr std::array<float, 16> kNf4 = {
    -1.0F, -0.6961928009986877F, -0.5250730514526367F, -0.39491748809814453F, -0.28444138169288635F,
    -0.18477343022823334F, -0.09105003625154495F, 0.0F, 0.07958029955625534F, 0.16093020141124725F,
    0.24611230194568634F, 0.33791524171829224F, 0.44070982933044434F, 0.5626170039176941F, 0.7229568362236023F, 1.0F};

/// NF3 in F32, by code; ascending.
inline constexpr std::array<float, 8> kNf3 = {-1.0F, -0.5350227355957031F, -0.2469314038753510F, 0.0F,
                                              0.1833375245332718F, 0.3819939494132996F, 0.6229856610298157F, 1.0F};

/// bitsandbytes' FP4 in F32, by code: twelfths of 0, 1/16, 8, 12, 4, 6, 2, 3, then the negatives.
inline constexpr std::array<float, 16> kBnbFp4 = {
    0.0F, 0.0625F / 12.0F, 8.0F / 12.0F, 12.0F / 12.0F, 4.0F / 12.0F, 6.0F / 12.0F, 2.0F / 12.0F, 3.0F / 12.0F,
    0.0F, -0.0625F / 12.0F, -8.0F / 12.0F, -12.0F / 12.0F, -4.0F / 12.0F, -6.0F / 12.0F, -2.0F / 12.0F, -3.0F / 12.0F};

/// AFPQ's FP4 and FP3, by code: ascending, with two zeros.
inline constexpr std::array<float, 16> kAfpqFp4 = {-6, -4, -3, -2, -1.5F, -1, -0.5F, -0.0F,
                                                   0, 0.5F, 1, 1.5F, 2, 3, 4, 6};
inline constexpr std::array<float, 8> kAfpqFp3 = {-4, -2, -1, -0.0F, 0, 1, 2, 4};

} // namespace qs::blocks
