#include "input_gradients.h"

#include <algorithm>
#include <cmath>

namespace basin {
namespace {

/// Adds the squares of each of the thread's columns of `rows` [count, stride] to `sums` [stride].
void add_squares(const Pass<double>& pass, const double* rows, int count, double* sums) {
  for (int row = 0; row < count; ++row, rows += pass.stride) {
    for (int c = pass.from; c < pass.from + pass.columns; ++c) sums[c] += rows[c] * rows[c];
  }
}

/// deltas [O, stride]: output o alone.
void choose_output(const Pass<double>& pass, int outputs, int o, double* deltas) {
  for (int row = 0; row < outputs; ++row, deltas += pass.stride) {
    std::fill_n(deltas + pass.from, pass.columns, row == o ? 1.0 : 0.0);
  }
}

}  // namespace

InputGradientNorms input_gradient_norms(Objective& objective, const double* theta, InputGradientOf of, const GoOn& goOn) {
  Network<double>& network = objective.network();
  Sequence<double>& layers = network.sequence();
  const int outputs = network.outputSize();
  const bool ofLoss = of == InputGradientOf::Loss;
  const double own = objective.scale() * static_cast<double>(objective.sampleCount());
  std::vector<double> squares(static_cast<size_t>(network.capacity()));
  InputGradientNorms result{0, {}};
  objective.eachChunk(1 + 2.0 * (ofLoss ? 1 : outputs), network.capacity(), goOn, [&](size_t, int count) {
    std::fill(squares.begin(), squares.end(), 0.0);
    objective.onChunk(theta, goOn, [&](Pass<double>& pass) {
      const double* output = layers.forward(pass, network.input());
      if (output == nullptr) return;
      if (ofLoss) network.lossOf(pass, output, &own);
      for (int o = 0; o < (ofLoss ? 1 : outputs); ++o) {
        if (!ofLoss) choose_output(pass, outputs, o, layers.deltas());
        const double* gradient = layers.backward(pass, network.input(), true);
        if (gradient == nullptr) return;
        add_squares(pass, gradient, network.inputSize(), squares.data());
      }
    });
    for (int c = 0; c < count; ++c) result.norms.push_back(std::sqrt(squares[static_cast<size_t>(c)]));
  });
  for (const double norm : result.norms) result.mean += norm;
  result.mean /= static_cast<double>(result.norms.size());
  return result;
}

}  // namespace basin
