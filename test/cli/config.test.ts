import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { CliError } from "../../src/cli/cli-error.ts";
import { readConfig } from "../../src/cli/config/config-file.ts";
import { configOptions } from "../../src/cli/config/config-options.ts";
import { programFor } from "../../src/cli/program.ts";
import { readOptions, type StartFlags, VARIABLES } from "../../src/cli/start-options.ts";
import { until } from "../until.ts";
import { Squall } from "./squall-command.ts";

const docs = new URL("../../docs/", import.meta.url);
const json = (name: string) => JSON.parse(readFileSync(new URL(name, docs), "utf8"));
const start = (await programFor("start", false)).commands[0]!;

/** Rules are checked by their own schema's tests: a reference to another file is what editors follow. */
function validator() {
  const ajv = new Ajv({ allowUnionTypes: true, strict: false });
  ajv.addSchema({ ...json("rules.schema.json"), $id: "rules.schema.json" });
  return ajv.compile({ ...json("squall.schema.json"), $id: "squall.schema.json" });
}

test("squall init writes what start reads, and every line of it is right when it is uncommented", async (t) => {
  const squall = new Squall(t);
  const made = await squall.run("init", "--hooks");
  assert.deepEqual([made.code, made.output.split("\n").length], [0, 4], made.output);
  const file = join(squall.folder, "squall.yaml");
  const text = readFileSync(file, "utf8");
  const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)![1]!;
  assert.deepEqual(
    JSON.parse(readFileSync(resolve(dirname(file), schema), "utf8")),
    json("squall.schema.json"),
  );
  assert.deepEqual(parse(text), { init: "hooks" });
  assert.match(text, /# strong: every read sees every write\./);

  const uncommented = text.replaceAll(/^#(?=[^ #\n]| {2})/gm, "");
  const everything = parse(uncommented) as Record<string, unknown>;
  assert.deepEqual(Object.keys(everything), [...configOptions(start).keys(), "settings", "rules"]);
  const isValid = validator();
  assert.ok(isValid(everything), JSON.stringify(isValid.errors));
  writeFileSync(file, uncommented);
  const { flags, settings, hasRules } = await readConfig(file, start);
  assert.equal(Object.keys(flags).length, configOptions(start).size);
  assert.deepEqual([hasRules, settings["dynamodb"]!["consistency"]!.value], [true, "strong"]);

  const again = await squall.run("init");
  assert.deepEqual(
    [again.code, again.output],
    [1, "squall: squall.yaml is there already. --force replaces it.\n"],
  );
});

test("a file's options go before defaults, variables before the file's, and flags before both", async (t) => {
  const squall = new Squall(t);
  const file = join(squall.folder, "squall.yaml");
  writeFileSync(
    file,
    "port: 4000\niam: audit\nseed: 5\ndata-dir: kept\nsettings:\n  dynamodb: { consistency: eventual }\n  sqs: { endpoint-strategy: path }\n",
  );
  const config = await readConfig(file, start);
  const options = (flags: StartFlags, rest: string[], environment: Record<string, string>) =>
    readOptions(flags, rest, environment, "start", config);
  const plain = options({}, [], {});
  assert.deepEqual(
    [plain.port, plain.iam, plain.seed, plain.dataDir],
    [4000, "audit", "5", join(squall.folder, "kept")],
  );
  assert.deepEqual(plain.settings, {
    dynamodb: { consistency: "eventual" },
    sqs: { "endpoint-strategy": "path" },
  });
  const set = options({}, [], {
    GATEWAY_LISTEN: ":4100",
    SQUALL_IAM: "enforce",
    SQS_ENDPOINT_STRATEGY: "off",
  });
  assert.deepEqual([set.port, set.iam, set.seed], [4100, "enforce", "5"]);
  assert.deepEqual(set.settings?.["sqs"], {});
  const flagged = options({ port: "4200", iam: "off" }, ["--dynamodb-consistency", "strong"], {
    GATEWAY_LISTEN: ":4100",
  });
  assert.deepEqual(
    [flagged.port, flagged.iam, flagged.settings?.["dynamodb"]],
    [4200, "off", { consistency: "strong" }],
  );
});

test("every variable that a flag has goes before the file", () => {
  const text = readFileSync(new URL("../../src/cli/start-options.ts", import.meta.url), "utf8");
  const read = [...text.matchAll(/flags\.(\w+) \?\?\s*(?:variable\(|isOn\(|environment\[)"(\w+)"/g)];
  assert.ok(read.length >= 8);
  for (const [, flag, variable] of read)
    assert.ok(VARIABLES[flag as keyof StartFlags]?.includes(variable!), `${flag}: ${variable}`);
});

const WRONG: Readonly<Record<string, [text: string, message: RegExp]>> = {
  "an unknown option": [
    "seed: 1\nprot: 1\n",
    /squall\.yaml:2: There is no option "prot"\. Did you mean "port"\?/,
  ],
  "an unknown service": [
    "settings:\n  dynamobd: {}\n",
    /:2: There is no service "dynamobd"\. Did you mean "dynamodb"\?/,
  ],
  "an unknown setting": [
    "settings:\n  dynamodb:\n    consistncy: strong\n",
    /:3: dynamodb has no setting "consistncy"\. Did you mean "consistency"\?/,
  ],
  "a setting's wrong value": [
    "settings:\n  dynamodb:\n    consistency: sometimes\n",
    /:3: settings\.dynamodb\.consistency wants one of strong, eventual, not "sometimes"\./,
  ],
  "a setting's value out of its range": [
    "settings:\n  dynamodb: { error-probability: 7 }\n",
    /:2: settings\.dynamodb\.error-probability wants a number from 0 to 1, not "7"\./,
  ],
  "an empty value": ['seed: 1\nhost: ""\n', /:2: host has no value\./],
  "an empty place": ['data-dir: " "\n', /:1: data-dir has no value\./],
  "a wrong form": ["strict: maybe\n", /:1: strict is true or false\./],
  "a list for one value": ["seed: [1, 2]\n", /:1: seed is one value\./],
  "a mapping for a text": ["\nseed: { a: 1 }\n", /:2: seed is a text or a number, and no mapping\./],
  "rules that are none": ["rules: all\n", /:1: rules is a list of rules\./],
  "no mapping at all": ["- port\n", /:1: It holds options by name, like "port: 4566", and no list\./],
  "no YAML": ["port: [1\n", /squall\.yaml:\d: Flow sequence/],
};

for (const [what, [text, message]] of Object.entries(WRONG))
  test(`squall.yaml with ${what} is refused by line`, async (t) => {
    const { folder } = new Squall(t);
    const file = join(folder, "squall.yaml");
    writeFileSync(file, text);
    await assert.rejects(
      readConfig(file, start),
      (error) => error instanceof CliError && message.test(error.message),
    );
  });

test("a value in squall.yaml that an option does not take is said of its line, a flag's of the flag", async (t) => {
  const squall = new Squall(t);
  writeFileSync(join(squall.folder, "squall.yaml"), "seed: 1\niam: maybe\n");
  const { code, output } = await squall.run("start", "--port", "0");
  assert.deepEqual(
    [code, output],
    [1, 'squall: squall.yaml:2: iam is enforce, audit or off, not "maybe".\n'],
  );
  const flagged = await squall.run("start", "--port", "0", "--iam", "perhaps");
  assert.equal(flagged.output, 'squall: --iam is enforce, audit or off, not "perhaps".\n');
  writeFileSync(join(squall.folder, "squall.yaml"), "log-format: json\n");
  const worded = await squall.run("start", "--port", "0", "--log-format", "xml");
  assert.match(worded.output, /^squall: --log-format is /);
});

test("rules in squall.yaml act, are read again when it changes, and are wrong by line", async (t) => {
  const squall = new Squall(t);
  writeFileSync(
    join(squall.folder, "squall.yaml"),
    "seed: storm\nrules:\n  - { service: sqs, error: throttle, id: one }\n",
  );
  const { url, output } = await squall.startDetached();
  assert.match(output, /seed storm\)/);
  assert.match((await squall.run("faults", "--url", url)).stdout, /one .* error .* service=sqs/);
  writeFileSync(
    join(squall.folder, "squall.yaml"),
    "rules:\n  - { service: sqs, error: throttle, id: two }\n",
  );
  await until(async () => (await (await fetch(`${url}/_squall/faults`)).text()).includes('"two"'));
  const none = await squall.startDetached("--no-config");
  assert.equal((await squall.run("faults", "--url", none.url)).stdout, "There are no rules.\n");
  mkdirSync(join(squall.folder, "sub"));
  writeFileSync(
    join(squall.folder, "sub/squall.yaml"),
    "strict: true\nrules:\n  - service: sqs\n    eror: throttle\n",
  );
  const wrong = await squall.run("start", "--port", "0", "--config", "sub/squall.yaml");
  assert.equal(wrong.code, 1);
  assert.match(
    wrong.output,
    /^squall: \S+sub\/squall\.yaml:4: A rule has no field "eror"\. Did you mean "error"\?/,
  );
});
