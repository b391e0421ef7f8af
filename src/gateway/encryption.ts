import type { Catalog } from "../aws/catalog.ts";
import { type EncryptionDeclaration, type KeyUse, useKeyOf } from "../aws/encryption.ts";
import { compilePath } from "../aws/input-path.ts";
import type { ResourceType } from "../aws/resource.ts";
import { parseArn } from "../core/arn.ts";
import type { CallService } from "../core/service.ts";
import type { Storage } from "../core/storage.ts";
import { sure } from "../core/sure.ts";
import type { ApiCall } from "./api-call.ts";

/** A type of resource that can lie under a key, and which of its resources do. */
interface Keyed {
  readonly type: ResourceType;
  readonly encryption: EncryptionDeclaration;
  /** Reads the key that an input gives, by operation. */
  readonly given: ReadonlyMap<string, (input: unknown) => string[]>;
  /** An entry may be behind (a resource that is gone, a key that was taken away) but never missing. */
  readonly arns: Set<string>;
  generation: number;
}

/**
 * Resources that lie under a key of KMS, of all services, found through their declarations: what uses such a key asks KMS first,
 * and fails as its service does when KMS refuses. Which resources have a key is known without reading anything, since puts are
 * heard: a call on a service none of whose resources has one costs a look-up.
 */
export class Encryption {
  readonly #catalog: Catalog;
  readonly #storage: Storage;
  readonly #keyed = new Map<string, readonly Keyed[]>();

  constructor(catalog: Catalog, storage: Storage) {
    this.#catalog = catalog;
    this.#storage = storage;
  }

  /**
   * What a call has to wait for, before its handler runs; undefined for nothing.
   * @throws AwsError (later) the service's, when KMS refuses
   */
  before(call: ApiCall, callFrom: (call: ApiCall) => CallService): Promise<void> | undefined {
    let pending: Promise<void> | undefined;
    for (const keyed of this.#of(call.service)) {
      const { encryption, given } = keyed;
      const path = given.get(call.operation);
      const key = path?.(call.input)[0];
      if (key) {
        const words = { refusal: encryption.refusalOfGift ?? encryption.refusal };
        const arns = keyed.type.named(call.input, call);
        const use = () => this.#ask(call, keyed, { use: "tries", key, arns, words }, callFrom(call));
        pending = pending ? pending.then(use) : use();
        continue;
      }
      const use = Object.hasOwn(encryption.uses, call.operation)
        ? encryption.uses[call.operation]
        : undefined;
      if (use === undefined || !this.#hasAny(keyed)) continue;
      const arns = keyed.type.named(call.input, call).filter((arn) => keyed.arns.has(arn));
      if (arns.length === 0) continue;
      const asked = { use, arns, words: encryption };
      const ask = () => this.#ask(call, keyed, asked, callFrom(call));
      pending = pending ? pending.then(ask) : ask();
    }
    return pending;
  }

  async #ask(
    call: ApiCall,
    { type, encryption, arns: known }: Keyed,
    { use, key, arns, words }: Asked,
    ask: CallService,
  ): Promise<void> {
    for (const arn of arns) {
      const under = key ?? this.#keyOf(arn, encryption);
      if (under === undefined) {
        known.delete(arn);
        continue;
      }
      const { account = call.account, region = call.region } = parseArn(arn) ?? {};
      const place = { account: account || call.account, region: region || call.region };
      await useKeyOf(
        words,
        use,
        {
          ...place,
          arn,
          key: under,
          context: encryption.context(arn),
          ...(encryption.as === "caller" && { as: call.caller }),
        },
        sure(this.#catalog.storeOf(type, place)), // Calls come when the storage is open.
        ask,
      );
    }
  }

  #keyOf(arn: string, { key }: EncryptionDeclaration): string | undefined {
    const found = this.#catalog.find(arn);
    return found && key(found.record);
  }

  #of(service: string): readonly Keyed[] {
    let keyed = this.#keyed.get(service);
    if (!keyed) {
      keyed = this.#catalog.types(service).flatMap((type) => {
        const { encryption } = type;
        if (!encryption) return [];
        const given = Object.entries(encryption.gives ?? {}).map(
          ([operation, path]) => [operation, compilePath(path)] as const,
        );
        return [{ type, encryption, given: new Map(given), arns: new Set<string>(), generation: -1 }];
      });
      // A service's name can come from a request: only what is declared is remembered.
      if (this.#catalog.get(service)) {
        this.#keyed.set(service, keyed);
        for (const one of keyed) this.#listen(one);
      }
    }
    return keyed;
  }

  #listen({ type, encryption, arns }: Keyed): void {
    const { collection } = type;
    if (!collection) return;
    this.#storage.onPut(this.#catalog.storeName(type.service), collection.name, (place, key, value) => {
      if (encryption.key(value) === undefined) return;
      const arn = this.#catalog.arnOf(type, value, key, place);
      if (arn !== undefined) arns.add(arn);
    });
  }

  /** Does any resource of the type lie under a key? */
  #hasAny(keyed: Keyed): boolean {
    const { type, encryption, arns } = keyed;
    if (keyed.generation !== this.#storage.generation) {
      keyed.generation = this.#storage.generation;
      arns.clear();
      for (const place of this.#catalog.places(type)) {
        for (const { arn, record } of this.#catalog.list(type, place))
          if (encryption.key(record) !== undefined) arns.add(arn);
      }
    }
    return arns.size > 0;
  }
}

interface Asked {
  readonly use: KeyUse;
  /** The key that the call gives; without it each resource has its own. */
  readonly key?: string;
  readonly arns: readonly string[];
  readonly words: Pick<EncryptionDeclaration, "refusal">;
}
