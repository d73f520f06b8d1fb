/** The methods of HTTP: RFC 9110 section 9.3, and PATCH of RFC 5789. Others are taken for misspelt. */
export const methods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
] as const;
export type Method = (typeof methods)[number];

/** The method that a word is; undefined when it is none. Methods are case-sensitive (RFC 9110 section 9.1). */
export function toMethod(word: string): Method | undefined {
  return methods.find(method => method === word);
}

/** The method that was probably meant by a word that is none. */
export function meantMethod(word: string): Method | undefined {
  const upper = word.trim().toUpperCase();
  return methods.find(method => method === upper) ?? methods.find(method => isNear(method, upper));
}

/** One letter too many, too few or wrong, or two neighbours swapped. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i += 1;
  const [x, y] = [a.slice(i), b.slice(i)];
  if (x.slice(1) === y.slice(1) || x.slice(1) === y || x === y.slice(1)) return true;
  return x[0] === y[1] && x[1] === y[0] && x.slice(2) === y.slice(2);
}
