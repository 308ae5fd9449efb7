// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/formats/pytorch/pickle.h"

#include <unordered_map>

namespace qs::io::pytorch {

/// Makes the values of one pickle and keeps their limits.
class Builder {
public:
    explicit Builder(const PickleSource& source) : m_source(source) {}

    Pickle& out() { return m_out; }
    bool legacy() const { return m_source.legacy; }
    const Value& at(Ref r) const { return m_out.values[r]; }
    Value& at(Ref r) { return m_out.values[r]; }

    Result<Ref> add(Value v);
    Result<Ref> addInt(std::int64_t n, Kind kind = Kind::Int);
    Result<Ref> addRefused(const char* reason);
    /// Counts what is copied from one container into another: one byte of pickle must not cost a thousand.
    Status charge(std::uint64_t items);

    /// Where the opcode at work begins, for messages.
    void setPosition(std::uint64_t at) { m_at = at; }
    Error error(ErrorCode code, std::string message) const;
    Error malformed(std::string message) const { return error(ErrorCode::Malformed, std::move(message)); }

    /// REDUCE and NEWOBJ: the value that global `row` makes of `args` (a tuple).
    Result<Ref> reduce(std::int64_t row, Ref args);
    /// BINPERSID: the storage that a persistent id names.
    Result<Ref> storage(Ref id);

private:
    Result<Ref> rebuildTensor(std::span<const Ref> args, bool withType);
    Result<Ref> orderedDict(Ref args);
    Result<std::uint64_t> count(Ref r, const char* what) const;

    const PickleSource& m_source;
    Pickle m_out;
    std::unordered_map<std::string_view, std::uint32_t> m_records;
    std::uint64_t m_at = 0;
    std::uint64_t m_copied = 0;
};

} // namespace qs::io::pytorch
