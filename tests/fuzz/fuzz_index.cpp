// SPDX-License-Identifier: GPL-3.0-or-later
// The input is an index.json, and a config.json, of a folder with two good shards.
#include "tests/fuzz/fuzz_support.h"

#include "core/io/index_json.h"
#include "core/io/model_folder.h"

#include <fstream>

namespace {

namespace fs = std::filesystem;

/// A folder that lives as long as the process.
struct Folder {
    fs::path path;
    Folder()
    {
        std::string pattern = (fs::temp_directory_path() / "qs-fuzz-XXXXXX").string();
        if (!::mkdtemp(pattern.data())) std::abort();
        path = pattern;
        for (const std::string name : {"a", "b"}) {
            std::string json = "{\"" + name + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
            json.resize((json.size() + 7) / 8 * 8, ' ');
            std::string length(8, '\0');
            length[0] = static_cast<char>(json.size());
            std::ofstream(path / (name + ".safetensors"), std::ios::binary) << length << json << "1234";
        }
    }
    ~Folder()
    {
        std::error_code ec;
        fs::remove_all(path, ec);
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const Folder folder;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const fs::path index = folder.path / "model.safetensors.index.json";
    std::ofstream(index, std::ios::binary) << text;
    std::ofstream(folder.path / "config.json", std::ios::binary) << R"({"model_type":"llama"})";
    qs::fuzz::openAndRead("safetensors", folder.path);
    std::ofstream(folder.path / "config.json", std::ios::binary) << text;
    qs::io::ModelSource source;
    (void)qs::io::readModelConfig(source, folder.path);
    return 0;
}
