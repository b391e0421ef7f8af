import { useKeyOf } from "../../aws/encryption.ts";
import type { ServiceHost } from "../../core/service.ts";
import { refusalOfKms } from "./errors.ts";
import { functionArn } from "./function-name.ts";
import type { Found } from "./lookup.ts";
import type { VersionRecord } from "./records.ts";

/**
 * The variables of a function's environment lie under the key that its configuration names, which Lambda has to open to run it.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
 * @throws AwsError `KMSDisabledException` and its like
 */
export async function openEnvironment(
  found: Found,
  { configuration }: VersionRecord,
  event: { readonly callId: string },
  host: ServiceHost,
): Promise<void> {
  const { KMSKeyArn: key } = configuration;
  if (key === undefined) return;
  const { account, region, store, name } = found;
  const arn = functionArn(found, name);
  const context = { "aws:lambda:FunctionArn": arn };
  await useKeyOf(
    { refusal: refusalOfKms },
    "opens",
    { arn, key, context, account, region },
    store,
    (service, operation, input, options) =>
      host.call(service, operation, input, { ...options, parentId: event.callId }),
  );
}
