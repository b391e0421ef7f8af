import { injectApiError } from "../api-error.ts";

export default injectApiError(
  "throttle",
  "aws:fis:inject-api-throttle-error",
  "Cause an AWS service to return throttled responses for specific callers and operations.",
);
