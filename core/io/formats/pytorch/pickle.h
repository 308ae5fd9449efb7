// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/exec/context.h"
#include "core/tensor/dtype.h"
#include "core/tensor/shape.h"

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// An interpreter of the safe subset of pickle that torch.save writes (formats.md A3.3, A3.4). It builds plain values
/// in its own memory. It never imports, calls or evaluates anything: a "callable" is a row of a table, and REDUCE on it
/// is a look-up.
namespace qs::io::pytorch {

using Ref = std::uint32_t; ///< a value, by its place in Pickle::values

enum class Kind : std::uint8_t {
    None, Bool, Int, BigInt, Float,
    String,  ///< UTF-8 as found (not yet checked)
    Latin1,  ///< a Python 2 byte string
    Tuple, List, Set,
    Dict,    ///< items are key, value, key, value ...
    Global,  ///< an allowed name: `number` is its row in the table of globals
    Storage, ///< `number` is an index into Pickle::storageRefs
    Tensor,  ///< `number` is an index into Pickle::tensors
    Refused, ///< stands for a tensor that is not read; `reason` says why
    Plain    ///< harmless and of no interest (device, complex, bytes)
};

struct Value {
    Kind kind = Kind::None;
    std::uint32_t length = 0;             ///< bytes of String, Latin1, BigInt
    union {
        std::int64_t number = 0;          ///< Int, Bool, and the indexes named above
        double real;                      ///< Float
        const char* text;                 ///< String, Latin1, BigInt: into the pickle's bytes
        const char* reason;               ///< Refused: a constant of the program
    };
    std::unique_ptr<std::vector<Ref>> items; ///< Tuple, List, Set, Dict; null where empty

    std::string_view view() const { return {text, length}; }
    std::span<const Ref> children() const { return items ? std::span<const Ref>(*items) : std::span<const Ref>(); }
};

/// A storage that the pickle names, once for each key.
struct StorageRecord {
    std::string_view key;
    std::optional<DType> type;   ///< nothing: untyped bytes, or a quantized type
    std::uint32_t elementBytes = 1;
    const char* refused = nullptr; ///< the name of a quantized storage class
    std::uint64_t elements = 0;
};

/// One mention of a storage; in legacy files it may be a part of it.
struct StorageRef {
    std::uint32_t record = 0;
    std::uint64_t begin = 0;     ///< in elements of the record
    std::uint64_t elements = 0;
};

/// A tensor: a strided view of a storage. All numbers were checked against the storage's element count.
struct TensorView {
    std::uint32_t record = 0;
    DType dtype = DType::F32;
    std::uint64_t offset = 0;    ///< of the first element in the storage, in elements of dtype
    Shape sizes;                 ///< of F4: in pairs, as torch counts (float4_e2m1fn_x2)
    std::array<std::uint64_t, Shape::kMaxRank> strides{}; ///< in elements, of F4 in pairs
};

struct Pickle {
    std::vector<Value> values;
    std::vector<StorageRecord> storages; ///< in the order met
    std::vector<StorageRef> storageRefs;
    std::vector<TensorView> tensors;
    Ref root = 0;
    std::uint64_t end = 0;               ///< bytes read, up to and with STOP
};

struct PickleSource {
    std::span<const std::byte> bytes; ///< may go on after the pickle; must outlive the result
    std::uint64_t base = 0;           ///< offset of bytes[0] in the file, for messages
    std::filesystem::path file;
    bool legacy = false;              ///< persistent ids have six fields
};

/// Limits of formats.md A3.3 and D.3.
inline constexpr std::uint64_t kMaxPickle = std::uint64_t(256) << 20;
inline constexpr std::uint64_t kMaxStrings = std::uint64_t(64) << 20;
inline constexpr std::size_t kMaxStack = 1'000'000;
inline constexpr std::size_t kMaxMemo = 4'000'000;
inline constexpr std::size_t kMaxValues = 16'000'000;
inline constexpr std::size_t kMaxTensors = 1'000'000;
inline constexpr int kMaxNesting = 256;

/// Reads one pickle. Unsafe: a global outside the table (named), an opcode that imports or calls. Malformed: anything
/// else that breaks the rules, a container that holds itself and nesting beyond 256 included.
Result<Pickle> readPickle(const PickleSource& source, const Context& context);

} // namespace qs::io::pytorch
