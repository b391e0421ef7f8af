import { AwsError } from "../../../core/aws-error.ts";
import { readJson } from "../../../core/read-json.ts";
import { capitalized } from "../../../core/text.ts";
import { describeExecution } from "../describe-execution.ts";
import type { ExecutionRecord } from "../execution.ts";
import { StateFailure } from "../language/failure.ts";
import { isObject, type Json, type JsonObject } from "../language/json.ts";
import { Payload } from "../language/payload.ts";
import type { Visit } from "../run/visit.ts";
import type { MapRun } from "./map-run.ts";

/**
 * Writes what has become of the children to S3, and says where. Without a Resource the results are only put in the form that is
 * asked for. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 * @throws StateFailure States.ResultWriterFailed
 */
export async function writeResults(visit: Visit, mapRun: MapRun): Promise<Payload> {
  const writer = visit.state.ResultWriter ?? {};
  const { Transformation = "NONE", OutputType = "JSON" } = writer.WriterConfig ?? {};
  const shown = (children: readonly ExecutionRecord[]) =>
    transformed(children, Transformation, visit.run.nowMs);
  if (writer.Resource === undefined) {
    const items = shown(mapRun.children.filter(({ status }) => status === "SUCCEEDED"));
    return OutputType === "JSONL"
      ? Payload.of(items.map((item) => JSON.stringify(item)).join("\n"))
      : Payload.of(items);
  }
  const target = visit.isJsonata
    ? await visit.query(writer.Arguments ?? {}, "ResultWriter/Arguments")
    : visit.template(writer.Parameters ?? {}, visit.afterInputPath().json);
  const { Bucket, Prefix } = isObject(target) ? target : ({} as JsonObject);
  const folder = `${Prefix === undefined ? "" : `${String(Prefix).replace(/\/$/, "")}/`}${mapRun.arn.split(":").at(-1)}`;
  const files: Record<string, Json> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
  const put = (key: string, body: string) => putObject(visit, String(Bucket), key, body);
  for (const status of ["SUCCEEDED", "FAILED"]) {
    const children = mapRun.children.filter(
      (child) => (child.status === "SUCCEEDED") === (status === "SUCCEEDED"),
    );
    if (children.length === 0) continue;
    const items = shown(children);
    const body =
      OutputType === "JSONL" ? items.map((item) => JSON.stringify(item)).join("\n") : JSON.stringify(items);
    const key = `${folder}/${status}_0.${OutputType === "JSONL" ? "jsonl" : "json"}`;
    await put(key, body);
    files[status] = [{ Key: key, Size: Buffer.byteLength(body) }];
  }
  const manifest = `${folder}/manifest.json`;
  await put(
    manifest,
    JSON.stringify({ DestinationBucket: Bucket, MapRunArn: mapRun.arn, ResultFiles: files }),
  );
  return Payload.of({
    MapRunArn: mapRun.arn,
    ResultWriterDetails: { Bucket: String(Bucket), Key: manifest },
  });
}

function transformed(children: readonly ExecutionRecord[], how: string, nowMs: number): Json[] {
  if (how === "NONE") return children.map((child) => whole(child, nowMs));
  const outputs = children.map(({ output }) => readJson(output ?? "null") as Json);
  return how === "FLATTEN"
    ? outputs.flatMap((output) => (Array.isArray(output) ? (output as Json[]) : [output]))
    : outputs;
}

/** A child as DescribeExecution has it, in the words of a task's result. */
function whole(child: ExecutionRecord, nowMs: number): JsonObject {
  const described = describeExecution(child, nowMs) as unknown as Record<string, unknown>;
  const entries = Object.entries(described).map(([name, value]): [string, Json] => [
    capitalized(name),
    value instanceof Date
      ? value.toISOString()
      : name.endsWith("Details")
        ? { Included: true }
        : (value as Json),
  ]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function putObject(visit: Visit, Bucket: string, Key: string, body: string): Promise<void> {
  const { run } = visit;
  const options = run.callOptions(undefined, run.abort.signal);
  try {
    await run.host.call(
      "s3",
      "PutObject",
      { Bucket, Key, Body: Buffer.from(body), ContentType: "application/json" },
      options,
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new StateFailure(
      "States.ResultWriterFailed",
      `S3 error when accessing ${Bucket}: ${error.message}`,
      "branch",
    );
  }
}
