import { atOnce, type Unhurried } from "../core/unhurried.ts";
import { malformedXml } from "./errors.ts";
import { MAX_DEPTH } from "./limits.ts";

/** One element; names are without namespace prefix, attributes with theirs. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** Parses a document; throws MalformedXML, also for a DOCTYPE (entities are not welcome). */
export function parseXml(text: string): XmlElement {
  return atOnce(parseLargeXml(text));
}

/** The same with pauses. */
export function parseLargeXml(text: string): Unhurried<XmlElement> {
  return new XmlParser(text).parse();
}

/** Ten thousand parts of an upload with all their checksums have half of it. */
const MAX_ELEMENTS = 200_000;
/** How many tags are read between two pauses. */
const TAGS = 256;
const NONE: ReadonlyMap<string, string> = new Map();

const NAME = /[A-Za-z_:\u00c0-\uffff][\w:.\-\u00b7\u00c0-\uffff]*/y;
const ATTRIBUTE = /\s+([A-Za-z_:\u00c0-\uffff][\w:.\-\u00b7\u00c0-\uffff]*)\s*=\s*(?:"([^<"]*)"|'([^<']*)')/y;
const TAG_END = /\s*(\/?)>/y;
const BLANK = /^\s*$/;

/** An element that is open. */
interface Open {
  readonly tag: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** Well-formed documents without a DOCTYPE, and nothing of XML beyond: https://www.w3.org/TR/xml/ */
class XmlParser {
  readonly #text: string;
  readonly #open: Open[] = [];
  #at = 0;
  #root: XmlElement | undefined;
  #elements = 0;

  constructor(text: string) {
    // A byte order mark is none of the text.
    this.#text = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  *parse(): Unhurried<XmlElement> {
    const text = this.#text;
    for (let tags = 1; this.#at < text.length; tags++) {
      const next = text.indexOf("<", this.#at);
      this.#say(text.slice(this.#at, next < 0 ? text.length : next));
      if (next < 0) break;
      this.#at = next + 1;
      this.#markup();
      if (tags % TAGS === 0) yield;
    }
    if (this.#root === undefined || this.#open.length > 0) throw malformedXml();
    return this.#root;
  }

  #markup(): void {
    const text = this.#text;
    switch (text[this.#at]) {
      case "/":
        this.#end();
        break;
      case "?":
        this.#pass("?>");
        break;
      case "!":
        if (text.startsWith("!--", this.#at)) this.#comment();
        else if (text.startsWith("![CDATA[", this.#at) && this.#open.length > 0) this.#characters();
        else throw malformedXml();
        break;
      default:
        this.#start();
    }
  }

  #start(): void {
    const tag = this.#name();
    const attributes = this.#attributes();
    TAG_END.lastIndex = this.#at;
    const end = TAG_END.exec(this.#text);
    if (!end || this.#open.length > MAX_DEPTH || ++this.#elements > MAX_ELEMENTS) throw malformedXml();
    this.#at = TAG_END.lastIndex;
    this.#open.push({ tag, name: tag.slice(tag.indexOf(":") + 1), attributes, children: [], text: "" });
    if (end[1] === "/") this.#close();
  }

  #end(): void {
    this.#at++;
    const tag = this.#name();
    TAG_END.lastIndex = this.#at;
    const end = TAG_END.exec(this.#text);
    if (!end || end[1] === "/" || this.#open.at(-1)?.tag !== tag) throw malformedXml();
    this.#at = TAG_END.lastIndex;
    this.#close();
  }

  #close(): void {
    const element = this.#open.pop();
    if (element === undefined || this.#root !== undefined) throw malformedXml();
    const { name, attributes, children, text } = element;
    const around = this.#open.at(-1);
    if (around) around.children.push({ name, attributes, children, text });
    else this.#root = { name, attributes, children, text };
  }

  #name(): string {
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0];
    if (name === undefined) throw malformedXml();
    this.#at += name.length;
    return name;
  }

  #attributes(): ReadonlyMap<string, string> {
    let attributes: Map<string, string> | undefined;
    for (;;) {
      ATTRIBUTE.lastIndex = this.#at;
      const [all, name, double, single] = ATTRIBUTE.exec(this.#text) ?? [];
      if (all === undefined || name === undefined) return attributes ?? NONE;
      attributes ??= new Map();
      if (attributes.has(name)) throw malformedXml();
      attributes.set(name, unescapeXml(double ?? single ?? ""));
      this.#at += all.length;
    }
  }

  #say(text: string): void {
    if (text === "") return;
    const around = this.#open.at(-1);
    if (around) around.text += unescapeXml(text);
    else if (!BLANK.test(text)) throw malformedXml();
  }

  #comment(): void {
    this.#at += "!--".length;
    const comment = this.#pass("-->");
    if (comment.includes("--")) throw malformedXml();
  }

  #characters(): void {
    this.#at += "![CDATA[".length;
    const around = this.#open.at(-1);
    if (around) around.text += this.#pass("]]>");
  }

  /** What stands before an end, which is passed. */
  #pass(end: string): string {
    const at = this.#text.indexOf(end, this.#at);
    if (at < 0) throw malformedXml();
    const passed = this.#text.slice(this.#at, at);
    this.#at = at + end.length;
    return passed;
  }
}

const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }),
);

/** The five entities of XML and character numbers: nothing can expand. */
function unescapeXml(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g, (all, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES.get(name) ?? all;
    const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
    if (code > 0x10ffff) throw malformedXml();
    return String.fromCodePoint(code);
  });
}
