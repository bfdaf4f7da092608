import { journalContract } from './journal.contract.js';
import { MemoryJournal } from './memory-journal.js';

journalContract('the memory journal', (bounds) => Promise.resolve(new MemoryJournal(bounds)));
