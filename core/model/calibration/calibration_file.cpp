// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/calibration/calibration_file.h"

#include "core/base/bytes.h"
#include "core/io/format_registry.h"
#include "core/io/tensor_names.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qs::model {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNames[kCalibrationArrays] = {"sigma", "mean_abs", "mean_square", "max_abs", "samples", "fisher", "cross"};
constexpr std::string_view kWeight = ".weight";

std::string moduleOf(std::string_view tensor) { return std::string(tensor.ends_with(kWeight) ? tensor.substr(0, tensor.size() - kWeight.size()) : tensor); }

// Splits "X.sigma" into X and sigma.
bool splitName(std::string_view name, std::string& module, std::string& array)
{
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return false;
    module = name.substr(0, dot);
    array = name.substr(dot + 1);
    return true;
}

int rankOf(std::size_t array) { return array == 0 || array >= 4 ? 2 : 1; }

} // namespace

const char* calibrationArrayName(CalibrationArray array) { return kNames[static_cast<std::size_t>(array)]; }

Result<std::shared_ptr<const CalibrationFile>> CalibrationFile::open(const fs::path& path, const Context& context)
{
    auto out = std::make_shared<CalibrationFile>();
    out->m_path = path;
    std::error_code ec;
    if (!fs::exists(path, ec)) return fail(Error(ErrorCode::NotFound, "there is no such calibration file").inFile(path.string()));
    if (path.extension() == ".dat" || path.extension() == ".imatrix") {
        QS_ASSIGN(auto entries, readImatrixDat(path));
        for (auto& e : entries) out->m_layers[moduleOf(e.name)].meanSquare = std::move(e.meanSquare);
        return std::shared_ptr<const CalibrationFile>(out);
    }
    QS_ASSIGN(out->m_source, io::openModel(path, context));
    const auto& tensors = out->m_source->tensors;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const io::TensorInfo& t = tensors[i];
        const auto bad = [&](const char* what) {
            return fail(Error(ErrorCode::Malformed, what).inFile(path.string()).ofTensor(t.name).got(t.shape.text() + " " + std::string(dtypeName(t.dtype))));
        };
        if (t.name == "ids") {
            if ((t.dtype != DType::I32 && t.dtype != DType::I64) || t.shape.rank() != 2) return bad("the tokens of a calibration are integers [windows, L]");
            out->m_ids = static_cast<std::ptrdiff_t>(i);
            out->m_windowLength = t.shape[1];
            continue;
        }
        std::string module;
        std::string array;
        if (!splitName(t.name, module, array)) continue;
        if (array == "in_sum2" || array == "counts") {
            Layer& layer = out->m_layers[moduleOf(module)];
            (array == "counts" ? layer.counts : layer.sums) = static_cast<std::ptrdiff_t>(i);
            continue;
        }
        const auto* known = std::find_if(std::begin(kNames), std::end(kNames), [&](const char* n) { return array == n; });
        if (known == std::end(kNames)) continue;
        const auto k = static_cast<std::size_t>(known - std::begin(kNames));
        if (t.dtype != DType::F64 && !traits(t.dtype).decodable) return bad("a calibration's arrays are floats");
        if (t.shape.rank() != rankOf(k)) return bad("an array of a calibration has another number of dimensions");
        if ((k == 0 || k == 6) && t.shape[0] != t.shape[1]) return bad("this array of a calibration is square");
        out->m_layers[module].tensors[k] = static_cast<std::ptrdiff_t>(i);
    }
    if (out->m_layers.empty())
        return fail(Error(ErrorCode::Malformed, "this file holds no calibration").inFile(path.string())
                        .wanted("arrays named X.sigma, X.mean_abs, X.mean_square, ..., or an imatrix").fix("make one with calibrate"));
    return std::shared_ptr<const CalibrationFile>(out);
}

std::vector<std::string> CalibrationFile::modules() const
{
    std::vector<std::string> out;
    for (const auto& [name, layer] : m_layers) out.push_back(name);
    return out;
}

bool CalibrationFile::has(const std::string& module, CalibrationArray array) const
{
    const auto it = m_layers.find(module);
    if (it == m_layers.end()) return false;
    if (it->second.tensors[static_cast<std::size_t>(array)] >= 0) return true;
    return array == CalibrationArray::MeanSquare && (!it->second.meanSquare.empty() || it->second.sums >= 0);
}

