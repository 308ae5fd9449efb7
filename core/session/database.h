// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/base/error.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace qs::session {

/// One SQL statement; columns are read with their type checked.
class Statement {
public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, double value); ///< not finite: NULL
    Statement& bind(int index, std::string_view text);
    Statement& bind(int index, std::span<const std::byte> blob);
    /// True where there is a row.
    Result<bool> step();
    Status reset();

    // Values of the current row; Malformed where the type or the range is another.
    Result<std::int64_t> whole(int column, std::int64_t low, std::int64_t high) const;
    Result<double> number(int column) const; ///< NULL: NaN
    Result<std::string> text(int column, std::size_t most) const;
    Result<std::span<const std::byte>> blob(int column) const; ///< valid until the next step

private:
    friend class Database;
    Statement(sqlite3* db, sqlite3_stmt* statement, std::string file) : m_db(db), m_statement(statement), m_file(std::move(file)) {}
    tl::unexpected<Error> bad(int column, const char* wanted) const;
    sqlite3* m_db;
    sqlite3_stmt* m_statement;
    std::string m_file;
};

/// A SQLite database that may come from a stranger: no extensions, no triggers or views run, limits on sizes.
class Database {
public:
    static Result<Database> openToRead(const std::filesystem::path& path, const Context& context);
    static Result<Database> create(const std::filesystem::path& path);
    Database(Database&& other) noexcept;
    Database& operator=(Database&&) = delete;
    ~Database();
    Status execute(const std::string& sql);
    Result<Statement> prepare(std::string_view sql);
    Status close();

private:
    Database(sqlite3* db, std::string file) : m_db(db), m_file(std::move(file)) {}
    sqlite3* m_db;
    std::string m_file;
    std::shared_ptr<Context> m_context;
};

} // namespace qs::session
