import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Command } from "commander";
import addGateway from "../../src/cli/commands/gateway.ts";
import addRun from "../../src/cli/commands/run.ts";
import addStart from "../../src/cli/commands/start.ts";

const cli = new URL("../../src/cli/", import.meta.url);

/** The flags that an interface of a file says are read, as they are typed: `--cassette-mode`. */
function readIn(file: string, name: string): string[] {
  const text = readFileSync(new URL(file, cli), "utf8");
  const body = new RegExp(`interface ${name}[^{]*\\{(.*?)\\n\\}`, "s").exec(text)?.[1];
  assert.ok(body, `${file} has no ${name}`);
  const names = [...body.matchAll(/readonly (\w+)\?:/g)].map(([, flag]) => flag!);
  return names.map((flag) => `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
}

function offered(add: (program: Command) => void): (string | undefined)[] {
  const program = new Command();
  add(program);
  return program.commands[0]!.options.map(({ long }) => long ?? undefined);
}

test("every flag that is read can be given", () => {
  const cases = [
    ["start", addStart, readIn("start-options.ts", "StartFlags")],
    ["gateway", addGateway, readIn("gateway-options.ts", "GatewayFlags")],
    ["run", addRun, readIn("commands/run.ts", "RunFlags")],
  ] as const;
  for (const [name, add, read] of cases) {
    const known = offered(add);
    assert.ok(read.length > 3);
    assert.deepEqual(
      read.filter((flag) => !known.includes(flag)),
      [],
      name,
    );
  }
});

test("what a gateway shares with a cloud of its own is offered by both", () => {
  const [start, gateway] = [offered(addStart), offered(addGateway)];
  for (const flag of [
    "--https",
    "--ca-dir",
    "--otel",
    "--cassette",
    "--cassette-mode",
    "--cassette-secrets",
    "--log-format",
  ])
    assert.deepEqual([start.includes(flag), gateway.includes(flag)], [true, true], flag);
});
