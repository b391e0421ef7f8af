import type { ValidationOptions } from "../../core/validation-options.ts";

/** Lists of values in the order in which messages have them, as recorded; models have the same values in another. */
export const requestChecks: ValidationOptions = {
  shapes: {
    EndpointType: { enum: ["PRIVATE", "EDGE", "REGIONAL"] },
    IpAddressType: { enum: ["ipv4", "dualstack"] },
    Op: { enum: ["add", "remove", "move", "test", "replace", "copy"] },
    GatewayResponseType: {
      enum: [
        "REQUEST_TOO_LARGE",
        "RESOURCE_NOT_FOUND",
        "AUTHORIZER_CONFIGURATION_ERROR",
        "MISSING_AUTHENTICATION_TOKEN",
        "BAD_REQUEST_BODY",
        "INVALID_SIGNATURE",
        "INVALID_API_KEY",
        "BAD_REQUEST_PARAMETERS",
        "AUTHORIZER_FAILURE",
        "UNAUTHORIZED",
        "INTEGRATION_TIMEOUT",
        "ACCESS_DENIED",
        "DEFAULT_4XX",
        "DEFAULT_5XX",
        "WAF_FILTERED",
        "QUOTA_EXCEEDED",
        "THROTTLED",
        "API_CONFIGURATION_ERROR",
        "UNSUPPORTED_MEDIA_TYPE",
        "INTEGRATION_FAILURE",
        "EXPIRED_TOKEN",
      ],
    },
  },
};
