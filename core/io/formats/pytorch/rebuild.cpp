// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked.h"
#include "core/base/format.h"
#include "core/io/formats/pytorch/builder.h"
#include "core/io/formats/pytorch/globals.h"

namespace qs::io::pytorch {

Error Builder::error(ErrorCode code, std::string message) const
{
    return Error(code, std::move(message)).inFile(m_source.file.string()).at(m_source.base + m_at);
}

Result<Ref> Builder::add(Value v)
{
    if (m_out.values.size() >= kMaxValues) return fail(malformed("the pickle holds too many values"));
    m_out.values.push_back(std::move(v));
    return static_cast<Ref>(m_out.values.size() - 1);
}

Result<Ref> Builder::addInt(std::int64_t n, Kind kind)
{
    Value v;
    v.kind = kind;
    v.number = n;
    return add(std::move(v));
}

Result<Ref> Builder::addRefused(const char* reason)
{
    Value v;
    v.kind = Kind::Refused;
    v.reason = reason;
    return add(std::move(v));
}

Status Builder::charge(std::uint64_t items)
{
    m_copied += items;
    if (m_copied <= 4 * std::min<std::uint64_t>(m_source.bytes.size(), kMaxPickle) + 1000) return {};
    return fail(malformed("the pickle copies its own containers too often"));
}

Result<std::uint64_t> Builder::count(Ref r, const char* what) const
{
    const Value& v = at(r);
    if (v.kind != Kind::Int) return fail(malformed(std::string(what) + " is not a whole number"));
    if (v.number < 0)
        return fail(malformed(std::string(what) + " is negative").wanted("0 or more").got(std::to_string(v.number)));
    return static_cast<std::uint64_t>(v.number);
}

Result<Ref> Builder::storage(Ref id)
{
    const auto fields = at(id).children();
    if (at(id).kind != Kind::Tuple || fields.empty()) return fail(malformed("a persistent id is not a tuple"));
    const auto isText = [&](std::size_t i) { return at(fields[i]).kind == Kind::String || at(fields[i]).kind == Kind::Latin1; };
    if (isText(0) && at(fields[0]).view() == "module")
        return fail(error(ErrorCode::Unsafe, "the file asks for a class with its source code (persistent id 'module')"));
    if (!isText(0) || at(fields[0]).view() != "storage")
        return fail(malformed("a persistent id does not begin with 'storage'"));
    const std::size_t arity = legacy() ? 6 : 5;
    if (fields.size() != arity)
        return fail(malformed("a persistent id has a wrong number of fields")
                        .wanted(std::to_string(arity))
                        .got(std::to_string(fields.size())));
    const Value& cls = at(fields[1]);
    const GlobalInfo* info = cls.kind == Kind::Global ? &globalInfo(cls.number) : nullptr;
    if (!info || (info->kind != GlobalKind::Storage && info->kind != GlobalKind::UntypedStorage))
        return fail(malformed("unknown storage class in a persistent id"));
    if (!isText(2) || !isText(3)) return fail(malformed("key or location of a persistent id is not text"));
    if (at(fields[3]).view() == "meta") return fail(malformed("a storage on the device 'meta' holds no data"));
    QS_ASSIGN(const auto elements, count(fields[4], "a storage's number of elements"));

    StorageRecord record;
    record.key = at(fields[2]).view();
    record.type = info->type;
    record.refused = info->reason;
    record.elementBytes = info->type ? traits(*info->type).blockBytes : info->elementBytes ? info->elementBytes : 1;
    record.elements = elements;
    if (!checkedMul(elements, record.elementBytes) || elements > static_cast<std::uint64_t>(INT64_MAX))
        return fail(malformed("a storage's size in bytes overflows").got(std::to_string(elements) + " elements"));
    const auto [known, fresh] = m_records.emplace(record.key, static_cast<std::uint32_t>(m_out.storages.size()));
    if (fresh) {
        m_out.storages.push_back(record);
    } else {
        const StorageRecord& old = m_out.storages[known->second];
        if (old.type != record.type || old.elements != record.elements || old.elementBytes != record.elementBytes
            || old.refused != record.refused)
            return fail(malformed("storage '" + escapeText(record.key) + "' is named twice with different types or sizes"));
    }
    StorageRef ref{known->second, 0, elements};
    if (legacy() && at(fields[5]).kind != Kind::None) {
        const auto view = at(fields[5]).children();
        if (at(fields[5]).kind != Kind::Tuple || view.size() != 3)
            return fail(malformed("a storage view is not (key, offset, size)"));
        QS_ASSIGN(ref.begin, count(view[1], "a storage view's offset"));
        QS_ASSIGN(ref.elements, count(view[2], "a storage view's size"));
        const auto end = checkedAdd(ref.begin, ref.elements);
        if (!end || *end > elements) return fail(malformed("a storage view passes the end of its storage"));
    }
    m_out.storageRefs.push_back(ref);
    return addInt(static_cast<std::int64_t>(m_out.storageRefs.size() - 1), Kind::Storage);
}

// (storage, offset, size, stride[, requires_grad, hooks[, dtype][, metadata]]): formats.md A3.3, A3.4.
Result<Ref> Builder::rebuildTensor(std::span<const Ref> args, bool withType)
{
    if (at(args[0]).kind == Kind::Refused) return addRefused(at(args[0]).reason);
    if (at(args[0]).kind != Kind::Storage) return fail(malformed("a tensor is built on something that is no storage"));
    const StorageRef& ref = m_out.storageRefs[static_cast<std::size_t>(at(args[0]).number)];
    const StorageRecord& record = m_out.storages[ref.record];
    TensorView t;
    t.record = ref.record;
    std::optional<DType> type = record.type;
    if (withType) {
        const Value& v = at(args[6]);
        if (v.kind != Kind::Global || globalInfo(v.number).kind != GlobalKind::Dtype)
            return fail(malformed("a tensor's dtype is no dtype"));
        if (record.type || record.refused) return fail(malformed("a tensor with a dtype is built on a typed storage"));
        type = globalInfo(v.number).type;
    }
    QS_ASSIGN(t.offset, count(args[1], "a tensor's offset"));
    if (at(args[2]).kind != Kind::Tuple || at(args[3]).kind != Kind::Tuple)
        return fail(malformed("a tensor's size or stride is not a tuple"));
    const auto sizes = at(args[2]).children();
    const auto strides = at(args[3]).children();
    if (sizes.size() != strides.size()) return fail(malformed("a tensor's size and stride differ in length"));
    if (sizes.size() > static_cast<std::size_t>(Shape::kMaxRank))
        return fail(malformed("a tensor has too many dimensions").wanted("at most 8").got(std::to_string(sizes.size())));
    std::uint64_t elements = 1;
    bool empty = false;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        QS_ASSIGN(const auto n, count(sizes[i], "a tensor's dimension"));
        QS_ASSIGN(t.strides[i], count(strides[i], "a tensor's stride"));
        t.sizes.push(static_cast<Index>(n));
        if (n == 0) {
            empty = true;
            continue;
        }
        const auto product = checkedMul(elements, n);
        if (!product || *product > static_cast<std::uint64_t>(INT64_MAX) / 16)
            return fail(malformed("a tensor's number of elements overflows"));
        elements = *product;
    }
    if (record.refused) return addRefused(record.refused);
    if (!type) return addRefused(withType ? "element type not supported" : "a storage without an element type");
    t.dtype = *type;
    const std::uint64_t width = traits(*type).blockBytes;
    const std::uint64_t held = withType ? ref.elements / width : ref.elements; // untyped storages count bytes
    if (!empty) {
        std::optional<std::uint64_t> last = t.offset;
        for (std::size_t i = 0; i < sizes.size() && last; ++i) {
            const auto step = checkedMul(static_cast<std::uint64_t>(t.sizes[static_cast<int>(i)] - 1), t.strides[i]);
            last = step ? checkedAdd(*last, *step) : std::nullopt;
        }
        if (!last || *last >= held)
            return fail(malformed("a tensor passes the end of its storage")
                            .wanted("an element below " + std::to_string(held))
                            .got(last ? "element " + std::to_string(*last) : "an offset that overflows"));
        // Expanded and overlapping views repeat elements; a tiny file must not claim a tensor of terabytes.
        const std::uint64_t most = std::max<std::uint64_t>(std::uint64_t(1) << 24, held > UINT64_MAX / 64 ? held : held * 64);
        if (elements > most)
            return fail(malformed("a tensor repeats its storage's elements too often")
                            .wanted("at most " + std::to_string(most) + " elements")
                            .got(std::to_string(elements)));
        t.offset += withType ? ref.begin / width : ref.begin;
        if (withType && ref.begin % width != 0) return fail(malformed("a storage view is not aligned to its elements"));
    } else {
        t.offset = 0;
    }
    // The last argument says whether values are conjugated or negated when they are read.
    const std::size_t plain = withType ? 7 : 6;
    if (args.size() > plain && at(args[plain]).kind == Kind::Dict) {
        const auto items = at(args[plain]).children();
        for (std::size_t i = 1; i < items.size(); i += 2)
            if (at(items[i]).kind == Kind::Bool && at(items[i]).number) return addRefused("conjugated or negated view");
    }
    if (m_out.tensors.size() >= kMaxTensors) return fail(malformed("the pickle holds too many tensors"));
    m_out.tensors.push_back(t);
    return addInt(static_cast<std::int64_t>(m_out.tensors.size() - 1), Kind::Tensor);
}

