// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/result_cache.h"

#include "core/base/sha256.h"
#include "core/io/format_registry.h"
#include "core/io/json_text.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace qs::study {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kCell = "quantoscope_cell";
constexpr const char* kCheck = "quantoscope_check";
constexpr const char* kSuffix = ".safetensors";
constexpr const char* kPartial = ".partial";
// What is written below must be all there is: a new figure has to be added here, too.
static_assert(sizeof(metrics::WeightError) == 9 * 8, "the cache stores each sum of WeightError");

bool isKey(std::string_view text)
{
    return text.size() == 64
        && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string checksum(const std::string& text) { return sha256Hex(std::as_bytes(std::span(text))); }

// Doubles by their bits: infinities and NaN survive, and every digit.
std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

bool readBits(const json& object, const char* name, double& out)
{
    const auto it = object.find(name);
    if (it == object.end() || !it->is_number_unsigned()) return false;
    out = std::bit_cast<double>(it->get<std::uint64_t>());
    return true;
}

bool readWhole(const json& object, const char* name, std::uint64_t& out)
{
    const auto it = object.find(name);
    if (it == object.end() || !it->is_number_unsigned()) return false;
    out = it->get<std::uint64_t>();
    return true;
}

std::string metaText(const io::ModelSource& source, const char* key)
{
    const auto* entry = source.meta(key);
    if (!entry || entry->isArray || entry->values.empty()) return {};
    const auto* text = std::get_if<std::string>(&entry->values.front());
    return text ? *text : std::string();
}

std::string hashOf(const quant::ArrayStore& arrays)
{
    Sha256 hash;
    for (const auto& a : arrays.arrays()) hash.update(a.bytes);
    return hash.finish();
}

// The header of a safetensors file: the arrays back to back in their order.
std::string headerOf(const quant::ArrayStore& arrays, const std::string& cell)
{
    ordered_json header;
    header["__metadata__"] = {{kCell, cell}, {kCheck, checksum(cell)}};
    std::uint64_t at = 0;
    for (const auto& a : arrays.arrays()) {
        ordered_json shape = ordered_json::array();
        for (const Index d : a.shape.dims()) shape.push_back(d);
        header[a.name] = {{"dtype", std::string(dtypeName(a.dtype))}, {"shape", shape}, {"data_offsets", {at, at + a.bytes.size()}}};
        at += a.bytes.size();
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    std::string out(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<char>(text.size() >> (8 * i) & 0xff);
    return out + text;
}

// Every result file below `folder`, and what a crash left half-written.
template <class Visit>
void eachFile(const fs::path& folder, const Visit& visit)
{
    std::error_code ec;
    for (fs::directory_iterator sub(folder, ec), end; !ec && sub != end; sub.increment(ec)) {
        const std::string name = sub->path().filename().string();
        std::error_code inner;
        if (name.size() != 2 || !sub->is_directory(inner)) continue;
        for (fs::directory_iterator file(sub->path(), inner), last; !inner && file != last; file.increment(inner)) {
            const std::string full = file->path().filename().string();
            const bool partial = full.ends_with(kPartial) && full.size() > 64 && isKey(std::string_view(full).substr(0, 64));
            const bool whole = full.size() == 64 + std::string_view(kSuffix).size() && full.ends_with(kSuffix)
                && isKey(std::string_view(full).substr(0, 64)) && full.starts_with(name);
            std::error_code each;
            if ((whole || partial) && file->is_regular_file(each)) visit(*file, partial);
        }
    }
}

} // namespace

ResultCache::ResultCache(fs::path folder, std::uint64_t mostBytes) : m_folder(std::move(folder)), m_most(mostBytes) {}

fs::path ResultCache::fileOf(const std::string& key) const { return m_folder / key.substr(0, 2) / (key + kSuffix); }

bool ResultCache::contains(const std::string& key) const
{
    std::error_code ec;
    return isKey(key) && fs::is_regular_file(fileOf(key), ec);
}

std::optional<ResultCache::Hit> ResultCache::find(const std::string& key, const std::string& tensor, const quant::Recipe& recipe,
                                                  std::uint64_t seed, const Context& context)
{
    if (!contains(key)) return std::nullopt;
    const fs::path file = fileOf(key);
    const auto read = [&]() -> Result<Hit> {
        const auto bad = [&](const char* what) { return fail(Error(ErrorCode::Malformed, what).inFile(file.string())); };
        QS_ASSIGN(const auto source, io::openModel(file, context));
        const std::string text = metaText(*source, kCell);
        if (text.empty() || checksum(text) != metaText(*source, kCheck)) return bad("the figures of a cached result are damaged");
        QS_ASSIGN(const json cell, io::parseJson(text, io::JsonLimits{}, file));
        Hit hit;
        auto artefact = std::make_shared<quant::QuantizedTensor>();
        std::uint64_t rows = 0;
        std::uint64_t cols = 0;
        const bool whole = cell.is_object() && readWhole(cell, "count", hit.error.count) && readWhole(cell, "peak_bytes", hit.peakBytes)
            && readWhole(cell, "rows", rows) && readWhole(cell, "cols", cols) && readBits(cell, "seconds", hit.seconds)
            && readBits(cell, "sum_squared_error", hit.error.sumSquaredError) && readBits(cell, "sum_squares", hit.error.sumSquares)
            && readBits(cell, "sum_squares_decoded", hit.error.sumSquaresDecoded) && readBits(cell, "dot", hit.error.dot)
            && readBits(cell, "max_abs", hit.error.maxAbs) && cell.contains("device") && cell["device"].is_string()
            && cell.contains("arrays") && cell["arrays"].is_array() && cell.contains("sha256") && cell["sha256"].is_string();
        if (!whole || cell.value("key", std::string()) != key) return bad("the figures of a cached result are not complete");
        if (cell.contains("output_layers")
            && !(readWhole(cell, "output_layers", hit.error.outputLayers) && readBits(cell, "sum_output_error", hit.error.sumOutputError)
                 && readBits(cell, "sum_output", hit.error.sumOutput)))
            return bad("the figures of a cached result are not complete");
        hit.device = cell["device"].get<std::string>();
        artefact->name = tensor;
        artefact->rows = static_cast<Index>(rows);
        artefact->cols = static_cast<Index>(cols);
        artefact->recipe = recipe;
        artefact->seed = seed;
        for (const auto& name : cell["arrays"]) {
            const auto at = name.is_string() ? source->find(name.get_ref<const std::string&>()) : -1;
            if (at < 0) return bad("an array of a cached result is missing");
            const io::TensorInfo& t = source->tensors[static_cast<std::size_t>(at)];
            quant::Array a{t.name, t.dtype, t.shape, {}};
            a.bytes.resize(t.bytes);
            QS_TRY(source->readBytes(t, 0, t.shape.elements(), a.bytes));
            artefact->arrays.add(std::move(a));
        }
        if (hashOf(artefact->arrays) != cell["sha256"].get<std::string>()) return bad("the arrays of a cached result are damaged");
        hit.artefact = std::move(artefact);
        QS_ASSIGN(hit.decoder, quant::Decoder::make(hit.artefact));
        return hit;
    };
    std::error_code ec;
    auto hit = read();
    if (!hit) {
        if (hit.error().code != ErrorCode::Cancelled) fs::remove(file, ec);
        return std::nullopt;
    }
    fs::last_write_time(file, fs::file_time_type::clock::now(), ec); // used now
    return std::move(*hit);
}

Status ResultCache::store(const std::string& key, const CellResult& cell)
{
    if (!isKey(key) || !cell.artefact) return {};
    if (cell.artefact->arrays.totalBytes() > m_most) return {};
    ordered_json figures;
    figures["key"] = key;
    figures["producer"] = "quantoscope";
    figures["recipe"] = cell.recipe.text();
    figures["seed"] = cell.seed;
    figures["rows"] = static_cast<std::uint64_t>(cell.artefact->rows);
    figures["cols"] = static_cast<std::uint64_t>(cell.artefact->cols);
    figures["count"] = cell.error.count;
    figures["sum_squared_error"] = bits(cell.error.sumSquaredError);
    figures["sum_squares"] = bits(cell.error.sumSquares);
    figures["sum_squares_decoded"] = bits(cell.error.sumSquaresDecoded);
    figures["dot"] = bits(cell.error.dot);
    figures["max_abs"] = bits(cell.error.maxAbs);
    if (cell.error.hasOutput()) {
        figures["output_layers"] = cell.error.outputLayers;
        figures["sum_output_error"] = bits(cell.error.sumOutputError);
        figures["sum_output"] = bits(cell.error.sumOutput);
    }
    figures["seconds"] = bits(cell.seconds);
    figures["peak_bytes"] = cell.peakBytes;
    figures["device"] = cell.device;
    figures["arrays"] = ordered_json::array();
    for (const auto& a : cell.artefact->arrays.arrays()) figures["arrays"].push_back(a.name);
    figures["sha256"] = hashOf(cell.artefact->arrays);
    return write(key, cell.artefact->arrays, figures.dump());
}

Status ResultCache::storeArrays(const std::string& key, const quant::ArrayStore& arrays)
{
    if (!isKey(key) || arrays.totalBytes() > m_most) return {};
    ordered_json text;
    text["key"] = key;
    text["producer"] = "quantoscope";
    text["arrays"] = ordered_json::array();
    for (const auto& a : arrays.arrays()) text["arrays"].push_back(a.name);
    text["sha256"] = hashOf(arrays);
    return write(key, arrays, text.dump());
}

std::optional<quant::ArrayStore> ResultCache::findArrays(const std::string& key, const Context& context)
{
    if (!contains(key)) return std::nullopt;
    const fs::path file = fileOf(key);
    const auto read = [&]() -> Result<quant::ArrayStore> {
        const auto bad = [&](const char* what) { return fail(Error(ErrorCode::Malformed, what).inFile(file.string())); };
        QS_ASSIGN(const auto source, io::openModel(file, context));
        const std::string text = metaText(*source, kCell);
        if (text.empty() || checksum(text) != metaText(*source, kCheck)) return bad("what is kept of a training is damaged");
        QS_ASSIGN(const json head, io::parseJson(text, io::JsonLimits{}, file));
        if (!head.is_object() || head.value("key", std::string()) != key || !head.contains("arrays") || !head["arrays"].is_array() || !head.contains("sha256") || !head["sha256"].is_string())
            return bad("what is kept of a training is damaged");
        quant::ArrayStore arrays;
        for (const auto& name : head["arrays"]) {
            const auto at = name.is_string() ? source->find(name.get_ref<const std::string&>()) : -1;
            if (at < 0) return bad("what is kept of a training is damaged");
            const io::TensorInfo& t = source->tensors[static_cast<std::size_t>(at)];
            quant::Array a{t.name, t.dtype, t.shape, {}};
            a.bytes.resize(t.bytes);
            QS_TRY(source->readBytes(t, 0, t.shape.elements(), a.bytes));
            arrays.add(std::move(a));
        }
        if (hashOf(arrays) != head["sha256"].get<std::string>()) return bad("what is kept of a training is damaged");
        return arrays;
    };
    auto arrays = read();
    if (!arrays) {
        if (arrays.error().code != ErrorCode::Cancelled) remove(key);
        return std::nullopt;
    }
    return std::move(*arrays);
}

void ResultCache::remove(const std::string& key)
{
    if (!contains(key)) return;
    std::error_code ec;
    const std::uint64_t size = fs::file_size(fileOf(key), ec);
    if (ec || !fs::remove(fileOf(key), ec)) return;
    const std::lock_guard lock(m_mutex);
    if (m_bytes) *m_bytes -= std::min(*m_bytes, size);
}

Status ResultCache::write(const std::string& key, const quant::ArrayStore& arrays, const std::string& text)
{
    const std::uint64_t size = arrays.totalBytes();
    const std::string header = headerOf(arrays, text);
    const fs::path file = fileOf(key);
    std::error_code ec;
    fs::create_directories(file.parent_path(), ec);
    // One name per process and thread. Not synced: what a crash cuts short fails its checksum later.
    static std::atomic<unsigned> serial{0};
    fs::path temporary = file;
    temporary += "." + std::to_string(::getpid()) + "." + std::to_string(++serial) + kPartial;
    const auto failed = [&](const char* what) {
        fs::remove(temporary, ec);
        return fail(Error(ErrorCode::Io, what).inFile(file.string()).fix("make room, or choose another place for the cache"));
    };
    {
        std::ofstream out(temporary, std::ios::binary);
        out.write(header.data(), static_cast<std::streamsize>(header.size()));
        for (const auto& a : arrays.arrays())
            out.write(reinterpret_cast<const char*>(a.bytes.data()), static_cast<std::streamsize>(a.bytes.size()));
        out.close();
        if (!out) return failed("a result can't be kept in the cache");
    }
    const std::uint64_t written = header.size() + size;
    std::error_code absent;
    const std::uint64_t before = fs::file_size(file, absent);
    fs::rename(temporary, file, ec);
    if (ec) return failed("a result can't be put into the cache");
    const std::lock_guard lock(m_mutex);
    if (!m_bytes) m_bytes = usage().bytes;
    else *m_bytes += written - (absent ? 0 : before);
    if (*m_bytes > m_most) evict();
    return {};
}

// Down to nine tenths, so that not every further result evicts.
void ResultCache::evict()
{
    struct Kept {
        fs::file_time_type used;
        std::uint64_t bytes;
        fs::path path;
    };
    std::vector<Kept> all;
    std::uint64_t total = 0;
    const auto now = fs::file_time_type::clock::now();
    eachFile(m_folder, [&](const fs::directory_entry& f, bool partial) {
        std::error_code ec;
        const Kept k{f.last_write_time(ec), f.file_size(ec), f.path()};
        if (ec) return;
        if (partial) { // of a program that died; a living one finishes within the hour
            if (now - k.used > std::chrono::hours(1)) fs::remove(k.path, ec);
            return;
        }
        total += k.bytes;
        all.push_back(k);
    });
    std::sort(all.begin(), all.end(), [](const Kept& a, const Kept& b) { return a.used != b.used ? a.used < b.used : a.path < b.path; });
    for (const Kept& k : all) {
        if (total <= m_most - m_most / 10) break;
        std::error_code ec;
        fs::remove(k.path, ec);
        if (!ec) total -= k.bytes;
    }
    m_bytes = total;
}

ResultCache::Usage ResultCache::usage() const
{
    Usage out;
    eachFile(m_folder, [&](const fs::directory_entry& f, bool partial) {
        std::error_code ec;
        const auto size = f.file_size(ec);
        if (ec) return;
        out.bytes += size;
        if (!partial) ++out.files;
    });
    return out;
}

ResultCache::Usage ResultCache::clear()
{
    Usage out;
    std::vector<fs::path> all;
    eachFile(m_folder, [&](const fs::directory_entry& f, bool) {
        std::error_code ec;
        const auto size = f.file_size(ec);
        if (!ec) {
            out.bytes += size;
            ++out.files;
        }
        all.push_back(f.path());
    });
    std::error_code ec;
    for (const auto& p : all) fs::remove(p, ec);
    for (const auto& p : all) fs::remove(p.parent_path(), ec); // empty ones only
    const std::lock_guard lock(m_mutex);
    m_bytes = 0;
    return out;
}

} // namespace qs::study
