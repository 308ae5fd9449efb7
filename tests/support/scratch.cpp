// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/scratch.h"

#include "tests/support/sanitizers.h"

#include <fstream>
#include <stdexcept>
#include <stdlib.h>

namespace qs::test {
namespace {

std::uint64_t statusKilobytes(const std::string& key)
{
    std::ifstream in("/proc/self/status");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(key + ":")) return std::stoull(line.substr(key.size() + 1));
    throw std::runtime_error("no " + key + " in /proc/self/status");
}

} // namespace

Scratch::Scratch()
{
    std::string pattern = (std::filesystem::temp_directory_path() / "qs-test-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    m_path = pattern;
}

Scratch::~Scratch()
{
    std::error_code ec;
    std::filesystem::remove_all(m_path, ec);
}

std::filesystem::path Scratch::file(const std::string& name, std::string_view bytes) const
{
    const auto path = m_path / name;
    std::filesystem::create_directories(path.parent_path());
    std::filesystem::remove(path); // a file that is cut and written anew is flushed to the disk by ext4, a new one is not
    std::ofstream out(path, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) throw std::runtime_error("can't write " + path.string());
    return path;
}

MemoryProbe::MemoryProbe()
{
    std::ofstream("/proc/self/clear_refs") << "5"; // the peak begins anew
    m_before = statusKilobytes("VmRSS");
}

std::uint64_t MemoryProbe::addedBytes() const
{
#if QS_ADDRESS_SANITIZER || QS_THREAD_SANITIZER
    // A sanitizer's shadow memory and quarantine count as resident: the bound is a claim about the plain build.
    return 0;
#else
    const std::uint64_t peak = statusKilobytes("VmHWM");
    return peak > m_before ? (peak - m_before) * 1024 : 0;
#endif
}

} // namespace qs::test
