import type { FaultPoint } from "../../core/fault.ts";

export const USE = "kms:use";

/** One key that fails, for its own callers and for every service that uses it. */
export const usePoint: FaultPoint = {
  description:
    "A key is about to be used: encrypt, decrypt, data keys, sign, MACs. `resource` is the key's ARN, whatever it was called by; `operation` KMS's. Services that use the key (SQS, DynamoDB, S3, Lambda …) fail with it.",
  effects: {
    disabled: { description: "As if somebody had disabled the key: DisabledException.", parameters: {} },
    "pending-deletion": {
      description: "As if the key were scheduled for deletion: KMSInvalidStateException.",
      parameters: {},
    },
    unavailable: {
      description: "The key cannot be reached just now: KeyUnavailableException (500).",
      parameters: {},
    },
    throttled: { description: "Too many requests with this key: ThrottlingException.", parameters: {} },
  },
};
