// Threads that wait spin for a while before they sleep: the next part of a step is microseconds away, waking up costs tens of them.
#include "team.h"

#if defined(BASIN_X86)
#include <immintrin.h>
#endif

namespace basin {
namespace {

/// About 50 microseconds.
constexpr int spins = 2000;

inline void relax() {
#if defined(BASIN_X86)
  _mm_pause();
#elif defined(__aarch64__) && defined(__GNUC__)
  asm volatile("yield");
#endif
}

}  // namespace

Team::Team(int threads) : size_(threads) {
  threads_.reserve(static_cast<size_t>(threads) - 1);
  try {
    for (int thread = 1; thread < threads; ++thread) threads_.emplace_back([this, thread] { loop(thread); });
  } catch (...) {
    // The threads that did start wait for a round that never comes.
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ending_ = true;
      round_.fetch_add(1);
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    throw;
  }
}

Team::~Team() {
  if (size_ == 1) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
    round_.fetch_add(1);
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Team::start(Function function, const void* context) {
  function_ = function;
  context_ = context;
  // Either a thread sees the new round before it sleeps, or its sleep is seen here: both are sequentially consistent.
  round_.fetch_add(1);
  if (sleeping_.load() == 0) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  wake_.notify_all();
}

void Team::loop(int thread) {
  uint32_t seen = 0;
  for (;;) {
    for (int i = 0; i < spins && round_.load(std::memory_order_acquire) == seen; ++i) relax();
    if (round_.load() == seen) {
      std::unique_lock<std::mutex> lock(mutex_);
      sleeping_.fetch_add(1);
      wake_.wait(lock, [&] { return round_.load() != seen; });
      sleeping_.fetch_sub(1);
    }
    ++seen;
    if (ending_) return;
    function_(context_, thread);
    barrier();
  }
}

void Team::wait() {
  const uint32_t before = passed_.load();
  if (arrived_.fetch_add(1) + 1 == size_) {
    arrived_.store(0);
    passed_.store(before + 1);
    return;
  }
  // Others may have lost their core to another program: give them this one after a while.
  for (int i = 0; passed_.load(std::memory_order_acquire) == before; ++i) {
    if (i < spins) relax();
    else std::this_thread::yield();
  }
}

}  // namespace basin
