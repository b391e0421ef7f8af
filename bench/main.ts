import { readdirSync } from "node:fs";
import Table from "cli-table3";
import type { Figure } from "./tools.ts";

/** `npm run bench [-- name …]`: every file here that exports a benchmark as default, or those that are named. */
const OTHERS = ["main.ts", "load.ts", "tools.ts"];
const names = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".ts") && !OTHERS.includes(file))
  .map((file) => file.slice(0, -3))
  .sort();
const chosen = process.argv.slice(2);
for (const name of chosen) {
  if (!names.includes(name)) throw new Error(`There is no benchmark ${name}: there are ${names.join(", ")}.`);
}

const table = new Table({ head: ["what", "measured", "target", ""], style: { head: [], border: [] } });
for (const name of chosen.length > 0 ? chosen : names) {
  console.error(`${name} …`);
  const { default: bench } = (await import(`./${name}.ts`)) as { default: () => Promise<Figure[]> };
  for (const { name: what, value, target, reached } of await bench()) {
    table.push([what, value, target ?? "", reached === undefined ? "" : reached ? "reached" : "MISSED"]);
  }
}
console.log(table.toString());
