import { setOwn } from "./own.ts";

/** Members of inputs and properties whose values nobody is shown, in whatever service they are. */
const SECRET =
  /^(?:\w*(?:password|private_?key|secret_?access_?key|client_?secret|pre_?shared_?key|auth_?token)|secret(?:string|binary)|api_?key_?value|(?:copysource)?ssecustomerkey|webidentitytoken|samlassertion|rotationtoken|\w*plaintext|userdata|key_?material|passworddata|sharedsecret|\w*authorizationtoken|\w*credentialsecret|base32stringseed|qrcodepng|maccredentials)$/i;

export const isSecretName = (name: string): boolean => SECRET.test(name);

/** What stands for a value that is not shown. */
export const HIDDEN = "****";

/** A copy without the texts of members with such names, and without those that hold for further places. */
export function withoutSecrets(
  value: unknown,
  isSecret: (path: readonly string[]) => boolean = ofName,
): unknown {
  return copied(value, [], isSecret);
}

const ofName = (path: readonly string[]): boolean => isSecretName(path.at(-1) ?? "");

function copied(value: unknown, path: string[], isSecret: (path: readonly string[]) => boolean): unknown {
  if (typeof value === "string") return isSecret(path) ? HIDDEN : value;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date || value instanceof Map || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((item) => copied(item, path, isSecret));
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    path.push(name);
    setOwn(copy, name, copied(member, path, isSecret));
    path.pop();
  }
  return copy;
}

/** The same for the text of a JSON document, of which only the beginning may be there. */
export const textWithoutSecrets = (text: string): string =>
  text.replace(/"(\w+)"(\s*:\s*)"(?:\\.|[^"\\])*(?:"|\\?$)/g, (whole, name: string, colon: string) =>
    isSecretName(name) ? `"${name}"${colon}"${HIDDEN}"` : whole,
  );
