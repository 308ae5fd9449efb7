// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/utf8.h"
#include "core/io/formats/pytorch/archive.h"
#include "core/io/formats/pytorch/globals.h"
#include "core/io/formats/pytorch/strided_reader.h"
#include "core/io/model_folder.h"

#include <algorithm>
#include <array>

namespace qs::io::pytorch {
namespace {

constexpr std::size_t kMaxMeta = 10'000;
constexpr std::size_t kMaxMetaText = 4096;
constexpr std::size_t kArrayHead = 16;
// Containers that share others through the memo make more paths than values: doubled 60 times, a few bytes claim 2^60
// tensors. Honest checkpoints name a tensor once or twice.
constexpr std::uint64_t kPathsPerValue = 8;
constexpr std::uint64_t kFreePaths = 1000;

class Catalog {
public:
    Catalog(ModelSource& source, const Archive& archive, std::uint32_t index, const Context& context, std::vector<std::string>& leftOut)
        : m_source(source), m_archive(archive), m_pickle(archive.pickle), m_index(index), m_context(context),
          m_before(source.tensors.size()), m_namesLeftOut(leftOut)
    {
    }
    Status add();

private:
    Status visit(Ref r, const std::string& name);
    Status visitDict(Ref r, const std::string& name, Ref skip);
    Result<std::string> keyText(Ref key) const;
    Status addTensor(const TensorView& t, const std::string& name);
    void addMeta(Ref r, const std::string& name);
    std::optional<MetaScalar> scalar(const Value& v) const;
    bool holdsTensors(Ref r);
    std::optional<Ref> wrapped(Ref r);
    static std::string join(const std::string& a, const std::string& b) { return a.empty() ? b : a + "." + b; }
    const Value& at(Ref r) const { return m_pickle.values[r]; }
    Error malformed(std::string message) const
    {
        return Error(ErrorCode::Malformed, std::move(message)).inFile(m_archive.file->path().string());
    }

