import { type Cloud, type CloudOptions, createCloud } from "./index.ts";

export type { CallRecord, Cloud, CloudOptions, FaultRule, FaultRuleInput } from "./index.ts";

/** A cloud for tests, with what an SDK client needs to reach it. */
export interface TestCloud extends Cloud {
  /**
   * Options for any AWS SDK v3 client: `new DynamoDBClient(cloud.client())`.
   * @param account twelve digits; default 000000000000
   */
  client(account?: string): {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  /** Environment variables with which any AWS client in a child process reaches this cloud. */
  environment(account?: string): Record<string, string>;
}

const ACCOUNT = "000000000000";
const REGION = "us-east-1";

/**
 * Starts a cloud for a test file: in memory, on any free port, quiet, with the seed `test` unless another is given.
 * `await using cloud = await startSquall()` stops it at the end of the block.
 */
export async function startSquall(options: CloudOptions = {}): Promise<TestCloud> {
  const cloud = await createCloud({ port: 0, seed: "test", logLevel: "WARN", ...options });
  const credentials = (account: string) => ({ accessKeyId: account, secretAccessKey: "test" });
  return Object.assign(cloud, {
    client: (account = ACCOUNT) => ({
      endpoint: cloud.url,
      region: REGION,
      credentials: credentials(account),
    }),
    environment: (account = ACCOUNT) => ({
      AWS_ENDPOINT_URL: cloud.url,
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
    }),
  });
}
