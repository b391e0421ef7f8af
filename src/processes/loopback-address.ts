import { isIPv4 } from "node:net";

/**
 * Where the processes of an instance can listen so that no other's are in their way: on Linux every address of 127.0.0.0/8 is this
 * machine's. `172.31.4.7` → `127.31.4.7`.
 */
export const loopbackFor = (privateIp: string): string =>
  process.platform === "linux" && isIPv4(privateIp)
    ? `127.${privateIp.split(".").slice(1).join(".")}`
    : "127.0.0.1";
