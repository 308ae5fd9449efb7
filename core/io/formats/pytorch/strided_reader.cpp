// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/pytorch/strided_reader.h"

#include <algorithm>
#include <cstring>

namespace qs::io::pytorch {
namespace {

class StridedReader final : public TensorReader {
public:
    StridedReader(std::shared_ptr<const MappedFile> file, const StridedView& view) : m_file(std::move(file)), m_view(view) {}

    Status read(std::uint64_t begin, std::uint64_t end, std::span<std::byte> out) const override
    {
        if (begin % m_view.pack != 0 || end % m_view.pack != 0)
            return fail(Error(ErrorCode::Internal, "a range does not begin and end with whole bytes").inFile(m_file->path().string()));
        begin /= m_view.pack;
        end /= m_view.pack;
        if (begin > end || end > m_view.sizes.elements() || out.size() != (end - begin) * m_view.width)
            return fail(Error(ErrorCode::Internal, "range does not match the tensor").inFile(m_file->path().string()));
        switch (m_view.width) {
        case 1: gather<1>(begin, end, out.data()); break;
        case 2: gather<2>(begin, end, out.data()); break;
        case 4: gather<4>(begin, end, out.data()); break;
        case 8: gather<8>(begin, end, out.data()); break;
        default: gather<16>(begin, end, out.data()); break;
        }
        if (m_view.swap > 1)
            for (std::size_t at = 0; at < out.size(); at += m_view.swap)
                std::reverse(out.begin() + static_cast<std::ptrdiff_t>(at),
                             out.begin() + static_cast<std::ptrdiff_t>(at + m_view.swap));
        return m_file->check();
    }

private:
    template <std::size_t Width>
    void gather(std::uint64_t begin, std::uint64_t end, std::byte* out) const
    {
        const std::byte* base = m_file->bytes().data() + m_view.offset;
        const int rank = m_view.sizes.rank();
        if (rank == 0) {
            if (begin < end) std::memcpy(out, base, Width);
            return;
        }
        // The last dimension is an inner loop; the others count like an odometer.
        std::array<std::uint64_t, Shape::kMaxRank> at{};
        std::uint64_t rest = begin;
        for (int i = rank - 1; i >= 0 && begin < end; --i) {
            const auto n = static_cast<std::uint64_t>(m_view.sizes[i]);
            at[static_cast<std::size_t>(i)] = rest % n;
            rest /= n;
        }
        const auto last = static_cast<std::size_t>(rank - 1);
        const auto width = static_cast<std::uint64_t>(m_view.sizes[rank - 1]);
        const std::uint64_t stride = m_view.strides[last];
        while (begin < end) {
            std::uint64_t element = 0;
            for (std::size_t i = 0; i <= last; ++i) element += at[i] * m_view.strides[i];
            const std::uint64_t run = std::min(end - begin, width - at[last]);
            if (stride == 1) {
                std::memcpy(out, base + element * Width, run * Width);
                out += run * Width;
            } else {
                for (std::uint64_t k = 0; k < run; ++k, out += Width) std::memcpy(out, base + (element + k * stride) * Width, Width);
            }
            begin += run;
            at[last] = 0;
            for (std::size_t i = last; i > 0; --i) {
                if (++at[i - 1] < static_cast<std::uint64_t>(m_view.sizes[static_cast<int>(i - 1)])) break;
                at[i - 1] = 0;
            }
        }
    }

    std::shared_ptr<const MappedFile> m_file;
    StridedView m_view;
};

} // namespace

bool isContiguous(const StridedView& view)
{
    std::uint64_t want = 1;
    for (int i = view.sizes.rank() - 1; i >= 0; --i) {
        const auto n = static_cast<std::uint64_t>(view.sizes[i]);
        if (n == 0) return true;
        if (n != 1 && view.strides[static_cast<std::size_t>(i)] != want) return false;
        want *= n;
    }
    return true;
}

std::shared_ptr<const TensorReader> makeStridedReader(std::shared_ptr<const MappedFile> file, const StridedView& view)
{
    return std::make_shared<StridedReader>(std::move(file), view);
}

} // namespace qs::io::pytorch
