#include "dense_hessian.h"

#include <algorithm>
#include <atomic>

#include "../round_up.h"
#include "dense_chain.h"

namespace basin {
namespace {

/// Samples whose rows of outer products are made at a time: small enough to stay in the second cache until they are multiplied.
constexpr int blockSamples = 32;

/// A unit of the chain: output `output` of layer `layer`.
struct Unit {
  size_t layer;
  int output;
};

/// One thread's memory for the responses to one unit, and for its rows of the matrix.
class UnitRows {
 public:
  UnitRows(Objective& objective, const DenseChain& chain, int chunk) : objective_(objective), chain_(chain), layers_(chain.layers()) {
    const auto capacity = static_cast<size_t>(chunk);
    size_t widest = 0, widestInput = 0;
    for (const ChainLayer& layer : layers_) {
      const size_t size = static_cast<size_t>(layer.outputs) * capacity;
      before_.emplace_back(size);
      output_.emplace_back(size);
      response_.emplace_back(size);
      widest = std::max(widest, size);
      widestInput = std::max(widestInput, static_cast<size_t>(layer.inputs));
    }
    delta_ = Aligned<double>(widest);
    outputRows_ = Aligned<double>(blockSamples * widestInput);
    row_ = whole_vectors(objective.parameterCount());
    outer_ = Aligned<double>(blockSamples * row_);
    product_ = Aligned<double>((widestInput + 1) * row_);
  }

  static double memoryOf(const Plan& plan, int capacity) {
    double features = 0, widest = 0;
    for (const PlannedLayer& layer : plan.layers) {
      features += 4 * static_cast<double>(layer.output.size());
      widest = std::max(widest, static_cast<double>(layer.input.size()));
    }
    const double rows = (widest + 1 + blockSamples) * static_cast<double>(plan.parameters);
    return (features * capacity + rows) * sizeof(double);
  }

  /// The part of the chunk in the rows of all parameters of one unit. `pass` is of all columns.
  void add(const Unit& unit, const Pass<double>& pass, bool accumulate, double* out) {
    const ChainLayer& own = layers_[unit.layer];
    // Columns start at the unit's first weight; what is before them lies below the diagonal.
    first_ = own.weightOffset + static_cast<size_t>(unit.output) * static_cast<size_t>(own.inputs);
    respond(unit, pass);
    for (int from = 0; from < pass.stride; from += blockSamples) {
      const int samples = std::min(blockSamples, pass.stride - from);
      for (size_t m = unit.layer; m < layers_.size(); ++m) makeOuterRows(unit, m, pass, from, samples);
      multiply(own, pass, from, samples);
    }
    for (int j = 0; j < own.inputs; ++j) put(j, first_ + static_cast<size_t>(j), accumulate, out);
    put(own.inputs, own.biasOffset + static_cast<size_t>(unit.output), accumulate, out);
  }

 private:
  double* rowOf(Aligned<double>& block, int feature, const Pass<double>& pass) {
    return block.data() + static_cast<ptrdiff_t>(feature) * pass.stride;
  }

  /// What one more in z of the unit does to all later z, a and dL/dz.
  void respond(const Unit& unit, const Pass<double>& pass) {
    const KernelTable<double>& kernels = objective_.network().kernels();
    const auto columns = static_cast<size_t>(pass.stride);
    const auto sizeOf = [&](const ChainLayer& layer) { return static_cast<size_t>(layer.outputs) * columns; };
    const size_t last = layers_.size() - 1;
    const ChainLayer& own = layers_[unit.layer];
    std::fill_n(before_[unit.layer].data(), sizeOf(own), 0.0);
    std::fill_n(output_[unit.layer].data(), sizeOf(own), 0.0);
    std::fill_n(rowOf(before_[unit.layer], unit.output, pass), columns, 1.0);
    std::copy_n(own.slope.data() + static_cast<size_t>(unit.output) * columns, columns, rowOf(output_[unit.layer], unit.output, pass));
    for (size_t m = unit.layer + 1; m <= last; ++m) {
      const ChainLayer& layer = layers_[m];
      const bool next = m == unit.layer + 1;
      chain_.forward(layer, pass, output_[m - 1].data(), next ? unit.output : 0, next ? 1 : layer.inputs, nullptr, before_[m].data());
      kernels.weightedSum({output_[m].data(), layer.slope.data(), before_[m].data(), nullptr, nullptr, sizeOf(layer)});
    }
    const double each = objective_.scale();
    objective_.network().lossTangent(pass, layers_[last].output.data(), output_[last].data(), each, delta_.data());
    for (size_t m = last;; --m) {
      const ChainLayer& layer = layers_[m];
      kernels.weightedSum(
          {response_[m].data(), layer.slope.data(), delta_.data(), layer.bend.data(), before_[m].data(), sizeOf(layer)});
      if (m == unit.layer) return;
      chain_.backward(layer, pass, response_[m].data(), delta_.data());
    }
  }

