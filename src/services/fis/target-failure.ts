/** Why a target could not be resolved, as the experiment's reason. */
export class TargetFailure extends Error {
  readonly code: string;

  constructor(reason: string, code = "InvalidTarget") {
    super(reason);
    this.code = code;
  }
}

export const EMPTY = "Target resolution returned empty set.";
