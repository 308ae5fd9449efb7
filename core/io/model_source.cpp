// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/model_source.h"

#include "core/blocks/decode.h"
#include "core/exec/parallel_for.h"
#include "core/exec/thread_guard.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <mutex>

namespace qs::io {

namespace {

void applyFactors(const TensorInfo& tensor, std::uint64_t begin, std::span<float> values)
{
    if (!tensor.factors || tensor.factors->empty()) return;
    const std::uint64_t slice = tensor.shape.elements() / tensor.factors->size();
    for (std::size_t i = 0; i < values.size();) { // slice by slice
        const std::uint64_t at = (begin + i) / slice;
        const auto end = static_cast<std::size_t>(std::min<std::uint64_t>(values.size(), (at + 1) * slice - begin));
        const float factor = (*tensor.factors)[static_cast<std::size_t>(at)];
        for (; i < end; ++i) values[i] *= factor;
    }
}

} // namespace

std::uint64_t ModelSource::fileBytes() const
{
    std::uint64_t n = 0;
    for (const auto& f : files) n += f->size();
    return n;
}

std::ptrdiff_t ModelSource::find(std::string_view name) const
{
    const auto it = std::lower_bound(tensors.begin(), tensors.end(), name,
                                     [](const TensorInfo& t, std::string_view n) { return naturalLess(t.name, n); });
    return it != tensors.end() && it->name == name ? it - tensors.begin() : -1;
}

const MetaEntry* ModelSource::meta(std::string_view key) const
{
    for (const auto& m : metadata)
        if (m.key == key) return &m;
    return nullptr;
}

std::span<const std::byte> ModelSource::mapped(const TensorInfo& tensor) const
{
    if (tensor.reader || tensor.file >= files.size()) return {};
    return files[tensor.file]->bytes().subspan(tensor.offset, tensor.bytes);
}

Status ModelSource::readBytes(const TensorInfo& tensor, std::uint64_t begin, std::uint64_t end,
                              std::span<std::byte> out) const
{
    noteWork("reading a tensor");
    if (tensor.reader) return tensor.reader->read(begin, end, out);
    const auto b = byteSize(tensor.dtype, begin);
    const auto e = byteSize(tensor.dtype, end);
    if (!b || !e || *e > tensor.bytes || *e - *b != out.size())
        return fail(Error(ErrorCode::Internal, "range does not match the tensor").ofTensor(tensor.name));
    if (!out.empty()) std::memcpy(out.data(), files[tensor.file]->bytes().data() + tensor.offset + *b, out.size());
    return files[tensor.file]->check();
}

Status ModelSource::readFloats(const TensorInfo& tensor, std::uint64_t begin, std::uint64_t end,
                               std::span<float> out) const
{
    noteWork("reading a tensor");
    const std::uint64_t block = traits(tensor.dtype).blockElements;
    const std::uint64_t elements = tensor.shape.elements();
    if (begin < end && end <= elements && elements % block == 0 && (begin % block != 0 || end % block != 0)) {
        // A row of F4 may begin in the middle of a byte: read whole blocks and take the middle.
        const std::uint64_t from = begin - begin % block;
        std::vector<float> whole(static_cast<std::size_t>((end + block - 1) / block * block - from));
        QS_TRY(readFloats(tensor, from, from + whole.size(), whole));
        if (end - begin != out.size()) return fail(Error(ErrorCode::Internal, "range does not match the tensor").ofTensor(tensor.name));
        std::copy_n(whole.begin() + static_cast<std::ptrdiff_t>(begin - from), out.size(), out.begin());
        return {};
    }
    const auto b = byteSize(tensor.dtype, begin);
    const auto e = byteSize(tensor.dtype, end);
    if (!b || !e || *e > byteSize(tensor.dtype, tensor.shape.elements()).value_or(0) || end - begin != out.size())
        return fail(Error(ErrorCode::Internal, "range does not match the tensor").ofTensor(tensor.name));
    const auto undecodable = [&] {
        return fail(Error(ErrorCode::Unsupported, "this type has no decoding to numbers")
                        .ofTensor(tensor.name)
                        .got(std::string(dtypeName(tensor.dtype))));
    };
    if (!traits(tensor.dtype).decodable) return undecodable();
    if (!tensor.reader) {
        const auto bytes = mapped(tensor).subspan(*b, *e - *b);
        if (!blocks::toFloat(tensor.dtype, bytes, out)) return undecodable();
        applyFactors(tensor, begin, out);
        return files[tensor.file]->check();
    }
    std::vector<std::byte> raw(*e - *b);
    QS_TRY(tensor.reader->read(begin, end, raw));
    if (!blocks::toFloat(tensor.dtype, raw, out)) return undecodable();
    applyFactors(tensor, begin, out);
    return {};
}

Status ModelSource::readRows(const TensorInfo& tensor, Index row0, std::span<float> out) const
{
    const MatrixShape m = matrixShape(tensor);
    const auto cols = static_cast<std::uint64_t>(m.cols);
    if (!tensor.place.transposed || tensor.shape.rank() != 2)
        return readFloats(tensor, static_cast<std::uint64_t>(row0) * cols,
                          static_cast<std::uint64_t>(row0) * cols + out.size(), out);
    // Stored [in, out]: gather a band of stored columns, one stored row at a time.
    const Index rows = cols == 0 ? 0 : static_cast<Index>(out.size() / cols);
    std::vector<float> band(static_cast<std::size_t>(rows));
    for (Index c = 0; c < m.cols; ++c) {
        const auto at = static_cast<std::uint64_t>(c * m.rows + row0);
        QS_TRY(readFloats(tensor, at, at + static_cast<std::uint64_t>(rows), band));
        for (Index r = 0; r < rows; ++r) out[static_cast<std::size_t>(r * m.cols + c)] = band[static_cast<std::size_t>(r)];
    }
    return {};
}

Result<Matrix> ModelSource::readMatrix(const TensorInfo& tensor, const Context& context) const
{
    const MatrixShape m = matrixShape(tensor);
    if (!traits(tensor.dtype).decodable)
        return fail(Error(ErrorCode::Unsupported, "this type has no decoding to numbers")
                        .ofTensor(tensor.name)
                        .got(std::string(dtypeName(tensor.dtype))));
    Matrix out(m.rows, m.cols);
    std::mutex mutex;
    Status first;
    const Index grain = std::max<Index>(1, (Index(1) << 18) / std::max<Index>(1, m.cols));
    const bool done = parallelFor(context, m.rows, grain, [&](Index b, Index e) {
        auto s = readRows(tensor, b, out.data().subspan(static_cast<std::size_t>(b * m.cols),
                                                        static_cast<std::size_t>((e - b) * m.cols)));
        if (!s) {
            const std::scoped_lock lock(mutex);
            if (first) first = std::move(s);
        }
    });
    if (!first) return fail(std::move(first.error()));
    if (!done) return cancelled();
    return out;
}

bool isFactorOfAnother(const ModelSource& source, const TensorInfo& tensor)
{
    constexpr std::string_view kScale = ".scale";
    if (!tensor.name.ends_with(kScale)) return false;
    const auto at = source.find(tensor.name.substr(0, tensor.name.size() - kScale.size()) + ".weight");
    return at >= 0 && source.tensors[static_cast<std::size_t>(at)].factors != nullptr;
}

MatrixShape matrixShape(const TensorInfo& tensor)
{
    const Shape& s = tensor.shape;
    if (s.rank() == 0) return {1, 1};
    if (s.rank() == 1) return {1, s[0]};
    const Index last = s[s.rank() - 1];
    const Index rows = last == 0 ? 0 : static_cast<Index>(s.elements() / static_cast<std::uint64_t>(last));
    if (tensor.place.transposed && s.rank() == 2) return {s[1], s[0]};
    return {rows, last};
}

bool naturalLess(std::string_view a, std::string_view b)
{
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (digit(a[i]) && digit(b[j])) {
            std::size_t ia = i;
            std::size_t jb = j;
            while (ia < a.size() && a[ia] == '0') ++ia;
            while (jb < b.size() && b[jb] == '0') ++jb;
            std::size_t ea = ia;
            std::size_t eb = jb;
            while (ea < a.size() && digit(a[ea])) ++ea;
            while (eb < b.size() && digit(b[eb])) ++eb;
            if (ea - ia != eb - jb) return ea - ia < eb - jb;
            const int c = a.substr(ia, ea - ia).compare(b.substr(jb, eb - jb));
            if (c != 0) return c < 0;
            if (ea - i != eb - j) return ea - i < eb - j;
            i = ea;
            j = eb;
        } else {
            if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
            ++i;
            ++j;
        }
    }
    return a.size() - i < b.size() - j;
}

