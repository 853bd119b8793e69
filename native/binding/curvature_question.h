// What all methods of Curvature have in common: the function, the point and the matrix.
#pragma once

#include "../src/curvature/objective.h"
#include "compute_task.h"

namespace basin {

/// Made on the JavaScript thread, asked on another.
struct Question {
  ObjectiveOptions objective;
  std::vector<double> theta;
  Operator op = Operator::Hessian;
};
using SharedQuestion = std::shared_ptr<Question>;

/// CurvatureQuestion of a session as it is now. Throws Error BadArgument or BadData.
SharedQuestion parse_question(Session& session, Napi::Value value);

/// A computation that starts with an objective.
using Computation = std::function<void(Objective&, const double* theta, Operator, const GoOn&)>;
std::shared_ptr<Task> asked(Napi::Env env, SharedQuestion question, Computation compute, ComputeTask::Result result);

}  // namespace basin
