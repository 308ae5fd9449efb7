// SPDX-License-Identifier: GPL-3.0-or-later
// Opens a synthetic checkpoint of 100 GB: 20 shards of sparse files, 10,000 tensors. Prints the median time of five
// openings (goal: below 300 ms) and the growth of resident memory (goal: below 150 MB).
#include "core/io/format_registry.h"
#include "core/io/formats/safetensors/writer.h"

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

// Headers are real, the data are holes.
bool makeCheckpoint(const fs::path& folder)
{
    constexpr int kTensors = 10'000;
    constexpr Index kSide = 2236; // 2236² BF16 values: 10 MB
    std::vector<io::TensorDeclaration> tensors;
    constexpr std::array kNames = {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
                                   "mlp.gate_proj",    "mlp.up_proj",      "mlp.down_proj",    "mlp.extra"};
    for (int i = 0; i < kTensors; ++i)
        tensors.push_back(
            {"model.layers." + std::to_string(i / 8) + "." + kNames[static_cast<std::size_t>(i % 8)] + ".weight",
             DType::BF16,
             {kSide, kSide}});
    const auto writer = io::SafetensorsWriter::plan(std::move(tensors), {}, 5'000'000'000);
    if (!writer) return false;
    for (const auto& file : writer->files()) {
        std::ofstream(folder / file.name, std::ios::binary) << file.header;
        std::error_code ec;
        fs::resize_file(folder / file.name, file.bytes, ec);
        if (ec) return false;
    }
    std::ofstream(folder / writer->indexName()) << writer->indexJson();
    std::ofstream(folder / "config.json") << R"({"model_type": "llama"})";
    return true;
}

} // namespace

int main()
{
    std::string pattern = (fs::temp_directory_path() / "qs-bench-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) return 1;
    const fs::path folder = pattern;
    int code = 1;
    if (makeCheckpoint(folder)) {
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
