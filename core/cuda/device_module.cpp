// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/device_module.h"

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>

namespace qs::cuda {
namespace {

constexpr const char* kRemedy = "use --device cpu";

Error lacking(std::string what) { return Error(ErrorCode::Lacking, std::move(what)).fix(kRemedy); }

std::string versionText(int v) { return std::to_string(v / 1000) + "." + std::to_string(v % 1000 / 10); }

std::string installedModule()
{
    if (const char* asked = std::getenv("QUANTOSCOPE_CUDA_MODULE")) return asked;
    std::error_code ec;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ec);
    if (ec) return {};
    // PREFIX/bin when installed; deeper in a build tree.
    for (auto folder = program.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
        const auto file = folder / "lib" / "quantoscope" / "libquantoscope_cuda.so";
        if (std::filesystem::exists(file, ec)) return file.string();
    }
    return {};
}

} // namespace

Result<DeviceModule> DeviceModule::load(const std::string& path)
{
    // Not closed again: the run-time inside registers handlers that must not go before the process ends.
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char* why = dlerror();
        return fail(lacking("the CUDA module can't be loaded").inFile(path).got(why ? why : "no reason given"));
    }
    const auto function = reinterpret_cast<QsCudaTableFunction>(dlsym(library, kQsModuleSymbol));
    if (!function)
        return fail(lacking("this is no Quantoscope CUDA module").inFile(path).wanted(kQsModuleSymbol).got("no such symbol"));
    const QsCudaTable* table = function(kQsModuleVersion);
    if (!table || table->version != kQsModuleVersion || table->size != sizeof(QsCudaTable))
        return fail(lacking("the CUDA module is of another version")
                        .inFile(path)
                        .wanted("version " + std::to_string(kQsModuleVersion))
                        .got(table ? "version " + std::to_string(table->version) : std::string("no such version"))
                        .fix("install program and module of the same release, or use --device cpu"));
    return DeviceModule(table);
}

Result<std::vector<DeviceInfo>> DeviceModule::devices() const
{
    QsCudaReason reason{};
    int driver = 0;
    int runtime = 0;
    if (m_table->versions(&driver, &runtime, &reason) != 0)
        return fail(lacking("CUDA does not answer").got(reason.text));
    if (driver == 0)
        return fail(lacking("there is no CUDA driver on this machine").wanted("a driver for CUDA " + versionText(runtime)));
    int count = 0;
    if (m_table->deviceCount(&count, &reason) != 0)
        return fail(lacking(driver < runtime ? "the CUDA driver may be too old" : "there is no CUDA device to compute on")
                        .wanted("a driver for CUDA " + versionText(runtime))
                        .got("driver for CUDA " + versionText(driver) + ": " + reason.text));
    std::vector<DeviceInfo> out;
    for (int i = 0; i < count; ++i) {
        QsCudaDevice d{};
        if (m_table->deviceInfo(i, &d, &reason) != 0)
            return fail(lacking("CUDA device " + std::to_string(i) + " does not answer").got(reason.text));
        out.push_back({i, d.name, d.memoryBytes, d.freeBytes, d.computeMajor, d.computeMinor});
    }
    if (out.empty()) return fail(lacking("there is no CUDA device to compute on"));
    return out;
}

const Result<DeviceModule>& deviceModule()
{
    static const Result<DeviceModule> kModule = [] () -> Result<DeviceModule> {
        const std::string path = installedModule();
        if (path.empty())
            return fail(lacking("there is no CUDA device to compute on")
                            .wanted("the module libquantoscope_cuda.so")
                            .got("a build or installation without it"));
        return DeviceModule::load(path);
    }();
    return kModule;
}

Result<std::vector<DeviceInfo>> devices()
{
    const auto& module = deviceModule();
    if (!module) return fail(module.error());
    return module->devices();
}

} // namespace qs::cuda
