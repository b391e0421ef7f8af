import { upTo } from "./text.ts";

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "it is not there",
  ENOTDIR: "something on the way is no folder",
  EISDIR: "it is a folder",
  EACCES: "it is not for this user",
  EPERM: "it is not permitted",
  EROFS: "it cannot be written to",
  ENOSPC: "the disk is full",
  ELOOP: "its links lead round in a circle",
};

/** Why a file could not be used, in words, without the line after the first: whoever says it names the file. */
export function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : WORDS[code]) ?? upTo("\n", message).replace(/:$/, "");
}
