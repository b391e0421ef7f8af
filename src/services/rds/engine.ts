import { HOW_TO_INSTALL, postgresFolder } from "../../processes/postgres/installation.ts";
import {
  invalidParameterCombination,
  invalidParameterValue,
  noCapacity,
  subnetGroupNotFound,
} from "./errors.ts";

const DEFAULT_VERSIONS: Readonly<Record<string, string>> = { postgres: "17.6", "aurora-postgresql": "16.9" };

/** Engines that run here: instances of their own, and those of clusters. */
export function checkEngine(engine: string, kind: "instance" | "cluster"): void {
  const wanted = kind === "cluster" ? "aurora-postgresql" : "postgres";
  if (engine === wanted || (kind === "instance" && engine === "aurora-postgresql")) return;
  throw invalidParameterValue(
    `Squall runs postgres and, in clusters, aurora-postgresql on this machine's PostgreSQL, and not ${engine}${kind === "cluster" ? " as a cluster" : ""}.`,
  );
}

/** @throws what says what to install */
export function checkMachine(): void {
  if (postgresFolder() === undefined) throw noCapacity(HOW_TO_INSTALL);
}

/** Snapshots are not served: what is deleted is deleted without one. @throws InvalidParameterCombination */
export function checkFinalSnapshot(input: {
  readonly SkipFinalSnapshot?: boolean;
  readonly FinalDBSnapshotIdentifier?: string;
}): void {
  const hasName = input.FinalDBSnapshotIdentifier !== undefined;
  if (input.SkipFinalSnapshot && hasName)
    throw invalidParameterCombination(
      "FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is enabled.",
    );
  if (input.SkipFinalSnapshot) return;
  throw hasName
    ? invalidParameterValue("Squall does not serve snapshots: delete with SkipFinalSnapshot.")
    : invalidParameterCombination(
        "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
      );
}

/** Subnet groups are not served: one that is asked for by name is not there. */
export function checkSubnetGroup(name: string | undefined): void {
  if (name !== undefined && name !== "default") throw subnetGroupNotFound(name);
}

export const versionOf = (engine: string, asked: string | undefined): string =>
  asked ?? DEFAULT_VERSIONS[engine] ?? "17.6";

/** `default.postgres17` */
export const defaultGroupOf = (engine: string, version: string): string =>
  `default.${engine}${version.split(".")[0]}`;
