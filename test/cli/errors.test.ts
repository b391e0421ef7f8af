import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import type { Command, Option } from "commander";
import { commandNames, programFor } from "../../src/cli/program.ts";
import { FILE_HEADER } from "../../src/core/log/file-header.ts";
import { testCloud } from "../cloud.ts";
import { Squall } from "./squall-command.ts";

/* Whatever is given wrongly, to whichever command: one line that says what it is about, and no stack. */

/** What is typed, and what the line names. */
const WRONG: readonly (readonly [typed: string, names: string])[] = [
  ["start --port 0 --data-dir file", "/file cannot be written: something on the way is no folder."],
  ["start --port 0 --data-dir corrupt", "/corrupt/squall.db cannot be opened: it is not an SQLite database."],
  ["start --port 0 --data-dir locked", "/locked cannot be locked by "],
  [
    "start --port 0 --data-dir bodies",
    "/bodies/blobs of the data directory cannot be read: something on the way",
  ],
  ["start --port 0 --data-dir piped", "/piped/state-000001.log cannot be opened: it is no file."],
  ["start --port 0 --data-dir /proc", "/proc cannot be written"],
  ["start --port 0 --data-dir /proc/none", "/proc/none cannot be written: it is not there."],
  ["start --port 0 --data-dir /proc/none/below", "/proc/none/below cannot be written"],
  ["start --port 0 --faults folder", "folder of --faults cannot be read: it is a folder."],
  ["start --port 0 --faults broken.yaml", "broken.yaml:3: Flow sequence"],
  ["start --port 0 --init file", "--init wants a folder, and file is none."],
  ["start --port 0 --init none", "The init folder none is not there."],
  ["start --port 0 --compose none", "none cannot be read as a compose file: it is not there"],
  ["start --port 0 --compose broken.yaml", "broken.yaml cannot be read as a compose file: Flow sequence"],
  ["start --port 0 --compose folder", "folder cannot be read as a compose file: it is a folder"],
  ["start --port 0 --config folder", "folder cannot be read: it is a folder."],
  ["start --port 0 --config broken.yaml", "broken.yaml:3: Flow sequence"],
  ["start --port 0 --upstream-ca folder", "folder of --upstream-ca cannot be read: it is a folder."],
  ["start --port 0 --cassette file", "/file is no folder that can be read"],
  ["start --port 0 --https --ca-dir file", "/file: something on the way is no folder."],
  ["start --port 0 --host 203.0.113.1", "This machine has no address 203.0.113.1."],
  ["start --port 80000", '--port wants a port from 0 to 65535, not "80000".'],
  ["start --prot 1", 'There is no option --prot. Did you mean "--port"?'],
  ["start soon", 'squall start takes options only, and no "soon".'],
  ["start --services sqss", 'Squall has no service "sqss". Did you mean "sqs"?'],
  ["state save file", "file is there already. --force replaces it."],
  ["start --port 0 --dynamodb-consistncy strong", "There is no setting --dynamodb-consistncy."],
  ["start --port 0 --s3-writes-per-prefix -4", '--s3-writes-per-prefix wants a number from 0 on, not "-4".'],
  [
    "start --port 0 --dynamodb-error-probability 7",
    '--dynamodb-error-probability wants a number from 0 to 1, not "7".',
  ],
  ["start --detach --end-with-stdin", "choose one"],
  ["run -- no-such-program", "no-such-program cannot be run (ENOENT)."],
  ["run --state folder -- true", "--state folder cannot be loaded: it is a folder"],
  ["run --state none -- true", "--state none cannot be loaded: it is not there"],
  ["run --state broken.zip -- true", "--state broken.zip cannot be loaded: This is not a state file"],
  ["run --junit folder -- true", "folder cannot be written: it is a folder"],
  ["run --junit /proc/none/report.xml -- true", "/proc/none/report.xml cannot be written: it is not there"],
  ["run --experiment broken.yaml -- true", "broken.yaml cannot be read as a template: Flow sequence"],
  ["run --experiment folder -- true", "folder cannot be read as a template: it is a folder"],
  ["explore --lock folder -- true", "/folder is no lock of squall explore"],
  ["explore --report junit=/proc/none/x.xml -- true", "/proc/none/x.xml cannot be written: it is not there"],
  ["explore --state none -- true", "--state none cannot be loaded: it is not there"],
  ["explore --checks folder -- true", "folder cannot be read: it is a folder"],
  ["explore --replay F-0000 -- true", "There is no finding F-0000"],
  ["explore --budget soon -- true", '--budget wants a duration (2m, 30s, PT5M), not "soon".'],
  ["explore --service dynamo -- true", '--service: There is no service "dynamo". Did you mean "dynamodb"?'],
  ["explore --faults sometimes -- true", "sometimes"],
  ["diff folder file", "folder cannot be read as a digest: it is a folder"],
  ["diff none file", "none cannot be read as a digest: it is not there"],
  ["diff broken.zip file", "broken.zip cannot be read as a state: This is not a state file"],
  ["state list none", "none is not there."],
  ["state list file", "file cannot be read as a state: This is not a state file"],
  ["state save /proc/none.zip --force", "No squall answers at http://127.0.0.1:9"],
  ["env --url nonsense", '"nonsense" is no URL'],
  ["faults add --file folder", "folder cannot be read as rules: it is a folder"],
  ["faults add error --param x", '--param wants name=value, not "x".'],
  ["init /proc/none", "/proc/none/squall.yaml cannot be written: it is not there."],
  ["init file", "file/squall.yaml cannot be written: something on the way is no folder."],
  ["gateway --to nonsense", "--to wants a URL"],
  ["demo --port x", '--port wants a port from 0 to 65535, not "x".'],
  ["instance add", "missing required argument 'name'"],
  ["logs --lines x", '--lines wants a whole number, or all, not "x".'],
  ["stop --port 1", "No squall that was started with squall start -d has port 1."],
  ["wait --timeout soon", "--timeout wants a duration"],
  ["experiments run broken.yaml", "broken.yaml cannot be read as a template: Flow sequence"],
  ["check --ignore nothing", 'There is no check "nothing".'],
  ["start --port 0 --services ,", '--services wants names, separated by commas, not ","'],
  ["start --port 0 --host-name a_b!", "--host-name wants a name such as squall.test, "],
  ["start --port 0 --host-name http://squall.test", "--host-name wants a name"],
  ["start --port 0 --upstream-timeout 10s", "--upstream-timeout is about upstreams"],
  ["start --port 0 --allow-real-aws", "--allow-real-aws is about upstreams"],
  ["start --port 0 --ca-dir folder", "--ca-dir is about the authority of --https"],
  ["start --port 0 --fleet-name one", "--fleet-name is about a fleet"],
  ["gateway --port 0 --to http://127.0.0.1:9 --fleet-name one", "--fleet-name is about a fleet"],
  ["env --java", "--java is about what is trusted of a proxy"],
  ["env --dir folder", "--dir is about what is trusted of a proxy"],
  ["status --url nonsense", '"nonsense" is no URL'],
  ["logs --lines 1.5", '--lines wants a whole number, or all, not "1.5".'],
  ["resources --account 12", '--account wants twelve digits, not "12".'],
  ["resources --tag team", '--tag wants key=value, not "team".'],
  [
    "instance add web --region here -- true",
    '--region wants a Region, such as us-east-1 (ALLOW_NONSTANDARD_REGIONS=1 allows any name), not "here".',
  ],
  ["experiments scenarios az-power --zone us-east-1", "--zone wants an Availability Zone"],
  ["experiments scenarios region-outage --other-region there", "--other-region wants a Region"],
  ["experiments scenarios eks-cpu --cluster shop", "The scenario eks-cpu wants --cluster and --selector"],
  ["experiments run broken.yaml --account me", '--account wants twelve digits, not "me".'],
  ["outage us-east-1 --until done", "--until wants pending, initiating, running"],
];