  /// For some samples the columns of layer m: S x_q + delta_p T, and S for the biases.
  void makeOuterRows(const Unit& unit, size_t m, const Pass<double>& pass, int from, int samples) {
    const KernelTable<double>& kernels = objective_.network().kernels();
    const ChainLayer& layer = layers_[m];
    const bool own = m == unit.layer;
    const int skipped = own ? unit.output : 0;
    const auto row = static_cast<ptrdiff_t>(row_);
    double* biases = outer_.data() + (layer.biasOffset - first_);
    kernels.transpose(response_[m].data() + from, pass.stride, layer.outputs, samples, biases, row);
    OuterRows<double> rows{};
    rows.samples = samples;
    rows.outputs = layer.outputs - skipped;
    rows.inputs = layer.inputs;
    rows.s = biases + skipped;
    rows.sRow = row;
    rows.x = layer.inputRows.data() + from * layer.inputRow;
    rows.xRow = layer.inputRow;
    rows.to = own ? outer_.data() : outer_.data() + (layer.weightOffset - first_);
    rows.toRow = row;
    if (!own) {
      kernels.transpose(output_[m - 1].data() + from, pass.stride, layer.inputs, samples, outputRows_.data(), layer.inputs);
      rows.t = outputRows_.data();
      rows.tRow = layer.inputs;
      rows.d = layer.deltaRows.data() + static_cast<ptrdiff_t>(from) * layer.outputs;
      rows.dRow = layer.outputs;
    }
    kernels.outerRows(rows);
  }

  /// x_j and 1 times those rows.
  void multiply(const ChainLayer& own, const Pass<double>& pass, int from, int samples) {
    Gemm<double> product{};
    product.rows = own.inputs + 1;
    product.columns = static_cast<int>(objective_.parameterCount() - first_);
    product.depth = samples;
    product.a = own.input.data() + from;
    product.aRow = pass.stride;
    product.aStep = 1;
    product.b = outer_.data();
    product.bStep = static_cast<ptrdiff_t>(row_);
    product.c = product_.data();
    product.cRow = static_cast<ptrdiff_t>(row_);
    product.accumulate = from > 0;
    objective_.network().kernels().gemm(product);
  }

  void put(int row, size_t parameter, bool accumulate, double* out) {
    const size_t size = objective_.parameterCount();
    const double* from = product_.data() + static_cast<size_t>(row) * row_;
    double* to = out + parameter * size + first_;
    for (size_t i = 0; i < size - first_; ++i) to[i] = from[i] + (accumulate ? to[i] : 0.0);
  }

  Objective& objective_;
  const DenseChain& chain_;
  const std::vector<ChainLayer>& layers_;
  /// What the unit does to z, a and dL/dz of each layer, and to dL/da of the one at hand.
  std::vector<Aligned<double>> before_, output_, response_;
  Aligned<double> delta_;
  /// Samples first: of a layer's inputs, and all columns of the matrix from `first_` on.
  Aligned<double> outputRows_, outer_;
  /// [inputs + 1, columns]
  Aligned<double> product_;
  size_t row_, first_ = 0;
};

}  // namespace

void dense_hessian(Objective& objective, const double* theta, double* out, const GoOn& goOn) {
  Network<double>& network = objective.network();
  const int threads = network.team().size();
  const size_t columns = whole_vectors(objective.sampleCount());
  const int capacity = static_cast<int>(std::min(columns, static_cast<size_t>(network.capacity())));
  require_memory(DenseChain::memoryOf(network.plan(), capacity) + threads * UnitRows::memoryOf(network.plan(), capacity),
                 "responses of all units");
  DenseChain chain(objective, capacity);
  std::vector<UnitRows> rows;
  for (int thread = 0; thread < threads; ++thread) rows.emplace_back(objective, chain, capacity);
  std::vector<Unit> units;
  double widest = 0;
  for (size_t layer = 0; layer < chain.layers().size(); ++layer) {
    const ChainLayer& here = chain.layers()[layer];
    for (int output = 0; output < here.outputs; ++output) units.push_back({layer, output});
    widest = std::max<double>(widest, here.inputs);
  }
  // A unit is the least that is done at a time; it takes about so many ways through the network.
  objective.eachChunk(widest + 8, capacity, goOn, [&](size_t done, int) {
    std::atomic<size_t> next{0};
    std::atomic<bool> stopped{false};
    objective.onChunk(theta, goOn, [&](Pass<double>& pass) {
      chain.load(pass);
      pass.barrier();
      pass.from = 0;
      pass.columns = pass.stride;
      // Whoever is free takes the next unit; each has rows of its own, so that nothing depends on who does what.
      for (size_t unit = next++; unit < units.size() && !stopped; unit = next++) {
        if (pass.thread == 0 && !goOn()) stopped = true;
        rows[static_cast<size_t>(pass.thread)].add(units[unit], pass, done > 0, out);
      }
    });
    if (stopped) cancel();
  });
}

}  // namespace basin
