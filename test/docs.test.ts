import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileOf, pages } from "../scripts/docs.ts";
import { DEAF_COMMANDS } from "../src/cli/aws-cli-v1.ts";

test("the pages that come from the code say what is now true (npm run docs writes them)", async () => {
  for (const [file, text] of Object.entries(await pages()))
    assert.ok(readFileSync(fileOf(file), "utf8") === text, `${file} is not what the code says: npm run docs`);
});

const COMMAND = /(?:^|\$\(|&& |; |\$ )\s*aws [a-z]/;

test("no example with the AWS CLI can reach AWS when it is pasted alone", () => {
  let examples = 0;
  const open: string[] = [];
  for (const file of globSync(["README.md", "docs/**/*.md", "examples/**/*.md"], {
    cwd: fileOf("."),
    exclude: (name) => name.includes("node_modules"),
  })) {
    for (const [, block = ""] of readFileSync(fileOf(file), "utf8").matchAll(/^```\w*\n([\s\S]*?)^```/gm)) {
      const commands = block.split("\n").filter((line) => COMMAND.test(line));
      examples += commands.length;
      // AWS_ENDPOINT_URL would not do: version 1 of the AWS CLI does not heed it for some services.
      if (block.includes("command aws --endpoint-url ")) continue;
      for (const line of commands) if (!line.includes("--endpoint-url")) open.push(`${file}: ${line}`);
    }
  }
  assert.deepEqual(open, []);
  assert.ok(examples > 50, "the examples are found");
});

test("where the AWS CLI is spoken of, it is said which services version 1 goes to AWS for", () => {
  for (const page of ["getting-started", "gateway", "ec2", "rds", "sqs"]) {
    const text = readFileSync(fileOf(`docs/guide/${page}.md`), "utf8");
    const [paragraph] = /[^\n]*ersion 1 of the AWS CLI[\s\S]*?\n\n/.exec(text) ?? [];
    assert.ok(paragraph, page);
    for (const command of DEAF_COMMANDS) assert.match(paragraph, new RegExp(`\`${command}\``), page);
    assert.match(paragraph, /--endpoint-url/, page);
  }
});
