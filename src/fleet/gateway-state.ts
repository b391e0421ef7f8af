import { type AgedReport, LOST_MS } from "./port.ts";

/**
 * How a gateway stands to its fleet: it has stopped in good order, has missed twelve reports (and what it held is taken from it) or
 * three, cannot take the newest version, has not taken it yet, or acts by it.
 */
export type GatewayState = "stopped" | "lost" | "silent" | "refuses" | "behind" | "up to date";

/** A gateway that has not reported for so long has missed three reports. */
const SILENT_MS = 16_000;

/** Has it stopped, or is it lost? */
export const isOut = ({ isGone, ageMs }: Pick<AgedReport, "isGone" | "ageMs">): boolean =>
  isGone === true || ageMs > LOST_MS;

/** @param newest the fleet's newest version */
export function gatewayState({ isGone, ageMs, refused, version }: AgedReport, newest: number): GatewayState {
  if (isGone) return "stopped";
  if (ageMs > LOST_MS) return "lost";
  if (ageMs > SILENT_MS) return "silent";
  if (refused) return "refuses";
  return version < newest ? "behind" : "up to date";
}

/** The newest version that this gateway or one that is heard of knows: who asks may itself be behind. */
export function newestVersion(own: number, gateways: readonly AgedReport[]): number {
  const heard = gateways.filter((gateway) => !isOut(gateway));
  return Math.max(own, ...heard.map(({ version, refused }) => Math.max(version, refused?.version ?? 0)));
}
