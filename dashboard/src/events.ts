import type { CallRecord } from "../../src/core/bus.ts";
import { ask, mayChange, NoAnswer, Refused, send, wantsToken } from "./api.ts";
import { Store } from "./store.ts";

/** What a call was answered, for the calls of which it was told. */
export interface Answer {
  readonly sequence: number;
  readonly output?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

/** What Squall says of itself as it happens. */
export interface Said {
  call: CallRecord;
  "call.answer": Answer;
  "fault.rule": { readonly change: string; readonly ruleId: string };
  /** Why nothing may fail any more; nothing when it may again. */
  "fault.lever": { readonly stoppedFor?: string };
  "fis.experiment": { readonly arn: string; readonly status: string };
  "cloudwatch.alarm": { readonly alarmArn: string; readonly state: string };
  "explore.report": { readonly isRunning: boolean; readonly results: number };
  /** Squall has begun anew: what was known of it is void. */
  anew: undefined;
}

/** What of `GET /_squall/info` says how to listen. */
interface Info {
  readonly calls: number;
  readonly uptimeSeconds: number;
  readonly mayChange: boolean;
}

type Listener<T extends keyof Said> = (said: Said[T]) => void;

/** So many calls of before are shown when the page opens. */
const EARLIER = 5000;
const PAUSE_MS = 1000;

export const connection = new Store<"connecting" | "open" | "lost">("connecting");

const listeners = new Map<keyof Said, Set<Listener<never>>>();

/** Returns how to stop listening. */
export function on<T extends keyof Said>(topic: T, listener: Listener<T>): () => void {
  const heard = listeners.get(topic) ?? new Set();
  listeners.set(topic, heard);
  heard.add(listener as Listener<never>);
  return () => void heard.delete(listener as Listener<never>);
}

function tell<T extends keyof Said>(topic: T, said: Said[T]): void {
  for (const listener of listeners.get(topic) ?? []) (listener as Listener<T>)(said);
}

/** Listens for as long as the page is there, with pauses where Squall is not. */
export async function listen(): Promise<void> {
  let last: number | undefined;
  let lastUptime = 0;
  for (;;) {
    try {
      const { calls, uptimeSeconds, ...info } = await ask<Info>("GET", "/_squall/info");
      mayChange.set(info.mayChange);
      if (calls < (last ?? 0) || uptimeSeconds < lastUptime) {
        last = 0;
        tell("anew", undefined);
      }
      lastUptime = uptimeSeconds;
      last ??= Math.max(calls - EARLIER, 0);
      const response = await send("GET", `/_squall/events?answers=true&after=${last}`);
      connection.set("open");
      for await (const { event, data } of messages(response.body)) {
        const said = JSON.parse(data) as Said[keyof Said];
        if (event === "call") last = (said as CallRecord).sequence;
        tell(event as keyof Said, said as never);
      }
    } catch (error) {
      // The form for the token is shown; everything else is a Squall that is not there.
      const isKnown = [Refused, NoAnswer, TypeError].some((kind) => error instanceof kind);
      if (!isKnown) console.warn(error);
    }
    connection.set("lost");
    await pauseOrToken();
  }
}

/** A pause, which ends when a token is given. */
const pauseOrToken = (): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(end, PAUSE_MS);
    const stop = wantsToken.subscribe(() => !wantsToken.value && end());
  });

/** The messages of an event stream. `EventSource` would do it, but can show no token. */
async function* messages(
  body: ReadableStream<Uint8Array> | null,
): AsyncGenerator<{ event: string; data: string }> {
  if (!body) return;
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += decoder.decode(value, { stream: true });
    const whole = rest.split("\n\n");
    rest = whole.pop() ?? "";
    for (const message of whole) {
      let event = "";
      let data = "";
      for (const line of message.split("\n")) {
        if (line.startsWith("event: ")) event = line.slice("event: ".length);
        else if (line.startsWith("data: ")) data += line.slice("data: ".length);
      }
      if (event !== "") yield { event, data };
    }
  }
}
