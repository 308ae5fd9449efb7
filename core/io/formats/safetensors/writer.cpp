// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/safetensors/writer.h"

#include "core/base/bytes.h"
#include "core/base/checked.h"
#include "core/base/format.h"
#include "core/io/formats/safetensors/header.h"
#include "core/io/model_folder.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace qs::io {
namespace {

using Json = nlohmann::json;

Error cannot(const TensorDeclaration& t, std::string why)
{
    return Error(ErrorCode::NotRepresentable, std::move(why)).ofTensor(t.name).wanted("what safetensors can hold");
}

/// A JSON string, or an error where the text is not UTF-8.
Result<std::string> quoted(const std::string& text)
{
    try {
        return Json(text).dump();
    } catch (const Json::type_error&) {
        return fail(Error(ErrorCode::NotRepresentable, "a name or metadata text that is not UTF-8")
                        .got(escapeText(text.substr(0, 200))));
    }
}

Result<std::uint64_t> bytesOf(const TensorDeclaration& t)
{
    if (t.dtype > DType::U64)
        return fail(cannot(t, "the type has no safetensors name").got(std::string(dtypeName(t.dtype))));
    std::uint64_t elements = 1;
    for (const Index d : t.shape.dims()) {
        const auto next = d < 0 ? std::nullopt : checkedMul(elements, static_cast<std::uint64_t>(d));
        if (!next) return fail(cannot(t, "the shape is negative or overflows").got(t.shape.text()));
        elements = *next;
    }
    const auto bytes = byteSize(t.dtype, elements);
    if (!bytes) return fail(cannot(t, "the elements do not end on a byte").got(t.shape.text()));
    return *bytes;
}

/// The header of one file (formats.md A1.6), length and padding included.
Result<std::string> headerOf(const std::vector<TensorDeclaration>& tensors, const std::vector<std::size_t>& order,
                             const std::vector<std::uint64_t>& sizes, const std::string& metadata)
{
    std::string json = "{\"__metadata__\":" + metadata;
    std::uint64_t at = 0;
    for (const std::size_t i : order) {
        const auto& t = tensors[i];
        QS_ASSIGN(const auto name, quoted(t.name));
        json += "," + name + ":{\"dtype\":\"" + std::string(dtypeName(t.dtype)) + "\",\"shape\":[";
        for (int d = 0; d < t.shape.rank(); ++d) json += (d > 0 ? "," : "") + std::to_string(t.shape[d]);
        json += "],\"data_offsets\":[" + std::to_string(at) + "," + std::to_string(at + sizes[i]) + "]}";
        at += sizes[i];
    }
    json += "}";
    constexpr std::size_t kAlign = 8;
    while (json.size() % kAlign != 0) json += ' ';
    if (json.size() > safetensors::kLargestHeader)
        return fail(
            Error(ErrorCode::NotRepresentable, "the header would be larger than 100 MB").fix("write smaller shards"));
    std::array<std::byte, 8> length{};
    storeLe<std::uint64_t>(length.data(), json.size());
    return std::string(reinterpret_cast<const char*>(length.data()), length.size()) + json;
}

std::string shardName(const std::string& stem, std::size_t i, std::size_t n)
{
    if (n == 1) return stem + ".safetensors";
    std::array<char, 64> tail{};
    std::snprintf(tail.data(), tail.size(), "-%05zu-of-%05zu.safetensors", i + 1, n);
    return stem + tail.data();
}

} // namespace

