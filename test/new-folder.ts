import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder, which goes when the tests of its file have ended. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "squall-test-"));
  folders.push(folder);
  return folder;
}
