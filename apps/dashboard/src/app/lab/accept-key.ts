/** Appended to the key before it is hashed: RFC 6455 §1.3. */
export const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * What a server has to answer to `Sec-WebSocket-Key` (RFC 6455 §4.2.2, 5.4): base64 of SHA-1 over key and GUID. `undefined`
 * where the browser does not compute it: on a page that is neither of this machine nor over HTTPS.
 */
export async function acceptOf(
  key: string,
  subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle,
): Promise<string | undefined> {
  if (subtle === undefined) return undefined;
  const digest = await subtle.digest('SHA-1', new TextEncoder().encode(key + ACCEPT_GUID));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
