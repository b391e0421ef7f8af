import { makeArn } from "../../core/arn.ts";
import type { Resource } from "../../core/service.ts";
import type { Database } from "./database.ts";
import { describeTable } from "./table-description.ts";

type Where = { readonly account: string; readonly region: string };

/** ARNs of the tables (and of the index) that an input names. */
export function arnsOf(_operation: string, input: Record<string, unknown>, where: Where): string[] {
  const names = [...namesIn(input)];
  const arns = names.map((name) =>
    name.startsWith("arn:") ? name : makeArn("dynamodb", where.region, where.account, `table/${name}`),
  );
  const index = input["IndexName"];
  return typeof index === "string" ? [...arns, ...arns.map((arn) => `${arn}/index/${index}`)] : arns;
}

function* namesIn(input: Record<string, unknown>): Iterable<string> {
  for (const member of ["TableName", "SourceTableName", "GlobalTableName"]) {
    if (typeof input[member] === "string") yield input[member];
  }
  const { RequestItems: batch, TransactItems: actions } = input;
  if (typeof batch === "object" && batch !== null) yield* Object.keys(batch);
  if (!Array.isArray(actions)) return;
  for (const action of actions as Record<string, { TableName?: unknown }>[]) {
    for (const part of Object.values(action)) if (typeof part?.TableName === "string") yield part.TableName;
  }
}

/** Tables that have replicas in other regions, for FIS. */
export function* globalTableResources(database: Database, where: Where): Iterable<Resource> {
  const region = database.region(where);
  for (const record of region.records()) {
    if (!record.replicas) continue;
    yield {
      arn: record.arn,
      tags: record.tags,
      attributes: { ...describeTable(region, record) },
    };
  }
}
