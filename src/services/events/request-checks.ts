import type { ValidationOptions } from "../../core/validation-options.ts";

/** How EventBridge prints what it refuses, as AWS has been seen to. */
export const requestChecks: ValidationOptions = {
  namesStructures: true,
  shapes: {
    ApiDestinationHttpMethod: { enum: ["HEAD", "POST", "PATCH", "DELETE", "PUT", "GET", "OPTIONS"] },
    PutEventsRequestEntry: {
      printed: [
        "Time",
        "Source",
        "Resources",
        "DetailType",
        "Detail",
        "EventBusName",
        "TraceHeader",
        "KmsKeyIdentifier",
        "InternalMetadata",
      ],
    },
  },
};
