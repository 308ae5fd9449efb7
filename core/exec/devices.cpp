// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/devices.h"

#include "core/base/simd_level.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <tbb/info.h>
#include <tbb/version.h>
#include <utility>

namespace qs {
namespace {

struct Processor {
    std::string model; // empty where the system does not tell
    int cores = 0;     // that do not share an execution unit; 0: not known
};

Processor readProcessor()
{
    Processor out;
    std::ifstream file("/proc/cpuinfo");
    std::set<std::pair<std::string, std::string>> cores;
    std::string package;
    for (std::string line; std::getline(file, line);) {
        const auto colon = line.find(':');
        if (colon == std::string::npos) continue;
        const auto key = line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1);
        const auto from = line.find_first_not_of(" \t", colon + 1);
        const std::string value = from == std::string::npos ? std::string() : line.substr(from);
        if (key == "model name" && out.model.empty()) out.model = value;
        else if (key == "physical id") package = value;
        else if (key == "core id") cores.insert({package, value});
    }
    out.cores = static_cast<int>(cores.size());
    return out;
}

std::string cpuTitle()
{
    static const Processor processor = readProcessor();
    const int threads = tbb::info::default_concurrency();
    std::string text = processor.model.empty() ? std::string("CPU") : "CPU, " + processor.model;
    // A container may have fewer threads than the machine has cores.
    if (const int cores = std::min(processor.cores, threads); cores > 1) text += ", " + std::to_string(cores) + " cores";
    else if (cores == 1) text += ", 1 core";
    text += threads == 1 ? std::string(", 1 thread") : ", " + std::to_string(threads) + " threads";
    switch (simdLevel()) {
    case SimdLevel::Portable: break;
    case SimdLevel::Avx2: text += ", AVX2"; break;
    case SimdLevel::Avx512: text += ", AVX-512"; break;
    }
    return text;
}

} // namespace

std::vector<DeviceInfo> computeDevices() { return {{"cpu", cpuTitle()}}; }

DeviceInfo deviceOrCpu(std::string_view name)
{
    auto all = computeDevices();
    for (auto& d : all)
        if (d.name == name) return std::move(d);
    return std::move(all.front());
}

bool hasDevice(std::string_view name) { return name.empty() || name == "auto" || deviceOrCpu(name).name == name; }

std::string threadingVersion() { return TBB_runtime_version(); }

} // namespace qs
