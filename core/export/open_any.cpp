// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/open_any.h"

#include "core/export/quantoscope_container.h"
#include "core/io/format_registry.h"
#include "core/quant/decoder.h"

#include <algorithm>
#include <cstring>
#include <list>
#include <mutex>

namespace qs::exporting {
namespace {

// The artefacts of one container. The last few decoders are kept, so that readers that go row by row find theirs.
class Shelf {
public:
    Shelf(std::shared_ptr<const io::ModelSource> plain, ContainerCatalog catalog)
        : m_plain(std::move(plain)), m_catalog(std::move(catalog))
    {
    }

    struct Item {
        std::size_t index = 0;
        std::shared_ptr<const quant::Decoder> decoder;
        std::shared_ptr<const std::vector<float>> stored; ///< transposed tensors: all values in stored order
    };

    std::size_t count() const { return m_catalog.entries.size(); }
    const ContainerEntry& entry(std::size_t i) const { return m_catalog.entries[i]; }

    Result<Item> take(std::size_t index) const
    {
        const std::scoped_lock lock(m_mutex);
        for (auto it = m_items.begin(); it != m_items.end(); ++it)
            if (it->index == index) {
                m_items.splice(m_items.begin(), m_items, it);
                return m_items.front();
            }
        const ContainerEntry& e = m_catalog.entries[index];
        QS_ASSIGN(auto artefact, loadArtefact(*m_plain, e));
        auto decoder = quant::Decoder::make(std::make_shared<const quant::QuantizedTensor>(std::move(artefact)));
        if (!decoder) {
            Error error = std::move(decoder.error());
            error.code = ErrorCode::Malformed; // whatever a part misses here, the file is at fault
            return fail(std::move(error).inFile(m_plain->path.string()));
        }
        Item item{index, std::move(*decoder), nullptr};
        if (e.transposed) {
            auto values = std::make_shared<std::vector<float>>(static_cast<std::size_t>(e.rows * e.cols));
            std::vector<float> row(static_cast<std::size_t>(e.cols));
            for (Index r = 0; r < e.rows; ++r) {
                item.decoder->decodeRow(r, row);
                for (Index c = 0; c < e.cols; ++c)
                    (*values)[static_cast<std::size_t>(c * e.rows + r)] = row[static_cast<std::size_t>(c)];
            }
            item.stored = std::move(values);
        }
        m_items.push_front(item);
        while (m_items.size() > kKept) m_items.pop_back();
        return item;
    }

    Result<std::shared_ptr<const quant::QuantizedTensor>> artefact(std::size_t index) const
    {
        QS_ASSIGN(auto q, loadArtefact(*m_plain, m_catalog.entries[index]));
        return std::make_shared<const quant::QuantizedTensor>(std::move(q));
    }

private:
    static constexpr std::size_t kKept = 2;
    std::shared_ptr<const io::ModelSource> m_plain;
    ContainerCatalog m_catalog;
    mutable std::mutex m_mutex;
    mutable std::list<Item> m_items;
};

class ArtefactReader final : public io::TensorReader {
public:
    ArtefactReader(std::shared_ptr<const Shelf> shelf, std::size_t index) : m_shelf(std::move(shelf)), m_index(index) {}

    Status read(std::uint64_t begin, std::uint64_t end, std::span<std::byte> out) const override
    {
        const ContainerEntry& e = m_shelf->entry(m_index);
        if (begin > end || end > e.shape.elements() || out.size() != 4 * (end - begin))
            return fail(Error(ErrorCode::Internal, "range does not match the tensor").ofTensor(e.name));
        QS_ASSIGN(const auto item, m_shelf->take(m_index));
        if (item.stored) {
            if (!out.empty()) std::memcpy(out.data(), item.stored->data() + begin, out.size());
            return {};
        }
        const auto cols = static_cast<std::uint64_t>(e.cols);
        std::vector<float> row(cols);
        while (begin < end) {
            const std::uint64_t r = begin / cols;
            const std::uint64_t first = begin - r * cols;
            const std::uint64_t n = std::min(cols - first, end - begin);
            item.decoder->decodeRow(static_cast<Index>(r), row);
            std::memcpy(out.data(), row.data() + first, 4 * n);
            out = out.subspan(4 * n);
            begin += n;
        }
        return {};
    }

    Result<std::shared_ptr<const quant::QuantizedTensor>> artefact() const { return m_shelf->artefact(m_index); }

private:
    std::shared_ptr<const Shelf> m_shelf;
    std::size_t m_index;
};

} // namespace

Result<std::shared_ptr<const io::ModelSource>> openAny(const std::filesystem::path& path, const Context& context)
{
    QS_ASSIGN(auto plain, io::openModel(path, context));
    QS_ASSIGN(auto catalog, readContainerCatalog(*plain));
    if (!catalog) return plain;
    auto view = std::make_shared<io::ModelSource>(*plain);
    view->format = "quantoscope";
    for (auto& w : catalog->warnings) view->warnings.push_back(std::move(w));
    std::vector<bool> array(plain->tensors.size());
    for (const auto& e : catalog->entries)
        for (const std::size_t i : e.arrays) array[i] = true;
    std::vector<io::TensorInfo> tensors;
    for (std::size_t i = 0; i < plain->tensors.size(); ++i)
        if (!array[i]) tensors.push_back(plain->tensors[i]);
    const auto shelf = std::make_shared<const Shelf>(plain, std::move(*catalog));
    for (std::size_t i = 0; i < shelf->count(); ++i) {
        const ContainerEntry& e = shelf->entry(i);
        io::TensorInfo t;
        t.name = e.name;
        t.dtype = DType::F32;
        t.shape = e.shape;
        t.bytes = e.bytes;
        t.file = plain->tensors[e.arrays.front()].file;
        t.offset = plain->tensors[e.arrays.front()].offset;
        t.reader = std::make_shared<ArtefactReader>(shelf, i);
        tensors.push_back(std::move(t));
    }
    view->tensors = std::move(tensors);
    io::finishCatalog(*view);
    return std::shared_ptr<const io::ModelSource>(std::move(view));
}

Result<std::shared_ptr<const quant::QuantizedTensor>> artefactOf(const io::TensorInfo& tensor)
{
    const auto* reader = dynamic_cast<const ArtefactReader*>(tensor.reader.get());
    if (!reader) return std::shared_ptr<const quant::QuantizedTensor>();
    return reader->artefact();
}

} // namespace qs::exporting
