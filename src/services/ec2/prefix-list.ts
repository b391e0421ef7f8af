import { tagList } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { malformed, notFound } from "./errors.ts";
import { givenId } from "./ids.ts";
import { type At, all, type Kept, type Kind, save } from "./kind.ts";

export interface PrefixListRecord extends Kept {
  readonly name: string;
  readonly addressFamily: string;
  /** Of a customer's list. */
  readonly maxEntries?: number;
  /** What each version holds, from the first on. */
  readonly versions: readonly (readonly EC2.PrefixListEntry[])[];
  /** The service whose addresses it has, for a list of AWS's own. */
  readonly service?: string;
}

export const prefixLists: Kind<PrefixListRecord, EC2.ManagedPrefixList> = {
  type: "prefix-list",
  prefix: "pl",
  collection: defineCollection<PrefixListRecord>({ name: "prefix-lists" }),
  notFound: notFound("InvalidPrefixListID.NotFound", "prefix list"),
  malformed: malformed("InvalidPrefixListId.Malformed", "pl"),
  describe: ({ id, tags, name, addressFamily, maxEntries, versions, service }, { account, region }) => ({
    PrefixListId: id,
    PrefixListName: name,
    PrefixListArn: makeArn("ec2", region, service === undefined ? account : "aws", `prefix-list/${id}`),
    AddressFamily: addressFamily,
    State: versions.length === 1 ? "create-complete" : "modify-complete",
    ...(maxEntries !== undefined && { MaxEntries: maxEntries, Version: versions.length }),
    OwnerId: service === undefined ? account : "AWS",
    Tags: tagList(tags),
  }),
  filters: { "owner-id": "OwnerId", "prefix-list-id": "PrefixListId", "prefix-list-name": "PrefixListName" },
};

/** What is in a list now. */
export const entriesOf = ({ versions }: PrefixListRecord): readonly EC2.PrefixListEntry[] =>
  versions.at(-1) ?? [];

/** Services that have lists of AWS's own, some of their addresses (us-east-1's), and the lists' ids there. */
const SERVICES: Readonly<
  Record<string, { readonly blocks: readonly string[]; readonly idInFirstRegion?: string }>
> = {
  s3: { blocks: ["52.216.0.0/15", "54.231.0.0/16", "3.5.0.0/19"], idInFirstRegion: "pl-63a5400a" },
  dynamodb: { blocks: ["52.94.0.0/22", "52.119.224.0/20"], idInFirstRegion: "pl-02cd2c6b" },
  s3express: { blocks: ["3.134.80.0/24", "3.134.81.0/24"] },
};

/** The lists of AWS's own are in every account, and are nobody's. */
export function givePrefixLists(at: At): void {
  for (const [service, { blocks, idInFirstRegion }] of Object.entries(SERVICES)) {
    const hashed = givenId("pl", at.region, service).slice(0, "pl-12345678".length);
    save(
      prefixLists,
      {
        id: at.region === "us-east-1" && idInFirstRegion !== undefined ? idInFirstRegion : hashed,
        tags: {},
        name: `com.amazonaws.${at.region}.${service}`,
        addressFamily: "IPv4",
        versions: [blocks.map((Cidr) => ({ Cidr }))],
        service,
      },
      at,
    );
  }
}

/** The list of AWS's own for a service. */
export const listOfService = (service: string, at: At): PrefixListRecord | undefined =>
  all(prefixLists, at).find((list) => list.service === service);
