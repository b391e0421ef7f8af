import type { Cloud, CloudOptions } from "../src/index.ts";
import { watchedCloud } from "./watched-cloud.ts";

/**
 * A cloud for one test: any free port, a fixed seed, time that passes for real but can be moved. When it stops, it fails the test
 * if any handler that waits may have left something half done.
 */
export function testCloud(options: CloudOptions = {}): Promise<Cloud> {
  return watchedCloud({ port: 0, seed: "test", ...options });
}

let accounts = 0;

/** An account that no other test of this process uses: a twelve-digit access key is its account. */
export function newAccount(): string {
  accounts++;
  return String(100_000_000_000 + process.pid * 1000 + accounts).slice(0, 12);
}

/** What an SDK client needs to reach a cloud. */
export function clientOptions(cloud: Cloud, account: string = newAccount()) {
  return {
    endpoint: cloud.url,
    region: "us-east-1",
    credentials: { accessKeyId: account, secretAccessKey: "test" },
    maxAttempts: 1,
  };
}

/** Environment variables with which the AWS CLI and boto3 reach a cloud. */
export function clientEnvironment(cloud: Cloud, account: string = newAccount()): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "",
    AWS_ENDPOINT_URL: cloud.url,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_PAGER: "",
    AWS_MAX_ATTEMPTS: "1",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
