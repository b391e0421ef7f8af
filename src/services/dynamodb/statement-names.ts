/** A table in a PartiQL statement: behind FROM, INTO or UPDATE, in double quotes or without; `"Music"."by-artist"` is an index of it. */
const TABLE =
  /\b(?:FROM|INTO|UPDATE)\s+(?:"((?:[^"]|"")+)"|([\w.-]+?))(?:\s*\.\s*(?:"((?:[^"]|"")+)"|(\w[\w-]*)))?(?=[\s({]|$)/i;

/** The table, and the index, that a PartiQL statement is about; read without parsing it. */
export function namesInStatement(statement: string): Record<string, string> | undefined {
  const [, quotedTable, bareTable, quotedIndex, bareIndex] = TABLE.exec(statement) ?? [];
  const table = quotedTable?.replaceAll('""', '"') ?? bareTable;
  if (table === undefined) return undefined;
  const index = quotedIndex?.replaceAll('""', '"') ?? bareIndex;
  return { TableName: table, ...(index !== undefined && { IndexName: index }) };
}
