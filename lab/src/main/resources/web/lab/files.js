// @ts-check
/** Files in and out of the page; they never leave this machine. */

import {Run} from './core.js';

/** @param {string} name @param {string} text @param {string} type */
export function save(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], {type}));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A script, event lines, or a list of events, told apart by how they begin. @param {string} text @returns {Run} */
export function openText(text) {
  const begin = text.trimStart();
  if (begin.startsWith('lab ')) return Run.open(text);
  if (begin.startsWith('[')) {
    return Run.import(JSON.parse(text).map((/** @type {unknown} */ event) => JSON.stringify(event)).join('\n'));
  }
  return Run.import(text);
}