std::string CalibrationFile::meta(const std::string& key) const
{
    const io::MetaEntry* e = m_source ? m_source->meta(key) : nullptr;
    const auto* text = e && e->values.size() == 1 ? std::get_if<std::string>(&e->values[0]) : nullptr;
    return text ? *text : std::string();
}

const CalibrationFile::Layer* CalibrationFile::find(const io::ModelSource& model, const io::TensorInfo& tensor, std::string* module) const
{
    const std::string own = moduleOf(tensor.name);
    if (const auto it = m_layers.find(own); it != m_layers.end()) {
        if (module) *module = it->first;
        return &it->second;
    }
    // The same layer under the other manner of names.
    const auto wanted = io::canonicalName(own + std::string(kWeight), model.architecture);
    for (const auto& [name, layer] : m_layers) {
        if (io::canonicalName(name + std::string(kWeight), model.architecture) != wanted) continue;
        if (module) *module = name;
        return &layer;
    }
    return nullptr;
}

Result<std::vector<double>> CalibrationFile::read(std::ptrdiff_t index, std::int64_t rows, std::int64_t cols, const std::string& module) const
{
    const io::TensorInfo& t = m_source->tensors[static_cast<std::size_t>(index)];
    const Shape wanted = t.shape.rank() == 1 ? Shape{cols} : Shape{rows < 0 ? t.shape[0] : rows, cols};
    if (t.shape != wanted)
        return fail(Error(ErrorCode::Mismatch, "this calibration is of another model").inFile(m_path.string()).ofTensor(t.name)
                        .wanted(wanted.text() + " for " + module).got(t.shape.text()));
    const std::uint64_t n = t.shape.elements();
    std::vector<double> out(n);
    if (t.dtype == DType::F64) {
        QS_TRY(m_source->readBytes(t, 0, n, std::as_writable_bytes(std::span(out))));
    } else {
        std::vector<float> values(n);
        QS_TRY(m_source->readFloats(t, 0, n, values));
        std::copy(values.begin(), values.end(), out.begin());
    }
    for (const double v : out)
        if (!std::isfinite(v)) return fail(Error(ErrorCode::Malformed, "a calibration holds a value that is not finite").inFile(m_path.string()).ofTensor(t.name));
    return out;
}

// in_sum2 [matrices, in] over counts [matrices, 1]; of stacked experts the sums are added up.
Status CalibrationFile::readSums(const Layer& layer, const std::string& module, std::int64_t in, std::vector<float>& meanSquare) const
{
    const io::TensorInfo& t = m_source->tensors[static_cast<std::size_t>(layer.sums)];
    const std::int64_t matrices = in > 0 ? static_cast<std::int64_t>(t.shape.elements()) / in : 0;
    if (matrices < 1 || static_cast<std::uint64_t>(matrices * in) != t.shape.elements())
        return fail(Error(ErrorCode::Mismatch, "this imatrix is of another model").inFile(m_path.string()).ofTensor(t.name)
                        .wanted(std::to_string(in) + " inputs of " + module).got(t.shape.text()));
    std::vector<float> sums(static_cast<std::size_t>(matrices * in));
    std::vector<float> counts(static_cast<std::size_t>(matrices), 1.0F);
    QS_TRY(m_source->readFloats(t, 0, sums.size(), sums));
    if (layer.counts >= 0) {
        const io::TensorInfo& c = m_source->tensors[static_cast<std::size_t>(layer.counts)];
        if (c.shape.elements() != counts.size())
            return fail(Error(ErrorCode::Malformed, "an imatrix counts other matrices than it sums").inFile(m_path.string()).ofTensor(c.name));
        QS_TRY(m_source->readFloats(c, 0, counts.size(), counts));
    }
    std::vector<double> total(static_cast<std::size_t>(in));
    double tokens = 0;
    for (std::int64_t m = 0; m < matrices; ++m) {
        tokens += static_cast<double>(counts[static_cast<std::size_t>(m)]);
        for (std::int64_t i = 0; i < in; ++i) total[static_cast<std::size_t>(i)] += static_cast<double>(sums[static_cast<std::size_t>(m * in + i)]);
    }
    meanSquare.assign(total.size(), 0.0F);
    for (std::size_t i = 0; i < total.size() && tokens > 0; ++i) {
        meanSquare[i] = static_cast<float>(total[i] / tokens);
        if (!std::isfinite(meanSquare[i]) || meanSquare[i] < 0)
            return fail(Error(ErrorCode::Malformed, "an imatrix holds a value that is no mean square").inFile(m_path.string()).ofTensor(t.name));
    }
    if (!(tokens > 0)) meanSquare.clear(); // an expert that saw no token
    return {};
}

