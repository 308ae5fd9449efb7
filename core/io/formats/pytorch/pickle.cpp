// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/pytorch/pickle.h"

#include "core/base/bytes.h"
#include "core/base/format.h"
#include "core/io/formats/pytorch/builder.h"
#include "core/io/formats/pytorch/globals.h"

#include <algorithm>
#include <bit>
#include <cstdio>

namespace qs::io::pytorch {
namespace {

// The opcodes of formats.md A3.3.
enum Op : std::uint8_t {
    Mark = 0x28, EmptyTuple = 0x29, Stop = 0x2E, BinFloat = 0x47, BinInt = 0x4A, BinInt1 = 0x4B, BinInt2 = 0x4D,
    None = 0x4E, BinPersId = 0x51, Reduce = 0x52, ShortBinString = 0x55, BinUnicode = 0x58, EmptyList = 0x5D,
    Append = 0x61, Build = 0x62, Global = 0x63, Appends = 0x65, BinGet = 0x68, LongBinGet = 0x6A, BinPut = 0x71,
    LongBinPut = 0x72, SetItem = 0x73, TupleOp = 0x74, SetItems = 0x75, EmptyDict = 0x7D, Proto = 0x80,
    NewObj = 0x81, Tuple1 = 0x85, Tuple2 = 0x86, Tuple3 = 0x87, NewTrue = 0x88, NewFalse = 0x89, Long1 = 0x8A,
    EmptySet = 0x8F
};

struct OpName {
    std::uint8_t code;
    const char* name;
    bool unsafe; ///< it imports, calls or reaches outside
};
constexpr OpName kRefused[] = {
    {0x69, "INST", true}, {0x6F, "OBJ", true}, {0x93, "STACK_GLOBAL", true}, {0x92, "NEWOBJ_EX", true},
    {0x82, "EXT1", true}, {0x83, "EXT2", true}, {0x84, "EXT4", true}, {0x50, "PERSID", true},
    {0x97, "NEXT_BUFFER", true}, {0x98, "READONLY_BUFFER", true}, {0x95, "FRAME", false}, {0x94, "MEMOIZE", false},
    {0x8C, "SHORT_BINUNICODE", false}, {0x8D, "BINUNICODE8", false}, {0x8E, "BINBYTES8", false},
    {0x90, "ADDITEMS", false}, {0x91, "FROZENSET", false}, {0x96, "BYTEARRAY8", false}, {0x8B, "LONG4", false},
    {0x42, "BINBYTES", false}, {0x43, "SHORT_BINBYTES", false}, {0x54, "BINSTRING", false}, {0x53, "STRING", false},
    {0x56, "UNICODE", false}, {0x49, "INT", false}, {0x4C, "LONG", false}, {0x46, "FLOAT", false},
    {0x30, "POP", false}, {0x31, "POP_MARK", false}, {0x32, "DUP", false}, {0x64, "DICT", false},
    {0x6C, "LIST", false}, {0x67, "GET", false}, {0x70, "PUT", false}};

class Machine {
public:
    Machine(const PickleSource& source, const Context& context)
        : m_source(source), m_context(context), m_bytes(source.bytes.first(std::min<std::uint64_t>(source.bytes.size(), kMaxPickle))),
          m_build(source)
    {
    }
    Result<Pickle> run();

private:
    Status step(std::uint8_t op);
    Status refuse(std::uint8_t op);
    Result<std::string_view> take(std::uint64_t n);
    template <class T>
    Result<T> number()
    {
        QS_ASSIGN(const auto s, take(sizeof(T)));
        return loadLe<T>(reinterpret_cast<const std::byte*>(s.data()));
    }
    Result<std::string_view> line();
    Status push(Result<Ref> value);
    Result<Ref> pop();
    Result<Ref> top();
    Result<std::vector<Ref>> popToMark();
    Status pushItems(Kind kind, std::vector<Ref> items);
    Status pushText(Kind kind, std::uint64_t length);
    Status append(std::span<const Ref> items, Kind kind);
    Status put(std::uint64_t index);
    Status get(std::uint64_t index);
    Status global();
    Status checkNesting();

    static constexpr Ref kNothing = ~Ref(0);

