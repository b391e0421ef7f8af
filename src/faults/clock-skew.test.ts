import assert from "node:assert/strict";
import { test } from "node:test";
import { aCall, run, testEngine } from "./fixture.test.ts";

const PROTOCOLS: Readonly<Record<string, string>> = { ec2: "ec2", s3: "rest-xml", sns: "query" };

/** Calls that are signed at a time of day on the first day of 2026, at which the engine's clock stands at 00:00. */
function calls(rule: Record<string, unknown>, fields: Parameters<typeof aCall>[0] = {}) {
  const { engine } = testEngine({ errorsOf: ({ service }) => ({ protocol: PROTOCOLS[service] ?? "json" }) });
  engine.add({ effect: "clock-skew", ...rule });
  return async (time: string) => {
    const headers = { ...fields?.headers, "x-amz-date": `20260101T${time}Z` };
    const { outcome } = await run(engine, aCall({ ...fields, headers }));
    if (outcome.kind !== "error") return outcome.kind;
    const { code, status, message, headers: sent } = outcome.error;
    return { code, status, message, date: sent["date"] };
  };
}

test("a caller whose clock is behind is refused with the right time, until it has corrected itself", async () => {
  const call = calls({ params: { ms: "10m" } });
  assert.deepEqual(await call("000000"), {
    code: "SignatureDoesNotMatch",
    status: 403,
    message:
      "Signature expired: 20260101T000000Z is now earlier than 20260101T000500Z (20260101T001000Z - 5 min.)",
    date: "Thu, 01 Jan 2026 00:10:00 GMT",
  });
  assert.equal(await call("001000"), "output");
  assert.equal(await call("000500"), "output");
  assert.notEqual(await call("000459"), "output");
});

test("a caller whose clock is ahead is refused, too", async () => {
  const call = calls({ params: { ms: "10m", direction: "ahead" } });
  const refused = await call("003000");
  assert.ok(typeof refused === "object");
  assert.match(
    refused.message,
    /^Signature not yet current: 20260101T003000Z is still later than 20260101T002500Z/,
  );
  assert.equal(await call("002000"), "output");
});

test("unless it is said, the clock is further off than any service lets pass", async () => {
  for (const service of ["dynamodb", "s3"]) assert.notEqual(await calls({}, { service })("000000"), "output");
});

test("each service says it in its way, and S3 takes fifteen minutes", async () => {
  const codeOf = async (fields: Parameters<typeof aCall>[0], ms = "20m") => {
    const outcome = await calls({ params: { ms } }, fields)("000000");
    return typeof outcome === "object" ? `${outcome.code} ${outcome.status}` : outcome;
  };
  assert.equal(await codeOf({ service: "s3" }), "RequestTimeTooSkewed 403");
  assert.equal(await codeOf({ service: "s3" }, "15m"), "output");
  assert.equal(await codeOf({ service: "ec2" }), "RequestExpired 400");
  assert.equal(await codeOf({ service: "sns" }), "SignatureDoesNotMatch 403");
});

test("a call between services is not signed, and passes", async () => {
  const { engine } = testEngine();
  engine.add({ effect: "clock-skew" });
  const { outcome, decisions } = await run(engine, aCall());
  assert.equal(outcome.kind, "output");
  assert.equal(decisions[0]!.fired, false);
});
