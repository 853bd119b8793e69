// Builds one instruction set's table out of the kernels written on its Vec. Included once by each level_*.cc.

#define BASIN_STRING(name) #name
#define BASIN_NAME(name) BASIN_STRING(name)
#define BASIN_JOIN(name, suffix) name##suffix
#define BASIN_FUNCTION(name) BASIN_JOIN(name, Kernels)

namespace basin {
namespace BASIN_LEVEL {
namespace {
#include "math.h"

#include "gemm.h"

#include "gradient.h"

#include "elementwise.h"

#include "random_words.h"
}  // namespace
}  // namespace BASIN_LEVEL

const KernelTable& BASIN_FUNCTION(BASIN_LEVEL)() {
  namespace level = BASIN_LEVEL;
  static const KernelTable table = {BASIN_NAME(BASIN_LEVEL),
                                    level::gemm,
                                    level::weightGradient,
                                    level::sumRows,
                                    level::transpose,
                                    level::activate,
                                    level::activateBackward,
                                    level::softmax,
                                    level::softmaxBackward,
                                    level::squaredError,
                                    level::crossEntropy,
                                    level::sumSquares,
                                    level::randomWords,
                                    level::sgd,
                                    level::rmsprop,
                                    level::adam};
  return table;
}

}  // namespace basin
