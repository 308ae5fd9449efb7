// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

#include "core/base/format.h"

namespace qs {

const char* errorCodeName(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Malformed: return "malformed";
    case ErrorCode::Unsafe: return "unsafe";
    case ErrorCode::Unsupported: return "unsupported";
    case ErrorCode::NotFound: return "not_found";
    case ErrorCode::Exists: return "exists";
    case ErrorCode::Io: return "io";
    case ErrorCode::NonFinite: return "non_finite";
    case ErrorCode::NotRepresentable: return "not_representable";
    case ErrorCode::Lacking: return "lacking";
    case ErrorCode::Mismatch: return "mismatch";
    case ErrorCode::Usage: return "usage";
    case ErrorCode::Cancelled: return "cancelled";
    case ErrorCode::Internal: return "internal";
    }
    return "internal";
}

std::string Error::text() const
{
    std::string out;
    if (!file.empty()) out += escapeText(file) + ": ";
    if (!tensor.empty()) out += "tensor " + escapeText(tensor) + (byte ? ", " : ": ");
    if (byte) out += "byte " + std::to_string(*byte) + ": ";
    out += escapeText(message);
    if (!expected.empty()) out += "; expected " + escapeText(expected);
    if (!found.empty()) out += (expected.empty() ? "; found " : ", found ") + escapeText(found);
    if (!remedy.empty()) out += "; " + escapeText(remedy);
    return out;
}

} // namespace qs
