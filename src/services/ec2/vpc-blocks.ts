import type { Random } from "../../core/random.ts";
import { type Block, contains, formatCidr, overlaps, parseCidr } from "./cidr.ts";
import {
  invalidSubnetRange,
  invalidVpcRange,
  missingParameter,
  noCidrBlock,
  subnetConflict,
} from "./errors.ts";
import type { SubnetRecord } from "./subnet.ts";
import type { VpcRecord } from "./vpc.ts";

/** A VPC or subnet has from a /16 to a /28: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
const SHORTEST = 16;
const LONGEST = 28;

/** @throws InvalidVpc.Range */
export function vpcBlock(text: string | undefined): string {
  const block = readBlock(text, "cidrBlock");
  if (block.bits < SHORTEST || block.bits > LONGEST) throw invalidVpcRange(String(text));
  return formatCidr(block);
}

/** @throws InvalidSubnet.Range for a block outside its VPC, InvalidSubnet.Conflict for one that another subnet has */
export function subnetBlock(
  text: string | undefined,
  vpc: VpcRecord,
  others: readonly SubnetRecord[],
): string {
  const block = readBlock(text, "cidrBlock");
  const isInside = vpc.blocks.some(({ cidr }) => within(block, cidr));
  if (!isInside || block.bits < SHORTEST || block.bits > LONGEST) throw invalidSubnetRange(String(text));
  if (others.some(({ cidr }) => overlapsWith(block, cidr))) throw subnetConflict(String(text));
  return formatCidr(block);
}

/** A /64 of the VPC's, as it is asked for. */
export function subnetIpv6Block(text: string, vpc: VpcRecord, others: readonly SubnetRecord[]): string {
  const block = readBlock(text, "ipv6CidrBlock");
  if (block.family !== 6 || !vpc.ipv6Blocks.some(({ cidr }) => within(block, cidr)))
    throw invalidSubnetRange(text);
  if (others.some(({ ipv6Blocks }) => ipv6Blocks.some(({ cidr }) => overlapsWith(block, cidr))))
    throw subnetConflict(text);
  return formatCidr(block);
}

/** A /56 of Amazon's own, such as it gives to a VPC that asks for one. */
export const amazonIpv6Block = (random: Random): string =>
  formatCidr({
    family: 6,
    first:
      (0x2600_1f18n << 96n) | (BigInt(random.integer(65536)) << 80n) | (BigInt(random.integer(256)) << 72n),
    bits: 56,
  });

/** @throws MissingParameter, InvalidParameterValue */
export function readBlock(text: string | undefined, parameter: string): Block {
  if (text === undefined) throw missingParameter(parameter);
  const block = parseCidr(text);
  if (block === undefined) throw noCidrBlock(text, parameter);
  return block;
}

function within(block: Block, cidr: string): boolean {
  const outer = parseCidr(cidr);
  return outer !== undefined && contains(outer, block);
}

function overlapsWith(block: Block, cidr: string): boolean {
  const other = parseCidr(cidr);
  return other !== undefined && overlaps(block, other);
}
