import type { IsActiveMatchOptions } from '@angular/router';
import type { IconName } from '../widget/icon.js';

/** A page of the dashboard as the bar and the tabs name it. */
export interface Page {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
}

export const PAGES: readonly Page[] = [
  { path: '/', name: 'Ward', icon: 'bed' },
  { path: '/corridor', name: 'Corridor', icon: 'road' },
  { path: '/board', name: 'Boards', icon: 'board' },
  { path: '/lab', name: 'Lab', icon: 'lab' },
];

/** A page is the present one whatever its query says. */
export const PAGE_MATCH: IsActiveMatchOptions = {
  paths: 'exact',
  queryParams: 'ignored',
  matrixParams: 'ignored',
  fragment: 'ignored',
};