void finishCatalog(ModelSource& source)
{
    const auto less = [](const TensorInfo& a, const TensorInfo& b) { return naturalLess(a.name, b.name); };
    if (!std::is_sorted(source.tensors.begin(), source.tensors.end(), less))
        std::sort(source.tensors.begin(), source.tensors.end(), less);
    for (auto& t : source.tensors) t.place = classify(t.name, source.architecture);
}

namespace {

bool globMatch(std::string_view pattern, std::string_view text)
{
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

struct Selector {
    enum Kind { Glob, RoleIs, BlockIn, ExpertIn } kind = Glob;
    std::string pattern;
    Role role = Role::Other;
    int low = 0;
    int high = 0;
    bool matches(const TensorInfo& t) const
    {
        switch (kind) {
        case Glob: return globMatch(pattern, t.name);
        case RoleIs: return t.place.role == role;
        case BlockIn: return t.place.block >= low && t.place.block <= high;
        case ExpertIn: return t.place.expert >= low && t.place.expert <= high;
        }
        return false;
    }
};

Result<Selector> parseSelector(std::string_view text)
{
    Selector s;
    const auto bad = [&](const char* why) {
        return fail(Error(ErrorCode::Usage, why).got("'" + std::string(text) + "'")
                        .fix("use a name glob, role:q_proj, block:0-3 or expert:2"));
    };
    const auto range = [&](std::string_view body) {
        const auto* end = body.data() + body.size();
        auto r = std::from_chars(body.data(), end, s.low);
        if (r.ec != std::errc{} || s.low < 0) return false;
        s.high = s.low;
        if (r.ptr == end) return true;
        if (*r.ptr != '-') return false;
        r = std::from_chars(r.ptr + 1, end, s.high);
        return r.ec == std::errc{} && r.ptr == end && s.high >= s.low;
    };
    if (text.starts_with("role:")) {
        s.kind = Selector::RoleIs;
        s.role = roleFromName(text.substr(5));
        if (s.role == Role::Count) return bad("no such role");
    } else if (text.starts_with("block:")) {
        s.kind = Selector::BlockIn;
        if (!range(text.substr(6))) return bad("not a range of blocks");
    } else if (text.starts_with("expert:")) {
        s.kind = Selector::ExpertIn;
        if (!range(text.substr(7))) return bad("not a range of experts");
    } else {
        s.pattern = std::string(text);
    }
    return s;
}

bool inDefaultSelection(const ModelSource& source, const TensorInfo& t)
{
    if (!isWeightFloat(t.dtype)) return false;
    if (!source.architecture.empty()) return t.place.block >= 0 && isLinearRole(t.place.role) && t.shape.rank() >= 2;
    return t.shape.rank() == 2 && t.shape[0] >= 8 && t.shape[1] >= 8;
}

} // namespace

Result<std::vector<std::size_t>> selectTensors(const ModelSource& source, std::span<const std::string> globs)
{
    std::vector<Selector> include;
    std::vector<Selector> exclude;
    for (const std::string& g : globs) {
        const bool negative = g.starts_with('!');
        QS_ASSIGN(auto s, parseSelector(std::string_view(g).substr(negative ? 1 : 0)));
        (negative ? exclude : include).push_back(std::move(s));
    }
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < source.tensors.size(); ++i) {
        const TensorInfo& t = source.tensors[i];
        const auto hit = [&](const Selector& s) { return s.matches(t); };
        const bool in = include.empty() ? inDefaultSelection(source, t) : std::any_of(include.begin(), include.end(), hit);
        if (in && std::none_of(exclude.begin(), exclude.end(), hit)) out.push_back(i);
    }
    return out;
}

} // namespace qs::io