Result<std::shared_ptr<const quant::Calibration>> CalibrationFile::of(const io::ModelSource& model, const io::TensorInfo& tensor) const
{
    std::string module;
    const Layer* layer = find(model, tensor, &module);
    if (!layer) return std::shared_ptr<const quant::Calibration>();
    const io::MatrixShape shape = io::matrixShape(tensor);
    auto out = std::make_shared<quant::Calibration>();
    out->inputs = shape.cols;
    const auto at = [&](CalibrationArray a) { return layer->tensors[static_cast<std::size_t>(a)]; };
    const auto floats = [&](CalibrationArray a, std::int64_t rows, std::vector<float>& to) -> Status {
        if (at(a) < 0) return {};
        QS_ASSIGN(const auto values, read(at(a), rows, shape.cols, module));
        to.assign(values.begin(), values.end());
        return {};
    };
    if (at(CalibrationArray::Sigma) >= 0) {
        QS_ASSIGN(out->sigma, read(at(CalibrationArray::Sigma), shape.cols, shape.cols, module));
    }
    QS_TRY(floats(CalibrationArray::MeanAbs, 1, out->meanAbs));
    QS_TRY(floats(CalibrationArray::MeanSquare, 1, out->meanSquare));
    QS_TRY(floats(CalibrationArray::MaxAbs, 1, out->maxAbs));
    QS_TRY(floats(CalibrationArray::Samples, -1, out->samples));
    if (shape.cols > 0) out->sampleRows = static_cast<std::int64_t>(out->samples.size()) / shape.cols;
    // GGUF files of some architectures order the rows of q and k otherwise: Fisher values by row hold under the own name alone.
    if (module == moduleOf(tensor.name)) QS_TRY(floats(CalibrationArray::Fisher, shape.rows, out->fisher));
    if (!layer->meanSquare.empty()) {
        const auto in = static_cast<std::size_t>(shape.cols);
        const std::size_t matrices = in == 0 ? 0 : layer->meanSquare.size() / in;
        if (matrices == 0 || matrices * in != layer->meanSquare.size())
            return fail(Error(ErrorCode::Mismatch, "this imatrix is of another model").inFile(m_path.string())
                            .wanted(std::to_string(in) + " inputs of " + module).got(std::to_string(layer->meanSquare.size())));
        out->meanSquare.assign(in, 0.0F); // of stacked experts the mean
        for (std::size_t m = 0; m < matrices; ++m)
            for (std::size_t i = 0; i < in; ++i) out->meanSquare[i] += layer->meanSquare[m * in + i] / static_cast<float>(matrices);
    } else if (layer->sums >= 0) {
        QS_TRY(readSums(*layer, module, shape.cols, out->meanSquare));
    }
    return std::shared_ptr<const quant::Calibration>(out);
}

Result<std::vector<double>> CalibrationFile::crossOf(const io::ModelSource& model, const io::TensorInfo& tensor) const
{
    std::string module;
    const Layer* layer = find(model, tensor, &module);
    const std::ptrdiff_t at = layer ? layer->tensors[static_cast<std::size_t>(CalibrationArray::Cross)] : -1;
    if (at < 0) return std::vector<double>();
    const Index in = io::matrixShape(tensor).cols;
    return read(at, in, in, module);
}

Result<std::vector<std::int32_t>> CalibrationFile::ids() const
{
    std::vector<std::int32_t> out;
    if (m_ids < 0) return out;
    const io::TensorInfo& t = m_source->tensors[static_cast<std::size_t>(m_ids)];
    const std::uint64_t n = t.shape.elements();
    const std::size_t width = t.dtype == DType::I32 ? 4 : 8;
    std::vector<std::byte> bytes(n * width);
    QS_TRY(m_source->readBytes(t, 0, n, bytes));
    out.reserve(n);
    for (std::uint64_t i = 0; i < n; ++i) {
        const std::int64_t id = width == 4 ? loadLe<std::int32_t>(bytes.data() + 4 * i) : loadLe<std::int64_t>(bytes.data() + 8 * i);
        if (id < 0 || id > std::numeric_limits<std::int32_t>::max())
            return fail(Error(ErrorCode::Malformed, "a token of a calibration is no id").inFile(m_path.string()).got(std::to_string(id)));
        out.push_back(static_cast<std::int32_t>(id));
    }
    return out;
}

} // namespace qs::model