    const PickleSource& m_source;
    const Context& m_context;
    std::span<const std::byte> m_bytes;
    Builder m_build;
    std::vector<Ref> m_stack;
    std::vector<std::size_t> m_marks;
    std::vector<Ref> m_memo;
    std::uint64_t m_at = 0;
    std::uint64_t m_strings = 0;
    Ref m_none = 0;
    Ref m_true = 0;
    Ref m_false = 0;
};

Result<std::string_view> Machine::take(std::uint64_t n)
{
    if (n > m_bytes.size() - m_at)
        return fail(m_build.malformed(m_bytes.size() < m_source.bytes.size() ? "the pickle is longer than 256 MiB"
                                                                             : "the pickle ends inside an opcode"));
    const std::string_view s(reinterpret_cast<const char*>(m_bytes.data() + m_at), n);
    m_at += n;
    return s;
}

Result<std::string_view> Machine::line()
{
    constexpr std::uint64_t kLongest = 1024;
    const auto rest = m_bytes.subspan(m_at, std::min<std::uint64_t>(kLongest, m_bytes.size() - m_at));
    const auto end = std::find(rest.begin(), rest.end(), std::byte('\n'));
    if (end == rest.end()) return fail(m_build.malformed("the name of a global is too long or has no end"));
    QS_ASSIGN(auto s, take(static_cast<std::uint64_t>(end - rest.begin()) + 1));
    s.remove_suffix(1);
    return s;
}

Status Machine::push(Result<Ref> value)
{
    if (!value) return fail(std::move(value.error()));
    if (m_stack.size() >= kMaxStack) return fail(m_build.malformed("the pickle's stack grows too deep"));
    m_stack.push_back(*value);
    return {};
}

Result<Ref> Machine::top()
{
    // Values below a mark belong to the container that is being filled.
    if (m_stack.size() <= (m_marks.empty() ? 0 : m_marks.back())) return fail(m_build.malformed("the pickle's stack is empty"));
    return m_stack.back();
}

Result<Ref> Machine::pop()
{
    QS_ASSIGN(const Ref r, top());
    m_stack.pop_back();
    return r;
}

Result<std::vector<Ref>> Machine::popToMark()
{
    if (m_marks.empty()) return fail(m_build.malformed("no mark on the pickle's stack"));
    const auto from = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
    std::vector<Ref> items(from, m_stack.end());
    m_stack.erase(from, m_stack.end());
    m_marks.pop_back();
    return items;
}

Status Machine::pushItems(Kind kind, std::vector<Ref> items)
{
    Value v;
    v.kind = kind;
    if (!items.empty()) v.items = std::make_unique<std::vector<Ref>>(std::move(items));
    return push(m_build.add(std::move(v)));
}

Status Machine::pushText(Kind kind, std::uint64_t length)
{
    if (kind != Kind::BigInt) {
        m_strings += length;
        if (m_strings > kMaxStrings) return fail(m_build.malformed("the pickle holds more than 64 MiB of text"));
    }
    QS_ASSIGN(const auto s, take(length));
    Value v;
    v.kind = kind;
    v.text = s.data();
    v.length = static_cast<std::uint32_t>(s.size());
    return push(m_build.add(std::move(v)));
}

// Adds to the list or dict on top of the stack.
Status Machine::append(std::span<const Ref> items, Kind kind)
{
    QS_ASSIGN(const Ref r, top());
    Value& v = m_build.at(r);
    if (v.kind != kind)
        return fail(m_build.malformed(kind == Kind::Dict ? "a key is set on something that is no dict"
                                                         : "something is appended to what is no list"));
    if (kind == Kind::Dict && items.size() % 2 != 0) return fail(m_build.malformed("a key without a value"));
    if (items.empty()) return {};
    if (!v.items) v.items = std::make_unique<std::vector<Ref>>();
    v.items->insert(v.items->end(), items.begin(), items.end());
    return {};
}

Status Machine::put(std::uint64_t index)
{
    QS_ASSIGN(const Ref r, top());
    if (index >= kMaxMemo)
        return fail(m_build.malformed("a memo index is too large").wanted("below 4000000").got(std::to_string(index)));
    if (index >= m_memo.size()) m_memo.resize(index + 1, kNothing);
    m_memo[index] = r;
    return {};
}

Status Machine::get(std::uint64_t index)
{
    if (index >= m_memo.size() || m_memo[index] == kNothing)
        return fail(m_build.malformed("the memo has no entry " + std::to_string(index)));
    return push(m_memo[index]);
}

Status Machine::global()
{
    QS_ASSIGN(const auto module, line());
    QS_ASSIGN(const auto name, line());
    const std::int64_t row = findGlobal(module, name);
    if (row < 0)
        return fail(m_build.error(ErrorCode::Unsafe, "the pickle asks for " + escapeText(module) + "." + escapeText(name)
                                                         + ", which is not among the names that a checkpoint needs")
                        .wanted("tensors, storages and plain containers")
                        .got(escapeText(module) + "." + escapeText(name))
                        .fix("nothing was executed; get the model as safetensors, or save its state_dict alone"));
    return push(m_build.addInt(row, Kind::Global));
}

Status Machine::refuse(std::uint8_t op)
{
    char code[8];
    std::snprintf(code, sizeof code, "0x%02X", op);
    for (const OpName& n : kRefused) {
        if (n.code != op) continue;
        if (op == 0x69) { // INST names a class as GLOBAL does
            const auto module = line();
            const auto name = module ? line() : module;
            if (name)
                return fail(m_build.error(ErrorCode::Unsafe, "the pickle asks for " + escapeText(*module) + "."
                                                                 + escapeText(*name) + " (opcode INST)"));
        }
        if (op == 0x93 && m_stack.size() >= 2) {
            const Value& module = m_build.at(m_stack[m_stack.size() - 2]);
            const Value& name = m_build.at(m_stack.back());
            if (module.kind == Kind::String && name.kind == Kind::String)
                return fail(m_build.error(ErrorCode::Unsafe, "the pickle asks for " + escapeText(module.view().substr(0, 200))
                                                                 + "." + escapeText(name.view().substr(0, 200))
                                                                 + " (opcode STACK_GLOBAL)"));
        }
        return fail(m_build.error(n.unsafe ? ErrorCode::Unsafe : ErrorCode::Malformed,
                                  std::string("opcode ") + n.name + " (" + code + ") is not one that a checkpoint needs"));
    }
    return fail(m_build.malformed(std::string("unknown opcode ") + code));
}

Status Machine::step(std::uint8_t op)
{
    switch (op) {
    case Proto: {
        QS_ASSIGN(const auto version, number<std::uint8_t>());
        if (version < 2 || version > 4)
            return fail(m_build.malformed("pickle protocol is not read").wanted("2 to 4").got(std::to_string(version)));
        return {};
    }
    case Mark:
        if (m_marks.size() >= kMaxStack) return fail(m_build.malformed("the pickle's stack grows too deep"));
        m_marks.push_back(m_stack.size());
        return {};
    case None: return push(m_none);
    case NewTrue: return push(m_true);
    case NewFalse: return push(m_false);
    case BinInt: {
        QS_ASSIGN(const auto v, number<std::int32_t>());
        return push(m_build.addInt(v));
    }
    case BinInt1: {
        QS_ASSIGN(const auto v, number<std::uint8_t>());
        return push(m_build.addInt(v));
    }
    case BinInt2: {
        QS_ASSIGN(const auto v, number<std::uint16_t>());
        return push(m_build.addInt(v));
    }
    case Long1: {
        QS_ASSIGN(const auto n, number<std::uint8_t>());
        if (n > 8) return pushText(Kind::BigInt, n);
        QS_ASSIGN(const auto s, take(n));
        std::uint64_t v = 0;
        for (std::size_t i = 0; i < n; ++i) v |= static_cast<std::uint64_t>(static_cast<unsigned char>(s[i])) << (8 * i);
        if (n > 0 && n < 8 && (static_cast<unsigned char>(s[n - 1]) & 0x80U)) v |= ~std::uint64_t(0) << (8 * n);
        return push(m_build.addInt(static_cast<std::int64_t>(v)));
    }
    case BinFloat: {
        QS_ASSIGN(const auto bits, number<std::uint64_t>());
        Value v;
        v.kind = Kind::Float;
        v.real = std::bit_cast<double>(__builtin_bswap64(bits));
        return push(m_build.add(std::move(v)));
    }
    case BinUnicode: {
        QS_ASSIGN(const auto n, number<std::uint32_t>());
        return pushText(Kind::String, n);
    }
    case ShortBinString: {
        QS_ASSIGN(const auto n, number<std::uint8_t>());
        return pushText(Kind::Latin1, n);
    }
    case EmptyTuple: return pushItems(Kind::Tuple, {});
    case EmptyList: return pushItems(Kind::List, {});
    case EmptyDict: return pushItems(Kind::Dict, {});
    case EmptySet: return pushItems(Kind::Set, {});
    case TupleOp: {
        QS_ASSIGN(auto items, popToMark());
        return pushItems(Kind::Tuple, std::move(items));
    }
    case Tuple1:
    case Tuple2:
    case Tuple3: {
        std::vector<Ref> items(static_cast<std::size_t>(op - Tuple1) + 1);
        for (std::size_t i = items.size(); i > 0; --i) {
            QS_ASSIGN(items[i - 1], pop());
        }
        return pushItems(Kind::Tuple, std::move(items));
    }
    case Append: {
        QS_ASSIGN(const Ref item, pop());
        return append({&item, 1}, Kind::List);
    }
    case Appends: {
        QS_ASSIGN(const auto items, popToMark());
        return append(items, Kind::List);
    }
    case SetItem: {
        std::array<Ref, 2> pair{};
        QS_ASSIGN(pair[1], pop());
        QS_ASSIGN(pair[0], pop());
        return append(pair, Kind::Dict);
    }
    case SetItems: {
        QS_ASSIGN(const auto items, popToMark());
        return append(items, Kind::Dict);
    }
    case BinPut: {
        QS_ASSIGN(const auto i, number<std::uint8_t>());
        return put(i);
    }
    case LongBinPut: {
        QS_ASSIGN(const auto i, number<std::uint32_t>());
        return put(i);
    }
    case BinGet: {
        QS_ASSIGN(const auto i, number<std::uint8_t>());
        return get(i);
    }
    case LongBinGet: {
        QS_ASSIGN(const auto i, number<std::uint32_t>());
        return get(i);
    }
    case Global: return global();
    case BinPersId: {
        QS_ASSIGN(const Ref id, pop());
        return push(m_build.storage(id));
    }
    case Reduce:
    case NewObj: {
        QS_ASSIGN(const Ref args, pop());
        QS_ASSIGN(const Ref callable, pop());
        if (m_build.at(callable).kind != Kind::Global) return fail(m_build.malformed("something that is no global is called"));
        return push(m_build.reduce(m_build.at(callable).number, args));
    }
    case Build: {
        QS_TRY(pop()); // the state: attributes that carry no weights
        QS_ASSIGN(const Ref object, top());
        const Kind kind = m_build.at(object).kind;
        if (kind != Kind::Dict && kind != Kind::Refused && kind != Kind::Plain)
            return fail(m_build.error(ErrorCode::Unsafe, "a state is set on something that is no dict"));
        return {};
    }
    default: return refuse(op);
    }
}

// A container inside itself, or nested beyond the limit, would send a recursive reader astray. Depth first, each value
// once, with a stack of our own.
Status Machine::checkNesting()
{
    const Pickle& p = m_build.out();
    enum : std::uint8_t { New, Open, Done };
    std::vector<std::uint8_t> state(p.values.size(), New);
    std::vector<std::uint16_t> height(p.values.size(), 0); // containers below and with this one
    struct Frame {
        Ref value;
        std::size_t next;
    };
    std::vector<Frame> path{{p.root, 0}};
    state[p.root] = Open;
    while (!path.empty()) {
        Frame& f = path.back();
        const auto items = p.values[f.value].children();
        if (f.next < items.size()) {
            const Ref child = items[f.next++];
            if (state[child] == Open) return fail(m_build.malformed("a container of the pickle holds itself"));
            if (state[child] == New && p.values[child].items) {
                state[child] = Open;
                path.push_back({child, 0});
                if (path.size() > kMaxNesting) return fail(m_build.malformed("the pickle is nested too deep").wanted("at most 256 levels"));
            } else {
                height[f.value] = std::max<std::uint16_t>(height[f.value], height[child]);
            }
            continue;
        }
        const Ref done = f.value;
        ++height[done];
        state[done] = Done;
        path.pop_back();
        if (path.size() + height[done] > kMaxNesting)
            return fail(m_build.malformed("the pickle is nested too deep").wanted("at most 256 levels"));
        if (!path.empty()) height[path.back().value] = std::max(height[path.back().value], height[done]);
    }
    return {};
}

Result<Pickle> Machine::run()
{
    QS_ASSIGN(m_none, m_build.add({}));
    QS_ASSIGN(m_true, m_build.addInt(1, Kind::Bool));
    QS_ASSIGN(m_false, m_build.addInt(0, Kind::Bool));
    for (std::uint64_t ops = 0;; ++ops) {
        if (ops % 65536 == 0 && m_context.stopped()) return cancelled();
        m_build.setPosition(m_at);
        QS_ASSIGN(const auto op, number<std::uint8_t>());
        if (op == Stop) break;
        QS_TRY(step(op));
    }
    if (!m_marks.empty()) return fail(m_build.malformed("the pickle ends with an open mark"));
    QS_ASSIGN(m_build.out().root, pop());
    if (!m_stack.empty()) return fail(m_build.malformed("the pickle leaves values behind"));
    QS_TRY(checkNesting());
    m_build.out().end = m_at;
    return std::move(m_build.out());
}

} // namespace

Result<Pickle> readPickle(const PickleSource& source, const Context& context) { return Machine(source, context).run(); }

} // namespace qs::io::pytorch
