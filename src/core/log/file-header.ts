/** What logs and snapshots begin with. */
const MAGIC = "squall state ";

/** 1 and 2 were databases of SQLite's (`sqlite-format.ts`). */
const FORMAT = 3;

export const FILE_HEADER = Buffer.from(`${MAGIC}${String(FORMAT).padStart(3)}`, "latin1");

/** @throws Error that says what is wrong with it */
export function checkFileHeader(bytes: Buffer): void {
  if (bytes.equals(FILE_HEADER)) return;
  const text = bytes.toString("latin1");
  if (bytes.length < FILE_HEADER.length) throw new Error("it is cut off");
  if (!/^squall state [ \d]{3}$/.test(text)) throw new Error("it is not a file of Squall's");
  throw new Error(
    `it is of format ${text.slice(MAGIC.length).trim()}, which a newer Squall wrote; this one knows formats up to ${FORMAT}`,
  );
}
