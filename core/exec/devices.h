// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <vector>

namespace qs {

/// Something that can compute.
struct DeviceInfo {
    std::string name;  ///< as --device takes it
    std::string title; ///< for people
};

/// What this machine has and this program can use; the CPU is always there and first.
std::vector<DeviceInfo> computeDevices();

/// Version of the library that spreads loops over threads, as it runs.
std::string threadingVersion();

} // namespace qs
