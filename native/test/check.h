// The frame of the native tests: cases by name, checks that go on after a failure, and nothing else.
//
//   CASE("a sum of nothing is zero") {
//     CHECK(sum({}) == 0);
//     CHECK_NEAR(sum({0.1, 0.2}), 0.3, 1e-15);
//     CHECK_ERROR(sum_of(nullptr), ErrorCode::BadArgument, "values");
//   }
//
// check.cc has main: without arguments it runs all cases, otherwise those whose file or name contains one of the arguments.
#pragma once

#include <string>

#include "../src/error.h"

namespace basin {
namespace check {

struct Place {
  const char* file;
  int line;
};

struct Case {
  Case(Place at, const char* title, void (*function)());
  Place place;
  const char* name;
  void (*run)();
  Case* next = nullptr;
};

/// Notes a failure of the running case.
void fail(Place place, const std::string& what);
void expect(bool holds, Place place, const char* condition);
/// |actual - expected| <= tolerance; never for a NaN.
void expect_near(double actual, double expected, double tolerance, Place place, const char* text);
/// `code` was thrown with a message that contains `words`.
void expect_error(const Error& error, ErrorCode code, const std::string& words, Place place, const char* text);

}  // namespace check
}  // namespace basin

#define CHECK_PLACE (::basin::check::Place{__FILE__, __LINE__})
#define CHECK_JOIN2(a, b) a##b
#define CHECK_JOIN(a, b) CHECK_JOIN2(a, b)

#define CASE(name)                                                                                          \
  static void CHECK_JOIN(case_, __LINE__)();                                                                \
  static ::basin::check::Case CHECK_JOIN(entry_, __LINE__)(CHECK_PLACE, name, CHECK_JOIN(case_, __LINE__)); \
  static void CHECK_JOIN(case_, __LINE__)()

#define CHECK(condition) ::basin::check::expect(static_cast<bool>(condition), CHECK_PLACE, #condition)

#define CHECK_NEAR(actual, expected, tolerance) \
  ::basin::check::expect_near(actual, expected, tolerance, CHECK_PLACE, #actual)

#define CHECK_ERROR(expression, code, words)                                            \
  do {                                                                                  \
    try {                                                                               \
      (void)(expression);                                                               \
      ::basin::check::fail(CHECK_PLACE, #expression " threw nothing");                  \
    } catch (const ::basin::Error& caught) {                                            \
      ::basin::check::expect_error(caught, code, words, CHECK_PLACE, #expression);      \
    }                                                                                   \
  } while (false)
