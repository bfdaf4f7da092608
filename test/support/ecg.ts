/** Ten seconds of a wave at 250 Hz in blocks of 200 ms, with one sample that stands out; some blocks come late or out of order. */
export const ECG = {
  /** Device time of the first sample, epoch milliseconds. */
  at: 1_700_000_000_000,
  spike: 4.2,
  /** Device time of the sample that stands out. */
  spikeAt: 1_700_000_000_000 + 1234 * 4,
  blocks: 50,
  /** SenML packs of five records each. */
  packs: (): object[][] => {
    const record = (block: number) => ({
      n: 'ecg',
      t: ECG.at / 1000 + block / 5,
      sampled_: { origin: { value: 0 }, period: 4, factor: 0.005, dimensions: 1, data: dataOf(block).join(' ') },
    });
    const order = Array.from({ length: ECG.blocks }, (_, block) => block);
    order.splice(32, 0, ...order.splice(7, 1)); // the eighth comes after the 33rd
    [order[20], order[21]] = [order[21]!, order[20]!];
    const records = order.map(record);
    return Array.from({ length: ECG.blocks / 5 }, (_, pack) => records.slice(5 * pack, 5 * pack + 5));
  },
};

const dataOf = (block: number): (number | 'E')[] =>
  Array.from({ length: 50 }, (_, i) => {
    const sample = 50 * block + i;
    if (sample === 1234) return 840;
    // It rises within each column, so that a sample beside its column would show.
    return sample % 97 === 0 ? 'E' : 5 * (sample % 250) - 600;
  });
