import type { ServiceHost } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import { layerVersions } from "./layer-records.ts";
import { versions } from "./records.ts";

/** Does any version of a function, or of a layer, in any account and region, still use an archive? */
export function isReferenced(host: ServiceHost, sha256: string): boolean {
  for (const { account, region } of host.scopes()) {
    const store = host.store(account, region);
    for (const { code } of store.collection(versions).values()) {
      if (code.kind === "zip" && code.sha256 === sha256) return true;
    }
    for (const { zip } of store.collection(layerVersions).values()) if (zip.sha256 === sha256) return true;
  }
  return false;
}

/** The size of all code and layers in an account and region, as it counts against the account's limit, in bytes. */
export function codeSize(store: Store): number {
  let sizeBytes = 0;
  for (const { configuration } of store.collection(versions).values()) sizeBytes += configuration.CodeSize;
  for (const { zip } of store.collection(layerVersions).values()) sizeBytes += zip.sizeBytes;
  return sizeBytes;
}
