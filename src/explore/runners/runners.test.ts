import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type RunListing, testsOf } from "./runners.ts";

const folder = mkdtempSync(join(tmpdir(), "squall-listings-"));
after(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "src/test/java/shop"), { recursive: true });
for (const name of ["OrderTest", "Orders", "TestPrices"])
  writeFileSync(join(folder, `src/test/java/shop/${name}.java`), "");
writeFileSync(join(folder, "test_a.py"), "");
writeFileSync(
  join(folder, "package.json"),
  JSON.stringify({ scripts: { test: "TZ=UTC jest --ci", unit: "vitest run --globals" } }),
);

const CASES: readonly {
  readonly command: string;
  readonly list?: string;
  readonly listing: string;
  readonly output: string;
  readonly tests: readonly (readonly [name: string, command: string])[];
}[] = [
  {
    command: "pytest -q test_a.py --color=no",
    listing: "pytest -q test_a.py --color=no --collect-only --verbosity=-1",
    output: "test_a.py::test_one\ntest_a.py::T::test_two[a b]\n\n2 tests collected in 0.01s\n",
    tests: [
      ["test_a.py::test_one", "pytest -q --color=no test_a.py::test_one"],
      ["test_a.py::T::test_two[a b]", "pytest -q --color=no test_a.py::T::test_two[a b]"],
    ],
  },
  {
    command: "npx vitest run",
    listing: "npx vitest list --json",
    output: `[{"name":"shop > takes (one)","file":"${folder}/a.test.ts"}]`,
    tests: [["a.test.ts > shop > takes (one)", "npx vitest run a.test.ts -t ^shop takes \\(one\\)$"]],
  },
  {
    command: "npm run unit",
    listing: "npm exec --no -- vitest list --globals --json",
    output: `> unit\n[{"name":"one","file":"${folder}/a.test.ts"}]`,
    tests: [["a.test.ts > one", "npm run unit -- a.test.ts -t ^one$"]],
  },
  {
    command: "npm test",
    listing: "npm test -- --listTests",
    output: `> test\n${folder}/b.test.js\n${folder}/a.test.js\n`,
    tests: [
      ["a.test.js", `npm test -- --runTestsByPath ${folder}/a.test.js`],
      ["b.test.js", `npm test -- --runTestsByPath ${folder}/b.test.js`],
    ],
  },
  {
    command: "node --import tsx --test test_a.py",
    listing: "node --import tsx --test --test-reporter=junit --test-reporter-destination=stdout test_a.py",
    output: `<testsuite name="s"><testcase name="a &quot;b&quot;" time="1" classname="test" file="${folder}/t.mjs"/></testsuite>`,
    tests: [['t.mjs > a "b"', 'node --import tsx --test --test-name-pattern=/^(?:.* )?a "b"$/ t.mjs']],
  },
  {
    command: "mvn -q test",
    listing: "",
    output: "",
    tests: [
      ["OrderTest", "mvn -q test -Dtest=OrderTest -Dsurefire.failIfNoSpecifiedTests=false"],
      ["TestPrices", "mvn -q test -Dtest=TestPrices -Dsurefire.failIfNoSpecifiedTests=false"],
    ],
  },
  {
    command: "make test T={test}",
    list: "make tests",
    listing: "sh -c make tests",
    output: "one\n\ntwo\n",
    tests: [
      ["one", "make test T=one"],
      ["two", "make test T=two"],
    ],
  },
];

for (const { command, list, listing, output, tests } of CASES)
  test(`each test of \`${command}\` has a command of its own`, async () => {
    const asked: string[] = [];
    const run: RunListing = async (words) => {
      asked.push(words.join(" "));
      return output;
    };
    const found = await testsOf(command.split(" "), list, folder, run);
    assert.deepEqual(
      found.map((one) => [one.name, one.command.join(" ")]),
      tests,
    );
    assert.deepEqual(asked, listing === "" ? [] : [listing]);
  });

test("what is not known, and what has no tests, is said", async () => {
  const none: RunListing = async () => "";
  for (const [command, list, said] of [
    ["cargo test", undefined, /knows pytest, Vitest, Jest, node:test, Maven, and not cargo/],
    ["cargo test", "ls", /wants \{test\} in the command/],
    ["npm run nothing", undefined, /and not this command/],
    ["pytest", undefined, /finds no tests/],
  ] as const)
    await assert.rejects(testsOf(command.split(" "), list, folder, none), said);
});
