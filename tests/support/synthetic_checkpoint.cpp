// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/synthetic_checkpoint.h"

#include "core/io/formats/safetensors/writer.h"
#include "core/tensor/float_bits.h"

#include <array>
#include <fstream>
#include <random>

namespace qs::test {

bool makeHugeCheckpoint(const std::filesystem::path& folder)
{
    constexpr int kTensors = 10'000;
    constexpr Index kSide = 2236; // 2236² BF16 values: 10 MB
    std::vector<io::TensorDeclaration> tensors;
    constexpr std::array kNames = {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
                                   "mlp.gate_proj",    "mlp.up_proj",      "mlp.down_proj",    "mlp.extra"};
    for (int i = 0; i < kTensors; ++i)
        tensors.push_back({"model.layers." + std::to_string(i / 8) + "." + kNames[static_cast<std::size_t>(i % 8)] + ".weight", DType::BF16,
                           {kSide, kSide}});
    const auto writer = io::SafetensorsWriter::plan(std::move(tensors), {}, 5'000'000'000);
    if (!writer) return false;
    for (const auto& file : writer->files()) {
        std::ofstream(folder / file.name, std::ios::binary) << file.header;
        std::error_code ec;
        std::filesystem::resize_file(folder / file.name, file.bytes, ec);
        if (ec) return false;
    }
    std::ofstream(folder / writer->indexName()) << writer->indexJson();
    std::ofstream(folder / "config.json") << R"({"model_type": "llama"})";
    return true;
}

bool makeLargeTensor(const std::filesystem::path& file, std::ptrdiff_t side)
{
    const auto writer = io::SafetensorsWriter::plan({{"weight", DType::BF16, {side, side}}}, {}, 0);
    if (!writer || writer->files().size() != 1) return false;
    std::mt19937 random(7);
    std::normal_distribution<float> normal(0.0F, 0.02F);
    std::vector<std::uint16_t> values(1'000'003);
    for (auto& v : values) v = floatToBf16(random() % 5000 == 0 ? normal(random) * 20.0F : normal(random));
    std::ofstream out(file, std::ios::binary);
    out << writer->files()[0].header;
    const auto row = static_cast<std::size_t>(side);
    for (std::size_t r = 0; r < row && out; ++r) {
        for (std::size_t c = 0; c < row;) {
            const std::size_t at = (r * 7919 + c) % values.size();
            const std::size_t n = std::min(row - c, values.size() - at);
            out.write(reinterpret_cast<const char*>(values.data() + at), static_cast<std::streamsize>(n * 2));
            c += n;
        }
    }
    return static_cast<bool>(out);
}

} // namespace qs::test
