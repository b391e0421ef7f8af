import { defineCollection } from "../../core/storage.ts";
import type { Entity } from "./entity.ts";

/** The private key is thrown away: nobody serves with it here. */
export interface ServerCertificateRecord extends Entity {
  readonly body: string;
  readonly chain?: string;
  readonly expiresAtMs: number;
}

/** By name. */
export const serverCertificates = defineCollection<ServerCertificateRecord>({
  name: "server-certificates",
});
