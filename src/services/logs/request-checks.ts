/** Where Logs checks requests otherwise than its model says, as LocalStack's recordings of February 2026 show. */
import { AwsError } from "../../core/aws-error.ts";
import type { ValidationOptions } from "../../core/validation-options.ts";
import { invalidParameter } from "./errors.ts";

const LONGEST_NAME = 512;
const OUTPUT_FORMATS = ["w3c", "raw", "json", "plain", "parquet"];

export const requestChecks: ValidationOptions = {
  namesStructures: true,
  shapes: {
    MetricTransformation: {
      printed: ["metricName", "metricNamespace", "metricValue", "defaultValue", "unit", "dimensions"],
    },
  },
  before(operation, input) {
    const { logGroupName, outputFormat } = input;
    if (operation === "DeleteMetricFilter" && String(logGroupName).length > LONGEST_NAME)
      return invalidParameter(
        `Invalid LogGroup or LogStream, both must have length less than or equal to ${LONGEST_NAME}.`,
      );
    // Deliveries are newer, and call the same error by another name.
    if (operation === "PutDeliveryDestination" && typeof outputFormat === "string")
      return OUTPUT_FORMATS.includes(outputFormat) ? undefined : wrongFormat(outputFormat);
    return undefined;
  },
};

const wrongFormat = (format: string) =>
  new AwsError(
    "ValidationException",
    `1 validation error detected: Value '${format}' at 'outputFormat' failed to satisfy constraint: Member must satisfy enum value set: [${OUTPUT_FORMATS.join(", ")}]`,
    { status: 400 },
  );
