/**
 * The protocol's codes. One code says the same on every transport: it is the `code` of an `error` frame, the close code
 * of a WebSocket, and minus 4000 the HTTP status. The range decides what a client does (PROTOCOL R22):
 * 4400–4499 the request itself is at fault, repeating it unchanged is pointless; 4500–4599 try again later.
 */
export const CODES = {
  /** The request or message does not parse, or a field is wrong. */
  badRequest: 4400,
  /** Host or Origin is not one that this gateway answers to. */
  forbidden: 4403,
  /** No such address. */
  notFound: 4404,
  /** A message or body is larger than the gateway takes. */
  tooLarge: 4413,
  /** The request is well formed but asks for what cannot be given, such as `latest` of a waveform. */
  unsupported: 4422,
  /** The gateway failed; its log says why. */
  internal: 4500,
  /** The gateway is starting, stopping or full. */
  unavailable: 4503,
} as const;

/** True when repeating the same request cannot succeed (4400–4499). */
export const isTerminal = (code: number): boolean => code >= 4400 && code <= 4499;

/** The HTTP status that carries a protocol code: 4422 → 422. */
export const httpStatusOf = (code: number): number => code - 4000;
