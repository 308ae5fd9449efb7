// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string_view>

namespace qs {
/// The program's version, "major.minor.patch", from the root CMakeLists.txt.
std::string_view version();
}
