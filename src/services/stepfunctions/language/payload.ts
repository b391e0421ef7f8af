import { readJson } from "../../../core/read-json.ts";
import { sure } from "../../../core/sure.ts";
import type { Json } from "./json.ts";

/** What is handed from state to state: its text, which stays as it came while nobody changes it, and what it says. */
export class Payload {
  #text: string | undefined;
  #json: Json | undefined;

  private constructor(text: string | undefined, json: Json | undefined) {
    this.#text = text;
    this.#json = json;
  }

  static of(json: Json): Payload {
    return new Payload(undefined, json);
  }

  /** @param text that is known to be JSON */
  static text(text: string): Payload {
    return new Payload(text, undefined);
  }

  /** The list of some others. */
  static list(items: readonly Payload[]): Payload {
    return Payload.text(`[${items.map(({ text }) => text).join(",")}]`);
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.#json);
    return this.#text;
  }

  get json(): Json {
    // One of the two is always there.
    if (this.#json === undefined) this.#json = readJson(sure(this.#text)) as Json;
    return this.#json;
  }

  /** Itself when a value is what it says, which keeps its text. */
  with(json: Json): Payload {
    return json === this.#json ? this : Payload.of(json);
  }
}
