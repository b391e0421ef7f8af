import type { AttributeValue } from "../attribute-value.ts";
import { invalid } from "../errors.ts";
import { type Token, tokenize, wrong } from "./lexer.ts";

/** Statements may not nest so deeply that reading them takes the stack. */
const MOST_LEVELS = 100;

/** Reads tokens one by one, hands out parameters in their order, and complains in AWS's words. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  /** Follows the last token, however far one looks ahead. */
  readonly #end: Token;
  readonly #parameters: readonly AttributeValue[];
  #at = 0;
  #nextParameter = 0;
  #level = 0;

  constructor(source: string, parameters: readonly AttributeValue[]) {
    this.#tokens = tokenize(source);
    this.#end = { kind: "end", text: "", column: source.length + 1 };
    this.#parameters = parameters;
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? this.#end;
  }

  get afterNext(): Token {
    return this.#tokens[this.#at + 1] ?? this.#end;
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  /** Reads what is nested in what is being read. */
  nested<T>(read: () => T): T {
    if (++this.#level > MOST_LEVELS) throw wrong(this.next);
    const found = read();
    this.#level--;
    return found;
  }

  isSymbol(text: string): boolean {
    return this.next.kind === "symbol" && this.next.text === text;
  }

  accept(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.#at++;
    return true;
  }

  expect(symbol: string): void {
    if (!this.accept(symbol)) throw wrong(this.next);
  }

  isWord(word: string): boolean {
    return this.next.kind === "word" && this.next.text.toUpperCase() === word;
  }

  acceptWord(...words: readonly string[]): boolean {
    const matches = words.every((word, ahead) => {
      const token = this.#tokens[this.#at + ahead];
      return token?.kind === "word" && token.text.toUpperCase() === word;
    });
    if (matches) this.#at += words.length;
    return matches;
  }

  expectWord(word: string): void {
    if (!this.acceptWord(word)) throw wrong(this.next);
  }

  /** An identifier, bare or in double quotes. */
  identifier(): string {
    if (this.next.kind !== "word" && this.next.kind !== "quoted") throw wrong(this.next);
    return this.take().text;
  }

  parameter(): AttributeValue {
    const value = this.#parameters[this.#nextParameter++];
    if (!value) throw invalid("Number of parameters in request and statement don't match.");
    return value;
  }

  expectEnd(): void {
    if (this.next.kind !== "end") throw wrong(this.next);
    if (this.#nextParameter !== this.#parameters.length)
      throw invalid("Number of parameters in request and statement don't match.");
  }
}
