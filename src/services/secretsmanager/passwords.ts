import { randomInt } from "node:crypto";
import type { Handlers } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { invalidParameter } from "./errors.ts";

const UPPERCASE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWERCASE = "abcdefghijklmnopqrstuvwxyz";
const NUMBERS = "0123456789";
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

export const passwords: Handlers<SecretsManager.Operations> = {
  GetRandomPassword(input) {
    const {
      PasswordLength: length = 32,
      ExcludeCharacters = "",
      RequireEachIncludedType: each = true,
    } = input;
    const excluded = new Set(ExcludeCharacters);
    const left = (alphabet: string) => [...alphabet].filter((letter) => !excluded.has(letter)).join("");
    const types = [
      input.ExcludeLowercase ? "" : LOWERCASE,
      input.ExcludeUppercase ? "" : UPPERCASE,
      input.ExcludeNumbers ? "" : NUMBERS,
      input.ExcludePunctuation ? "" : PUNCTUATION,
      input.IncludeSpace ? " " : "",
    ]
      .map(left)
      .filter((alphabet) => alphabet !== "");
    const all = types.join("");
    if (all === "") throw invalidParameter("The parameters exclude every character.");
    if (each && length < types.length)
      throw invalidParameter("The password length is too short to include each required character type.");
    const letters = each ? types.map(drawn) : [];
    while (letters.length < length) letters.push(drawn(all));
    return { RandomPassword: shuffled(letters).join("") };
  },
};

/** A password is worth real chance, not the seed's. */
const drawn = (alphabet: string) => sure(alphabet[randomInt(alphabet.length)]);

function shuffled(letters: string[]): string[] {
  for (let at = letters.length - 1; at > 0; at--) {
    const other = randomInt(at + 1);
    [letters[at], letters[other]] = [sure(letters[other]), sure(letters[at])];
  }
  return letters;
}
