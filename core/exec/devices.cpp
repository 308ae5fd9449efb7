// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/devices.h"

#include <tbb/info.h>
#include <tbb/version.h>

namespace qs {

std::vector<DeviceInfo> computeDevices()
{
    const int n = tbb::info::default_concurrency();
    return {{"cpu", n == 1 ? std::string("CPU, 1 thread") : "CPU, " + std::to_string(n) + " threads"}};
}

std::string threadingVersion() { return TBB_runtime_version(); }

} // namespace qs
