import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Authority } from "./authority.ts";

const root = mkdtempSync(join(tmpdir(), "squall-authority-"));
after(() => rmSync(root, { recursive: true }));

/** Opens the authority of a folder, and tells what was said meanwhile. */
async function opened(folder: string) {
  const said: string[] = [];
  const authority = await Authority.open(folder, { warn: (sentence) => said.push(String(sentence)) });
  return { authority, said };
}

/** A folder with these files in it, which may be missing. */
function folderOf(name: string, files: Readonly<Record<string, string | undefined>>): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files))
    if (text !== undefined) writeFileSync(join(folder, file), text);
  return folder;
}

const first = join(root, "first");
const { authority } = await opened(first);
const [cert, key] = ["ca.pem", "ca.key"].map((file) => readFileSync(join(first, file), "utf8"));

test("an authority is made once, and nothing need be said of it", async () => {
  const again = await opened(first);
  assert.equal(again.authority.pem, authority.pem);
  assert.deepEqual(again.said, []);
});

test("files that are of no use are named, and nobody's trust is thrown away", async () => {
  await opened(join(root, "other"));
  const other = readFileSync(join(root, "other", "ca.key"), "utf8");
  const cases: [name: string, files: Record<string, string | undefined>, why: RegExp][] = [
    ["no-key", { "ca.pem": cert }, /no-key\/ca\.key is not there/],
    ["junk-key", { "ca.pem": cert, "ca.key": "junk" }, /junk-key\/ca\.key is no private key in PEM/],
    ["junk-cert", { "ca.pem": "junk", "ca.key": key }, /junk-cert\/ca\.pem is no certificate in PEM/],
    ["other-key", { "ca.pem": cert, "ca.key": other }, /other-key\/ca\.key is not the key of .*ca\.pem/],
  ];
  for (const [name, files, why] of cases) {
    const folder = folderOf(name, files);
    await assert.rejects(opened(folder), why, name);
    await assert.rejects(opened(folder), /Put the file back, or remove .*: then a new one is made/, name);
    for (const [file, text] of Object.entries(files))
      assert.equal(readFileSync(join(folder, file), "utf8"), text, "nothing is changed");
  }
});

test("a key without a certificate is of an authority that nobody trusts yet", async () => {
  assert.deepEqual((await opened(folderOf("only-key", { "ca.key": "half" }))).said, []);
});

test("one whose time is over is replaced, and it is said that trust must be renewed", async () => {
  const over = await authority.certify("localhost", "expired");
  const folder = folderOf("over", {
    "ca.pem": over.cert.split(/(?<=-----END CERTIFICATE-----)/)[0],
    "ca.key": over.key,
  });
  const { said } = await opened(folder);
  assert.equal(said.length, 1);
  assert.match(
    said[0] ?? "",
    /^The local authority in .*over ended on \d{4}-\d\d-\d\d: there is a new one in its place\. Clients trust it when squall env --proxy has been run again\.$/,
  );
  assert.deepEqual((await opened(folder)).said, [], "the new one stays");
});
