import { readJson } from "../../../core/read-json.ts";
import { spendOnText } from "./effort.ts";
import { javaText } from "./java.ts";

const text = (value: unknown): string => javaText(value) ?? "";

/** `$util`: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#util-template-reference */
export class Functions {
  /** As a JavaScript string's inside. */
  escapeJavaScript(value: unknown): string {
    spendOnText(value);
    return text(value).replace(/['"\\/\p{Cc}]|[^\u0020-\u007e]/gu, (c) => ESCAPES[c] ?? unicode(c));
  }

  parseJson(text: unknown): unknown {
    spendOnText(text);
    return readJson(String(text)) as unknown;
  }

  urlEncode(value: unknown): string {
    spendOnText(value);
    return encodeURIComponent(text(value))
      .replaceAll("%20", "+")
      .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  }

  urlDecode(value: unknown): string {
    spendOnText(value);
    return decodeURIComponent(text(value).replaceAll("+", " "));
  }

  base64Encode(value: unknown): string {
    spendOnText(value);
    return Buffer.from(text(value)).toString("base64");
  }

  base64Decode(value: unknown): string {
    spendOnText(value);
    return Buffer.from(text(value), "base64").toString();
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  "'": "\\'",
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
};

const unicode = (c: string): string =>
  [...Array(c.length).keys()]
    .map((at) => `\\u${c.charCodeAt(at).toString(16).toUpperCase().padStart(4, "0")}`)
    .join("");
