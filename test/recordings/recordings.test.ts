import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { needs } from "../needs.ts";
import { type Counts, counted, walkRecordings } from "./walk.ts";

const FAMILY = "lambda_api · TestLambdaFunction · test_ops_on_nonexisting_fn";
const NOT_FOUND =
  "Function not found: arn:<partition>:lambda:<region>:111111111111:function:<nonexisting-fn-name>";

const notFound = (message: string, more: object = {}) => ({
  answers: {
    not_found_exception: {
      Error: { Code: "ResourceNotFoundException", Message: message },
      Message: message,
      ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: 404 },
      Type: "User",
    },
    ...more,
  },
});

test(
  "a recorded scenario agrees, differs at the first difference, or is not walked for a reason",
  needs("boto3"),
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "squall-recordings-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const scenarios = {
      [`${FAMILY}[get_function]`]: notFound(NOT_FOUND),
      [`${FAMILY}[get_function_configuration]`]: notFound(`${NOT_FOUND}:$LATEST`),
      [`${FAMILY}[delete_function]`]: notFound(NOT_FOUND, { another: {} }),
      "lambda · nobody drives it": notFound(NOT_FOUND),
      "lambda · without answers": {},
    };
    writeFileSync(join(folder, "lambda.json"), JSON.stringify(scenarios));
    const walked = await walkRecordings(folder, ["lambda"]);
    assert.deepEqual(
      walked.map(({ outcome }) => outcome),
      ["agree", "differ", "not walked", "not walked", "not walked"],
    );
    assert.match(walked[1]!.why!, /^not_found_exception\.Error\.Message: recorded .*:\$LATEST, answered /);
    assert.equal(walked[2]!.why, "nobody asks for another");
    assert.deepEqual(counted(walked), { lambda: { recorded: 5, walked: 2, agree: 1 } });
  },
);

const folder = process.env["SQUALL_RECORDINGS"];
const here = new URL("counts.json", import.meta.url);
const skip = folder === undefined && "SQUALL_RECORDINGS does not say where recordings are";

test("as many recorded scenarios agree as docs/coverage.md says", {
  ...needs("boto3"),
  ...(skip && { skip }),
}, async () => {
  const { services } = JSON.parse(readFileSync(here, "utf8")) as { services: Record<string, Counts> };
  const counts = counted(await walkRecordings(folder!, Object.keys(services)));
  for (const [service, { agree }] of Object.entries(services)) {
    assert.ok(
      counts[service]!.agree >= agree,
      `${service}: ${counts[service]!.agree} agree, and not ${agree}`,
    );
  }
});
