// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/io/model_source.h"
#include "core/quant/calibration.h"

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace qs::model {

/// What a calibration file may hold of a layer, under its module's name X: "X.sigma", ...
enum class CalibrationArray { Sigma, MeanAbs, MeanSquare, MaxAbs, Samples, Fisher, Cross };
constexpr std::size_t kCalibrationArrays = 7;
const char* calibrationArrayName(CalibrationArray array); ///< "sigma", "mean_abs", ...

/// A calibration file (specs/cli.md): safetensors of ours, .npz with the same names, or llama.cpp's imatrix (.dat or GGUF)
/// as mean squares. Arrays are read when a layer is asked for. Immutable and thread-safe.
class CalibrationFile {
public:
    /// Malformed for a file without any such array, or one whose arrays have other ranks or types.
    static Result<std::shared_ptr<const CalibrationFile>> open(const std::filesystem::path& path, const Context& context);

    /// What it holds of this weight's layer, found by the module's name in Hugging Face's or GGUF's manner; null where it has
    /// nothing. Mismatch where an array has another width than the layer, Malformed for values that are not finite.
    Result<std::shared_ptr<const quant::Calibration>> of(const io::ModelSource& model, const io::TensorInfo& tensor) const;
    /// Σ x x̃ᵀ of this weight's layer, [in, in]; empty where there is none.
    Result<std::vector<double>> crossOf(const io::ModelSource& model, const io::TensorInfo& tensor) const;

    /// Modules by the file's own names, in order.
    std::vector<std::string> modules() const;
    bool has(const std::string& module, CalibrationArray array) const;
    /// Tokens of the calibration text, [windows, L] row by row; empty where they were not kept.
    Result<std::vector<std::int32_t>> ids() const;
    std::int64_t windowLength() const { return m_windowLength; }
    /// A value of the metadata ("tokens", "model_sha256", ...), or "".
    std::string meta(const std::string& key) const;
    const std::filesystem::path& path() const { return m_path; }

private:
    struct Layer {
        std::array<std::ptrdiff_t, kCalibrationArrays> tensors; ///< in m_source; -1: not there
        std::ptrdiff_t sums = -1;                               ///< imatrix: in_sum2
        std::ptrdiff_t counts = -1;                             ///< imatrix
        std::vector<float> meanSquare;                          ///< of a .dat file
        Layer() { tensors.fill(-1); }
    };
    const Layer* find(const io::ModelSource& model, const io::TensorInfo& tensor, std::string* module = nullptr) const;
    Result<std::vector<double>> read(std::ptrdiff_t tensor, std::int64_t rows, std::int64_t cols, const std::string& module) const;
    Status readSums(const Layer& layer, const std::string& module, std::int64_t in, std::vector<float>& meanSquare) const;

    std::filesystem::path m_path;
    std::shared_ptr<const io::ModelSource> m_source; ///< null: a .dat file
    std::map<std::string, Layer> m_layers;           ///< by module
    std::ptrdiff_t m_ids = -1;
    std::int64_t m_windowLength = 0;
};

/// One entry of llama.cpp's imatrix.dat: mean squares of a matrix's inputs.
struct ImatrixEntry {
    std::string name; ///< GGUF's tensor name
    std::vector<float> meanSquare;
};
/// Reads the old binary format: i32 entries; each: i32 length, name, i32 calls, i32 n, n × f32 sums; then anything.
Result<std::vector<ImatrixEntry>> readImatrixDat(const std::filesystem::path& file);

} // namespace qs::model
