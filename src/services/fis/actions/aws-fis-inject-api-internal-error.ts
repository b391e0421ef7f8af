import { injectApiError } from "../api-error.ts";

export default injectApiError(
  "internal",
  "aws:fis:inject-api-internal-error",
  "Cause an AWS service to return internal error responses for specific callers and operations.",
);
