// How long computations are ended from outside.
#pragma once

#include <functional>

#include "error.h"

namespace basin {

/// Asked while a computation is under way, from one thread; false when it should end.
using GoOn = std::function<bool()>;

/// Throws Error Canceled: what asked has been told not to go on.
[[noreturn]] inline void cancel() { throw Error(ErrorCode::Canceled, "the computation was stopped"); }

/// Throws Error Canceled when `goOn` declines.
inline void require_go_on(const GoOn& goOn) {
  if (!goOn()) cancel();
}

}  // namespace basin
