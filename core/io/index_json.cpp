// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/index_json.h"

#include "core/base/format.h"
#include "core/io/json_text.h"
#include "core/io/model_folder.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>

namespace qs::io {
namespace {

constexpr std::size_t kMaxTensors = 1'000'000;
constexpr std::size_t kMaxShards = 100'000;

/// Streams the index: only names and shard numbers are kept.
class IndexHandler {
public:
    IndexHandler(ShardIndex& index, const Context& context) : m_index(index), m_context(context) {}
    Error error;
    bool sawMap = false;
    bool badTotal = false;

    bool null() { return scalar("null"); }
    bool boolean(bool) { return scalar("a boolean"); }
    bool number_integer(std::int64_t)
    {
        if (atTotal()) badTotal = true;
        return scalar("a negative number");
    }
    bool number_unsigned(std::uint64_t v)
    {
        if (atTotal()) m_index.totalSize = v;
        return scalar("a number");
    }
    bool number_float(double v, const std::string&)
    {
        // Some writers computed the sum in floating point.
        if (atTotal()) {
            if (v >= 0 && v < 9.0e15 && v == std::floor(v)) m_index.totalSize = static_cast<std::uint64_t>(v);
            else badTotal = true;
        }
        return scalar("a number");
    }
    bool string(std::string& v)
    {
        if (atTotal()) badTotal = true;
        if (!m_inMap || m_depth != 2) return scalar("a string");
        auto [it, fresh] = m_shardOf.try_emplace(v, static_cast<std::uint32_t>(m_index.shards.size()));
        if (fresh) {
            if (auto s = checkPlainName(v, m_index.file); !s) {
                error = std::move(s.error());
                return false;
            }
            if (m_index.shards.size() >= kMaxShards) return refuse("more than 100 000 shards");
            m_index.shards.push_back(v);
        }
        m_index.weights.push_back({std::move(m_name), it->second});
        m_name.clear();
        return true;
    }
    bool binary(std::vector<std::uint8_t>&) { return false; }
    bool start_object(std::size_t)
    {
        if (m_depth == 1) {
            m_inMap = m_topKey == "weight_map";
            m_inMeta = m_topKey == "metadata";
            sawMap = sawMap || m_inMap;
        } else if (m_inMap && m_depth == 2) {
            return refuse("the entry of a tensor in weight_map is not a file name");
        }
        return open();
    }
    bool end_object()
    {
        if (--m_depth == 1) m_inMap = m_inMeta = false;
        return true;
    }
    bool start_array(std::size_t)
    {
        if (m_depth == 0) return refuse("the index is not a JSON object");
        if (m_depth == 1 && m_topKey == "weight_map") return refuse("weight_map is not an object");
        if (m_inMap && m_depth == 2) return refuse("the entry of a tensor in weight_map is not a file name");
        return open();
    }
    bool end_array()
    {
        --m_depth;
        return true;
    }
    bool key(std::string& k)
    {
        if (m_depth == 1) {
            if (std::find(m_topKeys.begin(), m_topKeys.end(), k) != m_topKeys.end())
                return refuse("the key '" + escapeText(k.substr(0, 200)) + "' is given twice");
            if (m_topKeys.size() > 1000) return refuse("more than 1000 keys beside weight_map");
            m_topKeys.push_back(k);
            m_topKey = k;
        } else if (m_depth == 2 && m_inMap) {
            if (m_context.stopped()) {
                error = Error(ErrorCode::Cancelled, "cancelled");
                return false;
            }
            if (m_index.weights.size() >= kMaxTensors) return refuse("more than 1 000 000 tensors");
            if (auto s = checkTensorName(k, m_index.file); !s) {
                error = std::move(s.error());
                return false;
            }
            m_name = std::move(k);
        } else if (m_depth == 2 && m_inMeta) {
            m_isTotal = k == "total_size";
            if (m_isTotal && m_sawTotal) return refuse("the key 'total_size' is given twice");
            m_sawTotal = m_sawTotal || m_isTotal;
        }
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& e)
    {
        error = Error(ErrorCode::Malformed, "not valid JSON")
                    .inFile(m_index.file.string())
                    .at(position)
                    .got(jsonComplaint(e.what()));
        return false;
    }

private:
    bool refuse(std::string why)
    {
        error = Error(ErrorCode::Malformed, std::move(why)).inFile(m_index.file.string());
        if (!m_name.empty()) error.tensor = m_name;
        return false;
    }
    bool atTotal() const { return m_inMeta && m_depth == 2 && m_isTotal; }
    bool scalar(const char* what)
    {
        if (m_depth == 0) return refuse("the index is not a JSON object");
        if (m_depth == 1 && m_topKey == "weight_map")
            return refuse(std::string("weight_map is ") + what + ", not an object");
        if (m_inMap && m_depth == 2)
            return refuse(std::string("the entry of a tensor in weight_map is ") + what + ", not a file name");
        return true;
    }
    bool open()
    {
        constexpr int kDepth = 128;
        if (++m_depth > kDepth) return refuse("JSON nested deeper than 128 levels");
        return true;
    }

