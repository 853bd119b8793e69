// Full matrices of an objective against its products with vectors.
#include "../src/curvature/objective.h"

#include "check.h"
#include "objective_cases.h"

using namespace basin;
using namespace basin::cases;

namespace {

/// Columns by products with unit vectors.
std::vector<double> by_columns(Question& question, Operator op) {
  const size_t size = question.parameters();
  std::vector<double> matrix, unit(size);
  for (size_t i = 0; i < size; ++i) {
    unit[i] = 1;
    const std::vector<double> column = product(question, op, unit);
    matrix.insert(matrix.end(), column.begin(), column.end());
    unit[i] = 0;
  }
  return matrix;
}

std::vector<double> matrix(Question& question, Operator op) {
  const size_t size = question.parameters();
  std::vector<double> out(size * size, std::nan(""));
  question.objective.matrix(op, question.theta.data(), out.data(), go_on);
  return out;
}

bool is_symmetric(const std::vector<double>& matrix, size_t size) {
  for (size_t r = 0; r < size; ++r) {
    for (size_t c = 0; c < r; ++c) {
      if (matrix[r * size + c] != matrix[c * size + r]) return false;
    }
  }
  return true;
}

void check_matrices(const ModelSpec& spec, size_t size) {
  for (const Operator op : {Operator::Hessian, Operator::GaussNewton}) {
    Question one(spec, size, 1, 0.1), many(spec, size, 3, 0.1);
    const std::vector<double> found = matrix(one, op);
    CHECK(is_symmetric(found, one.parameters()));
    CHECK_NEAR(distance(found, by_columns(one, op)), 0, 1e-13);
    CHECK(matrix(many, op) == found);
  }
}

}  // namespace

CASE("full matrices are their products with unit vectors, symmetric, whatever the threads") {
  for (const Activation activation : activations) {
    for (const Loss loss : {Loss::MeanSquaredError, Loss::SoftmaxCrossEntropy}) {
      check_matrices(model({3, 1, 1}, {dense(6, activation), dense(5, activation), dense(3)}, loss), 37);
      check_matrices(model({2, 1, 1}, {dense(4, Activation::Tanh), dense(3, activation)}, loss), 20);
    }
  }
  check_matrices(model({1, 1, 1}, {dense(1)}), 1);
  check_matrices(model({1, 1, 1}, {dense(1, Activation::Sin), dense(17, Activation::Gelu), dense(1, Activation::Tanh)}), 600);
  check_matrices(model({33, 1, 1}, {dropout(0.5), dense(9, Activation::Sigmoid), plain(LayerType::Flatten), dense(4)}), 50);
  check_matrices(model({3, 1, 1}, {dense(5, Activation::Sin), plain(LayerType::BatchNorm, Activation::Tanh), dense(3)}), 40);
  check_matrices(model({3, 1, 1}, {dense(4, Activation::Tanh), residual({dense(4, Activation::Sin)}), dense(2)}), 40);
  check_matrices(model({2, 4, 4},
                       {windowed(LayerType::Conv2d, 2, {3, 3}, {1, 1}, {1, 1}, Activation::Tanh),
                        windowed(LayerType::MaxPool, 0, {2, 2}, {2, 2}, {0, 0}), plain(LayerType::Flatten), dense(3)},
                       Loss::SoftmaxCrossEntropy),
                 40);
}

CASE("a matrix that does not fit is refused with its size, and one that does can be stopped") {
  Question large(model({1000, 1, 1}, {dense(2000, Activation::Tanh), dense(10)}), 16);
  double nothing = 0;
  for (const Operator op : {Operator::Hessian, Operator::GaussNewton}) {
    CHECK_ERROR(large.objective.matrix(op, large.theta.data(), &nothing, go_on), ErrorCode::OutOfMemory, "GB");
  }
  for (const int threads : {1, 3}) {
    for (const bool chain : {true, false}) {
      std::vector<LayerSpec> layers = {dense(30, Activation::Tanh), dense(20, Activation::Tanh)};
      if (!chain) layers.push_back(plain(LayerType::BatchNorm));
      Question question(model({10, 1, 1}, layers), 100, threads);
      std::vector<double> out(question.parameters() * question.parameters());
      for (const Operator op : {Operator::Hessian, Operator::GaussNewton}) {
        int asked = 0;
        // With several threads the others may do all.
        const GoOn goOn = [&] { return ++asked < (threads == 1 ? 3 : 1); };
        CHECK_ERROR(question.objective.matrix(op, question.theta.data(), out.data(), goOn), ErrorCode::Canceled, "stopped");
      }
    }
  }
}
