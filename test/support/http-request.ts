import { type ClientRequest, type IncomingMessage, request } from 'node:http';

/** Sends an HTTP request with any headers, `Host` and `Origin` too, which `fetch` would not let pass. */
export function send(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: unknown } = {},
): { request: ClientRequest; response: Promise<IncomingMessage> } {
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  const sent = request(url, {
    method: options.method ?? 'GET',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers },
    agent: false,
  });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.on('error', reject);
  });
  sent.end(body);
  return { request: sent, response };
}

/** The whole body. */
export async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The whole body as text. */
export const textOf = async (response: IncomingMessage): Promise<string> => (await bytesOf(response)).toString();

/** What has come of a body by the time that it contains `wanted` and the line it stands in is whole. */
export async function firstText(response: IncomingMessage, wanted: string): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    const at = text.indexOf(wanted);
    if (at >= 0 && text.includes('\n\n', at)) return text;
  }
  throw new Error(`the body ended without ${wanted}: ${text}`);
}
