import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AwsError } from "../../core/aws-error.ts";
import type { ServiceHost } from "../../core/service.ts";
import { CodeGarbage } from "./code-garbage.ts";
import { layerArchives } from "./code-references.ts";
import { badZip, emptyZip, unzippedTooLarge } from "./errors.ts";
import { ZipError } from "./execution/archive.ts";
import { Unpacker } from "./execution/unpacker.ts";
import type { VersionRecord } from "./records.ts";

/** An archive that has been accepted: where it is kept and what GetFunction says of it. */
export interface StoredZip {
  readonly blob: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly codeSha256: string;
  readonly sizeBytes: number;
}

/** An archive that stays, whatever is deleted meanwhile, until a record names it or it is let go of. */
export interface HeldZip extends Disposable {
  readonly zip: StoredZip;
}

/** No invocation outlives this: by then nobody reads from a folder whose code has been replaced. */
const LONGEST_INVOCATION_MS = 16 * 60_000;

/** Archives that were unpacked into one folder. */
interface Unpacked {
  readonly archives: readonly string[];
  readonly folder: Promise<string>;
}

/** Deployment packages and layers: kept as blobs, one for all that have the same content, unpacked once a process. */
export class CodeStore {
  readonly #host: ServiceHost;
  readonly #garbage: CodeGarbage;
  readonly #unpacked = new Map<string, Unpacked>();
  readonly #unpacker = new Unpacker();
  #isStopped = false;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#garbage = new CodeGarbage(host, (sha256) => this.#forget(sha256));
  }

  /** Removes what an earlier process was killed over. */
  start(): void {
    this.#garbage.sweep();
  }

  /** Checks an archive, to its last byte, and keeps it. Rejects with InvalidParameterValueException. */
  async keep(zip: Uint8Array): Promise<HeldZip> {
    if (zip.length === 0) throw emptyZip();
    try {
      await this.#unpacker.inspect(zip, this.#unzippedLimit());
    } catch (error) {
      throw this.#complaint(error);
    }
    // On another thread: it may have 50 MB.
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", zip as Uint8Array<ArrayBuffer>));
    const sha256 = digest.toString("hex");
    const blob = blobOf(sha256);
    const held = this.#garbage.hold(sha256);
    try {
      await this.#host.blobs.write(blob, zip);
    } catch (error) {
      held[Symbol.dispose]();
      throw error;
    }
    return {
      zip: { blob, sha256, codeSha256: digest.toString("base64"), sizeBytes: zip.length },
      [Symbol.dispose]: () => held[Symbol.dispose](),
    };
  }

  /** The folder in which archives are unpacked, later ones over earlier ones. The same archives share a folder. */
  async unpack(zips: readonly { blob: string; sha256: string }[]): Promise<string> {
    const archives = zips.map(({ sha256 }) => sha256);
    const [first, second] = archives;
    const isOne = first !== undefined && second === undefined;
    const key = isOne ? first : createHash("sha256").update(archives.join()).digest("hex");
    for (;;) {
      const unpacked = this.#unpacked.get(key);
      if (!unpacked) break;
      try {
        return await unpacked.folder;
      } catch {
        // What another needed may have gone before it was read, and be there again for us.
        if (this.#unpacked.get(key) === unpacked) this.#unpacked.delete(key);
      }
    }
    const folder = this.#unpack(
      zips.map(({ blob }) => blob),
      join(this.folder(), "code", key.slice(0, 32)),
    );
    this.#unpacked.set(key, { archives, folder });
    try {
      return await folder;
    } catch (error) {
      if (this.#unpacked.get(key)?.folder === folder) this.#unpacked.delete(key);
      throw error;
    }
  }

  /** What versions used that have been replaced or deleted goes, unless something else uses it. */
  release(...gone: readonly Pick<VersionRecord, "code" | "configuration" | "change">[]): void {
    for (const { code, configuration } of gone.flatMap((one) => [one, one.change?.from ?? []].flat())) {
      if (code.kind === "zip") this.#garbage.suspect(code.sha256);
      const layers = configuration.Layers?.map(({ Arn }) => Arn) ?? [];
      for (const sha256 of layerArchives(this.#host, layers)) this.#garbage.suspect(sha256);
    }
  }

  /** The same for a layer. */
  releaseLayer({ sha256 }: StoredZip): void {
    this.#garbage.suspect(sha256);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#garbage.stop();
    await this.#unpacker.stop();
  }

  /** Scratch files of this process. */
  folder(): string {
    return this.#host.scratch("lambda");
  }

  /** Folders of an archive that is gone go, once environments that run on them have come to their end. */
  #forget(sha256: string): void {
    for (const [key, unpacked] of this.#unpacked) {
      if (!unpacked.archives.includes(sha256)) continue;
      setTimeout(() => {
        if (this.#isStopped || this.#unpacked.get(key) !== unpacked) return;
        if (unpacked.archives.every((archive) => this.#garbage.isUsed(archive))) return;
        this.#unpacked.delete(key);
        void unpacked.folder.then((path) => rm(path, { recursive: true, force: true }));
      }, LONGEST_INVOCATION_MS).unref();
    }
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

const blobOf = (sha256: string): string => `lambda/${sha256}.zip`;
