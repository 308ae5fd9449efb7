// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands/render/start_window.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace qs::cli {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> findWindow()
{
    std::error_code ec;
    std::vector<fs::path> places;
    const fs::path self = fs::read_symlink("/proc/self/exe", ec);
    if (!ec) {
        places.push_back(self.parent_path() / "quantoscope");
        places.push_back(self.parent_path().parent_path() / "gui" / "quantoscope");
    }
    if (const char* path = std::getenv("PATH")) {
        const std::string all = path;
        for (std::size_t at = 0; at <= all.size();) {
            const std::size_t end = std::min(all.find(':', at), all.size());
            if (end > at) places.emplace_back(fs::path(all.substr(at, end - at)) / "quantoscope");
            at = end + 1;
        }
    }
    for (const auto& p : places)
        if (fs::is_regular_file(p, ec) && ::access(p.c_str(), X_OK) == 0) return p;
    return std::nullopt;
}

} // namespace

Status startWindow(const std::vector<std::string>& arguments, const std::stop_token& stop)
{
    const auto program = findWindow();
    if (!program)
        return fail(Error(ErrorCode::Lacking, "PNG and PDF are drawn by the window's program, which is not installed")
                        .wanted("quantoscope beside quantoscope-cli or in PATH")
                        .fix("install it, or write .svg or .csv"));
    std::vector<std::string> texts = {program->string(), "--render"};
    texts.insert(texts.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& t : texts) argv.push_back(t.data());
    argv.push_back(nullptr);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none; // this process blocks the signals that its watcher waits for
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t child = 0;
    const int code = posix_spawn(&child, program->c_str(), nullptr, &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    if (code != 0) return fail(Error(ErrorCode::Io, "the window's program can't be started").inFile(program->string()));
    for (bool told = false;;) {
        int status = 0;
        const pid_t done = ::waitpid(child, &status, WNOHANG);
        if (done == child) {
            if (stop.stop_requested()) return cancelled();
            if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
            return fail(Error(ErrorCode::Io, "the window's program could not draw the plot")
                            .inFile(program->string())
                            .got(WIFEXITED(status) ? "exit code " + std::to_string(WEXITSTATUS(status)) : "a signal ended it"));
        }
        if (done < 0) return fail(ErrorCode::Io, "the window's program was lost");
        if (stop.stop_requested() && !told) {
            ::kill(child, SIGTERM);
            told = true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

} // namespace qs::cli
