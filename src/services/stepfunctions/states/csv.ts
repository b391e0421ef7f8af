import { named } from "../../../core/named.ts";
import type { StateFailure } from "../language/failure.ts";
import type { Json } from "../language/json.ts";

interface CsvConfig {
  readonly CSVHeaderLocation?: "FIRST_ROW" | "GIVEN";
  readonly CSVHeaders?: readonly string[];
  readonly CSVDelimiter?: string;
}

const DELIMITERS: Readonly<Record<string, string>> = {
  COMMA: ",",
  PIPE: "|",
  SEMICOLON: ";",
  SPACE: " ",
  TAB: "\t",
};

/** The rows of a CSV file as items: texts by the names of their columns. */
export function csvItems(text: string, config: CsvConfig, failed: (message: string) => StateFailure): Json[] {
  const rows = rowsOf(text.replace(/^\uFEFF/, ""), DELIMITERS[config.CSVDelimiter ?? "COMMA"] ?? ",");
  const headers = config.CSVHeaderLocation === "GIVEN" ? (config.CSVHeaders ?? []) : (rows.shift() ?? []);
  if (new Set(headers).size < headers.length) throw failed("CSV headers cannot contain duplicates.");
  return rows.map(
    // What a row has too little is empty, what it has too much is left out.
    (row) => ({ ...named(headers.map((name, at) => [name, row[at] ?? ""] as const)) }),
  );
}

/** RFC 4180: fields in double quotes may hold delimiters and line ends, a double quote is doubled. */
function rowsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let isQuoted = false;
  const endRow = () => {
    row.push(field);
    rows.push(row);
    row = [];
    field = "";
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (isQuoted) {
      if (letter !== '"') field += letter;
      else if (text[at + 1] === '"') {
        field += '"';
        at++;
      } else isQuoted = false;
    } else if (letter === '"' && field === "") isQuoted = true;
    else if (letter === delimiter) {
      row.push(field);
      field = "";
    } else if (letter === "\n" || letter === "\r") {
      if (letter === "\r" && text[at + 1] === "\n") at++;
      endRow();
    } else field += letter;
  }
  if (field !== "" || row.length > 0) endRow();
  // An empty line is no row.
  return rows.filter((fields) => fields.length > 1 || fields[0] !== "");
}
