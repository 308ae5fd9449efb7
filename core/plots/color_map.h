// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/plots/color_palette.h"

namespace qs::plots {

/// Perceptually uniform sequential map (viridis), t in [0, 1], clamped. Dark is small in both themes.
Rgb sequential(double t);

/// Signed values, t in [−1, 1], clamped: blue below, orange above, and the theme's paper at 0, so that zero error
/// vanishes. Distinguishable under the common colour blindnesses.
Rgb diverging(double t, bool dark);

} // namespace qs::plots
