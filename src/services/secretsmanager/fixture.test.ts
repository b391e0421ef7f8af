import type { CallService } from "../../core/service.ts";

/** Calls of Secrets Manager in an account of a test's own, with outputs as they come. */
// biome-ignore lint/suspicious/noExplicitAny: tests read outputs of every operation
export type Secrets = (operation: string, input?: object, region?: string) => Promise<any>;

export const secretsOf =
  (call: CallService, account: string): Secrets =>
  (operation, input = {}, region = "us-east-1") =>
    call("secretsmanager", operation, input, { account, region, as: `arn:aws:iam::${account}:root` });
