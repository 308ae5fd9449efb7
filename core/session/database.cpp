// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/database.h"

#include "core/exec/thread_guard.h"

#include <cmath>
#include <limits>
#include <sqlite3.h>
#include <utility>

namespace qs::session {
namespace {

Error failure(sqlite3* db, int code, const std::string& file)
{
    const std::string said = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);
    switch (code & 0xFF) {
    case SQLITE_INTERRUPT: return Error(ErrorCode::Cancelled, "cancelled");
    case SQLITE_FULL: return Error(ErrorCode::Io, "no space left on the disk").inFile(file).fix("make room, or save elsewhere");
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY: return Error(ErrorCode::Io, "the session file can't be read or written").inFile(file).got(said);
    case SQLITE_NOMEM: return Error(ErrorCode::Lacking, "there is not enough memory for the session").inFile(file);
    default: return Error(ErrorCode::Malformed, "not a sound session file").inFile(file).got(said);
    }
}

} // namespace

Statement::Statement(Statement&& other) noexcept
    : m_db(other.m_db), m_statement(std::exchange(other.m_statement, nullptr)), m_file(std::move(other.m_file))
{
}

Statement::~Statement() { sqlite3_finalize(m_statement); }

Statement& Statement::bind(int index, std::int64_t value)
{
    sqlite3_bind_int64(m_statement, index, value);
    return *this;
}

Statement& Statement::bind(int index, double value)
{
    if (std::isfinite(value)) sqlite3_bind_double(m_statement, index, value);
    else sqlite3_bind_null(m_statement, index);
    return *this;
}

Statement& Statement::bind(int index, std::string_view text)
{
    sqlite3_bind_text64(m_statement, index, text.data() ? text.data() : "", text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

Statement& Statement::bind(int index, std::span<const std::byte> blob)
{
    if (blob.empty()) sqlite3_bind_zeroblob(m_statement, index, 0);
    else sqlite3_bind_blob64(m_statement, index, blob.data(), blob.size(), SQLITE_TRANSIENT);
    return *this;
}

Result<bool> Statement::step()
{
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return fail(failure(m_db, code, m_file));
}

Status Statement::reset()
{
    const int code = sqlite3_reset(m_statement);
    if (code != SQLITE_OK) return fail(failure(m_db, code, m_file));
    return {};
}

tl::unexpected<Error> Statement::bad(int column, const char* wanted) const
{
    return fail(Error(ErrorCode::Malformed, std::string("value of column ") + sqlite3_column_name(m_statement, column)
                                                + " is not proper")
                    .inFile(m_file)
                    .wanted(wanted));
}

Result<std::int64_t> Statement::whole(int column, std::int64_t low, std::int64_t high) const
{
    if (sqlite3_column_type(m_statement, column) != SQLITE_INTEGER) return bad(column, "a whole number");
    const std::int64_t v = sqlite3_column_int64(m_statement, column);
    if (v < low || v > high) return bad(column, "a number within its range");
    return v;
}

Result<double> Statement::number(int column) const
{
    const int type = sqlite3_column_type(m_statement, column);
    if (type == SQLITE_NULL) return std::numeric_limits<double>::quiet_NaN();
    if (type != SQLITE_FLOAT && type != SQLITE_INTEGER) return bad(column, "a number");
    return sqlite3_column_double(m_statement, column);
}

Result<std::string> Statement::text(int column, std::size_t most) const
{
    if (sqlite3_column_type(m_statement, column) != SQLITE_TEXT) return bad(column, "a text");
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(m_statement, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column));
    if (size > most) return bad(column, "a shorter text");
    return std::string(data ? data : "", size);
}

Result<std::span<const std::byte>> Statement::blob(int column) const
{
    if (sqlite3_column_type(m_statement, column) != SQLITE_BLOB) return bad(column, "bytes");
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(m_statement, column));
    return std::span(data, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column)));
}

Database::Database(Database&& other) noexcept
    : m_db(std::exchange(other.m_db, nullptr)), m_file(std::move(other.m_file)), m_context(std::move(other.m_context))
{
}

Database::~Database() { sqlite3_close_v2(m_db); }

Result<Database> Database::openToRead(const std::filesystem::path& path, const Context& context)
{
    noteWork("opening a session");
    std::error_code ec;
    const auto status = std::filesystem::status(path, ec);
    if (status.type() == std::filesystem::file_type::not_found)
        return fail(Error(ErrorCode::NotFound, "no such file").inFile(path.string()));
    if (status.type() != std::filesystem::file_type::regular)
        return fail(Error(ErrorCode::Malformed, "not a regular file").inFile(path.string()));
    sqlite3* db = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, nullptr);
    Database out(db, path.string());
    if (code != SQLITE_OK) return fail(failure(db, code, path.string()));
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 256 << 20);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    out.m_context = std::make_shared<Context>(context);
    sqlite3_progress_handler(
        db, 10'000, [](void* p) { return static_cast<Context*>(p)->stopped() ? 1 : 0; }, out.m_context.get());
    QS_TRY(out.execute("PRAGMA cell_size_check=ON"));
    QS_TRY(out.execute("PRAGMA mmap_size=0"));
    QS_TRY(out.execute("PRAGMA query_only=ON"));
    // a file that was cut may still read well up to its last page
    std::uint64_t declared = 1;
    for (const char* sql : {"PRAGMA page_count", "PRAGMA page_size"}) {
        QS_ASSIGN(auto s, out.prepare(sql));
        QS_ASSIGN(const bool row, s.step());
        QS_ASSIGN(const auto value, s.whole(0, 0, std::int64_t(1) << 32));
        declared *= row ? static_cast<std::uint64_t>(value) : 0;
    }
    if (const auto size = std::filesystem::file_size(path, ec); ec || size != declared)
        return fail(Error(ErrorCode::Malformed, "the session file is cut or has something behind its end")
                        .inFile(path.string())
                        .wanted(std::to_string(declared) + " bytes")
                        .got(std::to_string(size) + " bytes"));
    return out;
}

Result<Database> Database::create(const std::filesystem::path& path)
{
    noteWork("writing a session");
    sqlite3* db = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    Database out(db, path.string());
    if (code != SQLITE_OK) return fail(failure(db, code, path.string()));
    // The file is a new one beside its target: a journal would only be written twice.
    QS_TRY(out.execute("PRAGMA journal_mode=OFF"));
    QS_TRY(out.execute("PRAGMA synchronous=FULL"));
    return out;
}

Status Database::execute(const std::string& sql)
{
    const int code = sqlite3_exec(m_db, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return fail(failure(m_db, code, m_file));
    return {};
}

Result<Statement> Database::prepare(std::string_view sql)
{
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(m_db, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (code != SQLITE_OK) return fail(failure(m_db, code, m_file));
    return Statement(m_db, statement, m_file);
}

Status Database::close()
{
    const int code = sqlite3_close(std::exchange(m_db, nullptr));
    if (code != SQLITE_OK) return fail(failure(nullptr, code, m_file));
    return {};
}

} // namespace qs::session