    ModelSource& m_source;
    const Archive& m_archive;
    const Pickle& m_pickle;
    std::uint32_t m_index;
    const Context& m_context;
    std::vector<std::int8_t> m_holds; ///< -1 unknown, else whether a tensor lies below
    std::uint64_t m_visits = 0;
    std::size_t m_before; ///< tensors that were there: those of other shards
    std::vector<std::string>& m_namesLeftOut;
    std::size_t m_refused = 0;
    std::size_t m_leftOut = 0;
};

// Nesting is at most 256, so recursion is shallow; each value is answered once.
bool Catalog::holdsTensors(Ref r)
{
    if (m_holds[r] >= 0) return m_holds[r] != 0;
    bool yes = at(r).kind == Kind::Tensor || at(r).kind == Kind::Refused;
    for (Ref c : at(r).children()) yes = holdsTensors(c) || yes;
    m_holds[r] = yes ? 1 : 0;
    return yes;
}

std::string latin1ToUtf8(std::string_view s)
{
    std::string out;
    for (char c : s) {
        const auto b = static_cast<unsigned char>(c);
        if (b < 0x80) {
            out += c;
        } else {
            out += static_cast<char>(0xC0U | (b >> 6));
            out += static_cast<char>(0x80U | (b & 0x3FU));
        }
    }
    return out;
}

Result<std::string> Catalog::keyText(Ref key) const
{
    const Value& v = at(key);
    switch (v.kind) {
    case Kind::String:
        if (v.length > 1024 || !isUtf8Name(v.view()))
            return fail(malformed("a name is longer than 1024 bytes, no UTF-8 text, or holds NUL").got("'" + std::string(v.view().substr(0, 64)) + "'"));
        return std::string(v.view());
    case Kind::Latin1: return latin1ToUtf8(v.view());
    case Kind::Int:
    case Kind::Bool: return std::to_string(v.number);
    default: return fail(malformed("a tensor lies under a key that is neither text nor a number"));
    }
}

Status Catalog::addTensor(const TensorView& t, const std::string& name)
{
    if (m_source.tensors.size() >= kMaxTensors) return fail(malformed("the checkpoint holds more than a million tensors"));
    QS_TRY(checkTensorName(name, m_archive.file->path()));
    const DTypeTraits& type = traits(t.dtype);
    StridedView view;
    view.width = type.blockBytes;
    view.pack = type.blockElements;
    view.offset = m_archive.storageOffsets[t.record] + t.offset * view.width;
    view.sizes = t.sizes;
    view.strides = t.strides;
    if (m_archive.bigEndian) view.swap = type.kind == DTypeKind::Complex ? type.blockBytes / 2 : type.blockBytes;
    TensorInfo info;
    info.name = name;
    info.dtype = t.dtype;
    info.shape = t.sizes;
    if (view.pack > 1) { // torch counts pairs; logically the last dimension is twice as long (formats.md A1.2)
        info.shape = {};
        for (int i = 0; i + 1 < t.sizes.rank(); ++i) info.shape.push(t.sizes[i]);
        info.shape.push((t.sizes.rank() == 0 ? 1 : t.sizes[t.sizes.rank() - 1]) * static_cast<Index>(view.pack));
    }
    info.bytes = t.sizes.elements() * view.width; // elements were held below 2^63 / 16
    info.file = m_index;
    info.offset = view.offset;
    if (view.swap > 1 || !isContiguous(view)) info.reader = makeStridedReader(m_archive.file, view);
    m_source.tensors.push_back(std::move(info));
    return {};
}

std::optional<MetaScalar> Catalog::scalar(const Value& v) const
{
    switch (v.kind) {
    case Kind::Bool: return MetaScalar(v.number != 0);
    case Kind::Int: return MetaScalar(v.number);
    case Kind::Float: return MetaScalar(v.real);
    case Kind::String: return MetaScalar(std::string(v.view().substr(0, kMaxMetaText)));
    case Kind::Latin1: return MetaScalar(latin1ToUtf8(v.view()));
    case Kind::Global: {
        const GlobalInfo& g = globalInfo(v.number);
        return MetaScalar(std::string(g.module) + "." + std::string(g.name));
    }
    default: return std::nullopt;
    }
}

void Catalog::addMeta(Ref r, const std::string& name)
{
    static constexpr std::array kNames{"bool", "i64", "u64", "f64", "string"}; // in the order of MetaScalar
    if (name.empty() || name.size() > kMaxMetaText || m_source.metadata.size() >= kMaxMeta) {
        ++m_leftOut;
        return;
    }
    MetaEntry e;
    e.key = name;
    if (const auto one = scalar(at(r))) {
        e.type = kNames[one->index()];
        e.values.push_back(*one);
    } else {
        e.isArray = true;
        e.type = "json";
        e.count = at(r).children().size();
        for (Ref c : at(r).children().first(std::min(kArrayHead, at(r).children().size())))
            if (auto v = scalar(at(c))) {
                e.type = kNames[v->index()];
                e.values.push_back(std::move(*v));
            }
    }
    m_source.metadata.push_back(std::move(e));
}

Status Catalog::visitDict(Ref r, const std::string& name, Ref skip)
{
    const auto items = at(r).children();
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
        if (items[i + 1] == skip) continue;
        const bool wanted = holdsTensors(items[i + 1]);
        auto key = keyText(items[i]);
        if (!key && !wanted) continue;
        if (!key) return fail(std::move(key.error()));
        QS_TRY(visit(items[i + 1], join(name, *key)));
    }
    return {};
}

Status Catalog::visit(Ref r, const std::string& name)
{
    if (++m_visits > kPathsPerValue * m_pickle.values.size() + kFreePaths
        || m_source.tensors.size() - m_before > kPathsPerValue * m_pickle.tensors.size() + kFreePaths)
        return fail(malformed("the checkpoint's containers share each other too often"));
    if (m_visits % 65536 == 0 && m_context.stopped()) return cancelled();
    const Value& v = at(r);
    switch (v.kind) {
    case Kind::Tensor: return addTensor(m_pickle.tensors[static_cast<std::size_t>(v.number)], name.empty() ? "tensor" : name);
    case Kind::Refused:
        if (m_refused++ < 100) m_source.warnings.push_back("tensor '" + escapeText(name) + "' is left out: " + v.reason);
        if (m_namesLeftOut.size() < kMaxTensors) m_namesLeftOut.push_back(name);
        return {};
    case Kind::Dict: return visitDict(r, name, ~Ref(0));
    case Kind::Tuple:
    case Kind::List:
    case Kind::Set: {
        if (!holdsTensors(r)) {
            addMeta(r, name);
            return {};
        }
        const auto items = v.children();
        for (std::size_t i = 0; i < items.size(); ++i) QS_TRY(visit(items[i], join(name, std::to_string(i))));
        return {};
    }
    case Kind::Storage:
        if (m_refused++ < 100) m_source.warnings.push_back("'" + escapeText(name) + "' is left out: a bare storage");
        return {};
    case Kind::None:
    case Kind::Plain:
    case Kind::BigInt: return {};
    default: addMeta(r, name); return {};
    }
}

// The state dict of a training checkpoint: the one value under "state_dict", "model" or "module" that is a dict with
// tensors, where no tensor stands beside it. Two of them are ambiguous and stay where they are.
std::optional<Ref> Catalog::wrapped(Ref r)
{
    if (at(r).kind != Kind::Dict) return std::nullopt;
    std::optional<Ref> found;
    std::size_t candidates = 0;
    const auto items = at(r).children();
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
        const Value& key = at(items[i]);
        const Value& value = at(items[i + 1]);
        if (value.kind == Kind::Tensor || value.kind == Kind::Refused) return std::nullopt;
        const bool named = (key.kind == Kind::String || key.kind == Kind::Latin1)
                           && (key.view() == "state_dict" || key.view() == "model" || key.view() == "module");
        if (named && value.kind == Kind::Dict && holdsTensors(items[i + 1])) {
            found = items[i + 1];
            ++candidates;
        }
    }
    if (candidates > 1)
        m_source.warnings.emplace_back("more than one of state_dict, model and module hold tensors; names keep their prefix");
    return candidates == 1 ? found : std::nullopt;
}

Status Catalog::add()
{
    m_holds.assign(m_pickle.values.size(), -1);
    if (const auto inner = wrapped(m_pickle.root)) {
        QS_TRY(visit(*inner, ""));
        QS_TRY(visitDict(m_pickle.root, "", *inner));
    } else {
        QS_TRY(visit(m_pickle.root, ""));
    }
    if (m_source.tensors.size() == m_before && m_refused == 0) return fail(malformed("the file holds no tensor"));
    if (m_refused > 100)
        m_source.warnings.push_back(std::to_string(m_refused - 100) + " more tensors are left out for the same reasons");
    if (m_leftOut > 0) m_source.warnings.push_back(std::to_string(m_leftOut) + " values of the pickle are not listed as metadata");
    return {};
}

} // namespace

Status addTensors(ModelSource& source, const Archive& archive, std::uint32_t index, const Context& context,
                  std::vector<std::string>& leftOut)
{
    return Catalog(source, archive, index, context, leftOut).add();
}

} // namespace qs::io::pytorch
