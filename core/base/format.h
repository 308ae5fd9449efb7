// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// The one formatter of numbers and names for people (window.md §3). Machine output (JSON, CSV) prints full precision.
namespace qs {

/// Control characters, bidi overrides and invalid UTF-8 as \uXXXX or \xNN; everything else as it is.
std::string escapeText(std::string_view text);
/// "4.250 bpw"
std::string formatBits(double bitsPerWeight);
/// Three significant digits, "6.89e-3"; 0 is "0"; NaN is "n/a".
std::string formatError(double value);
/// One decimal, "21.6 dB".
std::string formatDecibel(double value);
/// Binary units, "312 MiB".
std::string formatBytes(std::uint64_t bytes);
/// Thousands parted by thin spaces (U+2009), "4 194 304".
std::string formatCount(std::uint64_t count);
/// "4.2 ms", "0.04 s", "1.21 s", "3 min 05 s", "2 h 10 min".
std::string formatSeconds(double seconds);
/// Shortest text of up to `digits` significant digits, "−" is the ASCII minus.
std::string formatNumber(double value, int digits = 4);
/// Shortest text that reads back to the same double; for CSV and JSON made by hand.
std::string exactNumber(double value);

} // namespace qs
