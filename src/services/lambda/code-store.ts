import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AwsError } from "../../core/aws-error.ts";
import type { ServiceHost } from "../../core/service.ts";
import { isReferenced } from "./code-references.ts";
import { badZip, emptyZip, unzippedTooLarge } from "./errors.ts";
import { ZipError } from "./execution/archive.ts";
import { Unpacker } from "./execution/unpacker.ts";

/** An archive that has been accepted: where it is kept and what GetFunction says of it. */
export interface StoredZip {
  readonly blob: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly codeSha256: string;
  readonly sizeBytes: number;
}

/** No invocation outlives this: by then nobody reads from a folder whose code has been replaced. */
const LONGEST_INVOCATION_MS = 16 * 60_000;

/** Deployment packages and layers: kept as blobs, unpacked once a process. */
export class CodeStore {
  readonly #host: ServiceHost;
  readonly #unpacked = new Map<string, Promise<string>>();
  readonly #unpacker = new Unpacker();
  #isStopped = false;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** Checks an archive, to its last byte, and keeps it. Rejects with InvalidParameterValueException. */
  async keep(zip: Uint8Array): Promise<StoredZip> {
    if (zip.length === 0) throw emptyZip();
    try {
      await this.#unpacker.inspect(zip, this.#unzippedLimit());
    } catch (error) {
      throw this.#complaint(error);
    }
    const digest = createHash("sha256").update(zip).digest();
    const sha256 = digest.toString("hex");
    const blob = `lambda/${sha256}.zip`;
    await this.#host.blobs.write(blob, zip);
    return { blob, sha256, codeSha256: digest.toString("base64"), sizeBytes: zip.length };
  }

  /** The folder in which archives are unpacked, later ones over earlier ones. The same archives share a folder. */
  unpack(zips: readonly { blob: string; sha256: string }[]): Promise<string> {
    const key =
      zips.length === 1
        ? zips[0]!.sha256
        : createHash("sha256")
            .update(zips.map((zip) => zip.sha256).join())
            .digest("hex");
    let folder = this.#unpacked.get(key);
    if (!folder) {
      folder = this.#unpack(
        zips.map((zip) => zip.blob),
        join(this.folder(), "code", key.slice(0, 32)),
      );
      this.#unpacked.set(key, folder);
      folder.catch(() => this.#unpacked.delete(key));
    }
    return folder;
  }

  /** Lets go of an archive that has been replaced or deleted, unless something else uses it. */
  release(sha256: string): void {
    if (isReferenced(this.#host, sha256)) return;
    void this.#host.blobs.deleteUnless(`lambda/${sha256}.zip`, () => isReferenced(this.#host, sha256));
    const folder = this.#unpacked.get(sha256);
    if (!folder) return;
    // Environments that run on it come to their end first.
    setTimeout(() => {
      if (this.#isStopped || isReferenced(this.#host, sha256)) return;
      this.#unpacked.delete(sha256);
      void folder.then((path) => rm(path, { recursive: true, force: true }));
    }, LONGEST_INVOCATION_MS).unref();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#unpacker.stop();
  }

  /** Scratch files of this process. */
  folder(): string {
    return this.#host.scratch("lambda");
  }

  async #unpack(blobs: readonly string[], folder: string): Promise<string> {
    if (existsSync(folder)) return folder;
    const part = `${folder}.part`;
    await rm(part, { recursive: true, force: true });
    await mkdir(dirname(folder), { recursive: true });
    try {
      const files = blobs.map((blob) => this.#host.blobs.path(blob));
      await this.#unpacker.unpack(files, part, this.#unzippedLimit());
      await rename(part, folder);
    } catch (error) {
      await rm(part, { recursive: true, force: true });
      throw this.#complaint(error);
    }
    return folder;
  }

  #unzippedLimit(): number {
    return this.#host.setting<number>("limit-code-size-unzipped");
  }

  #complaint(error: unknown): unknown {
    if (!(error instanceof ZipError)) return error;
    const refusal: AwsError =
      error.reason === "too-large" ? unzippedTooLarge(this.#unzippedLimit()) : badZip();
    this.#host.log.debug(() => `A deployment package is refused: ${error.message}`);
    return refusal;
  }
}
