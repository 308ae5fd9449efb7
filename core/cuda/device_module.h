// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/cuda/module_table.h"

#include <string>
#include <vector>

namespace qs::cuda {

/// A device that kernels can run on.
struct DeviceInfo {
    int index = 0;
    std::string name;
    std::uint64_t memoryBytes = 0;
    std::uint64_t freeBytes = 0; ///< when it was asked
    int computeMajor = 0;
    int computeMinor = 0;
};

/// The module quantoscope_cuda, loaded once; it stays loaded.
class DeviceModule {
public:
    /// Loads a module file. Errors: Lacking, with the reason (no such file, another version, a missing symbol).
    static Result<DeviceModule> load(const std::string& path);
    /// All devices; Lacking where the driver is missing or too old, or where there is no device.
    Result<std::vector<DeviceInfo>> devices() const;
    const QsCudaTable& table() const { return *m_table; }

private:
    explicit DeviceModule(const QsCudaTable* table) : m_table(table) {}
    const QsCudaTable* m_table = nullptr;
};

/// The module of this installation: $QUANTOSCOPE_CUDA_MODULE if set, else lib/quantoscope/ of the nearest folder above
/// the program. Loaded at the first call; the same answer after.
const Result<DeviceModule>& deviceModule();

/// Devices of deviceModule(), or the reason that there is none.
Result<std::vector<DeviceInfo>> devices();

} // namespace qs::cuda
