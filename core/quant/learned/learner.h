// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/exec/context.h"
#include "core/tensor/matrix.h"

#include <span>
#include <string>
#include <vector>

namespace qs::quant {

/// One array that is learned, row-major, with the gradient of the last backward pass.
struct LearnedArray {
    std::string name;             ///< as its paper has it: "log_step", "L", "U", "row", "col", "up", "low", "S", "V", "B"
    Index rows = 0;
    Index cols = 0;
    std::vector<double> value;    ///< [rows, cols]
    std::vector<double> gradient; ///< the same
    double rate = 1;              ///< factor of the learning rate
};

inline LearnedArray learnedArray(std::string name, Index rows, Index cols, double value = 0)
{
    const auto n = static_cast<std::size_t>(rows * cols);
    return {std::move(name), rows, cols, std::vector<double>(n, value), std::vector<double>(n, 0.0), 1.0};
}

/// A quantized matrix whose parameters gradient descent changes. Sees the loss only as G = ∂loss/∂Ŵ.
class Learner {
public:
    virtual ~Learner() = default;
    virtual Index rows() const = 0;
    virtual Index cols() const = 0;
    /// What is learned; the trainer changes `value`, backward() fills `gradient`.
    virtual std::span<LearnedArray> arrays() = 0;
    /// Ŵ [rows, cols] for the present parameters, as the stored artefact will decode. False: stopped.
    virtual bool decode(std::span<double> decoded, const Context& context) = 0;
    /// Gradients of all arrays for G [rows, cols] at the parameters of the last decode(). False: stopped.
    virtual bool backward(std::span<const double> gradient, const Context& context) = 0;
    /// Codes of the last decode(), [rows, cols].
    virtual std::span<const std::uint8_t> codes() const = 0;
};

} // namespace qs::quant
