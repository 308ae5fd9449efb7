// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/exec/context.h"
#include "core/tensor/matrix.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

/// A matrix at every zoom: whole tensor to single elements at one frame's cost.
namespace qs::metrics {

/// What a cell says of the elements it covers.
enum class CellValue {
    Peak, ///< the signed element of largest magnitude (outliers stay visible)
    Mean,
    Rms
};

/// One figure of all cells of a level, row by row; the pyramid owns the memory.
class CellFloats {
public:
    CellFloats() = default;
    CellFloats(float* data, std::size_t size) : m_data(data), m_size(size) {}
    float* data() { return m_data; }
    const float* data() const { return m_data; }
    std::size_t size() const { return m_size; }
    float& operator[](std::size_t i) { return m_data[i]; }
    float operator[](std::size_t i) const { return m_data[i]; }
    const float* begin() const { return m_data; }
    const float* end() const { return m_data + m_size; }
    friend bool operator==(const CellFloats& a, const CellFloats& b)
    {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

private:
    float* m_data = nullptr;
    std::size_t m_size = 0;
};

/// Level l holds cells of 2^l × 2^l elements; border cells cover what is left. NaN elements make NaN cells.
struct PyramidLevel {
    Index rows = 0;
    Index cols = 0;
    CellFloats mean;
    CellFloats peak;
    CellFloats rms;
};

/// Figures per row or per column.
struct Profile {
    std::vector<float> mean;
    std::vector<float> rms;
    std::vector<float> peak; ///< max |.|
};

/// Immutable after buildPyramid; share it as shared_ptr<const MatrixPyramid>.
struct MatrixPyramid {
    Index rows = 0;
    Index cols = 0;
    std::shared_ptr<const Matrix> base; ///< the elements themselves (level 0)
    /// levels[k] is level k + kFirstLevel. Level 1 is not kept (it would cost as much as the rest of the reading
    /// together); it is made from the elements of the view where it is asked for.
    static constexpr int kFirstLevel = 2;
    std::vector<PyramidLevel> levels;
    std::shared_ptr<float[]> cells; ///< the memory of all levels
    Profile byRow;
    Profile byCol;
    double low = 0;       ///< robust limits: 1st and 99th percentile of a regular sample of at most 2^16 elements
    double high = 0;
    double absHigh = 0;   ///< 99th percentile of |.| of the same sample: the symmetric limit
    double min = 0;       ///< true extremes of the finite elements
    double max = 0;
    std::uint64_t bytes() const; ///< memory of the levels and profiles, without the base
};

/// Builds all levels and profiles in one read of the elements. The same for any number of threads. Error: Cancelled.
Result<std::shared_ptr<const MatrixPyramid>> buildPyramid(std::shared_ptr<const Matrix> values, const Context& context);

/// decoded − original, element by element: the base of an error pyramid.
Result<std::shared_ptr<const Matrix>> difference(MatrixView decoded, MatrixView original, const Context& context);

/// A rectangle of a matrix as cells. rows × cols <= the size asked for; where the rectangle has no more elements than
/// that, each cell is one element and its value exact.
struct SampledView {
    Index row0 = 0, row1 = 0; ///< elements covered, half open
    Index col0 = 0, col1 = 0;
    int rows = 0;
    int cols = 0;
    std::vector<float> values; ///< row-major
    int level = 0;             ///< pyramid level it was made from; 0: elements
    bool exact = false;        ///< one element a cell
};

/// Samples elements [row0, row1) × [col0, col1) (clipped to the matrix) into at most height × width cells. Cells are as
/// even as whole elements allow; their values come from the coarsest kept level whose cells are smaller than they are, so
/// that a cell costs about 4 to 16 values to make. Any thread.
SampledView sample(const MatrixPyramid& pyramid, Index row0, Index row1, Index col0, Index col1, int width, int height,
                   CellValue what);

} // namespace qs::metrics
