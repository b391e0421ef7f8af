import assert from "node:assert/strict";
import { test } from "node:test";
import { EXAMPLES } from "../../src/cli/help-examples.ts";
import { commandNames, programFor } from "../../src/cli/program.ts";
import { Squall } from "./squall-command.ts";

test("help says what it does not know, and what is meant", async (t) => {
  const squall = new Squall(t);
  const { code, output } = await squall.run("help", "dynamobd");
  assert.equal(code, 1);
  assert.match(
    output,
    /^squall: There is no command, service or effect "dynamobd"\. Did you mean "dynamodb"\?/,
  );
  const below = await squall.run("help", "faults", "ad");
  assert.deepEqual(
    [below.code, below.output],
    [1, 'squall: squall faults has no command "ad". squall help faults lists them.\n'],
  );
  const command = await squall.run("strat");
  assert.equal(command.code, 1);
  assert.match(command.output, /^squall: unknown command 'strat'\n\(Did you mean start\?\)/);
});

test("a word that is no command of a group is refused as that, though the group does something without one", async (t) => {
  const squall = new Squall(t);
  for (const [words, said] of [
    [["fleet", "nonsense"], /^squall: unknown command 'nonsense'\n/],
    [["fleet", "rulez"], /^squall: unknown command 'rulez'. Did you mean "rules"\?\n/],
    [["fleet", "token", "ad", "ada"], /^squall: unknown command 'ad'. Did you mean "add"\?\n/],
    [["faults", "lst"], /^squall: unknown command 'lst'. Did you mean "list"\?\n/],
  ] as const) {
    const { code, stderr } = await squall.run(...words);
    assert.equal(code, 1);
    assert.match(stderr, said);
  }
});

test("help tells of commands, of services and of effects", async (t) => {
  const squall = new Squall(t);
  const start = await squall.run("help", "start");
  assert.equal(start.output, (await squall.run("start", "--help")).output);
  assert.match(start.output, /^Usage: squall start .*--data-dir <folder>.*Examples:\n {2}squall start\n/s);
  assert.match(start.output, /--dynamodb-consistency <strong\|eventual>\n/);
  assert.match(
    (await squall.run("help", "dynamodb")).output,
    /^dynamodb is a service\..*--dynamodb-consistency/s,
  );
  assert.match(
    (await squall.run("help", "latency")).output,
    /^latency is an effect .* {2}p99 \(duration, ms\)/s,
  );
  assert.match((await squall.run("help")).output, /^Usage: squall .* {2}start /s);
});

test("every command has examples, and every example is a command with options that there are", async () => {
  assert.deepEqual(Object.keys(EXAMPLES).sort(), commandNames());
  for (const [name, examples] of Object.entries(EXAMPLES)) {
    const [command] = (await programFor(name, false)).commands;
    for (const example of examples) {
      const [words = ""] = example.slice(example.indexOf("squall ")).split(" -- ");
      assert.ok(words.startsWith(`squall ${name}`), example);
      const below = command!.commands.find((one) => words.split(" ")[2] === one.name());
      const known = [...command!.options, ...(below?.options ?? [])].flatMap(({ long, short }) => [
        long,
        short,
      ]);
      for (const [flag] of words.matchAll(/(?<= )--?[a-z][\w-]*/g))
        assert.ok(known.includes(flag) || /^--dynamodb-/.test(flag), `${example}: ${flag}`);
    }
  }
});
