import { AwsError } from "../core/aws-error.ts";

/** Why KMS does not let a key be used, as the services that wanted to use it tell the cases apart. */
export type KmsReason =
  | "accessDenied"
  | "disabled"
  | "invalidKeyUsage"
  | "invalidState"
  | "notFound"
  | "throttled"
  | "internal";

const REASONS: readonly (readonly [RegExp, KmsReason])[] = [
  [/^(?:AccessDenied|NotAuthorized|OptInRequired)/, "accessDenied"],
  [/^Disabled/, "disabled"],
  [/^(?:InvalidKeyUsage|IncorrectKey)/, "invalidKeyUsage"],
  [/^(?:KMSInvalidState|InvalidCiphertext)/, "invalidState"],
  [/^NotFound|^InvalidArn/, "notFound"],
  [/Throttl|LimitExceeded|RequestLimit/, "throttled"],
];

export function reasonOfKms({ code, status }: AwsError): KmsReason {
  const found = REASONS.find(([pattern]) => pattern.test(code))?.[1];
  return found ?? (status >= 500 || code === "ConnectionDropped" ? "internal" : "invalidState");
}

/** KMS's words as AWS's services pass them on: with what their own SDK says of the answer. */
export const wordsOfKms = ({ message, status, code, requestId }: AwsError): string =>
  `${message} (Service: AWSKMS; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId ?? null}; Proxy: null)`;

/**
 * A service's errors for what KMS refuses, from its codes for each reason; KMS's words are passed on.
 * @param codes `internal` with the status 500, all others with 400, unless the model says otherwise
 */
export function kmsRefusals(codes: Readonly<Record<KmsReason, string>>): KmsRefusal {
  return (error) => {
    const reason = reasonOfKms(error);
    return new AwsError(codes[reason], wordsOfKms(error), {
      status: reason === "internal" ? 500 : 400,
    });
  };
}

/** What a service answers when KMS has refused. */
export type KmsRefusal = (error: AwsError, asked: { readonly resource: string }) => AwsError;
