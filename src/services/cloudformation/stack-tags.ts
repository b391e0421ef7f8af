import { Tagging } from "../../aws/tags.ts";
import { validationError } from "./errors.ts";

const tagging = new Tagging({
  errors: {
    tooMany: (most) => validationError(`A stack can have at most ${most} tags.`),
    invalid: validationError,
  },
});

/** Tags of a stack or a stack set as they are given. @throws ValidationError */
export const readStackTags = (
  tags: readonly { readonly Key: string; readonly Value: string }[],
): Record<string, string> => tagging.read(tags);
