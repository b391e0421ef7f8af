import { programOf } from "../programs-on-path.ts";

export const HOW_TO_INSTALL =
  "Squall runs caches on this machine's Valkey or Redis, and finds none: install it (apt-get install valkey-server or redis-server, brew install valkey), so that valkey-server or redis-server is on the PATH.";

const NAMES = ["valkey-server", "redis-server"];
/** Where packages put it, also where the PATH of a service does not lead. */
const FOLDERS = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];

/** Valkey's server, or else Redis's; undefined on a machine without either. */
export const valkeyProgram = (): string | undefined => programOf(NAMES, FOLDERS);

/** @param refuse the service's error, which says what to install */
export function checkValkey(refuse: (reason: string) => Error): void {
  if (valkeyProgram() === undefined) throw refuse(HOW_TO_INSTALL);
}
