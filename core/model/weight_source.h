// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace qs::model {

/// Where the engine takes its weights from, by the Hugging Face names of the architecture. It knows nothing of files or
/// quantization. Thread-safe.
class WeightSource {
public:
    virtual ~WeightSource() = default;
    /// Shape as read() gives it: [out, in] for a linear layer, [1, n] for a vector; nothing where the tensor is
    /// missing.
    virtual std::optional<io::MatrixShape> shape(const std::string& name) const = 0;
    virtual Result<Matrix> read(const std::string& name, const Context& context) const = 0;
    /// One row: of an embedding.
    virtual Status readRow(const std::string& name, Index row, std::span<float> out) const = 0;
    /// The name under which the tensor lies in its file, which is the one that --tensor, results and calibration files
    /// use. Experts that a GGUF file stacks share one name.
    virtual std::string storedName(const std::string& name) const { return name; }
};

/// Gives the floats of a tensor that stands in for the stored one, in the shape of ModelSource::readMatrix.
using MatrixLoader = std::function<Result<std::shared_ptr<const Matrix>>(const Context&)>;

/// The tensors of a checkpoint: safetensors, PyTorch and npz under their own names (with or without "transformer." and
/// "model."), GGUF under the names of its architecture, experts taken out of their stack. Some tensors may be replaced:
/// that is a mixture of original and quantized layers.
class SourceWeights : public WeightSource {
public:
    explicit SourceWeights(std::shared_ptr<const io::ModelSource> source, std::string architecture);
    /// From now on `tensor` (its stored name) is what the loader gives. Before the source is shared.
    void replace(const std::string& tensor, MatrixLoader loader) { m_replaced[tensor] = std::move(loader); }
    void replace(const std::string& tensor, std::shared_ptr<const Matrix> values);

    std::optional<io::MatrixShape> shape(const std::string& name) const override;
    Result<Matrix> read(const std::string& name, const Context& context) const override;
    Status readRow(const std::string& name, Index row, std::span<float> out) const override;
    std::string storedName(const std::string& name) const override;
    const io::ModelSource& source() const { return *m_source; }

private:
    struct Place {
        const io::TensorInfo* tensor = nullptr;
        int expert = -1; ///< of a stacked tensor
    };
    std::optional<Place> find(const std::string& name) const;
    Result<std::shared_ptr<const Matrix>> replacement(const std::string& tensor, const MatrixLoader& loader,
                                                      const Context& context) const;
    std::shared_ptr<const io::ModelSource> m_source;
    std::string m_architecture;
    std::map<std::string, MatrixLoader> m_replaced;
    // A stack of experts is decoded once for all of them.
    mutable std::mutex m_mutex;
    mutable std::string m_lastName;
    mutable std::shared_ptr<const Matrix> m_last;
};

/// Weights in memory: made-up models of tests, and learners that hold a block's weights themselves.
class MemoryWeights : public WeightSource {
public:
    explicit MemoryWeights(std::map<std::string, Matrix> weights) : m_weights(std::move(weights)) {}
    std::optional<io::MatrixShape> shape(const std::string& name) const override;
    Result<Matrix> read(const std::string& name, const Context& context) const override;
    Status readRow(const std::string& name, Index row, std::span<float> out) const override;
    std::map<std::string, Matrix>& weights() { return m_weights; }

private:
    std::map<std::string, Matrix> m_weights;
};

} // namespace qs::model