Result<Ref> Builder::orderedDict(Ref args)
{
    const auto given = at(args).children();
    Value dict;
    dict.kind = Kind::Dict;
    if (given.empty()) return add(std::move(dict));
    if (given.size() == 1 && at(given[0]).kind == Kind::Dict) return given[0];
    if (given.size() != 1 || at(given[0]).kind != Kind::List) return fail(malformed("an OrderedDict is built of no list"));
    const auto pairs = at(given[0]).children();
    QS_TRY(charge(2 * pairs.size()));
    if (!pairs.empty()) dict.items = std::make_unique<std::vector<Ref>>();
    for (Ref p : pairs) {
        const auto pair = at(p).children();
        if ((at(p).kind != Kind::Tuple && at(p).kind != Kind::List) || pair.size() != 2)
            return fail(malformed("an OrderedDict's list holds something that is no pair"));
        dict.items->insert(dict.items->end(), pair.begin(), pair.end());
    }
    return add(std::move(dict));
}

Result<Ref> Builder::reduce(std::int64_t row, Ref args)
{
    const GlobalInfo& info = globalInfo(row);
    const std::string name = std::string(info.module) + "." + std::string(info.name);
    if (at(args).kind != Kind::Tuple) return fail(malformed("the arguments of " + name + " are no tuple"));
    const auto given = at(args).children();
    const auto arity = [&](std::size_t least, std::size_t most) -> Status {
        if (given.size() >= least && given.size() <= most) return {};
        return fail(malformed("wrong number of arguments for " + name)
                        .wanted(std::to_string(least) + (most > least ? " to " + std::to_string(most) : ""))
                        .got(std::to_string(given.size())));
    };
    switch (info.kind) {
    case GlobalKind::OrderedDict: return orderedDict(args);
    case GlobalKind::Counter:
    case GlobalKind::Set:
    case GlobalKind::Size:
        // One container in another's clothes: the same value serves.
        QS_TRY(arity(0, 1));
        if (given.empty()) {
            Value v;
            v.kind = info.kind == GlobalKind::Counter ? Kind::Dict : info.kind == GlobalKind::Set ? Kind::Set : Kind::Tuple;
            return add(std::move(v));
        }
        if (info.kind == GlobalKind::Counter ? at(given[0]).kind != Kind::Dict
                                             : at(given[0]).kind != Kind::Tuple && at(given[0]).kind != Kind::List)
            return fail(malformed(name + " is built of something else than it takes"));
        return given[0];
    case GlobalKind::RebuildTensor: QS_TRY(arity(4, 4)); return rebuildTensor(given, false);
    case GlobalKind::RebuildTensorV2: QS_TRY(arity(6, 7)); return rebuildTensor(given, false);
    case GlobalKind::RebuildTensorV3: QS_TRY(arity(7, 8)); return rebuildTensor(given, true);
    case GlobalKind::RebuildParameter:
    case GlobalKind::RebuildParameterWithState:
    case GlobalKind::ParameterClass:
        QS_TRY(arity(1, 4));
        if (at(given[0]).kind != Kind::Tensor && at(given[0]).kind != Kind::Refused)
            return fail(malformed("a parameter is built on something that is no tensor"));
        return given[0];
    case GlobalKind::RebuildFromType: {
        QS_TRY(arity(4, 4));
        const Value& function = at(given[0]);
        const Value& type = at(given[1]);
        const GlobalKind kind = function.kind == Kind::Global ? globalInfo(function.number).kind : GlobalKind::Plain;
        if (kind != GlobalKind::RebuildTensor && kind != GlobalKind::RebuildTensorV2 && kind != GlobalKind::RebuildTensorV3
            && kind != GlobalKind::RebuildParameter && kind != GlobalKind::RefusedRebuild)
            return fail(malformed("_rebuild_from_type_v2 with a function that rebuilds nothing"));
        const GlobalKind as = type.kind == Kind::Global ? globalInfo(type.number).kind : GlobalKind::Plain;
        if (as != GlobalKind::ParameterClass && as != GlobalKind::TensorClass)
            return fail(malformed("_rebuild_from_type_v2 for something else than a tensor or a parameter"));
        return reduce(function.number, given[2]); // one level: `kind` is not RebuildFromType
    }
    case GlobalKind::RefusedRebuild: return addRefused(info.reason);
    case GlobalKind::Plain: {
        Value v;
        v.kind = Kind::Plain;
        return add(std::move(v));
    }
    case GlobalKind::TensorClass:
    case GlobalKind::Dtype:
    case GlobalKind::Storage:
    case GlobalKind::UntypedStorage: break;
    }
    return fail(malformed(name + " can't be called"));
}

} // namespace qs::io::pytorch
