// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace qs {

/// What kind of trouble an Error is; decides the exit code of the command line (specs: 1, 2, 3, 130).
enum class ErrorCode {
    Malformed,        ///< the input breaks its format's rules (exit 3)
    Unsafe,           ///< the input asks for something that is never done, such as running code (exit 3)
    Unsupported,      ///< well formed, but not something this program reads or writes (exit 3 for inputs)
    NotFound,         ///< a path, tensor or part does not exist (exit 1)
    Exists,           ///< the target is already there (exit 1)
    Io,               ///< the operating system refused to read or write (exit 1)
    NonFinite,        ///< NaN or Inf where numbers are needed (exit 1)
    NotRepresentable, ///< the format can't hold the artefact (exit 1)
    Lacking,          ///< calibration, device or memory that the work needs is not there (exit 1)
    Mismatch,         ///< verification found a difference (exit 1)
    Usage,            ///< unknown option, recipe, parameter or value (exit 2)
    Cancelled,        ///< the user stopped the work; never shown as a failure (exit 130)
    Internal          ///< a broken promise inside the program (exit 1)
};

/// Stable lower-case name of a code, as the command line prints it in JSON ("malformed", "not_found", ...).
const char* errorCodeName(ErrorCode code);

/// One failure, told completely: where, what was expected, what was found, what to do. Fields may be empty.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string file;
    std::string tensor;
    std::optional<std::uint64_t> byte; ///< offset in `file`
    std::string message;               ///< one sentence, lower case, without a full stop
    std::string expected;
    std::string found;
    std::string remedy;

    Error() = default;
    Error(ErrorCode c, std::string text) : code(c), message(std::move(text)) {}

    // Fluent setters, so that a failure reads as one expression.
    Error&& inFile(std::string v) && { file = std::move(v); return std::move(*this); }
    Error&& ofTensor(std::string v) && { tensor = std::move(v); return std::move(*this); }
    Error&& at(std::uint64_t v) && { byte = v; return std::move(*this); }
    Error&& wanted(std::string v) && { expected = std::move(v); return std::move(*this); }
    Error&& got(std::string v) && { found = std::move(v); return std::move(*this); }
    Error&& fix(std::string v) && { remedy = std::move(v); return std::move(*this); }

    /// The whole story in one line: "FILE: tensor T, byte N: message; expected E, found F; remedy".
    /// Control and bidirectional characters of names are shown escaped.
    std::string text() const;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

/// Turns an Error into the failed state of any Result.
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }
inline tl::unexpected<Error> fail(ErrorCode code, std::string message)
{
    return tl::unexpected<Error>(Error(code, std::move(message)));
}
inline tl::unexpected<Error> cancelled() { return fail(ErrorCode::Cancelled, "cancelled"); }

} // namespace qs

/// Returns the error of an expression that is a Result, or goes on.
#define QS_TRY(expression)                                                                                             \
    do {                                                                                                               \
        if (auto qsStatus = (expression); !qsStatus) return ::tl::unexpected<::qs::Error>(std::move(qsStatus.error())); \
    } while (false)
#define QS_CONCAT2(a, b) a##b
#define QS_CONCAT(a, b) QS_CONCAT2(a, b)
/// `QS_ASSIGN(auto x, f());` declares x from a Result's value, or returns its error.
#define QS_ASSIGN(declaration, expression)                                                                             \
    auto QS_CONCAT(qsResult, __LINE__) = (expression);                                                                 \
    if (!QS_CONCAT(qsResult, __LINE__))                                                                                \
        return ::tl::unexpected<::qs::Error>(std::move(QS_CONCAT(qsResult, __LINE__).error()));                        \
    declaration = std::move(*QS_CONCAT(qsResult, __LINE__))
