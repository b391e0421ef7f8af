import type { FleetStore } from "./port.ts";

/**
 * The store that a URL names: `postgres://…` or `nats://…`.
 * @throws Error that says what to install, what is wrong with the URL, or why the store cannot be used
 */
export async function openStore(url: string): Promise<FleetStore> {
  if (/^postgres(ql)?:/.test(url)) return await (await import("./postgres/store.ts")).PostgresStore.open(url);
  if (url.startsWith("nats:")) return await (await import("./nats/store.ts")).NatsStore.open(url);
  throw new Error(`A fleet meets at postgres://… or nats://…, not at "${url.replace(/\/\/[^@/]*@/, "//")}".`);
}
