import type { Caller, Network } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";
import { sessionArn } from "./role-session.ts";
import { type Collection, defineCollection, type Storage } from "./storage.ts";

/** An access key that IAM or STS made, or that a service made for the code that it runs. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
  readonly roleArn?: string;
  /** Where the code runs that it was made for. */
  readonly network?: Network;
  /** The call because of which that code runs. */
  readonly parentId?: string;
  /** What a temporary key was asked for with. */
  readonly session?: Session;
  /** Epoch milliseconds; absent for a key that does not expire. */
  readonly expiresAt?: number;
  /** False for an IAM key that was made inactive. */
  readonly active: boolean;
}

/** What goes along with a session: policies that narrow it, tags, who began it. */
export interface Session {
  readonly policy?: string;
  readonly policyArns?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  /** Keys of the tags that sessions started from this one keep. */
  readonly transitive?: readonly string[];
  readonly sourceIdentity?: string;
  readonly isMfa?: boolean;
  readonly issuedAtMs: number;
  /** For a federated user: who asked for its key. */
  readonly issuer?: string;
}

const credentials = defineCollection<Credential>({ name: "credentials" });

const KEY_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const SESSIONS_BETWEEN_SWEEPS = 1000;
const KEPT_AFTER_END_MS = 24 * 3_600_000;

/** Who an access key is. IAM and STS write here, the gateway reads. */
export class Credentials {
  readonly #keys: Collection<Credential>;
  readonly #storage: Storage;
  readonly #random: Random;
  readonly #clock: Clock;
  readonly #fixed: ReadonlyMap<string, Credential>;
  readonly #cache = new Map<string, Credential | undefined>();
  #revision = -1;
  #sessions = 0;

  /** @param fixed keys that were given at start: no reset takes them away, and no store keeps them */
  constructor(storage: Storage, random: Random, clock: Clock, fixed: readonly Credential[] = []) {
    this.#fixed = new Map(fixed.map((credential) => [credential.accessKeyId, credential]));
    this.#storage = storage;
    this.#keys = storage.store("squall", "", "").collection(credentials);
    this.#random = random;
    this.#clock = clock;
  }

  /** The credential of a key that was issued here, expired or not. */
  find(accessKeyId: string): Credential | undefined {
    if (this.#revision !== this.#storage.revision) {
      this.#cache.clear();
      this.#revision = this.#storage.revision;
    }
    if (this.#cache.has(accessKeyId)) return this.#cache.get(accessKeyId);
    const found = this.#fixed.get(accessKeyId) ?? this.#keys.get([accessKeyId]);
    if (this.#cache.size > 10_000) this.#cache.clear();
    this.#cache.set(accessKeyId, found);
    return found;
  }

  put(credential: Credential): void {
    this.#keys.put([credential.accessKeyId], credential);
    this.#cache.set(credential.accessKeyId, credential);
  }

  delete(accessKeyId: string): void {
    this.#keys.delete([accessKeyId]);
    this.#cache.delete(accessKeyId);
  }

  /** Makes and keeps a new credential: `AKIA…` for an IAM user, `ASIA…` with a session token when it expires. */
  issue(
    principal: Pick<Caller, "account" | "arn" | "userId" | "roleArn" | "network" | "parentId">,
    lifetimeMs?: number,
    session?: Omit<Session, "issuedAtMs">,
  ): Credential {
    const temporary = lifetimeMs !== undefined;
    const credential: Credential = {
      accessKeyId: (temporary ? "ASIA" : "AKIA") + this.#random.string(16, KEY_ALPHABET),
      secretAccessKey: this.#random.string(40, SECRET_ALPHABET),
      ...(temporary && {
        sessionToken: `IQoJb3JpZ2luX2Vj${this.#random.string(340, SECRET_ALPHABET)}`,
        expiresAt: this.#clock.now() + lifetimeMs,
        session: { ...session, issuedAtMs: this.#clock.now() },
      }),
      account: principal.account,
      arn: principal.arn,
      userId: principal.userId,
      ...(principal.roleArn && { roleArn: principal.roleArn }),
      ...(principal.network && { network: principal.network }),
      ...(principal.parentId !== undefined && { parentId: principal.parentId }),
      active: true,
    };
    this.put(credential);
    if (temporary && ++this.#sessions % SESSIONS_BETWEEN_SWEEPS === 0) this.#sweep();
    return credential;
  }

  /** A session of a role for the code that a service runs with it: `assumed-role/<role>/<name>`. */
  issueForRole(
    role: string,
    {
      account,
      name,
      network,
      parentId,
    }: Pick<Caller, "account" | "network" | "parentId"> & { readonly name: string },
    lifetimeMs: number,
  ): Credential {
    return this.issue(
      {
        account,
        arn: sessionArn(role, name, account),
        userId: `AROA${this.#random.string(17, KEY_ALPHABET)}:${name}`,
        roleArn: role,
        ...(network && { network }),
        ...(parentId !== undefined && { parentId }),
      },
      lifetimeMs,
    );
  }

  /** Drops sessions that ended more than a day ago: until then their keys are still known, as expired. */
  #sweep(): void {
    const before = this.#clock.now() - KEPT_AFTER_END_MS;
    for (const { accessKeyId, expiresAt } of this.#keys.values()) {
      if (expiresAt !== undefined && expiresAt < before) this.delete(accessKeyId);
    }
  }
}
