import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { selfSigned } from "./x509.ts";

/** A certificate and its key, in PEM. */
export interface SelfMade {
  readonly cert: string;
  readonly key: string;
}

const YEAR_MS = 365 * 86_400_000;
let made: Promise<SelfMade> | undefined;

/** What stands in for every certificate of a listener, whatever ARN it has: its clients have to take it as it is. */
export function selfMade(): Promise<SelfMade> {
  made ??= make();
  return made;
}

async function make(): Promise<SelfMade> {
  const keys = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  // By the machine's clock: clients go by theirs.
  const nowMs = Date.now();
  const cert = selfSigned(keys, {
    commonName: "*.elb.localhost.localstack.cloud",
    serial: "01",
    notBefore: new Date(nowMs - YEAR_MS),
    notAfter: new Date(nowMs + 10 * YEAR_MS),
  });
  return { cert, key: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}
