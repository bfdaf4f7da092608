// The thread in which the journal's store waits for the disk.
import { parentPort, workerData } from 'node:worker_threads';
import { SqliteStore } from './sqlite-store.js';
import { StoreError } from './store.js';
import type { StoreAnswer, StoreCall } from './worker-store.js';

const store = new SqliteStore((workerData as { directory: string }).directory);

parentPort!.on('message', (call: StoreCall) => {
  parentPort!.postMessage(answerTo(call));
  // Nothing more is asked of a store that was closed.
  if (call.name === 'close') parentPort!.close();
});

function answerTo({ name, args }: StoreCall): StoreAnswer {
  try {
    return { result: (store[name] as (...args: unknown[]) => unknown).apply(store, [...args]) };
  } catch (error) {
    const { message } = error as Error;
    return { fault: error instanceof StoreError ? error.fault : 'unusable', message };
  }
}
