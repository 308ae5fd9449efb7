// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <vector>

namespace qs::report {

/// A library inside the program.
struct Library {
    std::string name;
    std::string version; ///< as it runs, where it can say so; else as it was built with
    std::string purpose;
    std::string licence; ///< SPDX
    std::string url;
};

/// Everything that core is made with.
std::vector<Library> libraries();

} // namespace qs::report
