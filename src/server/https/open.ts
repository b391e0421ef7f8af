import { Authority } from "./authority.ts";
import { HttpsFront, type HttpsParts } from "./https-front.ts";

/**
 * Opens the authority of a folder, and what answers TLS with its certificates.
 * @throws Error that says what to install
 */
export async function openHttps({
  folder,
  ...parts
}: Omit<HttpsParts, "authority"> & { readonly folder: string }): Promise<{
  front: HttpsFront;
  authority: Authority;
}> {
  const authority = await Authority.open(folder, parts.log);
  return { front: await HttpsFront.open({ ...parts, authority }), authority };
}
