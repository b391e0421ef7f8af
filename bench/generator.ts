import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { clients } from "./clients.ts";
import type { Generator, Load } from "./load.ts";
import { oha } from "./oha.ts";
import { wrk } from "./wrk.ts";

/** What sends a load: wrk when it is installed, else oha for what it can send, else processes of our own. */
export const generatorOf = (load: Load): Generator => INSTALLED.find(({ sends }) => sends(load)) ?? clients;

const INSTALLED = [wrk, oha].filter(({ name }) => isWanted(name) && isInstalled(name));

/** `BENCH_GENERATOR=clients` has our own though another is installed. */
function isWanted(name: string): boolean {
  const wanted = process.env["BENCH_GENERATOR"];
  return wanted === undefined || wanted === name;
}

function isInstalled(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Which are used, for the report. */
export const generatorNames = (): string[] => [...INSTALLED, clients].map(({ name }) => name);
