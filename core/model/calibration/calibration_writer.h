// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/io/crash_safe_writer.h"
#include "core/tensor/shape.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace qs::model {

/// What was gathered of one linear layer's inputs; empty arrays are not written. Shapes as in specs/cli.md.
struct LayerCalibration {
    std::string module;
    Index inputs = 0;
    std::uint64_t tokens = 0;       ///< rows that were summed
    std::vector<double> sigma;      ///< [in, in]
    std::vector<float> meanAbs;     ///< [in]
    std::vector<float> meanSquare;  ///< [in]
    std::vector<float> maxAbs;      ///< [in]
    std::vector<float> samples;     ///< [n, in]
    std::vector<float> fisher;      ///< [out, in]
    std::vector<double> cross;      ///< [in, in], Σ x x̃ᵀ behind a quantized prefix
    std::vector<double> sigmaPrefix; ///< [in, in], Σ x̃ x̃ᵀ
};

/// Writes a calibration file as its layers come, so that one layer at a time is in memory: the arrays go to a scratch file
/// beside the target first, and the safetensors file is laid out when all of them are known. Without finish() nothing appears.
class CalibrationWriter {
public:
    /// Error Exists at once where the target is there and may not be replaced.
    static Result<CalibrationWriter> create(const std::filesystem::path& target, bool replace);
    CalibrationWriter(CalibrationWriter&&) noexcept;
    CalibrationWriter& operator=(CalibrationWriter&&) = delete;
    ~CalibrationWriter();

    Status add(const LayerCalibration& layer);
    /// Tokens [windows, length], row by row.
    Status addIds(const std::vector<std::int32_t>& ids, std::int64_t length);
    /// Writes, syncs and puts the file in place. `metadata` is added to "quantoscope.calibration" = "1".
    Status finish(std::map<std::string, std::string> metadata, const Context& context);

private:
    struct Entry {
        std::string name;
        bool isDouble = false;
        bool isInteger = false;
        Shape shape;
        std::uint64_t offset = 0; ///< in the scratch file
        std::uint64_t bytes = 0;
    };
    CalibrationWriter(io::CrashSafeFile target, io::CrashSafeFile scratch);
    template <class T>
    Status put(std::string name, Shape shape, const std::vector<T>& values);

    io::CrashSafeFile m_target;
    io::CrashSafeFile m_scratch;
    std::vector<Entry> m_entries;
};

} // namespace qs::model
