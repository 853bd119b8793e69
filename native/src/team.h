// A few threads that share each step of one training: they run the same function on their own slices and meet at barriers.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace basin {

/// Things from, ..., to - 1 of a row of them.
struct Share {
  size_t from, to;
};

/// A thread's part of 0, ..., size - 1.
inline Share even_share(size_t size, int thread, int threads) {
  const size_t count = static_cast<size_t>(threads), t = static_cast<size_t>(thread);
  return {size * t / count, size * (t + 1) / count};
}

class Team {
 public:
  /// With `threads` 1 nothing is started and nothing ever waits.
  explicit Team(int threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const { return size_; }

  /// work(thread) on all threads, the caller being thread 0; returns when all have. `work` must not throw.
  template <typename Work>
  void run(const Work& work) {
    if (size_ == 1) return work(0);
    start([](const void* context, int thread) { (*static_cast<const Work*>(context))(thread); }, &work);
    work(0);
    barrier();
  }

  /// Returns when all threads of a running `run` have called it.
  void barrier() {
    if (size_ > 1) wait();
  }

 private:
  using Function = void (*)(const void* context, int thread);
  void start(Function function, const void* context);
  void wait();
  void loop(int thread);

  const int size_;
  std::vector<std::thread> threads_;
  /// Counts the runs; the threads wait for it to change.
  std::atomic<uint32_t> round_{0};
  std::atomic<int> sleeping_{0};
  std::atomic<int> arrived_{0};
  std::atomic<uint32_t> passed_{0};
  Function function_ = nullptr;
  const void* context_ = nullptr;
  bool ending_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
};

}  // namespace basin
