/** multipart/form-data, as browsers post files: https://www.rfc-editor.org/rfc/rfc7578 */
export interface FormBody {
  /** Where the file begins: what comes before it. */
  readonly bytesBefore: number;
  /** Fields before the file, by their names in lower case. */
  readonly fields: Readonly<Record<string, string>>;
  readonly file?: { readonly name: string; readonly type?: string; readonly bytes: Uint8Array };
}

/** undefined for what is no such form. What comes behind the file is not read, as on AWS. */
export function parseForm(contentType: string, body: Uint8Array): FormBody | undefined {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = `--${boundary}`;
  const fields: Record<string, string> = Object.create(null);
  let at = bytes.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.length + 2;
    const end = bytes.indexOf(`\r\n${delimiter}`, start - 2);
    const headEnd = bytes.indexOf("\r\n\r\n", start - 2);
    if (end < 0 || headEnd < 0 || headEnd > end) break;
    const head = bytes.toString("utf8", start, headEnd);
    const content = bytes.subarray(headEnd + 4, Math.max(end, headEnd + 4));
    const name = /;\s*name="?([^";\r\n]*)"?/i.exec(head)?.[1]?.toLowerCase() ?? "";
    const fileName = /;\s*filename="?([^";\r\n]*)"?/i.exec(head)?.[1];
    if (name === "file") {
      const type = /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim();
      return {
        bytesBefore: headEnd,
        fields,
        file: { name: baseName(fileName ?? ""), ...(type && { type }), bytes: content },
      };
    }
    fields[name] = content.toString("utf8");
    at = end + 2;
  }
  return { bytesBefore: bytes.length, fields };
}

/** Browsers of old gave whole paths. */
const baseName = (path: string) => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
