// @ts-check
/** A whole script inside a link: deflate, then base64url, after `#s=`. Nothing is sent to a server. */

/** The longest link that common programs pass on whole. */
export const LINK_MAX = 30_000;

/** A link from elsewhere may hold anything: what it inflates to is bounded. */
const SCRIPT_MAX = 1_000_000;

/** @param {string} script @returns {Promise<string>} */
export async function pack(script) {
  const stream = new Blob([script]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @param {string} packed @returns {Promise<string>} */
export async function unpack(packed) {
  const text = atob(packed.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const decoder = new TextDecoder('utf-8', {fatal: true});
  let script = '';
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return script + decoder.decode();
    script += decoder.decode(value, {stream: true});
    if (script.length > SCRIPT_MAX) throw new Error('it holds more than 1 MB');
  }
}

/** The packed script of this address, if it has one. @param {string} hash @returns {?string} */
export function packedIn(hash) {
  return new URLSearchParams(hash.replace(/^#/, '')).get('s');
}
