// One clock for all processes of a bench: the machine's monotonic one, told as epoch milliseconds.
// The first look at a clock takes milliseconds: it is made before they are compared.
performance.now();
const monotonic = () => Number(process.hrtime.bigint()) / 1e6;

monotonic();

// Whoever starts the others is the one that they go by.
process.env.BENCH_CLOCK ??= String(Date.now() - monotonic());
const origin = Number(process.env.BENCH_CLOCK) + monotonic() - performance.now();

/** Epoch milliseconds to the microsecond, the same in every process of a bench. */
export const now = () => origin + performance.now();
