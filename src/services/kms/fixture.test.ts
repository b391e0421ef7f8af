import type { CallService } from "../../core/service.ts";

/** Calls of KMS in an account of a test's own, with outputs as they come. */
// biome-ignore lint/suspicious/noExplicitAny: tests read outputs of every operation
export type Kms = (operation: string, input?: object, region?: string) => Promise<any>;

export const kmsOf =
  (call: CallService, account: string): Kms =>
  (operation, input = {}, region = "us-east-1") =>
    call("kms", operation, input, { account, region, as: `arn:aws:iam::${account}:root` });

export async function newKey(kms: Kms, input: object = {}): Promise<string> {
  return (await kms("CreateKey", input)).KeyMetadata.Arn;
}