test("whatever is wrong is said in one line that names it", async (t) => {
  const squall = new Squall(t);
  squall.environment["SQUALL_URL"] = "http://127.0.0.1:9";
  const { folder } = squall;
  mkdirSync(join(folder, "folder"));
  mkdirSync(join(folder, "corrupt"));
  writeFileSync(join(folder, "corrupt/squall.db"), "long enough to be a database, and none");
  mkdirSync(join(folder, "locked/squall.lock"), { recursive: true });
  mkdirSync(join(folder, "bodies"));
  writeFileSync(join(folder, "bodies/blobs"), "");
  writeFileSync(join(folder, "bodies/state-000001.log"), FILE_HEADER);
  mkdirSync(join(folder, "piped"));
  execFileSync("mkfifo", [join(folder, "piped/state-000001.log")]);
  writeFileSync(join(folder, "file"), "a file\n");
  writeFileSync(join(folder, "broken.yaml"), "rules:\n - [\n");
  writeFileSync(join(folder, "broken.zip"), "PK\x03\x04 and nothing more");
  for (const [typed, names] of WRONG)
    await t.test(`squall ${typed}`, async () => {
      const { code, output } = await squall.run(...typed.split(" "));
      assert.equal(code, 1, output);
      assert.ok(output.includes(names), `${names} is not in:\n${output}`);
      const lines = output.split("\n").filter(Boolean);
      assert.match(lines[0]!, /^squall: /);
      assert.ok(lines.length === 1 || /^\(squall .*help/.test(lines[1]!), output);
      assert.doesNotMatch(output, /^ {4}at |node:|This should have been foreseen/m);
    });
});

test("what can only be a mistake is refused of each command's options, and what a squall is asked for is not changed by it", async (t) => {
  const squall = new Squall(t);
  for (const name of commandNames()) {
    const program = await programFor(name, false);
    for (const { path, command } of leaves(program.commands[0]!, [name]))
      for (const option of command.options) {
        if (option.isBoolean() || option.negate || !option.long) continue;
        for (const empty of ["", " "]) {
          const needed = command.registeredArguments.filter(({ required }) => required).map(() => "x");
          const typed = [...path, ...needed, ...mandatory(command, option), `${option.long}=${empty}`];
          const given = programFor(name, false).then((one) =>
            one.exitOverride().parseAsync(["node", "squall", ...typed]),
          );
          await assert.rejects(
            given,
            { message: `${option.long} is given without a value: it is empty.` },
            typed.join(" "),
          );
        }
      }
  }
  const { code, output } = await squall.run("clock", "rate", "");
  assert.deepEqual([code, output], [1, "squall: <value> is empty.\n"]);
});

/** The commands that do something, with how they are called. */
function leaves(command: Command, path: readonly string[]): { path: readonly string[]; command: Command }[] {
  if (command.commands.length === 0) return [{ path, command }];
  return command.commands.flatMap((below) => leaves(below, [...path, below.name()]));
}

/** What has to be given beside an option. */
const mandatory = (command: Command, tried: Option): string[] =>
  command.options.filter((one) => one.mandatory && one !== tried).map(({ long }) => `${long}=x`);

test("numbers of a rule that are none, and accounts that are nobody's, are refused and bound nothing", async (t) => {
  await using cloud = await testCloud();
  const squall = new Squall(t);
  squall.environment["SQUALL_URL"] = cloud.url;
  for (const [flag, value, said] of [
    ["--times", "two", 'times must be a whole number from 1, not "two".'],
    ["--percentage", "half", 'percentage must be a number from 0 (never) to 100 (always), not "half".'],
    ["--skip", "x", 'skip must be a whole number from 0, not "x".'],
    ["--every", "x", 'every must be a whole number from 1, not "x".'],
    ["--account", "me", 'match.account is twelve digits, or a glob, not "me".'],
  ] as const) {
    const { code, output } = await squall.run("faults", "add", "reset", flag, value);
    assert.deepEqual([code, output], [1, `squall: ${said}\n`]);
  }
  assert.deepEqual(cloud.faults.list(), []);
  const fine = await squall.run("faults", "add", "reset", "--times", "2", "--account", "111122223333,4444*");
  assert.equal(fine.code, 0, fine.output);
  assert.deepEqual(
    cloud.faults.list().map(({ times, match }) => [times, match.account]),
    [[2, ["111122223333", "4444*"]]],
  );
});

test("who asks for calls that there are none of is told, by the service's name where there is none", async (t) => {
  await using cloud = await testCloud();
  const squall = new Squall(t);
  squall.environment["SQUALL_URL"] = cloud.url;
  const none = await squall.run("calls", "--service", "sqs", "--json");
  assert.deepEqual([none.code, none.output], [0, "There are no such calls.\n"]);
  const wrong = await squall.run("calls", "--service", "dynamo");
  assert.deepEqual(
    [wrong.code, wrong.output],
    [1, 'squall: --service: There is no service "dynamo". Did you mean "dynamodb"?\n'],
  );
});

test("who answers and is no squall is said to be none", async (t) => {
  const squall = new Squall(t);
  const other = createServer((_request, response) => response.writeHead(404).end("not found"));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  t.after(() => other.close());
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const status = await squall.run("status", "--url", url);
  assert.deepEqual([status.code, status.output], [1, `No squall runs at ${url}.\n`]);
  const faults = await squall.run("faults", "--url", url);
  assert.deepEqual(
    [faults.code, faults.output],
    [1, `squall: What answers at ${url} (GET /_squall/faults answered 404) is no squall.\n`],
  );
});

test("what nobody has foreseen is one line, too, and says where it happened when it is asked to", async (t) => {
  const squall = new Squall(t);
  const { unexpected } = await import("../../src/cli/unexpected.ts");
  const bug = new TypeError("x is not a function\n  and more");
  assert.equal(
    unexpected(bug),
    "squall: x is not a function\nThis should have been foreseen: with SQUALL_DEBUG=1 it says where it happened.",
  );
  const refused = Object.assign(new Error("EACCES: permission denied, open '/x'"), {
    syscall: "open",
    path: "/x",
  });
  assert.equal(unexpected(refused), "squall: EACCES: permission denied, open '/x'.");
  squall.environment["SQUALL_DEBUG"] = "1";
  process.env["SQUALL_DEBUG"] = "1";
  t.after(() => delete process.env["SQUALL_DEBUG"]);
  assert.match(unexpected(bug), /^squall: TypeError: x is not a function/);
});
