import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { Log } from "../../core/log.ts";
import { type ContainerPath, ContainerPaths } from "./container-paths.ts";

const CONTAINER = "/etc/squall-container-paths/data";

/** A folder with a file, and what is said of a container's paths. */
function asked(t: TestContext) {
  const here = mkdtempSync(join(tmpdir(), "squall-paths-"));
  t.after(() => rmSync(here, { recursive: true }));
  writeFileSync(join(here, "word"), "found");
  const lines: string[] = [];
  const log = new Log({ level: "WARN", write: ({ message }) => lines.push(message), nowMs: () => 0 });
  return { here, lines, of: (...paths: ContainerPath[]) => new ContainerPaths(paths, log) };
}

test(
  "a program finds at a container's paths what is mounted there, and all else as it is",
  needs("bwrap"),
  (t) => {
    const { here, of, lines } = asked(t);
    const paths = of([CONTAINER, here], ["/squall-word", join(here, "word")]);
    const script = `cat ${CONTAINER}/word /squall-word ${here}/word; test -r /etc/passwd; echo new > ${CONTAINER}/new`;
    assert.equal(
      execFileSync(...paths.command("sh", ["-c", script]), { encoding: "utf8" }),
      "foundfoundfound",
    );
    assert.equal(readFileSync(join(here, "new"), "utf8"), "new\n");
    assert.ok(!existsSync("/etc/squall-container-paths"), "nothing is made on the machine");
    assert.deepEqual(lines, []);
  },
);

test("a program is run as it is when a link leads there, or nothing is mounted", (t) => {
  const { here, of } = asked(t);
  const link = join(here, "link");
  mkdirSync(join(here, "real"));
  symlinkSync(join(here, "real"), link);
  for (const paths of [of(), of([link, join(here, "real")]), of([CONTAINER, join(here, "none")])])
    assert.deepEqual(paths.command("sh", ["-c", "true"]), ["sh", ["-c", "true"]]);
});

test("where bubblewrap cannot be used, one line names what is not there", (t) => {
  const { here, of, lines } = asked(t);
  const before = process.env["PATH"];
  t.after(() => {
    process.env["PATH"] = before;
  });
  process.env["PATH"] = here;
  const paths = of([CONTAINER, here]);
  for (let times = 0; times < 2; times++) assert.deepEqual(paths.command("sh", []), ["sh", []]);
  assert.equal(lines.length, 1);
  assert.match(
    lines[0]!,
    new RegExp(`Hooks do not find what a container has at ${CONTAINER} \\(here: ${here}\\): that needs`),
  );
});
