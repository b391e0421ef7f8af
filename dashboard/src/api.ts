import { Store } from "./store.ts";

/** What the admin API refused; the message is its own. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const TOKEN = "squall.token";

/** The admin token, as long as this tab is open: what listens on more than loopback wants it. */
const token = { value: sessionStorage.getItem(TOKEN) ?? "" };

/** Has Squall asked for its token, and has none that is right been given? */
export const wantsToken = new Store(false);

/** May who looks change anything? Not with the token of a fleet's viewer, nor before Squall has said so. */
export const mayChange = new Store(false);

/** Nobody was there to answer. */
export class NoAnswer extends Error {
  constructor() {
    super("Squall does not answer.");
  }
}

export function giveToken(given: string): void {
  token.value = given;
  sessionStorage.setItem(TOKEN, given);
  wantsToken.set(false);
}

export const hasToken = (): boolean => token.value !== "";

/** A request of Squall's own API. @throws Refused, NoAnswer */
export async function send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const shown = token.value;
  if (shown !== "") headers.set("authorization", `Bearer ${shown}`);
  const response = await fetch(path, { ...init, method, headers }).catch(() => {
    throw new NoAnswer();
  });
  // An answer to who had no token yet says nothing of the one that was given meanwhile.
  if (response.status === 401 && shown === token.value) wantsToken.set(true);
  if (!response.ok) throw new Refused(response.status, await messageOf(response));
  return response;
}

/** The same in JSON. @throws Refused */
export async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await send(method, path, { ...init, headers: { accept: "application/json" } });
  return (await response.json()) as T;
}

async function messageOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === "string") return message;
  } catch {
    // Not JSON: what there is, then.
  }
  return text || response.statusText;
}

export interface Place {
  readonly account?: string;
  readonly region?: string;
}

/** Calls an operation as a client would: rules strike it, and it stands among the calls. @throws Refused */
export const call = <T>(service: string, operation: string, input: object, place: Place = {}): Promise<T> =>
  ask("POST", "/_squall/call", { service, operation, input, ...place });

/** Calls an operation only to show what is there: no rule strikes or counts it. @throws Refused */
export const look = <T>(service: string, operation: string, input: object, place: Place = {}): Promise<T> =>
  ask("POST", "/_squall/call", { service, operation, input, ...place, aside: true });

/** Bytes as `POST /_squall/call` gives and takes them. */
export interface Bytes {
  readonly $base64: string;
  readonly $cut?: boolean;
}

export function bytesOf({ $base64 }: Bytes): Uint8Array {
  return Uint8Array.from(atob($base64), (character) => character.charCodeAt(0));
}

/** @returns undefined for what is no text in UTF-8 */
export function textOf(bytes: Bytes): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(bytes));
  } catch {
    return undefined;
  }
}

export function bytesFrom(text: string): Bytes {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return { $base64: btoa(binary) };
}

/** A client token: what makes a request that is sent twice the same. `crypto.randomUUID` is only there on pages that browsers trust. */
export const freshToken = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
