import { after } from "node:test";
import {
  type CreateTableCommandInput,
  DynamoDBClient,
  type KeySchemaElement,
} from "@aws-sdk/client-dynamodb";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import type { Cloud, CloudOptions } from "../../index.ts";

/** A cloud and a client for all tests of a file. */
export async function fixture(options: CloudOptions = {}): Promise<Fixture> {
  const cloud = await testCloud(options);
  const account = newAccount();
  const client = new DynamoDBClient(clientOptions(cloud, account));
  after(async () => {
    client.destroy();
    await cloud.stop();
  });
  return { cloud, client, account };
}

export interface Fixture {
  readonly cloud: Cloud;
  readonly client: DynamoDBClient;
  readonly account: string;
}

/** A call in its wire form, with what SDKs would not send, or its answer as it came. */
export function wireCall(
  { cloud, account }: Pick<Fixture, "cloud" | "account">,
  operation: string,
  input: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(cloud.url, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      ...headers,
    },
    body: JSON.stringify(input),
  });
}

/** An on-demand table with the partition key `p` (S) and, unless told otherwise, the sort key `s` (N). */
export function tableInput(
  TableName: string,
  more: Partial<CreateTableCommandInput> & { readonly hashOnly?: boolean } = {},
): CreateTableCommandInput {
  const { hashOnly, ...rest } = more;
  const KeySchema: KeySchemaElement[] = [
    { AttributeName: "p", KeyType: "HASH" },
    { AttributeName: "s", KeyType: "RANGE" },
  ];
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "p", AttributeType: "S" },
      ...(hashOnly ? [] : [{ AttributeName: "s", AttributeType: "N" as const }]),
    ],
    KeySchema: hashOnly ? KeySchema.slice(0, 1) : KeySchema,
    ...rest,
  };
}
