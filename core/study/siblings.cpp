// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/siblings.h"

namespace qs::study {
namespace {

/// Roles behind one norm: 1 for attention, 2 for the feed-forward; 0: an input of its own.
int inputOf(io::Role role)
{
    switch (role) {
    case io::Role::QProj:
    case io::Role::KProj:
    case io::Role::VProj: return 1;
    case io::Role::GateProj:
    case io::Role::UpProj: return 2;
    default: return 0;
    }
}

} // namespace

std::vector<std::size_t> sharedInputs(const io::ModelSource& source, const io::TensorInfo& tensor)
{
    std::vector<std::size_t> out;
    const Index width = io::matrixShape(tensor).cols;
    for (std::size_t i = 0; i < source.tensors.size(); ++i) {
        const io::TensorInfo& t = source.tensors[i];
        const bool isSelf = t.name == tensor.name;
        const bool shares = inputOf(tensor.place.role) != 0 && inputOf(t.place.role) == inputOf(tensor.place.role)
            && t.place.block == tensor.place.block && t.place.expert == tensor.place.expert && t.shape.rank() == 2
            && traits(t.dtype).decodable && io::matrixShape(t).cols == width;
        if (isSelf || shares) out.push_back(i);
    }
    return out;
}

} // namespace qs::study
