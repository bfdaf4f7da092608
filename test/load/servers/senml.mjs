/** When the readings of a message were sent, of servers that pass on messages as they come. */
export function sentAtOfPack(text) {
  const pack = JSON.parse(text);
  const [{ bt, v }] = pack;
  return pack.map(() => bt * 1000 + v / 100);
}

/** All messages of a run hold as many readings. */
export const countOfPack = (_bytes, _start, _end, pack) => pack;
