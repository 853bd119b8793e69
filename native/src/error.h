// The one exception type that the core throws on purpose; the binding turns it into a JavaScript error with the same code.
#pragma once

#include <stdexcept>
#include <string>

namespace basin {

enum class ErrorCode { BadModel, BadData, OutOfMemory, BadArgument, Canceled };

class Error : public std::runtime_error {
 public:
  Error(ErrorCode error_code, const std::string& message) : std::runtime_error(message), code(error_code) {}
  const ErrorCode code;
};

}  // namespace basin
