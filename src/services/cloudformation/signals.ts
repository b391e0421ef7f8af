import { readJson } from "../../core/read-json.ts";
import type { ServiceHost } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import { isFailure } from "./creation-policy.ts";
import type { StackPlace } from "./events.ts";
import { CUSTOM_RESOURCE } from "./fault-points.ts";
import { isMap, type Value, type Values } from "./sam/value.ts";

/** What custom resources, wait conditions and SignalResource have said. Key: [key, unique id]. */
const signalRecords = defineCollection<Values>({ name: "signals" });

/** Who is given a URL to answer at. */
export type Answerer = "function" | "anyone";

/** Where custom resources and wait conditions answer. */
export const SIGNALS = "/_squall/cloudformation/signals";

/** Signals come in over HTTP and are waited for by deployments. */
export class Signals {
  readonly #host: ServiceHost;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /**
   * A URL that tells whose answer comes there. It has no other secret than the operation's id. A function runs on this machine, and
   * needs no name server to find it; who else answers may be anywhere.
   */
  url(
    { account, region }: Pick<StackPlace, "account" | "region">,
    { key, subject, by }: { readonly key: string; readonly subject: string; readonly by: Answerer },
  ): string {
    const told = Buffer.from(JSON.stringify([account, region, key, subject])).toString("base64url");
    const { endpoint } = this.#host;
    return `${by === "function" ? endpoint.loopback() : endpoint.url()}${SIGNALS}/${told}`;
  }

  /** @returns false for a URL that is none of ours, or a body that is no answer */
  take(told: string, body: string): boolean {
    let place: readonly string[];
    let signal: Value;
    try {
      place = readJson(Buffer.from(told, "base64url").toString()) as string[];
      signal = readJson(body) as Value;
    } catch {
      return false;
    }
    if (!Array.isArray(place) || place.length !== 4 || !isMap(signal)) return false;
    const [account, region, key, subject] = place as [string, string, string, string];
    // Thanked for and thrown away.
    if (this.#host.hits(CUSTOM_RESOURCE, { resource: subject }, { account, region }).length > 0) return true;
    this.put({ account, region }, key, signal);
    return true;
  }

  put({ account, region }: Pick<StackPlace, "account" | "region">, key: string, signal: Values): void {
    const id = String(signal["UniqueId"] ?? this.#host.random.uuid());
    this.#host.store(account, region).collection(signalRecords).put([key, id], signal);
    for (const tell of this.#waiting.get(key) ?? []) tell();
  }

  /** What has come so far. */
  get({ store }: Pick<StackPlace, "store">, key: string): Values[] {
    return [...store.collection(signalRecords).values({ prefix: [key] })];
  }

  forget({ store }: Pick<StackPlace, "store">, key: string): void {
    store.collection(signalRecords).clear({ prefix: [key] });
  }

  /**
   * Resolves with the first `count` signals, or with fewer when more than `tolerated` of them say FAILURE, or time is over; rejects
   * when `cancelled`. @param heard is told of each as it comes
   */
  async wait(
    place: Pick<StackPlace, "store">,
    key: string,
    {
      count,
      timeoutMs,
      tolerated = 0,
    }: { readonly count: number; readonly timeoutMs: number; readonly tolerated?: number },
    cancelled: AbortSignal,
    heard: (signal: Values) => void = () => {},
  ): Promise<readonly Values[]> {
    const told = new Set<unknown>();
    const isDone = (all: readonly Values[]) => {
      for (const signal of all) {
        if (!told.has(signal["UniqueId"])) heard(signal);
        told.add(signal["UniqueId"]);
      }
      return all.length >= count || all.filter(isFailure).length > tolerated;
    };
    let all = this.get(place, key);
    if (isDone(all)) return all;
    let isLate = false;
    await new Promise<void>((resolve, reject) => {
      const waiting = this.#waiting.get(key) ?? new Set();
      this.#waiting.set(key, waiting);
      const look = () => {
        all = this.get(place, key);
        if (isDone(all) || isLate) end(resolve);
      };
      const leave = () => end(() => reject(cancelled.reason));
      const timer = this.#host.clock.setTimer(timeoutMs, () => {
        isLate = true;
        look();
      });
      const end = (then: () => void) => {
        timer.cancel();
        waiting.delete(look);
        if (waiting.size === 0) this.#waiting.delete(key);
        cancelled.removeEventListener("abort", leave);
        then();
      };
      waiting.add(look);
      cancelled.addEventListener("abort", leave);
      if (cancelled.aborted) leave();
    });
    return all;
  }
}

/** What a wait condition's handle waits for; undefined for a URL that is none of ours. */
export function keyOfUrl(url: string): string | undefined {
  const told = url.split(`${SIGNALS}/`)[1];
  if (told === undefined) return undefined;
  try {
    const place = readJson(Buffer.from(told, "base64url").toString()) as unknown;
    return Array.isArray(place) ? String(place[2]) : undefined;
  } catch {
    return undefined;
  }
}