Result<SafetensorsWriter> SafetensorsWriter::plan(std::vector<TensorDeclaration> tensors,
                                                  std::map<std::string, std::string> metadata, std::uint64_t shardLimit,
                                                  const std::string& stem)
{
    SafetensorsWriter plan;
    plan.m_tensors = std::move(tensors);
    const auto& all = plan.m_tensors;
    std::vector<std::uint64_t> sizes(all.size());
    std::vector<std::size_t> byName(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        byName[i] = i;
        QS_ASSIGN(sizes[i], bytesOf(all[i]));
        if (all[i].name.empty() || all[i].name == "__metadata__" || !checkTensorName(all[i].name, {}))
            return fail(cannot(all[i], "a name that is empty, reserved, too long or has a NUL"));
        const auto sum = checkedAdd(plan.m_tensorBytes, sizes[i]);
        if (!sum) return fail(cannot(all[i], "the sizes overflow"));
        plan.m_tensorBytes = *sum;
    }
    std::sort(byName.begin(), byName.end(), [&](auto a, auto b) { return all[a].name < all[b].name; });
    for (std::size_t i = 1; i < byName.size(); ++i)
        if (all[byName[i]].name == all[byName[i - 1]].name) return fail(cannot(all[byName[i]], "a duplicate name"));

    // transformers refuses files without a format it knows.
    metadata["format"] = "pt";
    std::string meta = "{";
    for (const auto& [key, value] : metadata) {
        QS_ASSIGN(const auto k, quoted(key));
        QS_ASSIGN(const auto v, quoted(value));
        meta += (meta.size() > 1 ? "," : "") + k + ":" + v;
    }
    meta += "}";

    std::vector<std::vector<std::size_t>> shards(1);
    std::uint64_t filled = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (shardLimit > 0 && !shards.back().empty() && sizes[i] > shardLimit - std::min(filled, shardLimit)) {
            shards.emplace_back();
            filled = 0;
        }
        shards.back().push_back(i);
        filled += sizes[i];
    }
    std::vector<std::size_t> shardOf(all.size());
    for (std::size_t s = 0; s < shards.size(); ++s) {
        auto& order = shards[s];
        std::sort(order.begin(), order.end(), [&](auto a, auto b) {
            return all[a].dtype != all[b].dtype ? all[a].dtype > all[b].dtype : all[a].name < all[b].name;
        });
        File file;
        file.name = shardName(stem, s, shards.size());
        QS_ASSIGN(file.header, headerOf(all, order, sizes, meta));
        file.bytes = file.header.size();
        for (const std::size_t i : order) {
            file.bytes += sizes[i];
            shardOf[i] = s;
        }
        file.order = std::move(order);
        plan.m_files.push_back(std::move(file));
    }
    if (plan.m_files.size() > 1) {
        std::string text = "{\n  \"metadata\": {\n    \"total_size\": " + std::to_string(plan.m_tensorBytes) +
                           "\n  },\n  \"weight_map\": {";
        const char* separator = "\n";
        for (const std::size_t i : byName) {
            QS_ASSIGN(const auto name, quoted(all[i].name));
            text += separator + ("    " + name) + ": \"" + plan.m_files[shardOf[i]].name + "\"";
            separator = ",\n";
        }
        plan.m_indexJson = text + "\n  }\n}\n";
        plan.m_indexName = stem + ".safetensors.index.json";
    }
    return plan;
}

Status SafetensorsWriter::writeFile(std::size_t i, OutputFile& out, const TensorBytes& bytes,
                                    const Context& context) const {
    const File& file = m_files[i];
    QS_TRY(out.reserve(out.written() + file.bytes));
    QS_TRY(out.write(file.header));
    for (const std::size_t index : file.order) {
        const auto& t = m_tensors[index];
        const std::uint64_t size = byteSize(t.dtype, t.shape.elements()).value_or(0);
        std::uint64_t done = 0;
        const auto wrong = [&] {
            return fail(Error(ErrorCode::Internal, "a tensor's bytes do not match its declaration")
                            .ofTensor(t.name).wanted(std::to_string(size)).got(std::to_string(done)));
        };
        QS_TRY(bytes(index, [&](std::span<const std::byte> chunk) -> Status {
            if (context.stopped()) return cancelled();
            done += chunk.size();
            if (done > size) return wrong();
            return out.write(chunk);
        }));
        if (done != size) return wrong();
    }
    return {};
}

Status SafetensorsWriter::writeFolder(const std::filesystem::path& folder, const TensorBytes& bytes,
                                      const Context& context) const
{
    for (std::size_t i = 0; i < m_files.size(); ++i) {
        QS_ASSIGN(auto out, OutputFile::create(folder / m_files[i].name));
        QS_TRY(writeFile(i, out, bytes, context));
        QS_TRY(out.finish());
    }
    if (m_indexJson.empty()) return {};
    QS_ASSIGN(auto out, OutputFile::create(folder / m_indexName));
    QS_TRY(out.write(m_indexJson));
    return out.finish();
}

} // namespace qs::io
