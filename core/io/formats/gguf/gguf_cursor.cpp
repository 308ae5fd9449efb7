// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/gguf/gguf_cursor.h"

namespace qs::io::gguf {

Error Cursor::error(ErrorCode code, std::string message, std::uint64_t at) const
{
    return Error(code, std::move(message)).inFile(m_file.path().string()).at(at);
}

Error Cursor::ended(const char* what, std::uint64_t need) const
{
    return error(ErrorCode::Malformed, std::string("the file ends inside ") + what)
        .wanted(std::to_string(need) + " bytes")
        .got(std::to_string(remaining()));
}

Status Cursor::skip(std::uint64_t n, const char* what)
{
    if (n > remaining()) return fail(ended(what, n));
    m_at += n;
    return {};
}

Result<std::string_view> Cursor::takeString(std::uint64_t limit, const char* what)
{
    const std::uint64_t start = m_at;
    QS_ASSIGN(const auto length, take<std::uint64_t>(what));
    if (length > remaining())
        return fail(error(ErrorCode::Malformed, std::string("the length of ") + what + " passes the end of the file", start)
                        .wanted("at most " + std::to_string(remaining()))
                        .got(std::to_string(length)));
    if (length > limit)
        return fail(error(ErrorCode::Malformed, std::string(what) + " is too long", start)
                        .wanted("at most " + std::to_string(limit) + " bytes")
                        .got(std::to_string(length)));
    const std::string_view view(reinterpret_cast<const char*>(m_bytes.data() + m_at), length);
    m_at += length;
    return view;
}

} // namespace qs::io::gguf
