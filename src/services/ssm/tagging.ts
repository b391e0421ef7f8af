import { Tagging } from "../../aws/tags.ts";
import { tooManyTags, validation } from "./errors.ts";

/** How Systems Manager reads tags. */
export const tagging = new Tagging({
  errors: {
    tooMany: tooManyTags,
    reserved: () => validation('Tag keys can\'t be prefixed with "aws:".'),
    invalid: validation,
    duplicate: (key) => validation(`Duplicate tag key: ${key}.`),
  },
});
