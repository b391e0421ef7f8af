// Not tests but what the tests beside it share; named so that the build leaves it out.

import { until } from "../../../test/until.ts";
import type { CloudOptions } from "../../index.ts";
import type * as RdsData from "../../models/generated/rds-data.ts";
import { databaseCloud } from "../rds/fixture.test.ts";

export const ENGINES = {
  postgres: "aurora-postgresql",
  mariadb: "aurora-mysql",
} as const;

const PATHS: Readonly<Record<string, string>> = {
  ExecuteStatement: "Execute",
  BatchExecuteStatement: "BatchExecute",
};

/** What the service answers with something else than an output. */
export class Refused extends Error {
  readonly code: string;
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, body: Readonly<Record<string, unknown>>) {
    super(String(body["message"] ?? body["Message"] ?? ""));
    this.status = status;
    this.code = code;
    this.body = body;
  }
}

type Options = CloudOptions & {
  account?: string;
  members?: readonly string[];
  engine?: (typeof ENGINES)[keyof typeof ENGINES];
  /** What else its cluster is made with, and the class of its instances. */
  made?: { readonly more?: object; readonly instanceClass?: string };
};

/** A cloud with a cluster that takes statements, and a secret with its master user. */
export async function dataCloud({
  members = ["one"],
  engine = "aurora-postgresql",
  made = {},
  ...options
}: Options = {}) {
  const lab = await databaseCloud(options);
  const { account, cloud } = lab;
  const cluster = await lab.createCluster("main", members, engine, made);
  await until(async () => (await lab.cluster("main"))["Status"] === "available");
  const resourceArn = `arn:aws:rds:us-east-1:${account}:cluster:main`;
  await lab.call("EnableHttpEndpoint", { ResourceArn: resourceArn });
  const secret = async (name: string, value: unknown): Promise<string> => {
    const SecretString = typeof value === "string" ? value : JSON.stringify(value);
    const { ARN } = await lab.call("CreateSecret", { Name: name, SecretString }, "secretsmanager");
    return ARN;
  };
  const secretArn = await secret("main", { username: "app", password: "correct-horse" });
  const base = { resourceArn, secretArn };

  /** Calls the service by HTTP, as who has an access key. @throws Refused */
  const send = async (
    operation: keyof RdsData.Operations,
    input: object,
    key = account,
  ): Promise<{ readonly text: string; readonly headers: Headers }> => {
    const answer = await fetch(`${cloud.url}/${PATHS[operation] ?? operation}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/rds-data/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify({ ...base, ...input }),
    });
    const text = await answer.text();
    if (answer.ok) return { text, headers: answer.headers };
    throw new Refused(answer.status, answer.headers.get("x-amzn-errortype") ?? "", JSON.parse(text));
  };
  const ask = async <Name extends keyof RdsData.Operations>(
    operation: Name,
    input: object = {},
    key = account,
  ): Promise<RdsData.Operations[Name]["output"]> => JSON.parse((await send(operation, input, key)).text);
  const execute = (sql: string, more: object = {}) =>
    ask("ExecuteStatement", { database: "shop", sql, ...more });
  /** The first row of a result. */
  const row = async (sql: string, more: object = {}) => (await execute(sql, more)).records?.[0];
  const begin = async () => (await ask("BeginTransaction", { database: "shop" })).transactionId ?? "";
  return { ...lab, ...cluster, resourceArn, secretArn, secret, send, ask, execute, row, begin };
}
