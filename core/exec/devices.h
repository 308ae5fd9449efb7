// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace qs {

/// Something that can compute.
struct DeviceInfo {
    std::string name;  ///< as --device takes it, as results and manifests store it: "cpu"
    std::string title; ///< for people: model, cores, threads, widest instruction set that kernels use
};

/// What this machine has and this program can use; the CPU is always there and first.
std::vector<DeviceInfo> computeDevices();

/// The device of that name, or the CPU where this machine has no such device; "" and "auto" are the CPU, too.
DeviceInfo deviceOrCpu(std::string_view name);
/// Whether deviceOrCpu() gives what the name asks for.
bool hasDevice(std::string_view name);

/// Version of the library that spreads loops over threads, as it runs.
std::string threadingVersion();

} // namespace qs
