// Reports on their way out of a loop of steps, and what may hold or end that loop: time decides here, and about nothing else.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>

#include "progress.h"
#include "trainer.h"

namespace basin {

class Reporter {
 public:
  /// `publish` is called on the loop's thread, about every `everyMs`.
  Reporter(TrainControl& control, double everyMs, const std::function<void(ProgressReport&)>& publish)
      : control_(control),
        publish_(publish),
        // A day at most: the clock's arithmetic must not overflow.
        interval_(std::chrono::duration_cast<Clock::duration>(
            std::chrono::duration<double, std::milli>(std::min(everyMs, 86400e3)))),
        nextReport_(Clock::now() + interval_) {}

  /// What is to be told next.
  ProgressReport& report() { return report_; }

  /// Reports when it is time, waits while paused, and says whether to go on.
  bool goOn() {
    if (control_.stopped()) return false;
    if (control_.paused()) {
      publish();
      control_.waitWhilePaused();
      return !control_.stopped();
    }
    if (++sinceClock_ < clockStride_) return true;
    sinceClock_ = 0;
    const auto now = Clock::now();
    // Looking at the clock costs as much as a percent of a small step: look about every 50 microseconds.
    const auto since = now - lastClock_;
    if (since < std::chrono::microseconds(25) && clockStride_ < 64) clockStride_ *= 2;
    if (since > std::chrono::microseconds(100) && clockStride_ > 1) clockStride_ /= 2;
    lastClock_ = now;
    if (now >= nextReport_) publish();
    return true;
  }

  void publish() {
    nextReport_ = Clock::now() + interval_;
    if (!report_.empty()) publish_(report_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  TrainControl& control_;
  const std::function<void(ProgressReport&)>& publish_;
  const Clock::duration interval_;
  ProgressReport report_;
  Clock::time_point nextReport_;
  Clock::time_point lastClock_ = Clock::now();
  uint32_t clockStride_ = 1;
  uint32_t sinceClock_ = 0;
};

}  // namespace basin
