import { injectApiError } from "../api-error.ts";

export default injectApiError(
  "unavailable",
  "aws:fis:inject-api-unavailable-error",
  "Cause an AWS service to return unavailable error responses for specific callers and operations.",
);