    ShardIndex& m_index;
    const Context& m_context;
    std::unordered_map<std::string, std::uint32_t> m_shardOf;
    std::vector<std::string> m_topKeys;
    std::string m_topKey;
    std::string m_name;
    int m_depth = 0;
    bool m_inMap = false;
    bool m_inMeta = false;
    bool m_isTotal = false;
    bool m_sawTotal = false;
};

} // namespace

Result<ShardIndex> readShardIndex(const std::filesystem::path& file, const Context& context)
{
    ShardIndex index;
    index.file = file;
    QS_ASSIGN(const auto map, MappedFile::open(file));
    const std::string_view text(reinterpret_cast<const char*>(map->bytes().data()), map->size());
    QS_TRY(checkJsonBytes(text, {}, file));
    IndexHandler handler(index, context);
    const bool ok = nlohmann::json::sax_parse(text.begin(), text.end(), &handler);
    QS_TRY(map->check());
    if (!ok) return fail(std::move(handler.error));
    if (!handler.sawMap)
        return fail(Error(ErrorCode::Malformed, "no weight_map in the index").inFile(file.string()));

    std::sort(index.weights.begin(), index.weights.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    const auto twice = std::adjacent_find(index.weights.begin(), index.weights.end(),
                                          [](const auto& a, const auto& b) { return a.name == b.name; });
    if (twice != index.weights.end())
        return fail(
            Error(ErrorCode::Malformed, "listed twice in weight_map").inFile(file.string()).ofTensor(twice->name));

    // Number the shards in natural order of their names.
    std::vector<std::uint32_t> order(index.shards.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](auto a, auto b) { return naturalLess(index.shards[a], index.shards[b]); });
    std::vector<std::uint32_t> rank(order.size());
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        rank[order[i]] = i;
        names.push_back(std::move(index.shards[order[i]]));
    }
    index.shards = std::move(names);
    for (auto& w : index.weights) w.shard = rank[w.shard];
    for (const auto& name : index.shards) {
        QS_ASSIGN(auto path, fileInFolder(file.parent_path(), name, file));
        index.paths.push_back(std::move(path));
    }
    if (handler.badTotal) index.warnings.push_back(file.filename().string() + ": total_size is not a size");
    return index;
}

Status checkShards(ModelSource& source, const ShardIndex& index, std::vector<std::string> leftOut)
{
    std::sort(leftOut.begin(), leftOut.end());
    std::sort(source.tensors.begin(), source.tensors.end(),
              [](const TensorInfo& a, const TensorInfo& b) { return naturalLess(a.name, b.name); });
    const auto twice = std::adjacent_find(source.tensors.begin(), source.tensors.end(),
                                          [](const auto& a, const auto& b) { return a.name == b.name; });
    if (twice != source.tensors.end())
        return fail(Error(ErrorCode::Malformed, "the tensor is in two shards")
                        .inFile(index.file.string())
                        .ofTensor(twice->name)
                        .got(index.shards[twice->file] + " and " + index.shards[std::next(twice)->file]));
    for (const auto& w : index.weights) {
        const auto at = source.find(w.name);
        if (at < 0 && std::binary_search(leftOut.begin(), leftOut.end(), w.name)) continue;
        if (at < 0 || source.tensors[static_cast<std::size_t>(at)].file != w.shard)
            return fail(
                Error(ErrorCode::Malformed, "listed in the index but absent from its shard")
                    .inFile(index.file.string())
                    .ofTensor(w.name)
                    .wanted("in " + escapeText(index.shards[w.shard]))
                    .got(at < 0 ? "in no shard"
                                : "in " + escapeText(index.shards[source.tensors[static_cast<std::size_t>(at)].file])));
    }
    source.warnings.insert(source.warnings.end(), index.warnings.begin(), index.warnings.end());

    std::uint64_t total = 0;
    std::size_t unlisted = 0;
    std::string names;
    constexpr std::size_t kNamed = 10;
    for (const auto& t : source.tensors) {
        total += t.bytes;
        const auto it = std::lower_bound(index.weights.begin(), index.weights.end(), t.name,
                                         [](const auto& w, const std::string& n) { return w.name < n; });
        if (it != index.weights.end() && it->name == t.name) continue;
        if (++unlisted <= kNamed) names += (unlisted > 1 ? ", " : "") + escapeText(t.name);
    }
    const std::string file = index.file.filename().string();
    if (unlisted > 0)
        source.warnings.push_back(file + ": " + formatCount(unlisted) +
                                  (unlisted == 1 ? " tensor is" : " tensors are") +
                                  " in a shard but not in the index: " + names + (unlisted > kNamed ? ", ..." : ""));
    if (index.totalSize && *index.totalSize != total && (leftOut.empty() || *index.totalSize < total))
        source.warnings.push_back(file + ": total_size is " + std::to_string(*index.totalSize) +
                                  ", the tensors have " + std::to_string(total) + " bytes");
    return {};
}

} // namespace qs::io
