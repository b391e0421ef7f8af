import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const UPLOAD = fileURLToPath(new URL("../explore/gallery/upload.mjs", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "squall-gallery-"));
// Functions find the SDK where the command runs.
symlinkSync(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(folder, "node_modules"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly findings: readonly {
    readonly title: string;
    readonly reproduced: number;
    readonly strikes: readonly { readonly site: string; readonly fault: string }[];
  }[];
  readonly sites: readonly { readonly isCoarse?: true; readonly path: string }[];
}

async function explored(variant: string): Promise<{ report: Report; said: string }> {
  const report = join(folder, `${variant}.json`);
  const said = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      [
        ...["--conditions=squall-source", CLI, "explore", "--workers", "2", "--budget", "30m"],
        ...["--faults", "outage,partial,late-function-error", "--lock", `${variant}.lock`],
        ...["--report", `json=${report}`, "--", process.execPath, UPLOAD, variant],
      ],
      { cwd: folder },
      (_, out, err) => resolve(out + err),
    );
  });
  return { report: JSON.parse(readFileSync(report, "utf8")) as Report, said };
}

test("explore finds what S3's events, EventBridge, SNS, a task and a state machine lose or do twice, though every name is drawn", async () => {
  const { report, said } = await explored("planted");
  const found = report.findings.map(({ title, strikes: [strike], reproduced }) => {
    const step = strike!.site
      .split(" > ")
      .at(-1)!
      .replace(/[~#].*/, "");
    return `${title} ${step} × ${strike!.fault} ${reproduced}/3`;
  });
  assert.deepEqual(
    found.sort(),
    [
      "DIFFERENT EFFECT ssm.GetParameter@/gallery/watermark × outage 3/3",
      "DOUBLED EFFECT lambda.Invoke@notify × late-function-error 3/3",
      "DOUBLED EFFECT lambda.Invoke@stats × late-function-error 3/3",
      "LOST EFFECT dynamodb.PutItem@indexed × outage 3/3",
      "LOST EFFECT ecs.RunTask × outage 3/3",
      "LOST EFFECT events.PutEvents × partial 3/3",
      "LOST EFFECT s3.PutObject@thumbs × outage 3/3",
      "NOT SURVIVED lambda.Invoke@approve × late-function-error 3/3",
    ],
    said,
  );
  assert.match(said, /sites say something else each time and go by their names/);
});

test("it finds nothing in the mended twin, whose failures are seen", async () => {
  const { report, said } = await explored("mended");
  assert.deepEqual(report.findings, [], said);
});
