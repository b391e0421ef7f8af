import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CliError } from "./cli-error.ts";
import { readOptions, type StartFlags } from "./start-options.ts";

const upstreamsOf = (flags: StartFlags) => readOptions(flags, [], {}).upstreams;
const refused = (flags: StartFlags, message: RegExp) =>
  assert.throws(
    () => upstreamsOf(flags),
    (error) => error instanceof CliError && message.test(error.message),
  );

test("--upstream-ca and --upstream-timeout hold for every upstream", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "squall-ca-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const upstreamCa = join(folder, "ca.pem");
  const ca = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  writeFileSync(upstreamCa, ca);
  const upstream = ["s3=https://127.0.0.1:9000", "*=aws"];
  assert.deepEqual(upstreamsOf({ upstream, upstreamCa, upstreamTimeout: "30s" }), {
    s3: { url: "https://127.0.0.1:9000", ca, timeoutMs: 30_000 },
    "*": { url: "aws", ca, timeoutMs: 30_000 },
  });
  assert.deepEqual(upstreamsOf({ upstream: ["*=aws"] }), { "*": { url: "aws" } });
  writeFileSync(upstreamCa, "no certificate");
  refused({ upstreamCa }, /wants certificates in PEM/);
});

test("a file that is not there, and what is no duration, are refused", () => {
  refused(
    { upstreamCa: "/nowhere/ca.pem" },
    /certificates \/nowhere\/ca\.pem of --upstream-ca are not there/,
  );
  for (const upstreamTimeout of ["soon", "0"])
    refused({ upstreamTimeout }, /--upstream-timeout wants a duration/);
});

test("--record-bytes takes bytes with and without a unit", () => {
  const bytesOf = (recordBytes: string) => readOptions({ recordBytes }, [], {}).recordBytes;
  assert.equal(bytesOf("1000"), 1000);
  assert.equal(bytesOf("512KiB"), 512 * 1024);
  assert.equal(bytesOf("64M"), 64 * 1024 * 1024);
  refused({ recordBytes: "many" }, /--record-bytes wants a number of bytes/);
});
