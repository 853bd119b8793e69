#include "gauss_newton.h"

#include <algorithm>
#include <atomic>

#include "../round_up.h"

namespace basin {
namespace {

/// The Jacobians of so many samples in one output are multiplied together.
constexpr int chunkSamples = 128;
/// Rows of the matrix that are one product: their part of the Jacobians stays in the second cache.
constexpr int blockRows = 7 * columnMultiple;

class GaussNewton {
 public:
  GaussNewton(Objective& objective, double* out) : objective_(objective), network_(objective.network()), out_(out) {
    const size_t size = objective.parameterCount();
    row_ = whole_vectors(size);
    const double numbers = static_cast<double>(size) * static_cast<double>(size) + 3.0 * static_cast<double>(row_) * chunkSamples;
    require_memory(numbers * sizeof(double), "a full matrix with the Jacobians of its samples");
    jacobian_ = Aligned<double>(size * chunkSamples);
    weighted_ = Aligned<double>(size * chunkSamples);
    weightedRows_ = Aligned<double>(row_ * chunkSamples);
    const size_t outputs = static_cast<size_t>(network_.outputSize()) * chunkSamples;
    unit_ = Aligned<double>(outputs);
  }

  /// Adds the chunk's samples.
  void add(Pass<double> pass, bool accumulate, const GoOn& goOn) {
    Sequence<double>& layers = network_.sequence();
    const double each = objective_.scale();
    const double* output = layers.forward(pass, network_.input());
    for (int o = 0; o < network_.outputSize(); ++o) {
      setUnit(pass, o);
      copyUnit(pass);
      pass.sampleRows = jacobian_.data();
      layers.backward(pass, network_.input(), false);
      // Row o of the loss' second derivative times the Jacobian: what goes back is the tangent of dL/doutput along output o.
      network_.lossTangent(pass, output, unit_.data(), each, layers.deltas());
      pass.sampleRows = weighted_.data();
      layers.backward(pass, network_.input(), false);
      turnWeighted(pass);
      pass.barrier();
      multiply(pass, accumulate || o > 0, goOn);
      // The answer of thread 0 is the same for all behind the barrier, and so is what is overwritten next.
      pass.barrier();
      if (stopped_) return;
    }
  }

  bool stopped() const { return stopped_; }

 private:
  /// Rows of `to` [O, stride] become 0, row o 1 where there are samples.
  void setUnit(const Pass<double>& pass, int o) {
    for (int row = 0; row < network_.outputSize(); ++row) {
      double* to = unit_.data() + static_cast<ptrdiff_t>(row) * pass.stride;
      for (int c = pass.from; c < pass.from + pass.columns; ++c) to[c] = row == o && c < pass.samples ? 1 : 0;
    }
  }

  void copyUnit(const Pass<double>& pass) {
    for (int row = 0; row < network_.outputSize(); ++row) {
      const ptrdiff_t at = static_cast<ptrdiff_t>(row) * pass.stride + pass.from;
      std::copy_n(unit_.data() + at, pass.columns, network_.sequence().deltas() + at);
    }
  }

  void turnWeighted(const Pass<double>& pass) {
    network_.kernels().transpose(weighted_.data() + pass.from, pass.stride, static_cast<int>(objective_.parameterCount()), pass.columns,
                                 weightedRows_.data() + static_cast<size_t>(pass.from) * row_, static_cast<ptrdiff_t>(row_));
  }

  /// This thread's blocks of rows, from the diagonal on.
  void multiply(const Pass<double>& pass, bool accumulate, const GoOn& goOn) {
    const int size = static_cast<int>(objective_.parameterCount());
    for (int row = pass.thread * blockRows; row < size; row += pass.team->size() * blockRows) {
      if (pass.thread == 0 && !goOn()) stopped_ = true;
      if (stopped_) return;
      Gemm<double> product{};
      product.rows = std::min(blockRows, size - row);
      product.columns = size - row;
      product.depth = pass.stride;
      product.a = jacobian_.data() + static_cast<ptrdiff_t>(row) * pass.stride;
      product.aRow = pass.stride;
      product.aStep = 1;
      product.b = weightedRows_.data() + row;
      product.bStep = static_cast<ptrdiff_t>(row_);
      product.c = out_ + static_cast<ptrdiff_t>(row) * size + row;
      product.cRow = size;
      product.accumulate = accumulate;
      network_.kernels().gemm(product);
    }
  }

  Objective& objective_;
  Network<double>& network_;
  double* out_;
  size_t row_;
  /// For one output: its derivatives [P, B], the same times the loss' second derivative, and those samples first [B, row_].
  Aligned<double> jacobian_, weighted_, weightedRows_;
  /// A unit tangent of the outputs, [O, B].
  Aligned<double> unit_;
  std::atomic<bool> stopped_{false};
};

}  // namespace

void gauss_newton(Objective& objective, const double* theta, double* out, const GoOn& goOn) {
  GaussNewton sum(objective, out);
  // One output at a time: three ways each.
  objective.eachChunk(5, chunkSamples, goOn, [&](size_t done, int) {
    objective.onChunk(theta, goOn, [&](Pass<double>& pass) {
      // Asked for each output instead.
      pass.interrupt = nullptr;
      sum.add(pass, done > 0, goOn);
    });
    if (sum.stopped()) cancel();
  });
}

}  // namespace basin
