// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/calibration/calibration_writer.h"

#include "core/io/mapped_file.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <numeric>
#include <type_traits>

namespace qs::model {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kChunk = std::size_t(4) << 20;

} // namespace

CalibrationWriter::CalibrationWriter(io::CrashSafeFile target, io::CrashSafeFile scratch) : m_target(std::move(target)), m_scratch(std::move(scratch)) {}
CalibrationWriter::CalibrationWriter(CalibrationWriter&&) noexcept = default;
CalibrationWriter::~CalibrationWriter() = default;

Result<CalibrationWriter> CalibrationWriter::create(const fs::path& target, bool replace)
{
    QS_ASSIGN(auto file, io::CrashSafeFile::create(target, replace ? io::OnExisting::Replace : io::OnExisting::Refuse));
    fs::path beside = target;
    beside += ".scratch"; // never committed: it goes with this object
    QS_ASSIGN(auto scratch, io::CrashSafeFile::create(beside, io::OnExisting::Replace));
    return CalibrationWriter(std::move(file), std::move(scratch));
}

template <class T>
Status CalibrationWriter::put(std::string name, Shape shape, const std::vector<T>& values)
{
    if (values.empty()) return {};
    const auto bytes = std::as_bytes(std::span(values));
    if (shape.elements() != values.size()) return fail(ErrorCode::Internal, "an array of a calibration has another size than its shape");
    m_entries.push_back({std::move(name), std::is_same_v<T, double>, std::is_integral_v<T>, shape, m_scratch.output().written(), bytes.size()});
    return m_scratch.output().write(bytes);
}

Status CalibrationWriter::add(const LayerCalibration& l)
{
    const Index in = l.inputs;
    QS_TRY(put(l.module + ".sigma", {in, in}, l.sigma));
    QS_TRY(put(l.module + ".mean_abs", {in}, l.meanAbs));
    QS_TRY(put(l.module + ".mean_square", {in}, l.meanSquare));
    QS_TRY(put(l.module + ".max_abs", {in}, l.maxAbs));
    const auto rows = [&](const std::vector<float>& v) { return in == 0 ? Index(0) : static_cast<Index>(v.size()) / in; };
    QS_TRY(put(l.module + ".samples", {rows(l.samples), in}, l.samples));
    QS_TRY(put(l.module + ".fisher", {rows(l.fisher), in}, l.fisher));
    QS_TRY(put(l.module + ".sigma_prefix", {in, in}, l.sigmaPrefix));
    return put(l.module + ".cross", {in, in}, l.cross);
}

Status CalibrationWriter::addIds(const std::vector<std::int32_t>& ids, std::int64_t length)
{
    const auto n = static_cast<Index>(ids.size());
    return put("ids", {length == 0 ? Index(0) : n / length, length}, ids);
}

Status CalibrationWriter::finish(std::map<std::string, std::string> metadata, const Context& context)
{
    metadata["quantoscope.calibration"] = "1";
    QS_TRY(m_scratch.sync());
    QS_ASSIGN(const auto arrays, io::MappedFile::open(m_scratch.temporary()));
    // Widest types first, so that every array is aligned to its own type (formats.md A1.6).
    std::vector<std::size_t> order(m_entries.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (m_entries[a].isDouble != m_entries[b].isDouble) return m_entries[a].isDouble;
        return m_entries[a].name < m_entries[b].name;
    });
    nlohmann::ordered_json header;
    header["__metadata__"] = metadata;
    std::uint64_t at = 0;
    for (const std::size_t i : order) {
        const Entry& e = m_entries[i];
        if (header.contains(e.name)) return fail(Error(ErrorCode::Internal, "a layer was calibrated twice").ofTensor(e.name));
        header[e.name] = {{"dtype", e.isDouble ? "F64" : e.isInteger ? "I32" : "F32"},
                          {"shape", std::vector<Index>(e.shape.dims().begin(), e.shape.dims().end())},
                          {"data_offsets", {at, at + e.bytes}}};
        at += e.bytes;
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    const std::uint64_t length = text.size();
    QS_TRY(m_target.output().reserve(8 + length + at));
    QS_TRY(m_target.output().write(std::as_bytes(std::span(&length, 1))));
    QS_TRY(m_target.output().write(std::string_view(text)));
    for (const std::size_t i : order) {
        const Entry& e = m_entries[i];
        const auto bytes = arrays->bytes().subspan(e.offset, e.bytes);
        for (std::size_t k = 0; k < bytes.size(); k += kChunk) {
            if (context.stopped()) return cancelled();
            QS_TRY(m_target.output().write(bytes.subspan(k, std::min(kChunk, bytes.size() - k))));
        }
    }
    QS_TRY(arrays->check());
    return m_target.commit();
}

} // namespace qs::model
