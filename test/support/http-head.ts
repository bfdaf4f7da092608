/** What ends the head of a message (RFC 9112 §2.1). */
export const HEAD_END = '\r\n\r\n';

/** The head of a request. */
export interface Head {
  readonly isUpgrade: boolean;
  /** The head as a proxy passes it on that takes one request of each connection. */
  readonly forwarded: string;
}

/** What `text`, which ends behind the head of a request, says. `upgrades` is false for a proxy that knows no upgrade. */
export function parseHead(text: string, upgrades: boolean): Head {
  const [start = '', ...fields] = text.slice(0, -HEAD_END.length).split('\r\n');
  const isUpgrade = fields.some((field) => /^upgrade:/i.test(field));
  if (isUpgrade && upgrades) return { isUpgrade, forwarded: text };
  // RFC 9110 §7.6.1: both are of one hop alone.
  const kept = fields.filter((field) => !/^(connection|upgrade):/i.test(field));
  return { isUpgrade, forwarded: [start, ...kept, 'Connection: close'].join('\r\n') + HEAD_END };
}
