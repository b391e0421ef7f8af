import type { Secret, Version } from "./secret.ts";

export const CURRENT = "AWSCURRENT";
export const PREVIOUS = "AWSPREVIOUS";
export const PENDING = "AWSPENDING";

const MOST_VERSIONS_WITHOUT_STAGE = 100;

/**
 * Moves stages to a version: each is on one version at a time. Whoever loses AWSCURRENT gets AWSPREVIOUS, and is pending no more.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 */
export function moveStages(secret: Secret, to: string, stages: readonly string[]): Secret {
  const versions: Record<string, Version> = { ...secret.versions };
  const losing = stages.includes(CURRENT) ? currentBut(to, secret) : undefined;
  for (const [id, version] of Object.entries(versions)) {
    let left = version.stages;
    if (id !== to) left = left.filter((stage) => !stages.includes(stage));
    if (losing !== undefined) left = left.filter((stage) => stage !== PREVIOUS);
    if (id === to) left = [...new Set([...left, ...stages])];
    if (id === losing) left = [...left, PREVIOUS];
    versions[id] = { ...version, stages: left };
  }
  return pruned({ ...secret, versions });
}

/** The version that is current, unless it is this one. */
const currentBut = (one: string, { versions }: Secret): string | undefined =>
  Object.entries(versions).find(([id, { stages }]) => id !== one && stages.includes(CURRENT))?.[0];

/** A new version takes the current one's place: that is not pending any more. */
export function replaceCurrent(secret: Secret, to: string, stages: readonly string[]): Secret {
  const before = currentBut(to, secret);
  const after = moveStages(secret, to, stages);
  return before !== undefined && stages.includes(CURRENT) ? withoutStage(after, before, PENDING) : after;
}

export function withoutStage(secret: Secret, id: string, stage: string): Secret {
  const version = secret.versions[id];
  if (!version) return secret;
  const stages = version.stages.filter((one) => one !== stage);
  return { ...secret, versions: { ...secret.versions, [id]: { ...version, stages } } };
}

/** Of the versions without a stage the newest hundred are kept, at least. */
function pruned(secret: Secret): Secret {
  const unstaged = Object.entries(secret.versions).filter(([, { stages }]) => stages.length === 0);
  if (unstaged.length <= MOST_VERSIONS_WITHOUT_STAGE) return secret;
  const oldest = new Set(
    unstaged
      .sort(([, a], [, b]) => a.createdAtMs - b.createdAtMs)
      .slice(0, unstaged.length - MOST_VERSIONS_WITHOUT_STAGE)
      .map(([id]) => id),
  );
  return {
    ...secret,
    versions: Object.fromEntries(Object.entries(secret.versions).filter(([id]) => !oldest.has(id))),
  };
}
