// The few MQTT 3.1.1 packets that the load needs, written by hand: a library would be most of what it costs.

/** CONNECT without a keep-alive, with a clean session. MQTT 3.1.1 §3.1 */
export function connect(clientId) {
  const id = Buffer.from(clientId);
  const head = Buffer.from([0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 0, id.length >> 8, id.length & 0xff]);
  return packet(0x10, Buffer.concat([head, id]));
}

/** SUBSCRIBE to one filter. §3.8 */
export function subscribe(filter, qos) {
  const text = Buffer.from(filter);
  return packet(0x82, Buffer.concat([Buffer.from([0, 1, text.length >> 8, text.length & 0xff]), text, Buffer.of(qos)]));
}

/** PUBLISH with QoS 1. §3.3 */
export function publish(topic, id, payload) {
  const name = Buffer.from(topic);
  const head = Buffer.concat([Buffer.of(name.length >> 8, name.length & 0xff), name, Buffer.of(id >> 8, id & 0xff)]);
  return packet(0x32, Buffer.concat([head, Buffer.from(payload)]));
}

/** DISCONNECT. §3.14 */
export const DISCONNECT = Buffer.of(0xe0, 0);

/** Calls `each(type, start, end)` for the body of each whole packet between two places of `bytes`. §2.2 */
export function eachPacket(bytes, from, to, each) {
  for (let at = from; at < to;) {
    const type = bytes[at++] >> 4;
    let length = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      length += (bytes[at] & 0x7f) << shift;
      more = bytes[at++] >= 0x80;
    }
    each(type, at, at + length);
    at += length;
  }
}

function packet(first, body) {
  const length = [];
  for (let left = body.length; left > 0 || length.length === 0; left >>= 7)
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}
