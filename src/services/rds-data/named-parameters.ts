/** A statement in pieces: between two of them stands a parameter, by its name. */
export interface Parsed {
  readonly pieces: readonly string[];
  readonly names: readonly string[];
}

/**
 * What is passed over: texts, quoted names and comments, and the colons of a cast. As on AWS, a text between dollars is not: a `:name`
 * in it is a parameter, and so is the end of an array's slice (`a[1:2]`). What has no end goes on to the statement's: nothing is read twice.
 */
const POSTGRES =
  /(?<![\w$])[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|::|:(\w+)/g;
const MYSQL =
  /'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|--(?=\s|$)[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|::|:(\w+)/g;

/** Finds the parameters of a statement. */
export function parse(sql: string, engine: "postgres" | "mysql"): Parsed {
  const pieces: string[] = [];
  const names: string[] = [];
  let from = 0;
  for (const found of sql.matchAll(engine === "postgres" ? POSTGRES : MYSQL)) {
    const name = found[1];
    if (name === undefined) continue;
    pieces.push(sql.slice(from, found.index));
    names.push(name);
    from = found.index + found[0].length;
  }
  pieces.push(sql.slice(from));
  return { pieces, names };
}
