// Runs the cases and prints what failed; the last line is 'N passed, N failed'.
#include "check.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>

namespace basin {
namespace check {
namespace {

Case* first = nullptr;
Case** last = &first;
int failures = 0;

/// A loop that fails a thousand times is told about by its first failures.
constexpr int shownFailures = 10;

bool is_wanted(const Case& one, int count, char** words) {
  for (int i = 0; i < count; ++i) {
    if (std::strstr(one.name, words[i]) != nullptr || std::strstr(one.place.file, words[i]) != nullptr) return true;
  }
  return count == 0;
}

/// Whether it passed.
bool run(const Case& one) {
  failures = 0;
  const auto start = std::chrono::steady_clock::now();
  try {
    one.run();
  } catch (const std::exception& error) {
    fail(one.place, std::string("threw: ") + error.what());
  } catch (...) {
    fail(one.place, "threw something that is no exception");
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (failures > shownFailures) std::printf("  and %d more\n", failures - shownFailures);
  std::printf("%s %s (%.2f s)\n", failures == 0 ? "ok    " : "FAILED", one.name, seconds.count());
  std::fflush(stdout);
  return failures == 0;
}

}  // namespace

// Cases register before main, in the order of each file.
Case::Case(Place at, const char* title, void (*function)()) : place(at), name(title), run(function) {
  *last = this;
  last = &next;
}

void fail(Place place, const std::string& what) {
  if (++failures <= shownFailures) std::printf("  %s:%d: %s\n", place.file, place.line, what.c_str());
}

void expect(bool holds, Place place, const char* condition) {
  if (!holds) fail(place, condition);
}

void expect_near(double actual, double expected, double tolerance, Place place, const char* text) {
  // Equal infinities differ by NaN.
  if (actual == expected || std::fabs(actual - expected) <= tolerance) return;
  char values[160];
  std::snprintf(values, sizeof values, " is %.17g, not %.17g within %.3g", actual, expected, tolerance);
  fail(place, text + std::string(values));
}

void expect_error(const Error& error, ErrorCode code, const std::string& words, Place place, const char* text) {
  if (error.code != code) fail(place, text + std::string(" threw another kind of error: ") + error.what());
  if (std::string(error.what()).find(words) != std::string::npos) return;
  fail(place, text + std::string(" threw '") + error.what() + "', which lacks '" + words + "'");
}

}  // namespace check
}  // namespace basin

int main(int count, char** arguments) {
  using namespace basin::check;
  int passed = 0, failed = 0;
  for (const Case* one = first; one != nullptr; one = one->next) {
    if (is_wanted(*one, count - 1, arguments + 1)) ++(run(*one) ? passed : failed);
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed > 0 || passed == 0 ? 1 : 0;
}
