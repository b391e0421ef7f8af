import "./cpu.ts";
import type { AddressInfo } from "node:net";
// @ts-expect-error: dynalite comes without types.
import dynalite from "dynalite";

/** dynalite, in memory, with tables that are ready at once. */
const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
