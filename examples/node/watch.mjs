// node examples/node/watch.mjs [transport] [filter] [url]: prints readings as they come, and what becomes of the connection.
import { connect, TRANSPORTS } from '../../dist/sdk/telewire.js';

const [transport = 'auto', filter = 'icu/+/hr', url = 'http://127.0.0.1:3000'] = process.argv.slice(2);
if (transport !== 'auto' && !TRANSPORTS.includes(transport)) {
  console.error(`${transport}: not a transport; one of auto ${TRANSPORTS.join(' ')}`);
  process.exit(1);
}

const telewire = connect({ url });
const feed = telewire.feed({ filters: [filter], transport });

feed.state.subscribe(({ phase, delivering, reason }) =>
  console.error(['–', phase, delivering, reason].filter(Boolean).join(' ')),
);
feed.batches.subscribe((batch) => {
  if (batch.kind === 'gap') return console.error(`– lost: ${batch.reason}`);
  for (const { series, value, n, at } of batch.readings)
    console.log(new Date(at).toISOString(), batch.transport, `${series}#${n}`, JSON.stringify(value));
});

process.once('SIGINT', () => {
  for (const [series, { matched, delivered, withheld, lost }] of feed.ledger())
    console.error(`– ${series}: ${matched} = ${delivered} delivered + ${withheld} withheld + ${lost} lost`);
  telewire.close();
});
