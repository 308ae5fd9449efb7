// SPDX-License-Identifier: GPL-3.0-or-later
// Opens a synthetic checkpoint of 100 GB: 20 shards of sparse files, 10,000 tensors. Prints the median time of five
// openings (goal: below 300 ms) and the growth of resident memory (goal: below 150 MB).
#include "core/io/format_registry.h"
#include "tests/support/synthetic_checkpoint.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

using namespace qs;
namespace fs = std::filesystem;

namespace {

double residentMegabytes()
{
    std::ifstream in("/proc/self/statm");
    double total = 0;
    double resident = 0;
    in >> total >> resident;
    return resident * 4096 / 1e6;
}

} // namespace

int main()
{
    std::string pattern = (fs::temp_directory_path() / "qs-bench-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) return 1;
    const fs::path folder = pattern;
    int code = 1;
    if (test::makeHugeCheckpoint(folder)) {
        std::array<double, 5> times{};
        double growth = 0;
        code = 0;
        for (double& t : times) {
            const double before = residentMegabytes();
            const auto start = std::chrono::steady_clock::now();
            const auto model = io::openModel(folder, {});
            t = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
            growth = std::max(growth, residentMegabytes() - before);
            if (!model) {
                std::printf("%s\n", model.error().text().c_str());
                code = 1;
                break;
            }
            if (&t == &times.back())
                std::printf("tensors %zu, files %zu, %.1f GB\n", (*model)->tensors.size(), (*model)->files.size(),
                            static_cast<double>((*model)->fileBytes()) / 1e9);
        }
        std::sort(times.begin(), times.end());
        if (code == 0) std::printf("open: %.1f ms (median of 5), resident +%.1f MB\n", times[2], growth);
    } else {
        std::printf("the file system has no room for sparse files\n");
    }
    std::error_code ec;
    fs::remove_all(folder, ec);
    return code;
}
