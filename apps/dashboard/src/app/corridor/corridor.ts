import { Component } from '@angular/core';
@Component({ selector: 'tw-corridor', template: '' })
export class Corridor {}
