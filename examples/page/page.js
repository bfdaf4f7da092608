/* global document, location, Option */
import { connect, TRANSPORTS } from '/sdk/telewire.js';

const telewire = connect({ url: location.origin });
const row = document.querySelector('template').content.firstElementChild;
let offsetMs = 0;
telewire.clock.subscribe((estimate) => (offsetMs = estimate.offsetMs));

function show(series, transport) {
  const feed = telewire.feed({ filters: [series], policy: 'latest', maxHz: 10, transport });
  const cells = row.cloneNode(true).children;
  const [name, value, age, choice, state] = cells;
  const select = choice.firstElementChild;
  let at;

  name.textContent = series;
  select.ariaLabel = `Transport of ${series}`;
  select.append(...['auto', ...TRANSPORTS].map((each) => new Option(each)));
  select.value = transport;
  select.onchange = () => feed.use(select.value);

  feed.batches.subscribe(({ readings = [] }) => {
    const last = readings.at(-1);
    if (!last) return;
    at = last.at;
    value.firstElementChild.value = last.value;
  });
  feed.state.subscribe(({ phase, delivering, reason }) => {
    state.textContent = [phase, delivering && `by ${delivering}`, reason].filter(Boolean).join(', ');
  });
  setInterval(() => {
    // The age is true: the gateway's clock now, less the device's clock then.
    if (at !== undefined) age.textContent = `${((Date.now() + offsetMs - at) / 1000).toFixed(1)} s`;
  }, 100);
  document.querySelector('tbody').append(name.parentElement);
}

show('icu/bed-01/hr', 'auto');
show('icu/bed-02/spo2', 'http-stream');
show('icu/bed-03/rr', 'poll');
