import type { Routes } from '@angular/router';

export const routes: Routes = [
  { path: '', title: 'Ward, Telewire', loadComponent: async () => (await import('./ward/ward.js')).Ward },
  {
    path: 'corridor',
    title: 'Corridor, Telewire',
    loadComponent: async () => (await import('./corridor/corridor.js')).Corridor,
  },
  { path: 'board', title: 'Board, Telewire', loadComponent: async () => (await import('./board/board.js')).Board },
  { path: 'lab', title: 'Lab, Telewire', loadComponent: async () => (await import('./lab/lab.js')).Lab },
  { path: '**', redirectTo: '' },
];
