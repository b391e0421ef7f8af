import type { ServiceHost } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import { layerVersionPlace, layerVersions } from "./layer-records.ts";
import { versions } from "./records.ts";

/** The archives (SHA-256, hexadecimal) that any function or layer uses, in any account and region. */
export function usedArchives(host: ServiceHost): Set<string> {
  const used = new Set<string>();
  const layersInUse = new Set<string>();
  const scopes = host.scopes();
  for (const { account, region } of scopes) {
    for (const version of host.store(account, region).collection(versions).values()) {
      for (const { code, configuration } of [version, version.change?.from ?? []].flat()) {
        if (code.kind === "zip") used.add(code.sha256);
        for (const { Arn } of configuration.Layers ?? []) layersInUse.add(Arn ?? "");
      }
    }
  }
  for (const { account, region } of scopes) {
    for (const { zip, version, isDeleted } of host
      .store(account, region)
      .collection(layerVersions)
      .values()) {
      // A layer that was deleted stays for the functions that have it.
      if (!isDeleted || layersInUse.has(version.LayerVersionArn)) used.add(zip.sha256);
    }
  }
  return used;
}

/** A function or a layer that uses an archive, by its ARN. */
export function userOf(host: ServiceHost, sha256: string): string | undefined {
  for (const { account, region } of host.scopes()) {
    const store = host.store(account, region);
    for (const { code, configuration } of store.collection(versions).values())
      if (code.kind === "zip" && code.sha256 === sha256) return configuration.FunctionArn;
    for (const { zip, version } of store.collection(layerVersions).values())
      if (zip.sha256 === sha256) return version.LayerVersionArn;
  }
  return undefined;
}

/** The archives of layers, as a function's configuration names them. */
export function layerArchives(host: ServiceHost, arns: readonly (string | undefined)[]): string[] {
  return arns.flatMap((arn) => {
    const place = layerVersionPlace(arn ?? "");
    const record =
      place &&
      host.store(place.account, place.region).collection(layerVersions).get([place.name, place.version]);
    return record ? [record.zip.sha256] : [];
  });
}

/** The size of all code and layers in an account and region, as it counts against the account's limit, in bytes. */
export function codeSize(store: Store): number {
  let sizeBytes = 0;
  for (const { configuration } of store.collection(versions).values()) sizeBytes += configuration.CodeSize;
  for (const { zip } of store.collection(layerVersions).values()) sizeBytes += zip.sizeBytes;
  return sizeBytes;
}

/** What a store's code takes at most, since it was last counted: what is written is added, and nothing is taken off. */
const counted = new WeakMap<Store, { readonly revision: number; atMostBytes: number }>();

/** Is there room for so much more code? All that there is is counted only when it may not be so. */
export function hasRoomForCode(store: Store, sizeBytes: number, limitBytes: number): boolean {
  let count = counted.get(store);
  if (count?.revision !== store.revision || count.atMostBytes + sizeBytes > limitBytes) {
    count = { revision: store.revision, atMostBytes: codeSize(store) };
    counted.set(store, count);
  }
  return count.atMostBytes + sizeBytes <= limitBytes;
}

/** A version of a function or a layer with so much code has been written. */
export function codeWritten(store: Store, sizeBytes: number): void {
  const count = counted.get(store);
  if (count) count.atMostBytes += sizeBytes;
}
