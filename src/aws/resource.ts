import type { Key } from "../core/key.ts";
import type { CollectionDefinition } from "../core/storage.ts";
import { ArnTemplate, type Names, type Place } from "./arn-template.ts";
import type { EncryptionDeclaration } from "./encryption.ts";
import { memberOf, type NamedBy, Namer, placeholderOf } from "./namer.ts";

/** The IAM actions that an operation with this input is, each with the part of the input that names its resources. */
export type ActionReader = (
  input: Readonly<Record<string, unknown>>,
) => readonly { readonly action: string; readonly input: Readonly<Record<string, unknown>> }[];

/** Where the contents of a resource are kept, and what of them counts. */
// biome-ignore lint/suspicious/noExplicitAny: as for ResourceDeclaration
export interface ContentsDeclaration<V, E = any> {
  readonly collection: CollectionDefinition<E>;
  /** What the keys of its contents begin with. */
  within(record: V): Key;
  /** `id`: the name that a user gave it; without one, equal entries are told apart by their number alone. Undefined: it does not count. */
  entry(kept: E, key: Key): { readonly id?: string; readonly value: unknown } | undefined;
}

/** Types what a declaration of contents gets. */
export const defineContents = <V, E>(contents: ContentsDeclaration<V, E>): ContentsDeclaration<V, E> =>
  contents;

/** How the resources of a type are tagged: what the tagging API, FIS and CloudFormation need to know. */
export interface TagDeclaration<V> {
  /** The tags of what is kept. */
  of(record: V): Readonly<Record<string, string>> | undefined;
  /** The service's own operation that adds tags, and its input; calls of it meet faults and policies as any other. */
  readonly add: TagCall<Readonly<Record<string, string>>>;
  readonly remove: TagCall<readonly string[]>;
}

export interface TagCall<T> {
  readonly operation: string;
  /** @param tags those that it has: S3 puts all of a bucket's at once */
  input(arn: string, given: T, tags: Readonly<Record<string, string>>): Record<string, unknown>;
}

/** A type of resource: its ARNs, what names it in an input, where it is kept. Pure data, loaded without any handler. */
// biome-ignore lint/suspicious/noExplicitAny: records of every type meet here; each is typed where it is declared
export interface ResourceDeclaration<V = any> {
  /** `arn:{partition}:sqs:{region}:{account}:{QueueName}` */
  readonly arn: string;
  /**
   * Members of inputs that name it. `true`: the text is the name (the placeholder of the same name, or the only one);
   * a text: the placeholder that it fills. An ARN of the type is always understood, but where names are taken `literally`. Of
   * several placeholders all must be there, and lists give every combination.
   */
  readonly namedBy: NamedBy;
  /** Values of placeholders that an input may leave out. */
  readonly defaults?: Names;
  /** FIS's type: `aws:sqs:queue`. */
  readonly fis?: string;
  /** FIS's further types, which only some of them are of: `aws:ec2:spot-instance`. */
  readonly fisAlso?: Readonly<Record<string, (record: V) => boolean>>;
  /** CloudFormation's type: `AWS::SQS::Queue`. */
  readonly cfn?: string;
  /** The region whose store all of an account's are in, for those that are of no region. */
  readonly keptIn?: string;
  /** Where the service keeps them. */
  readonly collection?: CollectionDefinition<V>;
  /** The names of what is kept, or its whole ARN; undefined for an entry that is no resource of this type. Default: the key's parts, in the placeholders' order. */
  nameOf?(record: V, key: Key): string | Names | undefined;
  /** What of its record the digest of the world counts. Default: all of it. */
  counted?(record: V): unknown;
  /** What its users have put in it: items, messages, objects. The digest of the world counts them. */
  readonly contents?: readonly ContentsDeclaration<V>[];
  /** What is kept under a name, for ARNs that hold more than an input says (a role's path). */
  keyOf?(names: Names): Key | undefined;
  /** What target filters see, in the shape of the service's Describe answer. Default: what `Service.describe` gives, or nothing. */
  attributes?(record: V, place: Place): Record<string, unknown>;
  readonly tags?: TagDeclaration<V>;
  /** The key of KMS that its contents lie under. */
  readonly encryption?: EncryptionDeclaration<V>;
  /** Its resource policy, as JSON text. */
  policy?(record: V): string | undefined;
  /** Who may assume it, as JSON text. */
  trust?(record: V): string;
  /** Names of the roles that whoever hands it on hands on: those in an instance profile. */
  holdsRoles?(record: V): readonly string[];
  /** Nobody may do anything without being named in its policy: a KMS key's. Default: what an identity's own policies allow is enough. */
  readonly policyMustAllow?: true;
  /** IAM actions of operations that are not called so: `SendMessageBatch` → `sqs:SendMessage`. */
  readonly actions?: Readonly<Record<string, string | ActionReader>>;
  /** Of which sources it wants the events that AWS's services send onto the default bus: `aws.states`; `true` is any. */
  hearsEventsOf?(record: V): readonly string[] | true;
  /** The type that an input names, too, when it names one of this: the action is on the index then, not on its table. */
  readonly insteadOf?: string;
}

/** A declared type, compiled. */
export interface ResourceType extends Omit<ResourceDeclaration, "arn"> {
  readonly service: string;
  /** Its name within its service: `queue`. */
  readonly name: string;
  readonly arn: ArnTemplate;
  /** Have these top-level members of an input all that names it? */
  canBeNamedBy(members: readonly string[]): boolean;
  /** Is a top-level member of inputs one that names it, or a part of its name? */
  hasNamer(member: string): boolean;
  /** Does what an input names of this type hang on the text of this top-level member alone, if it has no other that names it? */
  isNamedBy(member: string): "not" | "text" | "more";
  /** ARNs of the resources of this type that an input names. */
  named(input: Readonly<Record<string, unknown>>, place: Place): readonly string[];
}

/** Types what a declaration's functions get: the record of its collection. */
export const defineResource = <V>(declaration: ResourceDeclaration<V>): ResourceDeclaration => declaration;

/** @throws Error for a declaration that contradicts itself */
export function compileResource(
  service: string,
  name: string,
  declaration: ResourceDeclaration,
): ResourceType {
  const arn = new ArnTemplate(declaration.arn);
  const namer = new Namer(arn, declaration.namedBy, declaration.defaults);
  return {
    ...declaration,
    service,
    name,
    arn,
    ...namers(arn, declaration),
    isNamedBy: (member) => namer.isNamedBy(member),
    named: (input, place) => namer.named(input, place),
  };
}

/** Which placeholders a member fills is known, but of one that is read by a function: that may fill all. */
function namers(
  arn: ArnTemplate,
  { namedBy, defaults = {} }: ResourceDeclaration,
): Pick<ResourceType, "canBeNamedBy" | "hasNamer"> {
  const filled = new Map<string, Set<string>>();
  for (const [path, how] of Object.entries(namedBy)) {
    const member = memberOf(path);
    const fills = filled.get(member) ?? new Set<string>();
    filled.set(member, fills);
    if (typeof how === "function") for (const placeholder of arn.placeholders) fills.add(placeholder);
    else fills.add(typeof how === "object" ? how.literally : (placeholderOf(arn, path, how) ?? ""));
  }
  const needed = arn.placeholders.filter((placeholder) => defaults[placeholder] === undefined);
  return {
    hasNamer: (member) => filled.has(member),
    canBeNamedBy(members) {
      const naming = members.flatMap((member) => filled.get(member) ?? []);
      return (
        naming.length > 0 && needed.every((placeholder) => naming.some((fills) => fills.has(placeholder)))
      );
    },
  };
}
