import { escapeXml } from "../../protocols/xml-text.ts";

/** A flat document of S3's, for answers that no operation of its model has. */
export function xml(root: string, members: Readonly<Record<string, unknown>>): string {
  const elements = Object.entries(members).map(
    ([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${elements.join("")}</${root}>`;
}
